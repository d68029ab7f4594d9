/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-operation-struct.h"

const muri_v1_Uuid *
muri_operation_get_console (MuriOperation *self)
{
  return &self->console;
}

gint64
muri_operation_get_life (MuriOperation *self)
{
  return self->life;
}

gboolean
muri_operation_remembers (MuriOperation *self)
{
  return self->remembers;
}

gboolean
muri_operation_is_cancelled (MuriOperation *self)
{
  return self->cancelled;
}

void
muri_operation_set_cancelled (MuriOperation *self)
{
  self->cancelled = TRUE;
}

/**
 * muri_operation_get_uuid:
 * @operation: an operation
 *
 * Returns: (transfer none): its UUID
 */
const muri_v1_Uuid *
muri_operation_get_uuid (MuriOperation *operation)
{
  return &operation->uuid;
}

/**
 * muri_operation_get_id:
 * @operation: an operation
 *
 * Returns: its UUID as text
 */
const char *
muri_operation_get_id (MuriOperation *operation)
{
  return operation->id;
}

/**
 * muri_operation_get_verb:
 * @operation: an operation
 *
 * Returns: MURI_VERB_*, or a number that is not known yet
 */
guint
muri_operation_get_verb (MuriOperation *operation)
{
  return operation->verb;
}

/**
 * muri_operation_get_issuer:
 * @operation: an operation
 *
 * Returns: who asked: "user@host", or the subject of a certificate
 */
const char *
muri_operation_get_issuer (MuriOperation *operation)
{
  return operation->issuer;
}

GVariant *
muri_operation_get_parameters (MuriOperation *operation)
{
  return operation->parameters;
}

/**
 * muri_operation_get_parameter:
 * @operation: an operation
 * @name: a parameter's name
 *
 * Returns: (transfer none) (nullable): its value; %NULL when it was not given, or another console
 *   asked
 */
const char *
muri_operation_get_parameter (MuriOperation *operation, const char *name)
{
  const char *value = NULL;

  if (operation->parameters != NULL)
    g_variant_lookup (operation->parameters, name, "&s", &value);
  return value;
}

/**
 * muri_operation_get_document:
 * @operation: an operation
 *
 * Returns: (nullable): what was too long for a parameter; %NULL when another console asked
 */
const char *
muri_operation_get_document (MuriOperation *operation)
{
  return operation->document;
}

/**
 * muri_operation_get_group:
 * @operation: an operation
 *
 * Returns: (nullable): of what its targets were chosen, in words; of what concerns a template, its
 *   name
 */
const char *
muri_operation_get_group (MuriOperation *operation)
{
  return operation->group;
}

/**
 * muri_operation_get_issued:
 * @operation: an operation
 *
 * Returns: when it was asked, microseconds since the epoch
 */
gint64
muri_operation_get_issued (MuriOperation *operation)
{
  return operation->issued;
}

/**
 * muri_operation_get_deadline:
 * @operation: an operation
 *
 * Returns: until when its last batch is to be done, microseconds since the epoch; 0 unknown
 */
gint64
muri_operation_get_deadline (MuriOperation *operation)
{
  const MuriBatch *last = muri_batches_get (operation->batches, operation->batches->len);

  return last != NULL ? last->deadline : 0;
}

/**
 * muri_operation_is_own:
 * @operation: an operation
 *
 * Returns: whether this console asked
 */
gboolean
muri_operation_is_own (MuriOperation *operation)
{
  return operation->own;
}

/**
 * muri_operation_is_finished:
 * @operation: an operation
 *
 * Returns: whether every outcome is final
 */
gboolean
muri_operation_is_finished (MuriOperation *operation)
{
  return operation->finished != 0;
}

/**
 * muri_operation_get_finished:
 * @operation: an operation
 *
 * Returns: when the last outcome came in, microseconds since the epoch; 0 not yet
 */
gint64
muri_operation_get_finished (MuriOperation *operation)
{
  return operation->finished;
}

/**
 * muri_operation_get_n_targets:
 * @operation: an operation
 *
 * Returns: how many targets it has; of another console's, those that were reported by now
 */
guint
muri_operation_get_n_targets (MuriOperation *operation)
{
  return operation->targets->len;
}

/**
 * muri_operation_get_n_done:
 * @operation: an operation
 *
 * Returns: how many targets are as they were wanted
 */
guint
muri_operation_get_n_done (MuriOperation *operation)
{
  return operation->counts[MURI_TARGET_KIND_DONE];
}

/**
 * muri_operation_get_n_failed:
 * @operation: an operation
 *
 * Returns: how many outcomes are final and none of the other counts
 */
guint
muri_operation_get_n_failed (MuriOperation *operation)
{
  return operation->counts[MURI_TARGET_KIND_FAILED];
}

/**
 * muri_operation_get_n_unreachable:
 * @operation: an operation
 *
 * Returns: of how many targets nothing was heard until the deadline
 */
guint
muri_operation_get_n_unreachable (MuriOperation *operation)
{
  return operation->counts[MURI_TARGET_KIND_UNREACHABLE];
}

/**
 * muri_operation_get_n_cancelled:
 * @operation: an operation
 *
 * Returns: how many targets were not acted on, because it was cancelled before
 */
guint
muri_operation_get_n_cancelled (MuriOperation *operation)
{
  return operation->counts[MURI_TARGET_KIND_CANCELLED];
}

/**
 * muri_operation_get_n_open:
 * @operation: an operation
 *
 * Returns: how many outcomes are not final yet
 */
guint
muri_operation_get_n_open (MuriOperation *operation)
{
  return operation->counts[MURI_TARGET_KIND_OPEN] + operation->counts[MURI_TARGET_KIND_UNSENT]
         + operation->counts[MURI_TARGET_KIND_WAITING];
}

/**
 * muri_operation_get_n_unsent:
 * @operation: an operation
 *
 * Returns: how many targets' batches were not sent yet
 */
guint
muri_operation_get_n_unsent (MuriOperation *operation)
{
  return operation->counts[MURI_TARGET_KIND_UNSENT];
}

/**
 * muri_operation_get_n_waiting:
 * @operation: an operation
 *
 * Returns: how many targets wait for their host to be heard of again
 */
guint
muri_operation_get_n_waiting (MuriOperation *operation)
{
  return operation->counts[MURI_TARGET_KIND_WAITING];
}

/**
 * muri_operation_is_held:
 * @operation: an operation
 *
 * Returns: whether there is something unsent that is sent only after muri_fleet_continue()
 */
gboolean
muri_operation_is_held (MuriOperation *operation)
{
  return operation->held && operation->counts[MURI_TARGET_KIND_UNSENT] > 0;
}

/**
 * muri_operation_get_pacing:
 * @operation: an operation
 *
 * Returns: (transfer none): how it goes out; of another console's, all 0
 */
const MuriPacing *
muri_operation_get_pacing (MuriOperation *operation)
{
  return &operation->pacing;
}

/**
 * muri_operation_get_order_group:
 * @operation: an operation
 *
 * Returns: (nullable): the group whose start order it follows
 */
const char *
muri_operation_get_order_group (MuriOperation *operation)
{
  return operation->order_group;
}

/**
 * muri_operation_get_parent:
 * @operation: an operation
 *
 * Returns: (nullable): the id of the operation that it repeats or follows
 */
const char *
muri_operation_get_parent (MuriOperation *operation)
{
  return operation->parent;
}
