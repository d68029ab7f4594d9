/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent-host-facts.h"

#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "agent-vm.h"

static void
fill_cpu_model (muri_v1_Node *node)
{
  /* x86, then ARM and POWER, then what some boards say. */
  static const char *const keys[] = { "model name", "cpu", "Model" };
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;

  if (!g_file_get_contents ("/proc/cpuinfo", &text, NULL, NULL))
    return;
  lines = g_strsplit (text, "\n", -1);
  for (guint k = 0; k < G_N_ELEMENTS (keys); k++)
    for (guint i = 0; lines[i]; i++)
      {
        char *colon = strchr (lines[i], ':');

        if (colon == NULL)
          continue;
        *colon = 0;
        if (strcmp (g_strstrip (lines[i]), keys[k]) == 0)
          {
            AGENT_TEXT_COPY (node->cpu_model, g_strstrip (colon + 1));
            return;
          }
        *colon = ':';
      }
}

static void
fill_boot (muri_v1_Node *node)
{
  g_autofree char *text = NULL;
  const char *found;

  if (g_file_get_contents ("/proc/stat", &text, NULL, NULL)
      && (found = strstr (text, "\nbtime ")) != NULL)
    node->booted = g_ascii_strtoll (found + strlen ("\nbtime "), NULL, 10) * G_USEC_PER_SEC;
}

void
agent_host_facts_fill (muri_v1_Node *node)
{
  g_autofree char *os = g_get_os_info (G_OS_INFO_KEY_PRETTY_NAME);
  long pages = sysconf (_SC_PHYS_PAGES);
  struct utsname name;

  AGENT_TEXT_COPY (node->os, os);
  if (uname (&name) == 0)
    AGENT_TEXT_COPY (node->kernel, name.release);
  node->cpus = g_get_num_processors ();
  if (pages > 0)
    node->memory = (guint64)pages * (sysconf (_SC_PAGESIZE) / 1024);
  fill_cpu_model (node);
  fill_boot (node);
}
