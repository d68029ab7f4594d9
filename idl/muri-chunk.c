/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-chunk-private.h"

#include <math.h>
#include <string.h>
#include <zstd.h>

#include "muri-bytes.h"

/* The year 36,812. */
#define START_MAX (G_GINT64_CONSTANT (1) << 40)

struct _MuriChunk
{
  gatomicrefcount refs;
  guint step;
  gint64 start;
  guint slots;
  guint n_columns;
  MuriChunkColumn *columns;
};

G_DEFINE_QUARK (muri - chunk - error - quark, muri_chunk_error)

static gboolean
wrong (GError **error, MuriChunkError code, const char *what)
{
  g_set_error_literal (error, MURI_CHUNK_ERROR, code, what);
  return FALSE;
}

static gboolean
damaged (GError **error, const char *what)
{
  return wrong (error, MURI_CHUNK_ERROR_DAMAGED, what);
}

/* ---- the object ---- */

MuriChunk *
muri_chunk_new (guint step, gint64 start, guint slots, guint n_columns)
{
  MuriChunk *chunk = g_new0 (MuriChunk, 1);

  g_atomic_ref_count_init (&chunk->refs);
  chunk->step = step;
  chunk->start = start;
  chunk->slots = slots;
  chunk->n_columns = n_columns;
  chunk->columns = g_new0 (MuriChunkColumn, n_columns);
  return chunk;
}

/**
 * muri_chunk_ref:
 * @chunk: a chunk
 *
 * Returns: (transfer full): @chunk
 */
MuriChunk *
muri_chunk_ref (MuriChunk *chunk)
{
  g_atomic_ref_count_inc (&chunk->refs);
  return chunk;
}

/**
 * muri_chunk_unref:
 * @chunk: (transfer full): a chunk
 */
void
muri_chunk_unref (MuriChunk *chunk)
{
  if (!g_atomic_ref_count_dec (&chunk->refs))
    return;

  /* All arrays of a column are one allocation, which begins with the averages. */
  for (guint i = 0; i < chunk->n_columns; i++)
    g_free ((gpointer)chunk->columns[i].average);
  g_free (chunk->columns);
  g_free (chunk);
}

/**
 * muri_chunk_get_step:
 * @chunk: a chunk
 *
 * Returns: seconds of a slot
 */
guint
muri_chunk_get_step (MuriChunk *chunk)
{
  return chunk->step;
}

/**
 * muri_chunk_get_start:
 * @chunk: a chunk
 *
 * Returns: when its first slot begins, in seconds since the epoch
 */
gint64
muri_chunk_get_start (MuriChunk *chunk)
{
  return chunk->start;
}

/**
 * muri_chunk_get_slots:
 * @chunk: a chunk
 *
 * Returns: slots up to the last that has something; a whole chunk may be shorter than its span
 */
guint
muri_chunk_get_slots (MuriChunk *chunk)
{
  return chunk->slots;
}

/**
 * muri_chunk_get_columns:
 * @chunk: a chunk
 * @n_columns: (out): their number
 *
 * Returns: (array length=n_columns) (transfer none): the figures of which something is known
 */
const MuriChunkColumn *
muri_chunk_get_columns (MuriChunk *chunk, guint *n_columns)
{
  *n_columns = chunk->n_columns;
  return chunk->columns;
}

/**
 * muri_chunk_find:
 * @chunk: a chunk
 * @figure: a figure
 *
 * Returns: (nullable) (transfer none): its column; %NULL where nothing of it is known
 */
const MuriChunkColumn *
muri_chunk_find (MuriChunk *chunk, MuriFigure figure)
{
  for (guint i = 0; i < chunk->n_columns; i++)
    if (chunk->columns[i].figure == figure)
      return &chunk->columns[i];
  return NULL;
}

/**
 * muri_chunk_roll_up:
 * @chunk: a chunk
 * @figure: a figure
 * @slot: the first slot
 * @n: so many slots; the chunk may end before
 * @rollup: what they hold is added to this
 */
void
muri_chunk_roll_up (MuriChunk *chunk, MuriFigure figure, guint slot, guint n, MuriRollup *rollup)
{
  const MuriChunkColumn *column = muri_chunk_find (chunk, figure);
  guint end = slot < chunk->slots ? slot + MIN (n, chunk->slots - slot) : slot;

  for (guint i = slot; column != NULL && i < end; i++)
    {
      const MuriRollup one = { .known = column->known[i],
                               .min = column->min[i],
                               .max = column->max[i],
                               .sum = (double)column->average[i] * column->known[i] };

      muri_rollup_merge (rollup, &one);
    }
}

/* ---- numbers to values ---- */

void
muri_chunk_numbers_init (MuriChunkNumbers *numbers, guint slots)
{
  numbers->known = g_new (guint16, slots);
  numbers->average = g_new (guint32, slots);
  numbers->low = g_new (guint32, slots);
  numbers->high = g_new (guint32, slots);
}

void
muri_chunk_numbers_clear (MuriChunkNumbers *numbers)
{
  g_free (numbers->known);
  g_free (numbers->average);
  g_free (numbers->low);
  g_free (numbers->high);
}

gboolean
muri_chunk_set_column (MuriChunk *chunk, guint index, const MuriChunkNumbers *numbers)
{
  const gboolean single = chunk->step == 1;
  const guint slots = chunk->slots;
  MuriChunkColumn *column = &chunk->columns[index];
  float *average = g_malloc ((single ? 1 : 3) * slots * sizeof (float) + slots * sizeof (guint16));
  float *min = single ? average : average + slots;
  float *max = single ? average : min + slots;
  guint16 *known = (guint16 *)(gpointer)(max + slots);

  *column = (MuriChunkColumn){ numbers->figure, min, average, max, known };
  memcpy (known, numbers->known, slots * sizeof *known);
  for (guint i = 0; i < slots; i++)
    {
      const guint32 number = numbers->average[i];

      if (known[i] == 0)
        {
          average[i] = min[i] = max[i] = NAN;
          continue;
        }
      if (!single)
        {
          if (numbers->low[i] > number || numbers->high[i] > G_MAXUINT32 - number)
            return FALSE;
          min[i] = muri_figure_restore (number - numbers->low[i], numbers->precision);
          max[i] = muri_figure_restore (number + numbers->high[i], numbers->precision);
        }
      average[i] = muri_figure_restore (number, numbers->precision);
      if (!isfinite (max[i]))
        return FALSE;
    }
  return TRUE;
}

/* ---- decoding ---- */

typedef struct
{
  const guint8 *data;
  gsize length;
} Reader;

static const guint8 *
take (Reader *reader, gsize length)
{
  const guint8 *data = reader->data;

  if (length > reader->length)
    return NULL;
  reader->data += length;
  reader->length -= length;
  return data;
}

/* Numbers lie in planes: all lowest bytes, then all second ones. */
static gboolean
take_planes (Reader *reader, guint width, guint n, guint32 *numbers)
{
  const guint8 *planes = take (reader, (gsize)width * n);

  if (planes == NULL)
    return FALSE;
  memset (numbers, 0, n * sizeof *numbers);
  for (guint plane = 0; plane < width; plane++)
    for (guint i = 0; i < n; i++)
      numbers[i] |= (guint32)planes[(gsize)plane * n + i] << (8 * plane);
  return TRUE;
}

static gboolean
take_known (MuriChunk *chunk, Reader *reader, guint way, guint32 *scratch, guint16 *known)
{
  for (guint i = 0; i < chunk->slots; i++)
    known[i] = chunk->step;
  if (way == COLUMN_ALL_KNOWN)
    return TRUE;
  if (way != COLUMN_KNOWN_EACH
      || !take_planes (reader, chunk->step > G_MAXUINT8 ? 2 : 1, chunk->slots, scratch))
    return FALSE;

  for (guint i = 0; i < chunk->slots; i++)
    {
      if (scratch[i] > chunk->step)
        return FALSE;
      known[i] = scratch[i];
    }
  return TRUE;
}

/* From one after the other to slots, from the last so that it can be done in place. */
static void
spread (guint32 *numbers, guint n, const guint16 *known, guint slots)
{
  for (guint i = slots; i-- > 0;)
    if (known[i] > 0)
      numbers[i] = numbers[--n];
}

static gboolean
decode_column (MuriChunk *chunk, const guint8 *header, Reader *reader, MuriChunkNumbers *numbers)
{
  guint n = 0;
  guint32 before = 0;

  numbers->precision.exponent = (gint8)header[2];
  numbers->precision.bits = header[3];
  if (numbers->precision.bits > MURI_PRECISION_BITS_MAX
      || ABS (numbers->precision.exponent) > MURI_PRECISION_EXPONENT_MAX || header[4] > 4
      || header[5] > 4 || header[6] > 4
      || !take_known (chunk, reader, header[7], numbers->average, numbers->known))
    return FALSE;
  for (guint i = 0; i < chunk->slots; i++)
    n += numbers->known[i] > 0;
  if (!take_planes (reader, header[4], n, numbers->average)
      || !take_planes (reader, header[5], n, numbers->low)
      || !take_planes (reader, header[6], n, numbers->high) || reader->length > 0)
    return FALSE;

  for (guint i = 0; i < n; i++)
    {
      const guint32 zigzag = numbers->average[i];

      before += (zigzag >> 1) ^ (0 - (zigzag & 1));
      numbers->average[i] = before;
    }
  spread (numbers->average, n, numbers->known, chunk->slots);
  spread (numbers->low, n, numbers->known, chunk->slots);
  spread (numbers->high, n, numbers->known, chunk->slots);
  return TRUE;
}

static gboolean
decode_columns (MuriChunk *chunk, guint n_columns, guint32 figures, Reader body)
{
  g_auto (MuriChunkNumbers) numbers = { 0 };

  muri_chunk_numbers_init (&numbers, chunk->slots);
  for (guint i = 0; i < n_columns; i++)
    {
      const guint8 *header = take (&body, COLUMN_HEADER);
      Reader column = { 0 };

      if (header == NULL)
        return FALSE;
      column.length = muri_bytes_get32 (header + 8);
      column.data = take (&body, column.length);
      if (column.data == NULL)
        return FALSE;

      /* A later version's figure, or one that nobody asked for. */
      if (!muri_figure_from_code (muri_bytes_get16 (header), &numbers.figure)
          || (figures & 1u << numbers.figure) == 0)
        continue;
      if (muri_chunk_find (chunk, numbers.figure) != NULL
          || !decode_column (chunk, header, &column, &numbers)
          || !muri_chunk_set_column (chunk, chunk->n_columns++, &numbers))
        return FALSE;
    }
  return body.length == 0;
}

static gboolean
check_header (const guint8 *data, gsize length, GError **error)
{
  if (length < CHUNK_HEADER || memcmp (data, CHUNK_MAGIC, 4) != 0)
    return wrong (error, MURI_CHUNK_ERROR_FOREIGN, "this is no chunk of history");
  if (data[4] != CHUNK_MAJOR)
    return wrong (error, MURI_CHUNK_ERROR_NEWER, "this chunk of history is of a later version");
  if (muri_bytes_checksum (muri_bytes_checksum (0, data, CHUNK_AT_CHECKSUM), data + CHUNK_HEADER,
                           length - CHUNK_HEADER)
      != muri_bytes_get32 (data + CHUNK_AT_CHECKSUM))
    return damaged (error, "a chunk of history is damaged");
  return TRUE;
}

static void
free_context (gpointer context)
{
  ZSTD_freeDCtx (context);
}

/* A thread's own: to make one takes longer than to unpack a chunk. */
static ZSTD_DCtx *
get_context (void)
{
  static GPrivate contexts = G_PRIVATE_INIT (free_context);
  ZSTD_DCtx *context = g_private_get (&contexts);

  if (context == NULL)
    {
      context = ZSTD_createDCtx ();
      g_private_set (&contexts, context);
    }
  return context;
}

static guint8 *
decompress (const guint8 *data, gsize length, gsize raw)
{
  g_autofree guint8 *body = NULL;

  /* What a frame says of itself is looked at before room is made for it. */
  if (ZSTD_getFrameContentSize (data, length) != raw)
    return NULL;
  body = g_malloc (raw);
  return ZSTD_decompressDCtx (get_context (), body, raw, data, length) == raw
             ? g_steal_pointer (&body)
             : NULL;
}

/**
 * muri_chunk_decode:
 * @data: bytes from anywhere
 * @length: their number
 * @error: (nullable): what is wrong with them
 *
 * Columns of figures that this version does not know are left out.
 *
 * Returns: (nullable) (transfer full): the chunk
 */
MuriChunk *
muri_chunk_decode (gconstpointer data, gsize length, GError **error)
{
  return muri_chunk_decode_some (data, length, G_MAXUINT32, error);
}

/**
 * muri_chunk_decode_some:
 * @data: bytes from anywhere
 * @length: their number
 * @figures: a bit for each #MuriFigure that is wanted
 * @error: (nullable): what is wrong with them
 *
 * As muri_chunk_decode(); the columns of other figures are left out.
 *
 * Returns: (nullable) (transfer full): the chunk
 */
MuriChunk *
muri_chunk_decode_some (gconstpointer data, gsize length, guint32 figures, GError **error)
{
  const guint8 *bytes = data;
  g_autoptr (MuriChunk) chunk = NULL;
  g_autofree guint8 *inflated = NULL;
  Reader body;
  guint step, slots, n_columns;
  gint64 start;

  G_STATIC_ASSERT (MURI_N_FIGURES <= 32);
  if (!check_header (bytes, length, error))
    return NULL;

  step = muri_bytes_get32 (bytes + 8);
  slots = muri_bytes_get16 (bytes + 12);
  n_columns = muri_bytes_get16 (bytes + 14);
  start = (gint64)muri_bytes_get64 (bytes + 16);
  body = (Reader){ bytes + CHUNK_HEADER, muri_bytes_get32 (bytes + 24) };
  if (step < 1 || step > MURI_CHUNK_STEP_MAX || step > G_MAXUINT16 || slots < 1
      || slots > MURI_CHUNK_SLOTS_MAX || n_columns > MURI_CHUNK_COLUMNS_MAX || start < 0
      || start > START_MAX || start % step != 0
      || body.length > (gsize)n_columns * (COLUMN_HEADER + slots * SLOT_BYTES_MAX))
    {
      damaged (error, "a chunk of history says what cannot be");
      return NULL;
    }

  if ((bytes[6] & CHUNK_COMPRESSED) != 0)
    body.data = inflated = decompress (bytes + CHUNK_HEADER, length - CHUNK_HEADER, body.length);
  if (body.data == NULL
      || ((bytes[6] & CHUNK_COMPRESSED) == 0 && body.length != length - CHUNK_HEADER))
    {
      damaged (error, "a chunk of history cannot be unpacked");
      return NULL;
    }

  /* Columns are counted when they are there, so that whatever happens they can be freed. */
  chunk = muri_chunk_new (step, start, slots, n_columns);
  chunk->n_columns = 0;
  if (!decode_columns (chunk, n_columns, figures, body))
    {
      damaged (error, "a chunk of history has columns that make no sense");
      return NULL;
    }
  return g_steal_pointer (&chunk);
}
