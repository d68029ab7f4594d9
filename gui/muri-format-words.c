/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-config.h"

#include "muri-counted.h"
#include "muri-format.h"

#include "muri-group-path.h"
#include "muri-outcome-counts.h"

#include <glib/gi18n.h>

const char *
muri_format_vm_state (guint state)
{
  switch (state)
    {
    case MURI_VM_STATE_RUNNING:
      return C_ ("VM state", "Running");
    case MURI_VM_STATE_PAUSED:
      return C_ ("VM state", "Paused");
    case MURI_VM_STATE_STARTING:
      return C_ ("VM state", "Starting");
    case MURI_VM_STATE_STOPPING:
      return C_ ("VM state", "Shutting down");
    case MURI_VM_STATE_OFF:
      return C_ ("VM state", "Off");
    case MURI_VM_STATE_SAVED:
      return C_ ("VM state", "Saved");
    case MURI_VM_STATE_CRASHED:
      return C_ ("VM state", "Crashed");
    case MURI_VM_STATE_SUSPENDED:
      return C_ ("VM state", "Sleeping");
    case MURI_VM_STATE_MIGRATING:
      return C_ ("VM state", "Migrating");
    case MURI_VM_STATE_GONE:
      return C_ ("VM state", "Gone");
    default:
      return C_ ("VM state", "Unknown");
    }
}

const char *
muri_format_node_state (guint state)
{
  switch (state)
    {
    case MURI_NODE_UP:
      return C_ ("host state", "Up");
    case MURI_NODE_STALE:
      return C_ ("host state", "Stale");
    case MURI_NODE_UNREACHABLE:
      return C_ ("host state", "Unreachable");
    case MURI_NODE_STOPPED:
      return C_ ("host state", "Agent stopped");
    case MURI_NODE_HYPERVISOR_DOWN:
      return C_ ("host state", "Hypervisor down");
    default:
      return C_ ("host state", "Unknown");
    }
}

const char *
muri_format_outcome (guint state)
{
  switch (state)
    {
    case MURI_OUTCOME_QUEUED:
      return C_ ("outcome", "Waiting");
    case MURI_OUTCOME_RUNNING:
      return C_ ("outcome", "Under way");
    case MURI_OUTCOME_DONE:
      return C_ ("outcome", "Done");
    case MURI_OUTCOME_ALREADY:
      return C_ ("outcome", "Was so already");
    case MURI_OUTCOME_FAILED:
      return C_ ("outcome", "Failed");
    case MURI_OUTCOME_TIMED_OUT:
      return C_ ("outcome", "Timed out");
    case MURI_OUTCOME_INTERRUPTED:
      return C_ ("outcome", "Interrupted");
    case MURI_OUTCOME_CANCELLED:
      return C_ ("outcome", "Cancelled");
    case MURI_OUTCOME_UNSUPPORTED:
      return C_ ("outcome", "Not supported");
    case MURI_OUTCOME_NOT_HERE:
      return C_ ("outcome", "No such VM");
    case MURI_OUTCOME_PROTECTED:
      return C_ ("outcome", "Protected");
    case MURI_OUTCOME_CLOCK_SKEW:
      return C_ ("outcome", "Clocks differ");
    case MURI_OUTCOME_EXPIRED:
      return C_ ("outcome", "Too late");
    case MURI_OUTCOME_REFUSED:
      return C_ ("outcome", "Refused");
    case MURI_TARGET_STORED:
      return C_ ("outcome", "Sending");
    case MURI_TARGET_SENT:
      return C_ ("outcome", "Sent");
    case MURI_TARGET_UNREACHABLE:
      return C_ ("outcome", "Unreachable");
    case MURI_TARGET_UNSENT:
      return C_ ("outcome", "Not sent yet");
    case MURI_TARGET_WAITING:
      return C_ ("outcome", "Waiting for its host");
    default:
      return C_ ("outcome", "Unknown");
    }
}

const char *
muri_format_step (guint step)
{
  switch (step)
    {
    case MURI_STEP_WAITING:
      return C_ ("step", "Waiting");
    case MURI_STEP_FETCHING:
      return C_ ("step", "Fetching");
    case MURI_STEP_CHECKING:
      return C_ ("step", "Checking");
    case MURI_STEP_COPYING:
      return C_ ("step", "Copying");
    case MURI_STEP_SEEDING:
      return C_ ("step", "Seeding");
    case MURI_STEP_DEFINING:
      return C_ ("step", "Defining");
    case MURI_STEP_STARTING:
      return C_ ("step", "Starting");
    case MURI_STEP_READYING:
      return C_ ("step", "Waiting for the guest");
    case MURI_STEP_UNDOING:
      return C_ ("step", "Undoing");
    case MURI_STEP_DELETING:
      return C_ ("step", "Deleting");
    case MURI_STEP_RECEIVING:
      return C_ ("step", "Receiving");
    case MURI_STEP_GENERALISING:
      return C_ ("step", "Generalising");
    default:
      return muri_format_outcome (MURI_OUTCOME_RUNNING);
    }
}

static const char *
format_template_event (guint kind)
{
  switch (kind)
    {
    case MURI_EVENT_TEMPLATE_ADDED:
      return C_ ("event", "Template added");
    case MURI_EVENT_TEMPLATE_REMOVED:
      return C_ ("event", "Template removed");
    case MURI_EVENT_TEMPLATE_CHANGED:
      return C_ ("event", "Template changed");
    case MURI_EVENT_TEMPLATE_BROKEN:
      return C_ ("event", "Template broken");
    default:
      return C_ ("event", "Something happened");
    }
}

static const char *
format_vm_event (guint kind)
{
  switch (kind)
    {
    case MURI_EVENT_VM_DEFINED:
      return C_ ("event", "Defined");
    case MURI_EVENT_VM_REMOVED:
      return C_ ("event", "Removed");
    case MURI_EVENT_VM_STARTED:
      return C_ ("event", "Started");
    case MURI_EVENT_VM_PAUSED:
      return C_ ("event", "Paused");
    case MURI_EVENT_VM_RESUMED:
      return C_ ("event", "Resumed");
    case MURI_EVENT_VM_STOPPED:
      return C_ ("event", "Stopped");
    case MURI_EVENT_VM_SAVED:
      return C_ ("event", "Saved");
    case MURI_EVENT_VM_CRASHED:
      return C_ ("event", "Crashed");
    case MURI_EVENT_VM_REBOOTED:
      return C_ ("event", "Restarted");
    case MURI_EVENT_VM_CHANGED:
      return C_ ("event", "Settings changed");
    case MURI_EVENT_VM_UNANSWERED:
      return C_ ("event", "Does not answer");
    case MURI_EVENT_VM_ANSWERED:
      return C_ ("event", "Answers again");
    case MURI_EVENT_VM_METADATA_RESTORED:
      return C_ ("event", "Groups restored");
    case MURI_EVENT_VM_METADATA_WRONG:
      return C_ ("event", "Groups cannot be read");
    default:
      return format_template_event (kind);
    }
}

const char *
muri_format_event_kind (guint kind)
{
  switch (kind)
    {
    case MURI_EVENT_AGENT_STARTED:
      return C_ ("event", "Agent started");
    case MURI_EVENT_AGENT_STOPPED:
      return C_ ("event", "Agent stopped");
    case MURI_EVENT_HYPERVISOR_LOST:
      return C_ ("event", "Hypervisor lost");
    case MURI_EVENT_HYPERVISOR_BACK:
      return C_ ("event", "Hypervisor back");
    case MURI_EVENT_OPERATION_RECEIVED:
      return C_ ("event", "Operation received");
    case MURI_EVENT_OPERATION_FINISHED:
      return C_ ("event", "Operation finished");
    case MURI_EVENT_NODE_CHANGED:
      return C_ ("event", "Groups or maintenance changed");
    case MURI_EVENT_SAMPLE_REFUSED:
      return C_ ("event", "Malformed data refused");
    case MURI_EVENT_NODE_LOST:
      return C_ ("event", "Host not heard any more");
    case MURI_EVENT_NODE_HEARD:
      return C_ ("event", "Host heard again");
    case MURI_EVENT_ALARM_BEGAN:
      return C_ ("event", "Alarm");
    case MURI_EVENT_ALARM_ENDED:
      return C_ ("event", "Alarm over");
    case MURI_EVENT_CONSOLE_NOTICE:
      return C_ ("event", "Console");
    default:
      return format_vm_event (kind);
    }
}

const char *
muri_format_severity (guint severity)
{
  switch (severity)
    {
    case MURI_SEVERITY_INFO:
      return C_ ("severity", "Information");
    case MURI_SEVERITY_NOTICE:
      return C_ ("severity", "Notice");
    case MURI_SEVERITY_WARNING:
      return C_ ("severity", "Warning");
    case MURI_SEVERITY_ERROR:
      return C_ ("severity", "Error");
    default:
      return C_ ("severity", "Unknown");
    }
}

char *
muri_format_vm_status (MuriVm *vm)
{
  const char *state = muri_format_vm_state (muri_vm_get_state (vm));
  g_autofree char *age = NULL;

  if (muri_vm_is_known (vm) || muri_vm_get_heard (vm) == 0)
    return g_strdup (state);
  age = muri_format_age (muri_vm_get_heard (vm));
  /* Translators: the last known state and its age: "Running 2 min ago" */
  return g_strdup_printf (C_ ("state and age", "%s %s"), state, age);
}

char *
muri_format_node_status (MuriNode *node)
{
  MuriNodeState state = muri_node_get_state (node);
  const char *word = muri_format_node_state (state);
  g_autofree char *age = NULL;

  if (state == MURI_NODE_UP && muri_node_get_facts (node)->maintenance)
    return g_strdup (C_ ("host", "In maintenance"));
  if (state == MURI_NODE_UP || muri_node_get_since (node) == 0)
    return g_strdup (word);
  if (state == MURI_NODE_STALE || state == MURI_NODE_UNREACHABLE)
    {
      age = muri_format_age (muri_node_get_heard (node));
      if (muri_node_get_heard (node) == 0)
        return g_strdup (word);
      /* Translators: a host's state and when it was last heard: "Unreachable, heard 2 min ago" */
      return g_strdup_printf (_ ("%s, heard %s"), word, age);
    }
  age = muri_format_duration (g_get_real_time () - muri_node_get_since (node));
  /* Translators: a host's state and for how long: "Agent stopped for 3 h" */
  return g_strdup_printf (_ ("%s for %s"), word, age);
}

static char *
format_move (MuriOperation *operation, const char *what, const char *to)
{
  const char *from = muri_operation_get_parameter (operation, MURI_PARAMETER_FROM);
  const char *name = muri_group_path_name (to);
  g_autofree char *old_parent = NULL;
  g_autofree char *new_parent = NULL;

  if (!from || muri_operation_get_parameter (operation, MURI_PARAMETER_ONLY))
    return g_strdup_printf (_ ("Move %s to %s"), what, name);
  old_parent = muri_group_path_parent (from);
  new_parent = muri_group_path_parent (to);
  if (g_strcmp0 (old_parent, new_parent) == 0)
    return g_strdup_printf (_ ("Rename Group %s to %s"), muri_group_path_name (from), name);
  if (!new_parent)
    return g_strdup_printf (_ ("Move Group %s to the Top"), name);
  return g_strdup_printf (_ ("Move Group %s into %s"), name, muri_group_path_name (new_parent));
}

/* NULL where it is not known which group it was, of an operation of others. */
static char *
format_edit (MuriOperation *operation, guint n)
{
  guint verb = muri_operation_get_verb (operation);
  const char *group = muri_operation_get_parameter (
      operation, verb == MURI_VERB_MOVE_GROUP ? MURI_PARAMETER_TO : MURI_PARAMETER_GROUP);
  g_autoptr (MuriTarget) target = g_list_model_get_item (G_LIST_MODEL (operation), 0);
  g_autofree char *number = muri_counted (ngettext ("%u Member", "%u Members", n), n);
  const char *what = n == 1 && target ? muri_target_get_name (target) : number;

  if (!group)
    return NULL;
  switch (verb)
    {
    case MURI_VERB_JOIN_GROUP:
      /* Translators: a VM's name or “3 Members”, a group's name */
      return g_strdup_printf (_ ("Add %s to %s"), what, muri_group_path_name (group));
    case MURI_VERB_LEAVE_GROUP:
      return g_strdup_printf (_ ("Remove %s from %s"), what, muri_group_path_name (group));
    case MURI_VERB_MOVE_GROUP:
      return format_move (operation, what, group);
    default:
      return NULL;
    }
}

/* What deals with a template names it, not the hosts. NULL where it is not known by name. */
static char *
format_template_operation (MuriOperation *operation, guint n)
{
  const char *name = muri_operation_get_group (operation);

  if (!name || !*name)
    return NULL;
  switch (muri_operation_get_verb (operation))
    {
    case MURI_VERB_CLONE:
      /* Translators: a number of VMs, a template's name */
      return muri_counted (ngettext ("Create %u VM from %s", "Create %u VMs from %s", n), n, name);
    case MURI_VERB_RECEIVE_TEMPLATE:
      return g_strdup_printf (_ ("Import Template %s"), name);
    case MURI_VERB_FETCH_TEMPLATE:
      /* Translators: a template's name, a number of hosts */
      return muri_counted (ngettext ("Fetch %s to %u Host", "Fetch %s to %u Hosts", n), name, n);
    case MURI_VERB_CHANGE_TEMPLATE:
      return g_strdup_printf (_ ("Change Template %s"), name);
    case MURI_VERB_DELETE_TEMPLATE:
      return g_strdup_printf (_ ("Delete Template %s"), name);
    case MURI_VERB_GENERALISE_TEMPLATE:
      return g_strdup_printf (_ ("Generalise Template %s"), name);
    default:
      return NULL;
    }
}

char *
muri_format_operation (MuriOperation *operation)
{
  guint verb = muri_operation_get_verb (operation);
  guint n = muri_operation_get_n_targets (operation);
  const char *group = muri_operation_get_group (operation);
  g_autofree char *text = format_edit (operation, n);

  if (!text)
    text = format_template_operation (operation, n);
  if (text)
    return g_steal_pointer (&text);

  /* Its target is the neighbour that calls it. */
  if (verb == MURI_VERB_WAKE && group && *group)
    return g_strdup_printf (_ ("Wake Server %s"), group);
  if (n == 1)
    {
      g_autoptr (MuriTarget) target = g_list_model_get_item (G_LIST_MODEL (operation), 0);

      return muri_format_verb_name (verb, target ? muri_target_get_name (target) : "");
    }
  text = muri_format_verb_count (verb, n);
  if (group == NULL || *group == '\0')
    return g_steal_pointer (&text);
  /* Translators: an operation and its group: "Shut Down 34 VMs of web" */
  return g_strdup_printf (C_ ("operation and group", "%s of %s"), text, group);
}

char *
muri_format_operation_counts (MuriOperation *operation)
{
  return muri_outcome_counts_join (operation, " · ");
}
