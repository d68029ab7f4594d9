/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bare-reader VMS SECONDS ZONE…: the least that whoever hears a whole fleet has to do. In each zone
 * it has the readers and the writer of a console, with the same QoS and configuration; it takes
 * loans, counts, and keeps nothing but which VMs it has seen. How long and how much of a processor
 * until it has the states of so many VMs; what it uses of one for SECONDS after that. */
#include <stdio.h>
#include <stdlib.h>

#include "measure.h"
#include "muri-topics.h"
#include "muri-uuid.h"
#include "muri-zone-settings.h"
#include "usage.h"

#define TAKE 256
#define JOIN_SECONDS 120
#define SETTLE 5

typedef struct
{
  MuriTopic topic;
  dds_entity_t entity;
} Reader;

static GPtrArray *readers;
static dds_entity_t waitset;
static GHashTable *seen; /* muri_v1_Uuid of VMs that have told their state */
static guint64 n_samples;

static void
add_topic (dds_entity_t participant, MuriTopic topic)
{
  const MuriTopicInfo *info = muri_topic_info (topic);
  dds_qos_t *qos = muri_topic_create_qos (topic);
  dds_entity_t entity = dds_create_topic (participant, info->descriptor, info->name, qos, NULL);

  if (topic == MURI_TOPIC_OPERATION)
    {
      g_assert_cmpint (dds_create_writer (participant, entity, qos, NULL), >, 0);
    }
  else
    {
      Reader *reader = g_new0 (Reader, 1);

      reader->topic = topic;
      reader->entity = dds_create_reader (participant, entity, qos, NULL);
      g_assert_cmpint (reader->entity, >, 0);
      g_ptr_array_add (readers, reader);
      dds_waitset_attach (waitset, dds_create_readcondition (reader->entity, DDS_ANY_STATE),
                          (dds_attach_t)(gpointer)reader);
    }
  dds_delete_qos (qos);
}

static void
join (guint zone)
{
  g_autoptr (MuriZoneSettings) settings = muri_zone_settings_new (zone, "lo", MURI_ROLE_CONSOLE);
  g_autofree char *xml = muri_zone_settings_to_xml (settings);
  dds_entity_t participant;

  g_assert_cmpint (dds_create_domain (zone, xml), >, 0);
  participant = dds_create_participant (zone, NULL, NULL);
  g_assert_cmpint (participant, >, 0);
  for (MuriTopic topic = 0; topic < MURI_N_TOPICS; topic++)
    add_topic (participant, topic);
}

static void
count (const Reader *reader, const void *sample, const dds_sample_info_t *info)
{
  const muri_v1_Vm *vm = sample;

  n_samples++;
  if (reader->topic == MURI_TOPIC_VM && info->valid_data && !g_hash_table_contains (seen, &vm->vm))
    g_hash_table_add (seen, g_memdup2 (&vm->vm, sizeof vm->vm));
}

static void
take (Reader *reader)
{
  void *samples[TAKE] = { NULL };
  dds_sample_info_t infos[TAKE];
  dds_return_t n = dds_take (reader->entity, samples, infos, TAKE, TAKE);

  for (dds_return_t i = 0; i < n; i++)
    count (reader, samples[i], &infos[i]);
  if (n > 0)
    dds_return_loan (reader->entity, samples, n);
}

/* Until there are @wanted VMs, or it is @end (monotonic). */
static void
read_until (guint wanted, gint64 end)
{
  dds_attach_t triggered[64];

  while (g_hash_table_size (seen) < wanted && g_get_monotonic_time () < end)
    {
      gint64 left = MAX (0, end - g_get_monotonic_time ());
      dds_return_t n = dds_waitset_wait (waitset, triggered, G_N_ELEMENTS (triggered),
                                         (dds_duration_t)left * 1000);

      for (dds_return_t i = 0; i < MIN (n, (dds_return_t)G_N_ELEMENTS (triggered)); i++)
        take ((Reader *)(gpointer)triggered[i]);
    }
}

static void
read_for (double seconds)
{
  read_until (G_MAXUINT, g_get_monotonic_time () + (gint64)(seconds * G_USEC_PER_SEC));
}

int
main (int argc, char **argv)
{
  gint64 start = g_get_monotonic_time ();
  guint wanted;
  double seconds, cpu;
  guint64 samples;

  g_assert_cmpint (argc, >=, 4);
  wanted = (guint)atoi (argv[1]);
  seconds = g_ascii_strtod (argv[2], NULL);
  readers = g_ptr_array_new_with_free_func (g_free);
  seen = g_hash_table_new_full (muri_uuid_hash, muri_uuid_equal, g_free, NULL);
  waitset = dds_create_waitset (DDS_CYCLONEDDS_HANDLE);
  for (int i = 3; i < argc; i++)
    join ((guint)atoi (argv[i]));

  read_until (wanted, start + JOIN_SECONDS * G_USEC_PER_SEC);
  if (g_hash_table_size (seen) < wanted)
    g_error ("%u of %u VMs after %d s", g_hash_table_size (seen), wanted, JOIN_SECONDS);
  measure_print ("join-seconds", (double)(g_get_monotonic_time () - start) / G_USEC_PER_SEC);
  measure_print ("join-cpu", usage_processor_seconds ());

  read_for (SETTLE);
  cpu = usage_processor_seconds ();
  samples = n_samples;
  read_for (seconds);
  measure_print ("steady-cpu", (usage_processor_seconds () - cpu) / seconds);
  measure_print ("samples", (double)(n_samples - samples) / seconds);
  measure_print ("memory", usage_resident_megabytes ());
  /* Who does not say that he goes is sent to, by multicast, until the agents miss him: also
   * whoever is measured next. */
  dds_delete (DDS_CYCLONEDDS_HANDLE);
  return 0;
}
