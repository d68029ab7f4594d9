/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "clone-fixture.h"

#include <gio/gio.h>
#include <string.h>

#include "agent-event-loop.h"

/* The agent dies at each step of what changes or takes away: its next life finishes that, once, and
 * the outcome says so. On libvirt's test driver, in a libvirtd that lives on. */

static const char machine[] = "<domain type='kvm'><memory unit='KiB'>131072</memory><vcpu>1</vcpu>"
                              "<os><type arch='x86_64'>hvm</type></os><devices>"
                              "<disk type='file' device='disk'><driver name='qemu' type='qcow2'/>"
                              "<target dev='vda' bus='virtio'/></disk></devices></domain>";

static void
set_up (CloneFixture *f, gconstpointer data)
{
  MuriTestLibvirtd *libvirtd = muri_test_libvirtd_spawn ();

  f->relay = muri_test_relay_new (muri_test_libvirtd_get_uri (libvirtd));
  clone_fixture_begin (f, libvirtd, machine, NULL);
}

static void
tear_down (CloneFixture *f, gconstpointer data)
{
  clone_fixture_end (f);
}

static const muri_v1_Vm *
find_vm (CloneFixture *f, const muri_v1_Uuid *vm)
{
  return g_hash_table_lookup (f->fixture.vms, vm);
}

static muri_v1_Uuid
make (CloneFixture *f, const char *prefix)
{
  g_autoptr (FixtureOperation) operation = clone_fixture_operation (f, prefix, 1);
  muri_v1_Uuid vm = *clone_fixture_target (operation, 0);

  fixture_add_parameter (operation, "linked", "1");
  fixture_add_parameter (operation, "seed", "1");
  g_assert_cmpuint (clone_fixture_run (f, operation)->state, ==, MURI_OUTCOME_DONE);
  fixture_await (find_vm (f, &vm) != NULL);
  return vm;
}

static gboolean
is_defined (CloneFixture *f, const muri_v1_Uuid *vm)
{
  virDomainPtr domain =
      virDomainLookupByUUID (muri_test_libvirtd_get_connection (f->libvirtd), vm->b);

  if (domain != NULL)
    virDomainFree (domain);
  return domain != NULL;
}

/* What it says when it lives again. */
static void
expect_done (CloneFixture *f, const muri_v1_Operation *operation, const char *when)
{
  const muri_v1_Report *report;

  muri_test_agent_kill9 (f->agent);
  g_hash_table_remove_all (f->fixture.reports);
  muri_test_agent_restart (f->agent);
  report = fixture_await_complete (&f->fixture, operation);
  g_test_message ("%s: %s, “%s”", when, muri_outcome_to_nick (report->outcomes._buffer[0].state),
                  report->outcomes._buffer[0].message);
  g_assert_cmpuint (report->outcomes._buffer[0].state, ==, MURI_OUTCOME_DONE);
  clone_fixture_expect_no_orphans (f);
}

static void
kill_at (CloneFixture *f, const muri_v1_Operation *operation, MuriTestCall call, guint nth,
         gboolean after)
{
  g_autofree char *when =
      g_strdup_printf ("%s call %u, the %u.", after ? "after" : "before", call, nth);

  muri_test_relay_arm (f->relay, muri_test_agent_get_pid (f->agent), call, nth, after);
  fixture_publish (&f->fixture, operation);
  fixture_await (muri_test_relay_has_killed (f->relay));
  expect_done (f, operation, when);
}

/* ---- VMs -------------------------------------------------------------------------------- */

static void
delete_and_die (CloneFixture *f, MuriTestCall call, guint nth, gboolean after)
{
  g_autofree char *prefix = g_strdup_printf ("d%u%u%u", call, nth, after);
  muri_v1_Uuid vm = make (f, prefix);
  g_autoptr (FixtureOperation) operation = fixture_operation (&f->fixture, MURI_VERB_DELETE, 60);

  fixture_add_parameter (operation, "volumes", "all");
  fixture_add_target (operation, &f->node, &vm);
  kill_at (f, operation, call, nth, after);
  g_assert_false (is_defined (f, &vm));
}

/* Its second undefining is the one that the test driver can do. */
static void
test_delete (CloneFixture *f, gconstpointer data)
{
  for (guint after = 0; after < 2; after++)
    {
      delete_and_die (f, MURI_TEST_CALL_UNDEFINE, 1, after);
      delete_and_die (f, MURI_TEST_CALL_UNDEFINE, 2, after);
      delete_and_die (f, MURI_TEST_CALL_VOLUME_DELETE, 1, after);
      delete_and_die (f, MURI_TEST_CALL_VOLUME_DELETE, 2, after);
    }
}

static void
resize_and_die (CloneFixture *f, MuriTestCall call, guint nth, gboolean after)
{
  g_autofree char *prefix = g_strdup_printf ("r%u%u%u", call, nth, after);
  muri_v1_Uuid vm = make (f, prefix);
  g_autoptr (FixtureOperation) operation = fixture_operation (&f->fixture, MURI_VERB_RESIZE, 60);

  fixture_add_parameter (operation, "vcpus", "+2");
  fixture_add_parameter (operation, "memory", "+25%");
  fixture_add_target (operation, &f->node, &vm);
  kill_at (f, operation, call, nth, after);
  fixture_await (find_vm (f, &vm) != NULL && find_vm (f, &vm)->vcpus == 3
                 && find_vm (f, &vm)->memory == 163840);
}

/* What is relative is added once. */
static void
test_resize (CloneFixture *f, gconstpointer data)
{
  for (guint after = 0; after < 2; after++)
    {
      resize_and_die (f, MURI_TEST_CALL_SET_VCPUS, 1, after);
      resize_and_die (f, MURI_TEST_CALL_SET_VCPUS, 2, after);
      resize_and_die (f, MURI_TEST_CALL_SET_MEMORY, 1, after);
      resize_and_die (f, MURI_TEST_CALL_SET_MEMORY, 2, after);
    }
}

/* ---- templates -------------------------------------------------------------------------- */

typedef struct
{
  CloneFixture *f;
  const char *end; /* of the file's name; NULL: any */
  gboolean over;
} Killer;

static void
on_file (GFileMonitor *monitor, GFile *file, GFile *other, GFileMonitorEvent event, Killer *killer)
{
  g_autofree char *name = g_file_get_basename (other != NULL ? other : file);

  if (killer->over || (killer->end != NULL && !g_str_has_suffix (name, killer->end)))
    return;
  killer->over = TRUE;
  muri_test_agent_kill9 (killer->f->agent);
}

static char *
directory_of (CloneFixture *f)
{
  return g_build_filename (muri_test_agent_get_state_dir (f->agent), "templates", NULL);
}

/* With the first sign of @end in the directory where templates are described. */
static void
kill_at_file (CloneFixture *f, const muri_v1_Operation *operation, const char *end)
{
  Killer killer = { .f = f, .end = end };
  g_autofree char *path = directory_of (f);
  g_autoptr (GFile) directory = g_file_new_for_path (path);
  g_autoptr (GFileMonitor) monitor =
      g_file_monitor_directory (directory, G_FILE_MONITOR_WATCH_MOVES, NULL, NULL);

  g_signal_connect (monitor, "changed", G_CALLBACK (on_file), &killer);
  fixture_publish (&f->fixture, operation);
  fixture_await (killer.over);
  g_file_monitor_cancel (monitor);
  expect_done (f, operation, end != NULL ? end : "with the first file");
}

static muri_v1_Operation *
change (CloneFixture *f, guint verb)
{
  muri_v1_Operation *operation = fixture_operation (&f->fixture, verb, 60);

  fixture_add_parameter (operation, MURI_PARAMETER_TEMPLATE, f->id);
  fixture_add_target (operation, &f->node, NULL);
  return operation;
}

static void
change_and_die (CloneFixture *f, const char *name, const char *end)
{
  g_autoptr (FixtureOperation) operation = change (f, MURI_VERB_CHANGE_TEMPLATE);
  const muri_v1_Template *template = NULL;

  fixture_add_parameter (operation, "name", name);
  fixture_set_document (operation, name);
  kill_at_file (f, operation, end);
  fixture_await ((template = fixture_template (&f->fixture, &f->node, &f->template_id)) != NULL
                 && strcmp (template->name, name) == 0);
  g_assert_cmpstr (template->notes, ==, name);
  g_assert_cmpuint (template->state, ==, MURI_TEMPLATE_STATE_READY);
}

static void
test_change (CloneFixture *f, gconstpointer data)
{
  change_and_die (f, "first", NULL);
  change_and_die (f, "second", ".xml");
  change_and_die (f, "third", ".ini");
}

static void
expect_no_template (CloneFixture *f)
{
  g_autofree char *path = directory_of (f);
  g_autoptr (GDir) directory = g_dir_open (path, 0, NULL);
  const char *name;

  fixture_await (fixture_template (&f->fixture, &f->node, &f->template_id) == NULL);
  g_assert_false (g_file_test (f->image, G_FILE_TEST_EXISTS));
  while ((name = g_dir_read_name (directory)) != NULL)
    g_assert_false (g_str_has_prefix (name, f->id));
}

static void
test_delete_template (CloneFixture *f, gconstpointer data)
{
  const char *where = data;
  g_autoptr (FixtureOperation) operation = change (f, MURI_VERB_DELETE_TEMPLATE);

  if (where == NULL)
    kill_at_file (f, operation, ".ini");
  else
    kill_at (f, operation, MURI_TEST_CALL_VOLUME_DELETE, 1, strcmp (where, "after") == 0);
  expect_no_template (f);
}

static void
drop_message (const char *domain, GLogLevelFlags level, const char *message, gpointer data)
{
}

int
main (int argc, char **argv)
{
  muri_test_init (&argc, &argv);
  g_log_set_handler ("Libvirt.GLib", G_LOG_LEVEL_DEBUG, drop_message, NULL);
  agent_event_loop_register ();
#define ADD(name, data, func)                                                                      \
  g_test_add ("/killed/" name, CloneFixture, data, set_up, func, tear_down)
  ADD ("delete", NULL, test_delete);
  ADD ("resize", NULL, test_resize);
  ADD ("change-template", NULL, test_change);
  ADD ("delete-template/described", NULL, test_delete_template);
  ADD ("delete-template/before", "before", test_delete_template);
  ADD ("delete-template/after", "after", test_delete_template);
  return muri_test_run ();
}
