/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-fleet-private.h"

#include <glib/gi18n-lib.h>

#include "muri-receive-buffer.h"

/* Batches are handed over at most once a frame of 60 Hz. */
#define FRAME 16

/* Seconds, as muri_zone_settings_new() has it. */
#define DEFAULT_LEASE 10

#define READS                                                                                      \
  (MURI_TOPIC_MASK (MURI_TOPIC_NODE) | MURI_TOPIC_MASK (MURI_TOPIC_VM)                             \
   | MURI_TOPIC_MASK (MURI_TOPIC_TEMPLATE) | MURI_TOPIC_MASK (MURI_TOPIC_SAMPLE)                   \
   | MURI_TOPIC_MASK (MURI_TOPIC_EVENT) | MURI_TOPIC_MASK (MURI_TOPIC_REPORT))
#define WRITES MURI_TOPIC_MASK (MURI_TOPIC_OPERATION)

/* One call of muri_fleet_join_async(). Calls that overlap wait for each other. */
typedef struct
{
  GTask *task; /* the caller's; it keeps the fleet */
  MuriFleet *fleet;
  GPtrArray *settings; /* MuriZoneSettings */
  MuriBus *bus;
  GPtrArray *leave;  /* MuriFleetZone, until the worker closed them */
  GPtrArray *joined; /* MuriFleetZone, until the fleet has them */
  guint32 receive_buffer;
} Join;

static void
batch (MuriZone *zone, MuriChange *changes, gsize n_changes, gpointer user_data)
{
  MuriFleetZone *link = user_data;

  if (link->fleet != NULL)
    muri_fleet_fold (link->fleet, link->number, changes, n_changes);
}

static void
link_free (gpointer data)
{
  MuriFleetZone *link = data;

  g_clear_object (&link->zone);
  g_free (link);
}

/* On whatever thread drops the worker's task last: what is the main context's is gone by then. */
static void
join_free (gpointer data)
{
  Join *join = data;

  g_ptr_array_unref (join->settings);
  g_free (join);
}

static void
close_all (GPtrArray *links)
{
  for (guint i = 0; i < links->len; i++)
    {
      MuriFleetZone *link = g_ptr_array_index (links, i);

      muri_zone_close (link->zone);
    }
}

/* On loopback nothing is lost for it. */
static void
warn_of_buffer (MuriFleet *self, const Join *join)
{
  const MuriZoneSettings *settings;

  if (join->settings->len == 0 || join->receive_buffer == 0
      || join->receive_buffer >= MURI_RECEIVE_BUFFER || self->warned_of_buffer)
    return;
  settings = g_ptr_array_index (join->settings, 0);
  if (g_str_equal (settings->interface, "lo"))
    return;

  self->warned_of_buffer = TRUE;
  muri_fleet_notice (self,
                     _ ("The kernel grants receive buffers of %u KiB only, so figures of large "
                        "fleets may be lost; net.core.rmem_max should be %u: 60-muri.conf in "
                        "/etc/sysctl.d sees to it"),
                     join->receive_buffer / 1024, MURI_RECEIVE_BUFFER);
}

static void
join_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Join *join = data;
  GError *error = NULL;

  join->receive_buffer = muri_receive_buffer_probe ();
  close_all (join->leave);
  for (guint i = 0; i < join->settings->len && error == NULL; i++)
    {
      const MuriZoneSettings *settings = g_ptr_array_index (join->settings, i);
      MuriFleetZone *link = g_new0 (MuriFleetZone, 1);

      link->fleet = join->fleet;
      link->number = settings->zone;
      link->zone = muri_zone_open (join->bus, settings, READS, WRITES, batch, link, &error);
      if (link->zone != NULL)
        g_ptr_array_add (join->joined, link);
      else
        g_free (link);
    }

  /* All or none. */
  if (error != NULL)
    {
      close_all (join->joined);
      g_task_return_new_error (task, MURI_FLEET_ERROR, MURI_FLEET_ERROR_ZONE, "%s", error->message);
      g_error_free (error);
    }
  else
    g_task_return_boolean (task, TRUE);
}

static void start_join (MuriFleet *self, Join *join);

static void
on_joined (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (MuriFleet) self = data;
  Join *join = g_task_get_task_data (G_TASK (result));
  g_autoptr (GTask) task = g_steal_pointer (&join->task);
  g_autoptr (GPtrArray) joined = g_steal_pointer (&join->joined);
  GError *error = NULL;

  /* Nothing hands over to what was left any more. */
  g_clear_pointer (&join->leave, g_ptr_array_unref);
  g_clear_object (&join->bus);

  if (g_task_propagate_boolean (G_TASK (result), &error))
    {
      g_ptr_array_extend_and_steal (self->zones, g_steal_pointer (&joined));
      self->joined = g_get_real_time ();
      muri_fleet_publish_again (self);
      warn_of_buffer (self, join);
      g_task_return_boolean (task, TRUE);
    }
  else
    g_task_return_error (task, error);

  self->joining = FALSE;
  if (!g_queue_is_empty (&self->joins))
    start_join (self, g_queue_pop_head (&self->joins));
}

static void
start_join (MuriFleet *self, Join *join)
{
  g_autoptr (GTask) worker = g_task_new (NULL, NULL, on_joined, g_object_ref (self));

  self->joining = TRUE;
  if (self->bus == NULL)
    self->bus = muri_bus_new (NULL, FRAME);
  if (self->zones->len > 0)
    self->left = g_get_monotonic_time ();
  join->fleet = self;
  join->bus = g_object_ref (self->bus);
  join->joined = g_ptr_array_new_with_free_func (link_free);
  join->leave = g_steal_pointer (&self->zones);
  self->zones = g_ptr_array_new_with_free_func (link_free);
  for (guint i = 0; i < join->leave->len; i++)
    ((MuriFleetZone *)g_ptr_array_index (join->leave, i))->fleet = NULL;

  g_task_set_name (worker, "muri_fleet_join_async");
  g_task_set_task_data (worker, join, join_free);
  g_task_run_in_thread (worker, join_thread);
}

static MuriZoneSettings *
make_settings (MuriFleet *self, guint zone, const char *interface, const char *const *peers)
{
  MuriZoneSettings *settings = muri_zone_settings_new (zone, interface, MURI_ROLE_CONSOLE);

  settings->peers = g_strdupv ((char **)peers);
  if (self->lease > 0)
    settings->lease = self->lease;
  return settings;
}

/**
 * muri_fleet_join_async:
 * @fleet: a fleet that is open
 * @interface: name of a network interface
 * @zones: (array length=n_zones): their numbers
 * @n_zones: how many
 * @peers: (nullable) (array zero-terminated=1): host names or addresses; with any, unicast only
 * @cancellable: (nullable): its result is not wanted any more; the zones are joined all the same
 * @callback: called when it is done
 * @user_data: for @callback
 *
 * Leaves the zones that it was in and joins these, on a worker thread. The models keep what they
 * have. When one zone cannot be joined, none is.
 */
void
muri_fleet_join_async (MuriFleet *fleet, const char *interface, const guint *zones, gsize n_zones,
                       const char *const *peers, GCancellable *cancellable,
                       GAsyncReadyCallback callback, gpointer user_data)
{
  Join *join = g_new0 (Join, 1);

  join->task = g_task_new (fleet, cancellable, callback, user_data);
  g_task_set_name (join->task, "muri_fleet_join_async");
  join->settings = g_ptr_array_new_with_free_func ((GDestroyNotify)muri_zone_settings_free);
  for (gsize i = 0; i < n_zones; i++)
    g_ptr_array_add (join->settings, make_settings (fleet, zones[i], interface, peers));

  if (fleet->joining)
    g_queue_push_tail (&fleet->joins, join);
  else
    start_join (fleet, join);
}

/**
 * muri_fleet_join_finish:
 * @fleet: a fleet
 * @result: of muri_fleet_join_async()
 * @error: %MURI_FLEET_ERROR_ZONE
 *
 * Returns: whether all zones were joined
 */
gboolean
muri_fleet_join_finish (MuriFleet *fleet, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* @lease: seconds after which a silent agent counts as gone, for zones joined from now on */
void
muri_fleet_set_lease (MuriFleet *self, guint lease)
{
  self->lease = lease;
}

/* Nodes of a zone that is joined again have as long as after any other silence. */
gboolean
muri_fleet_was_left (MuriFleet *self, gint64 now)
{
  guint lease = self->lease > 0 ? self->lease : DEFAULT_LEASE;

  return self->left != 0 && now - self->left > (gint64)lease * G_TIME_SPAN_SECOND;
}

MuriZone *
muri_fleet_find_zone (MuriFleet *self, guint number)
{
  for (guint i = 0; i < self->zones->len; i++)
    {
      MuriFleetZone *link = g_ptr_array_index (self->zones, i);

      if (link->number == number)
        return link->zone;
    }
  return NULL;
}

/* Blocks. A join under way holds a reference, so there is none at the fleet's end. */
void
muri_fleet_leave_now (MuriFleet *self)
{
  close_all (self->zones);
  g_ptr_array_set_size (self->zones, 0);
  g_clear_object (&self->bus);
}
