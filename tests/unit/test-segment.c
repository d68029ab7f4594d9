/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-segment.h"

#include <string.h>

#include "muri-bytes.h"
#include "muri-segment-list.h"
#include "muri-uuid.h"

#define START G_GINT64_CONSTANT (1699995600)
#define NODE "3d8a50c1-7c2e-4a55-9d3e-1f60b1a2c3d4"
#define AT_CHECKSUM 28

static GBytes *
chunk_of (guint first, guint n, float value)
{
  g_autoptr (MuriChunkBuilder) builder = muri_chunk_builder_new (1, START, 300);
  float values[MURI_N_VM_FIGURES];

  muri_figures_forget (values, MURI_N_VM_FIGURES);
  values[MURI_FIGURE_CPU] = value;
  for (guint i = 0; i < n; i++)
    muri_chunk_builder_add_values (builder, first + i, values, MURI_N_VM_FIGURES);
  return muri_chunk_builder_encode (builder, FALSE);
}

static MuriSegment *
segment_new (gboolean log)
{
  MuriSegment *segment = g_new0 (MuriSegment, 1);

  segment->log = log;
  segment->step = 1;
  segment->start = START;
  segment->used = 300;
  segment->entries = g_array_new (FALSE, FALSE, sizeof (MuriSegmentEntry));
  return segment;
}

static GBytes *
sample_head (guint n)
{
  g_autoptr (MuriSegment) segment = segment_new (FALSE);

  for (guint i = 0; i < n; i++)
    {
      MuriSegmentEntry entry = { .offset = MURI_SEGMENT_HEADER + n * 24 + i * 100, .length = 100 };

      entry.object.b[0] = i;
      g_array_append_val (segment->entries, entry);
    }
  return muri_segment_build_head (segment);
}

static void
test_head (void)
{
  g_autoptr (GBytes) bytes = sample_head (51);
  gsize length;
  gconstpointer data = g_bytes_get_data (bytes, &length);
  g_autoptr (GError) error = NULL;
  g_autoptr (MuriSegment) segment = muri_segment_parse (data, length, &error);
  muri_v1_Uuid object = { { 0 } };

  g_assert_no_error (error);
  g_assert_cmpuint (muri_segment_get_head_length (data, MURI_SEGMENT_HEADER, NULL), ==, length);
  g_assert_cmpuint (segment->entries->len, ==, 51);
  g_assert_cmpint (segment->start, ==, START);
  g_assert_cmpuint (segment->used, ==, 300);
  g_assert_false (segment->log);
  for (guint i = 0; i < 51; i++)
    {
      object.b[0] = i;
      g_assert_cmpuint (muri_segment_find (segment, &object)->offset, ==, length + i * 100);
    }
  object.b[0] = 51;
  g_assert_null (muri_segment_find (segment, &object));
}

static void
test_hostile_head (void)
{
  g_autoptr (GBytes) bytes = sample_head (5);
  gsize length;
  gconstpointer whole = g_bytes_get_data (bytes, &length);

  for (gsize i = 0; i < length; i++)
    g_assert_null (muri_segment_parse (whole, i, NULL));
  for (guint round = 0; round < 20000; round++)
    {
      g_autofree guint8 *data = g_memdup2 (whole, length);
      g_autoptr (MuriSegment) segment = NULL;

      for (guint i = g_test_rand_int_range (1, 5); i > 0; i--)
        data[g_test_rand_int_range (4, length)] = g_test_rand_int_range (0, 256);
      if (round % 4 != 0)
        muri_bytes_put32 (data + AT_CHECKSUM,
                          muri_bytes_checksum (muri_bytes_checksum (0, data, AT_CHECKSUM),
                                               data + MURI_SEGMENT_HEADER,
                                               length - MURI_SEGMENT_HEADER));
      segment = muri_segment_parse (data, length, NULL);
      for (guint i = 0; segment != NULL && i < segment->entries->len; i++)
        {
          const MuriSegmentEntry *entry = &g_array_index (segment->entries, MuriSegmentEntry, i);

          g_assert_true (muri_segment_find (segment, &entry->object) == entry);
          g_assert_cmpuint ((guint64)entry->offset + entry->length, <=, G_MAXUINT32);
          g_assert_cmpuint (entry->length, <=, MURI_CHUNK_LENGTH_MAX);
        }
    }
}

static void
count_frame (const muri_v1_Uuid *object, MuriChunk *chunk, gpointer user_data)
{
  guint *frames = user_data;

  g_assert_cmpuint (object->b[0], ==, *frames % 3);
  g_assert_cmpuint (muri_chunk_get_slots (chunk), ==, *frames / 3 * 10 + 10);
  (*frames)++;
}

/* A log ends where it stops making sense, and all before that is read. */
static void
test_log (void)
{
  g_autoptr (MuriSegment) segment = segment_new (TRUE);
  g_autoptr (GBytes) head = muri_segment_build_head (segment);
  g_autoptr (GByteArray) log = g_byte_array_new ();
  g_autoptr (GArray) ends = g_array_new (FALSE, FALSE, sizeof (gsize));
  g_autoptr (GArray) entries = NULL;
  guint frames = 0;

  g_byte_array_append (log, g_bytes_get_data (head, NULL), g_bytes_get_size (head));
  for (guint i = 0; i < 30; i++)
    {
      g_autoptr (GBytes) chunk = chunk_of (i / 3 * 10, 10, 0.5f);
      const muri_v1_Uuid object = { { i % 3 } };
      gsize end = log->len;

      g_array_append_val (ends, end);
      muri_segment_append_log (log, &object, chunk);
    }
  g_assert_cmpuint (muri_segment_read_log (log->data, log->len, count_frame, &frames), ==,
                    log->len);
  g_assert_cmpuint (frames, ==, 30);
  entries = muri_segment_index_log (log->data, log->len);
  g_assert_cmpuint (entries->len, ==, 30);
  for (guint i = 0; i < 30; i++)
    {
      const MuriSegmentEntry *entry = &g_array_index (entries, MuriSegmentEntry, i);
      g_autoptr (MuriChunk) chunk =
          muri_chunk_decode (log->data + entry->offset, entry->length, NULL);

      g_assert_nonnull (chunk);
      g_assert_cmpuint (entry->object.b[0], ==, i % 3);
    }

  for (gsize i = 0; i < log->len; i++)
    {
      gsize expected = i < MURI_SEGMENT_HEADER ? 0 : MURI_SEGMENT_HEADER;

      for (guint j = 0; j < ends->len && g_array_index (ends, gsize, j) <= i; j++)
        expected = g_array_index (ends, gsize, j);
      if (i % 7 == 0)
        g_assert_cmpuint (muri_segment_read_log (log->data, i, NULL, NULL), ==, expected);
      log->data[i] ^= 1;
      g_assert_cmpuint (muri_segment_read_log (log->data, log->len, NULL, NULL), ==, expected);
      log->data[i] ^= 1;
    }
}

static MuriSegmentList *
sample_list (void)
{
  MuriSegmentList *list = muri_segment_list_new (NODE, START * G_USEC_PER_SEC);

  for (guint i = 0; i < 60; i++)
    {
      MuriSegmentInfo info = { .log = i == 0,
                               .step = 10,
                               .start = START + i * 3600,
                               .end = START + i * 3600 + 3600,
                               .size = 1000 + i,
                               .objects = 51 };

      g_snprintf (info.name, sizeof info.name, "10-%" G_GINT64_FORMAT, info.start);
      g_array_append_val (list->segments, info);
    }
  return list;
}

static void
test_list (void)
{
  g_autoptr (MuriSegmentList) list = sample_list ();
  g_autofree char *text = muri_segment_list_format (list);
  g_autoptr (GError) error = NULL;
  g_autoptr (MuriSegmentList) again = muri_segment_list_parse (text, -1, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (again->node, ==, NODE);
  g_assert_cmpint (again->time, ==, START * G_USEC_PER_SEC);
  g_assert_cmpmem (list->segments->data, list->segments->len * sizeof (MuriSegmentInfo),
                   again->segments->data, again->segments->len * sizeof (MuriSegmentInfo));
}

static void
test_hostile_list (void)
{
  g_autoptr (MuriSegmentList) list = sample_list ();
  g_autofree char *whole = muri_segment_list_format (list);
  const gsize length = strlen (whole);
  g_autofree char *deep = g_strnfill (100000, '<');
  const char *const names[] = { "", "..", "../x", "a/b", "a.b", "-rf", "A", "a b", "é", "%2e%2e" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    g_assert_false (muri_segment_name_check (names[i]));
  g_assert_true (muri_segment_name_check ("600-1699995600"));
  g_assert_null (muri_segment_list_parse (deep, -1, NULL));
  g_assert_null (muri_segment_list_parse ("", -1, NULL));
  g_assert_null (muri_segment_list_parse ("{}", -1, NULL));
  for (guint round = 0; round < 300; round++)
    {
      g_autofree char *text = g_strdup (whole);
      gsize end = round % 2 == 0 ? length : (gsize)g_test_rand_int_range (0, length);

      for (guint i = g_test_rand_int_range (1, 4); i > 0; i--)
        text[g_test_rand_int_range (0, length)] = (char)g_test_rand_int_range (0, 256);
      g_autoptr (MuriSegmentList) found = muri_segment_list_parse (text, end, NULL);
      for (guint i = 0; found != NULL && i < found->segments->len; i++)
        g_assert_true (
            muri_segment_name_check (g_array_index (found->segments, MuriSegmentInfo, i).name));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/segment/head", test_head);
  g_test_add_func ("/segment/hostile-head", test_hostile_head);
  g_test_add_func ("/segment/log", test_log);
  g_test_add_func ("/segment/list", test_list);
  g_test_add_func ("/segment/hostile-list", test_hostile_list);
  return g_test_run ();
}
