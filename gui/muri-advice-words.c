/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-config.h"

#include "muri-advice-words.h"

#include <glib/gi18n.h>
#include <math.h>

#include "muri-counted.h"
#include "muri-format.h"
#include "muri-graph-csv.h"

const char *
muri_advice_words_kind (MuriAdviceKind kind)
{
  static const char *const words[MURI_N_ADVICE_KINDS] = {
    [MURI_ADVICE_OFF] = NC_ ("advice", "Off"),
    [MURI_ADVICE_IDLE] = NC_ ("advice", "Idle"),
    [MURI_ADVICE_OVERSIZED] = NC_ ("advice", "Too large"),
    [MURI_ADVICE_STARVED] = NC_ ("advice", "Too small"),
    [MURI_ADVICE_HOT] = NC_ ("advice", "Hot"),
    [MURI_ADVICE_EMPTIABLE] = NC_ ("advice", "Could be emptied"),
    [MURI_ADVICE_ROOM] = NC_ ("advice", "Has room"),
  };

  return g_dpgettext2 (NULL, "advice", words[kind]);
}

const char *
muri_advice_words_icon (MuriAdviceKind kind)
{
  static const char *const icons[MURI_N_ADVICE_KINDS] = {
    [MURI_ADVICE_OFF] = "muri-state-off-symbolic",
    [MURI_ADVICE_IDLE] = "weather-clear-night-symbolic",
    [MURI_ADVICE_OVERSIZED] = "view-restore-symbolic",
    [MURI_ADVICE_STARVED] = "dialog-warning-symbolic",
    [MURI_ADVICE_HOT] = "dialog-warning-symbolic",
    [MURI_ADVICE_EMPTIABLE] = "muri-host-symbolic",
    [MURI_ADVICE_ROOM] = "muri-host-symbolic",
  };

  return icons[kind];
}

const char *
muri_advice_words_name (MuriAdvice *advice)
{
  MuriVm *vm = muri_advice_get_vm (advice);

  return vm ? muri_vm_get_name (vm) : muri_node_get_name (muri_advice_get_node (advice));
}

char *
muri_advice_words_id (MuriAdvice *advice)
{
  MuriVm *vm = muri_advice_get_vm (advice);

  if (vm)
    return g_strconcat ("vm:", muri_vm_get_id (vm), NULL);
  return g_strconcat ("node:", muri_node_get_id (muri_advice_get_node (advice)), NULL);
}

static char *
describe_idle (const MuriUsage *usage)
{
  double on = MAX (usage->on, 1);
  g_autofree char *cpu = muri_format_share (usage->cpu_average);
  g_autofree char *peak = muri_format_share (usage->cpu_95);
  g_autofree char *net = muri_format_rate ((usage->received + usage->sent) / on);
  g_autofree char *disk = muri_format_rate ((usage->read + usage->written) / on);

  /* Translators: why a VM is said to be idle: shares and rates */
  return g_strdup_printf (_ ("CPU %s on average and at most %s in 95 %% of the time, network %s, "
                             "disk %s"),
                          cpu, peak, net, disk);
}

static char *
describe_oversized (MuriAdvice *advice)
{
  const MuriUsage *usage = muri_advice_get_usage (advice);
  MuriVm *vm = muri_advice_get_vm (advice);
  guint vcpus = muri_vm_get_facts (vm)->vcpus;
  guint wanted = muri_advice_get_wanted_cpus (advice);
  double memory = muri_advice_get_wanted_memory (advice);
  g_autoptr (GPtrArray) parts = g_ptr_array_new_with_free_func (g_free);

  if (wanted > 0)
    {
      g_autofree char *share = muri_format_share (usage->cpu_95);

      /* Translators: a share of so many vCPUs; how many would be enough */
      g_ptr_array_add (parts, muri_counted (_ ("Used at most %s of %u vCPUs 95 %% of the time: "
                                               "%u would do"),
                                            share, vcpus, wanted));
    }
  if (memory > 0)
    {
      g_autofree char *used = muri_format_size (usage->memory_max);
      g_autofree char *has = muri_format_size ((double)muri_vm_get_facts (vm)->memory * 1024);
      g_autofree char *enough = muri_format_size (memory);

      /* Translators: sizes of memory: used, there, and how much would be enough */
      g_ptr_array_add (
          parts, g_strdup_printf (wanted > 0 ? _ ("used at most %s of %s of memory: %s would do")
                                             : _ ("Used at most %s of %s of memory: %s would do"),
                                  used, has, enough));
    }
  g_ptr_array_add (parts, NULL);
  return g_strjoinv ("; ", (char **)parts->pdata);
}

static char *
describe_full (MuriAdvice *advice, double total)
{
  const MuriUsage *usage = muri_advice_get_usage (advice);
  g_autofree char *cpu = muri_format_share (usage->cpu_95);
  g_autofree char *memory = muri_format_memory (
      muri_advice_get_vm (advice) ? usage->memory_average : usage->memory_max, total);

  if (muri_advice_get_vm (advice))
    /* Translators: a share of its vCPUs, and memory used of all */
    return g_strdup_printf (_ ("CPU %s or more in the busiest 5 %% of the time, memory %s on "
                               "average"),
                            cpu, memory);
  return g_strdup_printf (_ ("CPU %s or more in the busiest 5 %% of the time, memory at most %s"),
                          cpu, memory);
}

static char *
describe_room (MuriAdvice *advice)
{
  g_autofree char *memory = muri_format_size (muri_advice_get_free_memory (advice));
  guint cpus = (guint)muri_advice_get_free_cpus (advice);

  /* Translators: what a host has left when it is busiest: processors and memory */
  return muri_counted (
      ngettext ("Room for %u CPU and %s more", "Room for %u CPUs and %s more", cpus), cpus, memory);
}

static char *
describe_emptiable (MuriAdvice *advice)
{
  GPtrArray *places = muri_advice_get_places (advice);
  g_autoptr (GString) names = g_string_new (NULL);
  g_autofree char *fit = NULL;
  g_autofree char *room = NULL;
  guint n = 0;

  for (guint i = 0; i < places->len; i++)
    {
      n += muri_advice_get_n_for_place (advice, i);
      g_string_append_printf (names, "%s%s (%u)", i > 0 ? ", " : "",
                              muri_node_get_name (places->pdata[i]),
                              muri_advice_get_n_for_place (advice, i));
    }
  /* Translators: where the VMs of a host would find room: hosts, each with a number */
  fit = muri_counted (ngettext ("Its %u VM would fit onto %s", "Its %u VMs would fit onto %s", n),
                      n, names->str);
  room = describe_room (advice);
  return g_strdup_printf ("%s. %s", fit, room);
}

char *
muri_advice_words_reason (MuriAdvice *advice)
{
  MuriVm *vm = muri_advice_get_vm (advice);
  guint64 memory = vm ? muri_vm_get_facts (vm)->memory
                      : muri_node_get_facts (muri_advice_get_node (advice))->memory;

  switch (muri_advice_get_kind (advice))
    {
    case MURI_ADVICE_OFF:
      return g_strdup (_ ("Did not run in all of this time"));
    case MURI_ADVICE_IDLE:
      return describe_idle (muri_advice_get_usage (advice));
    case MURI_ADVICE_OVERSIZED:
      return describe_oversized (advice);
    case MURI_ADVICE_STARVED:
    case MURI_ADVICE_HOT:
      return describe_full (advice, (double)memory * 1024);
    case MURI_ADVICE_EMPTIABLE:
      return describe_emptiable (advice);
    case MURI_ADVICE_ROOM:
    default:
      return describe_room (advice);
    }
}

char *
muri_advice_words_holding (MuriAdvice *advice)
{
  MuriVm *vm = muri_advice_get_vm (advice);
  MuriNode *node = muri_advice_get_node (advice);
  guint cpus = vm ? muri_vm_get_facts (vm)->vcpus : muri_node_get_facts (node)->cpus;
  double bytes =
      1024.0 * (double)(vm ? muri_vm_get_facts (vm)->memory : muri_node_get_facts (node)->memory);
  g_autofree char *memory = muri_format_size (bytes);
  g_autofree char *processors = vm ? muri_counted (ngettext ("%u vCPU", "%u vCPUs", cpus), cpus)
                                   : muri_counted (ngettext ("%u CPU", "%u CPUs", cpus), cpus);

  /* Translators: processors and memory: "2 vCPUs, 4 GiB" */
  return g_strdup_printf (C_ ("holding", "%s, %s"), processors, memory);
}

static void
append_number (GString *csv, double value)
{
  char digits[G_ASCII_DTOSTR_BUF_SIZE];

  g_string_append_c (csv, ',');
  if (isfinite (value))
    g_string_append (csv, g_ascii_formatd (digits, sizeof digits, "%.6g", value));
}

static void
append_text (GString *csv, const char *text)
{
  g_string_append_c (csv, ',');
  muri_graph_csv_append (csv, text);
}

static void
append_line (GString *csv, MuriAdvice *advice)
{
  const MuriUsage *usage = muri_advice_get_usage (advice);
  g_autofree char *reason = muri_advice_words_reason (advice);

  muri_graph_csv_append (csv, muri_advice_words_kind (muri_advice_get_kind (advice)));
  append_text (csv, muri_advice_words_name (advice));
  append_text (csv, muri_node_get_name (muri_advice_get_node (advice)));
  append_text (csv, reason);
  append_number (csv, usage->on / 3600);
  append_number (csv, usage->cpu_average);
  append_number (csv, usage->cpu_95);
  append_number (csv, usage->cpu_max);
  append_number (csv, usage->memory_average);
  append_number (csv, usage->memory_max);
  g_string_append (csv, "\r\n");
}

char *
muri_advice_to_csv (GListModel *advice)
{
  GString *csv = g_string_new ("advice,name,host,reason,hours on,CPU average,CPU 95 %,CPU max,"
                               "bytes of memory average,bytes of memory max\r\n");
  guint n = g_list_model_get_n_items (advice);

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (MuriAdvice) item = g_list_model_get_item (advice, i);

      append_line (csv, item);
    }
  return g_string_free (csv, FALSE);
}
