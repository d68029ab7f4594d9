/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-history-cache.h"

#include <string.h>

/* Of an entry, beside its name and bytes. */
#define OVERHEAD 200

typedef struct
{
  char *name;
  GBytes *bytes;
  gsize size;
  GList link; /* in the order of use, the newest first */
} Entry;

struct _MuriHistoryCache
{
  GHashTable *entries; /* name in the entry */
  GQueue order;
  gsize size;
  gsize most;
};

static void
entry_free (gpointer data)
{
  Entry *entry = data;

  g_free (entry->name);
  g_bytes_unref (entry->bytes);
  g_free (entry);
}

MuriHistoryCache *
muri_history_cache_new (gsize most)
{
  MuriHistoryCache *self = g_new0 (MuriHistoryCache, 1);

  self->entries = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, entry_free);
  self->most = most;
  return self;
}

void
muri_history_cache_free (MuriHistoryCache *self)
{
  g_hash_table_unref (self->entries);
  g_free (self);
}

GBytes *
muri_history_cache_get (MuriHistoryCache *self, const char *name)
{
  Entry *entry = g_hash_table_lookup (self->entries, name);

  if (entry == NULL)
    return NULL;
  g_queue_unlink (&self->order, &entry->link);
  g_queue_push_head_link (&self->order, &entry->link);
  return g_bytes_ref (entry->bytes);
}

static void
drop (MuriHistoryCache *self, Entry *entry)
{
  g_queue_unlink (&self->order, &entry->link);
  self->size -= entry->size;
  g_hash_table_remove (self->entries, entry->name);
}

void
muri_history_cache_put (MuriHistoryCache *self, const char *name, GBytes *bytes)
{
  const gsize size = g_bytes_get_size (bytes) + strlen (name) + OVERHEAD;
  Entry *entry = g_hash_table_lookup (self->entries, name);

  if (entry != NULL)
    drop (self, entry);
  if (size > self->most)
    return;
  while (self->size + size > self->most)
    drop (self, self->order.tail->data);

  entry = g_new0 (Entry, 1);
  entry->name = g_strdup (name);
  entry->bytes = g_bytes_ref (bytes);
  entry->size = size;
  entry->link.data = entry;
  g_hash_table_insert (self->entries, entry->name, entry);
  g_queue_push_head_link (&self->order, &entry->link);
  self->size += size;
}

gsize
muri_history_cache_get_size (MuriHistoryCache *self)
{
  return self->size;
}
