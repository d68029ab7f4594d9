/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent-history-pack.h"

#include <math.h>
#include <unistd.h>

#include "agent-history-output.h"
#include "muri-uuid.h"

/* Of a log's span. */
#define SECONDS 300

#define N_OUTPUTS (AGENT_HISTORY_N_KINDS - AGENT_HISTORY_SECONDS)

typedef struct
{
  gint64 start;
  GBytes *log;
  GArray *frames;  /* MuriSegmentEntry, ascending by object, then in the order of time */
  GArray *objects; /* muri_v1_Uuid, ascending: of the log and of what there was before */
  AgentHistoryOutput outputs[N_OUTPUTS];

  float (*seconds)[MURI_N_FIGURES]; /* of the object at hand */
} Pack;

static void
pack_clear (Pack *pack)
{
  for (guint i = 0; i < N_OUTPUTS; i++)
    agent_history_output_clear (&pack->outputs[i]);
  g_clear_pointer (&pack->log, g_bytes_unref);
  g_clear_pointer (&pack->frames, g_array_unref);
  g_clear_pointer (&pack->objects, g_array_unref);
  g_free (pack->seconds);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Pack, pack_clear)

/* ---- which objects ---- */

static int
compare_frames (gconstpointer a, gconstpointer b)
{
  const MuriSegmentEntry *x = a;
  const MuriSegmentEntry *y = b;
  int order = muri_uuid_compare (&x->object, &y->object);
  return order != 0 ? order : (x->offset > y->offset) - (x->offset < y->offset);
}

static int
compare_objects (gconstpointer a, gconstpointer b)
{
  return muri_uuid_compare (a, b);
}

static void
add_objects (GArray *objects, GArray *entries)
{
  for (guint i = 0; i < entries->len; i++)
    g_array_append_val (objects, g_array_index (entries, MuriSegmentEntry, i).object);
}

static void
sort_objects (GArray *objects)
{
  guint n = 0;
  g_array_sort (objects, compare_objects);
  for (guint i = 0; i < objects->len; i++)
    {
      const muri_v1_Uuid *object = &g_array_index (objects, muri_v1_Uuid, i);
      if (n == 0 || !muri_uuid_equal (object, &g_array_index (objects, muri_v1_Uuid, n - 1)))
        g_array_index (objects, muri_v1_Uuid, n++) = *object;
    }
  g_array_set_size (objects, n);
}

static void
collect_objects (Pack *pack, AgentHistoryFiles *files)
{
  pack->objects = g_array_new (FALSE, FALSE, sizeof (muri_v1_Uuid));
  add_objects (pack->objects, pack->frames);
  for (guint i = 0; i < N_OUTPUTS; i++)
    {
      const AgentHistoryKind kind = AGENT_HISTORY_SECONDS + i;
      gint64 start = muri_tier_get_start (agent_history_tier (kind), pack->start);
      g_autoptr (GBytes) bytes = agent_history_files_read (files, kind, start, NULL);
      gsize length = 0;
      gconstpointer data = bytes != NULL ? g_bytes_get_data (bytes, &length) : NULL;
      g_autoptr (MuriSegment) segment =
          data != NULL ? muri_segment_parse (data, length, NULL) : NULL;
      if (segment != NULL)
        add_objects (pack->objects, segment->entries);
    }
  sort_objects (pack->objects);
}

/* ---- one object ---- */

/* What is there stays as it is: a second has one value. */
static void
take_seconds (Pack *pack, MuriChunk *chunk)
{
  const gint64 shift = muri_chunk_get_start (chunk) - pack->start;
  guint n_columns;
  const MuriChunkColumn *columns = muri_chunk_get_columns (chunk, &n_columns);
  for (guint i = 0; i < n_columns; i++)
    for (guint slot = 0; slot < muri_chunk_get_slots (chunk); slot++)
      {
        const gint64 at = shift + slot;
        if (at >= 0 && at < SECONDS && isnan (pack->seconds[at][columns[i].figure]))
          pack->seconds[at][columns[i].figure] = columns[i].average[slot];
      }
}

static void
read_seconds (Pack *pack, const MuriSegmentEntry *frames, guint n_frames,
              const muri_v1_Uuid *object)
{
  const guint8 *data = g_bytes_get_data (pack->log, NULL);
  g_autoptr (MuriChunk) before = agent_history_output_get_before (&pack->outputs[0], object);
  for (guint i = 0; i < SECONDS; i++)
    muri_figures_forget (pack->seconds[i], MURI_N_FIGURES);
  if (before != NULL)
    take_seconds (pack, before);
  for (guint i = 0; i < n_frames; i++)
    {
      g_autoptr (MuriChunk) chunk =
          muri_chunk_decode (data + frames[i].offset, frames[i].length, NULL);
      if (chunk != NULL && muri_chunk_get_step (chunk) == 1)
        take_seconds (pack, chunk);
    }
}

/* Of each slot and figure what is known better, and of two alike what there was. */
static void
merge_before (MuriChunk *before, guint slot, MuriRollup *rollups)
{
  guint n_columns;
  const MuriChunkColumn *columns = muri_chunk_get_columns (before, &n_columns);
  if (slot >= muri_chunk_get_slots (before))
    return;
  for (guint i = 0; i < n_columns; i++)
    if (columns[i].known[slot] > 0 && columns[i].known[slot] >= rollups[columns[i].figure].known)
      {
        rollups[columns[i].figure] = (MuriRollup){ 0 };
        muri_chunk_roll_up (before, columns[i].figure, slot, 1, &rollups[columns[i].figure]);
      }
}

static gboolean
is_known (const MuriRollup *rollups)
{
  for (guint i = 0; i < MURI_N_FIGURES; i++)
    if (rollups[i].known > 0)
      return TRUE;
  return FALSE;
}

static gboolean
write_builder (AgentHistoryOutput *output, const muri_v1_Uuid *object, MuriChunkBuilder *builder,
               GError **error)
{
  g_autoptr (GBytes) chunk = muri_chunk_builder_encode (builder, TRUE);
  return chunk == NULL
         || agent_history_output_add (output, object, chunk, muri_chunk_builder_get_used (builder),
                                      error);
}

static gboolean
write_tier (Pack *pack, AgentHistoryOutput *output, const muri_v1_Uuid *object, GError **error)
{
  const MuriTier *tier = agent_history_tier (output->kind);
  const guint first = (pack->start - output->after.start) / tier->step;
  const guint n = SECONDS / tier->step;
  g_autoptr (MuriChunk) before = agent_history_output_get_before (output, object);
  g_autoptr (MuriChunkBuilder) builder =
      muri_chunk_builder_new (tier->step, output->after.start, tier->slots);
  const guint end = before != NULL ? MAX (first + n, muri_chunk_get_slots (before)) : first + n;
  for (guint slot = before != NULL ? 0 : first; slot < end; slot++)
    {
      MuriRollup rollups[MURI_N_FIGURES] = { 0 };
      for (guint i = 0; slot >= first && slot < first + n && i < tier->step; i++)
        for (guint figure = 0; figure < MURI_N_FIGURES; figure++)
          muri_rollup_add (&rollups[figure],
                           pack->seconds[(slot - first) * tier->step + i][figure]);
      if (before != NULL)
        merge_before (before, slot, rollups);
      if (is_known (rollups))
        muri_chunk_builder_add (builder, slot, rollups, MURI_N_FIGURES);
    }
  return write_builder (output, object, builder, error);
}

static gboolean
write_object (Pack *pack, const muri_v1_Uuid *object, const MuriSegmentEntry *frames,
              guint n_frames, GError **error)
{
  if (n_frames > 0)
    read_seconds (pack, frames, n_frames, object);
  for (guint i = 0; i < N_OUTPUTS; i++)
    if (n_frames > 0 ? !write_tier (pack, &pack->outputs[i], object, error)
                     : !agent_history_output_keep (&pack->outputs[i], object, error))
      return FALSE;
  return TRUE;
}

/* ---- all of them ---- */

static gboolean
write_objects (Pack *pack, GError **error)
{
  const MuriSegmentEntry *frames = (const MuriSegmentEntry *)(gconstpointer)pack->frames->data;
  guint at = 0;
  for (guint i = 0; i < pack->objects->len; i++)
    {
      const muri_v1_Uuid *object = &g_array_index (pack->objects, muri_v1_Uuid, i);
      guint end = at;
      while (end < pack->frames->len && muri_uuid_equal (&frames[end].object, object))
        end++;
      if (!write_object (pack, object, frames + at, end - at, error))
        return FALSE;
      at = end;
    }
  return TRUE;
}

static gboolean
open_outputs (Pack *pack, AgentHistoryFiles *files, GError **error)
{
  for (guint i = 0; i < N_OUTPUTS; i++)
    {
      const AgentHistoryKind kind = AGENT_HISTORY_SECONDS + i;
      gint64 start = muri_tier_get_start (agent_history_tier (kind), pack->start);
      if (!agent_history_output_open (&pack->outputs[i], files, kind, start, pack->objects->len,
                                      error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
finish (Pack *pack, AgentHistoryFiles *files, GError **error)
{
  for (guint i = 0; i < N_OUTPUTS; i++)
    if (!agent_history_output_sync (&pack->outputs[i], error))
      return FALSE;
  for (guint i = 0; i < N_OUTPUTS; i++)
    if (!agent_history_output_finish (&pack->outputs[i], error))
      return FALSE;
  if (fsync (files->fd) != 0)
    return agent_history_fail (error, "cannot write", "history");
  return TRUE;
}

gboolean
agent_history_pack (AgentHistoryFiles *files, gint64 start, GError **error)
{
  g_auto (Pack) pack = { .start = start };
  g_autoptr (GError) local = NULL;
  pack.log = agent_history_files_read (files, AGENT_HISTORY_LOG, start, &local);
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  if (pack.log != NULL)
    {
      gsize length;
      gconstpointer data = g_bytes_get_data (pack.log, &length);
      pack.frames = muri_segment_index_log (data, length);
      g_array_sort (pack.frames, compare_frames);
    }
  if (pack.frames != NULL && pack.frames->len > 0)
    {
      pack.seconds = g_malloc_n (SECONDS, sizeof *pack.seconds);
      collect_objects (&pack, files);
      if (!open_outputs (&pack, files, error) || !write_objects (&pack, error)
          || !finish (&pack, files, error))
        return FALSE;
    }
  agent_history_files_remove (files, AGENT_HISTORY_LOG, start);
  return TRUE;
}
