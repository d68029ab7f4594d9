/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "muri-clock.h"

#define EVERY_SECONDS 5

typedef struct
{
  gulong handler;
  void (*callback) (gpointer data);
  gpointer data;
} Listener;

static GHashTable *listeners; /* handler to Listener */
static gulong last_handler;
static guint source_id;

static gboolean
on_tick (gpointer user_data)
{
  g_autoptr (GList) handlers = g_hash_table_get_keys (listeners);

  /* A callback may disconnect others. */
  for (GList *l = handlers; l; l = l->next)
    {
      Listener *listener = g_hash_table_lookup (listeners, l->data);

      if (listener)
        listener->callback (listener->data);
    }
  return G_SOURCE_CONTINUE;
}

gulong
muri_clock_connect (GCallback callback, gpointer data)
{
  Listener *listener = g_new0 (Listener, 1);

  if (!listeners)
    listeners = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  listener->handler = ++last_handler;
  listener->callback = (void (*) (gpointer))callback;
  listener->data = data;
  g_hash_table_insert (listeners, GSIZE_TO_POINTER (listener->handler), listener);
  if (source_id == 0)
    source_id = g_timeout_add_seconds (EVERY_SECONDS, on_tick, NULL);
  return listener->handler;
}

void
muri_clock_disconnect (gulong handler)
{
  g_hash_table_remove (listeners, GSIZE_TO_POINTER (handler));
  if (g_hash_table_size (listeners) == 0)
    g_clear_handle_id (&source_id, g_source_remove);
}
