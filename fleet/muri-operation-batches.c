/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-operation-struct.h"

void
muri_operation_count_in_batch (MuriOperation *self, MuriTarget *target, gint n)
{
  MuriBatch *batch = muri_batches_get (self->batches, muri_target_get_batch (target));

  if (batch != NULL
      && muri_operation_kind_of (muri_target_get_state (target)) == MURI_TARGET_KIND_OPEN)
    batch->n_open += (guint)n;
}

void
muri_operation_settle_batches (MuriOperation *self, gint64 now)
{
  for (guint i = 1; i <= self->batches->len; i++)
    {
      MuriBatch *batch = muri_batches_get (self->batches, i);

      if (batch->n_open > 0)
        batch->finished = 0;
      else if (batch->finished == 0)
        batch->finished = now;
    }
}

/* Whether it goes out in more than one batch. */
gboolean
muri_operation_is_paced (MuriOperation *self)
{
  return self->pacing.batch > 0 || self->pacing.ordered;
}

MuriBatches *
muri_operation_peek_batches (MuriOperation *self)
{
  return self->batches;
}

void
muri_operation_set_batch (MuriOperation *self, MuriTarget *target, guint number)
{
  if (muri_target_get_batch (target) == number)
    return;
  muri_operation_count_in_batch (self, target, -1);
  muri_target_set_batch (target, number);
  muri_operation_count_in_batch (self, target, 1);
  g_hash_table_add (self->changed_targets, target);
}

guint
muri_operation_begin_batch (MuriOperation *self, GPtrArray *targets, gint64 issued, gint64 deadline)
{
  const MuriTargetOutcome stored = { .state = MURI_TARGET_STORED };
  guint number = muri_batches_add (self->batches, issued, deadline);

  for (guint i = 0; i < targets->len; i++)
    {
      muri_operation_set_outcome (self, targets->pdata[i], &stored);
      muri_operation_set_batch (self, targets->pdata[i], number);
    }
  self->changed = TRUE;
  return number;
}

void
muri_operation_set_published (MuriOperation *self, guint number)
{
  MuriBatch *batch = muri_batches_get (self->batches, number);

  if (batch == NULL || batch->published)
    return;
  batch->published = TRUE;
  batch->changed = TRUE;
  self->changed = TRUE;
}

/**
 * muri_operation_get_n_batches_sent:
 * @operation: an operation
 *
 * Returns: how many batches were sent
 */
guint
muri_operation_get_n_batches_sent (MuriOperation *operation)
{
  return operation->batches->len;
}

/**
 * muri_operation_get_n_batches:
 * @operation: an operation
 *
 * Returns: how many batches were sent, and are to be sent if nothing stops them
 */
guint
muri_operation_get_n_batches (MuriOperation *operation)
{
  g_autoptr (GHashTable) steps = g_hash_table_new (NULL, NULL);
  guint n = operation->batches->len;
  guint size = operation->pacing.batch > 0 ? operation->pacing.batch : G_MAXUINT;

  for (guint i = 0; i < operation->targets->len && operation->counts[MURI_TARGET_KIND_UNSENT] > 0;
       i++)
    {
      MuriTarget *target = g_ptr_array_index (operation->targets, i);
      gpointer step = GUINT_TO_POINTER (muri_target_get_turn (target));
      guint count = GPOINTER_TO_UINT (g_hash_table_lookup (steps, step));

      if (muri_target_get_state (target) != MURI_TARGET_UNSENT)
        continue;
      n += count % size == 0;
      g_hash_table_insert (steps, step, GUINT_TO_POINTER (count + 1));
    }
  return n;
}
