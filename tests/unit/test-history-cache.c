/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-history-cache.h"

#define MOST 100000
#define SIZE 10000

static void
put (MuriHistoryCache *cache, guint i, gsize size)
{
  g_autofree char *name = g_strdup_printf ("%u", i);
  g_autoptr (GBytes) bytes = g_bytes_new_take (g_malloc0 (size), size);

  muri_history_cache_put (cache, name, bytes);
  g_assert_cmpuint (muri_history_cache_get_size (cache), <=, MOST);
}

static gboolean
has (MuriHistoryCache *cache, guint i)
{
  g_autofree char *name = g_strdup_printf ("%u", i);
  g_autoptr (GBytes) bytes = muri_history_cache_get (cache, name);

  return bytes != NULL;
}

static void
test_bound (void)
{
  MuriHistoryCache *cache = muri_history_cache_new (MOST);

  for (guint i = 0; i < 100; i++)
    {
      put (cache, i, SIZE);
      g_assert_true (has (cache, 0)); /* it is asked for all the time */
    }
  g_assert_true (has (cache, 99));
  g_assert_false (has (cache, 50));

  /* What is larger than all of it takes nothing away. */
  put (cache, 1000, MOST);
  g_assert_false (has (cache, 1000));
  g_assert_true (has (cache, 99));
  muri_history_cache_free (cache);
}

static void
test_anew (void)
{
  MuriHistoryCache *cache = muri_history_cache_new (MOST);
  g_autoptr (GBytes) bytes = NULL;
  gsize size;

  put (cache, 1, SIZE);
  size = muri_history_cache_get_size (cache);
  put (cache, 1, SIZE + 5);
  g_assert_cmpuint (muri_history_cache_get_size (cache), ==, size + 5);
  bytes = muri_history_cache_get (cache, "1");
  g_assert_cmpuint (g_bytes_get_size (bytes), ==, SIZE + 5);
  muri_history_cache_free (cache);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/history/cache/bound", test_bound);
  g_test_add_func ("/history/cache/anew", test_anew);
  return g_test_run ();
}
