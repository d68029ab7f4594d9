/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "muri-plan.h"

#include <glib/gi18n.h>

#include "muri-counted.h"
#include "muri-format.h"
#include "muri-outcome-counts.h"

#define ASK_TO_START_ABOVE 20
#define TYPE_NUMBER_ABOVE 50
#define HOSTS_NAMED 3

static gboolean
is_wanted_state (guint state, guint verb)
{
  switch (verb)
    {
    case MURI_VERB_POWER_ON:
    case MURI_VERB_RESUME:
      return state == MURI_VM_STATE_RUNNING;
    case MURI_VERB_POWER_OFF:
    case MURI_VERB_SHUTDOWN:
      return state == MURI_VM_STATE_OFF || state == MURI_VM_STATE_CRASHED
             || state == MURI_VM_STATE_SAVED;
    case MURI_VERB_PAUSE:
      return state == MURI_VM_STATE_PAUSED;
    case MURI_VERB_SAVE:
      return state == MURI_VM_STATE_SAVED;
    case MURI_VERB_DELETE:
      return state == MURI_VM_STATE_GONE;
    default:
      return FALSE;
    }
}

MuriPlanKind
muri_plan_kind (MuriVm *vm, guint verb)
{
  if (!muri_vm_is_known (vm))
    return MURI_PLAN_UNREACHABLE;
  if (is_wanted_state (muri_vm_get_state (vm), verb) && !muri_vm_can (vm, verb))
    return MURI_PLAN_ALREADY;
  if (muri_vm_get_facts (vm)->guarded && muri_verb_is_guarded (verb))
    return MURI_PLAN_PROTECTED;
  if (muri_vm_can (vm, verb))
    return MURI_PLAN_ABLE;
  if (!muri_node_supports (muri_vm_get_node (vm), verb))
    return MURI_PLAN_UNSUPPORTED;
  return muri_vm_get_pending (vm) != MURI_VERB_NONE ? MURI_PLAN_BUSY : MURI_PLAN_UNSUITED;
}

gboolean
muri_plan_stops (guint verb)
{
  return verb != MURI_VERB_POWER_ON && verb != MURI_VERB_RESUME && verb != MURI_VERB_CLONE
         && verb != MURI_VERB_FLATTEN && verb != MURI_VERB_RESIZE;
}

gboolean
muri_plan_asks (guint verb, guint n)
{
  return muri_plan_stops (verb) || verb == MURI_VERB_FLATTEN || n > ASK_TO_START_ABOVE;
}

gboolean
muri_plan_wants_number (guint n)
{
  return n > TYPE_NUMBER_ABOVE;
}

static char *
lower_state (guint state)
{
  return g_utf8_strdown (muri_format_vm_state (state), -1);
}

char *
muri_plan_words (MuriPlanKind kind, guint state)
{
  g_autofree char *lower = NULL;

  switch (kind)
    {
    case MURI_PLAN_ALREADY:
      lower = lower_state (state);
      return g_strdup_printf (_ ("is already %s"), lower);
    case MURI_PLAN_UNSUITED:
      lower = lower_state (state);
      return g_strdup_printf (_ ("is %s"), lower);
    case MURI_PLAN_UNSUPPORTED:
      return g_strdup (_ ("its hypervisor cannot do this"));
    case MURI_PLAN_BUSY:
      return g_strdup (_ ("is busy with another operation"));
    case MURI_PLAN_PROTECTED:
      return g_strdup (_ ("is protected"));
    case MURI_PLAN_UNREACHABLE:
      return g_strdup (_ ("its host is unreachable"));
    case MURI_PLAN_ABLE:
    default:
      return NULL;
    }
}

char *
muri_plan_reason (MuriVm *vm, guint verb)
{
  return muri_plan_words (muri_plan_kind (vm, verb), muri_vm_get_state (vm));
}

static char *
phrase (guint verb, guint n)
{
  switch (verb)
    {
    case MURI_VERB_POWER_ON:
      return muri_counted (ngettext ("Start %u VM", "Start %u VMs", n), n);
    case MURI_VERB_RESUME:
      return muri_counted (ngettext ("Resume %u VM", "Resume %u VMs", n), n);
    case MURI_VERB_POWER_OFF:
      return muri_counted (ngettext ("Force off %u VM", "Force off %u VMs", n), n);
    case MURI_VERB_SHUTDOWN:
      return muri_counted (ngettext ("Shut down %u VM", "Shut down %u VMs", n), n);
    case MURI_VERB_RESET:
      return muri_counted (ngettext ("Force restart %u VM", "Force restart %u VMs", n), n);
    case MURI_VERB_REBOOT:
      return muri_counted (ngettext ("Restart %u VM", "Restart %u VMs", n), n);
    case MURI_VERB_PAUSE:
      return muri_counted (ngettext ("Pause %u VM", "Pause %u VMs", n), n);
    case MURI_VERB_FLATTEN:
      return muri_counted (ngettext ("Make %u VM independent", "Make %u VMs independent", n), n);
    default:
      return muri_counted (ngettext ("Save %u VM", "Save %u VMs", n), n);
    }
}

static char *
life_done (guint verb, guint n)
{
  switch (verb)
    {
    case MURI_VERB_CLONE:
      return muri_counted (ngettext ("Created %u VM", "Created %u VMs", n), n);
    case MURI_VERB_DELETE:
      return muri_counted (ngettext ("Deleted %u VM", "Deleted %u VMs", n), n);
    case MURI_VERB_FLATTEN:
      return muri_counted (ngettext ("Made %u VM independent", "Made %u VMs independent", n), n);
    case MURI_VERB_RESIZE:
      return muri_counted (
          ngettext ("Changed the resources of %u VM", "Changed the resources of %u VMs", n), n);
    case MURI_VERB_MAKE_TEMPLATE:
      return muri_counted (ngettext ("Made a template of %u VM", "Made templates of %u VMs", n), n);
    case MURI_VERB_RECEIVE_TEMPLATE:
      return muri_counted (
          ngettext ("Imported a template to %u host", "Imported a template to %u hosts", n), n);
    case MURI_VERB_FETCH_TEMPLATE:
      return muri_counted (
          ngettext ("%u host has the template now", "%u hosts have the template now", n), n);
    case MURI_VERB_CHANGE_TEMPLATE:
      return g_strdup (_ ("Changed the template"));
    case MURI_VERB_DELETE_TEMPLATE:
      return muri_counted (
          ngettext ("Deleted the template on %u host", "Deleted the template on %u hosts", n), n);
    case MURI_VERB_GENERALISE_TEMPLATE:
      return muri_counted (ngettext ("Generalised the template on %u host",
                                     "Generalised the template on %u hosts", n),
                           n);
    default:
      return muri_counted (ngettext ("%u done", "%u done", n), n);
    }
}

char *
muri_plan_done (guint verb, guint n)
{
  switch (verb)
    {
    case MURI_VERB_POWER_ON:
      return muri_counted (ngettext ("Started %u VM", "Started %u VMs", n), n);
    case MURI_VERB_RESUME:
      return muri_counted (ngettext ("Resumed %u VM", "Resumed %u VMs", n), n);
    case MURI_VERB_POWER_OFF:
      return muri_counted (ngettext ("Forced off %u VM", "Forced off %u VMs", n), n);
    case MURI_VERB_SHUTDOWN:
      return muri_counted (ngettext ("%u VM was shut down", "%u VMs were shut down", n), n);
    case MURI_VERB_RESET:
      return muri_counted (ngettext ("Force-restarted %u VM", "Force-restarted %u VMs", n), n);
    case MURI_VERB_REBOOT:
      return muri_counted (ngettext ("Restarted %u VM", "Restarted %u VMs", n), n);
    case MURI_VERB_PAUSE:
      return muri_counted (ngettext ("Paused %u VM", "Paused %u VMs", n), n);
    case MURI_VERB_SAVE:
      return muri_counted (ngettext ("Saved %u VM", "Saved %u VMs", n), n);
    case MURI_VERB_JOIN_GROUP:
    case MURI_VERB_LEAVE_GROUP:
    case MURI_VERB_MOVE_GROUP:
      return muri_counted (
          ngettext ("Changed the groups of %u object", "Changed the groups of %u objects", n), n);
    case MURI_VERB_GUARD:
      return muri_counted (ngettext ("Protected %u VM", "Protected %u VMs", n), n);
    case MURI_VERB_UNGUARD:
      return muri_counted (ngettext ("Unprotected %u VM", "Unprotected %u VMs", n), n);
    case MURI_VERB_REFRESH_STORAGE:
      return muri_counted (
          ngettext ("Refreshed the storage of %u host", "Refreshed the storage of %u hosts", n), n);
    case MURI_VERB_MAINTENANCE_ON:
      return muri_counted (ngettext ("%u host is in maintenance", "%u hosts are in maintenance", n),
                           n);
    case MURI_VERB_MAINTENANCE_OFF:
      return muri_counted (
          ngettext ("Maintenance of %u host has ended", "Maintenance of %u hosts has ended", n), n);
    case MURI_VERB_HOST_SHUTDOWN:
      return muri_counted (ngettext ("%u server shuts down", "%u servers shut down", n), n);
    case MURI_VERB_HOST_REBOOT:
      return muri_counted (ngettext ("%u server restarts", "%u servers restart", n), n);
    case MURI_VERB_WAKE:
      return g_strdup (_ ("The server was called to wake up"));
    default:
      return life_done (verb, n);
    }
}

const char *
muri_plan_consequence (guint verb)
{
  switch (verb)
    {
    case MURI_VERB_POWER_OFF:
      return _ ("Power is cut at once. What the guest has not saved is lost.");
    case MURI_VERB_SHUTDOWN:
      return _ ("The guest is asked to shut down. Whoever uses it is disconnected.");
    case MURI_VERB_RESET:
      return _ ("The guest is reset at once. What it has not saved is lost.");
    case MURI_VERB_REBOOT:
      return _ ("The guest is asked to restart. Whoever uses it is disconnected for a while.");
    case MURI_VERB_PAUSE:
      return _ ("The guest stands still until it is resumed.");
    case MURI_VERB_SAVE:
      return _ ("The guest's memory is written to its host's disk, and the VM stops. "
                "It goes on from there when it is started.");
    case MURI_VERB_FLATTEN:
      return _ ("The VM gets a copy of all that it reads from its template, and depends on it no "
                "more. That takes time and space on its host.");
    default:
      return NULL;
    }
}

static GPtrArray *
hosts_of (GPtrArray *vms)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (NULL, NULL);
  GPtrArray *hosts = g_ptr_array_new ();

  for (guint i = 0; i < vms->len; i++)
    if (g_hash_table_add (seen, muri_vm_get_node (vms->pdata[i])))
      g_ptr_array_add (hosts, muri_vm_get_node (vms->pdata[i]));
  return hosts;
}

static void
append_part (GString *text, char *part)
{
  g_string_append (text, text->len > 0 ? C_ ("list separator", ", ") : "");
  g_string_append (text, part);
  g_free (part);
}

static void
append_unreachable (GString *text, GPtrArray *left_alone, guint verb)
{
  g_autoptr (GPtrArray) lost = g_ptr_array_new ();
  g_autoptr (GPtrArray) hosts = NULL;

  for (guint i = 0; i < left_alone->len; i++)
    if (muri_plan_kind (left_alone->pdata[i], verb) == MURI_PLAN_UNREACHABLE)
      g_ptr_array_add (lost, left_alone->pdata[i]);
  hosts = hosts_of (lost);
  if (hosts->len > HOSTS_NAMED)
    append_part (text, muri_counted (_ ("%u hosts are unreachable"), hosts->len));
  else
    for (guint i = 0; i < hosts->len; i++)
      append_part (text,
                   g_strdup_printf (_ ("%s is unreachable"), muri_node_get_name (hosts->pdata[i])));
}

/* Named, as far as there is room: who put a padlock there wants to know that it held. */
static void
append_protected (GString *text, GPtrArray *left_alone, guint verb, guint n)
{
  if (n > HOSTS_NAMED)
    {
      append_part (text, muri_counted (ngettext ("%u is protected", "%u are protected", n), n));
      return;
    }
  for (guint i = 0; i < left_alone->len; i++)
    if (muri_plan_kind (left_alone->pdata[i], verb) == MURI_PLAN_PROTECTED)
      append_part (
          text, g_strdup_printf (_ ("%s is protected"), muri_vm_get_name (left_alone->pdata[i])));
}

static const char *
wanted_word (guint verb)
{
  switch (verb)
    {
    case MURI_VERB_POWER_OFF:
    case MURI_VERB_SHUTDOWN:
      return C_ ("are already", "off");
    case MURI_VERB_PAUSE:
      return C_ ("are already", "paused");
    case MURI_VERB_SAVE:
      return C_ ("are already", "saved");
    default:
      return C_ ("are already", "running");
    }
}

static char *
describe_left_alone (GPtrArray *left_alone, guint verb)
{
  guint counts[MURI_PLAN_UNREACHABLE + 1] = { 0 };
  GString *text = g_string_new (NULL);
  guint n;

  for (guint i = 0; i < left_alone->len; i++)
    counts[muri_plan_kind (left_alone->pdata[i], verb)]++;
  if ((n = counts[MURI_PLAN_ALREADY]))
    append_part (text, muri_counted (ngettext ("%u is already %s", "%u are already %s", n), n,
                                     wanted_word (verb)));
  if ((n = counts[MURI_PLAN_UNSUITED]))
    append_part (
        text, muri_counted (
                  ngettext ("%u is not in a state for it", "%u are not in a state for it", n), n));
  if ((n = counts[MURI_PLAN_UNSUPPORTED]))
    append_part (text, muri_counted (ngettext ("%u has a hypervisor that cannot",
                                               "%u have a hypervisor that cannot", n),
                                     n));
  if ((n = counts[MURI_PLAN_BUSY]))
    append_part (text, muri_counted (ngettext ("%u is busy", "%u are busy", n), n));
  append_protected (text, left_alone, verb, counts[MURI_PLAN_PROTECTED]);
  append_unreachable (text, left_alone, verb);
  return g_string_free (text, FALSE);
}

char *
muri_plan_describe (GPtrArray *targets, GPtrArray *left_alone, guint verb)
{
  g_autoptr (GPtrArray) hosts = hosts_of (targets);
  g_autofree char *what = phrase (verb, targets->len);
  g_autofree char *where = muri_counted (ngettext ("%u host", "%u hosts", hosts->len), hosts->len);
  g_autofree char *others = describe_left_alone (left_alone, verb);
  GString *text = g_string_new (NULL);

  /* Translators: "Shut down 34 VMs" on "6 hosts" */
  g_string_append_printf (text, _ ("%s on %s."), what, where);
  if (*others)
    g_string_append_printf (text, " %s.", others);
  return g_string_free (text, FALSE);
}

/* (nullable): of its only target, in the words of its agent. */
static char *
why_it_failed (MuriOperation *operation)
{
  g_autoptr (MuriTarget) target = g_list_model_get_item (G_LIST_MODEL (operation), 0);
  const char *message = target ? muri_target_get_message (target) : NULL;

  return muri_operation_get_n_failed (operation) == 1 && message && *message ? g_strdup (message)
                                                                             : NULL;
}

char *
muri_plan_outcome (MuriOperation *operation)
{
  guint done = muri_operation_get_n_done (operation);
  guint n = muri_operation_get_n_targets (operation);
  g_autofree char *counts = NULL;
  g_autofree char *what = NULL;

  if (done == n)
    return muri_plan_done (muri_operation_get_verb (operation), done);
  counts = n == 1 ? why_it_failed (operation) : NULL;
  if (!counts)
    counts = muri_outcome_counts_join (operation, C_ ("list separator", ", "));
  what = muri_format_operation (operation);
  /* Translators: an operation and what became of it: "Shut Down 3 VMs: 2 done, 1 failed" */
  return g_strdup_printf (C_ ("operation, outcome", "%s: %s"), what, counts);
}
