/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fleet-fixture.h"
#include "muri-report.h"

#define S G_TIME_SPAN_SECOND

static MuriFleet *
open_fleet (void)
{
  MuriFleet *fleet = fixture_open (NULL);

  for (guint node = 1; node <= 2; node++)
    {
      fixture_fold_one (fleet, fixture_node (node, 2));
      fixture_fold_one (fleet, fixture_vm (node, 10 * node, MURI_VM_STATE_RUNNING));
      fixture_fold_one (fleet, fixture_vm (node, 10 * node + 1, MURI_VM_STATE_RUNNING));
      fixture_fold_one (fleet, fixture_sample (node, 0.5f, 10 * node, 2));
    }

  /* One is deleted, one goes to the other host. */
  fixture_fold_one (
      fleet, fixture_with_life (fixture_vm (1, 11, MURI_VM_STATE_RUNNING), MURI_LIFE_DISPOSED));
  fixture_fold_one (
      fleet, fixture_with_life (fixture_vm (1, 10, MURI_VM_STATE_RUNNING), MURI_LIFE_DISPOSED));
  fixture_fold_one (fleet, fixture_vm (2, 10, MURI_VM_STATE_RUNNING));
  return fleet;
}

static MuriUsageRow *
find_row (MuriReport *report, MuriReportTable table, const char *name)
{
  GListModel *rows = muri_report_get_rows (report, table);

  for (guint i = 0; i < g_list_model_get_n_items (rows); i++)
    {
      g_autoptr (MuriUsageRow) row = g_list_model_get_item (rows, i);

      if (g_str_equal (muri_usage_row_get_name (row), name))
        return row;
    }
  return NULL;
}

static void
ask (MuriReport *report, MuriScope *scope)
{
  gint64 now = g_get_real_time ();

  muri_report_ask (report, scope, now - 60 * S, now + 60 * S);
  fixture_await (!muri_report_is_busy (report));
  g_assert_null (muri_report_get_problem (report));
}

static guint
count_rows (MuriReport *report, MuriReportTable table)
{
  return g_list_model_get_n_items (muri_report_get_rows (report, table));
}

/* What is not there any more used something, too; it leads nowhere, and nothing is advised of it.
 */
static void
test_deleted (void)
{
  MuriFleet *fleet = open_fleet ();
  g_autoptr (MuriScope) all = muri_scope_new_fleet (fleet);
  g_autoptr (MuriScope) one = muri_scope_new_node (fleet, fixture_find_node (fleet, 1));
  g_autoptr (MuriScope) two = muri_scope_new_node (fleet, fixture_find_node (fleet, 2));
  g_autoptr (MuriReport) report = muri_report_new ();
  MuriUsageRow *row;

  ask (report, all);
  g_assert_cmpuint (count_rows (report, MURI_REPORT_VMS), ==, 5);
  g_assert_cmpuint (count_rows (report, MURI_REPORT_HOSTS), ==, 2);
  row = find_row (report, MURI_REPORT_VMS, "vm-11 (deleted)");
  g_assert_nonnull (row);
  g_assert_cmpstr (muri_usage_row_get_id (row), ==, "");
  g_assert_cmpstr (muri_usage_row_get_place (row), ==, "node-1");
  g_assert_cmpfloat_with_epsilon (muri_usage_row_get_usage (row)->on, 1, 1e-3);
  g_assert_nonnull (find_row (report, MURI_REPORT_VMS, "vm-10 (moved)"));
  g_assert_nonnull (find_row (report, MURI_REPORT_VMS, "vm-10"));
  g_assert_cmpfloat_with_epsilon (
      muri_usage_row_get_usage (muri_report_get_total (report, MURI_REPORT_VMS))->on, 4, 1e-3);
  for (guint i = 0; i < g_list_model_get_n_items (muri_report_get_advice (report)); i++)
    {
      g_autoptr (MuriAdvice) advice = g_list_model_get_item (muri_report_get_advice (report), i);

      g_assert_true (MURI_IS_VM (muri_advice_get_object (advice))
                     || MURI_IS_NODE (muri_advice_get_object (advice)));
    }

  ask (report, one);
  g_assert_cmpuint (count_rows (report, MURI_REPORT_VMS), ==, 2);
  g_assert_nonnull (find_row (report, MURI_REPORT_VMS, "vm-11 (deleted)"));
  g_assert_nonnull (find_row (report, MURI_REPORT_VMS, "vm-10 (moved)"));

  ask (report, two);
  g_assert_cmpuint (count_rows (report, MURI_REPORT_VMS), ==, 3);
  g_assert_null (find_row (report, MURI_REPORT_VMS, "vm-11 (deleted)"));
  muri_report_ask (report, NULL, 0, 0);
  g_clear_object (&report);
  g_clear_object (&all);
  g_clear_object (&one);
  g_clear_object (&two);
  fixture_close (fleet);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/report/deleted", test_deleted);
  return g_test_run ();
}
