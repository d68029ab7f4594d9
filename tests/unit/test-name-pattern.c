/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fleet-fixture.h"

#include "muri-name-pattern.h"

static void
test_check (void)
{
  g_autofree char *longest = g_strnfill (MURI_NAME_MAX, 'a');
  g_autofree char *longer = g_strnfill (MURI_NAME_MAX + 1, 'a');

  g_assert_cmpint (muri_name_check ("web-1"), ==, MURI_NAME_OK);
  g_assert_cmpint (muri_name_check ("웹 서버"), ==, MURI_NAME_OK);
  g_assert_cmpint (muri_name_check (longest), ==, MURI_NAME_OK);
  g_assert_cmpint (muri_name_check (longer), ==, MURI_NAME_TOO_LONG);
  g_assert_cmpint (muri_name_check (""), ==, MURI_NAME_EMPTY);
  g_assert_cmpint (muri_name_check ("a/b"), ==, MURI_NAME_CHARACTER);
  g_assert_cmpint (muri_name_check ("a\nb"), ==, MURI_NAME_CHARACTER);
  g_assert_cmpint (muri_name_check ("a\x7f"), ==, MURI_NAME_CHARACTER);
  g_assert_cmpint (muri_name_check ("a\xff"), ==, MURI_NAME_CHARACTER);
  g_assert_cmpint (muri_name_check (" a"), ==, MURI_NAME_SPACE);
  g_assert_cmpint (muri_name_check ("a\xe3\x80\x80"), ==, MURI_NAME_SPACE);
  g_assert_cmpint (muri_name_check (".."), ==, MURI_NAME_DOTS);
  g_assert_cmpint (muri_name_check ("-a"), ==, MURI_NAME_DOTS);
}

static void
test_host_name (void)
{
  g_autofree char *longer = g_strnfill (64, 'a');

  g_assert_true (muri_name_is_host_name ("web-1"));
  g_assert_false (muri_name_is_host_name ("web_1"));
  g_assert_false (muri_name_is_host_name ("web 1"));
  g_assert_false (muri_name_is_host_name ("web-"));
  g_assert_false (muri_name_is_host_name ("웹"));
  g_assert_false (muri_name_is_host_name (longer));
  g_assert_false (muri_name_is_host_name (""));
}

static void
assert_names (const char *pattern, guint n, GHashTable *taken, const char *expected)
{
  MuriNameProblem problem;
  g_auto (GStrv) names = muri_name_pattern_expand (pattern, n, taken, &problem);
  g_autofree char *joined = names != NULL ? g_strjoinv (" ", names) : NULL;

  g_assert_cmpint (problem, ==, MURI_NAME_OK);
  g_assert_cmpstr (joined, ==, expected);
}

static void
refuse (const char *pattern, guint n, GHashTable *taken, MuriNameProblem expected)
{
  MuriNameProblem problem;

  g_assert_null (muri_name_pattern_expand (pattern, n, taken, &problem));
  g_assert_cmpint (problem, ==, expected);
}

static void
test_pattern (void)
{
  g_autoptr (GHashTable) taken = g_hash_table_new (g_str_hash, g_str_equal);

  g_hash_table_add (taken, (gpointer) "web-002");
  g_hash_table_add (taken, (gpointer) "db");
  assert_names ("web-{001}", 3, taken, "web-001 web-003 web-004");
  assert_names ("web-{1}", 3, taken, "web-1 web-2 web-3");
  assert_names ("web-{9}-x", 2, NULL, "web-9-x web-10-x");
  assert_names ("web-{998}", 4, NULL, "web-998 web-999 web-1000 web-1001");
  assert_names ("{1}", 2, NULL, "1 2");
  assert_names ("web", 1, taken, "web");
  assert_names ("db", 2, taken, "db-1 db-2");
  assert_names ("web-{1}", 0, taken, "");
  refuse ("db", 1, taken, MURI_NAME_TAKEN);
  refuse ("web-{}", 1, NULL, MURI_NAME_BRACES);
  refuse ("web-{a}", 1, NULL, MURI_NAME_BRACES);
  refuse ("web-{1", 1, NULL, MURI_NAME_BRACES);
  refuse ("web-}1{", 1, NULL, MURI_NAME_BRACES);
  refuse ("{1}-{2}", 1, NULL, MURI_NAME_SEVERAL);
  refuse ("{1}}", 1, NULL, MURI_NAME_BRACES);
  refuse ("{99999999999}", 1, NULL, MURI_NAME_BRACES);
  refuse ("a/{1}", 2, NULL, MURI_NAME_CHARACTER);
  refuse ("", 1, NULL, MURI_NAME_EMPTY);
  refuse ("", 2, NULL, MURI_NAME_EMPTY);
}

/* VMs of all hosts, also those that are not there now, and what is being made. */
static void
test_taken (void)
{
  MuriFleet *fleet = fixture_open (NULL);
  MuriChange all[] = { fixture_node (1, 1), fixture_vm (1, 100, MURI_VM_STATE_OFF),
                       fixture_node (2, 1), fixture_vm (2, 101, MURI_VM_STATE_OFF) };
  g_autoptr (MuriRequest) request = muri_request_new (MURI_VERB_CLONE);
  g_autoptr (MuriOperation) operation = NULL;
  g_autoptr (GHashTable) names = NULL;

  fixture_fold (fleet, all, G_N_ELEMENTS (all));
  fixture_fold_one (fleet, fixture_with_life (fixture_node (2, 1), MURI_LIFE_NO_WRITERS));
  muri_request_add_creation (request, fixture_find_node (fleet, 1), "vm-102");
  operation = fixture_ask (fleet, request, NULL);
  fixture_report_all (fleet, operation, MURI_OUTCOME_RUNNING);
  names = muri_fleet_list_names (fleet);
  g_assert_cmpuint (g_hash_table_size (names), ==, 3);
  assert_names ("vm-{100}", 2, names, "vm-103 vm-104");
  g_clear_object (&operation);
  g_clear_pointer (&request, muri_request_unref);
  fixture_close (fleet);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/fleet/names/check", test_check);
  g_test_add_func ("/fleet/names/host-name", test_host_name);
  g_test_add_func ("/fleet/names/pattern", test_pattern);
  g_test_add_func ("/fleet/names/taken", test_taken);
  return g_test_run ();
}
