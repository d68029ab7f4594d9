/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-fleet-private.h"

#include "muri-uuid.h"
#include "muri-words.h"

#include <glib/gi18n-lib.h>

static gint64
default_timeout (guint verb)
{
  return (verb == MURI_VERB_SHUTDOWN ? 5 : 1) * G_TIME_SPAN_MINUTE;
}

static void
add_target (GPtrArray *targets, MuriNode *node, const muri_v1_Uuid *vm, const char *name)
{
  const MuriTargetKey key = { *muri_node_get_uuid (node), *vm };

  g_ptr_array_add (
      targets, muri_target_new (&key, muri_node_get_zone (node), name, muri_node_get_name (node)));
}

static GPtrArray *
make_targets (MuriRequest *request)
{
  static const muri_v1_Uuid itself;
  GPtrArray *vms = muri_request_get_vms (request);
  GPtrArray *nodes = muri_request_get_nodes (request);
  GPtrArray *targets = g_ptr_array_new_full (vms->len + nodes->len, g_object_unref);

  for (guint i = 0; i < nodes->len; i++)
    add_target (targets, nodes->pdata[i], &itself, muri_node_get_name (nodes->pdata[i]));
  for (guint i = 0; i < vms->len; i++)
    add_target (targets, muri_vm_get_node (vms->pdata[i]), muri_vm_get_uuid (vms->pdata[i]),
                muri_vm_get_name (vms->pdata[i]));
  return targets;
}

/* What a receiver would refuse is not sent. */
static gboolean
check_targets (MuriOperation *operation, GError **error)
{
  g_autoptr (GHashTable) counts = g_hash_table_new (NULL, NULL);
  guint n = muri_operation_get_n_targets (operation);

  if (n == 0)
    {
      g_set_error_literal (error, MURI_FLEET_ERROR, MURI_FLEET_ERROR_TARGETS,
                           _ ("There is nothing to act on"));
      return FALSE;
    }

  for (guint i = 0; i < n; i++)
    {
      guint zone = muri_target_get_zone (muri_operation_peek_target (operation, i));
      guint count = GPOINTER_TO_UINT (g_hash_table_lookup (counts, GUINT_TO_POINTER (zone))) + 1;

      if (count > MURI_OPERATION_TARGETS_MAX)
        {
          g_set_error (error, MURI_FLEET_ERROR, MURI_FLEET_ERROR_TARGETS,
                       _ ("An operation can have at most %d targets in a zone"),
                       MURI_OPERATION_TARGETS_MAX);
          return FALSE;
        }
      g_hash_table_insert (counts, GUINT_TO_POINTER (zone), GUINT_TO_POINTER (count));
    }
  return TRUE;
}

static gboolean
zone_is_missing (MuriFleet *self, MuriTarget *target)
{
  return muri_fleet_find_zone (self, muri_target_get_zone (target)) == NULL;
}

/* It is on disk. */
static void
send_stored (MuriFleet *self, MuriOperation *operation)
{
  muri_operation_set_published (operation);
  muri_fleet_close_targets (self, operation, MURI_TARGET_UNREACHABLE,
                            _ ("This console is not in its zone"), zone_is_missing);
  muri_fleet_close_targets (self, operation, MURI_TARGET_SENT, NULL, NULL);
  muri_fleet_publish (self, operation);
  g_ptr_array_add (self->lingering, g_object_ref (operation));
}

static MuriOperation *
make_operation (MuriFleet *self, MuriRequest *request, GError **error)
{
  g_autoptr (GPtrArray) targets = make_targets (request);
  g_autoptr (GVariant) parameters = muri_request_get_parameters (request);
  g_autoptr (MuriOperation) operation = NULL;
  guint verb = muri_request_get_verb (request);
  guint timeout = muri_request_get_timeout (request);
  gint64 now = g_get_real_time ();
  gint64 life = timeout > 0 ? timeout * G_TIME_SPAN_SECOND : default_timeout (verb);
  MuriOperationBody body = {
    .console = self->console,
    .verb = verb,
    .issued = now,
    .deadline = now + MIN (life, MURI_OPERATION_LIFE_MAX),
    .issuer = self->issuer,
    .group = muri_request_get_group (request),
    .parameters = parameters,
    .own = TRUE,
  };

  muri_uuid_generate (&body.uuid);
  operation = muri_operation_new (&body);
  muri_operation_add_targets (operation, targets);
  return check_targets (operation, error) ? g_steal_pointer (&operation) : NULL;
}

static void
on_stored (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  MuriFleet *self = g_task_get_source_object (task);
  MuriOperation *operation = g_task_get_task_data (task);
  GError *error = NULL;

  if (!g_task_propagate_boolean (G_TASK (result), &error))
    {
      muri_fleet_close_targets (self, operation, MURI_OUTCOME_CANCELLED, error->message, NULL);
      muri_fleet_settle_operations (self);
      g_task_return_error (task, error);
      return;
    }

  if (muri_operation_is_cancelled (operation))
    muri_fleet_close_targets (self, operation, MURI_OUTCOME_CANCELLED, NULL, NULL);
  else
    send_stored (self, operation);
  muri_fleet_settle_operations (self);
  g_task_return_pointer (task, g_object_ref (operation), g_object_unref);
}

/**
 * muri_fleet_submit_async:
 * @fleet: a fleet that is open
 * @verb: MURI_VERB_*
 * @vms: (element-type MuriVm): the targets; each counts once
 * @group: (nullable): in words, for the log
 * @timeout: seconds until the deadline, 0 for the verb's default
 * @cancellable: (nullable): its result is not wanted any more; see muri_fleet_cancel()
 * @callback: called when it is published
 * @user_data: for @callback
 *
 * Stores the operation durably, then publishes it: one sample a zone. The operation is in the
 * model from the start.
 */
void
muri_fleet_submit_async (MuriFleet *fleet, guint verb, GPtrArray *vms, const char *group,
                         guint timeout, GCancellable *cancellable, GAsyncReadyCallback callback,
                         gpointer user_data)
{
  g_autoptr (MuriRequest) request = muri_request_new (verb);

  muri_request_add_vms (request, vms);
  muri_request_set_group (request, group);
  muri_request_set_timeout (request, timeout);
  muri_fleet_request_async (fleet, request, cancellable, callback, user_data);
}

/**
 * muri_fleet_request_async:
 * @fleet: a fleet that is open
 * @request: what is asked for; not changed any more
 * @cancellable: (nullable): its result is not wanted any more; see muri_fleet_cancel()
 * @callback: called when it is published; calls muri_fleet_submit_finish()
 * @user_data: for @callback
 *
 * As muri_fleet_submit_async(), for whatever a request can say.
 */
void
muri_fleet_request_async (MuriFleet *fleet, MuriRequest *request, GCancellable *cancellable,
                          GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (fleet, cancellable, callback, user_data);
  g_autoptr (MuriOperation) operation = NULL;
  GError *error = NULL;
  GTask *stored;

  g_task_set_name (task, "muri_fleet_request_async");
  if (fleet->store == NULL)
    {
      g_task_return_new_error (task, MURI_FLEET_ERROR, MURI_FLEET_ERROR_STORE,
                               _ ("Nothing can be done while Muri’s database is not open"));
      return;
    }
  operation = make_operation (fleet, request, &error);
  if (operation == NULL)
    {
      g_task_return_error (task, error);
      return;
    }

  muri_fleet_add_operation (fleet, operation);
  for (guint i = 0; i < muri_operation_get_n_targets (operation); i++)
    muri_fleet_update_pending (fleet, muri_operation_peek_target (operation, i));

  g_task_set_task_data (task, g_object_ref (operation), g_object_unref);
  stored = g_task_new (NULL, NULL, on_stored, g_steal_pointer (&task));
  muri_fleet_save_operation (fleet, operation, TRUE, stored);
}

/**
 * muri_fleet_submit_finish:
 * @fleet: a fleet
 * @result: of muri_fleet_submit_async()
 * @error: %MURI_FLEET_ERROR_TARGETS, %MURI_FLEET_ERROR_STORE
 *
 * Returns: (transfer full): the operation, or %NULL with @error set
 */
MuriOperation *
muri_fleet_submit_finish (MuriFleet *fleet, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * muri_fleet_cancel:
 * @fleet: a fleet
 * @operation: one of this console's own
 *
 * What has not begun becomes cancelled.
 */
void
muri_fleet_cancel (MuriFleet *fleet, MuriOperation *operation)
{
  g_return_if_fail (muri_operation_is_own (operation));

  if (muri_operation_is_cancelled (operation) || muri_operation_is_finished (operation))
    return;

  muri_operation_set_cancelled (operation);
  muri_fleet_save_operation (fleet, operation, TRUE, NULL);
  if (muri_operation_is_published (operation))
    muri_fleet_publish (fleet, operation);
}
