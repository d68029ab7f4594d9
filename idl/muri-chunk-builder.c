/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-chunk-private.h"

#include <math.h>
#include <string.h>
#include <zstd.h>

#include "muri-bytes.h"

/* Tried with figures of real guests: higher levels gain less than a hundredth. */
#define COMPRESSION 1

/* One figure so far, a few bytes a slot: slots skipped and whether all of it is known; the known
 * seconds if not; the average as distance from the one before; distances of the extremes. */
typedef struct
{
  MuriFigure figure;
  guint32 last; /* number of the last average */
  guint next;   /* slot after the last one */
  guint8 *data;
  guint length;
  guint room;
} Column;

struct _MuriChunkBuilder
{
  guint step;
  gint64 start;
  guint slots;
  guint used;
  GArray *columns; /* Column */
};

/**
 * muri_chunk_builder_new:
 * @step: seconds of a slot
 * @start: when the first slot begins, in seconds since the epoch; a multiple of @step
 * @slots: how many it may hold
 *
 * Returns: (transfer full): an empty builder
 */
MuriChunkBuilder *
muri_chunk_builder_new (guint step, gint64 start, guint slots)
{
  MuriChunkBuilder *builder;

  g_return_val_if_fail (step > 0 && step <= G_MAXUINT16, NULL);
  g_return_val_if_fail (slots > 0 && slots <= MURI_CHUNK_SLOTS_MAX, NULL);
  g_return_val_if_fail (start >= 0 && start % step == 0, NULL);

  builder = g_new0 (MuriChunkBuilder, 1);
  builder->step = step;
  builder->start = start;
  builder->slots = slots;
  builder->columns = g_array_new (FALSE, TRUE, sizeof (Column));
  return builder;
}

/**
 * muri_chunk_builder_free:
 * @builder: (transfer full): a builder
 */
void
muri_chunk_builder_free (MuriChunkBuilder *builder)
{
  for (guint i = 0; i < builder->columns->len; i++)
    g_free (g_array_index (builder->columns, Column, i).data);
  g_array_unref (builder->columns);
  g_free (builder);
}

/**
 * muri_chunk_builder_get_used:
 * @builder: a builder
 *
 * Returns: the slot after the last that was added; the first that may still be
 */
guint
muri_chunk_builder_get_used (MuriChunkBuilder *builder)
{
  return builder->used;
}

/**
 * muri_chunk_builder_get_start:
 * @builder: a builder
 *
 * Returns: when the first slot begins, in seconds since the epoch
 */
gint64
muri_chunk_builder_get_start (MuriChunkBuilder *builder)
{
  return builder->start;
}

/**
 * muri_chunk_builder_get_step:
 * @builder: a builder
 *
 * Returns: seconds of a slot
 */
guint
muri_chunk_builder_get_step (MuriChunkBuilder *builder)
{
  return builder->step;
}

/**
 * muri_chunk_builder_get_size:
 * @builder: a builder
 *
 * Returns: bytes of memory that it takes
 */
gsize
muri_chunk_builder_get_size (MuriChunkBuilder *builder)
{
  gsize size = sizeof *builder + builder->columns->len * sizeof (Column);

  for (guint i = 0; i < builder->columns->len; i++)
    size += g_array_index (builder->columns, Column, i).room;
  return size;
}

/* ---- filling ---- */

static void
put (Column *column, guint32 number)
{
  /* Of five bytes each, the longest that a slot takes. */
  if (column->room - column->length < 5)
    {
      column->room = column->room < 32 ? 64 : column->room + column->room / 2;
      column->data = g_realloc (column->data, column->room);
    }
  for (; number >= 0x80; number >>= 7)
    column->data[column->length++] = (guint8)(number | 0x80);
  column->data[column->length++] = (guint8)number;
}

static guint32
zigzag (guint32 distance)
{
  return (distance << 1) ^ (0 - (distance >> 31));
}

static Column *
find_column (MuriChunkBuilder *builder, MuriFigure figure)
{
  const Column fresh = { .figure = figure };

  for (guint i = 0; i < builder->columns->len; i++)
    {
      Column *column = &g_array_index (builder->columns, Column, i);

      if (column->figure == figure)
        return column;
    }
  g_array_append_val (builder->columns, fresh);
  return &g_array_index (builder->columns, Column, builder->columns->len - 1);
}

static void
add_figure (MuriChunkBuilder *builder, guint slot, MuriFigure figure, const MuriRollup *rollup)
{
  const MuriPrecision precision = muri_figure_get_info (figure)->precision;
  const guint32 number = muri_figure_quantize (muri_rollup_get_average (rollup), precision);
  Column *column = find_column (builder, figure);
  gboolean whole = rollup->known >= builder->step;

  put (column, (slot - column->next) << 1 | (whole ? 0 : 1));
  if (!whole)
    put (column, rollup->known);
  put (column, zigzag (number - column->last));
  if (builder->step > 1)
    {
      guint32 low = muri_figure_quantize (rollup->min, precision);
      guint32 high = muri_figure_quantize (rollup->max, precision);

      put (column, number - MIN (low, number));
      put (column, MAX (high, number) - number);
    }
  column->last = number;
  column->next = slot + 1;
}

/**
 * muri_chunk_builder_add:
 * @builder: a builder
 * @slot: later than all before
 * @rollups: (array length=n_figures): by #MuriFigure
 * @n_figures: how many figures
 *
 * Returns: %FALSE: this slot or a later one was there before, or it is beyond the last one; nothing
 *   was added then
 */
gboolean
muri_chunk_builder_add (MuriChunkBuilder *builder, guint slot, const MuriRollup *rollups,
                        guint n_figures)
{
  g_return_val_if_fail (n_figures <= MURI_N_FIGURES, FALSE);

  if (slot < builder->used || slot >= builder->slots)
    return FALSE;
  builder->used = slot + 1;
  for (guint i = 0; i < n_figures; i++)
    if (rollups[i].known > 0)
      add_figure (builder, slot, i, &rollups[i]);
  return TRUE;
}

/**
 * muri_chunk_builder_add_values:
 * @builder: a builder whose slots are seconds
 * @slot: later than all before
 * @values: (array length=n_figures): by #MuriFigure; NaN: not known
 * @n_figures: how many figures
 *
 * Returns: %FALSE as muri_chunk_builder_add() does
 */
gboolean
muri_chunk_builder_add_values (MuriChunkBuilder *builder, guint slot, const float *values,
                               guint n_figures)
{
  MuriRollup rollups[MURI_N_FIGURES] = { 0 };

  g_return_val_if_fail (builder->step == 1 && n_figures <= MURI_N_FIGURES, FALSE);

  for (guint i = 0; i < n_figures; i++)
    muri_rollup_add (&rollups[i], values[i]);
  return muri_chunk_builder_add (builder, slot, rollups, n_figures);
}

/* ---- reading ---- */

static guint32
get (const guint8 **data)
{
  guint32 number = 0;
  guint shift = 0;

  for (; (**data & 0x80) != 0; (*data)++, shift += 7)
    number |= (guint32)(**data & 0x7f) << shift;
  return number | (guint32) * (*data)++ << shift;
}

static void
read_column (MuriChunkBuilder *builder, const Column *column, MuriChunkNumbers *numbers)
{
  const guint8 *data = column->data;
  guint slot = 0;
  guint32 before = 0;

  numbers->figure = column->figure;
  numbers->precision = muri_figure_get_info (column->figure)->precision;
  memset (numbers->known, 0, builder->used * sizeof *numbers->known);
  for (; data < column->data + column->length; slot++)
    {
      guint32 head = get (&data);
      guint32 distance;

      slot += head >> 1;
      numbers->known[slot] = (head & 1) != 0 ? get (&data) : builder->step;
      distance = get (&data);
      before += (distance >> 1) ^ (0 - (distance & 1));
      numbers->average[slot] = before;
      numbers->low[slot] = builder->step > 1 ? get (&data) : 0;
      numbers->high[slot] = builder->step > 1 ? get (&data) : 0;
    }
}

/**
 * muri_chunk_builder_read:
 * @builder: a builder
 *
 * Returns: (nullable) (transfer full): what was added so far, as it will be read from its encoded
 *   form; %NULL: nothing yet
 */
MuriChunk *
muri_chunk_builder_read (MuriChunkBuilder *builder)
{
  g_auto (MuriChunkNumbers) numbers = { 0 };
  MuriChunk *chunk;

  if (builder->used == 0)
    return NULL;
  chunk = muri_chunk_new (builder->step, builder->start, builder->used, builder->columns->len);
  muri_chunk_numbers_init (&numbers, builder->used);
  for (guint i = 0; i < builder->columns->len; i++)
    {
      read_column (builder, &g_array_index (builder->columns, Column, i), &numbers);
      muri_chunk_set_column (chunk, i, &numbers);
    }
  return chunk;
}

/* ---- encoding ---- */

static void
squeeze (guint32 *numbers, const guint16 *known, guint slots)
{
  guint n = 0;

  for (guint i = 0; i < slots; i++)
    if (known[i] > 0)
      numbers[n++] = numbers[i];
}

static guint
width (const guint32 *numbers, guint n)
{
  guint32 all = 0;

  for (guint i = 0; i < n; i++)
    all |= numbers[i];
  return (g_bit_storage (all) + 7) / 8 * (all != 0);
}

static guint8 *
put_planes (guint8 *at, const guint32 *numbers, guint n, guint planes)
{
  for (guint plane = 0; plane < planes; plane++)
    for (guint i = 0; i < n; i++)
      *at++ = (guint8)(numbers[i] >> (8 * plane));
  return at;
}

static guint8 *
put_known (guint8 *at, guint step, const guint16 *known, guint slots, guint *n_known)
{
  gboolean whole = TRUE;

  *n_known = 0;
  for (guint i = 0; i < slots; i++)
    {
      *n_known += known[i] > 0;
      whole = whole && known[i] == step;
    }
  for (guint shift = 0; !whole && shift < (step > G_MAXUINT8 ? 16u : 8u); shift += 8)
    for (guint i = 0; i < slots; i++)
      *at++ = (guint8)(known[i] >> shift);
  return at;
}

static guint8 *
put_column (guint8 *header, MuriChunkBuilder *builder, MuriChunkNumbers *numbers)
{
  guint8 *at = header + COLUMN_HEADER;
  guint32 before = 0;
  guint n;

  at = put_known (at, builder->step, numbers->known, builder->used, &n);
  header[7] = at > header + COLUMN_HEADER ? COLUMN_KNOWN_EACH : COLUMN_ALL_KNOWN;
  squeeze (numbers->average, numbers->known, builder->used);
  squeeze (numbers->low, numbers->known, builder->used);
  squeeze (numbers->high, numbers->known, builder->used);
  for (guint i = 0; i < n; i++)
    {
      guint32 number = numbers->average[i];

      numbers->average[i] = zigzag (number - before);
      before = number;
    }

  muri_bytes_put16 (header, muri_figure_get_info (numbers->figure)->code);
  header[2] = (guint8)numbers->precision.exponent;
  header[3] = numbers->precision.bits;
  header[4] = width (numbers->average, n);
  header[5] = width (numbers->low, n);
  header[6] = width (numbers->high, n);
  at = put_planes (at, numbers->average, n, header[4]);
  at = put_planes (at, numbers->low, n, header[5]);
  at = put_planes (at, numbers->high, n, header[6]);
  muri_bytes_put32 (header + 8, at - header - COLUMN_HEADER);
  return at;
}

static gsize
put_columns (MuriChunkBuilder *builder, guint8 *body)
{
  g_auto (MuriChunkNumbers) numbers = { 0 };
  guint8 *at = body;

  muri_chunk_numbers_init (&numbers, builder->used);
  for (guint i = 0; i < builder->columns->len; i++)
    {
      read_column (builder, &g_array_index (builder->columns, Column, i), &numbers);
      at = put_column (at, builder, &numbers);
    }
  return at - body;
}

static void
put_header (MuriChunkBuilder *builder, guint8 *data, gsize length, gsize raw, gboolean compressed)
{
  memset (data, 0, CHUNK_HEADER);
  memcpy (data, CHUNK_MAGIC, 4);
  data[4] = CHUNK_MAJOR;
  data[5] = CHUNK_MINOR;
  data[6] = compressed ? CHUNK_COMPRESSED : 0;
  muri_bytes_put32 (data + 8, builder->step);
  muri_bytes_put16 (data + 12, builder->used);
  muri_bytes_put16 (data + 14, builder->columns->len);
  muri_bytes_put64 (data + 16, builder->start);
  muri_bytes_put32 (data + 24, raw);
  muri_bytes_put32 (data + CHUNK_AT_CHECKSUM,
                    muri_bytes_checksum (muri_bytes_checksum (0, data, CHUNK_AT_CHECKSUM),
                                         data + CHUNK_HEADER, length - CHUNK_HEADER));
}

static void
free_context (gpointer context)
{
  ZSTD_freeCCtx (context);
}

/* A thread's own: they are large. */
static ZSTD_CCtx *
get_context (void)
{
  static GPrivate contexts = G_PRIVATE_INIT (free_context);
  ZSTD_CCtx *context = g_private_get (&contexts);

  if (context == NULL)
    {
      context = ZSTD_createCCtx ();
      g_private_set (&contexts, context);
    }
  return context;
}

/**
 * muri_chunk_builder_encode:
 * @builder: a builder
 * @compress: %FALSE: faster, for what is soon replaced
 *
 * Returns: (nullable) (transfer full): what was added so far, for muri_chunk_decode(); %NULL:
 *   nothing yet
 */
GBytes *
muri_chunk_builder_encode (MuriChunkBuilder *builder, gboolean compress)
{
  gsize most = builder->columns->len * (COLUMN_HEADER + (gsize)builder->used * SLOT_BYTES_MAX);
  g_autofree guint8 *body = NULL;
  guint8 *data;
  gsize raw, length;

  if (builder->used == 0)
    return NULL;
  body = g_malloc (most);
  raw = put_columns (builder, body);
  if (compress)
    {
      data = g_malloc (CHUNK_HEADER + ZSTD_compressBound (raw));
      length = ZSTD_compressCCtx (get_context (), data + CHUNK_HEADER, ZSTD_compressBound (raw),
                                  body, raw, COMPRESSION);
      g_assert (!ZSTD_isError (length));
    }
  else
    {
      data = g_malloc (CHUNK_HEADER + raw);
      memcpy (data + CHUNK_HEADER, body, length = raw);
    }
  length += CHUNK_HEADER;
  put_header (builder, data, length, raw, compress);
  return g_bytes_new_take (g_realloc (data, length), length);
}
