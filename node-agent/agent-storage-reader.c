/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent-storage-reader.h"

#include "agent-host-figures.h"
#include "muri-words.h"

#define EVERY (20 * G_TIME_SPAN_SECOND)
#define AGE (2 * EVERY)

struct _AgentStorageReader
{
  gatomicrefcount references; /* the owner's and that of a call under way */
  AgentVmTable *table;
  gint64 next; /* owner only */

  GMutex lock; /* guards what follows */
  gboolean busy;
  gint64 read; /* 0: nothing known */
  guint64 used, size;
};

static void
reader_unref (AgentStorageReader *reader)
{
  if (!g_atomic_ref_count_dec (&reader->references))
    return;
  agent_vm_table_unref (reader->table);
  g_mutex_clear (&reader->lock);
  g_free (reader);
}

static gpointer
run (gpointer data)
{
  AgentStorageReader *reader = data;
  g_autofree char *path = NULL;
  guint64 used, size;
  gboolean known;

  g_mutex_lock (&reader->table->lock);
  path = g_strdup (reader->table->storage);
  g_mutex_unlock (&reader->table->lock);
  known = agent_host_figures_read_storage (path, &used, &size);

  g_mutex_lock (&reader->lock);
  reader->busy = FALSE;
  if (known)
    {
      reader->read = g_get_monotonic_time ();
      reader->used = used;
      reader->size = size;
    }
  g_mutex_unlock (&reader->lock);
  reader_unref (reader);
  return NULL;
}

void
agent_storage_reader_tick (AgentStorageReader *reader, gint64 now, muri_v1_NodeFigures *wire)
{
  g_mutex_lock (&reader->lock);
  if (!reader->busy && now >= reader->next)
    {
      reader->busy = TRUE;
      reader->next = now + EVERY;
      g_atomic_ref_count_inc (&reader->references);
      g_thread_unref (g_thread_new ("figures-storage", run, reader));
    }
  if (reader->read != 0 && now - reader->read <= AGE)
    {
      wire->known |= MURI_NODE_FIGURE_STORAGE;
      wire->storage = reader->used;
      wire->storage_size = reader->size;
    }
  g_mutex_unlock (&reader->lock);
}

AgentStorageReader *
agent_storage_reader_new (AgentVmTable *table)
{
  AgentStorageReader *reader = g_new0 (AgentStorageReader, 1);

  g_atomic_ref_count_init (&reader->references);
  reader->table = agent_vm_table_ref (table);
  g_mutex_init (&reader->lock);
  return reader;
}

void
agent_storage_reader_stop (AgentStorageReader *reader)
{
  reader_unref (reader);
}
