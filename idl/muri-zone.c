/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-zone-private.h"

#include "muri-domain.h"

/* The longest that muri_zone_flush() waits for readers to have got everything. */
#define FLUSH DDS_SECS (1)

G_DEFINE_FINAL_TYPE (MuriZone, muri_zone, G_TYPE_OBJECT)

/* ---- sending ----------------------------------------------------------------------------- */

typedef dds_return_t (*WriteFunc) (dds_entity_t writer, const void *sample);

typedef struct
{
  MuriZone *zone;
  MuriTopic topic;
  gpointer sample;
  WriteFunc func;
} Write;

static dds_return_t
dispose_and_unregister (dds_entity_t writer, const void *sample)
{
  dds_return_t result = dds_dispose (writer, sample);

  return result < 0 ? result : dds_unregister_instance (writer, sample);
}

static void
write_sample (gpointer data)
{
  Write *write = data;
  dds_return_t result = write->func (write->zone->writers[write->topic], write->sample);

  if (result < 0)
    g_warning ("Cannot write %s: %s", muri_topic_info (write->topic)->name,
               dds_strretcode (result));
  muri_topic_sample_free (write->topic, write->sample);
  g_object_unref (write->zone);
  g_free (write);
}

static void
post_write (MuriZone *self, MuriTopic topic, gpointer sample, WriteFunc func)
{
  Write *write = g_new (Write, 1);

  g_return_if_fail (self->writers[topic] > 0);
  write->zone = g_object_ref (self);
  write->topic = topic;
  write->sample = sample;
  write->func = func;
  muri_bus_post (self->bus, write_sample, write);
}

/* Cyclone keeps no instance of what it sends to nobody's memory. Each sample would make one and
 * have its garbage collector woken to take it away. */
static dds_return_t
write_registered (dds_entity_t writer, const void *sample)
{
  dds_instance_handle_t handle;

  if (dds_lookup_instance (writer, sample) == DDS_HANDLE_NIL)
    dds_register_instance (writer, &handle, sample);
  return dds_write (writer, sample);
}

/**
 * muri_zone_publish:
 * @zone: a zone that writes @topic
 * @topic: a topic
 * @sample: (transfer full): from muri_topic_sample_new()
 *
 * Returns at once; samples leave in the order of the calls. May be called from any thread.
 */
void
muri_zone_publish (MuriZone *zone, MuriTopic topic, gpointer sample)
{
  post_write (zone, topic, sample, muri_topic_info (topic)->polled ? write_registered : dds_write);
}

/**
 * muri_zone_dispose_instance:
 * @zone: a zone that writes @topic
 * @topic: a topic
 * @sample: (transfer full): a sample whose key members are set
 *
 * Says that the instance is deleted, and forgets it: later joiners do not hear of it.
 */
void
muri_zone_dispose_instance (MuriZone *zone, MuriTopic topic, gpointer sample)
{
  post_write (zone, topic, sample, dispose_and_unregister);
}

/**
 * muri_zone_mark_disposed:
 * @zone: a zone that writes @topic
 * @topic: a topic
 * @sample: (transfer full): a sample whose key members are set
 *
 * Says that the instance is deleted, also to who joins later or is unreachable at this moment,
 * until muri_zone_unregister_instance().
 */
void
muri_zone_mark_disposed (MuriZone *zone, MuriTopic topic, gpointer sample)
{
  post_write (zone, topic, sample, dds_dispose);
}

/**
 * muri_zone_unregister_instance:
 * @zone: a zone that writes @topic
 * @topic: a topic
 * @sample: (transfer full): a sample whose key members are set
 *
 * Stops to write the instance, and what was written of it reaches no later joiner.
 */
void
muri_zone_unregister_instance (MuriZone *zone, MuriTopic topic, gpointer sample)
{
  post_write (zone, topic, sample, dds_unregister_instance);
}

static void
wait_for_acks (gpointer data)
{
  MuriZone *self = data;
  dds_time_t deadline = dds_time () + FLUSH;

  for (guint i = 0; i < MURI_N_TOPICS; i++)
    if (self->writers[i] > 0)
      dds_wait_for_acks (self->writers[i], MAX (0, deadline - dds_time ()));
}

/**
 * muri_zone_flush:
 * @zone: a zone
 *
 * Blocks until everything was sent and got, at most a second. For a program's last word.
 */
void
muri_zone_flush (MuriZone *zone)
{
  muri_bus_post_and_wait (zone->bus, wait_for_acks, zone);
}

/* ---- opening and closing ------------------------------------------------------------------- */

static dds_entity_t
create_topic (MuriZone *self, MuriTopic topic, dds_qos_t *qos)
{
  const MuriTopicInfo *info = muri_topic_info (topic);

  return dds_create_topic (self->participant, info->descriptor, info->name, qos, NULL);
}

static dds_entity_t
create_reader (MuriZone *self, MuriTopic topic, dds_entity_t entity, dds_qos_t *qos)
{
  MuriZoneReader *reader = g_new0 (MuriZoneReader, 1);

  reader->zone = self;
  reader->topic = topic;
  g_ptr_array_add (self->readers, reader);
  reader->reader = dds_create_reader (self->participant, entity, qos, NULL);
  if (reader->reader < 0)
    return reader->reader;
  reader->condition = dds_create_readcondition (reader->reader, DDS_ANY_STATE);
  return reader->condition;
}

static gboolean
create_entities (MuriZone *self, guint reads, guint writes, GError **error)
{
  dds_entity_t result = 0;

  self->participant = dds_create_participant (self->domain, NULL, NULL);
  result = self->participant;

  for (MuriTopic topic = 0; result >= 0 && topic < MURI_N_TOPICS; topic++)
    {
      dds_qos_t *qos;

      if (((reads | writes) & MURI_TOPIC_MASK (topic)) == 0)
        continue;
      qos = muri_topic_create_qos (topic);
      result = create_topic (self, topic, qos);
      if (result >= 0 && (reads & MURI_TOPIC_MASK (topic)) != 0)
        {
          dds_entity_t entity = result;

          result = create_reader (self, topic, entity, qos);
          if (result >= 0 && (writes & MURI_TOPIC_MASK (topic)) != 0)
            result = entity;
        }
      if (result >= 0 && (writes & MURI_TOPIC_MASK (topic)) != 0)
        result = self->writers[topic] = dds_create_writer (self->participant, result, qos, NULL);
      dds_delete_qos (qos);
    }

  if (result < 0)
    g_set_error (error, MURI_BUS_ERROR, MURI_BUS_ERROR_ENTITY,
                 "Zone %u cannot be joined on interface %s: %s", self->settings->zone,
                 self->settings->interface, dds_strretcode (result));
  return result >= 0;
}

static void
attach_readers (gpointer data)
{
  MuriZone *self = data;

  for (guint i = 0; i < self->readers->len; i++)
    {
      MuriZoneReader *reader = g_ptr_array_index (self->readers, i);

      reader->polled = muri_topic_info (reader->topic)->polled
                       && muri_bus_poll (self->bus, muri_zone_take, reader);
      if (!reader->polled)
        muri_bus_attach (self->bus, reader->condition, muri_zone_take, reader);
    }
}

static void
delete_entities (gpointer data)
{
  MuriZone *self = data;

  for (guint i = 0; i < self->readers->len; i++)
    {
      MuriZoneReader *reader = g_ptr_array_index (self->readers, i);

      if (reader->polled)
        muri_bus_poll_no_more (self->bus, reader);
      else
        muri_bus_detach (self->bus, reader->condition);
    }
  dds_delete (self->participant);
  muri_domain_release (self->domain);
}

static void
muri_zone_finalize (GObject *object)
{
  MuriZone *self = MURI_ZONE (object);

  g_ptr_array_unref (self->readers);
  muri_zone_free_changes (self->pending);
  for (guint i = 0; i < MURI_N_TOPICS; i++)
    {
      for (guint k = 0; k < self->used[i]->len; k++)
        muri_topic_sample_free (i, g_ptr_array_index (self->used[i], k));
      g_ptr_array_unref (self->used[i]);
      g_hash_table_unref (self->newest[i]);
    }
  g_hash_table_unref (self->refusals);
  muri_zone_settings_free (self->settings);
  g_object_unref (self->bus);
  g_mutex_clear (&self->lock);

  G_OBJECT_CLASS (muri_zone_parent_class)->finalize (object);
}

static void
muri_zone_class_init (MuriZoneClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = muri_zone_finalize;
}

static void
muri_zone_init (MuriZone *self)
{
  g_mutex_init (&self->lock);
  self->readers = g_ptr_array_new_with_free_func (muri_zone_reader_free);
  self->pending = g_array_new (FALSE, FALSE, sizeof (MuriChange));
  self->refusals = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  for (guint i = 0; i < MURI_N_TOPICS; i++)
    {
      self->used[i] = g_ptr_array_new ();
      self->newest[i] = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
    }
}

/**
 * muri_zone_open:
 * @bus: the bus
 * @settings: what muri_zone_settings_check() accepts
 * @reads: %MURI_TOPIC_MASK of the topics to read
 * @writes: likewise, to write
 * @func: (nullable): gets what was read; may be %NULL only when nothing is read
 * @user_data: for @func
 * @error: return location
 *
 * Joins a zone. Blocks for some ten milliseconds while Cyclone DDS opens its sockets, so a
 * program with a window calls it on a worker thread. A zone that was opened has to be closed
 * with muri_zone_close() before its last reference goes.
 *
 * Several participants of one process in one zone and on one interface share the configuration of
 * the first.
 *
 * Returns: (transfer full): the zone, or %NULL with @error set
 */
MuriZone *
muri_zone_open (MuriBus *bus, const MuriZoneSettings *settings, guint reads, guint writes,
                MuriBatchFunc func, gpointer user_data, GError **error)
{
  g_autoptr (MuriZone) self = g_object_new (MURI_TYPE_ZONE, NULL);

  self->bus = g_object_ref (bus);
  self->settings = muri_zone_settings_copy (settings);
  self->func = func;
  self->user_data = user_data;

  if (!muri_zone_settings_check (settings, error)
      || !muri_domain_acquire (settings, &self->domain, error))
    return NULL;
  if (!create_entities (self, reads, writes, error))
    {
      if (self->participant > 0)
        dds_delete (self->participant);
      muri_domain_release (self->domain);
      return NULL;
    }

  muri_bus_add_zone (bus, self);
  muri_bus_post_and_wait (bus, attach_readers, self);
  return g_steal_pointer (&self);
}

/**
 * muri_zone_close:
 * @zone: an open zone
 *
 * Leaves the zone. Blocks until the DDS thread has let go of it; nothing is handed over after
 * it returns. What this participant wrote stays with the readers, as that of a writer gone.
 */
void
muri_zone_close (MuriZone *zone)
{
  g_return_if_fail (!g_atomic_int_get (&zone->closed));

  g_atomic_int_set (&zone->closed, TRUE);
  muri_bus_remove_zone (zone->bus, zone);
  muri_bus_post_and_wait (zone->bus, delete_entities, zone);
}

/**
 * muri_zone_get_number:
 * @zone: a zone
 *
 * Returns: its DDS domain id
 */
guint
muri_zone_get_number (MuriZone *zone)
{
  return zone->settings->zone;
}

/**
 * muri_zone_get_settings:
 * @zone: a zone
 *
 * Returns: (transfer none): what it was opened with
 */
const MuriZoneSettings *
muri_zone_get_settings (MuriZone *zone)
{
  return zone->settings;
}

/**
 * muri_zone_get_refused:
 * @zone: a zone
 *
 * Returns: how many samples were refused since it was opened, for being malformed or for the
 *   name that they claimed
 */
guint
muri_zone_get_refused (MuriZone *zone)
{
  return (guint)g_atomic_int_get (&zone->refused);
}
