/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One operation on a group of 1,000 VMs on ten hosts: from the wish to the last outcome in the
 * console's model, with everything stored on both sides. The yardstick is virsh over the same VMs
 * of the same libvirtds, one after the other and eight at once. */
#include "measure.h"
#include "muri-membership.h"
#include "muri-test-fleet.h"
#include "muri-test-libvirtd.h"

#define N_HOSTS 10
#define N_VMS 100
#define N_ALL (N_HOSTS * N_VMS)
#define ROUNDS 5
#define N_ROUND (N_ALL / ROUNDS)
#define SECONDS 120
#define GROUP "Bench/all"
#define RENAMED "Bench/every one"

typedef struct
{
  MuriTestLibvirtd *libvirtds[N_HOSTS];
  MuriTestAgent *agents[N_HOSTS];
  MuriFleet *fleet;
  GPtrArray *vms;
} Bench;

static char *
host_name (guint host)
{
  return g_strdup_printf ("host%u", host);
}

static void
set_up (Bench *bench)
{
  for (guint i = 0; i < N_HOSTS; i++)
    {
      g_autofree char *name = host_name (i);

      bench->libvirtds[i] = muri_test_libvirtd_spawn ();
      muri_test_libvirtd_define (bench->libvirtds[i], name, N_VMS, FALSE);
      bench->agents[i] =
          muri_test_agent_spawn (name, muri_test_libvirtd_get_uri (bench->libvirtds[i]), NULL);
    }

  bench->fleet = muri_test_fleet_new (muri_test_directory ("console"));
  bench->vms = g_ptr_array_new ();
  for (guint i = 0; i < N_ALL; i++)
    {
      g_autofree char *name = g_strdup_printf ("host%u-%03u", i % N_HOSTS, i / N_HOSTS + 1);

      g_ptr_array_add (bench->vms, muri_test_await_vm (bench->fleet, name, SECONDS));
    }
}

static double
since (gint64 start)
{
  return (double)(g_get_monotonic_time () - start) / G_TIME_SPAN_SECOND;
}

static double
finish (MuriEdit *edit, gint64 start)
{
  MuriOperation *operation;

  g_assert_nonnull (edit);
  operation = muri_edit_get_operations (edit)->pdata[0];
  muri_test_await_finished (operation, SECONDS);
  g_assert_cmpuint (muri_operation_get_n_done (operation), ==, N_ALL);
  return since (start);
}

static void
measure_memberships (Bench *bench)
{
  gint64 start = g_get_monotonic_time ();
  g_autoptr (MuriEdit) joined = muri_fleet_join_group (bench->fleet, bench->vms, GROUP, NULL);
  g_autoptr (MuriEdit) renamed = NULL;
  MuriGroup *group = NULL;

  measure_print ("join", finish (joined, start));
  muri_test_await ((group = muri_groups_find (muri_fleet_get_groups (bench->fleet), GROUP)) != NULL
                       && muri_group_get_n_vms (group) == N_ALL,
                   SECONDS);
  start = g_get_monotonic_time ();
  renamed = muri_fleet_rename_group (bench->fleet, GROUP, RENAMED, NULL);
  measure_print ("rename", finish (renamed, start));
  muri_test_await ((group = muri_groups_find (muri_fleet_get_groups (bench->fleet), RENAMED))
                           != NULL
                       && muri_group_get_n_vms (group) == N_ALL,
                   SECONDS);
}

static gboolean
all_are (GPtrArray *vms, guint state)
{
  for (guint i = 0; i < vms->len; i++)
    if (muri_vm_get_state (vms->pdata[i]) != state)
      return FALSE;
  return TRUE;
}

/* What follows begins in quiet: what has changed was read again. */
static double
operate (Bench *bench, guint verb, guint state)
{
  MuriGroup *group = muri_groups_find (muri_fleet_get_groups (bench->fleet), RENAMED);
  GListModel *members = muri_group_get_all_vms (group);
  g_autoptr (GPtrArray) vms = g_ptr_array_new_with_free_func (g_object_unref);
  gint64 start = g_get_monotonic_time ();
  MuriOperation *operation;
  double seconds;

  for (guint i = 0; i < g_list_model_get_n_items (members); i++)
    g_ptr_array_add (vms, g_list_model_get_item (members, i));
  operation = muri_test_submit_many (bench->fleet, verb, vms, 0);
  muri_test_await_finished (operation, SECONDS);
  g_assert_cmpuint (muri_operation_get_n_done (operation), ==, N_ALL);
  seconds = since (start);
  muri_test_await (all_are (bench->vms, state), SECONDS);
  return seconds;
}

/* virsh's arguments for the VMs of one round, a line each; every host has some of them. */
static char *
write_list (Bench *bench, guint round, const char *command)
{
  g_autofree char *name = g_strdup_printf ("%s-%u", command, round);
  char *path = g_build_filename (muri_test_directory ("virsh"), name, NULL);
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = round * N_ROUND; i < (round + 1) * N_ROUND; i++)
    g_string_append_printf (text, "%s %s %s\n",
                            muri_test_libvirtd_get_uri (bench->libvirtds[i % N_HOSTS]), command,
                            muri_vm_get_name (bench->vms->pdata[i]));
  g_assert_true (g_file_set_contents (path, text->str, -1, NULL));
  return path;
}

static double
by_virsh (Bench *bench, guint round, const char *command, const char *at_once, guint state)
{
  g_autofree char *list = write_list (bench, round, command);
  g_autoptr (GError) error = NULL;
  gint64 start = g_get_monotonic_time ();
  g_autoptr (GSubprocess) xargs =
      g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_SILENCE, &error, "xargs", "-a", list, "-P",
                        at_once, "-L", "1", "virsh", "-c", NULL);
  double seconds;

  g_assert_no_error (error);
  g_subprocess_wait_check (xargs, NULL, &error);
  g_assert_no_error (error);
  seconds = since (start);
  for (guint i = round * N_ROUND; i < (round + 1) * N_ROUND; i++)
    muri_test_await_vm_state (bench->vms->pdata[i], state, SECONDS);
  return seconds;
}

typedef struct
{
  GArray *group;
  GArray *loop; /* of one round's VMs */
  GArray *parallel;
} Times;

/* Medians, so that what else the machine did at one moment is in none of them. */
static void
print_times (const char *verb, Times *times)
{
  g_autofree char *loop = g_strdup_printf ("%s-virsh", verb);
  g_autofree char *parallel = g_strdup_printf ("%s-virsh-8", verb);

  measure_print (verb, measure_quantile (times->group, 0.5));
  measure_print (loop, ROUNDS * measure_quantile (times->loop, 0.5));
  measure_print (parallel, ROUNDS * measure_quantile (times->parallel, 0.5));
  g_array_unref (times->group);
  g_array_unref (times->loop);
  g_array_unref (times->parallel);
}

/* What else the machine does meanwhile meets all of them. */
static void
measure_power (Bench *bench)
{
  const struct
  {
    const char *name;
    guint verb;
    const char *command;
    guint state;
  } steps[] = {
    { "start", MURI_VERB_POWER_ON, "start", MURI_VM_STATE_RUNNING },
    { "pause", MURI_VERB_PAUSE, "suspend", MURI_VM_STATE_PAUSED },
    { "resume", MURI_VERB_RESUME, "resume", MURI_VM_STATE_RUNNING },
    { "power-off", MURI_VERB_POWER_OFF, "destroy", MURI_VM_STATE_OFF },
  };
  Times times[G_N_ELEMENTS (steps)];

  for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
    times[i] = (Times){ measure_new (), measure_new (), measure_new () };
  for (guint round = 0; round < ROUNDS; round++)
    {
      for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
        measure_add (times[i].group, operate (bench, steps[i].verb, steps[i].state));
      for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
        measure_add (times[i].loop, by_virsh (bench, round, steps[i].command, "1", steps[i].state));
      for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
        measure_add (times[i].parallel,
                     by_virsh (bench, round, steps[i].command, "8", steps[i].state));
    }
  for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
    print_times (steps[i].name, &times[i]);
}

int
main (int argc, char **argv)
{
  Bench bench = { 0 };

  muri_test_init (&argc, &argv);
  set_up (&bench);
  measure_memberships (&bench);
  measure_power (&bench);

  g_ptr_array_unref (bench.vms);
  muri_test_fleet_free (bench.fleet);
  for (guint i = 0; i < N_HOSTS; i++)
    {
      muri_test_agent_stop (bench.agents[i]);
      muri_test_agent_free (bench.agents[i]);
      muri_test_libvirtd_free (bench.libvirtds[i]);
    }
  return muri_test_run ();
}
