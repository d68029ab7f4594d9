/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-history-log.h"

#include "muri-bytes.h"
#include "muri-figure.h"

#include <math.h>
#include <string.h>
#include <zstd.h>

/* A record: 4 bytes object, 8 second, 1 figures; then 4 bytes a value. */
#define RECORD_HEADER 13

/* Binary digits of a value that only make it pack worse. */
#define NOISE 0x1ff

/* Before the frame: the length of what it unpacks to. */
#define HEADER 4
#define UNPACKED_MAX (256 * 1024 * 1024)

/* The fastest: it is gone in half an hour. */
#define LEVEL 1

void
muri_history_log_init (MuriHistoryLog *log)
{
  *log = (MuriHistoryLog){ .data = g_byte_array_new () };
}

void
muri_history_log_clear (MuriHistoryLog *log)
{
  g_clear_pointer (&log->data, g_byte_array_unref);
}

static void
put_float (guint8 *at, float value)
{
  guint32 bits;

  memcpy (&bits, &value, sizeof bits);
  muri_bytes_put32 (at, isfinite (value) ? (bits + NOISE / 2) & ~(guint32)NOISE : bits);
}

static float
get_float (const guint8 *at)
{
  guint32 bits = muri_bytes_get32 (at);
  float value;

  memcpy (&value, &bits, sizeof value);
  return value;
}

void
muri_history_log_add (MuriHistoryLog *log, gint64 object, gint64 second, const float *values,
                      guint n_figures)
{
  gsize at = log->data->len;
  guint8 *record;

  g_byte_array_set_size (log->data, (guint)(at + RECORD_HEADER + sizeof (float) * n_figures));
  record = log->data->data + at;
  muri_bytes_put32 (record, (guint32)object);
  muri_bytes_put64 (record + 4, (guint64)second);
  record[12] = (guint8)n_figures;
  for (guint i = 0; i < n_figures; i++)
    put_float (record + RECORD_HEADER + sizeof (float) * i, values[i]);
  log->last = log->n > 0 ? MAX (log->last, second) : second;
  log->n++;
}

GBytes *
muri_history_log_flush (MuriHistoryLog *log)
{
  gsize room = HEADER + ZSTD_compressBound (log->data->len);
  guint8 *data = g_malloc (room);
  ZSTD_CCtx *context = ZSTD_createCCtx ();
  gsize length;

  ZSTD_CCtx_setParameter (context, ZSTD_c_compressionLevel, LEVEL);
  ZSTD_CCtx_setParameter (context, ZSTD_c_checksumFlag, 1);
  muri_bytes_put32 (data, log->data->len);
  length = ZSTD_compress2 (context, data + HEADER, room - HEADER, log->data->data, log->data->len);
  ZSTD_freeCCtx (context);
  g_assert (!ZSTD_isError (length));

  g_byte_array_set_size (log->data, 0);
  log->n = 0;
  return g_bytes_new_take (g_realloc (data, HEADER + length), HEADER + length);
}

/* ---- reading ---- */

static guint8 *
unpack (const guint8 *data, gsize length, gsize *unpacked)
{
  g_autofree guint8 *body = NULL;

  if (length < HEADER)
    return NULL;
  *unpacked = muri_bytes_get32 (data);
  if (*unpacked > UNPACKED_MAX
      || ZSTD_getFrameContentSize (data + HEADER, length - HEADER) != *unpacked)
    return NULL;
  body = g_malloc (*unpacked + 1);
  return ZSTD_decompress (body, *unpacked, data + HEADER, length - HEADER) == *unpacked
             ? g_steal_pointer (&body)
             : NULL;
}

gboolean
muri_history_log_read (gconstpointer data, gsize length, MuriHistoryLogFunc func,
                       gpointer user_data)
{
  gsize left;
  g_autofree guint8 *body = unpack (data, length, &left);
  const guint8 *at = body;

  while (body != NULL && left > 0)
    {
      float values[MURI_N_FIGURES];
      guint n = left >= RECORD_HEADER ? at[12] : G_MAXUINT;
      gsize size;

      if (n > MURI_N_FIGURES)
        return FALSE;
      size = RECORD_HEADER + n * sizeof (float);
      if (left < size)
        return FALSE;

      for (guint i = 0; i < n; i++)
        values[i] = get_float (at + RECORD_HEADER + sizeof (float) * i);
      func (muri_bytes_get32 (at), (gint64)muri_bytes_get64 (at + 4), values, n, user_data);
      at += size;
      left -= size;
    }
  return body != NULL;
}
