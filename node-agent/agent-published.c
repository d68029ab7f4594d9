/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent-published.h"

#include <gio/gio.h>
#include <string.h>

#include "muri-uuid.h"

#define FILE_NAME "published"
#define GROUP "published"

/* Numbers are reserved on disk ahead of their use, so that a killed agent repeats none. */
#define RESERVE 1024
#define RESERVE_AHEAD 128

/* Milliseconds in which changes are gathered for one write. */
#define WRITE_AFTER 200

struct _AgentPublished
{
  GObject parent_instance;

  char *path; /* NULL: nothing is kept */
  GHashTable *vms;
  guint64 next_event;
  guint64 reserved;
  guint timer;
  gboolean dirty;
  guint serial;

  GMutex lock;   /* held while the file is written; guards what follows */
  guint written; /* serial of the text on disk */
};

G_DEFINE_FINAL_TYPE (AgentPublished, agent_published, G_TYPE_OBJECT)

typedef struct
{
  char *text;
  guint serial;
} File;

static void
file_free (gpointer data)
{
  File *file = data;

  g_free (file->text);
  g_free (file);
}

static File *
render (AgentPublished *self)
{
  g_autoptr (GKeyFile) key_file = g_key_file_new ();
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  File *file = g_new0 (File, 1);
  GHashTableIter iter;
  gpointer uuid;

  g_hash_table_iter_init (&iter, self->vms);
  while (g_hash_table_iter_next (&iter, &uuid, NULL))
    {
      char text[MURI_UUID_TEXT];

      g_ptr_array_add (names, g_strdup (muri_uuid_format (uuid, text)));
    }
  g_key_file_set_uint64 (key_file, GROUP, "events", self->reserved);
  g_key_file_set_string_list (key_file, GROUP, "vms", (const char *const *)names->pdata,
                              names->len);
  file->text = g_key_file_to_data (key_file, NULL, NULL);
  file->serial = ++self->serial;
  return file;
}

/* Any thread. An older text never replaces a newer one. */
static void
write_file (AgentPublished *self, const File *file)
{
  g_autoptr (GError) error = NULL;

  g_mutex_lock (&self->lock);
  if (file->serial > self->written)
    {
      if (!g_file_set_contents (self->path, file->text, -1, &error))
        g_message ("Cannot remember what was published: %s", error->message);
      self->written = file->serial;
    }
  g_mutex_unlock (&self->lock);
}

static void
write_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  write_file (source, data);
  g_task_return_boolean (task, TRUE);
}

static gboolean
on_timer (gpointer user_data)
{
  AgentPublished *self = user_data;
  g_autoptr (GTask) task = g_task_new (self, NULL, NULL, NULL);

  self->timer = 0;
  self->dirty = FALSE;
  g_task_set_task_data (task, render (self), file_free);
  g_task_run_in_thread (task, write_thread);
  return G_SOURCE_REMOVE;
}

static void
schedule (AgentPublished *self)
{
  self->dirty = TRUE;
  if (self->path && self->timer == 0)
    self->timer = g_timeout_add (WRITE_AFTER, on_timer, self);
}

void
agent_published_add (AgentPublished *self, const muri_v1_Uuid *vm)
{
  if (g_hash_table_contains (self->vms, vm))
    return;
  g_hash_table_add (self->vms, g_memdup2 (vm, sizeof *vm));
  schedule (self);
}

void
agent_published_remove (AgentPublished *self, const muri_v1_Uuid *vm)
{
  if (g_hash_table_remove (self->vms, vm))
    schedule (self);
}

GArray *
agent_published_list (AgentPublished *self)
{
  GArray *list = g_array_new (FALSE, FALSE, sizeof (muri_v1_Uuid));
  GHashTableIter iter;
  gpointer uuid;

  g_hash_table_iter_init (&iter, self->vms);
  while (g_hash_table_iter_next (&iter, &uuid, NULL))
    g_array_append_vals (list, uuid, 1);
  return list;
}

guint64
agent_published_next_event (AgentPublished *self)
{
  if (self->next_event + RESERVE_AHEAD >= self->reserved)
    {
      self->reserved = self->next_event + RESERVE;
      schedule (self);
    }
  return self->next_event++;
}

static void
write_now (AgentPublished *self)
{
  File *file = render (self);

  g_clear_handle_id (&self->timer, g_source_remove);
  self->dirty = FALSE;
  write_file (self, file);
  file_free (file);
}

void
agent_published_flush (AgentPublished *self)
{
  if (self->path && self->dirty)
    write_now (self);
}

static void
load (AgentPublished *self)
{
  g_autoptr (GKeyFile) key_file = g_key_file_new ();
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) names = NULL;

  if (!g_key_file_load_from_file (key_file, self->path, G_KEY_FILE_NONE, &error))
    {
      self->next_event = 1;
      if (!g_error_matches (error, G_FILE_ERROR, G_FILE_ERROR_NOENT))
        {
          /* Beyond any number that could have been given out. */
          self->next_event = g_get_real_time () / 1000;
          g_message ("%s is not readable and is begun anew: %s", self->path, error->message);
        }
      return;
    }

  self->next_event = MAX (1, g_key_file_get_uint64 (key_file, GROUP, "events", NULL));
  names = g_key_file_get_string_list (key_file, GROUP, "vms", NULL, NULL);
  for (guint i = 0; names && names[i]; i++)
    {
      muri_v1_Uuid uuid;

      if (muri_uuid_parse (names[i], &uuid))
        g_hash_table_add (self->vms, g_memdup2 (&uuid, sizeof uuid));
    }
}

static void
agent_published_finalize (GObject *object)
{
  AgentPublished *self = AGENT_PUBLISHED (object);

  g_clear_handle_id (&self->timer, g_source_remove);
  g_hash_table_unref (self->vms);
  g_mutex_clear (&self->lock);
  g_free (self->path);
  G_OBJECT_CLASS (agent_published_parent_class)->finalize (object);
}

static void
agent_published_class_init (AgentPublishedClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = agent_published_finalize;
}

static void
agent_published_init (AgentPublished *self)
{
  self->vms = g_hash_table_new_full (muri_uuid_hash, muri_uuid_equal, g_free, NULL);
  self->next_event = 1;
  g_mutex_init (&self->lock);
}

AgentPublished *
agent_published_new (const char *state_dir)
{
  AgentPublished *self = g_object_new (AGENT_TYPE_PUBLISHED, NULL);

  if (state_dir)
    {
      self->path = g_build_filename (state_dir, FILE_NAME, NULL);
      load (self);
    }
  self->reserved = self->next_event + RESERVE;
  if (self->path)
    write_now (self);
  return self;
}
