/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Memberships among real agents, each with VMs of libvirt's test driver. */

#include "muri-fleet-private.h"
#include "muri-group-path.h"
#include "muri-ledger.h"
#include "muri-test-fleet.h"

#define N_AGENTS 2
#define N_VMS 4
#define SECONDS 30

typedef struct
{
  MuriTestAgent *agents[N_AGENTS];
  MuriFleet *fleet;
  char *data_dir;
} Fixture;

static const char *const names[N_AGENTS] = { "seoul", "busan" };

static void
await_everybody (MuriFleet *fleet)
{
  for (guint i = 0; i < N_AGENTS; i++)
    for (guint j = 1; j <= N_VMS; j++)
      {
        g_autofree char *name = g_strdup_printf ("%s-%03u", names[i], j);

        muri_test_await_vm (fleet, name, SECONDS);
      }
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  static guint n = 0;
  g_autofree char *name = g_strdup_printf ("console-%u", n++);

  for (guint i = 0; i < N_AGENTS; i++)
    {
      g_autofree char *uri = muri_test_node_file (names[i], N_VMS, 0);

      fixture->agents[i] = muri_test_agent_spawn (names[i], uri, NULL);
    }
  fixture->data_dir = g_strdup (muri_test_directory (name));
  fixture->fleet = muri_test_fleet_new (fixture->data_dir);
  await_everybody (fixture->fleet);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  muri_test_fleet_free (fixture->fleet);
  for (guint i = 0; i < N_AGENTS; i++)
    muri_test_agent_free (fixture->agents[i]);
  g_free (fixture->data_dir);
}

/* ---- words ---- */

static GPtrArray *
objects (MuriFleet *fleet, const char *first, ...)
{
  GPtrArray *found = g_ptr_array_new ();
  va_list list;

  va_start (list, first);
  for (const char *name = first; name != NULL; name = va_arg (list, const char *))
    {
      gpointer object = muri_test_find_vm (fleet, name);

      object = object != NULL ? object : (gpointer)muri_test_find_node (fleet, name);
      g_assert_nonnull (object);
      g_ptr_array_add (found, object);
    }
  va_end (list);
  return found;
}

static gboolean
is_in (MuriFleet *fleet, const char *vm, const char *group)
{
  gint order;
  guint delay;

  return muri_group_get_start_order (group, muri_test_find_vm (fleet, vm), &order, &delay);
}

static guint
count_in (MuriFleet *fleet, const char *path)
{
  MuriGroup *group = muri_groups_find (muri_fleet_get_groups (fleet), path);

  return group != NULL ? muri_group_get_n_vms (group) : 0;
}

static MuriOperation *
only_operation (MuriEdit *edit)
{
  g_assert_cmpuint (muri_edit_get_operations (edit)->len, ==, 1);
  return muri_edit_get_operations (edit)->pdata[0];
}

static void
await_edit (MuriEdit *edit)
{
  GPtrArray *operations = muri_edit_get_operations (edit);

  for (guint i = 0; i < operations->len; i++)
    {
      muri_test_await_finished (operations->pdata[i], SECONDS);
      g_assert_cmpuint (muri_operation_get_n_done (operations->pdata[i]), ==,
                        muri_operation_get_n_targets (operations->pdata[i]));
    }
}

#define DO(call)                                                                                   \
  (G_GNUC_EXTENSION ({                                                                             \
    g_autoptr (GError) do_error_ = NULL;                                                           \
    GError **error = &do_error_;                                                                   \
    MuriEdit *do_edit_ = call;                                                                     \
    g_assert_no_error (do_error_);                                                                 \
    g_assert_nonnull (do_edit_);                                                                   \
    do_edit_;                                                                                      \
  }))

static MuriEdit *
join (MuriFleet *fleet, GPtrArray *what, const char *group)
{
  g_autoptr (GPtrArray) owned = what;
  MuriEdit *edit = DO (muri_fleet_join_group (fleet, owned, group, error));

  await_edit (edit);
  for (guint i = 0; i < owned->len; i++)
    {
      gint order;
      guint delay;

      muri_test_await (muri_group_get_start_order (group, owned->pdata[i], &order, &delay),
                       SECONDS);
    }
  return edit;
}

/* ---- tests ---- */

static void
test_join_and_leave (Fixture *fixture, gconstpointer data)
{
  MuriFleet *fleet = fixture->fleet;
  g_autoptr (GPtrArray) some =
      objects (fleet, "seoul-001", "busan-002", "seoul-001", "busan", NULL);
  g_autoptr (MuriEdit) edit = join (fleet, g_ptr_array_ref (some), "Production/웹 서버");
  g_autoptr (MuriEdit) order = NULL;
  g_autoptr (MuriEdit) left = NULL;
  g_autoptr (GError) nothing = NULL;
  gint value;
  guint delay;

  g_assert_cmpuint (muri_edit_get_n_objects (edit), ==, 3);
  g_assert_cmpuint (count_in (fleet, "Production"), ==, 2);
  g_assert_cmpstr (muri_edit_get_label (edit), ==, "Added 2 VMs and 1 host to 웹 서버");
  g_assert_true (muri_fleet_get_undo (fleet) == edit);

  /* Who is in it already is not asked again. */
  g_assert_null (muri_fleet_join_group (fleet, some, "Production/웹 서버", &nothing));
  g_assert_error (nothing, MURI_FLEET_ERROR, MURI_FLEET_ERROR_TARGETS);

  order = DO (muri_fleet_set_start_order (fleet, some, "Production/웹 서버", -3, 20, error));
  await_edit (order);
  muri_test_await (muri_group_get_start_order ("Production/웹 서버", some->pdata[0], &value, &delay)
                       && value == -3 && delay == 20,
                   SECONDS);

  left = DO (muri_fleet_leave_group (fleet, some, "Production/웹 서버", error));
  await_edit (left);
  muri_test_await (count_in (fleet, "Production") == 0, SECONDS);
  /* A group that was emptied by hand stays. */
  g_assert_true (
      muri_group_is_kept (muri_groups_find (muri_fleet_get_groups (fleet), "Production/웹 서버")));
}

/* A group is renamed while one of its hosts is away, this console is closed and opened meanwhile,
 * and then the host comes back. */
static void
test_rename_with_one_down (Fixture *fixture, gconstpointer data)
{
  MuriFleet *fleet = fixture->fleet;
  g_autoptr (MuriEdit) joined = join (
      fleet, objects (fleet, "seoul-001", "seoul-002", "busan-001", "busan-002", "busan", NULL),
      "Production/web");
  g_autoptr (MuriEdit) edit = NULL;
  g_autofree char *id = NULL;
  MuriOperation *operation;
  MuriNode *node;

  muri_fleet_keep_group (fleet, "Production/empty", NULL);
  muri_test_agent_stop (fixture->agents[1]);
  node = muri_test_find_node (fleet, "busan");
  muri_test_await (!muri_node_is_reachable (node), SECONDS);

  edit = DO (muri_fleet_rename_group (fleet, "Production", "Prod", error));
  operation = only_operation (edit);
  id = g_strdup (muri_operation_get_id (operation));
  g_assert_cmpuint (muri_operation_get_n_targets (operation), ==, 5);
  muri_test_await (muri_operation_get_n_done (operation) == 2, SECONDS);
  g_assert_cmpuint (muri_operation_get_n_waiting (operation), ==, 3);
  g_assert_false (muri_operation_is_finished (operation));
  muri_test_await (count_in (fleet, "Prod/web") == 2, SECONDS);
  g_assert_cmpuint (count_in (fleet, "Production/web"), ==, 2);
  g_assert_nonnull (muri_groups_find (muri_fleet_get_groups (fleet), "Prod/empty"));

  g_clear_object (&edit);
  g_clear_object (&joined);
  muri_test_fleet_free (fleet);
  fixture->fleet = fleet = muri_test_fleet_new (fixture->data_dir);
  operation = muri_fleet_find_operation (fleet, id);
  g_assert_nonnull (operation);
  g_assert_cmpuint (muri_operation_get_n_waiting (operation), ==, 3);
  g_assert_false (muri_operation_is_held (operation));

  muri_test_agent_restart (fixture->agents[1]);
  muri_test_await_finished (operation, SECONDS);
  g_assert_cmpuint (muri_operation_get_n_done (operation), ==, 5);
  muri_test_await (count_in (fleet, "Prod/web") == 4, SECONDS);
  muri_test_await (muri_groups_find (muri_fleet_get_groups (fleet), "Production") == NULL, SECONDS);
  g_assert_cmpuint (g_list_model_get_n_items (muri_group_get_nodes (
                        muri_groups_find (muri_fleet_get_groups (fleet), "Prod/web"))),
                    ==, 1);
}

/* Both say something else of one VM at the same moment; its agent decides, and both see that. */
static void
test_two_consoles (Fixture *fixture, gconstpointer data)
{
  MuriFleet *one = fixture->fleet;
  MuriFleet *two = muri_test_fleet_new (muri_test_directory ("second"));
  g_autoptr (MuriEdit) joined = join (one, objects (one, "seoul-001", NULL), "x");
  g_autoptr (MuriEdit) to_a = NULL;
  g_autoptr (MuriEdit) to_b = NULL;
  g_autoptr (GPtrArray) mine = NULL;
  g_autoptr (GPtrArray) theirs = NULL;
  gboolean in_a;

  await_everybody (two);
  muri_test_await (is_in (two, "seoul-001", "x"), SECONDS);
  mine = objects (one, "seoul-001", NULL);
  theirs = objects (two, "seoul-001", NULL);
  to_a = DO (muri_fleet_move_to_group (one, mine, "x", "a", error));
  to_b = DO (muri_fleet_move_to_group (two, theirs, "x", "b", error));
  await_edit (to_a);
  await_edit (to_b);

  muri_test_await (!is_in (one, "seoul-001", "x") && !is_in (two, "seoul-001", "x"), SECONDS);
  in_a = is_in (one, "seoul-001", "a");
  g_assert_true (in_a != is_in (one, "seoul-001", "b"));
  muri_test_await (is_in (two, "seoul-001", "a") == in_a && is_in (two, "seoul-001", "b") == !in_a,
                   SECONDS);
  muri_test_fleet_free (two);
}

static void
test_in_two_groups (Fixture *fixture, gconstpointer data)
{
  MuriFleet *fleet = fixture->fleet;
  g_autoptr (MuriEdit) a = join (fleet, objects (fleet, "seoul-001", "seoul-002", NULL), "a");
  g_autoptr (MuriEdit) b = join (fleet, objects (fleet, "seoul-001", "busan-001", NULL), "b/c");
  g_autoptr (MuriRequest) request = muri_request_new (MURI_VERB_PAUSE);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (MuriOperation) operation = NULL;

  for (guint i = 0; i < 2; i++)
    {
      MuriGroup *group = muri_groups_find (muri_fleet_get_groups (fleet), i == 0 ? "a" : "b");
      GListModel *vms = muri_group_get_all_vms (group);

      for (guint j = 0; j < g_list_model_get_n_items (vms); j++)
        {
          g_autoptr (MuriVm) vm = g_list_model_get_item (vms, j);

          muri_request_add_vm (request, vm);
        }
    }
  muri_fleet_request_async (fleet, request, NULL, muri_test_keep_result, &result);
  muri_test_await (result != NULL, SECONDS);
  operation = muri_fleet_submit_finish (fleet, result, NULL);
  muri_test_await_finished (operation, SECONDS);
  g_assert_cmpuint (muri_operation_get_n_targets (operation), ==, 3);
  /* None was paused twice: that would have been “already so”. */
  g_assert_cmpuint (muri_operation_count (operation, MURI_LEDGER_DONE), ==, 3);
  g_clear_object (&result);
}

/* Whatever was moved comes back with its order, but not what someone else has moved since. */
static void
test_undo_skips (Fixture *fixture, gconstpointer data)
{
  MuriFleet *one = fixture->fleet;
  MuriFleet *two = muri_test_fleet_new (muri_test_directory ("other"));
  g_autoptr (GPtrArray) some = objects (one, "seoul-001", "seoul-002", "busan-001", NULL);
  g_autoptr (MuriEdit) joined = join (one, g_ptr_array_ref (some), "db");
  g_autoptr (MuriEdit) ordered = NULL;
  g_autoptr (MuriEdit) moved = NULL;
  g_autoptr (MuriEdit) theirs = NULL;
  g_autoptr (MuriEdit) undone = NULL;
  g_autoptr (MuriEdit) again = NULL;
  g_autoptr (GPtrArray) stolen = NULL;
  gint order;
  guint delay;

  ordered = DO (muri_fleet_set_start_order (one, some, "db", 7, 3, error));
  await_edit (ordered);
  moved = DO (muri_fleet_move_to_group (one, some, "db", "web", error));
  await_edit (moved);
  await_everybody (two);
  muri_test_await (is_in (two, "seoul-002", "web"), SECONDS);
  stolen = objects (two, "seoul-002", NULL);
  theirs = DO (muri_fleet_join_group (two, stolen, "theirs", error));
  await_edit (theirs);
  muri_test_await (is_in (one, "seoul-002", "theirs") && is_in (one, "busan-001", "web"), SECONDS);

  undone = DO (muri_fleet_undo (one, NULL, error));
  g_assert_cmpuint (muri_edit_get_n_skipped (undone), ==, 1);
  g_assert_true (muri_edit_is_undone (moved));
  g_assert_true (muri_fleet_get_undo (one) == ordered);
  await_edit (undone);
  g_assert_cmpuint (muri_operation_get_n_targets (only_operation (undone)), ==, 2);
  muri_test_await (is_in (one, "seoul-001", "db") && is_in (one, "busan-001", "db"), SECONDS);
  g_assert_true (is_in (one, "seoul-002", "web"));
  g_assert_false (is_in (one, "seoul-001", "web"));
  g_assert_true (muri_group_get_start_order ("db", some->pdata[0], &order, &delay));
  g_assert_cmpint (order, ==, 7);
  g_assert_cmpuint (delay, ==, 3);

  /* And forth again. */
  again = DO (muri_fleet_undo (one, undone, error));
  await_edit (again);
  muri_test_await (is_in (one, "seoul-001", "web") && !is_in (one, "seoul-001", "db"), SECONDS);
  muri_test_fleet_free (two);
}

static void
test_undo_rename_and_delete (Fixture *fixture, gconstpointer data)
{
  MuriFleet *fleet = fixture->fleet;
  g_autoptr (MuriEdit) a = join (fleet, objects (fleet, "seoul-001", "busan", NULL), "top/a");
  g_autoptr (MuriEdit) b = join (fleet, objects (fleet, "seoul-001", "busan-001", NULL), "top/b");
  g_autoptr (MuriEdit) edit = DO (muri_fleet_rename_group (fleet, "top", "new/top", error));
  g_autoptr (MuriEdit) undone = NULL;
  MuriGroups *groups = muri_fleet_get_groups (fleet);

  /* Taken back before it was done, perhaps. */
  undone = DO (muri_fleet_undo (fleet, edit, error));
  await_edit (edit);
  await_edit (undone);
  g_assert_cmpuint (muri_operation_get_n_targets (only_operation (undone)), ==, 3);
  muri_test_await (muri_groups_find (groups, "new") == NULL && count_in (fleet, "top/b") == 2,
                   SECONDS);
  g_clear_object (&edit);
  g_clear_object (&undone);

  edit = DO (muri_fleet_delete_group (fleet, "top", error));
  await_edit (edit);
  muri_test_await (muri_groups_find (groups, "top") == NULL, SECONDS);
  undone = DO (muri_fleet_undo (fleet, edit, error));
  await_edit (undone);
  muri_test_await (
      count_in (fleet, "top/a") == 1 && count_in (fleet, "top/b") == 2
          && g_list_model_get_n_items (muri_group_get_nodes (muri_groups_find (groups, "top/a")))
                 == 1,
      SECONDS);
}

static void
test_guard (Fixture *fixture, gconstpointer data)
{
  MuriFleet *fleet = fixture->fleet;
  g_autoptr (GPtrArray) vms = objects (fleet, "seoul-001", NULL);
  g_autoptr (MuriEdit) edit = DO (muri_fleet_set_guarded (fleet, vms, TRUE, error));
  g_autoptr (MuriEdit) undone = NULL;
  MuriVm *vm = vms->pdata[0];
  MuriOperation *operation;

  await_edit (edit);
  muri_test_await (muri_vm_get_facts (vm)->guarded, SECONDS);
  operation = muri_test_submit (fleet, MURI_VERB_POWER_OFF, vm, 0);
  muri_test_await_finished (operation, SECONDS);
  g_assert_cmpuint (muri_operation_count (operation, MURI_LEDGER_PROTECTED), ==, 1);

  undone = DO (muri_fleet_undo (fleet, NULL, error));
  await_edit (undone);
  muri_test_await (!muri_vm_get_facts (vm)->guarded, SECONDS);
}

#define ADD(path, test) g_test_add (path, Fixture, NULL, set_up, test, tear_down)

int
main (int argc, char **argv)
{
  muri_test_init (&argc, &argv);
  ADD ("/fleet/groups/join-and-leave", test_join_and_leave);
  ADD ("/fleet/groups/rename-with-one-down", test_rename_with_one_down);
  ADD ("/fleet/groups/two-consoles", test_two_consoles);
  ADD ("/fleet/groups/in-two-groups", test_in_two_groups);
  ADD ("/fleet/groups/undo-skips", test_undo_skips);
  ADD ("/fleet/groups/undo-rename-and-delete", test_undo_rename_and_delete);
  ADD ("/fleet/groups/guard", test_guard);
  return muri_test_run ();
}
