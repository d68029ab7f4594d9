/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-fleet-private.h"

#include "muri-uuid.h"
#include "muri-words.h"

#include <glib/gi18n-lib.h>

/* Memberships are kept by each object's own agent. What is to be written where nobody answers
 * stays in its operation, on disk, and goes out as a further batch when the host is back. */

gboolean
muri_fleet_target_is_away (MuriFleet *self, MuriTarget *target)
{
  const MuriTargetKey *key = muri_target_get_key (target);
  MuriNode *node = muri_fleet_lookup_node (self, &key->node);

  if (node == NULL || !muri_node_is_reachable (node)
      || muri_fleet_find_zone (self, muri_target_get_zone (target)) == NULL)
    return TRUE;
  return !muri_uuid_is_zero (&key->vm) && !muri_node_knows_vms (node);
}

/* What was asked before for the same target goes first. */
static gboolean
has_turn (MuriFleet *self, MuriOperation *operation, MuriTarget *target)
{
  GHashTableIter iter;
  gpointer other;

  g_hash_table_iter_init (&iter, self->open_operations);
  while (g_hash_table_iter_next (&iter, &other, NULL))
    {
      MuriTarget *earlier;

      if (!muri_operation_remembers (other) || other == (gpointer)operation
          || muri_operation_get_issued (other) >= muri_operation_get_issued (operation))
        continue;
      earlier = muri_operation_find_target (other, muri_target_get_key (target));
      if (earlier != NULL && !muri_target_state_is_final (muri_target_get_state (earlier)))
        return FALSE;
    }
  return TRUE;
}

static void
send_back (MuriFleet *self, MuriOperation *operation)
{
  g_autoptr (GPtrArray) back = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < muri_operation_get_n_targets (operation); i++)
    {
      MuriTarget *target = muri_operation_peek_target (operation, i);

      if (muri_target_get_state (target) == MURI_TARGET_WAITING
          && !muri_fleet_target_is_away (self, target) && has_turn (self, operation, target))
        g_ptr_array_add (back, g_object_ref (target));
    }
  if (back->len > 0)
    muri_fleet_send_batch (self, operation, back, NULL);
}

void
muri_fleet_send_waiting (MuriFleet *self)
{
  g_autoptr (GPtrArray) open = muri_fleet_list_set (self->open_operations);

  for (guint i = 0; self->store != NULL && i < open->len; i++)
    if (muri_operation_get_n_waiting (open->pdata[i]) > 0)
      send_back (self, open->pdata[i]);
}

/* It was forgotten: nothing that waits for it will ever be done. */
void
muri_fleet_forget_waiting (MuriFleet *self, MuriNode *node)
{
  g_autoptr (GPtrArray) open = muri_fleet_list_set (self->open_operations);
  const MuriTargetOutcome cancelled = { .state = MURI_OUTCOME_CANCELLED,
                                        .message = _ ("Its host was forgotten"),
                                        .finished = g_get_real_time () };

  for (guint i = 0; i < open->len; i++)
    for (guint j = 0; j < muri_operation_get_n_targets (open->pdata[i]); j++)
      {
        MuriTarget *target = muri_operation_peek_target (open->pdata[i], j);

        if (muri_target_get_state (target) != MURI_TARGET_WAITING
            || !muri_uuid_equal (&muri_target_get_key (target)->node, muri_node_get_uuid (node)))
          continue;
        muri_operation_set_outcome (open->pdata[i], target, &cancelled);
        muri_fleet_touch_operation (self, open->pdata[i]);
      }
  muri_fleet_settle_operations (self);
}
