/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-segment.h"

#include <string.h>

#include "muri-bytes.h"
#include "muri-uuid.h"

#define MAGIC "MuSg"
#define MAJOR 1
#define MINOR 0
#define LOG 0x01
#define AT_CHECKSUM 28
#define ENTRY 24

/* Of a log, before each chunk: its length, its object, and a checksum of these. */
#define FRAME 24
#define FRAME_AT_CHECKSUM 20

static gboolean
wrong (GError **error, MuriChunkError code, const char *what)
{
  g_set_error_literal (error, MURI_CHUNK_ERROR, code, what);
  return FALSE;
}

static guint32
checksum (const guint8 *data, gsize length)
{
  return muri_bytes_checksum (muri_bytes_checksum (0, data, AT_CHECKSUM),
                              data + MURI_SEGMENT_HEADER, length - MURI_SEGMENT_HEADER);
}

/**
 * muri_segment_measure_head:
 * @objects: of a segment
 *
 * Returns: bytes of its head
 */
gsize
muri_segment_measure_head (guint objects)
{
  return MURI_SEGMENT_HEADER + (gsize)objects * ENTRY;
}

/**
 * muri_segment_get_head_length:
 * @data: the first bytes of a segment
 * @length: their number, at least %MURI_SEGMENT_HEADER
 * @error: (nullable): why it is none
 *
 * Returns: how many bytes muri_segment_parse() needs; 0: this is no segment
 */
gsize
muri_segment_get_head_length (gconstpointer data, gsize length, GError **error)
{
  const guint8 *bytes = data;
  guint32 objects;

  if (length < MURI_SEGMENT_HEADER || memcmp (bytes, MAGIC, 4) != 0)
    return wrong (error, MURI_CHUNK_ERROR_FOREIGN, "this is no segment of history");
  if (bytes[4] != MAJOR)
    return wrong (error, MURI_CHUNK_ERROR_NEWER, "this segment of history is of a later version");
  objects = muri_bytes_get32 (bytes + 12);
  if (objects > MURI_SEGMENT_OBJECTS_MAX)
    return wrong (error, MURI_CHUNK_ERROR_DAMAGED, "a segment of history has too many objects");
  return muri_segment_measure_head (objects);
}

static gboolean
read_entries (const guint8 *data, gsize head, MuriSegment *segment)
{
  const guint n = (head - MURI_SEGMENT_HEADER) / ENTRY;

  for (guint i = 0; i < n; i++)
    {
      const guint8 *at = data + MURI_SEGMENT_HEADER + (gsize)i * ENTRY;
      MuriSegmentEntry entry;

      memcpy (entry.object.b, at, sizeof entry.object.b);
      entry.offset = muri_bytes_get32 (at + 16);
      entry.length = muri_bytes_get32 (at + 20);
      if (entry.offset < head || entry.length > MURI_CHUNK_LENGTH_MAX
          || entry.length > G_MAXUINT32 - entry.offset)
        return FALSE;
      if (i > 0
          && muri_uuid_compare (&g_array_index (segment->entries, MuriSegmentEntry, i - 1).object,
                                &entry.object)
                 >= 0)
        return FALSE;
      g_array_append_val (segment->entries, entry);
    }
  return TRUE;
}

/**
 * muri_segment_parse:
 * @data: a segment, or its first bytes
 * @length: their number
 * @error: (nullable): what is wrong with it
 *
 * The chunks themselves are not looked at.
 *
 * Returns: (nullable) (transfer full): its head
 */
MuriSegment *
muri_segment_parse (gconstpointer data, gsize length, GError **error)
{
  const guint8 *bytes = data;
  gsize head = muri_segment_get_head_length (data, length, error);
  g_autoptr (MuriSegment) segment = NULL;

  if (head == 0)
    return NULL;
  if (length < head || checksum (bytes, head) != muri_bytes_get32 (bytes + AT_CHECKSUM))
    {
      wrong (error, MURI_CHUNK_ERROR_DAMAGED, "a segment of history is damaged");
      return NULL;
    }

  segment = g_new0 (MuriSegment, 1);
  segment->log = (bytes[6] & LOG) != 0;
  segment->step = muri_bytes_get32 (bytes + 8);
  segment->start = (gint64)muri_bytes_get64 (bytes + 16);
  segment->used = muri_bytes_get32 (bytes + 24);
  segment->entries = g_array_new (FALSE, FALSE, sizeof (MuriSegmentEntry));
  if (segment->step < 1 || segment->step > MURI_CHUNK_STEP_MAX
      || segment->used > MURI_CHUNK_SLOTS_MAX || segment->start < 0
      || segment->start % segment->step != 0 || !read_entries (bytes, head, segment))
    {
      wrong (error, MURI_CHUNK_ERROR_DAMAGED, "a segment of history says what cannot be");
      return NULL;
    }
  return g_steal_pointer (&segment);
}

/**
 * muri_segment_free:
 * @segment: (transfer full): a segment
 */
void
muri_segment_free (MuriSegment *segment)
{
  g_array_unref (segment->entries);
  g_free (segment);
}

/**
 * muri_segment_find:
 * @segment: a segment
 * @object: a VM, or all zero
 *
 * Returns: (nullable) (transfer none): where its chunk is
 */
const MuriSegmentEntry *
muri_segment_find (const MuriSegment *segment, const muri_v1_Uuid *object)
{
  guint low = 0;
  guint high = segment->entries->len;

  while (low < high)
    {
      const guint middle = low + (high - low) / 2;
      const MuriSegmentEntry *entry = &g_array_index (segment->entries, MuriSegmentEntry, middle);
      const int order = muri_uuid_compare (&entry->object, object);

      if (order == 0)
        return entry;
      if (order < 0)
        low = middle + 1;
      else
        high = middle;
    }
  return NULL;
}

/**
 * muri_segment_build_head:
 * @segment: what it is to say, its entries ascending by object
 *
 * Returns: (transfer full): the first bytes of the file; of a log, all that is not appended
 */
GBytes *
muri_segment_build_head (const MuriSegment *segment)
{
  const gsize length = muri_segment_measure_head (segment->entries->len);
  guint8 *data = g_malloc0 (length);

  memcpy (data, MAGIC, 4);
  data[4] = MAJOR;
  data[5] = MINOR;
  data[6] = segment->log ? LOG : 0;
  muri_bytes_put32 (data + 8, segment->step);
  muri_bytes_put32 (data + 12, segment->entries->len);
  muri_bytes_put64 (data + 16, segment->start);
  muri_bytes_put32 (data + 24, segment->used);
  for (guint i = 0; i < segment->entries->len; i++)
    {
      const MuriSegmentEntry *entry = &g_array_index (segment->entries, MuriSegmentEntry, i);
      guint8 *at = data + MURI_SEGMENT_HEADER + (gsize)i * ENTRY;

      memcpy (at, entry->object.b, sizeof entry->object.b);
      muri_bytes_put32 (at + 16, entry->offset);
      muri_bytes_put32 (at + 20, entry->length);
    }
  muri_bytes_put32 (data + AT_CHECKSUM, checksum (data, length));
  return g_bytes_new_take (data, length);
}

/**
 * muri_segment_append_log:
 * @data: to be appended to a log
 * @object: a VM, or all zero
 * @chunk: encoded
 */
void
muri_segment_append_log (GByteArray *data, const muri_v1_Uuid *object, GBytes *chunk)
{
  guint8 frame[FRAME];
  gsize length;
  gconstpointer bytes = g_bytes_get_data (chunk, &length);

  muri_bytes_put32 (frame, length);
  memcpy (frame + 4, object->b, sizeof object->b);
  muri_bytes_put32 (frame + FRAME_AT_CHECKSUM, muri_bytes_checksum (0, frame, FRAME_AT_CHECKSUM));
  g_byte_array_append (data, frame, FRAME);
  g_byte_array_append (data, bytes, length);
}

/* The frame at @at, if one can be there. */
static gboolean
read_frame (const guint8 *data, gsize length, gsize at, MuriSegmentEntry *entry)
{
  const guint8 *frame = data + at;

  if (length - at < FRAME
      || muri_bytes_checksum (0, frame, FRAME_AT_CHECKSUM)
             != muri_bytes_get32 (frame + FRAME_AT_CHECKSUM))
    return FALSE;
  memcpy (entry->object.b, frame + 4, sizeof entry->object.b);
  entry->offset = at + FRAME;
  entry->length = muri_bytes_get32 (frame);
  return entry->length <= length - at - FRAME;
}

static gboolean
is_log (gconstpointer data, gsize length, guint *step)
{
  g_autoptr (MuriSegment) segment = muri_segment_parse (data, length, NULL);

  if (segment == NULL || !segment->log || length > G_MAXUINT32)
    return FALSE;
  *step = segment->step;
  return TRUE;
}

/**
 * muri_segment_read_log:
 * @data: a whole log
 * @length: bytes of it
 * @func: (nullable) (scope call): called for each chunk in it
 * @user_data: for @func
 *
 * Stops where the log does not go on as it was written: its writer may have died there.
 *
 * Returns: how many bytes make sense; 0: it is no log
 */
gsize
muri_segment_read_log (gconstpointer data, gsize length, MuriSegmentFunc func, gpointer user_data)
{
  gsize at = MURI_SEGMENT_HEADER;
  MuriSegmentEntry entry;
  guint step;

  if (!is_log (data, length, &step))
    return 0;
  for (; read_frame (data, length, at, &entry); at = (gsize)entry.offset + entry.length)
    {
      g_autoptr (MuriChunk) chunk =
          muri_chunk_decode ((const guint8 *)data + entry.offset, entry.length, NULL);

      if (chunk == NULL || muri_chunk_get_step (chunk) != step)
        break;
      if (func != NULL)
        func (&entry.object, chunk, user_data);
    }
  return at;
}

/**
 * muri_segment_index_log:
 * @data: a whole log
 * @length: bytes of it
 *
 * The chunks themselves are not looked at.
 *
 * Returns: (transfer full) (element-type MuriSegmentEntry): where its chunks are, in the order of
 *   time; empty if it is no log
 */
GArray *
muri_segment_index_log (gconstpointer data, gsize length)
{
  GArray *entries = g_array_new (FALSE, FALSE, sizeof (MuriSegmentEntry));
  gsize at = MURI_SEGMENT_HEADER;
  MuriSegmentEntry entry;
  guint step;

  if (!is_log (data, length, &step))
    return entries;
  for (; read_frame (data, length, at, &entry); at = (gsize)entry.offset + entry.length)
    g_array_append_val (entries, entry);
  return entries;
}
