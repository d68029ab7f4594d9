/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fleet-fixture.h"

#include "muri-outcome-heading.h"
#include "muri-outcome-list.h"
#include "muri-review-item.h"
#include "muri-review-list.h"

#define NODE 1
#define FIRST 100
#define OPERATION 9

typedef struct
{
  MuriFleet *fleet;
  MuriOperation *operation;
  MuriOutcomeList *list;
  guint position, removed, added, signals;
} Fixture;

static void
on_items_changed (GListModel *model, guint position, guint removed, guint added, Fixture *fixture)
{
  fixture->position = position;
  fixture->removed = removed;
  fixture->added = added;
  fixture->signals++;
}

static void
report (Fixture *fixture, guint first, guint n, guint state)
{
  fixture_fold_one (fixture->fleet, fixture_report (OPERATION, NODE, FIRST + first, n, state));
}

/* Twelve VMs that are all done but for the third. */
static void
set_up (Fixture *fixture, gconstpointer data)
{
  MuriChange changes[13];

  fixture->fleet = fixture_open (NULL);
  for (guint i = 0; i < 12; i++)
    changes[i] = fixture_vm (NODE, FIRST + i, MURI_VM_STATE_OFF);
  changes[12] = fixture_node (NODE, 12);
  fixture_fold (fixture->fleet, changes, G_N_ELEMENTS (changes));
  report (fixture, 0, 12, MURI_OUTCOME_DONE);
  report (fixture, 2, 1, MURI_OUTCOME_FAILED);
  fixture->operation = g_list_model_get_item (muri_fleet_get_operations (fixture->fleet), 0);
  fixture->list = muri_outcome_list_new (fixture->operation);
  g_signal_connect (fixture->list, "items-changed", G_CALLBACK (on_items_changed), fixture);
  muri_outcome_list_refresh (fixture->list, 0, NULL);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_assert_finalize_object (fixture->list);
  g_object_unref (fixture->operation);
  fixture_close (fixture->fleet);
}

/* "[failed 1] 102 [done 11] 100 101 …" */
static char *
describe (Fixture *fixture)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (fixture->list)); i++)
    {
      g_autoptr (GObject) item = g_list_model_get_item (G_LIST_MODEL (fixture->list), i);

      g_string_append (text, i > 0 ? " " : "");
      if (MURI_IS_TARGET (item))
        g_string_append (text, muri_target_get_name (MURI_TARGET (item)) + strlen ("vm-"));
      else
        {
          MuriOutcomeHeading *heading = MURI_OUTCOME_HEADING (item);
          g_autofree char *words = muri_outcome_count_words (
              muri_outcome_heading_get_count (heading), muri_outcome_heading_get_n (heading));

          g_string_append_printf (text, "[%s]", words);
        }
    }
  return g_string_free (text, FALSE);
}

#define assert_list(fixture, expected)                                                             \
  G_STMT_START                                                                                     \
  {                                                                                                \
    g_autofree char *described_ = describe (fixture);                                              \
    g_assert_cmpstr (described_, ==, expected);                                                    \
  }                                                                                                \
  G_STMT_END

static void
test_order (Fixture *fixture, gconstpointer data)
{
  assert_list (fixture, "[1 failed] 102 [11 done] 100 101 103 104 105 106 107 108 109 110 111");
  report (fixture, 2, 1, MURI_OUTCOME_DONE);
  muri_outcome_list_refresh (fixture->list, 0, NULL);
  /* All alike: what the operation says is not said again. */
  assert_list (fixture, "100 101 102 103 104 105 106 107 108 109 110 111");
}

static void
test_few (Fixture *fixture, gconstpointer data)
{
  muri_outcome_list_refresh (fixture->list, 0, "vm-10");
  assert_list (fixture, "102 100 101 103 104 105 106 107 108 109");
  muri_outcome_list_refresh (fixture->list, MURI_LEDGER_FAILED, "vm-10");
  assert_list (fixture, "102");
  muri_outcome_list_refresh (fixture->list, MURI_LEDGER_FAILED, "VM-11");
  assert_list (fixture, "");
  /* It is the operation that was found by this. */
  muri_outcome_list_refresh (fixture->list, MURI_LEDGER_FAILED, "jiwoo");
  assert_list (fixture, "102");
}

static void
test_quiet (Fixture *fixture, gconstpointer data)
{
  guint *stale;

  fixture->signals = 0;
  muri_outcome_list_refresh (fixture->list, 0, NULL);
  g_assert_cmpuint (fixture->signals, ==, 0);

  /* It is told of progress, and not of a report that says what is known. */
  stale = fixture_count (fixture->operation, "progress");
  report (fixture, 5, 1, MURI_OUTCOME_DONE);
  g_assert_cmpuint (*stale, ==, 0);
  report (fixture, 10, 1, MURI_OUTCOME_FAILED);
  g_assert_cmpuint (*stale, ==, 1);
  g_assert_cmpuint (fixture->signals, ==, 0);

  /* What stays where it is, is not told of. */
  muri_outcome_list_refresh (fixture->list, 0, NULL);
  assert_list (fixture, "[2 failed] 102 110 [10 done] 100 101 103 104 105 106 107 108 109 111");
  g_assert_cmpuint (fixture->signals, ==, 1);
  g_assert_cmpuint (fixture->position, ==, 2);
  g_assert_cmpuint (fixture->removed, ==, 11);
  g_assert_cmpuint (fixture->added, ==, 11);
}

/* Twenty thousand are asked about at once: only rows that somebody looks at are made. */
static void
test_question (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) vms = g_ptr_array_new ();
  g_autoptr (GPtrArray) ticked = NULL;
  MuriReviewList *list;
  MuriReviewItem *item;
  guint able, n_ticked, *told;

  for (guint i = 0; i < 12; i++)
    g_ptr_array_add (vms, fixture_find_vm (fixture->fleet, NODE, FIRST + 11 - i));
  fixture_fold_one (fixture->fleet, fixture_vm (NODE, FIRST, MURI_VM_STATE_RUNNING));
  list = muri_review_list_new (vms, MURI_VERB_POWER_ON);
  muri_review_list_count (list, &able, &n_ticked);
  g_assert_cmpuint (able, ==, 11);
  g_assert_cmpuint (n_ticked, ==, 11);

  item = g_list_model_get_item (G_LIST_MODEL (list), 0);
  g_assert_cmpstr (muri_vm_get_name (muri_review_item_get_vm (item)), ==, "vm-101");
  told = fixture_count (item, "ticked");
  muri_review_list_tick_all (list, TRUE);
  g_assert_cmpuint (*told, ==, 0);
  muri_review_list_search (list, "vm-111");
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (list)), ==, 1);
  muri_review_list_tick_all (list, FALSE);
  g_assert_cmpuint (*told, ==, 0);
  muri_review_list_search (list, NULL);
  muri_review_item_set_ticked (item, FALSE);
  g_assert_cmpuint (*told, ==, 1);
  ticked = muri_review_list_get_ticked (list);
  g_assert_cmpuint (ticked->len, ==, 9);
  g_object_unref (item);

  /* What is left alone is last, says why, and stays as it is. */
  item = g_list_model_get_item (G_LIST_MODEL (list), 11);
  g_assert_cmpstr (muri_review_item_get_reason (item), ==, "is already running");
  muri_review_item_set_ticked (item, TRUE);
  g_assert_false (muri_review_item_get_ticked (item));
  g_object_unref (item);
  g_assert_finalize_object (list);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, function) g_test_add (path, Fixture, NULL, set_up, function, tear_down)
  ADD ("/many/order", test_order);
  ADD ("/many/few", test_few);
  ADD ("/many/quiet", test_quiet);
  ADD ("/many/question", test_question);
  return g_test_run ();
}
