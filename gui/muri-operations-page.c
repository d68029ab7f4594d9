/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-config.h"

#include "muri-operations-page.h"

#include "muri-format.h"
#include "muri-ledger-rows.h"
#include "muri-operation-menu.h"
#include "muri-outcome-list.h"

#define REFRESH_MS 500

struct _MuriOperationsPage
{
  MuriPage parent_instance;

  /* Template widgets */
  GtkWidget *bar;
  GtkToggleButton *all_chip;
  GtkToggleButton *open_chip;
  GtkToggleButton *failed_chip;
  GtkToggleButton *late_chip;
  GtkToggleButton *unreachable_chip;
  GtkToggleButton *cancelled_chip;
  GtkToggleButton *own_chip;
  GtkSearchBar *filter_bar;
  GtkEditable *filter_entry;
  GtkStack *stack;
  GtkListView *view;

  /* Owned */
  GtkFilter *operation_filter;
  GtkFilterListModel *operations;
  GtkTreeListModel *tree;
  char *operation_id; /* to be opened when its row is there */
  GPtrArray *lists;   /* of MuriOutcomeList, not owned: of the operations that are open */
  guint refresh_id;
  guint timeout;
  guint scroll_id;
};

G_DEFINE_FINAL_TYPE (MuriOperationsPage, muri_operations_page, MURI_TYPE_PAGE)

enum
{
  PROP_0,
  PROP_OPERATION_ID,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static MuriLedgerFilter
chosen_kinds (MuriOperationsPage *self)
{
  if (gtk_toggle_button_get_active (self->open_chip))
    return MURI_LEDGER_OPEN | MURI_LEDGER_WAITING;
  if (gtk_toggle_button_get_active (self->failed_chip))
    return MURI_LEDGER_FAILED | MURI_LEDGER_PROTECTED;
  if (gtk_toggle_button_get_active (self->late_chip))
    return MURI_LEDGER_TIMED_OUT;
  if (gtk_toggle_button_get_active (self->unreachable_chip))
    return MURI_LEDGER_UNREACHABLE;
  if (gtk_toggle_button_get_active (self->cancelled_chip))
    return MURI_LEDGER_CANCELLED;
  return 0;
}

/* As it is called here, which is not how the log calls it. */
static gboolean
is_titled (MuriOperation *operation, const char *text)
{
  g_autofree char *title = muri_format_operation (operation);
  g_autofree char *haystack = g_utf8_casefold (title, -1);
  g_autofree char *stripped = g_strstrip (g_strdup (text));
  g_autofree char *needle = g_utf8_casefold (stripped, -1);

  return strstr (haystack, needle) != NULL;
}

static gboolean
is_chosen (gpointer item, gpointer user_data)
{
  MuriOperationsPage *self = user_data;
  MuriLedgerFilter kinds = chosen_kinds (self);
  const char *text = gtk_editable_get_text (self->filter_entry);

  if (gtk_toggle_button_get_active (self->own_chip) && !muri_operation_is_own (item))
    return FALSE;
  return muri_operation_matches (item, text, kinds)
         || (is_titled (item, text) && muri_operation_matches (item, NULL, kinds));
}

/* Among failed operations only what failed of them; and of one that is found by the name of a
 * target, that target. */
static void
refresh_list (MuriOperationsPage *self, MuriOutcomeList *list)
{
  muri_outcome_list_refresh (list, chosen_kinds (self), gtk_editable_get_text (self->filter_entry));
}

static void
refresh_lists (MuriOperationsPage *self)
{
  for (guint i = 0; i < self->lists->len; i++)
    refresh_list (self, self->lists->pdata[i]);
}

/* Returns: (transfer none) (nullable) */
static GtkTreeExpander *
focused_expander (MuriOperationsPage *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkWidget *focus = root ? gtk_root_get_focus (root) : NULL;
  GtkWidget *inside = focus ? gtk_widget_get_first_child (focus) : NULL;

  if (!GTK_IS_TREE_EXPANDER (inside) && focus)
    inside = gtk_widget_get_ancestor (focus, GTK_TYPE_TREE_EXPANDER);
  return inside && gtk_widget_is_ancestor (inside, GTK_WIDGET (self->view))
             ? GTK_TREE_EXPANDER (inside)
             : NULL;
}

/* Then no other gets into its place: who reads it, or hears it read, is not done yet. */
static gboolean
focus_is_on_outcome (MuriOperationsPage *self)
{
  GtkTreeExpander *expander = focused_expander (self);
  GtkTreeListRow *row = expander ? gtk_tree_expander_get_list_row (expander) : NULL;

  return row && gtk_tree_list_row_get_depth (row) > 0;
}

static gboolean
on_refresh (gpointer user_data)
{
  MuriOperationsPage *self = user_data;

  if (focus_is_on_outcome (self))
    return G_SOURCE_CONTINUE;
  self->refresh_id = 0;
  refresh_lists (self);
  return G_SOURCE_REMOVE;
}

/* Thousands of outcomes come in within seconds. */
static void
queue_refresh (MuriOperationsPage *self)
{
  if (self->refresh_id == 0 && gtk_widget_get_mapped (GTK_WIDGET (self)))
    self->refresh_id = g_timeout_add (REFRESH_MS, on_refresh, self);
}

static void
forget_list (gpointer data, GObject *list)
{
  g_ptr_array_remove (data, list);
}

/* A row that somebody holds may keep one longer than the page. */
static void
forget_lists (MuriOperationsPage *self)
{
  for (guint i = 0; self->lists && i < self->lists->len; i++)
    g_object_weak_unref (self->lists->pdata[i], forget_list, self->lists);
  g_clear_pointer (&self->lists, g_ptr_array_unref);
}

static GListModel *
make_targets (gpointer item, gpointer user_data)
{
  MuriOperationsPage *self = user_data;
  MuriOutcomeList *list;

  if (!MURI_IS_OPERATION (item))
    return NULL;
  list = muri_outcome_list_new (item);
  g_ptr_array_add (self->lists, list);
  g_object_weak_ref (G_OBJECT (list), forget_list, self->lists);
  g_signal_connect_object (list, "stale", G_CALLBACK (queue_refresh), self, G_CONNECT_SWAPPED);
  refresh_list (self, list);
  return G_LIST_MODEL (list);
}

static void
update (MuriOperationsPage *self)
{
  GListModel *all = gtk_filter_list_model_get_model (self->operations);
  guint n_all = all ? g_list_model_get_n_items (all) : 0;
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->operations));

  gtk_widget_set_visible (self->bar, n_all > 0);
  gtk_stack_set_visible_child_name (self->stack, n > 0 ? "list" : n_all > 0 ? "none" : "empty");
}

static gboolean
scroll_to_top (gpointer user_data)
{
  MuriOperationsPage *self = user_data;

  self->scroll_id = 0;
  gtk_widget_activate_action (GTK_WIDGET (self->view), "list.scroll-to-item", "u", 0);
  return G_SOURCE_REMOVE;
}

/* Who looks at the newest one goes on to: a list holds on to what it showed. */
static void
on_items_changed (MuriOperationsPage *self, guint position)
{
  GtkAdjustment *adjustment = gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (self->view));

  if (position == 0 && self->scroll_id == 0 && gtk_adjustment_get_value (adjustment) < 1)
    self->scroll_id = g_idle_add (scroll_to_top, self);
  update (self);
}

static void
refilter (MuriOperationsPage *self)
{
  gtk_filter_changed (self->operation_filter, GTK_FILTER_CHANGE_DIFFERENT);
  refresh_lists (self);
  update (self);
}

static gboolean
on_timeout (gpointer user_data)
{
  if (!focus_is_on_outcome (user_data))
    refilter (user_data);
  return G_SOURCE_CONTINUE;
}

/* What a choice depends on changes without the models saying so. */
static void
update_timeout (MuriOperationsPage *self, gboolean on)
{
  gboolean wanted = on && (chosen_kinds (self) != 0 || *gtk_editable_get_text (self->filter_entry));

  if (!wanted)
    g_clear_handle_id (&self->timeout, g_source_remove);
  else if (self->timeout == 0)
    self->timeout = g_timeout_add_seconds (1, on_timeout, self);
}

static void
on_chip (MuriOperationsPage *self, GtkToggleButton *chip)
{
  if (!gtk_toggle_button_get_active (chip))
    return;
  refilter (self);
  update_timeout (self, gtk_widget_get_mapped (GTK_WIDGET (self)));
}

static void
on_filter_changed (MuriOperationsPage *self)
{
  refilter (self);
  update_timeout (self, gtk_widget_get_mapped (GTK_WIDGET (self)));
}

static void
search (GtkWidget *widget, const char *action, GVariant *parameter)
{
  MuriOperationsPage *self = MURI_OPERATIONS_PAGE (widget);

  gtk_search_bar_set_search_mode (self->filter_bar, TRUE);
  gtk_widget_grab_focus (GTK_WIDGET (self->filter_entry));
}

static void
on_activate (MuriOperationsPage *self, guint position)
{
  g_autoptr (GtkTreeListRow) row = gtk_tree_list_model_get_row (self->tree, position);

  if (row && gtk_tree_list_row_is_expandable (row))
    gtk_tree_list_row_set_expanded (row, !gtk_tree_list_row_get_expanded (row));
}

/* Of the row that has the focus, or of that one's operation. */
static gboolean
menu_by_key (GtkWidget *widget, GVariant *args, gpointer user_data)
{
  MuriOperationsPage *self = MURI_OPERATIONS_PAGE (widget);
  GtkTreeExpander *inside = focused_expander (self);
  g_autoptr (GtkTreeListRow) row = NULL;
  g_autoptr (GtkTreeListRow) parent = NULL;
  g_autoptr (MuriOperation) operation = NULL;

  if (!inside)
    return FALSE;
  row = g_object_ref (gtk_tree_expander_get_list_row (inside));
  parent = gtk_tree_list_row_get_parent (row);
  operation = gtk_tree_list_row_get_item (parent ? parent : row);
  muri_operation_menu_pop_up (widget, GTK_WIDGET (inside), muri_page_get_fleet (MURI_PAGE (self)),
                              operation);
  return TRUE;
}

static void
copy_details (GtkWidget *widget, const char *action, GVariant *parameter)
{
  MuriFleet *fleet = muri_page_get_fleet (MURI_PAGE (widget));
  MuriOperation *operation =
      fleet ? muri_fleet_find_operation (fleet, g_variant_get_string (parameter, NULL)) : NULL;
  g_autofree char *text = operation ? muri_operation_details (operation) : NULL;

  if (text)
    gtk_widget_activate_action (widget, "win.copy", "s", text);
}

/* Opens the row of the operation that was asked for, once it is there. */
static void
open_wanted (MuriOperationsPage *self)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->operations));

  for (guint i = 0; self->operation_id && i < n; i++)
    {
      g_autoptr (GtkTreeListRow) row = gtk_tree_list_model_get_child_row (self->tree, i);
      g_autoptr (MuriOperation) operation = gtk_tree_list_row_get_item (row);

      if (!g_str_equal (muri_operation_get_id (operation), self->operation_id))
        continue;
      gtk_tree_list_row_set_expanded (row, TRUE);
      gtk_widget_activate_action (GTK_WIDGET (self->view), "list.scroll-to-item", "u",
                                  gtk_tree_list_row_get_position (row));
      g_clear_pointer (&self->operation_id, g_free);
      return;
    }
}

static void
muri_operations_page_start (MuriPage *page)
{
  MuriOperationsPage *self = MURI_OPERATIONS_PAGE (page);

  gtk_filter_list_model_set_model (self->operations,
                                   muri_fleet_get_operations (muri_page_get_fleet (page)));
  refilter (self);
  update_timeout (self, TRUE);
  open_wanted (self);
}

static void
muri_operations_page_stop (MuriPage *page)
{
  MuriOperationsPage *self = MURI_OPERATIONS_PAGE (page);

  /* The model stays, so that what was opened is still open afterwards. */
  update_timeout (self, FALSE);
  g_clear_handle_id (&self->refresh_id, g_source_remove);
}

static void
muri_operations_page_set_property (GObject *object, guint id, const GValue *value,
                                   GParamSpec *pspec)
{
  MuriOperationsPage *self = MURI_OPERATIONS_PAGE (object);

  if (id != PROP_OPERATION_ID)
    {
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      return;
    }
  g_free (self->operation_id);
  self->operation_id = g_value_dup_string (value);
  if (self->operation_id == NULL)
    return;
  gtk_toggle_button_set_active (self->all_chip, TRUE);
  gtk_editable_set_text (self->filter_entry, "");
  if (gtk_widget_get_mapped (GTK_WIDGET (self)))
    open_wanted (self);
}

static void
muri_operations_page_dispose (GObject *object)
{
  MuriOperationsPage *self = MURI_OPERATIONS_PAGE (object);

  G_OBJECT_CLASS (muri_operations_page_parent_class)->dispose (object);
  g_clear_handle_id (&self->timeout, g_source_remove);
  g_clear_handle_id (&self->refresh_id, g_source_remove);
  g_clear_handle_id (&self->scroll_id, g_source_remove);
  forget_lists (self);
  g_clear_object (&self->tree);
  g_clear_object (&self->operations);
  g_clear_pointer (&self->operation_id, g_free);
}

static void
muri_operations_page_class_init (MuriOperationsPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  MuriPageClass *page_class = MURI_PAGE_CLASS (klass);

  object_class->dispose = muri_operations_page_dispose;
  object_class->set_property = muri_operations_page_set_property;
  page_class->fleet_only = TRUE;
  page_class->start = muri_operations_page_start;
  page_class->stop = muri_operations_page_stop;

  properties[PROP_OPERATION_ID] = g_param_spec_string ("operation-id", NULL, NULL, NULL,
                                                       G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_install_action (widget_class, "operations.copy", "s", copy_details);
  gtk_widget_class_install_action (widget_class, "page.search", NULL, search);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Menu, 0, menu_by_key, NULL);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_F10, GDK_SHIFT_MASK, menu_by_key, NULL);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/muri/Muri/ui/muri-operations-page.ui");
  gtk_widget_class_bind_template_child (widget_class, MuriOperationsPage, bar);
  gtk_widget_class_bind_template_child (widget_class, MuriOperationsPage, all_chip);
  gtk_widget_class_bind_template_child (widget_class, MuriOperationsPage, open_chip);
  gtk_widget_class_bind_template_child (widget_class, MuriOperationsPage, failed_chip);
  gtk_widget_class_bind_template_child (widget_class, MuriOperationsPage, late_chip);
  gtk_widget_class_bind_template_child (widget_class, MuriOperationsPage, unreachable_chip);
  gtk_widget_class_bind_template_child (widget_class, MuriOperationsPage, cancelled_chip);
  gtk_widget_class_bind_template_child (widget_class, MuriOperationsPage, filter_bar);
  gtk_widget_class_bind_template_child (widget_class, MuriOperationsPage, filter_entry);
  gtk_widget_class_bind_template_child (widget_class, MuriOperationsPage, own_chip);
  gtk_widget_class_bind_template_child (widget_class, MuriOperationsPage, stack);
  gtk_widget_class_bind_template_child (widget_class, MuriOperationsPage, view);
  gtk_widget_class_bind_template_callback (widget_class, on_activate);
  gtk_widget_class_bind_template_callback (widget_class, on_chip);
  gtk_widget_class_bind_template_callback (widget_class, on_filter_changed);
}

static void
make_models (MuriOperationsPage *self)
{
  GtkSelectionModel *selection;

  self->lists = g_ptr_array_new ();
  self->operation_filter = GTK_FILTER (gtk_custom_filter_new (is_chosen, self, NULL));
  self->operations = gtk_filter_list_model_new (NULL, self->operation_filter);
  self->tree = gtk_tree_list_model_new (g_object_ref (G_LIST_MODEL (self->operations)), FALSE,
                                        FALSE, make_targets, self, NULL);
  selection = GTK_SELECTION_MODEL (gtk_no_selection_new (g_object_ref (G_LIST_MODEL (self->tree))));
  gtk_list_view_set_model (self->view, selection);
  g_object_unref (selection);
  g_signal_connect_object (self->operations, "items-changed", G_CALLBACK (on_items_changed), self,
                           G_CONNECT_SWAPPED);
}

static void
muri_operations_page_init (MuriOperationsPage *self)
{
  g_autoptr (GtkListItemFactory) factory = muri_ledger_rows_new ();

  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_search_bar_connect_entry (self->filter_bar, self->filter_entry);
  gtk_list_view_set_factory (self->view, factory);
  make_models (self);
}
