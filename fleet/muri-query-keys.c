/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-query-keys.h"

#include "muri-words.h"

#include <math.h>
#include <string.h>

static const char *
title (MuriVm *vm)
{
  return muri_vm_get_facts (vm)->title;
}

static const char *
os (MuriVm *vm)
{
  return muri_vm_get_facts (vm)->os;
}

static const char *
host (MuriVm *vm)
{
  return muri_node_get_name (muri_vm_get_node (vm));
}

static double
zone (MuriVm *vm)
{
  return muri_node_get_zone (muri_vm_get_node (vm));
}

static double
cpu (MuriVm *vm)
{
  return muri_vm_get_figure (vm, MURI_FIGURE_CPU);
}

/* What it uses where that is known, else what it was given. */
static double
memory (MuriVm *vm)
{
  double used = muri_vm_get_figure (vm, MURI_FIGURE_MEMORY);

  return isnan (used) ? (double)muri_vm_get_facts (vm)->memory * 1024 : used;
}

static double
disk (MuriVm *vm)
{
  return muri_vm_get_figure (vm, MURI_FIGURE_DISK_READ)
         + muri_vm_get_figure (vm, MURI_FIGURE_DISK_WRITE);
}

static double
net (MuriVm *vm)
{
  return muri_vm_get_figure (vm, MURI_FIGURE_NET_RX) + muri_vm_get_figure (vm, MURI_FIGURE_NET_TX);
}

static double
latency (MuriVm *vm)
{
  return muri_vm_get_figure (vm, MURI_FIGURE_DISK_LATENCY);
}

static double
vcpus (MuriVm *vm)
{
  return muri_vm_get_facts (vm)->vcpus;
}

static const char *const states[] = { "running",   "paused",    "off",         "saved",
                                      "crashed",   "suspended", "starting",    "stopping",
                                      "migrating", "known",     "unreachable", NULL };

static gboolean
state (MuriVm *vm, guint value)
{
  if (g_str_equal (states[value], "known"))
    return muri_vm_is_known (vm);
  if (g_str_equal (states[value], "unreachable"))
    return !muri_vm_is_known (vm);
  return g_str_equal (states[value], muri_vm_state_to_nick (muri_vm_get_state (vm)));
}

/* "Production/web" is in "Production/web", "web" and "Production". */
static gboolean
test_chain (const char *path, MuriQueryTest test, gpointer data)
{
  g_auto (GStrv) names = g_strsplit (path, "/", -1);
  g_autoptr (GString) chain = g_string_new (NULL);

  for (guint i = 0; names[i] != NULL; i++)
    {
      g_string_append_printf (chain, "%s%s", i > 0 ? "/" : "", names[i]);
      if (test (names[i], data) || (i > 0 && test (chain->str, data)))
        return TRUE;
    }
  return FALSE;
}

static gboolean
any_group (MuriVm *vm, MuriQueryTest test, gpointer data)
{
  const MuriVmFacts *facts = muri_vm_get_facts (vm);

  for (guint i = 0; i < facts->n_groups; i++)
    if (test_chain (facts->groups[i].group, test, data))
      return TRUE;
  return FALSE;
}

/* The first two are one: what it is called here, and what people call it. */
static const char *const properties[] = { "protected", "guarded",   "persistent",
                                          "autostart", "simulated", NULL };

static gboolean
property (MuriVm *vm, guint value)
{
  const MuriVmFacts *facts = muri_vm_get_facts (vm);
  const gboolean is[] = { facts->guarded, facts->guarded, facts->persistent, facts->autostart,
                          muri_node_get_facts (muri_vm_get_node (vm))->simulated };

  return is[value];
}

static const MuriQueryKey keys[] = {
  { .name = "name", .kind = MURI_QUERY_TEXT, .text = muri_vm_get_name },
  { .name = "title", .kind = MURI_QUERY_TEXT, .text = title },
  { .name = "host", .kind = MURI_QUERY_TEXT, .text = host },
  { .name = "ip", .kind = MURI_QUERY_TEXT, .text = muri_vm_get_address },
  { .name = "os", .kind = MURI_QUERY_TEXT, .text = os },
  { .name = "group", .kind = MURI_QUERY_TEXT, .any = any_group },
  { .name = "is", .kind = MURI_QUERY_WORD, .word = property, .words = properties },
  { .name = "state", .kind = MURI_QUERY_WORD, .word = state, .words = states },
  { .name = "cpu",
    .kind = MURI_QUERY_NUMBER,
    .unit = MURI_QUERY_PERCENT,
    .figure = TRUE,
    .number = cpu },
  { .name = "mem",
    .kind = MURI_QUERY_NUMBER,
    .unit = MURI_QUERY_BYTES,
    .figure = TRUE,
    .number = memory },
  { .name = "disk",
    .kind = MURI_QUERY_NUMBER,
    .unit = MURI_QUERY_RATE,
    .figure = TRUE,
    .number = disk },
  { .name = "net",
    .kind = MURI_QUERY_NUMBER,
    .unit = MURI_QUERY_RATE,
    .figure = TRUE,
    .number = net },
  { .name = "latency",
    .kind = MURI_QUERY_NUMBER,
    .unit = MURI_QUERY_MILLI,
    .figure = TRUE,
    .number = latency },
  { .name = "vcpus", .kind = MURI_QUERY_NUMBER, .unit = MURI_QUERY_PLAIN, .number = vcpus },
  { .name = "zone", .kind = MURI_QUERY_NUMBER, .unit = MURI_QUERY_PLAIN, .number = zone },
};

const MuriQueryKey *
muri_query_keys (guint *n_keys)
{
  *n_keys = G_N_ELEMENTS (keys);
  return keys;
}

const MuriQueryKey *
muri_query_find_key (const char *name, gsize length)
{
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    if (strlen (keys[i].name) == length && g_ascii_strncasecmp (keys[i].name, name, length) == 0)
      return &keys[i];
  return NULL;
}
