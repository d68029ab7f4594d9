/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-counted.h"
#include "muri-format.h"

#include "muri-words.h"

#include <glib/gi18n.h>

/* A verb on buttons, while it is under way, and of one target that is named. */
typedef struct
{
  guint verb;
  const char *name;
  const char *ing;
  const char *named;
} Words;

static const Words words[] = {
  { MURI_VERB_POWER_ON, NC_ ("verb", "Start"), NC_ ("verb under way", "Starting"),
    NC_ ("verb and VM", "Start %s") },
  { MURI_VERB_RESUME, NC_ ("verb", "Resume"), NC_ ("verb under way", "Resuming"),
    NC_ ("verb and VM", "Resume %s") },
  { MURI_VERB_POWER_OFF, NC_ ("verb", "Force Off"), NC_ ("verb under way", "Forcing off"),
    NC_ ("verb and VM", "Force Off %s") },
  { MURI_VERB_SHUTDOWN, NC_ ("verb", "Shut Down"), NC_ ("verb under way", "Shutting down"),
    NC_ ("verb and VM", "Shut Down %s") },
  { MURI_VERB_RESET, NC_ ("verb", "Force Restart"), NC_ ("verb under way", "Forcing a restart"),
    NC_ ("verb and VM", "Force Restart %s") },
  { MURI_VERB_REBOOT, NC_ ("verb", "Restart"), NC_ ("verb under way", "Restarting"),
    NC_ ("verb and VM", "Restart %s") },
  { MURI_VERB_PAUSE, NC_ ("verb", "Pause"), NC_ ("verb under way", "Pausing"),
    NC_ ("verb and VM", "Pause %s") },
  { MURI_VERB_SAVE, NC_ ("verb", "Save"), NC_ ("verb under way", "Saving"),
    NC_ ("verb and VM", "Save %s") },
  { MURI_VERB_JOIN_GROUP, NC_ ("verb", "Add to Group"), NC_ ("verb under way", "Adding to a group"),
    NC_ ("verb and VM", "Add %s to a Group") },
  { MURI_VERB_LEAVE_GROUP, NC_ ("verb", "Remove from Group"),
    NC_ ("verb under way", "Removing from a group"),
    NC_ ("verb and VM", "Remove %s from a Group") },
  { MURI_VERB_MOVE_GROUP, NC_ ("verb", "Move to Group"),
    NC_ ("verb under way", "Moving to a group"), NC_ ("verb and VM", "Move %s to a Group") },
  { MURI_VERB_GUARD, NC_ ("verb", "Protect"), NC_ ("verb under way", "Protecting"),
    NC_ ("verb and VM", "Protect %s") },
  { MURI_VERB_UNGUARD, NC_ ("verb", "Remove Protection"),
    NC_ ("verb under way", "Removing protection"), NC_ ("verb and VM", "Remove Protection of %s") },
  { MURI_VERB_CLONE, NC_ ("verb", "Create"), NC_ ("verb under way", "Creating"),
    NC_ ("verb and VM", "Create %s") },
  { MURI_VERB_DELETE, NC_ ("verb", "Delete"), NC_ ("verb under way", "Deleting"),
    NC_ ("verb and VM", "Delete %s") },
  { MURI_VERB_FLATTEN, NC_ ("verb", "Make Independent"),
    NC_ ("verb under way", "Making independent"), NC_ ("verb and VM", "Make %s Independent") },
  { MURI_VERB_RESIZE, NC_ ("verb", "Change Resources"),
    NC_ ("verb under way", "Changing resources"), NC_ ("verb and VM", "Change Resources of %s") },
  { MURI_VERB_MAKE_TEMPLATE, NC_ ("verb", "Make Template"),
    NC_ ("verb under way", "Making a template"), NC_ ("verb and VM", "Make a Template of %s") },
  { MURI_VERB_REFRESH_STORAGE, NC_ ("verb", "Refresh Storage"),
    NC_ ("verb under way", "Refreshing storage"), NC_ ("verb and VM", "Refresh Storage of %s") },
  { MURI_VERB_MAINTENANCE_ON, NC_ ("verb", "Enter Maintenance"),
    NC_ ("verb under way", "Entering maintenance"),
    NC_ ("verb and VM", "Enter Maintenance on %s") },
  { MURI_VERB_MAINTENANCE_OFF, NC_ ("verb", "Leave Maintenance"),
    NC_ ("verb under way", "Leaving maintenance"), NC_ ("verb and VM", "Leave Maintenance on %s") },
  { MURI_VERB_HOST_SHUTDOWN, NC_ ("verb", "Shut Down Server"),
    NC_ ("verb under way", "Shutting down a server"), NC_ ("verb and VM", "Shut Down Server %s") },
  { MURI_VERB_HOST_REBOOT, NC_ ("verb", "Restart Server"),
    NC_ ("verb under way", "Restarting a server"), NC_ ("verb and VM", "Restart Server %s") },
  { MURI_VERB_WAKE, NC_ ("verb", "Wake Server"), NC_ ("verb under way", "Waking a server"),
    NC_ ("verb and VM", "Wake a Server from %s") },
  { MURI_VERB_RECEIVE_TEMPLATE, NC_ ("verb", "Import Template"),
    NC_ ("verb under way", "Importing a template"),
    NC_ ("verb and VM", "Import a Template to %s") },
  { MURI_VERB_FETCH_TEMPLATE, NC_ ("verb", "Fetch Template"),
    NC_ ("verb under way", "Fetching a template"), NC_ ("verb and VM", "Fetch a Template to %s") },
  { MURI_VERB_CHANGE_TEMPLATE, NC_ ("verb", "Change Template"),
    NC_ ("verb under way", "Changing a template"), NC_ ("verb and VM", "Change a Template on %s") },
  { MURI_VERB_DELETE_TEMPLATE, NC_ ("verb", "Delete Template"),
    NC_ ("verb under way", "Deleting a template"), NC_ ("verb and VM", "Delete a Template on %s") },
  { MURI_VERB_GENERALISE_TEMPLATE, NC_ ("verb", "Generalise Template"),
    NC_ ("verb under way", "Generalising a template"),
    NC_ ("verb and VM", "Generalise a Template on %s") },
};

static const Words unknown = {
  MURI_VERB_NONE,
  NC_ ("verb", "Unknown operation"),
  NC_ ("verb under way", "Working"),
  NC_ ("verb and VM", "Unknown operation on %s"),
};

static const Words *
find (guint verb)
{
  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if (words[i].verb == verb)
      return &words[i];
  return &unknown;
}

const char *
muri_format_verb (guint verb)
{
  return g_dpgettext2 (NULL, "verb", find (verb)->name);
}

const char *
muri_format_verb_ing (guint verb)
{
  return g_dpgettext2 (NULL, "verb under way", find (verb)->ing);
}

/* Of the life of VMs and of templates. */
static char *
format_life_count (guint verb, guint n)
{
  switch (verb)
    {
    case MURI_VERB_CLONE:
      return muri_counted (ngettext ("Create %u VM", "Create %u VMs", n), n);
    case MURI_VERB_DELETE:
      return muri_counted (ngettext ("Delete %u VM", "Delete %u VMs", n), n);
    case MURI_VERB_FLATTEN:
      return muri_counted (ngettext ("Make %u VM Independent", "Make %u VMs Independent", n), n);
    case MURI_VERB_RESIZE:
      return muri_counted (ngettext ("Change Resources of %u VM", "Change Resources of %u VMs", n),
                           n);
    case MURI_VERB_MAKE_TEMPLATE:
      return muri_counted (ngettext ("Make a Template of %u VM", "Make Templates of %u VMs", n), n);
    case MURI_VERB_RECEIVE_TEMPLATE:
      return muri_counted (
          ngettext ("Import a Template to %u Host", "Import a Template to %u Hosts", n), n);
    case MURI_VERB_FETCH_TEMPLATE:
      return muri_counted (
          ngettext ("Fetch a Template to %u Host", "Fetch a Template to %u Hosts", n), n);
    case MURI_VERB_CHANGE_TEMPLATE:
      return muri_counted (
          ngettext ("Change a Template on %u Host", "Change a Template on %u Hosts", n), n);
    case MURI_VERB_DELETE_TEMPLATE:
      return muri_counted (
          ngettext ("Delete a Template on %u Host", "Delete a Template on %u Hosts", n), n);
    case MURI_VERB_GENERALISE_TEMPLATE:
      return muri_counted (
          ngettext ("Generalise a Template on %u Host", "Generalise a Template on %u Hosts", n), n);
    default:
      return muri_counted (
          ngettext ("Unknown operation on %u VM", "Unknown operation on %u VMs", n), n);
    }
}

/* A switch, since every language has plurals of its own: xgettext wants to see them together. */
char *
muri_format_verb_count (guint verb, guint n)
{
  switch (verb)
    {
    case MURI_VERB_POWER_ON:
      return muri_counted (ngettext ("Start %u VM", "Start %u VMs", n), n);
    case MURI_VERB_RESUME:
      return muri_counted (ngettext ("Resume %u VM", "Resume %u VMs", n), n);
    case MURI_VERB_POWER_OFF:
      return muri_counted (ngettext ("Force Off %u VM", "Force Off %u VMs", n), n);
    case MURI_VERB_SHUTDOWN:
      return muri_counted (ngettext ("Shut Down %u VM", "Shut Down %u VMs", n), n);
    case MURI_VERB_RESET:
      return muri_counted (ngettext ("Force Restart %u VM", "Force Restart %u VMs", n), n);
    case MURI_VERB_REBOOT:
      return muri_counted (ngettext ("Restart %u VM", "Restart %u VMs", n), n);
    case MURI_VERB_PAUSE:
      return muri_counted (ngettext ("Pause %u VM", "Pause %u VMs", n), n);
    case MURI_VERB_SAVE:
      return muri_counted (ngettext ("Save %u VM", "Save %u VMs", n), n);
    case MURI_VERB_JOIN_GROUP:
      return muri_counted (ngettext ("Add %u to a Group", "Add %u to a Group", n), n);
    case MURI_VERB_LEAVE_GROUP:
      return muri_counted (ngettext ("Remove %u from a Group", "Remove %u from a Group", n), n);
    case MURI_VERB_MOVE_GROUP:
      return muri_counted (ngettext ("Move %u to a Group", "Move %u to a Group", n), n);
    case MURI_VERB_GUARD:
      return muri_counted (ngettext ("Protect %u VM", "Protect %u VMs", n), n);
    case MURI_VERB_UNGUARD:
      return muri_counted (
          ngettext ("Remove Protection of %u VM", "Remove Protection of %u VMs", n), n);
    case MURI_VERB_REFRESH_STORAGE:
      return muri_counted (
          ngettext ("Refresh Storage of %u Host", "Refresh Storage of %u Hosts", n), n);
    case MURI_VERB_MAINTENANCE_ON:
      return muri_counted (
          ngettext ("Enter Maintenance on %u Host", "Enter Maintenance on %u Hosts", n), n);
    case MURI_VERB_MAINTENANCE_OFF:
      return muri_counted (
          ngettext ("Leave Maintenance on %u Host", "Leave Maintenance on %u Hosts", n), n);
    case MURI_VERB_HOST_SHUTDOWN:
      return muri_counted (ngettext ("Shut Down %u Server", "Shut Down %u Servers", n), n);
    case MURI_VERB_HOST_REBOOT:
      return muri_counted (ngettext ("Restart %u Server", "Restart %u Servers", n), n);
    case MURI_VERB_WAKE:
      return muri_counted (
          ngettext ("Wake a Server from %u Host", "Wake a Server from %u Hosts", n), n);
    default:
      return format_life_count (verb, n);
    }
}

char *
muri_format_verb_name (guint verb, const char *name)
{
  /* The formats are of the table: the compiler cannot see that each takes a name. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  return g_strdup_printf (g_dpgettext2 (NULL, "verb and VM", find (verb)->named), name);
#pragma GCC diagnostic pop
}
