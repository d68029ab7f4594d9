/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-ledger.h"

#include "muri-operation-private.h"
#include "muri-words.h"

#include <string.h>

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
