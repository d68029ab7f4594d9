/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-store-private.h"

/* What the console alone knows, as GVariant text behind this; other rows are the store's own. */
#define PREFIX "own/"

typedef struct
{
  char *name;
  char *text; /* NULL: it goes */
} Setting;

gpointer
muri_setting_new (const char *name, GVariant *value)
{
  Setting *setting = g_new0 (Setting, 1);

  setting->name = g_strconcat (PREFIX, name, NULL);
  setting->text = value != NULL ? g_variant_print (value, TRUE) : NULL;
  return setting;
}

void
muri_setting_free (gpointer data)
{
  Setting *setting = data;

  g_free (setting->name);
  g_free (setting->text);
  g_free (setting);
}

/* What cannot be read is left out, and stays until it is written anew. */
gboolean
muri_store_load_settings (sqlite3 *db, GHashTable *settings, GError **error)
{
  g_autoptr (sqlite3_stmt) s = muri_store_prepare (
      db, "SELECT name, value FROM setting WHERE name GLOB '" PREFIX "*'", error);
  GError *failed = NULL;

  if (s == NULL)
    return FALSE;
  while (muri_store_step (s, &failed))
    {
      g_autofree char *name = muri_store_column_text (s, 0);
      g_autofree char *text = muri_store_column_text (s, 1);
      GVariant *value = g_variant_parse (NULL, text, NULL, NULL, NULL);

      if (value != NULL)
        g_hash_table_insert (settings, g_strdup (name + strlen (PREFIX)), value);
    }

  if (failed == NULL)
    return TRUE;
  g_propagate_error (error, failed);
  return FALSE;
}

gboolean
muri_store_save_setting (sqlite3 *db, gpointer data, GError **error)
{
  const Setting *setting = data;
  g_autoptr (sqlite3_stmt) s = muri_store_prepare (
      db,
      setting->text != NULL ? "INSERT OR REPLACE INTO setting (name, value) VALUES (?, ?)"
                            : "DELETE FROM setting WHERE name = ?",
      error);

  if (s == NULL)
    return FALSE;
  muri_store_bind_text (s, 1, setting->name);
  if (setting->text != NULL)
    muri_store_bind_text (s, 2, setting->text);
  return muri_store_run (s, error);
}
