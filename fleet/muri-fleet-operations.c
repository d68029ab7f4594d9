/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-fleet-private.h"

#include "muri-uuid.h"
#include "muri-words.h"

#include <glib/gi18n-lib.h>

/* What an agent's last report may need on its way. */
#define GRACE (2 * G_TIME_SPAN_SECOND)

/* After that, what is still open is given up, even of an agent that is there. */
#define GIVE_UP (60 * G_TIME_SPAN_SECOND)

/* A finished operation stays on the data space for a while, then it is disposed. */
#define LINGER (60 * G_TIME_SPAN_SECOND)

/* So many are followed at once; reports on more of other consoles are not. */
#define OPEN_MAX 1000

/* So long after joining, agents that can be heard have said what they know. */
#define SETTLED (10 * G_TIME_SPAN_SECOND)

/* ---- the model ---- */

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

      if (target != NULL && !muri_target_state_is_final (muri_target_get_state (target)))
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
muri_fleet_close_targets (MuriFleet *self, MuriOperation *operation, guint state,
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

      if (!muri_target_state_is_final (before) && (chosen == NULL || chosen (self, target)))
        set_outcome (self, operation, target, &outcome);
    }
}

/* The ledger in memory is bounded, but what is under way stays. */
static void
trim (MuriFleet *self)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->operations));
  guint keep = n;

  while (keep > MURI_STORE_LOAD_OPERATIONS)
    {
      g_autoptr (MuriOperation) oldest =
          g_list_model_get_item (G_LIST_MODEL (self->operations), keep - 1);

      if (g_hash_table_contains (self->open_operations, oldest))
        break;
      g_hash_table_remove (self->operations_by_uuid, muri_operation_get_uuid (oldest));
      keep--;
    }
  if (keep < n)
    g_list_store_splice (self->operations, keep, n - keep, NULL, 0);
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
      if (first && muri_operation_is_own (operation))
        muri_fleet_emit_finished (self, operation);
    }
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
operation_of_report (MuriFleet *self, const muri_v1_Report *report)
{
  MuriOperation *operation = g_hash_table_lookup (self->operations_by_uuid, &report->operation);
  const MuriOperationBody body = {
    .uuid = report->operation,
    .console = report->console,
    .verb = report->verb,
    .issued = report->issued,
    .issuer = report->issuer,
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

static MuriTarget *
make_target (MuriFleet *self, guint zone, const MuriTargetKey *key)
{
  MuriNode *node = muri_fleet_lookup_node (self, &key->node);
  MuriVm *vm = node != NULL ? muri_node_find_vm (node, &key->vm) : NULL;
  const char *node_name = node != NULL ? muri_node_get_name (node) : "";
  g_autoptr (MuriTarget) made = NULL;
  char text[MURI_UUID_TEXT];
  const char *name;

  if (vm != NULL)
    name = muri_vm_get_name (vm);
  else if (muri_uuid_is_zero (&key->vm))
    name = node_name;
  else
    name = muri_uuid_format (&key->vm, text);
  made = muri_target_new (key, zone, name, node_name);
  return g_steal_pointer (&made);
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
        g_ptr_array_add (targets, make_target (self, zone, &key));
    }
  if (targets->len == 0)
    return;
  muri_operation_add_targets (operation, targets);
  muri_fleet_touch_operation (self, operation);
}

void
muri_fleet_fold_report (MuriFleet *self, guint zone, const muri_v1_Report *report)
{
  MuriOperation *operation = operation_of_report (self, report);

  if (operation == NULL)
    return;

  /* Of those that this console made it knows the targets, and no agent adds any. */
  if (muri_operation_get_deadline (operation) == 0)
    add_reported_targets (self, zone, operation, report);
  muri_operation_set_published (operation);
  for (guint32 i = 0; i < report->outcomes._length; i++)
    {
      const muri_v1_Outcome *reported = &report->outcomes._buffer[i];
      const MuriTargetKey key = { report->node, reported->vm };
      MuriTarget *target = muri_operation_find_target (operation, &key);
      const MuriTargetOutcome outcome = {
        .state = reported->state,
        .vm_state = reported->vm_state,
        .error = reported->error,
        .started = reported->started,
        .finished = reported->finished,
        .message = reported->message[0] != '\0' ? reported->message : NULL,
      };

      if (target != NULL)
        set_outcome (self, operation, target, &outcome);
    }
}

/* ---- publishing ---- */

static void
publish_to (MuriFleet *self, MuriOperation *operation, guint number)
{
  MuriZone *zone = muri_fleet_find_zone (self, number);

  if (zone != NULL)
    muri_zone_publish (zone, MURI_TOPIC_OPERATION, muri_operation_to_sample (operation, number));
}

void
muri_fleet_publish (MuriFleet *self, MuriOperation *operation)
{
  g_autoptr (GArray) zones = muri_operation_list_zones (operation);

  for (guint i = 0; i < zones->len; i++)
    publish_to (self, operation, g_array_index (zones, guint, i));
}

/* Own operations that were published and may still be acted on: a zone that was joined anew, or
 * this console after a restart, says them again. Agents act at most once. */
void
muri_fleet_publish_again (MuriFleet *self)
{
  GHashTableIter iter;
  gpointer operation;
  gint64 now = g_get_real_time ();

  g_hash_table_iter_init (&iter, self->open_operations);
  while (g_hash_table_iter_next (&iter, &operation, NULL))
    if (muri_operation_is_own (operation) && muri_operation_is_published (operation)
        && muri_operation_get_deadline (operation) > now)
      muri_fleet_publish (self, operation);
}

static void
withdraw (MuriFleet *self, MuriOperation *operation)
{
  g_autoptr (GArray) zones = muri_operation_list_zones (operation);

  for (guint i = 0; i < zones->len; i++)
    {
      MuriZone *zone = muri_fleet_find_zone (self, g_array_index (zones, guint, i));
      muri_v1_Operation *sample;

      if (zone == NULL)
        continue;
      sample = muri_topic_sample_new (MURI_TOPIC_OPERATION);
      sample->operation = *muri_operation_get_uuid (operation);
      muri_zone_dispose_instance (zone, MURI_TOPIC_OPERATION, sample);
    }
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
pass_unsent (MuriFleet *self, MuriOperation *operation, gint64 now)
{
  gboolean over = now > muri_operation_get_deadline (operation) + GRACE;

  if (over || (self->joined != 0 && now > self->joined + SETTLED))
    muri_fleet_close_targets (self, operation, MURI_OUTCOME_CANCELLED,
                              _ ("Not sent: Muri ended before"), over ? NULL : is_unsent);
}

static void
pass_deadline (MuriFleet *self, MuriOperation *operation, gint64 now)
{
  gint64 deadline = muri_operation_get_deadline (operation);

  if (muri_operation_is_own (operation) && muri_operation_is_restored (operation)
      && !muri_operation_is_published (operation))
    {
      pass_unsent (self, operation, now);
      return;
    }

  /* Another console's: nobody says more of it after the longest life of an operation. */
  if (deadline == 0)
    deadline = muri_operation_get_issued (operation) + MURI_OPERATION_LIFE_MAX;

  if (now > deadline + GIVE_UP)
    muri_fleet_close_targets (self, operation, MURI_TARGET_UNREACHABLE,
                              _ ("Its outcome was not reported until the deadline"), NULL);
  else if (now > deadline + GRACE)
    muri_fleet_close_targets (self, operation, MURI_TARGET_UNREACHABLE,
                              _ ("Nothing was heard of its host until the deadline"), is_unheard);
}

void
muri_fleet_pass_deadlines (MuriFleet *self, gint64 now)
{
  g_autoptr (GPtrArray) open = muri_fleet_list_set (self->open_operations);

  for (guint i = 0; i < open->len; i++)
    pass_deadline (self, g_ptr_array_index (open, i), now);
  muri_fleet_settle_operations (self);

  for (guint i = 0; i < self->lingering->len;)
    {
      MuriOperation *operation = g_ptr_array_index (self->lingering, i);
      gint64 finished = muri_operation_get_finished (operation);

      if (finished != 0 && now > finished + LINGER)
        {
          withdraw (self, operation);
          g_ptr_array_remove_index_fast (self->lingering, i);
        }
      else
        i++;
    }
}
