/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "muri-chunk.h"

G_BEGIN_DECLS

/* The header, little-endian; docs/history.md has it as a table. */
#define CHUNK_MAGIC "MuCh"
#define CHUNK_MAJOR 1
#define CHUNK_MINOR 0
#define CHUNK_COMPRESSED 0x01
#define CHUNK_HEADER 32
#define CHUNK_AT_CHECKSUM 28

/* Each column: code, precision, bytes of each number, how the known seconds are told, length. */
#define COLUMN_HEADER 12
#define COLUMN_ALL_KNOWN 0
#define COLUMN_KNOWN_EACH 1

/* Bytes that a slot of a column takes at most: known seconds and three numbers. */
#define SLOT_BYTES_MAX (2 + 3 * 4)

/* A column in numbers; slots without known seconds have none. @low and @high are distances from
 * the average. */
typedef struct
{
  MuriFigure figure;
  MuriPrecision precision;
  guint16 *known;
  guint32 *average;
  guint32 *low;
  guint32 *high;
} MuriChunkNumbers;

MuriChunk *muri_chunk_new (guint step, gint64 start, guint slots, guint n_columns);

/* FALSE: a number that no value has. */
gboolean muri_chunk_set_column (MuriChunk *chunk, guint index, const MuriChunkNumbers *numbers);

void muri_chunk_numbers_init (MuriChunkNumbers *numbers, guint slots);
void muri_chunk_numbers_clear (MuriChunkNumbers *numbers);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (MuriChunkNumbers, muri_chunk_numbers_clear)

G_END_DECLS
