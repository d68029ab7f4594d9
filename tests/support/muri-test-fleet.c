/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-test-fleet.h"

#include "muri-words.h"

#define OPEN_SECONDS 20

MuriFleet *
muri_test_fleet_new (const char *data_dir)
{
  guint zone = muri_test_zone ();

  return muri_test_fleet_new_in (data_dir, &zone, 1);
}

MuriFleet *
muri_test_fleet_new_in (const char *data_dir, const guint *zones, gsize n_zones)
{
  return muri_test_fleet_new_on (data_dir, "lo", zones, n_zones);
}

MuriFleet *
muri_test_fleet_new_on (const char *data_dir, const char *interface, const guint *zones,
                        gsize n_zones)
{
  MuriFleet *fleet = muri_fleet_new (data_dir);
  g_autoptr (GAsyncResult) opened = NULL;
  g_autoptr (GAsyncResult) joined = NULL;
  g_autoptr (GError) error = NULL;

  muri_fleet_open_async (fleet, NULL, muri_test_keep_result, &opened);
  muri_test_await (opened != NULL, OPEN_SECONDS);
  muri_fleet_open_finish (fleet, opened, &error);
  g_assert_no_error (error);

  muri_fleet_join_async (fleet, interface, zones, n_zones, NULL, NULL, muri_test_keep_result,
                         &joined);
  muri_test_await (joined != NULL, OPEN_SECONDS);
  muri_fleet_join_finish (fleet, joined, &error);
  g_assert_no_error (error);
  return fleet;
}

void
muri_test_fleet_free (MuriFleet *fleet)
{
  muri_fleet_close (fleet);
  g_object_unref (fleet);
}

/* The list keeps what it hands out. */
static gpointer
find (GListModel *list, const char *name)
{
  for (guint i = 0; i < g_list_model_get_n_items (list); i++)
    {
      g_autoptr (GObject) item = g_list_model_get_item (list, i);
      g_autofree char *its = NULL;

      g_object_get (item, "name", &its, NULL);
      if (g_strcmp0 (its, name) == 0)
        return item;
    }
  return NULL;
}

MuriVm *
muri_test_find_vm (MuriFleet *fleet, const char *name)
{
  return find (muri_fleet_get_vms (fleet), name);
}

MuriNode *
muri_test_find_node (MuriFleet *fleet, const char *name)
{
  return find (muri_fleet_get_nodes (fleet), name);
}

MuriVm *
muri_test_await_vm (MuriFleet *fleet, const char *name, double seconds)
{
  MuriVm *vm = NULL;

  if (!muri_test_comes_true (
          (vm = muri_test_find_vm (fleet, name)) != NULL && muri_vm_is_known (vm), seconds))
    g_error ("VM %s is %s after %g s", name, vm != NULL ? "not current" : "not there", seconds);
  return vm;
}

MuriNode *
muri_test_await_node (MuriFleet *fleet, const char *name, double seconds)
{
  MuriNode *node = NULL;

  if (!muri_test_comes_true ((node = muri_test_find_node (fleet, name)) != NULL
                                 && muri_node_is_reachable (node),
                             seconds))
    g_error ("node %s is %s after %g s", name, node != NULL ? "not reachable" : "not there",
             seconds);
  return node;
}

void
muri_test_await_vm_state (MuriVm *vm, guint state, double seconds)
{
  if (!muri_test_comes_true (muri_vm_is_known (vm) && muri_vm_get_state (vm) == state, seconds))
    g_error ("%s is not %s after %g s, but %s%s", muri_vm_get_name (vm),
             muri_vm_state_to_nick (state), seconds, muri_vm_state_to_nick (muri_vm_get_state (vm)),
             muri_vm_is_known (vm) ? "" : " as last known");
}

MuriOperation *
muri_test_submit_many (MuriFleet *fleet, guint verb, GPtrArray *vms, guint timeout)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (MuriOperation) operation = NULL;

  muri_fleet_submit_async (fleet, verb, vms, NULL, timeout, NULL, muri_test_keep_result, &result);
  muri_test_await (result != NULL, 10);
  operation = muri_fleet_submit_finish (fleet, result, &error);
  g_assert_no_error (error);
  g_assert_nonnull (operation);
  return muri_fleet_find_operation (fleet, muri_operation_get_id (operation));
}

MuriOperation *
muri_test_submit (MuriFleet *fleet, guint verb, MuriVm *vm, guint timeout)
{
  g_autoptr (GPtrArray) vms = g_ptr_array_new ();

  g_ptr_array_add (vms, vm);
  return muri_test_submit_many (fleet, verb, vms, timeout);
}

guint
muri_test_target_state (MuriOperation *operation, guint index)
{
  g_autoptr (MuriTarget) target = g_list_model_get_item (G_LIST_MODEL (operation), index);

  g_assert_nonnull (target);
  return muri_target_get_state (target);
}

static void
print_targets (MuriOperation *operation)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (operation)); i++)
    {
      g_autoptr (MuriTarget) target = g_list_model_get_item (G_LIST_MODEL (operation), i);
      const char *message = muri_target_get_message (target);

      g_printerr ("%s of %s: state %u %s\n",
                  muri_verb_to_nick (muri_operation_get_verb (operation)),
                  muri_target_get_name (target), muri_target_get_state (target),
                  message != NULL ? message : "");
    }
}

void
muri_test_await_finished (MuriOperation *operation, double seconds)
{
  if (muri_test_comes_true (muri_operation_is_finished (operation), seconds))
    return;
  print_targets (operation);
  g_error ("the operation has not finished after %g s", seconds);
}

void
muri_test_operate (MuriFleet *fleet, guint verb, MuriVm *vm, double seconds)
{
  MuriOperation *operation = muri_test_submit (fleet, verb, vm, 0);

  muri_test_await_finished (operation, seconds);
  if (muri_operation_get_n_done (operation) != 1)
    {
      print_targets (operation);
      g_error ("%s of %s did not succeed", muri_verb_to_nick (verb), muri_vm_get_name (vm));
    }
}
