/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-chunk.h"

#include <math.h>
#include <string.h>

#include "muri-bytes.h"

#define START G_GINT64_CONSTANT (1699995600)

/* Of the header, see docs/history.md. */
#define AT_MAJOR 4
#define AT_CHECKSUM 28
#define HEADER 32

static float
keep (MuriFigure figure, float value)
{
  const MuriPrecision precision = muri_figure_get_info (figure)->precision;

  return muri_figure_restore (muri_figure_quantize (value, precision), precision);
}

static void
random_slot (guint step, guint n_figures, MuriRollup *rollups)
{
  for (guint i = 0; i < n_figures; i++)
    {
      const gboolean part = g_test_rand_int_range (0, 4) == 0;
      const guint known = part ? (guint)g_test_rand_int_range (0, step + 1) : step;
      const double scale = pow (10, g_test_rand_int_range (-4, 9));

      rollups[i] = (MuriRollup){ 0 };
      for (guint second = 0; second < known; second++)
        muri_rollup_add (&rollups[i], (float)(scale * g_test_rand_double ()));
    }
}

static void
check_slot (MuriChunk *chunk, guint slot, const MuriRollup *rollups, guint n_figures)
{
  for (guint i = 0; i < n_figures; i++)
    {
      const MuriChunkColumn *column = muri_chunk_find (chunk, i);

      if (rollups[i].known == 0)
        {
          if (column == NULL)
            continue;
          g_assert_cmpuint (column->known[slot], ==, 0);
          g_assert_true (isnan (column->min[slot]));
          g_assert_true (isnan (column->average[slot]));
          g_assert_true (isnan (column->max[slot]));
          continue;
        }
      g_assert_nonnull (column);
      g_assert_cmpuint (column->known[slot], ==, rollups[i].known);
      g_assert_cmpfloat (column->average[slot], ==,
                         keep (i, muri_rollup_get_average (&rollups[i])));
      g_assert_cmpfloat (column->min[slot], ==, keep (i, rollups[i].min));
      g_assert_cmpfloat (column->max[slot], ==, keep (i, rollups[i].max));
    }
}

static void
check_same (MuriChunk *a, MuriChunk *b)
{
  guint n_a, n_b;
  const MuriChunkColumn *columns = muri_chunk_get_columns (a, &n_a);
  const gsize slots = muri_chunk_get_slots (a);

  muri_chunk_get_columns (b, &n_b);
  g_assert_cmpuint (n_a, ==, n_b);
  g_assert_cmpuint (muri_chunk_get_step (a), ==, muri_chunk_get_step (b));
  g_assert_cmpint (muri_chunk_get_start (a), ==, muri_chunk_get_start (b));
  g_assert_cmpuint (slots, ==, muri_chunk_get_slots (b));
  for (guint i = 0; i < n_a; i++)
    {
      const MuriChunkColumn *other = muri_chunk_find (b, columns[i].figure);

      g_assert_nonnull (other);
      g_assert_cmpmem (columns[i].known, slots * 2, other->known, slots * 2);
      g_assert_cmpmem (columns[i].average, slots * 4, other->average, slots * 4);
      g_assert_cmpmem (columns[i].min, slots * 4, other->min, slots * 4);
      g_assert_cmpmem (columns[i].max, slots * 4, other->max, slots * 4);
    }
}

static MuriChunk *
decode (GBytes *bytes)
{
  g_autoptr (GError) error = NULL;
  gsize length;
  gconstpointer data = g_bytes_get_data (bytes, &length);
  MuriChunk *chunk = muri_chunk_decode (data, length, &error);

  g_assert_no_error (error);
  return chunk;
}

/* All that was added comes back, by every way of reading. */
static void
round_trip (const MuriTier *tier, guint n_figures, guint used)
{
  g_autoptr (MuriChunkBuilder) builder = muri_chunk_builder_new (tier->step, START, tier->slots);
  MuriRollup (*slots)[MURI_N_FIGURES] = g_malloc0_n (tier->slots, sizeof *slots);
  guint last = 0;

  g_assert_null (muri_chunk_builder_read (builder));
  g_assert_null (muri_chunk_builder_encode (builder, TRUE));
  for (guint i = 0; i < used; i++)
    {
      if (g_test_rand_int_range (0, 10) == 0)
        continue;
      random_slot (tier->step, n_figures, slots[i]);
      g_assert_true (muri_chunk_builder_add (builder, i, slots[i], n_figures));
      g_assert_false (muri_chunk_builder_add (builder, i, slots[i], n_figures));
      last = i + 1;
      g_assert_cmpuint (muri_chunk_builder_get_used (builder), ==, last);
    }
  g_assert_false (muri_chunk_builder_add (builder, tier->slots, slots[0], n_figures));

  if (last > 0)
    {
      g_autoptr (GBytes) packed = muri_chunk_builder_encode (builder, TRUE);
      g_autoptr (GBytes) plain = muri_chunk_builder_encode (builder, FALSE);
      g_autoptr (MuriChunk) a = decode (packed);
      g_autoptr (MuriChunk) b = decode (plain);
      g_autoptr (MuriChunk) c = muri_chunk_builder_read (builder);

      check_same (a, b);
      check_same (a, c);
      g_assert_cmpuint (muri_chunk_get_slots (a), ==, last);
      g_assert_cmpint (muri_chunk_get_start (a), ==, START);
      for (guint i = 0; i < last; i++)
        check_slot (a, i, slots[i], n_figures);
    }
  g_free (slots);
}

static void
test_round_trip (void)
{
  for (guint i = 0; i < MURI_N_TIERS; i++)
    for (guint round = 0; round < 4; round++)
      {
        round_trip (&muri_tiers[i], MURI_N_VM_FIGURES, muri_tiers[i].slots);
        round_trip (&muri_tiers[i], MURI_N_FIGURES, g_test_rand_int_range (1, muri_tiers[i].slots));
      }
}

/* What was decoded and is packed again does not change, however often. */
static void
test_again (void)
{
  g_autoptr (MuriChunkBuilder) first = muri_chunk_builder_new (10, START, 360);
  g_autoptr (MuriChunkBuilder) second = muri_chunk_builder_new (10, START, 360);
  g_autoptr (MuriChunk) a = NULL;
  g_autoptr (MuriChunk) b = NULL;

  for (guint i = 0; i < 360; i++)
    {
      MuriRollup rollups[MURI_N_FIGURES];

      random_slot (10, MURI_N_FIGURES, rollups);
      muri_chunk_builder_add (first, i, rollups, MURI_N_FIGURES);
    }
  a = muri_chunk_builder_read (first);
  for (guint i = 0; i < 360; i++)
    {
      MuriRollup rollups[MURI_N_FIGURES] = { 0 };

      for (guint j = 0; j < MURI_N_FIGURES; j++)
        muri_chunk_roll_up (a, j, i, 1, &rollups[j]);
      muri_chunk_builder_add (second, i, rollups, MURI_N_FIGURES);
    }
  b = muri_chunk_builder_read (second);
  check_same (a, b);
}

static void
test_roll_up (void)
{
  g_autoptr (MuriChunkBuilder) builder = muri_chunk_builder_new (1, START, 300);
  g_autoptr (MuriChunk) chunk = NULL;
  MuriRollup expected = { 0 };
  MuriRollup found = { 0 };

  for (guint i = 0; i < 250; i++)
    {
      float values[MURI_N_VM_FIGURES];

      muri_figures_forget (values, MURI_N_VM_FIGURES);
      if (i % 7 != 0)
        values[MURI_FIGURE_NET_RX] = (float)(i * i);
      g_assert_true (muri_chunk_builder_add_values (builder, i, values, MURI_N_VM_FIGURES));
      if (i >= 200 && i % 7 != 0)
        muri_rollup_add (&expected, keep (MURI_FIGURE_NET_RX, values[MURI_FIGURE_NET_RX]));
    }
  chunk = muri_chunk_builder_read (builder);
  muri_chunk_roll_up (chunk, MURI_FIGURE_NET_RX, 200, 100, &found);
  g_assert_cmpuint (found.known, ==, expected.known);
  g_assert_cmpfloat (found.min, ==, expected.min);
  g_assert_cmpfloat (found.max, ==, expected.max);
  g_assert_cmpfloat (found.sum, ==, expected.sum);

  muri_chunk_roll_up (chunk, MURI_FIGURE_NET_RX, 250, G_MAXUINT, &found);
  muri_chunk_roll_up (chunk, MURI_FIGURE_NET_RX, G_MAXUINT, G_MAXUINT, &found);
  muri_chunk_roll_up (chunk, MURI_FIGURE_SWAP, 0, 300, &found);
  g_assert_cmpuint (found.known, ==, expected.known);
}

/* ---- what nobody wrote ---- */

static GBytes *
sample_chunk (gboolean compress)
{
  g_autoptr (MuriChunkBuilder) builder = muri_chunk_builder_new (10, START, 360);

  for (guint i = 0; i < 40; i++)
    {
      MuriRollup rollups[MURI_N_VM_FIGURES];

      random_slot (10, MURI_N_VM_FIGURES, rollups);
      muri_chunk_builder_add (builder, i, rollups, MURI_N_VM_FIGURES);
    }
  return muri_chunk_builder_encode (builder, compress);
}

static void
sign (guint8 *data, gsize length)
{
  muri_bytes_put32 (data + AT_CHECKSUM,
                    muri_bytes_checksum (muri_bytes_checksum (0, data, AT_CHECKSUM), data + HEADER,
                                         length - HEADER));
}

static void
refuse (gconstpointer data, gsize length, int code)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MuriChunk) chunk = muri_chunk_decode (data, length, &error);

  g_assert_null (chunk);
  g_assert_error (error, MURI_CHUNK_ERROR, code);
}

static void
test_foreign (void)
{
  g_autoptr (GBytes) bytes = sample_chunk (TRUE);
  gsize length;
  gconstpointer whole = g_bytes_get_data (bytes, &length);
  g_autofree guint8 *data = g_memdup2 (whole, length);

  refuse ("", 0, MURI_CHUNK_ERROR_FOREIGN);
  refuse ("SQLite format 3, and more than a header has of bytes", 40, MURI_CHUNK_ERROR_FOREIGN);
  for (gsize i = HEADER; i < length; i++)
    refuse (data, i, MURI_CHUNK_ERROR_DAMAGED);
  for (gsize i = 0; i < length; i++)
    {
      data[i] ^= 0x40;
      refuse (data, length,
              i < 4           ? MURI_CHUNK_ERROR_FOREIGN
              : i == AT_MAJOR ? MURI_CHUNK_ERROR_NEWER
                              : MURI_CHUNK_ERROR_DAMAGED);
      data[i] ^= 0x40;
    }
  data[AT_MAJOR]++;
  sign (data, length);
  refuse (data, length, MURI_CHUNK_ERROR_NEWER);
}

/* Whoever can compute a checksum can say anything: it is refused, or it is a chunk whose values
 * are within bounds. */
static void
test_hostile (void)
{
  const guint rounds = 20000;

  for (guint kind = 0; kind < 2; kind++)
    {
      g_autoptr (GBytes) bytes = sample_chunk (kind == 0);
      gsize whole;
      gconstpointer original = g_bytes_get_data (bytes, &whole);

      for (guint round = 0; round < rounds; round++)
        {
          gsize length =
              round % 3 == 0 ? (gsize)g_test_rand_int_range (HEADER, (int)whole + 1) : whole;
          g_autofree guint8 *data = g_memdup2 (original, length);
          guint changes = g_test_rand_int_range (1, 6);

          /* Mostly where the structure is. */
          for (guint i = 0; i < changes; i++)
            data[g_test_rand_int_range (5, g_test_rand_bit () ? (int)length
                                                              : MIN ((int)length, HEADER + 16))] =
                g_test_rand_bit () ? g_test_rand_int_range (0, 256)
                                   : (g_test_rand_bit () ? 0 : 0xff);
          sign (data, length);

          g_autoptr (MuriChunk) chunk = muri_chunk_decode (data, length, NULL);
          guint n_columns;

          if (chunk == NULL)
            continue;
          const MuriChunkColumn *columns = muri_chunk_get_columns (chunk, &n_columns);
          for (guint i = 0; i < n_columns; i++)
            for (guint slot = 0; slot < muri_chunk_get_slots (chunk); slot++)
              {
                g_assert_cmpuint (columns[i].known[slot], <=, muri_chunk_get_step (chunk));
                if (columns[i].known[slot] == 0)
                  continue;
                g_assert_cmpfloat (columns[i].min[slot], >=, 0);
                g_assert_cmpfloat (columns[i].min[slot], <=, columns[i].average[slot]);
                g_assert_cmpfloat (columns[i].average[slot], <=, columns[i].max[slot]);
                g_assert_true (isfinite (columns[i].max[slot]));
              }
        }
    }
}

/* A later version has figures that this one does not know. */
static void
test_newer_column (void)
{
  g_autoptr (GBytes) bytes = sample_chunk (FALSE);
  g_autoptr (MuriChunk) before = decode (bytes);
  gsize length;
  gconstpointer original = g_bytes_get_data (bytes, &length);
  g_autofree guint8 *data = g_memdup2 (original, length);
  g_autoptr (GBytes) newer = NULL;
  g_autoptr (MuriChunk) chunk = NULL;
  guint n_before, n_after;

  data[5]++;
  muri_bytes_put16 (data + HEADER, 4711);
  sign (data, length);
  newer = g_bytes_new_static (data, length);
  chunk = decode (newer);
  muri_chunk_get_columns (before, &n_before);
  muri_chunk_get_columns (chunk, &n_after);
  g_assert_cmpuint (n_after, ==, n_before - 1);
}

static void
test_checksum (void)
{
  /* RFC 3720, appendix B.4. */
  guint8 zeros[32] = { 0 };

  g_assert_cmphex (muri_bytes_checksum (0, zeros, 32), ==, 0x8a9136aa);
  g_assert_cmphex (muri_bytes_checksum (muri_bytes_checksum (0, zeros, 5), zeros, 27), ==,
                   0x8a9136aa);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/chunk/round-trip", test_round_trip);
  g_test_add_func ("/chunk/again", test_again);
  g_test_add_func ("/chunk/roll-up", test_roll_up);
  g_test_add_func ("/chunk/foreign", test_foreign);
  g_test_add_func ("/chunk/hostile", test_hostile);
  g_test_add_func ("/chunk/newer-column", test_newer_column);
  g_test_add_func ("/chunk/checksum", test_checksum);
  return g_test_run ();
}
