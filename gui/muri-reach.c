/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-reach.h"

#include <string.h>

#include "muri-zone-settings.h"

/* The words of @text, each once. */
static GPtrArray *
split (const char *text)
{
  g_auto (GStrv) words = g_strsplit_set (text, ", ;\t\n", -1);
  GPtrArray *found = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; words[i]; i++)
    if (*words[i] && !g_ptr_array_find_with_equal_func (found, words[i], g_str_equal, NULL))
      g_ptr_array_add (found, g_strdup (words[i]));
  return found;
}

static int
compare_zones (gconstpointer a, gconstpointer b)
{
  guint first = *(const guint *)a, second = *(const guint *)b;

  return (first > second) - (first < second);
}

GArray *
muri_reach_parse_zones (const char *text, char **wrong)
{
  g_autoptr (GPtrArray) words = split (text);
  g_autoptr (GArray) zones = g_array_new (FALSE, FALSE, sizeof (guint));

  for (guint i = 0; i < words->len; i++)
    {
      guint64 number;
      guint zone;

      if (!g_ascii_string_to_unsigned (words->pdata[i], 10, 0, MURI_ZONE_MAX, &number, NULL))
        {
          *wrong = g_strdup (words->pdata[i]);
          return NULL;
        }
      zone = (guint)number;
      g_array_append_val (zones, zone);
    }
  if (zones->len == 0)
    {
      *wrong = g_strdup ("");
      return NULL;
    }
  g_array_sort (zones, compare_zones);
  return g_steal_pointer (&zones);
}

char *
muri_reach_format_zones (const guint *zones, gsize n)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (gsize i = 0; i < n; i++)
    g_string_append_printf (text, "%s%u", i > 0 ? ", " : "", zones[i]);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

char **
muri_reach_parse_peers (const char *text, char **wrong)
{
  g_autoptr (GPtrArray) words = split (text);

  for (guint i = 0; i < words->len; i++)
    {
      char *one[] = { words->pdata[i], NULL };
      const MuriZoneSettings settings = { .role = MURI_ROLE_CONSOLE, .peers = one };
      g_autoptr (GError) error = NULL;

      /* The interface is asked after last, so that what is said of the peer comes first. */
      if (!muri_zone_settings_check (&settings, &error)
          && g_error_matches (error, MURI_ZONE_SETTINGS_ERROR, MURI_ZONE_SETTINGS_ERROR_PEER))
        {
          *wrong = g_strdup (words->pdata[i]);
          return NULL;
        }
    }
  g_ptr_array_add (words, NULL);
  return (char **)g_ptr_array_free (g_steal_pointer (&words), FALSE);
}
