/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "muri-figures.h"
#include "muri-rollup.h"

G_BEGIN_DECLS

/** Bounds of a chunk; what says more is refused. */
#define MURI_CHUNK_SLOTS_MAX 1024
#define MURI_CHUNK_COLUMNS_MAX 256
#define MURI_CHUNK_STEP_MAX 86400

/** No chunk that this version writes is longer, in bytes. */
#define MURI_CHUNK_LENGTH_MAX (1024 * 1024)

#define MURI_CHUNK_ERROR (muri_chunk_error_quark ())

/**
 * MuriChunkError:
 * @MURI_CHUNK_ERROR_FOREIGN: no chunk at all
 * @MURI_CHUNK_ERROR_NEWER: of a later version that this one cannot read
 * @MURI_CHUNK_ERROR_DAMAGED: cut off, or its bytes are not those that were written
 */
typedef enum
{
  MURI_CHUNK_ERROR_FOREIGN,
  MURI_CHUNK_ERROR_NEWER,
  MURI_CHUNK_ERROR_DAMAGED,
} MuriChunkError;

GQuark muri_chunk_error_quark (void);

/**
 * MuriChunk:
 *
 * Figures of one object over consecutive slots of one length. Immutable; counts its references
 * from any thread.
 */
typedef struct _MuriChunk MuriChunk;

/**
 * MuriChunkColumn:
 * @figure: what it is of
 * @min: a value a slot, NaN where nothing is known
 * @average: a value a slot; at a step of a second all three are one array
 * @max: a value a slot
 * @known: seconds of each slot that are known
 *
 * One figure of a chunk, to whom the arrays belong.
 */
typedef struct
{
  MuriFigure figure;
  const float *min;
  const float *average;
  const float *max;
  const guint16 *known;
} MuriChunkColumn;

MuriChunk *muri_chunk_decode (gconstpointer data, gsize length, GError **error);
MuriChunk *
muri_chunk_decode_some (gconstpointer data, gsize length, guint32 figures, GError **error);
MuriChunk *muri_chunk_ref (MuriChunk *chunk);
void muri_chunk_unref (MuriChunk *chunk);

guint muri_chunk_get_step (MuriChunk *chunk);
gint64 muri_chunk_get_start (MuriChunk *chunk);
guint muri_chunk_get_slots (MuriChunk *chunk);
const MuriChunkColumn *muri_chunk_get_columns (MuriChunk *chunk, guint *n_columns);
const MuriChunkColumn *muri_chunk_find (MuriChunk *chunk, MuriFigure figure);
void
muri_chunk_roll_up (MuriChunk *chunk, MuriFigure figure, guint slot, guint n, MuriRollup *rollup);

/**
 * MuriChunkBuilder:
 *
 * A chunk that is being filled, slot after slot; a few bytes a value. Belongs to one thread at a
 * time.
 */
typedef struct _MuriChunkBuilder MuriChunkBuilder;

MuriChunkBuilder *muri_chunk_builder_new (guint step, gint64 start, guint slots);
void muri_chunk_builder_free (MuriChunkBuilder *builder);
gboolean muri_chunk_builder_add (MuriChunkBuilder *builder, guint slot, const MuriRollup *rollups,
                                 guint n_figures);
gboolean muri_chunk_builder_add_values (MuriChunkBuilder *builder, guint slot, const float *values,
                                        guint n_figures);
guint muri_chunk_builder_get_used (MuriChunkBuilder *builder);
gint64 muri_chunk_builder_get_start (MuriChunkBuilder *builder);
guint muri_chunk_builder_get_step (MuriChunkBuilder *builder);
gsize muri_chunk_builder_get_size (MuriChunkBuilder *builder);
MuriChunk *muri_chunk_builder_read (MuriChunkBuilder *builder);
GBytes *muri_chunk_builder_encode (MuriChunkBuilder *builder, gboolean compress);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MuriChunk, muri_chunk_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MuriChunkBuilder, muri_chunk_builder_free)

G_END_DECLS
