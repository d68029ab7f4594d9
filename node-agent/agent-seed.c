/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent-seed.h"

#include <gio/gio.h>
#include <stdint.h>
#include <string.h>
#define LIBISOFS_WITHOUT_LIBBURN
#include <libisofs/libisofs.h>

#define HOST_NAME_MAX_BYTES 63
#define SECTOR 2048
#define IMAGE_MAX (16 * 1024 * 1024)

/* ---- texts ------------------------------------------------------------------------------- */

char *
agent_seed_host_name (const char *name, const char *instance)
{
  g_autoptr (GString) host = g_string_new (NULL);

  for (const char *c = name; *c != '\0' && host->len < HOST_NAME_MAX_BYTES; c++)
    if (g_ascii_isalnum (*c))
      g_string_append_c (host, g_ascii_tolower (*c));
    else if (host->len > 0 && host->str[host->len - 1] != '-')
      g_string_append_c (host, '-');
  while (host->len > 0 && host->str[host->len - 1] == '-')
    g_string_truncate (host, host->len - 1);
  if (host->len == 0)
    g_string_printf (host, "vm-%.8s", instance);
  return g_strdup (host->str);
}

/* A YAML scalar in double quotes. */
static void
append_quoted (GString *text, const char *value)
{
  g_string_append_c (text, '"');
  for (const char *c = value; *c != '\0'; c++)
    {
      if (*c == '"' || *c == '\\')
        g_string_append_c (text, '\\');
      g_string_append_c (text, *c);
    }
  g_string_append_c (text, '"');
}

char *
agent_seed_meta_data (const AgentSeedFacts *facts)
{
  g_autoptr (GString) text = g_string_new ("instance-id: ");
  g_autofree char *host = agent_seed_host_name (facts->name, facts->instance);

  append_quoted (text, facts->instance);
  g_string_append (text, "\nlocal-hostname: ");
  append_quoted (text, host);
  if (facts->ssh_key != NULL)
    {
      g_string_append (text, "\npublic-keys:\n  - ");
      append_quoted (text, facts->ssh_key);
    }
  g_string_append_c (text, '\n');
  return g_strdup (text->str);
}

/* What a DHCP server knows a guest by is its card, and not a machine-id that clones may share. */
char *
agent_seed_network_config (const AgentSeedFacts *facts)
{
  g_autoptr (GString) text = g_string_new ("version: 2\nethernets:");

  if (facts->macs[0] == NULL)
    g_string_append (text, " {}");
  for (guint i = 0; facts->macs[i] != NULL; i++)
    g_string_append_printf (text,
                            "\n  nic%u:\n    match:\n      macaddress: \"%s\"\n    dhcp4: true\n"
                            "    dhcp-identifier: mac\n    optional: %s",
                            i, facts->macs[i], i == 0 ? "false" : "true");
  g_string_append_c (text, '\n');
  return g_strdup (text->str);
}

/* ---- the image --------------------------------------------------------------------------- */

/* libisofs keeps its messages in one place for all threads. */
static GMutex lock;

static gboolean
check (int rc, const char *what, GError **error)
{
  if (rc >= 0)
    return TRUE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "the seed cannot be made: %s: %s", what,
               iso_error_to_msg (rc));
  return FALSE;
}

static gboolean
add_file (IsoImage *image, const char *name, const char *text, GError **error)
{
  gsize size = strlen (text);
  unsigned char *copy = g_memdup2 (text, MAX (size, 1));
  IsoStream *stream = NULL;
  IsoFile *file = NULL;

  /* Its memory is freed by free(), as GLib's is. */
  if (!check (iso_memory_stream_new (copy, size, &stream), name, error))
    {
      g_free (copy);
      return FALSE;
    }
  if (check (iso_tree_add_new_file (iso_image_get_root (image), name, stream, &file), name, error))
    return TRUE;
  iso_stream_unref (stream);
  return FALSE;
}

static GBytes *
read_all (struct burn_source *source, GError **error)
{
  g_autoptr (GByteArray) all = g_byte_array_new ();
  guint8 sector[SECTOR];
  int n;

  while ((n = source->read_xt (source, sector, sizeof sector)) > 0 && all->len < IMAGE_MAX)
    g_byte_array_append (all, sector, n);
  if (n == 0 && all->len > 0)
    return g_byte_array_free_to_bytes (g_steal_pointer (&all));
  source->cancel (source);
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, "the seed cannot be made");
  return NULL;
}

static GBytes *
write_image (IsoImage *image, GError **error)
{
  IsoWriteOpts *options = NULL;
  struct burn_source *source = NULL;
  GBytes *bytes = NULL;

  if (!check (iso_write_opts_new (&options, 0), "options", error))
    return NULL;
  iso_write_opts_set_iso_level (options, 3);
  iso_write_opts_set_rockridge (options, 1);
  iso_write_opts_set_joliet (options, 1);
  iso_write_opts_set_relaxed_vol_atts (options, 1);
  if (check (iso_image_create_burn_source (image, options, &source), "image", error))
    {
      bytes = read_all (source, error);
      source->free_data (source);
      g_free (source);
    }
  iso_write_opts_free (options);
  return bytes;
}

GBytes *
agent_seed_new (const AgentSeedFacts *facts, GError **error)
{
  g_autofree char *meta_data = agent_seed_meta_data (facts);
  g_autofree char *network_config = agent_seed_network_config (facts);
  const char *user_data = facts->user_data != NULL ? facts->user_data : "#cloud-config\n{}\n";
  IsoImage *image = NULL;
  GBytes *bytes = NULL;

  g_mutex_lock (&lock);
  if (check (iso_init (), "library", error))
    {
      iso_set_msgs_severities ("NEVER", "NEVER", "");
      if (check (iso_image_new ("cidata", &image), "image", error)
          && add_file (image, "meta-data", meta_data, error)
          && add_file (image, "user-data", user_data, error)
          && add_file (image, "network-config", network_config, error))
        bytes = write_image (image, error);
      if (image != NULL)
        iso_image_unref (image);
      iso_finish ();
    }
  g_mutex_unlock (&lock);
  return bytes;
}
