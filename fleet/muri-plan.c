/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-plan.h"

#include "muri-fleet.h"
#include "muri-membership.h"
#include "muri-pacing-private.h"
#include "muri-uuid.h"
#include "muri-vm.h"
#include "muri-words.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* As the wire bounds it. */
#define DOCUMENT_MAX 65536

/* ---- targets and their turns ---- */

/* None goes last: what has an order is what others depend on. */
static gint64
rank_of (MuriVm *vm, const char *group, guint *delay)
{
  gint order = 0;

  *delay = 0;
  muri_group_get_start_order (group, vm, &order, delay);
  return order != 0 ? order : G_MAXINT64;
}

static int
compare_ranks (gconstpointer a, gconstpointer b)
{
  gint64 x = *(const gint64 *)a;
  gint64 y = *(const gint64 *)b;

  return x < y ? -1 : x > y;
}

/* The ranks that there are, ascending. */
static GArray *
list_ranks (GPtrArray *vms, const char *group)
{
  g_autoptr (GArray) all = g_array_new (FALSE, FALSE, sizeof (gint64));
  GArray *ranks = g_array_new (FALSE, FALSE, sizeof (gint64));

  for (guint i = 0; i < vms->len; i++)
    {
      guint delay;
      gint64 rank = rank_of (vms->pdata[i], group, &delay);

      g_array_append_val (all, rank);
    }
  g_array_sort (all, compare_ranks);
  for (guint i = 0; i < all->len; i++)
    {
      gint64 rank = g_array_index (all, gint64, i);

      if (i == 0 || rank != g_array_index (all, gint64, i - 1))
        g_array_append_val (ranks, rank);
    }
  return ranks;
}

static void
set_turn (MuriTarget *target, MuriVm *vm, MuriRequest *request, GArray *ranks)
{
  gboolean reverse = muri_pacing_is_reverse (muri_request_get_verb (request));
  guint delay = 0;
  guint turn = 0;

  if (ranks != NULL)
    {
      gint64 rank = rank_of (vm, muri_request_get_order_group (request), &delay);

      g_array_binary_search (ranks, &rank, compare_ranks, &turn);
      turn = reverse ? ranks->len - 1 - turn : turn;
    }
  muri_target_set_plan (target, turn, reverse ? 0 : delay, muri_vm_get_state (vm));
}

static MuriTarget *
add_target (GPtrArray *targets, MuriNode *node, const muri_v1_Uuid *vm, const char *name)
{
  const MuriTargetKey key = { *muri_node_get_uuid (node), *vm };
  const MuriTargetOutcome unsent = { .state = MURI_TARGET_UNSENT };
  MuriTarget *target =
      muri_target_new (&key, muri_node_get_zone (node), name, muri_node_get_name (node));

  muri_target_set_outcome (target, &unsent);
  g_ptr_array_add (targets, target);
  return target;
}

GPtrArray *
muri_plan_make_targets (MuriRequest *request)
{
  static const muri_v1_Uuid itself;
  GPtrArray *vms = muri_request_get_vms (request);
  GPtrArray *nodes = muri_request_get_nodes (request);
  GPtrArray *creations = muri_request_get_creations (request);
  GPtrArray *targets =
      g_ptr_array_new_full (vms->len + nodes->len + creations->len, g_object_unref);
  gboolean ordered = muri_request_get_pacing (request)->ordered;
  g_autoptr (GArray) ranks =
      ordered ? list_ranks (vms, muri_request_get_order_group (request)) : NULL;

  for (guint i = 0; i < nodes->len; i++)
    add_target (targets, nodes->pdata[i], &itself, muri_node_get_name (nodes->pdata[i]));
  for (guint i = 0; i < vms->len; i++)
    {
      MuriVm *vm = vms->pdata[i];
      MuriTarget *target =
          add_target (targets, muri_vm_get_node (vm), muri_vm_get_uuid (vm), muri_vm_get_name (vm));

      set_turn (target, vm, request, ranks);
      muri_target_set_argument (target, muri_request_get_argument (request, vm));
    }
  for (guint i = 0; i < creations->len; i++)
    {
      const MuriCreation *creation = creations->pdata[i];

      muri_target_set_argument (add_target (targets, creation->node, &creation->vm, creation->name),
                                creation->name);
    }
  return targets;
}

/* ---- batches ---- */

GPtrArray *
muri_plan_pick (MuriOperation *operation)
{
  GPtrArray *picked = g_ptr_array_new_with_free_func (g_object_unref);
  guint size = muri_operation_get_pacing (operation)->batch;
  guint step = G_MAXUINT;

  for (guint i = 0; i < muri_operation_get_n_targets (operation); i++)
    {
      MuriTarget *target = muri_operation_peek_target (operation, i);

      if (muri_target_get_state (target) == MURI_TARGET_UNSENT)
        step = MIN (step, muri_target_get_turn (target));
    }

  for (guint i = 0; i < muri_operation_get_n_targets (operation); i++)
    {
      MuriTarget *target = muri_operation_peek_target (operation, i);

      if (muri_target_get_state (target) == MURI_TARGET_UNSENT
          && muri_target_get_turn (target) == step && (size == 0 || picked->len < size))
        g_ptr_array_add (picked, g_object_ref (target));
    }
  return picked;
}

guint
muri_plan_get_pause (MuriOperation *operation, GPtrArray *next)
{
  guint step = muri_target_get_turn (next->pdata[0]);
  guint last = muri_operation_get_n_batches_sent (operation);
  guint pause = 0;
  guint former = G_MAXUINT;

  if (last == 0)
    return 0;
  for (guint i = 0; i < muri_operation_get_n_targets (operation); i++)
    {
      MuriTarget *target = muri_operation_peek_target (operation, i);

      if (muri_target_get_batch (target) == last)
        former = muri_target_get_turn (target);
    }
  for (guint i = 0; former < step && i < muri_operation_get_n_targets (operation); i++)
    {
      MuriTarget *target = muri_operation_peek_target (operation, i);

      if (muri_target_get_turn (target) == former)
        pause = MAX (pause, muri_target_get_delay (target));
    }
  return MAX (pause, muri_operation_get_pacing (operation)->delay);
}

gint64
muri_plan_get_life (MuriOperation *operation, GPtrArray *targets)
{
  g_autoptr (GHashTable) counts = g_hash_table_new (muri_uuid_hash, muri_uuid_equal);
  guint at_once = muri_operation_get_pacing (operation)->per_node;
  guint most = 0;
  guint turns;

  for (guint i = 0; i < targets->len; i++)
    {
      gpointer node = (gpointer)&muri_target_get_key (targets->pdata[i])->node;
      guint count = GPOINTER_TO_UINT (g_hash_table_lookup (counts, node)) + 1;

      g_hash_table_insert (counts, node, GUINT_TO_POINTER (count));
      most = MAX (most, count);
    }
  turns = at_once > 0 ? (most + at_once - 1) / at_once : 1;
  return MIN (turns * muri_operation_get_life (operation), MURI_OPERATION_LIFE_MAX);
}

/* ---- limits ---- */

/* How many targets a zone can have in one batch at most. */
static guint
count_most (MuriOperation *operation)
{
  g_autoptr (GHashTable) counts = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  guint size = muri_operation_get_pacing (operation)->batch;
  guint most = 0;

  for (guint i = 0; i < muri_operation_get_n_targets (operation); i++)
    {
      MuriTarget *target = muri_operation_peek_target (operation, i);
      const gint64 key =
          (gint64)muri_target_get_turn (target) << 32 | muri_target_get_zone (target);
      guint count = GPOINTER_TO_UINT (g_hash_table_lookup (counts, &key)) + 1;

      g_hash_table_insert (counts, g_memdup2 (&key, sizeof key), GUINT_TO_POINTER (count));
      most = MAX (most, count);
    }
  return size > 0 ? MIN (most, size) : most;
}

static gboolean
check_document (const char *document, GError **error)
{
  if (document == NULL
      || (strlen (document) <= DOCUMENT_MAX && g_utf8_validate (document, -1, NULL)))
    return TRUE;
  g_set_error (error, MURI_FLEET_ERROR, MURI_FLEET_ERROR_TARGETS,
               _ ("What goes along has to be text of at most %d bytes"), DOCUMENT_MAX);
  return FALSE;
}

gboolean
muri_plan_check (MuriOperation *operation, GError **error)
{
  if (muri_operation_get_n_targets (operation) == 0)
    {
      g_set_error_literal (error, MURI_FLEET_ERROR, MURI_FLEET_ERROR_TARGETS,
                           _ ("There is nothing to act on"));
      return FALSE;
    }
  if (count_most (operation) > MURI_OPERATION_TARGETS_MAX)
    {
      g_set_error (error, MURI_FLEET_ERROR, MURI_FLEET_ERROR_TARGETS,
                   _ ("An operation can have at most %d targets in a zone"),
                   MURI_OPERATION_TARGETS_MAX);
      return FALSE;
    }
  return check_document (muri_operation_get_document (operation), error);
}
