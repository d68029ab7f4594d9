/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fleet-fixture.h"

#include <adwaita.h>

#include "muri-slots.h"
#include "muri-table-page.h"
#include "muri-vm-table.h"

#define NODE 1
#define FIRST 1
#define N_VMS 3000
/* GTK 4.8 keeps 200 rows and some around those in view. */
#define ROWS_MAX 256
#define IN_VIEW_MAX 64

typedef struct
{
  MuriFleet *fleet;
  GtkWidget *page;
  GtkWindow *window;
  guint made;
  guint bound;
} Fixture;

static GtkWidget *
find (GtkWidget *widget, GType type)
{
  GtkWidget *found = G_TYPE_CHECK_INSTANCE_TYPE (widget, type) ? widget : NULL;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child && !found;
       child = gtk_widget_get_next_sibling (child))
    found = find (child, type);
  return found;
}

static GListModel *
model_of (Fixture *fixture)
{
  GtkWidget *view = find (fixture->page, GTK_TYPE_COLUMN_VIEW);

  return G_LIST_MODEL (gtk_column_view_get_model (GTK_COLUMN_VIEW (view)));
}

static guint
n_shown (Fixture *fixture)
{
  GListModel *model = model_of (fixture);

  return model ? g_list_model_get_n_items (model) : 0;
}

static GPtrArray *
rows_of (Fixture *fixture)
{
  GPtrArray *rows = g_ptr_array_new ();
  GtkWidget *list = find (find (fixture->page, GTK_TYPE_COLUMN_VIEW), GTK_TYPE_LIST_VIEW);

  for (GtkWidget *row = gtk_widget_get_first_child (list); row;
       row = gtk_widget_get_next_sibling (row))
    g_ptr_array_add (rows, row);
  return rows;
}

static gpointer
item_at (Fixture *fixture, guint position)
{
  g_autoptr (MuriSlot) slot = g_list_model_get_item (model_of (fixture), position);

  return slot ? muri_slot_get_item (slot) : NULL;
}

static gboolean
is_first (Fixture *fixture, const char *name)
{
  gpointer item = item_at (fixture, 0);

  return item && g_str_equal (muri_vm_get_name (item), name);
}

static void
count (guint *times)
{
  (*times)++;
}

/* What is made and filled for one column is so for each. */
static void
count_rows (Fixture *fixture)
{
  GtkColumnView *view = GTK_COLUMN_VIEW (find (fixture->page, GTK_TYPE_COLUMN_VIEW));
  g_autoptr (GtkColumnViewColumn) column =
      g_list_model_get_item (gtk_column_view_get_columns (view), 0);
  GtkListItemFactory *factory = gtk_column_view_column_get_factory (column);

  g_signal_connect_swapped (factory, "setup", G_CALLBACK (count), &fixture->made);
  g_signal_connect_swapped (factory, "bind", G_CALLBACK (count), &fixture->bound);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  MuriChange *changes = g_new (MuriChange, N_VMS + 1);
  g_autoptr (MuriScope) scope = NULL;

  for (guint i = 0; i < N_VMS; i++)
    changes[i] = fixture_vm (NODE, FIRST + i, MURI_VM_STATE_RUNNING);
  changes[N_VMS] = fixture_node (NODE, N_VMS);
  fixture->fleet = fixture_open (NULL);
  fixture_fold (fixture->fleet, changes, N_VMS + 1);
  g_free (changes);

  scope = muri_scope_new_fleet (fixture->fleet);
  fixture->page = g_object_new (MURI_TYPE_VM_TABLE, "fleet", fixture->fleet, "scope", scope, NULL);
  count_rows (fixture);
  fixture->window = GTK_WINDOW (gtk_window_new ());
  gtk_window_set_default_size (fixture->window, 1000, 600);
  gtk_window_set_child (fixture->window, fixture->page);
  gtk_window_present (fixture->window);
  fixture_await (n_shown (fixture) == N_VMS);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  GtkWidget *page = fixture->page;

  g_object_add_weak_pointer (G_OBJECT (page), (gpointer *)&page);
  gtk_window_destroy (fixture->window);
  fixture_await (page == NULL);
  fixture_close (fixture->fleet);
}

static void
filter (Fixture *fixture, const char *text)
{
  fixture->made = fixture->bound = 0;
  muri_table_page_set_filter (MURI_TABLE_PAGE (fixture->page), text);
}

static gboolean
is_followed (MuriVm *vm)
{
  return g_signal_has_handler_pending (vm, g_signal_lookup ("notify", G_TYPE_OBJECT),
                                       g_quark_from_static_string ("figures"), TRUE);
}

static guint
n_followed (Fixture *fixture)
{
  guint n = 0;

  for (guint i = 0; i < N_VMS; i++)
    n += is_followed (fixture_find_vm (fixture->fleet, NODE, FIRST + i));
  return n;
}

static void
test_built (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) rows = rows_of (fixture);

  g_assert_cmpuint (rows->len, >, 0);
  g_assert_cmpuint (fixture->made, <=, ROWS_MAX);
  g_assert_cmpuint (fixture->bound, <=, ROWS_MAX);
  fixture_await (n_followed (fixture) > 0);
  g_assert_cmpuint (n_followed (fixture), <=, IN_VIEW_MAX);
}

static void
assert_same_rows (Fixture *fixture, GPtrArray *rows)
{
  g_autoptr (GPtrArray) now = rows_of (fixture);

  g_assert_cmpuint (now->len, ==, rows->len);
  for (guint i = 0; i < rows->len; i++)
    g_assert_true (now->pdata[i] == rows->pdata[i]);
}

/* What is found comes into the rows that are there. */
static void
test_search (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) rows = rows_of (fixture);
  MuriVm *hidden = fixture_find_vm (fixture->fleet, NODE, 1);

  fixture_await (is_followed (hidden));
  filter (fixture, "vm-2");
  fixture_await (n_shown (fixture) == 1111 && is_first (fixture, "vm-2"));
  assert_same_rows (fixture, rows);
  g_assert_cmpuint (fixture->made, ==, 0);
  g_assert_cmpuint (fixture->bound, ==, 0);
  fixture_await (!is_followed (hidden) && n_followed (fixture) > 0);
  g_assert_cmpuint (n_followed (fixture), <=, IN_VIEW_MAX);

  filter (fixture, "");
  fixture_await (n_shown (fixture) == N_VMS && is_first (fixture, "vm-1"));
  assert_same_rows (fixture, rows);
  g_assert_cmpuint (fixture->made, ==, 0);
  g_assert_cmpuint (fixture->bound, ==, 0);
}

static void
test_few_found (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) rows = rows_of (fixture);
  g_autoptr (GPtrArray) left = NULL;

  filter (fixture, "vm-1234");
  fixture_await (n_shown (fixture) == 1 && is_first (fixture, "vm-1234"));
  g_assert_cmpuint (fixture->made, ==, 0);
  g_assert_cmpuint (fixture->bound, ==, 0);
  left = rows_of (fixture);
  g_assert_cmpuint (left->len, ==, 1);
  g_assert_true (left->pdata[0] == rows->pdata[0]);

  filter (fixture, "");
  fixture_await (n_shown (fixture) == N_VMS);
  g_assert_cmpuint (fixture->made, <=, ROWS_MAX);
  g_assert_cmpuint (fixture->bound, <=, ROWS_MAX);
}

static gboolean
looks_selected (Fixture *fixture, guint position)
{
  g_autoptr (GPtrArray) rows = rows_of (fixture);

  return position < rows->len
         && (gtk_widget_get_state_flags (rows->pdata[position]) & GTK_STATE_FLAG_SELECTED) != 0;
}

/* What is selected is the VM and not its place. */
static void
test_selection (Fixture *fixture, gconstpointer data)
{
  GtkSelectionModel *model = GTK_SELECTION_MODEL (model_of (fixture));

  gtk_selection_model_select_item (model, 2, TRUE);
  g_assert_true (looks_selected (fixture, 2));
  filter (fixture, "vm-3");
  fixture_await (n_shown (fixture) == 112 && is_first (fixture, "vm-3"));
  g_assert_true (looks_selected (fixture, 0));
  g_assert_false (looks_selected (fixture, 2));
  g_assert_cmpuint (fixture->bound, ==, 2);

  filter (fixture, "");
  fixture_await (n_shown (fixture) == N_VMS && is_first (fixture, "vm-1"));
  g_assert_false (looks_selected (fixture, 0));
  g_assert_true (looks_selected (fixture, 2));
}

static gboolean
has_focus_at (Fixture *fixture, guint position)
{
  GtkWidget *focus = gtk_window_get_focus (fixture->window);
  g_autoptr (GPtrArray) rows = rows_of (fixture);

  return position < rows->len && focus
         && (focus == rows->pdata[position]
             || gtk_widget_is_ancestor (focus, rows->pdata[position]));
}

static void
test_focus (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) rows = rows_of (fixture);
  MuriRanking *ranking =
      muri_table_get_ranking (muri_table_page_get_table (MURI_TABLE_PAGE (fixture->page)));
  gpointer item = item_at (fixture, 4);
  MuriChange gone[] = {
    fixture_with_life (fixture_vm (NODE, FIRST + 1, 0), MURI_LIFE_DISPOSED),
    fixture_with_life (fixture_vm (NODE, FIRST + 7, 0), MURI_LIFE_DISPOSED),
  };

  g_assert_true (gtk_widget_grab_focus (rows->pdata[4]));
  g_assert_true (has_focus_at (fixture, 4));
  fixture_fold (fixture->fleet, gone, G_N_ELEMENTS (gone));
  muri_ranking_settle (ranking);
  g_assert_true (item_at (fixture, 3) == item);
  g_assert_true (has_focus_at (fixture, 3));
}

/* Its row is one of those that go. */
static void
test_focus_of_row_gone (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) rows = rows_of (fixture);
  MuriRanking *ranking =
      muri_table_get_ranking (muri_table_page_get_table (MURI_TABLE_PAGE (fixture->page)));
  gpointer item = item_at (fixture, 6);
  MuriChange gone[] = {
    fixture_with_life (fixture_vm (NODE, FIRST + 1, 0), MURI_LIFE_DISPOSED),
    fixture_with_life (fixture_vm (NODE, FIRST + 7, 0), MURI_LIFE_DISPOSED),
  };

  g_assert_true (gtk_widget_grab_focus (rows->pdata[6]));
  fixture_fold (fixture->fleet, gone, G_N_ELEMENTS (gone));
  muri_ranking_settle (ranking);
  g_assert_true (item_at (fixture, 5) == item);
  g_assert_true (has_focus_at (fixture, 5));
}

/* What is picked while places are still coming is so in those that are there. */
static void
test_selection_while_rows_come (Fixture *fixture, gconstpointer data)
{
  filter (fixture, "vm-1234");
  fixture_await (n_shown (fixture) == 1 && is_first (fixture, "vm-1234"));
  muri_table_page_pick_names (MURI_TABLE_PAGE (fixture->page), "vm-1 vm-2");
  fixture_await (n_shown (fixture) == N_VMS && is_first (fixture, "vm-1"));
  g_assert_true (looks_selected (fixture, 0));
}

/* A range goes from what was picked, wherever that is now. */
static void
test_range (Fixture *fixture, gconstpointer data)
{
  GtkSelectionModel *model = GTK_SELECTION_MODEL (model_of (fixture));

  gtk_selection_model_select_item (model, 2, TRUE);
  filter (fixture, "vm-3");
  fixture_await (n_shown (fixture) == 112 && is_first (fixture, "vm-3"));
  /* As GTK does it, from the place. */
  gtk_selection_model_select_range (model, 2, 4, TRUE);
  for (guint i = 0; i < 8; i++)
    g_assert_cmpint (gtk_selection_model_is_selected (model, i), ==, i <= 5);
}

/* An empty place takes nobody's selection away. */
static void
test_empty_place (Fixture *fixture, gconstpointer data)
{
  GtkSelectionModel *model = GTK_SELECTION_MODEL (model_of (fixture));

  gtk_selection_model_select_item (model, 2, TRUE);
  filter (fixture, "vm-3");
  fixture_await (n_shown (fixture) == 112 && is_first (fixture, "vm-3"));
  gtk_selection_model_select_item (model, 2 * N_VMS, TRUE);
  g_assert_true (gtk_selection_model_is_selected (model, 0));
}

/* ---- slots alone ---- */

typedef struct
{
  GListStore *store;
  MuriSlots *slots;
} Places;

static GtkSelectionModel *
picks_of (GListStore *store)
{
  return GTK_SELECTION_MODEL (gtk_multi_selection_new (g_object_ref (G_LIST_MODEL (store))));
}

static void
insert (Places *places, guint position, guint removed, guint added)
{
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < added; i++)
    g_ptr_array_add (items, g_object_new (G_TYPE_OBJECT, NULL));
  g_list_store_splice (places->store, position, removed, items->pdata, added);
}

static guint
length (gpointer model)
{
  return g_list_model_get_n_items (G_LIST_MODEL (model));
}

/* Slots that are held are given what belongs there; what is behind the end is empty. */
static void
assert_true_so_far (Places *places, GPtrArray *held)
{
  guint n = length (places->slots);

  g_ptr_array_set_size (held, 0);
  for (guint i = 0; i < n; i++)
    {
      MuriSlot *slot = g_list_model_get_item (G_LIST_MODEL (places->slots), i);
      g_autoptr (GObject) item = g_list_model_get_item (G_LIST_MODEL (places->store), i);

      g_assert_true (muri_slot_get_item (slot) == (gpointer)item);
      g_ptr_array_add (held, slot);
    }
}

static void
test_slots_hold_the_model (void)
{
  Places places = { .store = g_list_store_new (G_TYPE_OBJECT) };
  g_autoptr (GtkSelectionModel) picks = picks_of (places.store);
  g_autoptr (GPtrArray) held = g_ptr_array_new_with_free_func (g_object_unref);

  places.slots = muri_slots_new (picks);
  for (guint round = 0; round < 200; round++)
    {
      guint n = length (places.store);
      guint position = (guint)g_test_rand_int_range (0, (int)n + 1);
      guint removed = (guint)g_test_rand_int_range (0, (int)(n - position) + 1);
      guint added = (guint)g_test_rand_int_range (0, round % 3 == 0 ? 900 : 20);

      insert (&places, position, removed, added);
      assert_true_so_far (&places, held);
      if (round % 4 == 0)
        {
          fixture_await (length (places.slots) == length (places.store));
          assert_true_so_far (&places, held);
        }
    }
  g_ptr_array_set_size (held, 0);
  g_assert_finalize_object (places.slots);
  g_object_unref (places.store);
}

/* As few as are seen at once come and go at once; the others follow. */
static void
test_slots_follow (void)
{
  Places places = { .store = g_list_store_new (G_TYPE_OBJECT) };
  g_autoptr (GtkSelectionModel) picks = picks_of (places.store);

  places.slots = muri_slots_new (picks);
  insert (&places, 0, 0, 30);
  g_assert_cmpuint (length (places.slots), ==, 30);
  insert (&places, 5, 10, 0);
  g_assert_cmpuint (length (places.slots), ==, 20);
  insert (&places, 20, 0, 980);
  g_assert_cmpuint (length (places.slots), <, 200);
  fixture_await (length (places.slots) == 1000);
  insert (&places, 0, 1000, 2);
  g_assert_cmpuint (length (places.slots), <=, ROWS_MAX);
  g_assert_cmpuint (length (places.slots), >, 2);
  fixture_await (length (places.slots) == 2);
  g_assert_finalize_object (places.slots);
  g_object_unref (places.store);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  adw_init ();

#define ADD(path, function) g_test_add (path, Fixture, NULL, set_up, function, tear_down)
  ADD ("/rows/built", test_built);
  ADD ("/rows/search", test_search);
  ADD ("/rows/few-found", test_few_found);
  ADD ("/rows/selection", test_selection);
  ADD ("/rows/focus", test_focus);
  ADD ("/rows/focus-of-row-gone", test_focus_of_row_gone);
  ADD ("/rows/selection-while-rows-come", test_selection_while_rows_come);
  ADD ("/rows/range", test_range);
  ADD ("/rows/empty-place", test_empty_place);
#undef ADD
  g_test_add_func ("/slots/model", test_slots_hold_the_model);
  g_test_add_func ("/slots/follow", test_slots_follow);
  return g_test_run ();
}
