/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-operation-struct.h"

#include "muri-words.h"

MuriTargetKind
muri_operation_kind_of (guint state)
{
  if (state == MURI_TARGET_UNSENT)
    return MURI_TARGET_KIND_UNSENT;
  if (state == MURI_TARGET_WAITING)
    return MURI_TARGET_KIND_WAITING;
  if (!muri_target_state_is_final (state))
    return MURI_TARGET_KIND_OPEN;
  if (muri_target_state_is_success (state))
    return MURI_TARGET_KIND_DONE;
  if (state == MURI_TARGET_UNREACHABLE)
    return MURI_TARGET_KIND_UNREACHABLE;
  return state == MURI_OUTCOME_CANCELLED ? MURI_TARGET_KIND_CANCELLED : MURI_TARGET_KIND_FAILED;
}

/* Each target counts once, whatever @targets says. */
void
muri_operation_add_targets (MuriOperation *self, GPtrArray *targets)
{
  guint before = self->targets->len;

  for (guint i = 0; i < targets->len; i++)
    {
      MuriTarget *target = g_ptr_array_index (targets, i);
      gpointer key = (gpointer)muri_target_get_key (target);

      if (g_hash_table_contains (self->targets_by_key, key))
        continue;
      g_hash_table_insert (self->targets_by_key, key, target);
      muri_target_set_position (target, self->targets->len);
      g_ptr_array_add (self->targets, g_object_ref (target));
      g_hash_table_add (self->changed_targets, target);
      self->counts[muri_operation_kind_of (muri_target_get_state (target))]++;
      muri_operation_count_in_batch (self, target, 1);
    }

  if (self->targets->len == before)
    return;
  self->changed = TRUE;
  g_list_model_items_changed (G_LIST_MODEL (self), before, 0, self->targets->len - before);
}

MuriTarget *
muri_operation_find_target (MuriOperation *self, const MuriTargetKey *key)
{
  return g_hash_table_lookup (self->targets_by_key, key);
}

MuriTarget *
muri_operation_peek_target (MuriOperation *self, guint position)
{
  return g_ptr_array_index (self->targets, position);
}

/* Returns whether anything changed. */
gboolean
muri_operation_set_outcome (MuriOperation *self, MuriTarget *target,
                            const MuriTargetOutcome *outcome)
{
  MuriTargetKind before = muri_operation_kind_of (muri_target_get_state (target));
  MuriTargetKind after = muri_operation_kind_of (outcome->state);

  muri_operation_count_in_batch (self, target, -1);
  if (!muri_target_set_outcome (target, outcome))
    {
      muri_operation_count_in_batch (self, target, 1);
      return FALSE;
    }

  if (after == MURI_TARGET_KIND_UNSENT || after == MURI_TARGET_KIND_WAITING)
    muri_target_set_batch (target, 0);
  muri_operation_count_in_batch (self, target, 1);
  g_hash_table_add (self->changed_targets, target);
  self->counts[before]--;
  self->counts[after]++;
  self->changed = TRUE;
  return TRUE;
}

GPtrArray *
muri_operation_take_changed (MuriOperation *self)
{
  GPtrArray *changed = g_ptr_array_new_with_free_func (g_object_unref);
  GHashTableIter iter;
  gpointer target;

  g_hash_table_iter_init (&iter, self->changed_targets);
  while (g_hash_table_iter_next (&iter, &target, NULL))
    g_ptr_array_add (changed, g_object_ref (target));
  g_hash_table_remove_all (self->changed_targets);
  return changed;
}

guint
muri_operation_get_n_under_way (MuriOperation *self)
{
  return self->counts[MURI_TARGET_KIND_OPEN];
}

guint
muri_operation_count_failures (MuriOperation *self)
{
  guint n = self->counts[MURI_TARGET_KIND_UNREACHABLE];

  for (guint i = 0; i < self->targets->len && self->counts[MURI_TARGET_KIND_FAILED] > 0; i++)
    {
      guint state = muri_target_get_state (g_ptr_array_index (self->targets, i));

      n += muri_operation_kind_of (state) == MURI_TARGET_KIND_FAILED
           && state != MURI_OUTCOME_PROTECTED;
    }
  return n;
}
