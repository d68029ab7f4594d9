/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent-history-names.h"

#include <string.h>

static const char *const prefixes[AGENT_HISTORY_N_KINDS] = {
  [AGENT_HISTORY_LOG] = "log-",
  [AGENT_HISTORY_SECONDS] = "1-",
  [AGENT_HISTORY_TENS] = "10-",
  [AGENT_HISTORY_MINUTES] = "60-",
};

const MuriTier *
agent_history_tier (AgentHistoryKind kind)
{
  static const guint steps[AGENT_HISTORY_N_KINDS] = { 1, 1, 10, 60 };
  return muri_tier_find (steps[kind]);
}

void
agent_history_name (AgentHistoryKind kind, gint64 start, char name[MURI_SEGMENT_NAME])
{
  g_snprintf (name, MURI_SEGMENT_NAME, "%s%" G_GINT64_FORMAT, prefixes[kind], start);
}

gboolean
agent_history_parse_name (const char *name, AgentHistoryKind *kind, gint64 *start)
{
  for (guint i = 0; i < AGENT_HISTORY_N_KINDS; i++)
    {
      char right[MURI_SEGMENT_NAME];
      guint64 number;
      if (!g_str_has_prefix (name, prefixes[i])
          || !g_ascii_string_to_unsigned (name + strlen (prefixes[i]), 10, 0,
                                          G_GUINT64_CONSTANT (1) << 40, &number, NULL))
        continue;

      /* Only the one way to write it. */
      agent_history_name (i, number, right);
      if (strcmp (name, right) != 0 || number % muri_tier_get_span (agent_history_tier (i)) != 0)
        return FALSE;
      *kind = i;
      *start = number;
      return TRUE;
    }
  return FALSE;
}
