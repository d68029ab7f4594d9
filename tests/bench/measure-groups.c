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
      muri_test_libvirtd_define (bench->libvirtds[i], name, N_VMS, TRUE);
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

static double
operate (Bench *bench, guint verb)
{
  MuriGroup *group = muri_groups_find (muri_fleet_get_groups (bench->fleet), RENAMED);
  GListModel *members = muri_group_get_all_vms (group);
  g_autoptr (GPtrArray) vms = g_ptr_array_new_with_free_func (g_object_unref);
  gint64 start = g_get_monotonic_time ();
  MuriOperation *operation;

  for (guint i = 0; i < g_list_model_get_n_items (members); i++)
    g_ptr_array_add (vms, g_list_model_get_item (members, i));
  operation = muri_test_submit_many (bench->fleet, verb, vms, 0);
  muri_test_await_finished (operation, SECONDS);
  g_assert_cmpuint (muri_operation_get_n_done (operation), ==, N_ALL);
  return since (start);
}

/* Lines of a URI and a name, for a shell. */
static char *
write_list (Bench *bench)
{
  char *path = g_build_filename (muri_test_directory ("virsh"), "list", NULL);
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < N_ALL; i++)
    g_string_append_printf (text, "%s host%u-%03u\n",
                            muri_test_libvirtd_get_uri (bench->libvirtds[i % N_HOSTS]), i % N_HOSTS,
                            i / N_HOSTS + 1);
  g_assert_true (g_file_set_contents (path, text->str, -1, NULL));
  return path;
}

static double
by_virsh (const char *script, const char *list)
{
  gint64 start = g_get_monotonic_time ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) shell = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_SILENCE, &error, "sh",
                                                    "-e", "-c", script, list, NULL);

  g_assert_no_error (error);
  g_subprocess_wait_check (shell, NULL, &error);
  g_assert_no_error (error);
  return since (start);
}

int
main (int argc, char **argv)
{
  Bench bench = { 0 };
  g_autoptr (GArray) pauses = measure_new ();
  g_autoptr (GArray) resumes = measure_new ();
  g_autofree char *list = NULL;

  muri_test_init (&argc, &argv);
  set_up (&bench);
  list = write_list (&bench);
  measure_memberships (&bench);

  for (guint i = 0; i < ROUNDS; i++)
    {
      measure_add (pauses, operate (&bench, MURI_VERB_PAUSE));
      measure_add (resumes, operate (&bench, MURI_VERB_RESUME));
    }
  measure_print ("pause", measure_quantile (pauses, 0.5));
  measure_print ("resume", measure_quantile (resumes, 0.5));
  measure_print (
      "virsh",
      by_virsh ("while read -r uri name; do virsh -c \"$uri\" suspend \"$name\"; done <\"$0\"",
                list));
  operate (&bench, MURI_VERB_RESUME);
  measure_print ("virsh-8",
                 by_virsh ("xargs -P 8 -L 1 sh -c 'virsh -c \"$0\" suspend \"$1\"' <\"$0\"", list));

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
