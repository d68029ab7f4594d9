/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-hearing.h"

#include "muri-bus.h"
#include "muri-interfaces.h"
#include "muri-uuid.h"

/* Nobody waits for a frame here. */
#define FRAME 100

typedef struct
{
  MuriHeard *heard;
  GPtrArray *interfaces; /* MuriInterface, of this computer */
  GHashTable *hosts;     /* muri_v1_Uuid; main context only */
  GPtrArray *settings;
  GPtrArray *open; /* MuriZone, one each of settings that could be opened */
} Ear;

/* One call of muri_hear_async(): opened on a worker, counted on the main context, closed on a
 * worker. */
typedef struct
{
  MuriBus *bus;
  GPtrArray *ears;
  guint seconds;
} Hearing;

static void
heard_free (gpointer data)
{
  MuriHeard *heard = data;

  g_free (heard->interface);
  g_free (heard->problem);
  g_free (heard);
}

static void
ear_free (gpointer data)
{
  Ear *ear = data;

  g_clear_pointer (&ear->heard, heard_free);
  g_ptr_array_unref (ear->interfaces);
  g_hash_table_unref (ear->hosts);
  g_ptr_array_unref (ear->settings);
  g_ptr_array_unref (ear->open);
  g_free (ear);
}

static void
hearing_free (gpointer data)
{
  Hearing *hearing = data;

  g_ptr_array_unref (hearing->ears);
  g_object_unref (hearing->bus);
  g_free (hearing);
}

/* An agent of this computer hears what is said on any of its networks, and answers. */
static gboolean
is_of_another_network (Ear *ear, const char *address)
{
  for (guint i = 0; i < ear->interfaces->len; i++)
    {
      const MuriInterface *interface = g_ptr_array_index (ear->interfaces, i);

      if (g_strcmp0 (interface->address, address) == 0)
        return !g_str_equal (interface->name, ear->heard->interface);
    }
  return FALSE;
}

static void
batch (MuriZone *zone, MuriChange *changes, gsize n_changes, gpointer user_data)
{
  Ear *ear = user_data;

  for (gsize i = 0; i < n_changes; i++)
    if (changes[i].valid && changes[i].topic == MURI_TOPIC_NODE
        && changes[i].life == MURI_LIFE_ALIVE)
      {
        const muri_v1_Node *node = changes[i].sample;

        if (!is_of_another_network (ear, node->address))
          g_hash_table_add (ear->hosts, g_memdup2 (&node->node, sizeof node->node));
      }
}

static void
open_ear (Hearing *hearing, Ear *ear)
{
  for (guint i = 0; i < ear->settings->len && ear->heard->problem == NULL; i++)
    {
      g_autoptr (GError) error = NULL;
      MuriZone *zone = muri_zone_open (hearing->bus, g_ptr_array_index (ear->settings, i),
                                       MURI_TOPIC_MASK (MURI_TOPIC_NODE), 0, batch, ear, &error);

      if (zone != NULL)
        g_ptr_array_add (ear->open, zone);
      else
        ear->heard->problem = g_strdup (error->message);
    }
}

static void
open_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Hearing *hearing = data;

  for (guint i = 0; i < hearing->ears->len; i++)
    if (!g_cancellable_is_cancelled (cancellable))
      open_ear (hearing, g_ptr_array_index (hearing->ears, i));
  g_task_return_boolean (task, TRUE);
}

static void
close_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Hearing *hearing = data;

  for (guint i = 0; i < hearing->ears->len; i++)
    {
      Ear *ear = g_ptr_array_index (hearing->ears, i);

      for (guint j = 0; j < ear->open->len; j++)
        {
          MuriZone *zone = g_ptr_array_index (ear->open, j);

          ear->heard->n_refused += muri_zone_get_refused (zone);
          muri_zone_close (zone);
        }
    }
  g_task_return_boolean (task, TRUE);
}

static void
on_closed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Hearing *hearing = g_task_get_task_data (task);
  GPtrArray *found = g_ptr_array_new_with_free_func (heard_free);

  for (guint i = 0; i < hearing->ears->len; i++)
    {
      Ear *ear = g_ptr_array_index (hearing->ears, i);

      ear->heard->n_hosts = g_hash_table_size (ear->hosts);
      g_ptr_array_add (found, g_steal_pointer (&ear->heard));
    }
  if (g_task_return_error_if_cancelled (task))
    g_ptr_array_unref (found);
  else
    g_task_return_pointer (task, found, (GDestroyNotify)g_ptr_array_unref);
}

static gboolean
on_time (gpointer user_data)
{
  GTask *task = user_data;
  g_autoptr (GTask) work = g_task_new (NULL, NULL, on_closed, g_object_ref (task));

  g_task_set_task_data (work, g_task_get_task_data (task), NULL);
  g_task_run_in_thread (work, close_thread);
  return G_SOURCE_REMOVE;
}

static void
on_open (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Hearing *hearing = g_task_get_task_data (task);
  gboolean cancelled = g_cancellable_is_cancelled (g_task_get_cancellable (task));

  g_timeout_add_seconds_full (G_PRIORITY_DEFAULT, cancelled ? 0 : hearing->seconds, on_time,
                              g_object_ref (task), g_object_unref);
}

static Ear *
ear_new (const char *interface, const guint *zones, gsize n_zones, const char *const *peers)
{
  Ear *ear = g_new0 (Ear, 1);

  ear->heard = g_new0 (MuriHeard, 1);
  ear->heard->interface = g_strdup (interface);
  ear->interfaces = muri_interfaces_list ();
  ear->hosts = g_hash_table_new_full (muri_uuid_hash, muri_uuid_equal, g_free, NULL);
  ear->settings = g_ptr_array_new_with_free_func ((GDestroyNotify)muri_zone_settings_free);
  ear->open = g_ptr_array_new_with_free_func (g_object_unref);
  for (gsize i = 0; i < n_zones; i++)
    {
      MuriZoneSettings *settings = muri_zone_settings_new (zones[i], interface, MURI_ROLE_CONSOLE);

      settings->peers = g_strdupv ((char **)peers);
      g_ptr_array_add (ear->settings, settings);
    }
  return ear;
}

/**
 * muri_hear_async:
 * @interfaces: (array zero-terminated=1): names of networks that are not joined already
 * @zones: (array length=n_zones): which zones
 * @n_zones: how many
 * @peers: (nullable) (array zero-terminated=1): hosts to be asked, where multicast does not reach
 * @seconds: how long to listen
 * @cancellable: (nullable): ends it early
 * @callback: called on the main context that this is called on
 * @user_data: for @callback
 *
 * Listens on several networks at once for agents, and leaves them again. It says nothing but that
 * a console is there.
 */
void
muri_hear_async (const char *const *interfaces, const guint *zones, gsize n_zones,
                 const char *const *peers, guint seconds, GCancellable *cancellable,
                 GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);
  g_autoptr (GTask) work = g_task_new (NULL, cancellable, on_open, task);
  Hearing *hearing = g_new0 (Hearing, 1);

  g_task_set_check_cancellable (work, FALSE);
  hearing->bus = muri_bus_new (g_main_context_get_thread_default (), FRAME);
  hearing->ears = g_ptr_array_new_with_free_func (ear_free);
  hearing->seconds = seconds;
  for (guint i = 0; interfaces[i] != NULL; i++)
    g_ptr_array_add (hearing->ears, ear_new (interfaces[i], zones, n_zones, peers));
  g_task_set_task_data (task, hearing, hearing_free);
  g_task_set_task_data (work, hearing, NULL);
  g_task_run_in_thread (work, open_thread);
}

/**
 * muri_hear_finish:
 * @result: what the callback got
 * @error: set when it was cancelled
 *
 * Returns: (transfer container) (element-type MuriHeard): one for each interface, in their order
 */
GPtrArray *
muri_hear_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
