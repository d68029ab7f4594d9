/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "muri-chunk.h"

G_BEGIN_DECLS

/** Bytes from which a segment's head tells how long it is. */
#define MURI_SEGMENT_HEADER 32

/** Objects of a segment, at most. */
#define MURI_SEGMENT_OBJECTS_MAX 65536

/**
 * MuriSegmentEntry:
 * @object: a VM; all zero: the node itself
 * @offset: of its chunk from the file's begin
 * @length: of its chunk
 */
typedef struct
{
  muri_v1_Uuid object;
  guint32 offset;
  guint32 length;
} MuriSegmentEntry;

/**
 * MuriSegment:
 * @log: chunks of a few slots each, in the order of time; it has no entries
 * @step: seconds of a slot
 * @start: begin of the first slot, in seconds since the epoch
 * @used: slots up to the last that has something
 * @entries: (element-type MuriSegmentEntry): ascending by object
 *
 * The head of a file that has one span of one tier, of a node and all of its VMs. Free with
 * muri_segment_free().
 */
typedef struct
{
  gboolean log;
  guint step;
  gint64 start;
  guint used;
  GArray *entries;
} MuriSegment;

gsize muri_segment_measure_head (guint objects);
gsize muri_segment_get_head_length (gconstpointer data, gsize length, GError **error);
MuriSegment *muri_segment_parse (gconstpointer data, gsize length, GError **error);
void muri_segment_free (MuriSegment *segment);
const MuriSegmentEntry *muri_segment_find (const MuriSegment *segment, const muri_v1_Uuid *object);
GBytes *muri_segment_build_head (const MuriSegment *segment);

/**
 * MuriSegmentFunc:
 * @object: a VM; all zero: the node itself
 * @chunk: its figures
 * @user_data: what was given
 */
typedef void (*MuriSegmentFunc) (const muri_v1_Uuid *object, MuriChunk *chunk, gpointer user_data);

gsize
muri_segment_read_log (gconstpointer data, gsize length, MuriSegmentFunc func, gpointer user_data);
GArray *muri_segment_index_log (gconstpointer data, gsize length);
void muri_segment_append_log (GByteArray *data, const muri_v1_Uuid *object, GBytes *chunk);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MuriSegment, muri_segment_free)

G_END_DECLS
