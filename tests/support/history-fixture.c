/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "history-fixture.h"

#include <math.h>
#include <string.h>

#include "muri-figures.h"
#include "muri-segment.h"
#include "muri-uuid.h"
#include "muri-words.h"

/* ---- the figures ---- */

/* Any bits from any bits: the finalizer of a well-known hash does. */
static guint32
mix (gint64 second, guint vm, guint figure, guint world)
{
  guint64 x =
      (guint64)second * 0x9e3779b97f4a7c15u + vm * 1000003u + figure * 10007u + world * 101u;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
  return (guint32)(x >> 32);
}

static float
raw_value (gint64 second, guint vm, MuriFigure figure, guint world)
{
  const float noise = (float)(mix (second, vm, figure, world) / 4294967296.0);
  const float wave = 0.5f + 0.5f * sinf ((float)(second % 3600) * 0.00175f + (float)vm);
  switch (figure)
    {
    case MURI_FIGURE_CPU:
    case MURI_FIGURE_HOST_CPU:
      return 0.9f * wave * wave + 0.1f * noise;
    case MURI_FIGURE_MEMORY:
      return 1024.0f * (float)(guint32)(524288 + 1000 * wave + 100 * noise);
    default:
      return 1e6f * wave * noise;
    }
}

static gboolean
is_known (gint64 second, guint vm, guint world)
{
  return mix (second / 7, vm, 99, world) % 16 != 0;
}

muri_v1_Uuid
history_vm (guint index)
{
  muri_v1_Uuid vm = { { 0xfa, 0xce } };
  vm.b[15] = index;
  return vm;
}

static const guint vm_figures =
    MURI_VM_FIGURE_CPU | MURI_VM_FIGURE_MEMORY | MURI_VM_FIGURE_DISK | MURI_VM_FIGURE_NET;

static void
fill_vm (gint64 second, guint vm, guint world, muri_v1_VmFigures *figures)
{
  figures->vm = history_vm (vm);
  if (!is_known (second, vm, world))
    return;
  figures->known = vm_figures;
  figures->cpu = raw_value (second, vm, MURI_FIGURE_CPU, world);
  figures->host_cpu = raw_value (second, vm, MURI_FIGURE_HOST_CPU, world);
  figures->memory = (guint32)(raw_value (second, vm, MURI_FIGURE_MEMORY, world) / 1024);
  figures->disk_read = raw_value (second, vm, MURI_FIGURE_DISK_READ, world);
  figures->disk_write = raw_value (second, vm, MURI_FIGURE_DISK_WRITE, world);
  figures->disk_requests = raw_value (second, vm, MURI_FIGURE_DISK_REQUESTS, world);
  figures->net_rx = raw_value (second, vm, MURI_FIGURE_NET_RX, world);
  figures->net_tx = raw_value (second, vm, MURI_FIGURE_NET_TX, world);
}

AgentHistoryRow *
history_rows (gint64 first, guint n_rows, guint n_vms, guint world)
{
  AgentHistoryRow *rows = g_new0 (AgentHistoryRow, n_rows);
  for (guint i = 0; i < n_rows; i++)
    {
      muri_v1_VmFigures *vms = g_new0 (muri_v1_VmFigures, n_vms);
      rows[i].second = first + i;
      rows[i].host.known = MURI_NODE_FIGURE_MEMORY;
      rows[i].host.memory = (guint64)(raw_value (first + i, 0, MURI_FIGURE_MEMORY, world) / 1024);
      for (guint j = 0; j < n_vms; j++)
        fill_vm (first + i, j + 1, world, &vms[j]);
      rows[i].n_vms = n_vms;
      rows[i].vms = vms;
    }
  return rows;
}

void
history_rows_free (AgentHistoryRow *rows, guint n_rows)
{
  for (guint i = 0; i < n_rows; i++)
    g_free ((gpointer)rows[i].vms);
  g_free (rows);
}

float
history_expected (gint64 second, guint vm, MuriFigure figure, guint world)
{
  const MuriPrecision precision = muri_figure_get_info (figure)->precision;
  if ((vm == 0 && figure != MURI_FIGURE_MEMORY) || (vm > 0 && !is_known (second, vm, world))
      || figure == MURI_FIGURE_DISK_LATENCY)
    return NAN;
  return muri_figure_restore (
      muri_figure_quantize (raw_value (second, vm, figure, world), precision), precision);
}

/* ---- what is there ---- */

static void
take_chunk (const muri_v1_Uuid *object, MuriChunk *chunk, gpointer user_data)
{
  GHashTable *chunks = user_data;
  GPtrArray *list = g_hash_table_lookup (chunks, object);
  if (list == NULL)
    {
      list = g_ptr_array_new_with_free_func ((GDestroyNotify)muri_chunk_unref);
      g_hash_table_insert (chunks, g_memdup2 (object, sizeof *object), list);
    }
  g_ptr_array_add (list, muri_chunk_ref (chunk));
}

static void
read_segment (const guint8 *data, gsize length, gint64 start, GHashTable *chunks)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MuriSegment) segment = muri_segment_parse (data, length, &error);
  guint used = 0;
  g_assert_no_error (error);
  g_assert_cmpint (segment->start, ==, start);
  for (guint i = 0; i < segment->entries->len; i++)
    {
      const MuriSegmentEntry *entry = &g_array_index (segment->entries, MuriSegmentEntry, i);
      g_assert_cmpuint ((gsize)entry->offset + entry->length, <=, length);
      g_autoptr (MuriChunk) chunk = muri_chunk_decode (data + entry->offset, entry->length, &error);
      g_assert_no_error (error);
      g_assert_cmpint (muri_chunk_get_start (chunk), ==, start);
      g_assert_cmpuint (muri_chunk_get_step (chunk), ==, segment->step);
      used = MAX (used, muri_chunk_get_slots (chunk));
      take_chunk (&entry->object, chunk, chunks);
    }
  g_assert_cmpuint (segment->used, ==, used);
}

HistoryContents *
history_read (const char *directory)
{
  HistoryContents *contents = g_new0 (HistoryContents, 1);
  g_autoptr (GDir) dir = g_dir_open (directory, 0, NULL);
  const char *name;
  for (guint i = 0; i < AGENT_HISTORY_N_KINDS; i++)
    contents->chunks[i] = g_hash_table_new_full (muri_uuid_hash, muri_uuid_equal, g_free,
                                                 (GDestroyNotify)g_ptr_array_unref);
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (directory, name, NULL);
      g_autofree char *data = NULL;
      AgentHistoryKind kind;
      gint64 start;
      gsize length;
      g_assert_true (g_file_get_contents (path, &data, &length, NULL));
      contents->size += length;
      contents->n_files++;
      if (!agent_history_parse_name (name, &kind, &start))
        continue;
      if (kind == AGENT_HISTORY_LOG)
        muri_segment_read_log (data, length, take_chunk, contents->chunks[kind]);
      else
        read_segment ((const guint8 *)data, length, start, contents->chunks[kind]);
    }
  return contents;
}

void
history_contents_free (HistoryContents *contents)
{
  for (guint i = 0; i < AGENT_HISTORY_N_KINDS; i++)
    g_hash_table_unref (contents->chunks[i]);
  g_free (contents);
}

static void
look_up (GHashTable *chunks, const muri_v1_Uuid *object, MuriFigure figure, gint64 start,
         MuriRollup *rollup)
{
  GPtrArray *list = g_hash_table_lookup (chunks, object);
  for (guint i = 0; list != NULL && i < list->len; i++)
    {
      MuriChunk *chunk = g_ptr_array_index (list, i);
      const gint64 slot = (start - muri_chunk_get_start (chunk)) / muri_chunk_get_step (chunk);
      MuriRollup found = { 0 };
      if (start < muri_chunk_get_start (chunk) || slot >= muri_chunk_get_slots (chunk))
        continue;
      muri_chunk_roll_up (chunk, figure, slot, 1, &found);

      /* Between the packing of a log and its end both have the same. */
      if (found.known > 0 && rollup->known > 0)
        g_assert_cmpfloat (rollup->sum, ==, found.sum);
      else
        muri_rollup_merge (rollup, &found);
    }
}

MuriRollup
history_get (HistoryContents *contents, guint vm, MuriFigure figure, gint64 start, guint step)
{
  const muri_v1_Uuid object = vm > 0 ? history_vm (vm) : (muri_v1_Uuid){ { 0 } };
  MuriRollup rollup = { 0 };
  if (step == 1)
    look_up (contents->chunks[AGENT_HISTORY_LOG], &object, figure, start, &rollup);
  look_up (contents->chunks[step == 1    ? AGENT_HISTORY_SECONDS
                            : step == 10 ? AGENT_HISTORY_TENS
                                         : AGENT_HISTORY_MINUTES],
           &object, figure, start, &rollup);
  return rollup;
}
