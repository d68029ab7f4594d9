/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-words.h"

static const char *const verbs[] = {
  [MURI_VERB_POWER_ON] = "power-on",
  [MURI_VERB_RESUME] = "resume",
  [MURI_VERB_POWER_OFF] = "power-off",
  [MURI_VERB_SHUTDOWN] = "shutdown",
  [MURI_VERB_RESET] = "reset",
  [MURI_VERB_REBOOT] = "reboot",
  [MURI_VERB_PAUSE] = "pause",
  [MURI_VERB_SAVE] = "save",
  [MURI_VERB_JOIN_GROUP] = "join-group",
  [MURI_VERB_LEAVE_GROUP] = "leave-group",
  [MURI_VERB_MOVE_GROUP] = "move-group",
  [MURI_VERB_GUARD] = "guard",
  [MURI_VERB_UNGUARD] = "unguard",
  [MURI_VERB_CLONE] = "clone",
  [MURI_VERB_DELETE] = "delete",
  [MURI_VERB_FLATTEN] = "flatten",
  [MURI_VERB_RESIZE] = "resize",
  [MURI_VERB_MAKE_TEMPLATE] = "make-template",
  [MURI_VERB_REFRESH_STORAGE] = "refresh-storage",
  [MURI_VERB_MAINTENANCE_ON] = "maintenance-on",
  [MURI_VERB_MAINTENANCE_OFF] = "maintenance-off",
  [MURI_VERB_HOST_SHUTDOWN] = "host-shutdown",
  [MURI_VERB_HOST_REBOOT] = "host-reboot",
  [MURI_VERB_WAKE] = "wake",
  [MURI_VERB_RECEIVE_TEMPLATE] = "receive-template",
  [MURI_VERB_FETCH_TEMPLATE] = "fetch-template",
  [MURI_VERB_CHANGE_TEMPLATE] = "change-template",
  [MURI_VERB_DELETE_TEMPLATE] = "delete-template",
  [MURI_VERB_GENERALISE_TEMPLATE] = "generalise-template",
};

static const char *const outcomes[] = {
  [MURI_OUTCOME_UNKNOWN] = "unknown",       [MURI_OUTCOME_QUEUED] = "queued",
  [MURI_OUTCOME_RUNNING] = "running",       [MURI_OUTCOME_DONE] = "done",
  [MURI_OUTCOME_ALREADY] = "already",       [MURI_OUTCOME_FAILED] = "failed",
  [MURI_OUTCOME_TIMED_OUT] = "timed-out",   [MURI_OUTCOME_INTERRUPTED] = "interrupted",
  [MURI_OUTCOME_CANCELLED] = "cancelled",   [MURI_OUTCOME_UNSUPPORTED] = "unsupported",
  [MURI_OUTCOME_NOT_HERE] = "not-here",     [MURI_OUTCOME_PROTECTED] = "protected",
  [MURI_OUTCOME_CLOCK_SKEW] = "clock-skew", [MURI_OUTCOME_EXPIRED] = "expired",
  [MURI_OUTCOME_REFUSED] = "refused",
};

static const char *const vm_states[] = {
  [MURI_VM_STATE_UNKNOWN] = "unknown",     [MURI_VM_STATE_RUNNING] = "running",
  [MURI_VM_STATE_PAUSED] = "paused",       [MURI_VM_STATE_STARTING] = "starting",
  [MURI_VM_STATE_STOPPING] = "stopping",   [MURI_VM_STATE_OFF] = "off",
  [MURI_VM_STATE_SAVED] = "saved",         [MURI_VM_STATE_CRASHED] = "crashed",
  [MURI_VM_STATE_SUSPENDED] = "suspended", [MURI_VM_STATE_MIGRATING] = "migrating",
  [MURI_VM_STATE_GONE] = "gone",
};

static const char *const steps[] = {
  [MURI_STEP_NONE] = "none",         [MURI_STEP_WAITING] = "waiting",
  [MURI_STEP_FETCHING] = "fetching", [MURI_STEP_CHECKING] = "checking",
  [MURI_STEP_COPYING] = "copying",   [MURI_STEP_SEEDING] = "seeding",
  [MURI_STEP_DEFINING] = "defining", [MURI_STEP_STARTING] = "starting",
  [MURI_STEP_READYING] = "readying", [MURI_STEP_UNDOING] = "undoing",
  [MURI_STEP_DELETING] = "deleting", [MURI_STEP_RECEIVING] = "receiving",
};

/**
 * muri_verb_to_nick:
 * @verb: one of MURI_VERB_*
 *
 * Returns: (nullable) (transfer none): the name of @verb for logs and files, never translated;
 *   %NULL for a number that this version does not know
 */
const char *
muri_verb_to_nick (guint verb)
{
  return verb < G_N_ELEMENTS (verbs) ? verbs[verb] : NULL;
}

/**
 * muri_verb_from_nick:
 * @nick: a name as muri_verb_to_nick() gives it
 *
 * Returns: the verb, or %MURI_VERB_NONE where no verb has that name
 */
guint
muri_verb_from_nick (const char *nick)
{
  for (guint i = 1; nick != NULL && i < G_N_ELEMENTS (verbs); i++)
    if (g_strcmp0 (verbs[i], nick) == 0)
      return i;
  return MURI_VERB_NONE;
}

/**
 * muri_verb_is_for_vm:
 * @verb: one of MURI_VERB_*
 *
 * Returns: whether a VM can be a target of @verb
 */
gboolean
muri_verb_is_for_vm (guint verb)
{
  return verb < MURI_VERB_REFRESH_STORAGE && muri_verb_to_nick (verb) != NULL;
}

/**
 * muri_verb_is_for_node:
 * @verb: one of MURI_VERB_*
 *
 * Returns: whether a node itself can be a target of @verb
 */
gboolean
muri_verb_is_for_node (guint verb)
{
  return (verb >= MURI_VERB_JOIN_GROUP && verb <= MURI_VERB_MOVE_GROUP)
         || (verb >= MURI_VERB_REFRESH_STORAGE && muri_verb_to_nick (verb) != NULL);
}

/**
 * muri_verb_is_guarded:
 * @verb: one of MURI_VERB_*
 *
 * Returns: whether @verb is refused for a VM with a padlock, since it stops or interrupts it
 */
gboolean
muri_verb_is_guarded (guint verb)
{
  return (verb >= MURI_VERB_POWER_OFF && verb <= MURI_VERB_SAVE) || verb == MURI_VERB_DELETE;
}

/**
 * muri_outcome_is_final:
 * @outcome: one of MURI_OUTCOME_*
 *
 * Returns: whether nothing more will be said of that target. A number that this version does
 *   not know counts as final, since every later addition is one.
 */
gboolean
muri_outcome_is_final (guint outcome)
{
  return outcome >= MURI_OUTCOME_DONE;
}

/**
 * muri_outcome_is_success:
 * @outcome: one of MURI_OUTCOME_*
 *
 * Returns: whether the target is in the wanted state
 */
gboolean
muri_outcome_is_success (guint outcome)
{
  return outcome == MURI_OUTCOME_DONE || outcome == MURI_OUTCOME_ALREADY;
}

/**
 * muri_outcome_to_nick:
 * @outcome: one of MURI_OUTCOME_*
 *
 * Returns: (transfer none): a name for logs and files; "unknown" for an unknown number
 */
const char *
muri_outcome_to_nick (guint outcome)
{
  return outcome < G_N_ELEMENTS (outcomes) ? outcomes[outcome] : outcomes[0];
}

/**
 * muri_vm_state_to_nick:
 * @state: one of MURI_VM_STATE_*
 *
 * Returns: (transfer none): a name for logs and files; "unknown" for an unknown number
 */
const char *
muri_vm_state_to_nick (guint state)
{
  return state < G_N_ELEMENTS (vm_states) ? vm_states[state] : vm_states[0];
}

/**
 * muri_step_to_nick:
 * @step: one of MURI_STEP_*
 *
 * Returns: (nullable) (transfer none): its name for logs, never translated; %NULL for a number
 *   that this version does not know
 */
const char *
muri_step_to_nick (guint step)
{
  return step < G_N_ELEMENTS (steps) ? steps[step] : NULL;
}
