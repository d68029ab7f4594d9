/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent-host-facts.h"

#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "agent-vm.h"

#define MACS_MAX 16

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

gint64
agent_host_facts_read_boot (void)
{
  g_autofree char *text = NULL;
  const char *found;

  if (g_file_get_contents ("/proc/stat", &text, NULL, NULL)
      && (found = strstr (text, "\nbtime ")) != NULL)
    return g_ascii_strtoll (found + strlen ("\nbtime "), NULL, 10) * G_USEC_PER_SEC;
  return 0;
}

/* Of cards: what has a device behind it, speaks Ethernet, and has an address at all. */
static gboolean
read_mac (const char *folder, char mac[32])
{
  g_autofree char *device = g_build_filename (folder, "device", NULL);
  g_autofree char *type_path = g_build_filename (folder, "type", NULL);
  g_autofree char *address_path = g_build_filename (folder, "address", NULL);
  g_autofree char *type = NULL;
  g_autofree char *address = NULL;

  if (!g_file_test (device, G_FILE_TEST_EXISTS)
      || !g_file_get_contents (type_path, &type, NULL, NULL)
      || !g_file_get_contents (address_path, &address, NULL, NULL)
      || strcmp (g_strstrip (type), "1") != 0 || strlen (g_strstrip (address)) != 17
      || strcmp (address, "00:00:00:00:00:00") == 0)
    return FALSE;
  g_strlcpy (mac, address, 32);
  return TRUE;
}

void
agent_host_facts_read_macs (muri_v1_Node *node, const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  const char *name;

  node->macs._buffer = dds_alloc (MACS_MAX * sizeof (muri_v1_Mac));
  node->macs._maximum = MACS_MAX;
  node->macs._release = true;
  node->macs._length = 0;
  while (dir && (name = g_dir_read_name (dir)) && node->macs._length < MACS_MAX)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      char mac[sizeof (muri_v1_Mac)] = "";

      if (read_mac (path, mac) && g_hash_table_add (seen, g_strdup (mac)))
        memcpy (node->macs._buffer[node->macs._length++], mac, sizeof mac);
    }
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
  node->booted = agent_host_facts_read_boot ();
  agent_host_facts_read_macs (node, "/sys/class/net");
}
