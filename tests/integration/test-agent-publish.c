/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "muri-bus.h"
#include "muri-test.h"
#include "muri-uuid.h"
#include "muri-words.h"

/* What an agent tells a console, over its own life and death. */

#define SECONDS 20
#define PART_MAX 20
#define MASK(topic) MURI_TOPIC_MASK (MURI_TOPIC_##topic)

typedef struct
{
  MuriLife life;
  char name[256];
  guint state;
} SeenVm;

typedef struct
{
  MuriBus *bus;
  MuriZone *zone;
  muri_v1_Node node; /* as it was told last */
  GHashTable *vms;   /* muri_v1_Uuid -> SeenVm */
  GArray *events;    /* muri_v1_Event */

  /* Of the newest second. */
  guint32 sequence_number;
  guint parts, parts_seen, n_figures, n_known;
  muri_v1_NodeFigures host;
  guint n_seconds;
} Watch;

static void
see_vm (Watch *watch, const MuriChange *change)
{
  const muri_v1_Vm *vm = change->sample;
  SeenVm *seen = g_hash_table_lookup (watch->vms, &vm->vm);

  if (seen == NULL)
    {
      seen = g_new0 (SeenVm, 1);
      g_hash_table_insert (watch->vms, g_memdup2 (&vm->vm, sizeof vm->vm), seen);
    }
  seen->life = change->life;
  if (change->valid)
    {
      g_strlcpy (seen->name, vm->name, sizeof seen->name);
      seen->state = vm->state;
    }
}

static void
see_sample (Watch *watch, const muri_v1_Sample *sample)
{
  g_assert_cmpuint (sample->vms._length, <=, PART_MAX);
  if (sample->sequence_number != watch->sequence_number)
    {
      watch->sequence_number = sample->sequence_number;
      watch->parts_seen = watch->n_figures = watch->n_known = 0;
      watch->n_seconds++;
    }
  watch->parts = sample->parts;
  watch->parts_seen++;
  watch->n_figures += sample->vms._length;
  for (guint i = 0; i < sample->vms._length; i++)
    watch->n_known += (sample->vms._buffer[i].known & MURI_VM_FIGURE_CPU) != 0;
  g_assert_cmpuint (sample->host._length, ==, sample->part == 0 ? 1 : 0);
  if (sample->part == 0)
    watch->host = sample->host._buffer[0];
}

static void
on_batch (MuriZone *zone, MuriChange *changes, gsize n_changes, gpointer user_data)
{
  Watch *watch = user_data;

  for (gsize i = 0; i < n_changes; i++)
    {
      const MuriChange *change = &changes[i];

      if (change->topic == MURI_TOPIC_VM)
        see_vm (watch, change);
      else if (!change->valid)
        continue;
      else if (change->topic == MURI_TOPIC_NODE)
        watch->node = *(muri_v1_Node *)change->sample;
      else if (change->topic == MURI_TOPIC_SAMPLE)
        see_sample (watch, change->sample);
      else
        g_array_append_vals (watch->events, change->sample, 1);
    }
}

static void
set_up (Watch *watch, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MuriZoneSettings) settings =
      muri_zone_settings_new (muri_test_zone (), "lo", MURI_ROLE_CONSOLE);

  watch->vms = g_hash_table_new_full (muri_uuid_hash, muri_uuid_equal, g_free, g_free);
  watch->events = g_array_new (FALSE, FALSE, sizeof (muri_v1_Event));
  watch->bus = muri_bus_new (NULL, 4);
  watch->zone =
      muri_zone_open (watch->bus, settings, MASK (NODE) | MASK (VM) | MASK (SAMPLE) | MASK (EVENT),
                      MASK (OPERATION), on_batch, watch, &error);
  g_assert_no_error (error);
}

static void
tear_down (Watch *watch, gconstpointer data)
{
  muri_zone_close (watch->zone);
  g_object_unref (watch->zone);
  g_object_unref (watch->bus);
  g_hash_table_unref (watch->vms);
  g_array_unref (watch->events);
}

static guint
count_vms (Watch *watch, MuriLife life)
{
  GHashTableIter iter;
  gpointer seen;
  guint n = 0;

  g_hash_table_iter_init (&iter, watch->vms);
  while (g_hash_table_iter_next (&iter, NULL, &seen))
    n += ((SeenVm *)seen)->life == life;
  return n;
}

static const muri_v1_Event *
find_event (Watch *watch, guint kind, guint64 after)
{
  for (guint i = 0; i < watch->events->len; i++)
    {
      const muri_v1_Event *event = &g_array_index (watch->events, muri_v1_Event, i);

      if (event->kind == kind && event->number > after)
        return event;
    }
  return NULL;
}

/* 45 VMs that run are three parts, and those that are off have no figures. */
static void
test_parts (Watch *watch, gconstpointer data)
{
  g_autofree char *uri = muri_test_node_file ("parts", 50, 5);
  g_autoptr (MuriTestAgent) agent = muri_test_agent_spawn ("parts", uri, "--simulate", NULL);

  muri_test_await (count_vms (watch, MURI_LIFE_ALIVE) == 50, SECONDS);
  muri_test_await (watch->parts == 3 && watch->parts_seen == 3 && watch->n_figures == 45, SECONDS);
  g_assert_cmpuint (watch->n_known, ==, 45);
  muri_test_await (watch->node.vms == 50, SECONDS);
  g_assert_true (watch->node.simulated);
  g_assert_cmpstr (watch->node.hypervisor, ==, "TEST");
  g_assert_cmpuint (watch->node.connection, ==, MURI_CONNECTION_UP);
  g_assert_cmpuint (watch->host.known & MURI_NODE_FIGURE_CPU, !=, 0);
}

/* The test driver's own figures: one domain at a time, since it has no groups. */
static void
test_driver_figures (Watch *watch, gconstpointer data)
{
  g_autofree char *uri = muri_test_node_file ("plain", 4, 1);
  g_autoptr (MuriTestAgent) agent = muri_test_agent_spawn ("plain", uri, NULL);

  muri_test_await (watch->n_figures == 3 && watch->n_known == 3, SECONDS);
  g_assert_false (watch->node.simulated);
}

static void
remove_first_domain (const char *uri)
{
  const char *path = uri + strlen ("test://");
  g_autofree char *xml = NULL;
  char *first, *end;

  g_assert_true (g_file_get_contents (path, &xml, NULL, NULL));
  first = strstr (xml, "<domain");
  g_assert_nonnull (first);
  end = strstr (first, "</domain>");
  g_assert_nonnull (end);
  end += strlen ("</domain>");
  memmove (first, end, strlen (end) + 1);
  g_assert_true (g_file_set_contents (path, xml, -1, NULL));
}

static gboolean
is_longer (const char *path, gsize size)
{
  g_autofree char *text = NULL;
  gsize length;

  return g_file_get_contents (path, &text, &length, NULL) && length > size;
}

/* A VM that went while the agent was dead is deleted, one that stayed is not; nothing is told
 * twice by the same number. */
static void
test_vanished (Watch *watch, gconstpointer data)
{
  g_autofree char *uri = muri_test_node_file ("gone", 3, 0);
  g_autoptr (MuriTestAgent) agent = muri_test_agent_spawn ("gone", uri, NULL);
  g_autofree char *published =
      g_build_filename (muri_test_agent_get_state_dir (agent), "published", NULL);
  guint64 last = 0;

  muri_test_await (count_vms (watch, MURI_LIFE_ALIVE) == 3, SECONDS);
  muri_test_await (find_event (watch, MURI_EVENT_AGENT_STARTED, 0) != NULL, SECONDS);
  /* It writes that down a moment later. */
  muri_test_await (is_longer (published, 3 * (MURI_UUID_TEXT - 1)), SECONDS);
  for (guint i = 0; i < watch->events->len; i++)
    last = MAX (last, g_array_index (watch->events, muri_v1_Event, i).number);

  muri_test_agent_kill9 (agent);
  muri_test_await (count_vms (watch, MURI_LIFE_ALIVE) == 0, SECONDS);
  g_assert_cmpuint (count_vms (watch, MURI_LIFE_NO_WRITERS), ==, 3);
  remove_first_domain (uri);
  muri_test_agent_restart (agent);

  muri_test_await (count_vms (watch, MURI_LIFE_ALIVE) == 2, SECONDS);
  muri_test_await (count_vms (watch, MURI_LIFE_DISPOSED) == 1, SECONDS);
  muri_test_await (find_event (watch, MURI_EVENT_AGENT_STARTED, last) != NULL, SECONDS);
}

/* A clean stop says so, and deletes nothing. */
static void
test_leaving (Watch *watch, gconstpointer data)
{
  g_autofree char *uri = muri_test_node_file ("leaving", 2, 0);
  g_autoptr (MuriTestAgent) agent = muri_test_agent_spawn ("leaving", uri, NULL);

  muri_test_await (count_vms (watch, MURI_LIFE_ALIVE) == 2, SECONDS);
  g_assert_cmpuint (watch->node.presence, ==, MURI_PRESENCE_UP);
  muri_test_agent_stop (agent);
  muri_test_await (watch->node.presence == MURI_PRESENCE_LEAVING, SECONDS);
  muri_test_await (find_event (watch, MURI_EVENT_AGENT_STOPPED, 0) != NULL, SECONDS);
  g_assert_cmpuint (count_vms (watch, MURI_LIFE_DISPOSED), ==, 0);
}

/* The host's figures need no hypervisor. */
static void
test_no_hypervisor (Watch *watch, gconstpointer data)
{
  g_autoptr (MuriTestAgent) agent =
      muri_test_agent_spawn ("down", "qemu+unix:///system?socket=/nonexistent", NULL);
  guint before;

  muri_test_await (watch->node.connection == MURI_CONNECTION_DOWN, SECONDS);
  g_assert_cmpstr (watch->node.connection_error, !=, "");
  g_assert_cmpint (watch->node.connection_since, >, 0);
  before = watch->n_seconds;
  muri_test_await (watch->n_seconds >= before + 3, SECONDS);
  g_assert_cmpuint (watch->host.known & MURI_NODE_FIGURE_MEMORY, !=, 0);
  g_assert_cmpuint (watch->n_figures, ==, 0);
}

#define ADD(path, test) g_test_add (path, Watch, NULL, set_up, test, tear_down)

int
main (int argc, char **argv)
{
  muri_test_init (&argc, &argv);
  ADD ("/agent-publish/parts", test_parts);
  ADD ("/agent-publish/driver-figures", test_driver_figures);
  ADD ("/agent-publish/vanished", test_vanished);
  ADD ("/agent-publish/leaving", test_leaving);
  ADD ("/agent-publish/no-hypervisor", test_no_hypervisor);
  return muri_test_run ();
}
