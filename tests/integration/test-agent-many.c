/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent-fixture.h"

#include <glib-unix.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "agent-event-loop.h"
#include "agent.h"

/* Many agents in one process, as a simulated fleet has them: this program is also that process,
 * since a console and agents do not share a participant's configuration. */

#define N_AGENTS 12

static gboolean
quit (gpointer loop)
{
  g_main_loop_quit (loop);
  return G_SOURCE_REMOVE;
}

static int
host (const char *directory, guint zone)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (MuriBus) bus = muri_bus_new (NULL, 4);
  g_autoptr (GPtrArray) agents = g_ptr_array_new_with_free_func (g_object_unref);
  agent_event_loop_register ();
  g_unix_signal_add (SIGTERM, quit, loop);
  for (guint i = 0; i < N_AGENTS; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *name = g_strdup_printf ("node-%02u", i);
      g_autofree char *uri = g_strdup_printf ("test://%s/%s.xml", directory, name);
      g_autofree char *state = g_build_filename (directory, name, NULL);
      g_autoptr (AgentConfig) config = agent_config_new (uri, state, zone);
      g_free (config->name);
      config->name = g_steal_pointer (&name);
      config->zone->many = TRUE;
      agent_config_check (config, &error);
      g_assert_no_error (error);
      Agent *agent = agent_new (config, bus);
      g_ptr_array_add (agents, agent);
      agent_start (agent, &error);
      g_assert_no_error (error);
    }
  g_main_loop_run (loop);
  return 0;
}

static void
write_node_file (const char *directory, guint index)
{
  g_autofree char *path = g_strdup_printf ("%s/node-%02u.xml", directory, index);
  g_autofree char *xml = NULL;
  char uuid[MURI_UUID_TEXT];
  muri_v1_Uuid vm = fixture_vm (index);
  xml = g_strdup_printf ("<node><domain type='test'><name>vm</name><uuid>%s</uuid>"
                         "<memory>65536</memory><os><type>hvm</type></os></domain></node>",
                         muri_uuid_format (&vm, uuid));
  g_assert_true (g_file_set_contents (path, xml, -1, NULL));
}

static guint
count_leaving (Fixture *fixture)
{
  GHashTableIter iter;
  gpointer value;
  guint n = 0;
  g_hash_table_iter_init (&iter, fixture->nodes);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    n += ((muri_v1_Node *)value)->presence == MURI_PRESENCE_LEAVING;
  return n;
}

static void
test_many (Fixture *fixture, gconstpointer data)
{
  const char *directory = muri_test_directory ("many");
  g_autofree char *zone = g_strdup_printf ("%u", muri_test_zone ());
  g_autoptr (GError) error = NULL;
  g_autoptr (GAsyncResult) ended = NULL;
  for (guint i = 0; i < N_AGENTS; i++)
    write_node_file (directory, i);
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_NONE);
  g_subprocess_launcher_set_child_setup (launcher, muri_test_die_with_parent, NULL, NULL);
  g_autoptr (GSubprocess) process = g_subprocess_launcher_spawn (launcher, &error, "/proc/self/exe",
                                                                 "--host", directory, zone, NULL);
  g_assert_no_error (error);

  g_autoptr (FixtureOperation) operation = fixture_operation (fixture, MURI_VERB_PAUSE, 30);
  for (guint i = 0; i < N_AGENTS; i++)
    {
      g_autofree char *name = g_strdup_printf ("node-%02u", i);
      muri_v1_Uuid node = fixture_await_node (fixture, name), vm = fixture_vm (i);
      fixture_add_target (operation, &node, &vm);
    }
  g_assert_cmpuint (g_hash_table_size (fixture->nodes), ==, N_AGENTS);
  fixture_publish (fixture, operation);
  for (guint i = 0; i < N_AGENTS; i++)
    {
      muri_v1_Uuid vm = fixture_vm (i);
      fixture_await (fixture_vm_state (fixture, &vm) == MURI_VM_STATE_PAUSED);
    }

  g_subprocess_send_signal (process, SIGTERM);
  g_subprocess_wait_check_async (process, NULL, muri_test_keep_result, &ended);
  muri_test_await (ended != NULL, 60);
  g_assert_true (g_subprocess_wait_check_finish (process, ended, &error));
  fixture_await (count_leaving (fixture) == N_AGENTS);
}

int
main (int argc, char **argv)
{
  if (argc == 4 && strcmp (argv[1], "--host") == 0)
    return host (argv[2], atoi (argv[3]));
  muri_test_init (&argc, &argv);
  g_test_add ("/agent/many", Fixture, NULL, fixture_set_up, test_many, fixture_tear_down);
  return muri_test_run ();
}
