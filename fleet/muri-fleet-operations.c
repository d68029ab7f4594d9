/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-fleet-private.h"

#include "muri-uuid.h"
#include "muri-words.h"

#include <glib/gi18n-lib.h>

/* What an agent's last report may need on its way. */
#define GRACE (2 * G_TIME_SPAN_SECOND)

/* After that, what is still open is given up, even of an agent that is there. */
#define GIVE_UP (60 * G_TIME_SPAN_SECOND)

/* So many are followed at once; reports on more of other consoles are not. */
#define OPEN_MAX 1000

/* So long after joining, agents that can be heard have said what they know. */
#define SETTLED (10 * G_TIME_SPAN_SECOND)

/* ---- the model ---- */

/* Not what its batch or its host holds up. */
static gboolean
is_under_way (MuriTarget *target)
{
  guint state = muri_target_get_state (target);

  return !muri_target_state_is_final (state) && state != MURI_TARGET_UNSENT
         && state != MURI_TARGET_WAITING;
}

guint
muri_fleet_pending_verb (MuriFleet *self, MuriVm *vm)
{
  const MuriTargetKey key = { *muri_node_get_uuid (muri_vm_get_node (vm)), *muri_vm_get_uuid (vm) };
  GHashTableIter iter;
  gpointer operation;

  g_hash_table_iter_init (&iter, self->open_operations);
  while (g_hash_table_iter_next (&iter, &operation, NULL))
    {
      MuriTarget *target = muri_operation_find_target (operation, &key);

      if (target != NULL && is_under_way (target))
        return muri_operation_get_verb (operation);
    }
  return MURI_VERB_NONE;
}

static MuriVm *
find_vm_of (MuriFleet *self, const MuriTargetKey *key)
{
  MuriNode *node = muri_fleet_lookup_node (self, &key->node);

  return node != NULL ? muri_node_find_vm (node, &key->vm) : NULL;
}

void
muri_fleet_update_pending (MuriFleet *self, MuriTarget *target)
{
  MuriVm *vm = find_vm_of (self, muri_target_get_key (target));

  if (vm != NULL)
    muri_vm_set_pending (vm, muri_fleet_pending_verb (self, vm));
}

static gint
compare_operations (gconstpointer a, gconstpointer b, gpointer user_data)
{
  gint64 x = muri_operation_get_issued ((MuriOperation *)a);
  gint64 y = muri_operation_get_issued ((MuriOperation *)b);

  return x > y ? -1 : x < y;
}

void
muri_fleet_touch_operation (MuriFleet *self, MuriOperation *operation)
{
  /* A late report may open what was closed. */
  g_hash_table_add (self->open_operations, operation);
  g_hash_table_add (self->changed_operations, operation);
}

void
muri_fleet_add_operation (MuriFleet *self, MuriOperation *operation)
{
  g_hash_table_insert (self->operations_by_uuid, (gpointer)muri_operation_get_uuid (operation),
                       operation);
  if (!muri_operation_is_finished (operation))
    g_hash_table_add (self->open_operations, operation);
  g_list_store_insert_sorted (self->operations, operation, compare_operations, NULL);
}

static void
set_outcome (MuriFleet *self, MuriOperation *operation, MuriTarget *target,
             const MuriTargetOutcome *outcome)
{
  if (!muri_operation_set_outcome (operation, target, outcome))
    return;

  muri_fleet_touch_operation (self, operation);
  muri_fleet_update_pending (self, target);
}

void
muri_fleet_close_targets (MuriFleet *self, MuriOperation *operation, guint batch, guint state,
                          const char *message,
                          gboolean (*chosen) (MuriFleet *self, MuriTarget *target))
{
  for (guint i = 0; i < muri_operation_get_n_targets (operation); i++)
    {
      MuriTarget *target = muri_operation_peek_target (operation, i);
      guint before = muri_target_get_state (target);
      const MuriTargetOutcome outcome = {
        .state = state,
        .message = message,
        .started = muri_target_get_started (target),
        .finished = muri_target_state_is_final (state) ? g_get_real_time () : 0,
      };

      if (!muri_target_state_is_final (before)
          && (batch == 0 || muri_target_get_batch (target) == batch)
          && (chosen == NULL || chosen (self, target)))
        set_outcome (self, operation, target, &outcome);
    }
}

/* The ledger in memory is bounded, but what is under way stays. */
static void
trim (MuriFleet *self)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->operations));

  for (guint i = n; n > MURI_STORE_LOAD_OPERATIONS && i-- > 0;)
    {
      g_autoptr (MuriOperation) oldest = g_list_model_get_item (G_LIST_MODEL (self->operations), i);

      if (g_hash_table_contains (self->open_operations, oldest))
        continue;
      g_hash_table_remove (self->operations_by_uuid, muri_operation_get_uuid (oldest));
      g_list_store_remove (self->operations, i);
      n--;
    }
}

void
muri_fleet_settle_operations (MuriFleet *self)
{
  g_autoptr (GPtrArray) changed = muri_fleet_list_set (self->changed_operations);
  gint64 now = g_get_real_time ();

  g_hash_table_remove_all (self->changed_operations);
  for (guint i = 0; i < changed->len; i++)
    {
      MuriOperation *operation = g_ptr_array_index (changed, i);
      gboolean first = muri_operation_settle (operation, now);

      if (muri_operation_is_finished (operation))
        g_hash_table_remove (self->open_operations, operation);
      muri_fleet_save_operation (self, operation, FALSE, NULL);
      if (muri_operation_is_own (operation))
        muri_fleet_advance (self, operation);
      if (first && muri_operation_is_own (operation))
        muri_fleet_emit_finished (self, operation);
    }
  muri_fleet_count_unsent (self);
  trim (self);
}

/* ---- reports ---- */

/* What is older than all of a full ledger is in the store. */
static gboolean
is_too_old (MuriFleet *self, gint64 issued)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->operations));
  g_autoptr (MuriOperation) oldest = NULL;

  if (n < MURI_STORE_LOAD_OPERATIONS)
    return FALSE;
  oldest = g_list_model_get_item (G_LIST_MODEL (self->operations), n - 1);
  return issued <= muri_operation_get_issued (oldest);
}

/* Returns: (nullable): NULL when there is no room for it */
static MuriOperation *
operation_of_report (MuriFleet *self, const muri_v1_Report *report, const muri_v1_Uuid *uuid)
{
  MuriOperation *operation = g_hash_table_lookup (self->operations_by_uuid, uuid);
  const MuriOperationBody body = {
    .uuid = *uuid,
    .console = report->console,
    .verb = report->verb,
    .issued = report->issued,
    .issuer = report->issuer,
    .group = report->group[0] != '\0' ? report->group : NULL,
    .own = muri_uuid_equal (&report->console, &self->console),
  };

  if (operation != NULL || is_too_old (self, report->issued)
      || g_hash_table_size (self->open_operations) >= OPEN_MAX)
    return operation;

  operation = muri_operation_new (&body);
  muri_fleet_add_operation (self, operation);
  g_object_unref (operation);
  return operation;
}

/* @given: (nullable): the name that it is to have, of what is made */
static MuriTarget *
make_target (MuriFleet *self, guint zone, const MuriTargetKey *key, const char *given)
{
  MuriNode *node = muri_fleet_lookup_node (self, &key->node);
  MuriVm *vm = node != NULL ? muri_node_find_vm (node, &key->vm) : NULL;
  const char *node_name = node != NULL ? muri_node_get_name (node) : "";
  g_autoptr (MuriTarget) made = NULL;
  char text[MURI_UUID_TEXT];
  const char *name;

  if (vm != NULL)
    name = muri_vm_get_name (vm);
  else if (given != NULL)
    name = given;
  else if (muri_uuid_is_zero (&key->vm))
    name = node_name;
  else
    name = muri_uuid_format (&key->vm, text);
  made = muri_target_new (key, zone, name, node_name);
  return g_steal_pointer (&made);
}

static const char *
name_in_report (const muri_v1_Report *report, guint32 i)
{
  const char *name = i < report->names._length ? report->names._buffer[i] : "";

  return *name != '\0' ? name : NULL;
}

/* Outcomes of an operation whose targets we do not know, since another console made it. */
static void
add_reported_targets (MuriFleet *self, guint zone, MuriOperation *operation,
                      const muri_v1_Report *report)
{
  g_autoptr (GPtrArray) targets = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint32 i = 0; i < report->outcomes._length; i++)
    {
      const MuriTargetKey key = { report->node, report->outcomes._buffer[i].vm };

      if (muri_operation_find_target (operation, &key) == NULL)
        g_ptr_array_add (targets, make_target (self, zone, &key, name_in_report (report, i)));
    }
  if (targets->len == 0)
    return;
  muri_operation_add_targets (operation, targets);
  muri_fleet_touch_operation (self, operation);
}

/* What agents tell of a membership that came too late is no reason to give it up. */
static guint
translate (MuriOperation *operation, guint state)
{
  return state == MURI_OUTCOME_EXPIRED && muri_operation_remembers (operation) ? MURI_TARGET_WAITING
                                                                               : state;
}

static void
fold_outcome (MuriFleet *self, MuriOperation *operation, guint batch, const muri_v1_Uuid *node,
              const muri_v1_Outcome *reported)
{
  const MuriTargetKey key = { *node, reported->vm };
  MuriTarget *target = muri_operation_find_target (operation, &key);
  const MuriTargetOutcome outcome = {
    .state = translate (operation, reported->state),
    .vm_state = reported->vm_state,
    .error = reported->error,
    .started = reported->started,
    .finished = reported->finished,
    .message = reported->message[0] != '\0' ? reported->message : NULL,
    .step = reported->step,
    .percent = reported->percent,
  };

  if (target == NULL)
    return;
  if (muri_operation_peek_batches (operation)->len == 0 && muri_target_get_batch (target) < batch)
    muri_operation_set_batch (operation, target, batch);

  /* Of an earlier batch: it has been sent again since, or waits for that. */
  if (muri_target_get_batch (target) == batch)
    set_outcome (self, operation, target, &outcome);
}

void
muri_fleet_fold_report (MuriFleet *self, guint zone, const muri_v1_Report *report)
{
  muri_v1_Uuid uuid;
  guint batch = muri_batch_parse_uuid (&report->operation, &uuid);
  MuriOperation *operation = operation_of_report (self, report, &uuid);

  if (operation == NULL)
    return;

  /* Of those that this console made it knows the targets, and no agent adds any. */
  if (muri_operation_get_life (operation) == 0)
    add_reported_targets (self, zone, operation, report);
  muri_operation_set_published (operation, batch);
  for (guint32 i = 0; i < report->outcomes._length; i++)
    fold_outcome (self, operation, batch, &report->node, &report->outcomes._buffer[i]);
}

/* ---- deadlines ---- */

static gboolean
is_unheard (MuriFleet *self, MuriTarget *target)
{
  MuriNode *node = muri_fleet_lookup_node (self, &muri_target_get_key (target)->node);
  guint state = muri_target_get_state (target);

  return state == MURI_TARGET_STORED || state == MURI_TARGET_SENT || node == NULL
         || !muri_node_is_reachable (node);
}

/* It was on disk when Muri ended, and whether it was sent nobody noted: that is no reason to send
 * it now. Agents that got it have reported by now. */
static gboolean
is_unsent (MuriFleet *self, MuriTarget *target)
{
  MuriNode *node = muri_fleet_lookup_node (self, &muri_target_get_key (target)->node);

  return node != NULL && muri_node_is_reachable (node);
}

static void
pass_unsent (MuriFleet *self, MuriOperation *operation, guint number, gint64 now)
{
  const MuriBatch *batch = muri_batches_get (muri_operation_peek_batches (operation), number);
  gboolean over = now > batch->deadline + GRACE;
  guint state = MURI_OUTCOME_CANCELLED;

  if (muri_operation_remembers (operation))
    state = MURI_TARGET_WAITING;
  else if (muri_operation_is_paced (operation))
    state = MURI_TARGET_UNSENT;
  if (over || (self->joined != 0 && now > self->joined + SETTLED))
    muri_fleet_close_targets (self, operation, number, state,
                              state == MURI_OUTCOME_CANCELLED ? _ ("Not sent: Muri ended before")
                                                              : NULL,
                              over ? NULL : is_unsent);
}

static void
pass_deadline_of (MuriFleet *self, MuriOperation *operation, guint batch, gint64 deadline,
                  gint64 now)
{
  guint state =
      muri_operation_remembers (operation) ? MURI_TARGET_WAITING : MURI_TARGET_UNREACHABLE;

  if (now > deadline + GIVE_UP)
    muri_fleet_close_targets (self, operation, batch, state,
                              _ ("Its outcome was not reported until the deadline"), NULL);
  else if (now > deadline + GRACE)
    muri_fleet_close_targets (self, operation, batch, state,
                              _ ("Nothing was heard of its host until the deadline"), is_unheard);
}

static void
pass_deadline (MuriFleet *self, MuriOperation *operation, gint64 now)
{
  MuriBatches *batches = muri_operation_peek_batches (operation);

  for (guint i = 1; i <= batches->len; i++)
    {
      const MuriBatch *batch = muri_batches_get (batches, i);

      if (batch->n_open == 0)
        continue;
      if (batch->restored && !batch->published)
        pass_unsent (self, operation, i, now);
      else
        pass_deadline_of (self, operation, i, batch->deadline, now);
    }

  /* Another console's: nobody says more of it after the longest life of an operation. */
  if (muri_operation_get_life (operation) == 0)
    pass_deadline_of (self, operation, 0,
                      muri_operation_get_issued (operation) + MURI_OPERATION_LIFE_MAX, now);
}

void
muri_fleet_pass_deadlines (MuriFleet *self, gint64 now)
{
  g_autoptr (GPtrArray) open = muri_fleet_list_set (self->open_operations);

  for (guint i = 0; i < open->len; i++)
    pass_deadline (self, g_ptr_array_index (open, i), now);
  muri_fleet_settle_operations (self);
  muri_fleet_withdraw (self, now);
}
