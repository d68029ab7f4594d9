/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent-history-ring.h"

#include "agent-history-pack.h"

/* After so many seconds without a jump of the clock, what lies ahead of it was written under a
 * clock that was wrong. Right after a jump it may be this one that is wrong. */
#define STEADY 900

/* Rows further apart than this do not follow one another. */
#define GAP 60

struct _AgentHistoryRing
{
  AgentHistoryFiles *files;
  AgentHistoryLog *log;
  gint64 newest;
  gint64 steady;
};

AgentHistoryRing *
agent_history_ring_open (const char *directory, guint64 cap, GError **error)
{
  AgentHistoryFiles *files = agent_history_files_open (directory, cap, error);
  AgentHistoryRing *ring;
  if (files == NULL)
    return NULL;
  ring = g_new0 (AgentHistoryRing, 1);
  ring->files = files;
  return ring;
}

void
agent_history_ring_close (AgentHistoryRing *ring)
{
  g_clear_pointer (&ring->log, agent_history_log_close);
  agent_history_files_close (ring->files);
  g_free (ring);
}

guint64
agent_history_ring_get_size (AgentHistoryRing *ring)
{
  return agent_history_files_get_size (ring->files);
}

static gint64
span_of (gint64 second)
{
  return muri_tier_get_start (agent_history_tier (AGENT_HISTORY_LOG), second);
}

static gboolean
append_span (AgentHistoryRing *ring, const AgentHistoryRow *rows, guint n_rows, GError **error)
{
  const gint64 start = span_of (rows[0].second);
  if (ring->log != NULL && ring->log->start != start)
    g_clear_pointer (&ring->log, agent_history_log_close);
  if (ring->log == NULL)
    ring->log = agent_history_log_open (ring->files, start, error);
  if (ring->log == NULL)
    return FALSE;
  if (agent_history_log_append (ring->log, ring->files, rows, n_rows, error))
    return TRUE;

  /* What it has now is for the next opening to find out. */
  g_clear_pointer (&ring->log, agent_history_log_close);
  return FALSE;
}

static gboolean
pack_all (AgentHistoryRing *ring, GError **error)
{
  GArray *logs = ring->files->list[AGENT_HISTORY_LOG];
  for (guint i = 0; i < logs->len;)
    {
      gint64 start = g_array_index (logs, AgentHistoryFile, i).start;
      if (start == ring->log->start)
        i++;
      else if (!agent_history_pack (ring->files, start, error))
        return FALSE;
    }
  return TRUE;
}

static void
watch_clock (AgentHistoryRing *ring, const AgentHistoryRow *rows, guint n_rows)
{
  for (guint i = 0; i < n_rows; i++)
    {
      const gint64 passed = rows[i].second - ring->newest;
      ring->steady = passed > 0 && passed <= GAP ? ring->steady + passed : 0;
      ring->newest = rows[i].second;
    }
}

gboolean
agent_history_ring_append (AgentHistoryRing *ring, const AgentHistoryRow *rows, guint n_rows,
                           GError **error)
{
  gboolean packed;
  for (guint i = 0; i < n_rows;)
    {
      const gint64 span = span_of (rows[i].second);
      guint end = i + 1;
      while (end < n_rows && span_of (rows[end].second) == span)
        end++;
      if (!append_span (ring, rows + i, end - i, error))
        return FALSE;
      i = end;
    }
  if (n_rows == 0)
    return TRUE;
  watch_clock (ring, rows, n_rows);
  packed = pack_all (ring, error);
  agent_history_files_trim (ring->files, ring->newest, ring->log->start, ring->steady >= STEADY);
  return packed;
}
