/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-ledger.h"

#include "muri-fleet-private.h"
#include "muri-uuid.h"

#include <string.h>

/* ---- virsh ---- */

static const char *
find_command (guint verb)
{
  switch (verb)
    {
    case MURI_VERB_POWER_ON:
      return "start";
    case MURI_VERB_RESUME:
      return "resume";
    case MURI_VERB_POWER_OFF:
      return "destroy";
    case MURI_VERB_SHUTDOWN:
      return "shutdown";
    case MURI_VERB_RESET:
      return "reset";
    case MURI_VERB_REBOOT:
      return "reboot";
    case MURI_VERB_PAUSE:
      return "suspend";
    case MURI_VERB_SAVE:
      return "managedsave";
    default:
      return NULL;
    }
}

/* The same driver over SSH, as virsh is used from afar: qemu+ssh://host/system. What names a file
 * of its host is that host's alone. */
static char *
make_uri (const char *uri, const char *host)
{
  const char *colon = strstr (uri, "://");
  g_autofree char *driver = colon != NULL ? g_strndup (uri, (gsize)(colon - uri)) : NULL;
  const char *path = colon != NULL ? strchr (colon + 3, '/') : NULL;
  char *plus = driver != NULL ? strchr (driver, '+') : NULL;

  if (path == NULL || *host == '\0')
    return g_strdup (uri);
  if (plus != NULL)
    *plus = '\0';
  return g_strdup_printf ("%s+ssh://%s%.*s", driver, host, (int)strcspn (path, "?"), path);
}

static void
append_command (GString *lines, const char *command, MuriTarget *target, MuriNode *node)
{
  char id[MURI_UUID_TEXT];
  g_autofree char *uri = make_uri (node != NULL ? muri_node_get_facts (node)->uri : "",
                                   muri_target_get_node_name (target));
  g_autofree char *quoted_uri = g_shell_quote (uri);
  g_autofree char *name = g_shell_quote (muri_target_get_name (target));

  /* A name that begins with a dash would be an option. */
  if (*muri_target_get_name (target) == '\0' || *muri_target_get_name (target) == '-')
    {
      g_free (name);
      name = g_strdup (muri_uuid_format (&muri_target_get_key (target)->vm, id));
    }
  g_string_append_printf (lines, "virsh -c %s %s --domain %s\n", quoted_uri, command, name);
}

/**
 * muri_fleet_to_commands:
 * @fleet: a fleet
 * @operation: one that is in its ledger
 *
 * Returns: (transfer full): a line of the shell for each VM that does what @operation asks; empty
 *   where virsh knows no such command
 */
char *
muri_fleet_to_commands (MuriFleet *fleet, MuriOperation *operation)
{
  const char *command = find_command (muri_operation_get_verb (operation));
  GString *lines = g_string_new (NULL);

  for (guint i = 0; command != NULL && i < muri_operation_get_n_targets (operation); i++)
    {
      MuriTarget *target = muri_operation_peek_target (operation, i);
      const MuriTargetKey *key = muri_target_get_key (target);

      if (!muri_uuid_is_zero (&key->vm))
        append_command (lines, command, target, muri_fleet_lookup_node (fleet, &key->node));
    }
  return g_string_free (lines, FALSE);
}

/* ---- CSV ---- */

static const char *
name_state (guint state)
{
  switch (state)
    {
    case MURI_TARGET_STORED:
      return "stored";
    case MURI_TARGET_SENT:
      return "sent";
    case MURI_TARGET_UNREACHABLE:
      return "unreachable";
    case MURI_TARGET_UNSENT:
      return "unsent";
    case MURI_TARGET_WAITING:
      return "waiting";
    default:
      return muri_outcome_to_nick (state);
    }
}

/* Quoted always. A spreadsheet would take what begins so for a formula. */
static void
append_text (GString *line, const char *text)
{
  g_string_append (line, line->len > 0 && line->str[line->len - 1] != '\n' ? ",\"" : "\"");
  if (text != NULL && strchr ("=+-@\t\r", *text) != NULL && *text != '\0')
    g_string_append_c (line, '\'');
  for (const char *p = text != NULL ? text : ""; *p != '\0'; p++)
    {
      if (*p == '"')
        g_string_append_c (line, '"');
      g_string_append_c (line, *p);
    }
  g_string_append_c (line, '"');
}

static void
append_time (GString *line, gint64 time)
{
  g_autoptr (GDateTime) at =
      time > 0 ? g_date_time_new_from_unix_utc (time / G_TIME_SPAN_SECOND) : NULL;
  g_autofree char *text = at != NULL ? g_date_time_format_iso8601 (at) : NULL;

  append_text (line, text);
}

static void
append_target (GString *text, MuriOperation *operation, MuriTarget *target)
{
  gint64 started = muri_target_get_started (target);
  gint64 finished = muri_target_get_finished (target);
  char seconds[G_ASCII_DTOSTR_BUF_SIZE] = "";
  g_autofree char *batch = g_strdup_printf ("%u", muri_target_get_batch (target));

  if (started > 0 && finished >= started)
    g_ascii_formatd (seconds, sizeof seconds, "%.3f",
                     (double)(finished - started) / G_TIME_SPAN_SECOND);
  append_text (text, muri_operation_get_id (operation));
  append_text (text, muri_verb_to_nick (muri_operation_get_verb (operation)));
  append_text (text, muri_operation_get_issuer (operation));
  append_time (text, muri_operation_get_issued (operation));
  append_text (text, muri_operation_get_group (operation));
  append_text (text, muri_target_get_name (target));
  append_text (text, muri_target_get_node_name (target));
  append_text (text, batch);
  append_text (text, name_state (muri_target_get_state (target)));
  append_time (text, started);
  append_time (text, finished);
  append_text (text, seconds);
  append_text (text, muri_target_get_message (target));
  g_string_append (text, "\r\n");
}

/**
 * muri_operation_to_csv:
 * @operation: an operation
 *
 * Returns: (transfer full): a line a target behind a line of titles, after RFC 4180; words are
 *   those of logs, times are UTC
 */
char *
muri_operation_to_csv (MuriOperation *operation)
{
  GString *text =
      g_string_new ("operation,verb,issuer,issued,group,target,host,batch,state,started,finished,"
                    "seconds,message\r\n");

  for (guint i = 0; i < muri_operation_get_n_targets (operation); i++)
    append_target (text, operation, muri_operation_peek_target (operation, i));
  return g_string_free (text, FALSE);
}
