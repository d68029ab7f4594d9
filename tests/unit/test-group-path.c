/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-group-path.h"

#include <string.h>

static void
refused (const char *path, int code)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (muri_group_path_check (path, &error));
  g_assert_error (error, MURI_GROUP_ERROR, code);
}

static void
test_names (void)
{
  g_autofree char *long_name = g_strnfill (MURI_GROUP_NAME_MAX + 1, 'x');
  g_autofree char *longest = g_strnfill (MURI_GROUP_NAME_MAX, 'x');
  g_autoptr (GError) error = NULL;

  g_assert_true (muri_group_name_check ("web", &error));
  g_assert_true (muri_group_name_check ("운영 서버", &error));
  g_assert_true (muri_group_name_check ("a \"b\" <c> & 'd' \\ é", &error));
  g_assert_true (muri_group_name_check (longest, &error));
  g_assert_no_error (error);

  refused ("", MURI_GROUP_ERROR_EMPTY);
  refused (" web", MURI_GROUP_ERROR_EMPTY);
  refused ("web ", MURI_GROUP_ERROR_EMPTY);
  refused ("a\nb", MURI_GROUP_ERROR_CHARACTER);
  refused ("a\x7f", MURI_GROUP_ERROR_CHARACTER);
  refused ("a\xff", MURI_GROUP_ERROR_CHARACTER);
  refused (long_name, MURI_GROUP_ERROR_LONG);
  g_assert_false (muri_group_name_check ("a/b", NULL));
}

static void
test_paths (void)
{
  g_autofree char *deep = g_strnfill (2 * MURI_GROUP_DEPTH_MAX + 1, 'x');
  g_autofree char *joined = muri_group_path_join ("Production", "web");
  g_autofree char *root = muri_group_path_join (NULL, "web");
  g_autofree char *parent = muri_group_path_parent ("Production/web/front");

  g_assert_true (muri_group_path_check ("Production/web", NULL));
  refused ("/web", MURI_GROUP_ERROR_EMPTY);
  refused ("web/", MURI_GROUP_ERROR_EMPTY);
  refused ("a//b", MURI_GROUP_ERROR_EMPTY);
  for (guint i = 1; deep[i] != '\0'; i += 2)
    deep[i] = '/';
  refused (deep, MURI_GROUP_ERROR_DEEP);

  g_assert_cmpstr (joined, ==, "Production/web");
  g_assert_cmpstr (root, ==, "web");
  g_assert_cmpstr (parent, ==, "Production/web");
  g_assert_null (muri_group_path_parent ("web"));
  g_assert_cmpstr (muri_group_path_name ("Production/web"), ==, "web");
  g_assert_cmpstr (muri_group_path_name ("web"), ==, "web");
}

static void
test_moves (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *moved = muri_group_path_replace ("a/b/c", "a/b", "x");

  g_assert_true (muri_group_path_contains ("a/b", "a/b"));
  g_assert_true (muri_group_path_contains ("a/b", "a/b/c"));
  g_assert_false (muri_group_path_contains ("a/b", "a/bc"));
  g_assert_false (muri_group_path_contains ("a/b", "a"));
  g_assert_cmpstr (moved, ==, "x/c");

  g_assert_true (muri_group_path_can_move ("a/b", "b", &error));
  g_assert_true (muri_group_path_can_move ("a", "ab/a", &error));
  g_assert_true (muri_group_path_can_move ("a", "a", &error));
  g_assert_no_error (error);
  g_assert_false (muri_group_path_can_move ("a", "a/b/a", &error));
  g_assert_error (error, MURI_GROUP_ERROR, MURI_GROUP_ERROR_CYCLE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/group-path/names", test_names);
  g_test_add_func ("/group-path/paths", test_paths);
  g_test_add_func ("/group-path/moves", test_moves);
  return g_test_run ();
}
