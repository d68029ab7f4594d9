/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-bus.h"
#include "muri-test.h"
#include "muri-uuid.h"
#include "muri-words.h"

#include <gio/gio.h>

#include <math.h>
#include <string.h>
#include <unistd.h>

#define DEADLINE 20 /* seconds */

#define ALL ((1u << MURI_N_TOPICS) - 1)

/* What the console's side has received, by topic. */
typedef struct
{
  MuriBus *bus;
  MuriZone *zone;
  GArray *changes; /* MuriChange, with samples of our own */
  guint batches;
  gboolean expired;
} Fixture;

static void
collect (MuriZone *zone, MuriChange *changes, gsize n_changes, gpointer user_data)
{
  Fixture *fixture = user_data;

  fixture->batches++;
  for (gsize i = 0; i < n_changes; i++)
    {
      MuriChange change = changes[i];

      muri_change_steal_sample (&changes[i], &change.sample);
      g_array_append_val (fixture->changes, change);
    }
}

static gboolean
expire (gpointer data)
{
  *(gboolean *)data = TRUE;
  return G_SOURCE_REMOVE;
}

#define await(fixture, condition)                                                                  \
  G_STMT_START                                                                                     \
  {                                                                                                \
    guint deadline_ = g_timeout_add_seconds (DEADLINE, expire, &(fixture)->expired);               \
    while (!(condition) && !(fixture)->expired)                                                    \
      g_main_context_iteration (NULL, TRUE);                                                       \
    g_assert_false ((fixture)->expired);                                                           \
    g_source_remove (deadline_);                                                                   \
  }                                                                                                \
  G_STMT_END

static const MuriChange *
change_at (Fixture *fixture, guint index)
{
  return &g_array_index (fixture->changes, MuriChange, index);
}

static void
clear_changes (Fixture *fixture)
{
  for (guint i = 0; i < fixture->changes->len; i++)
    muri_topic_sample_free (change_at (fixture, i)->topic, change_at (fixture, i)->sample);
  g_array_set_size (fixture->changes, 0);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (MuriZoneSettings) settings =
      muri_zone_settings_new (muri_test_zone (), "lo", MURI_ROLE_CONSOLE);
  g_autoptr (GError) error = NULL;

  fixture->changes = g_array_new (FALSE, FALSE, sizeof (MuriChange));
  fixture->bus = muri_bus_new (NULL, 16);
  fixture->zone = muri_zone_open (fixture->bus, settings, ALL, ALL, collect, fixture, &error);
  g_assert_no_error (error);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  clear_changes (fixture);
  g_array_unref (fixture->changes);
  muri_zone_close (fixture->zone);
  g_assert_finalize_object (fixture->zone);
  g_assert_finalize_object (fixture->bus);
}

static muri_v1_Node *
node_new (guint8 id, const char *name)
{
  muri_v1_Node *node = muri_topic_sample_new (MURI_TOPIC_NODE);

  node->node.b[0] = id;
  g_strlcpy (node->name, name, sizeof node->name);
  return node;
}

static muri_v1_Event *
event_new (guint64 number)
{
  muri_v1_Event *event = muri_topic_sample_new (MURI_TOPIC_EVENT);

  event->node.b[0] = 1;
  event->number = number;
  return event;
}

/* The writer is quicker than a frame: of a state only the newest arrives, in order of events. */
static void
test_fold (Fixture *fixture, gconstpointer data)
{
  const muri_v1_Node *node;

  for (guint i = 0; i < 200; i++)
    {
      g_autofree char *name = g_strdup_printf ("name-%u", i);

      muri_zone_publish (fixture->zone, MURI_TOPIC_NODE, node_new (1, name));
    }
  muri_zone_publish (fixture->zone, MURI_TOPIC_NODE, node_new (2, "last"));

  await (fixture,
         fixture->changes->len > 0
             && ((const muri_v1_Node *)change_at (fixture, fixture->changes->len - 1)->sample)
                        ->node.b[0]
                    == 2);
  g_assert_cmpuint (fixture->changes->len, <, 100);

  node = change_at (fixture, fixture->changes->len - 2)->sample;
  g_assert_cmpstr (node->name, ==, "name-199");
}

static void
test_no_fold (Fixture *fixture, gconstpointer data)
{
  for (guint i = 0; i < 200; i++)
    muri_zone_publish (fixture->zone, MURI_TOPIC_EVENT, event_new (i));

  await (fixture, fixture->changes->len == 200);
  for (guint i = 0; i < 200; i++)
    {
      const muri_v1_Event *event = change_at (fixture, i)->sample;

      g_assert_cmpuint (event->number, ==, i);
    }
}

static void
test_dispose (Fixture *fixture, gconstpointer data)
{
  const MuriChange *change;

  muri_zone_publish (fixture->zone, MURI_TOPIC_NODE, node_new (1, "short-lived"));
  muri_zone_publish (fixture->zone, MURI_TOPIC_NODE, node_new (2, "longer"));
  muri_zone_dispose_instance (fixture->zone, MURI_TOPIC_NODE, node_new (1, ""));
  await (fixture, fixture->changes->len >= 2 && change_at (fixture, 0)->life == MURI_LIFE_DISPOSED);

  clear_changes (fixture);
  muri_zone_unregister_instance (fixture->zone, MURI_TOPIC_NODE, node_new (2, ""));
  await (fixture, fixture->changes->len == 1);
  change = change_at (fixture, 0);
  g_assert_false (change->valid);
  g_assert_cmpint (change->life, ==, MURI_LIFE_NO_WRITERS);
  g_assert_cmpuint (((const muri_v1_Node *)change->sample)->node.b[0], ==, 2);
}

/* A writer of its own that sends what no agent would. */
static void
test_hostile (Fixture *fixture, gconstpointer data)
{
  dds_entity_t participant = dds_create_participant (muri_test_zone (), NULL, NULL);
  const MuriTopicInfo *info = muri_topic_info (MURI_TOPIC_NODE);
  dds_qos_t *qos = muri_topic_create_qos (MURI_TOPIC_NODE);
  dds_entity_t topic = dds_create_topic (participant, info->descriptor, info->name, qos, NULL);
  dds_entity_t writer = dds_create_writer (participant, topic, qos, NULL);
  muri_v1_Node *node = node_new (3, "");

  g_assert_cmpint (writer, >, 0);
  g_test_expect_message ("muri-idl", G_LOG_LEVEL_MESSAGE, "*refused: name");
  for (guint i = 0; i < 5; i++)
    {
      node->node.b[1] = (guint8)i;
      g_assert_cmpint (dds_write (writer, node), ==, DDS_RETCODE_OK);
    }
  node->node.b[1] = 5;
  g_strlcpy (node->name, "sound", sizeof node->name);
  g_assert_cmpint (dds_write (writer, node), ==, DDS_RETCODE_OK);

  await (fixture, fixture->changes->len == 1);
  g_assert_cmpuint (muri_zone_get_refused (fixture->zone), ==, 5);
  g_test_assert_expected_messages ();

  dds_delete (participant);
  dds_delete_qos (qos);
  muri_topic_sample_free (MURI_TOPIC_NODE, node);

  /* Its going is true of all six instances, also of those that nobody was told of. */
  await (fixture, fixture->changes->len == 7);
  for (guint i = 1; i < 7; i++)
    g_assert_cmpint (change_at (fixture, i)->life, ==, MURI_LIFE_NO_WRITERS);
}

/* A process built with a newer version of the IDL, with members appended to Node. */
static void
test_newer (Fixture *fixture, gconstpointer data)
{
  g_autofree char *program = g_test_build_filename (G_TEST_BUILT, "unit", "newer-writer", NULL);
  g_autofree char *zone = g_strdup_printf ("%u", muri_test_zone ());
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) writer =
      g_subprocess_new (G_SUBPROCESS_FLAGS_STDIN_PIPE, &error, program, zone, NULL);
  const muri_v1_Node *node;

  g_assert_no_error (error);
  await (fixture, fixture->changes->len == 1);
  node = change_at (fixture, 0)->sample;
  g_assert_true (change_at (fixture, 0)->valid);
  g_assert_cmpstr (node->name, ==, "from-the-future");
  g_assert_cmpuint (node->minor, >, MURI_WIRE_MINOR);
  g_assert_true (node->maintenance);

  /* It ends when its standard input is closed. */
  g_output_stream_close (g_subprocess_get_stdin_pipe (writer), NULL, NULL);
  g_assert_true (g_subprocess_wait_check (writer, NULL, &error));
  g_assert_no_error (error);
}

/* Every kind of configuration that is generated is one that Cyclone DDS takes. */
static void
test_configurations (void)
{
  const char *none[] = { NULL };
  const char *peers[] = { "127.0.0.1", NULL };
  MuriBus *bus = muri_bus_new (NULL, 0);

  for (guint i = 0; i < 8; i++)
    {
      g_autoptr (MuriZoneSettings) settings = muri_zone_settings_new (
          muri_test_zone (), "lo", i & 1 ? MURI_ROLE_AGENT : MURI_ROLE_CONSOLE);
      g_autoptr (GError) error = NULL;
      MuriZone *zone;

      settings->peers = g_strdupv ((char **)(i & 2 ? peers : none));
      settings->many = (i & 4) != 0;
      zone = muri_zone_open (bus, settings, 0, ALL, NULL, NULL, &error);
      g_assert_no_error (error);
      muri_zone_close (zone);
      g_object_unref (zone);
    }

  g_assert_finalize_object (bus);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/bus/configurations", test_configurations);
  g_test_add ("/bus/fold", Fixture, NULL, set_up, test_fold, tear_down);
  g_test_add ("/bus/no-fold", Fixture, NULL, set_up, test_no_fold, tear_down);
  g_test_add ("/bus/dispose", Fixture, NULL, set_up, test_dispose, tear_down);
  g_test_add ("/bus/hostile", Fixture, NULL, set_up, test_hostile, tear_down);
  g_test_add ("/bus/newer", Fixture, NULL, set_up, test_newer, tear_down);
  return g_test_run ();
}
