/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "muri-name-list.h"

#include <glib/gi18n.h>

#include "muri-column.h"
#include "muri-counted.h"

#define SEPARATORS "\r\n\t,;"
/* So many names are said to be missing, then "and 12 more". */
#define NAMES_SHOWN 8

/* Names need not be unique in a fleet: all that bear one are meant. */
static GHashTable *
index_by_name (GListModel *model)
{
  GHashTable *by_name =
      g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify)g_ptr_array_unref);
  guint n = g_list_model_get_n_items (model);

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (GObject) item = g_list_model_get_item (model, i);
      const char *name = muri_item_get_name (item);
      GPtrArray *same = g_hash_table_lookup (by_name, name);

      if (!same)
        {
          same = g_ptr_array_new_with_free_func (g_object_unref);
          g_hash_table_insert (by_name, (gpointer)name, same);
        }
      g_ptr_array_add (same, g_steal_pointer (&item));
    }
  return by_name;
}

static gboolean
is_separated (const char *text)
{
  /* A query has commas too: "state:running,paused". */
  return strpbrk (text, "\r\n\t;") != NULL
         || (strchr (text, ',') != NULL && strpbrk (text, ":~<>=") == NULL);
}

static gboolean
has_name (GListModel *model, const char *name)
{
  guint n = g_list_model_get_n_items (model);

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (GObject) item = g_list_model_get_item (model, i);

      if (g_str_equal (muri_item_get_name (item), name))
        return TRUE;
    }
  return FALSE;
}

gboolean
muri_name_list_is (const char *text, GListModel *model)
{
  g_auto (GStrv) words = NULL;
  g_autoptr (GHashTable) by_name = NULL;
  guint n = 0;

  if (is_separated (text))
    return TRUE;
  if (strpbrk (text, " ") == NULL)
    return FALSE;
  words = g_strsplit (text, " ", -1);
  /* Most words with a space between them are a search: no index for each key press. */
  if (*words[0] && !has_name (model, words[0]))
    return FALSE;
  by_name = index_by_name (model);
  for (guint i = 0; words[i]; i++)
    {
      if (*words[i] && !g_hash_table_contains (by_name, words[i]))
        return FALSE;
      n += *words[i] != 0;
    }
  return n > 1;
}

static char *
describe (guint n_found, GPtrArray *missing)
{
  GString *text = g_string_new (NULL);

  muri_counted_append (text, ngettext ("%u name selected.", "%u names selected.", n_found),
                       n_found);
  if (missing->len > 0)
    {
      g_autoptr (GString) names = g_string_new (NULL);

      for (guint i = 0; i < missing->len && i < NAMES_SHOWN; i++)
        g_string_append_printf (names, "%s%s", i > 0 ? C_ ("list separator", ", ") : "",
                                (const char *)missing->pdata[i]);
      g_string_append_c (text, ' ');
      /* Translators: a list of names */
      g_string_append_printf (text, _ ("Not found: %s"), names->str);
    }
  if (missing->len > NAMES_SHOWN)
    muri_counted_append (text, _ (" and %u more"), missing->len - NAMES_SHOWN);
  return g_string_free (text, FALSE);
}

GPtrArray *
muri_name_list_find (const char *text, GListModel *model, char **note)
{
  /* A name may have a space in it where something else parts the names. */
  g_auto (GStrv) names = g_strsplit_set (text, is_separated (text) ? SEPARATORS : " ", -1);
  g_autoptr (GHashTable) by_name = index_by_name (model);
  g_autoptr (GPtrArray) missing = g_ptr_array_new ();
  GPtrArray *items = g_ptr_array_new_with_free_func (g_object_unref);
  guint n_found = 0;

  for (guint i = 0; names[i]; i++)
    {
      char *name = g_strstrip (names[i]);
      GPtrArray *same = g_hash_table_lookup (by_name, name);

      if (!*name)
        continue;
      if (!same)
        g_ptr_array_add (missing, name);
      else
        n_found++;
      for (guint j = 0; same && j < same->len; j++)
        g_ptr_array_add (items, g_object_ref (same->pdata[j]));
    }
  *note = describe (n_found, missing);
  return items;
}
