/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "muri-options.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <unistd.h>

#include "muri-zone-settings.h"

struct _MuriOptions
{
  char *interface; /* NULL where not given */
  GArray *zones;
  char **peers;
  char *data_dir;
};

static const GOptionEntry entries[] = {
  { "interface", 'i', 0, G_OPTION_ARG_STRING, NULL,
    N_ ("Network interface that hosts are heard on"), N_ ("NAME") },
  { "zone", 'z', 0, G_OPTION_ARG_STRING_ARRAY, NULL,
    N_ ("Zone to watch, may be given several times"), N_ ("N") },
  { "peer", 'p', 0, G_OPTION_ARG_STRING_ARRAY, NULL,
    N_ ("Host of an agent that multicast does not reach, may be given several times"),
    N_ ("HOST") },
  { "data-dir", 'd', 0, G_OPTION_ARG_FILENAME, NULL,
    N_ ("Directory of what Muri remembers; starts another Muri"), N_ ("DIR") },
  { "version", 0, 0, G_OPTION_ARG_NONE, NULL, N_ ("Show the version"), NULL },
  { NULL },
};

void
muri_options_add_entries (GApplication *application)
{
  g_application_add_main_option_entries (application, entries);
  g_application_set_option_context_summary (application,
                                            _ ("Muri shows and runs a flock of hosts."));
}

static gboolean
is_of_application (const char *argument)
{
  static const char *const known[] = { "-h", "-?", "-s", "--help", NULL };

  return g_strv_contains (known, argument) || g_str_has_prefix (argument, "--help-")
         || g_str_has_prefix (argument, "--gapplication-");
}

/* The values are thrown away: the application parses them once more. */
static gboolean
parse_away (char ***arguments, GError **error)
{
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autofree char *interface = NULL;
  g_auto (GStrv) zones = NULL;
  g_auto (GStrv) peers = NULL;
  g_autofree char *data_dir = NULL;
  gboolean version;
  gpointer values[] = { &interface, &zones, &peers, &data_dir, &version };
  GOptionEntry own[G_N_ELEMENTS (entries)];

  memcpy (own, entries, sizeof entries);
  for (guint i = 0; i < G_N_ELEMENTS (values); i++)
    own[i].arg_data = values[i];
  g_option_context_add_main_entries (context, own, NULL);
  g_option_context_set_help_enabled (context, FALSE);
  g_option_context_set_ignore_unknown_options (context, TRUE);
  return g_option_context_parse_strv (context, arguments, error);
}

gboolean
muri_options_check_arguments (char **arguments, GError **error)
{
  g_auto (GStrv) left = g_strdupv (arguments);

  if (!parse_away (&left, error))
    return FALSE;
  for (guint i = 1; left[i]; i++)
    if (!is_of_application (left[i]))
      {
        g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_UNKNOWN_OPTION,
                     _ ("“%s” is not understood; muri --help says what is"), left[i]);
        return FALSE;
      }
  return TRUE;
}

static gboolean
parse_zones (MuriOptions *self, const char *const *texts, GError **error)
{
  self->zones = g_array_new (FALSE, FALSE, sizeof (guint));
  for (guint i = 0; texts[i]; i++)
    {
      guint64 number;
      guint zone;

      if (!g_ascii_string_to_unsigned (texts[i], 10, 0, MURI_ZONE_MAX, &number, NULL))
        {
          g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                       _ ("--zone “%s” is not a zone: zones are numbers from 0 to %d"), texts[i],
                       MURI_ZONE_MAX);
          return FALSE;
        }
      zone = number;
      g_array_append_val (self->zones, zone);
    }
  return TRUE;
}

static gboolean
check_network (MuriOptions *self, GError **error)
{
  g_autoptr (MuriZoneSettings) settings =
      muri_zone_settings_new (0, self->interface ? self->interface : "lo", MURI_ROLE_CONSOLE);
  g_autoptr (GError) problem = NULL;

  settings->peers = g_strdupv (self->peers);
  if (muri_zone_settings_check (settings, &problem))
    return TRUE;
  if (g_error_matches (problem, MURI_ZONE_SETTINGS_ERROR, MURI_ZONE_SETTINGS_ERROR_PEER))
    g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "--peer: %s", problem->message);
  else
    g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_NODEV, "%s", problem->message);
  return FALSE;
}

static gboolean
check_data_dir (MuriOptions *self, GError **error)
{
  if (g_mkdir_with_parents (self->data_dir, 0700) == 0 && access (self->data_dir, W_OK | X_OK) == 0)
    return TRUE;

  g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (errno),
               _ ("The data directory “%s” cannot be written: %s"), self->data_dir,
               g_strerror (errno));
  return FALSE;
}

MuriOptions *
muri_options_new (GVariantDict *dict, GError **error)
{
  MuriOptions *self = g_new0 (MuriOptions, 1);
  g_autofree const char **zones = NULL;

  g_variant_dict_lookup (dict, "interface", "s", &self->interface);
  g_variant_dict_lookup (dict, "peer", "^as", &self->peers);
  g_variant_dict_lookup (dict, "data-dir", "^ay", &self->data_dir);
  g_variant_dict_lookup (dict, "zone", "^a&s", &zones);

  if ((zones && !parse_zones (self, zones, error))
      || ((self->interface || self->peers) && !check_network (self, error))
      || (self->data_dir && !check_data_dir (self, error)))
    {
      muri_options_free (self);
      return NULL;
    }
  if (!self->data_dir)
    self->data_dir = g_build_filename (g_get_user_data_dir (), "muri", NULL);
  return self;
}

void
muri_options_free (MuriOptions *self)
{
  g_free (self->interface);
  g_clear_pointer (&self->zones, g_array_unref);
  g_strfreev (self->peers);
  g_free (self->data_dir);
  g_free (self);
}

const char *
muri_options_get_data_dir (MuriOptions *self)
{
  return self->data_dir;
}

char *
muri_options_dup_interface (MuriOptions *self, GSettings *settings)
{
  return self->interface ? g_strdup (self->interface)
                         : g_settings_get_string (settings, "interface");
}

GArray *
muri_options_dup_zones (MuriOptions *self, GSettings *settings)
{
  GArray *zones = g_array_new (FALSE, FALSE, sizeof (guint));
  g_autoptr (GVariant) stored = NULL;
  gconstpointer elements;
  gsize n;

  if (self->zones)
    return g_array_append_vals (zones, self->zones->data, self->zones->len);

  stored = g_settings_get_value (settings, "zones");
  elements = g_variant_get_fixed_array (stored, &n, sizeof (guint32));
  return n > 0 ? g_array_append_vals (zones, elements, n) : zones;
}

char **
muri_options_dup_peers (MuriOptions *self, GSettings *settings)
{
  return self->peers ? g_strdupv (self->peers) : g_settings_get_strv (settings, "peers");
}

gboolean
muri_options_has_interface (MuriOptions *self)
{
  return self->interface != NULL;
}

gboolean
muri_options_has_zones (MuriOptions *self)
{
  return self->zones != NULL;
}

gboolean
muri_options_has_peers (MuriOptions *self)
{
  return self->peers != NULL;
}
