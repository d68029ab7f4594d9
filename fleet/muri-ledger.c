/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-ledger.h"

#include "muri-ascii.h"
#include "muri-fleet-private.h"
#include "muri-pacing-private.h"
#include "muri-request-private.h"
#include "muri-uuid.h"

#include <string.h>

/* ---- filters ---- */

/**
 * muri_target_get_kind:
 * @target: a target
 *
 * Returns: the one kind that it is of
 */
MuriLedgerFilter
muri_target_get_kind (MuriTarget *target)
{
  guint state = muri_target_get_state (target);

  switch (state)
    {
    case MURI_TARGET_WAITING:
      return MURI_LEDGER_WAITING;
    case MURI_TARGET_UNREACHABLE:
      return MURI_LEDGER_UNREACHABLE;
    case MURI_OUTCOME_DONE:
      return MURI_LEDGER_DONE;
    case MURI_OUTCOME_ALREADY:
      return MURI_LEDGER_ALREADY;
    case MURI_OUTCOME_TIMED_OUT:
      return MURI_LEDGER_TIMED_OUT;
    case MURI_OUTCOME_CANCELLED:
      return MURI_LEDGER_CANCELLED;
    case MURI_OUTCOME_PROTECTED:
      return MURI_LEDGER_PROTECTED;
    default:
      return muri_target_state_is_final (state) ? MURI_LEDGER_FAILED : MURI_LEDGER_OPEN;
    }
}

/**
 * muri_operation_count:
 * @operation: an operation
 * @filter: kinds
 *
 * Returns: how many targets are of one of them
 */
guint
muri_operation_count (MuriOperation *operation, MuriLedgerFilter filter)
{
  guint n = 0;

  for (guint i = 0; i < muri_operation_get_n_targets (operation); i++)
    n += (muri_target_get_kind (muri_operation_peek_target (operation, i)) & filter) != 0;
  return n;
}

static char *
fold (const char *text)
{
  g_autofree char *normal = g_utf8_normalize (text, -1, G_NORMALIZE_ALL_COMPOSE);

  return g_utf8_casefold (normal != NULL ? normal : "", -1);
}

static gboolean
contains (const char *text, const char *folded)
{
  g_autofree char *haystack = NULL;
  gboolean found;

  if (text == NULL)
    return FALSE;
  /* Nearly all names are, and ledgers are searched by the ten thousand. */
  if (muri_ascii_contains (text, folded, &found))
    return found;
  haystack = fold (text);
  return strstr (haystack, folded) != NULL;
}

static gboolean
target_contains (MuriTarget *target, const char *word)
{
  return contains (muri_target_get_name (target), word)
         || contains (muri_target_get_node_name (target), word);
}

static gboolean
operation_contains (MuriOperation *operation, const char *word)
{
  const char *nick = muri_verb_to_nick (muri_operation_get_verb (operation));

  if (contains (nick, word) || contains (muri_operation_get_issuer (operation), word)
      || contains (muri_operation_get_group (operation), word))
    return TRUE;
  for (guint i = 0; i < muri_operation_get_n_targets (operation); i++)
    if (target_contains (muri_operation_peek_target (operation, i), word))
      return TRUE;
  return FALSE;
}

static char **
split (const char *text)
{
  g_autofree char *folded = fold (text != NULL ? text : "");

  return g_strsplit_set (folded, " \t\n", -1);
}

/**
 * muri_operation_matches:
 * @operation: an operation
 * @text: (nullable): words, all of which are looked for
 * @kinds: what a target is; 0 any
 *
 * Returns: whether its verb, issuer, group, or a target's or host's name has each word of @text,
 *   in any case, and a target is of one of @kinds
 */
gboolean
muri_operation_matches (MuriOperation *operation, const char *text, MuriLedgerFilter kinds)
{
  g_auto (GStrv) words = split (text);

  for (guint i = 0; words[i] != NULL; i++)
    if (words[i][0] != '\0' && !operation_contains (operation, words[i]))
      return FALSE;
  return kinds == 0 || muri_operation_count (operation, kinds) > 0;
}

static gboolean
target_has (MuriTarget *target, char **words)
{
  for (guint i = 0; words[i] != NULL; i++)
    if (words[i][0] != '\0' && !target_contains (target, words[i]))
      return FALSE;
  return TRUE;
}

/**
 * muri_target_matches:
 * @target: a target
 * @text: (nullable): words, all of which are looked for
 * @kinds: what it is; 0 any
 *
 * Returns: whether its or its host's name has each word of @text, and it is of one of @kinds
 */
gboolean
muri_target_matches (MuriTarget *target, const char *text, MuriLedgerFilter kinds)
{
  g_auto (GStrv) words = split (text);

  return target_has (target, words) && (kinds == 0 || (muri_target_get_kind (target) & kinds) != 0);
}

/**
 * muri_operation_find_targets:
 * @operation: an operation
 * @text: (nullable): words
 * @kinds: what targets are; 0 any
 *
 * Returns: (transfer container) (element-type MuriTarget): its targets of @kinds; when the names of
 *   some of its targets have each word of @text, only those of them
 */
GPtrArray *
muri_operation_find_targets (MuriOperation *operation, const char *text, MuriLedgerFilter kinds)
{
  g_auto (GStrv) words = split (text);
  g_autoptr (GPtrArray) named = g_ptr_array_new ();
  GPtrArray *found = g_ptr_array_new ();
  gboolean by_name;

  for (guint i = 0; i < muri_operation_get_n_targets (operation); i++)
    if (target_has (muri_operation_peek_target (operation, i), words))
      g_ptr_array_add (named, muri_operation_peek_target (operation, i));
  by_name = named->len > 0;
  for (guint i = 0; i < (by_name ? named->len : muri_operation_get_n_targets (operation)); i++)
    {
      MuriTarget *target = by_name ? named->pdata[i] : muri_operation_peek_target (operation, i);

      if (kinds == 0 || (muri_target_get_kind (target) & kinds) != 0)
        g_ptr_array_add (found, target);
    }
  return found;
}

/* ---- once more ---- */

static gboolean
add_target (MuriFleet *fleet, MuriRequest *request, MuriTarget *target)
{
  const MuriTargetKey *key = muri_target_get_key (target);
  MuriNode *node = muri_fleet_lookup_node (fleet, &key->node);
  MuriVm *vm = node != NULL ? muri_node_find_vm (node, &key->vm) : NULL;

  if (vm != NULL)
    muri_request_add_vm (request, vm);
  else if (node != NULL && muri_uuid_is_zero (&key->vm) && muri_node_has_facts (node))
    muri_request_add_node (request, node);
  else
    return FALSE;
  return TRUE;
}

/* A VM that was to be made and is not there: as another one of the same name. */
static gboolean
add_creation (MuriFleet *fleet, MuriRequest *request, MuriTarget *target)
{
  const MuriTargetKey *key = muri_target_get_key (target);
  MuriNode *node = muri_fleet_lookup_node (fleet, &key->node);

  if (node == NULL || muri_node_find_vm (node, &key->vm) != NULL
      || muri_target_get_argument (target) == NULL)
    return FALSE;
  muri_request_add_creation (request, node, muri_target_get_argument (target));
  return TRUE;
}

static MuriRequest *
begin (MuriOperation *operation, guint verb)
{
  MuriRequest *request = muri_request_new (verb);

  muri_request_set_group (request, muri_operation_get_group (operation));
  muri_request_set_parent (request, muri_operation_get_id (operation));
  return request;
}

static void
copy_parameters (MuriRequest *request, MuriOperation *operation)
{
  GVariant *parameters = muri_operation_get_parameters (operation);

  for (gsize i = 0; parameters != NULL && i < g_variant_n_children (parameters); i++)
    {
      const char *name, *value;

      /* Who holds an image may be others now. */
      g_variant_get_child (parameters, i, "{&s&s}", &name, &value);
      if (!g_str_has_prefix (name, MURI_PARAMETER_SOURCES "@"))
        muri_request_set_parameter (request, name, value);
    }
  muri_request_set_document (request, muri_operation_get_document (operation));
}

static MuriRequest *
finish (MuriRequest *request, guint n)
{
  if (n > 0)
    return request;
  muri_request_unref (request);
  return NULL;
}

/**
 * muri_fleet_retry:
 * @fleet: a fleet
 * @operation: one that is in its ledger
 * @kinds: which targets; 0 those that failed, timed out or could not be reached
 *
 * Returns: (transfer full) (nullable): the same once more, with the same parameters and pacing;
 *   %NULL when no such target exists
 */
MuriRequest *
muri_fleet_retry (MuriFleet *fleet, MuriOperation *operation, MuriLedgerFilter kinds)
{
  guint verb = muri_operation_get_verb (operation);
  MuriRequest *request = begin (operation, verb);
  guint n = 0;

  if (kinds == 0)
    kinds = MURI_LEDGER_FAILED | MURI_LEDGER_TIMED_OUT | MURI_LEDGER_UNREACHABLE;
  for (guint i = 0; i < muri_operation_get_n_targets (operation); i++)
    {
      MuriTarget *target = muri_operation_peek_target (operation, i);

      if ((muri_target_get_kind (target) & kinds) != 0)
        n += verb == MURI_VERB_CLONE ? add_creation (fleet, request, target)
                                     : add_target (fleet, request, target);
    }
  muri_request_set_pacing (request, muri_operation_get_pacing (operation),
                           muri_operation_get_order_group (operation));
  copy_parameters (request, operation);
  muri_request_set_remembers (request, muri_operation_remembers (operation));
  return finish (request, n);
}

static gboolean
ran_before (MuriTarget *target)
{
  guint before = muri_target_get_state_before (target);

  return muri_target_get_state (target) == MURI_OUTCOME_DONE
         && (before == MURI_VM_STATE_RUNNING || before == MURI_VM_STATE_STARTING
             || before == MURI_VM_STATE_STOPPING || before == MURI_VM_STATE_PAUSED);
}

static gboolean
stops (guint verb)
{
  return verb == MURI_VERB_SHUTDOWN || verb == MURI_VERB_POWER_OFF || verb == MURI_VERB_SAVE;
}

/**
 * muri_fleet_start_again:
 * @fleet: a fleet
 * @operation: one that is in its ledger
 *
 * Returns: (transfer full) (nullable): a start of what it stopped and ran before, in the same order
 *   and at the same pace; %NULL when there is none
 */
MuriRequest *
muri_fleet_start_again (MuriFleet *fleet, MuriOperation *operation)
{
  MuriRequest *request = begin (operation, MURI_VERB_POWER_ON);
  guint n = 0;

  for (guint i = 0; i < muri_operation_get_n_targets (operation); i++)
    {
      MuriTarget *target = muri_operation_peek_target (operation, i);

      if (stops (muri_operation_get_verb (operation)) && ran_before (target))
        n += add_target (fleet, request, target);
    }
  muri_request_set_pacing (request, muri_operation_get_pacing (operation),
                           muri_operation_get_order_group (operation));
  return finish (request, n);
}

/**
 * muri_fleet_follow_up:
 * @fleet: a fleet
 * @operation: one that is in its ledger
 * @verb: MURI_VERB_*
 * @kinds: which targets
 *
 * Returns: (transfer full) (nullable): @verb for these targets of it; %NULL when no such target
 *   exists
 */
MuriRequest *
muri_fleet_follow_up (MuriFleet *fleet, MuriOperation *operation, guint verb,
                      MuriLedgerFilter kinds)
{
  MuriRequest *request = begin (operation, verb);
  guint n = 0;

  for (guint i = 0; i < muri_operation_get_n_targets (operation); i++)
    {
      MuriTarget *target = muri_operation_peek_target (operation, i);

      if ((muri_target_get_kind (target) & kinds) != 0)
        n += add_target (fleet, request, target);
    }
  return finish (request, n);
}
