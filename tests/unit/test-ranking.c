/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fleet-fixture.h"

#include "muri-picks.h"
#include "muri-ranking.h"

#define NODE 1
#define FIRST 1

typedef struct
{
  MuriFleet *fleet;
  MuriRanking *ranking;
} Fixture;

/* vm-1 to vm-12, so that names sort as numbers and not as letters. */
static void
set_up (Fixture *fixture, gconstpointer data)
{
  MuriChange changes[14];

  fixture->fleet = fixture_open (NULL);
  for (guint i = 0; i < 12; i++)
    changes[i] = fixture_vm (NODE, FIRST + i, MURI_VM_STATE_RUNNING);
  changes[12] = fixture_node (NODE, 12);
  changes[13] = fixture_sample (NODE, 0.5f, FIRST, 6);
  fixture_fold (fixture->fleet, changes, G_N_ELEMENTS (changes));

  fixture->ranking = muri_ranking_new (MURI_TYPE_VM);
  muri_ranking_set_source (fixture->ranking, muri_fleet_get_vms (fixture->fleet));
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  muri_ranking_set_source (fixture->ranking, NULL);
  /* A ranking under way on its thread holds it until it is back. */
  g_object_add_weak_pointer (G_OBJECT (fixture->ranking), (gpointer *)&fixture->ranking);
  g_object_unref (fixture->ranking);
  fixture_await (fixture->ranking == NULL);
  fixture_close (fixture->fleet);
}

static char *
names (gpointer model)
{
  GString *text = g_string_new (NULL);
  guint n = g_list_model_get_n_items (model);

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (MuriVm) vm = g_list_model_get_item (model, i);

      g_string_append_printf (text, "%s%s", i > 0 ? " " : "", muri_vm_get_name (vm) + 3);
    }
  return g_string_free (text, FALSE);
}

#define assert_names(model, expected)                                                              \
  G_STMT_START                                                                                     \
  {                                                                                                \
    g_autofree char *names_ = names (model);                                                       \
    g_assert_cmpstr (names_, ==, expected);                                                        \
  }                                                                                                \
  G_STMT_END

static void
set_cpu (Fixture *fixture, guint vm, float share)
{
  fixture_fold_one (fixture->fleet, fixture_sample (NODE, share, vm, 1));
}

static void
test_order (Fixture *fixture, gconstpointer data)
{
  assert_names (fixture->ranking, "1 2 3 4 5 6 7 8 9 10 11 12");
  muri_ranking_set_order (fixture->ranking, MURI_COLUMN_NAME, TRUE);
  assert_names (fixture->ranking, "12 11 10 9 8 7 6 5 4 3 2 1");

  /* The unknown are last both ways; among equals the name decides, upwards. */
  set_cpu (fixture, 4, 0.9f);
  set_cpu (fixture, 2, 0.1f);
  muri_ranking_set_order (fixture->ranking, MURI_COLUMN_CPU, FALSE);
  assert_names (fixture->ranking, "2 1 3 5 6 4 7 8 9 10 11 12");
  muri_ranking_set_order (fixture->ranking, MURI_COLUMN_CPU, TRUE);
  assert_names (fixture->ranking, "4 1 3 5 6 2 7 8 9 10 11 12");
}

static void
count (guint *changes)
{
  (*changes)++;
}

static void
test_quiet (Fixture *fixture, gconstpointer data)
{
  guint changes = 0;

  muri_ranking_set_order (fixture->ranking, MURI_COLUMN_CPU, TRUE);
  g_signal_connect_swapped (fixture->ranking, "items-changed", G_CALLBACK (count), &changes);
  muri_ranking_resume (fixture->ranking);
  g_assert_cmpuint (changes, ==, 0);

  /* Other figures in the same order. */
  for (guint i = 0; i < 6; i++)
    set_cpu (fixture, FIRST + i, 0.6f);
  muri_ranking_resume (fixture->ranking);
  g_assert_cmpuint (changes, ==, 0);
  set_cpu (fixture, 5, 0.9f);
  muri_ranking_resume (fixture->ranking);
  g_assert_cmpuint (changes, ==, 1);
  g_signal_handlers_disconnect_by_data (fixture->ranking, &changes);
}

static gboolean
is_last (Fixture *fixture, const char *name)
{
  GListModel *model = G_LIST_MODEL (fixture->ranking);
  g_autoptr (MuriVm) vm = g_list_model_get_item (model, g_list_model_get_n_items (model) - 1);

  return g_str_equal (muri_vm_get_name (vm), name);
}

static void
test_frozen (Fixture *fixture, gconstpointer data)
{
  muri_ranking_set_order (fixture->ranking, MURI_COLUMN_CPU, TRUE);
  muri_ranking_set_frozen (fixture->ranking, TRUE);
  muri_ranking_set_active (fixture->ranking, TRUE);
  g_assert_false (muri_ranking_get_pending (fixture->ranking));

  set_cpu (fixture, 5, 0.9f);
  fixture_await (muri_ranking_get_pending (fixture->ranking));
  assert_names (fixture->ranking, "1 2 3 4 5 6 7 8 9 10 11 12");

  /* What comes goes to the end, what goes is gone. */
  fixture_fold_one (fixture->fleet, fixture_vm (NODE, 13, MURI_VM_STATE_OFF));
  fixture_fold_one (fixture->fleet,
                    fixture_with_life (fixture_vm (NODE, 3, 0), MURI_LIFE_DISPOSED));
  fixture_await (is_last (fixture, "vm-13"));
  assert_names (fixture->ranking, "1 2 4 5 6 7 8 9 10 11 12 13");

  muri_ranking_resume (fixture->ranking);
  assert_names (fixture->ranking, "5 1 2 4 6 7 8 9 10 11 12 13");
  g_assert_false (muri_ranking_get_pending (fixture->ranking));
}

static void
set_filter (Fixture *fixture, const char *text)
{
  g_autoptr (MuriFilter) filter = text ? muri_filter_parse (MURI_TYPE_VM, text, NULL) : NULL;

  muri_ranking_set_filter (fixture->ranking, filter);
}

static void
test_filter (Fixture *fixture, gconstpointer data)
{
  set_filter (fixture, " VM-1 ");
  assert_names (fixture->ranking, "1 10 11 12");
  set_filter (fixture, "node-1");
  assert_names (fixture->ranking, "1 2 3 4 5 6 7 8 9 10 11 12");
  set_filter (fixture, "nothing");
  assert_names (fixture->ranking, "");
  set_filter (fixture, NULL);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (fixture->ranking)), ==, 12);
}

typedef struct
{
  guint position, removed, added, signals;
} Change;

static void
on_items_changed (GListModel *model, guint position, guint removed, guint added, Change *change)
{
  *change = (Change){ position, removed, added, change->signals + 1 };
}

/* Rows that stay where they are keep their widgets. */
static void
test_one_span (Fixture *fixture, gconstpointer data)
{
  Change change = { 0 };

  muri_ranking_set_order (fixture->ranking, MURI_COLUMN_CPU, FALSE);
  g_signal_connect (fixture->ranking, "items-changed", G_CALLBACK (on_items_changed), &change);
  set_cpu (fixture, 4, 0.9f);
  muri_ranking_settle (fixture->ranking);
  assert_names (fixture->ranking, "1 2 3 5 6 4 7 8 9 10 11 12");
  g_assert_cmpuint (change.signals, ==, 1);
  g_assert_cmpuint (change.position, ==, 3);
  g_assert_cmpuint (change.removed, ==, 3);
  g_assert_cmpuint (change.added, ==, 3);

  muri_ranking_settle (fixture->ranking);
  g_assert_cmpuint (change.signals, ==, 1);
  g_signal_handlers_disconnect_by_data (fixture->ranking, &change);
}

static void
test_picks_hold_on_to_objects (Fixture *fixture, gconstpointer data)
{
  MuriPicks *picks = muri_picks_new (G_LIST_MODEL (fixture->ranking));
  GtkSelectionModel *model = GTK_SELECTION_MODEL (picks);
  g_autoptr (GPtrArray) items = NULL;
  guint changed = 0, touched = 0;

  g_signal_connect_swapped (picks, "changed", G_CALLBACK (count), &changed);
  g_signal_connect_swapped (picks, "touched", G_CALLBACK (count), &touched);
  gtk_selection_model_select_item (model, 0, TRUE);
  gtk_selection_model_select_item (model, 3, FALSE);
  g_assert_cmpuint (changed, ==, 2);

  muri_ranking_set_order (fixture->ranking, MURI_COLUMN_NAME, TRUE);
  g_assert_cmpuint (muri_picks_get_n (picks), ==, 2);
  g_assert_true (gtk_selection_model_is_selected (model, 11));
  g_assert_true (gtk_selection_model_is_selected (model, 8));
  g_assert_false (gtk_selection_model_is_selected (model, 0));
  g_assert_cmpuint (changed, ==, 2);
  items = muri_picks_get_items (picks);
  g_assert_cmpstr (muri_vm_get_name (items->pdata[0]), ==, "vm-4");
  g_assert_cmpstr (muri_vm_get_name (items->pdata[1]), ==, "vm-1");

  /* A state of one that is selected, and of one that is not. */
  fixture_fold_one (fixture->fleet, fixture_vm (NODE, 4, MURI_VM_STATE_OFF));
  g_assert_cmpuint (touched, ==, 1);
  fixture_fold_one (fixture->fleet, fixture_vm (NODE, 5, MURI_VM_STATE_OFF));
  g_assert_cmpuint (touched, ==, 1);

  g_assert_finalize_object (picks);
}

static void
test_picks_drop_what_is_hidden (Fixture *fixture, gconstpointer data)
{
  MuriPicks *picks = muri_picks_new (G_LIST_MODEL (fixture->ranking));
  guint changed = 0;

  gtk_selection_model_select_all (GTK_SELECTION_MODEL (picks));
  g_assert_cmpuint (muri_picks_get_n (picks), ==, 12);
  g_signal_connect_swapped (picks, "changed", G_CALLBACK (count), &changed);
  set_filter (fixture, "vm-1");
  g_assert_cmpuint (muri_picks_get_n (picks), ==, 4);
  g_assert_cmpuint (changed, ==, 1);

  /* They do not come back by themselves. */
  set_filter (fixture, NULL);
  g_assert_cmpuint (muri_picks_get_n (picks), ==, 4);
  gtk_selection_model_unselect_all (GTK_SELECTION_MODEL (picks));
  g_assert_cmpuint (muri_picks_get_n (picks), ==, 0);
  g_assert_finalize_object (picks);
}

static void
test_picks_as_a_set (Fixture *fixture, gconstpointer data)
{
  MuriPicks *picks = muri_picks_new (G_LIST_MODEL (fixture->ranking));
  GtkSelectionModel *model = GTK_SELECTION_MODEL (picks);
  g_autoptr (GtkBitset) range = gtk_bitset_new_range (2, 5);
  g_autoptr (GtkBitset) all = gtk_bitset_new_range (0, 12);
  g_autoptr (GtkBitset) found = NULL;

  gtk_selection_model_set_selection (model, range, all);
  g_assert_cmpuint (muri_picks_get_n (picks), ==, 5);
  gtk_selection_model_unselect_range (model, 0, 4);
  found = gtk_selection_model_get_selection_in_range (model, 0, 100);
  g_assert_cmpuint (gtk_bitset_get_size (found), ==, 3);
  g_assert_cmpuint (gtk_bitset_get_minimum (found), ==, 4);
  gtk_selection_model_select_range (model, 10, G_MAXUINT, TRUE);
  g_assert_cmpuint (muri_picks_get_n (picks), ==, 2);
  g_assert_finalize_object (picks);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, function) g_test_add (path, Fixture, NULL, set_up, function, tear_down)
  ADD ("/ranking/order", test_order);
  ADD ("/ranking/quiet", test_quiet);
  ADD ("/ranking/frozen", test_frozen);
  ADD ("/ranking/filter", test_filter);
  ADD ("/ranking/one-span", test_one_span);
  ADD ("/picks/objects", test_picks_hold_on_to_objects);
  ADD ("/picks/hidden", test_picks_drop_what_is_hidden);
  ADD ("/picks/set", test_picks_as_a_set);
#undef ADD
  return g_test_run ();
}
