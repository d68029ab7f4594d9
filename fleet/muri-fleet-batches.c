/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-fleet-private.h"

#include "muri-pacing-private.h"
#include "muri-plan.h"
#include "muri-words.h"

#include <glib/gi18n-lib.h>

/* A finished batch stays on the data space for a while, then it is disposed. */
#define LINGER (60 * G_TIME_SPAN_SECOND)

/* ---- publishing ---- */

static void
publish_to (MuriFleet *self, MuriOperation *operation, guint batch, guint number)
{
  MuriZone *zone = muri_fleet_find_zone (self, number);

  if (zone != NULL)
    muri_zone_publish (zone, MURI_TOPIC_OPERATION,
                       muri_operation_to_sample (operation, batch, number));
}

void
muri_fleet_publish (MuriFleet *self, MuriOperation *operation, guint batch)
{
  g_autoptr (GArray) zones = muri_operation_list_zones (operation, batch);

  for (guint i = 0; i < zones->len; i++)
    publish_to (self, operation, batch, g_array_index (zones, guint, i));
}

/* Those of its batches that may still be acted on. */
static void
publish_open (MuriFleet *self, MuriOperation *operation)
{
  MuriBatches *batches = muri_operation_peek_batches (operation);
  gint64 now = g_get_real_time ();

  for (guint i = 1; i <= batches->len; i++)
    {
      const MuriBatch *batch = muri_batches_get (batches, i);

      if (batch->published && batch->n_open > 0 && batch->deadline > now)
        muri_fleet_publish (self, operation, i);
    }
}

/* A zone that was joined anew, or this console after a restart, says them again. Agents act at
 * most once. */
void
muri_fleet_publish_again (MuriFleet *self)
{
  GHashTableIter iter;
  gpointer operation;

  g_hash_table_iter_init (&iter, self->open_operations);
  while (g_hash_table_iter_next (&iter, &operation, NULL))
    if (muri_operation_is_own (operation))
      publish_open (self, operation);
}

static void
withdraw (MuriFleet *self, MuriOperation *operation, guint batch)
{
  g_autoptr (GArray) zones = muri_operation_list_zones (operation, batch);

  for (guint i = 0; i < zones->len; i++)
    {
      MuriZone *zone = muri_fleet_find_zone (self, g_array_index (zones, guint, i));
      muri_v1_Operation *sample;

      if (zone == NULL)
        continue;
      sample = muri_topic_sample_new (MURI_TOPIC_OPERATION);
      muri_batch_get_uuid (muri_operation_get_uuid (operation), batch, &sample->operation);
      muri_zone_dispose_instance (zone, MURI_TOPIC_OPERATION, sample);
    }
}

/* Returns whether nothing of it is on the data space any more. */
static gboolean
withdraw_finished (MuriFleet *self, MuriOperation *operation, gint64 now)
{
  MuriBatches *batches = muri_operation_peek_batches (operation);
  gboolean all = TRUE;

  for (guint i = 1; i <= batches->len; i++)
    {
      MuriBatch *batch = muri_batches_get (batches, i);

      if (batch->withdrawn || !batch->published)
        continue;
      if (batch->finished != 0 && now > batch->finished + LINGER)
        {
          withdraw (self, operation, i);
          batch->withdrawn = batch->changed = TRUE;
        }
      else
        all = FALSE;
    }
  return all;
}

void
muri_fleet_withdraw (MuriFleet *self, gint64 now)
{
  for (guint i = 0; i < self->lingering->len;)
    {
      MuriOperation *operation = g_ptr_array_index (self->lingering, i);

      if (withdraw_finished (self, operation, now) && muri_operation_is_finished (operation))
        {
          muri_fleet_save_operation (self, operation, FALSE, NULL);
          g_ptr_array_remove_index_fast (self->lingering, i);
        }
      else
        i++;
    }
}

/* ---- one batch ---- */

typedef struct
{
  MuriFleet *fleet;
  MuriOperation *operation;
  guint batch; /* 0: nothing is to be published */
  GTask *task; /* nullable */
} Sending;

static void
sending_free (gpointer data)
{
  Sending *sending = data;

  g_object_unref (sending->operation);
  g_object_unref (sending->fleet);
  g_clear_object (&sending->task);
  g_free (sending);
}

static gboolean
zone_is_missing (MuriFleet *self, MuriTarget *target)
{
  return muri_fleet_find_zone (self, muri_target_get_zone (target)) == NULL;
}

/* It is on disk. */
static void
publish_stored (MuriFleet *self, MuriOperation *operation, guint batch)
{
  muri_operation_set_published (operation, batch);
  muri_fleet_close_targets (self, operation, batch,
                            muri_operation_remembers (operation) ? MURI_TARGET_WAITING
                                                                 : MURI_TARGET_UNREACHABLE,
                            _ ("This console is not in its zone"), zone_is_missing);
  muri_fleet_close_targets (self, operation, batch, MURI_TARGET_SENT, NULL, NULL);
  muri_fleet_publish (self, operation, batch);
}

static void
on_stored (GObject *source, GAsyncResult *result, gpointer data)
{
  Sending *sending = g_task_get_task_data (G_TASK (result));
  MuriFleet *self = sending->fleet;
  MuriOperation *operation = sending->operation;
  GError *error = NULL;

  if (!g_task_propagate_boolean (G_TASK (result), &error))
    muri_fleet_close_targets (self, operation, 0, MURI_OUTCOME_CANCELLED, error->message, NULL);
  else if (muri_operation_is_cancelled (operation))
    muri_fleet_close_targets (self, operation, 0, MURI_OUTCOME_CANCELLED, NULL, NULL);
  else if (sending->batch > 0 && self->store != NULL)
    publish_stored (self, operation, sending->batch);
  muri_fleet_settle_operations (self);

  if (sending->task != NULL && error != NULL)
    g_task_return_error (sending->task, error);
  else if (sending->task != NULL)
    g_task_return_boolean (sending->task, TRUE);
  else
    g_clear_error (&error);
}

static void
store_batch (MuriFleet *self, MuriOperation *operation, guint batch, GTask *task)
{
  GTask *stored = g_task_new (NULL, NULL, on_stored, NULL);
  Sending *sending = g_new0 (Sending, 1);

  sending->fleet = g_object_ref (self);
  sending->operation = g_object_ref (operation);
  sending->batch = batch;
  sending->task = task;
  g_task_set_name (stored, "muri_fleet_send_batch");
  g_task_set_task_data (stored, sending, sending_free);
  muri_fleet_touch_operation (self, operation);
  muri_fleet_save_operation (self, operation, TRUE, stored);
}

void
muri_fleet_send_batch (MuriFleet *self, MuriOperation *operation, GPtrArray *targets, GTask *task)
{
  gint64 issued = muri_operation_get_issued (operation);
  gboolean first = muri_operation_get_n_batches_sent (operation) == 0;
  gint64 now = first ? issued : MAX (g_get_real_time (), issued);
  gint64 deadline = now + muri_plan_get_life (operation, targets);

  store_batch (self, operation, muri_operation_begin_batch (operation, targets, now, deadline),
               task);
}

void
muri_fleet_send_next (MuriFleet *self, MuriOperation *operation, GTask *task)
{
  g_autoptr (GPtrArray) next = muri_plan_pick (operation);

  if (next->len > 0)
    muri_fleet_send_batch (self, operation, next, task);
  else
    store_batch (self, operation, 0, task);
}

/* ---- one after the other ---- */

typedef struct
{
  MuriFleet *fleet;
  MuriOperation *operation;
} Pause;

static gboolean
on_pause (gpointer data)
{
  const Pause *pause = data;

  g_hash_table_remove (pause->fleet->pauses, pause->operation);
  if (!muri_operation_is_held (pause->operation)
      && muri_operation_get_n_under_way (pause->operation) == 0
      && muri_operation_get_n_unsent (pause->operation) > 0)
    muri_fleet_send_next (pause->fleet, pause->operation, NULL);
  return G_SOURCE_REMOVE;
}

static void
end_pause (MuriFleet *self, MuriOperation *operation)
{
  guint timer = GPOINTER_TO_UINT (g_hash_table_lookup (self->pauses, operation));

  if (timer == 0)
    return;
  g_hash_table_remove (self->pauses, operation);
  g_source_remove (timer);
}

void
muri_fleet_end_pauses (MuriFleet *self)
{
  GHashTableIter iter;
  gpointer timer;

  g_hash_table_iter_init (&iter, self->pauses);
  while (g_hash_table_iter_next (&iter, NULL, &timer))
    g_source_remove (GPOINTER_TO_UINT (timer));
  g_hash_table_remove_all (self->pauses);
}

static void
begin_pause (MuriFleet *self, MuriOperation *operation)
{
  g_autoptr (GPtrArray) next = muri_plan_pick (operation);
  Pause *pause;
  guint timer;

  if (g_hash_table_contains (self->pauses, operation))
    return;
  pause = g_new (Pause, 1);
  pause->fleet = self;
  pause->operation = operation;
  timer = g_timeout_add_full (G_PRIORITY_DEFAULT, muri_plan_get_pause (operation, next) * 1000,
                              on_pause, pause, g_free);
  g_hash_table_insert (self->pauses, operation, GUINT_TO_POINTER (timer));
}

static gboolean
is_unsent (MuriFleet *self, MuriTarget *target)
{
  return muri_target_get_state (target) == MURI_TARGET_UNSENT;
}

/* Returns whether it was stopped. */
static gboolean
stop_after_failures (MuriFleet *self, MuriOperation *operation)
{
  guint limit = muri_pacing_get_limit (muri_operation_get_pacing (operation),
                                       muri_operation_get_n_targets (operation));
  guint failures = limit > 0 ? muri_operation_count_failures (operation) : 0;
  g_autofree char *message = NULL;

  if (limit == 0 || failures < limit || muri_operation_is_cancelled (operation)
      || muri_operation_get_n_open (operation) == 0)
    return FALSE;

  message = g_strdup_printf (
      ngettext ("Not sent: %u failed before", "Not sent: %u failed before", failures), failures);
  muri_operation_set_cancelled (operation);
  muri_fleet_close_targets (self, operation, 0, MURI_OUTCOME_CANCELLED, message, is_unsent);
  muri_fleet_save_operation (self, operation, TRUE, NULL);
  publish_open (self, operation);
  return TRUE;
}

void
muri_fleet_advance (MuriFleet *self, MuriOperation *operation)
{
  if (self->store == NULL || stop_after_failures (self, operation)
      || muri_operation_get_n_unsent (operation) == 0 || muri_operation_is_held (operation)
      || muri_operation_get_n_under_way (operation) > 0)
    return;
  begin_pause (self, operation);
}

void
muri_fleet_count_unsent (MuriFleet *self)
{
  GHashTableIter iter;
  gpointer operation;
  guint n_unsent = 0;
  guint n_held = 0;

  g_hash_table_iter_init (&iter, self->open_operations);
  while (g_hash_table_iter_next (&iter, &operation, NULL))
    if (muri_operation_is_held (operation))
      n_held++;
    else if (muri_operation_is_own (operation))
      n_unsent += muri_operation_get_n_unsent (operation);
  muri_fleet_set_unsent (self, n_unsent, n_held);
}

/* ---- what a console asks ---- */

/**
 * muri_fleet_stop_sending:
 * @fleet: a fleet
 * @operation: one of its own
 *
 * After the batch that is under way no more is sent: the operation is held.
 */
void
muri_fleet_stop_sending (MuriFleet *fleet, MuriOperation *operation)
{
  g_return_if_fail (muri_operation_is_own (operation));

  end_pause (fleet, operation);
  muri_operation_set_held (operation, TRUE);
  muri_fleet_count_unsent (fleet);
}

/**
 * muri_fleet_continue:
 * @fleet: a fleet
 * @operation: one of its own that is held
 *
 * Sends on: the next batch when what was sent has reached its end, and then without the pause
 * before it: whoever waited for a person has waited.
 */
void
muri_fleet_continue (MuriFleet *fleet, MuriOperation *operation)
{
  g_return_if_fail (muri_operation_is_own (operation));

  muri_operation_set_held (operation, FALSE);
  muri_fleet_touch_operation (fleet, operation);
  if (fleet->store != NULL && muri_operation_get_n_under_way (operation) == 0
      && muri_operation_get_n_unsent (operation) > 0 && !stop_after_failures (fleet, operation))
    muri_fleet_send_next (fleet, operation, NULL);
  muri_fleet_settle_operations (fleet);
}

/**
 * muri_fleet_drop:
 * @fleet: a fleet
 * @operation: one of its own that is held
 *
 * What was not sent becomes cancelled; what was sent goes on.
 */
void
muri_fleet_drop (MuriFleet *fleet, MuriOperation *operation)
{
  g_return_if_fail (muri_operation_is_own (operation));

  end_pause (fleet, operation);
  muri_fleet_close_targets (fleet, operation, 0, MURI_OUTCOME_CANCELLED, _ ("Not sent: given up"),
                            is_unsent);
  muri_operation_set_held (operation, FALSE);
  muri_fleet_settle_operations (fleet);
}

static gboolean
is_not_on_its_way (MuriFleet *self, MuriTarget *target)
{
  guint state = muri_target_get_state (target);

  return state == MURI_TARGET_UNSENT || state == MURI_TARGET_WAITING;
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

  end_pause (fleet, operation);
  muri_operation_set_cancelled (operation);
  muri_fleet_close_targets (fleet, operation, 0, MURI_OUTCOME_CANCELLED, NULL, is_not_on_its_way);
  muri_fleet_save_operation (fleet, operation, TRUE, NULL);
  publish_open (fleet, operation);
  muri_fleet_settle_operations (fleet);
}
