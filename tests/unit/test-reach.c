/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib.h>

#include "muri-reach.h"

static void
assert_zones (const char *text, const char *expected)
{
  g_autofree char *wrong = NULL;
  g_autoptr (GArray) zones = muri_reach_parse_zones (text, &wrong);
  g_autofree char *formatted = NULL;

  g_assert_nonnull (zones);
  g_assert_null (wrong);
  formatted = muri_reach_format_zones ((const guint *)(gpointer)zones->data, zones->len);
  g_assert_cmpstr (formatted, ==, expected);
}

static void
assert_wrong_zone (const char *text, const char *expected)
{
  g_autofree char *wrong = NULL;

  g_assert_null (muri_reach_parse_zones (text, &wrong));
  g_assert_cmpstr (wrong, ==, expected);
}

static void
test_zones (void)
{
  assert_zones ("0", "0");
  assert_zones ("3,1 2;232", "1, 2, 3, 232");
  assert_zones (" 5, 5 ,5", "5");
  assert_wrong_zone ("", "");
  assert_wrong_zone (" , ", "");
  assert_wrong_zone ("1, 233", "233");
  assert_wrong_zone ("-1", "-1");
  assert_wrong_zone ("1, two", "two");
  assert_wrong_zone ("99999999999999999999", "99999999999999999999");
}

static void
assert_peers (const char *text, const char *expected)
{
  g_autofree char *wrong = NULL;
  g_auto (GStrv) peers = muri_reach_parse_peers (text, &wrong);
  g_autofree char *joined = NULL;

  g_assert_nonnull (peers);
  g_assert_null (wrong);
  joined = g_strjoinv ("|", peers);
  g_assert_cmpstr (joined, ==, expected);
}

static void
test_peers (void)
{
  g_autofree char *wrong = NULL;

  assert_peers ("", "");
  assert_peers ("seoul-1, 10.0.3.1 seoul-1", "seoul-1|10.0.3.1");
  g_assert_null (muri_reach_parse_peers ("seoul-1, bu\"san", &wrong));
  g_assert_cmpstr (wrong, ==, "bu\"san");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/reach/zones", test_zones);
  g_test_add_func ("/reach/peers", test_peers);
  return g_test_run ();
}
