/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-config.h"

#include "muri-operations-page.h"

#include <glib/gi18n.h>

#include "muri-format.h"
#include "muri-ledger.h"
#include "muri-operation-menu.h"
#include "muri-operation-summary.h"
#include "muri-target-row.h"

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

/* Those of one operation. */
typedef struct
{
  MuriOperationsPage *page;
  GListModel *operation;
  gboolean by_name; /* the text is a name of some of them: only these */
} Targets;

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
static gboolean
is_chosen_target (gpointer item, gpointer user_data)
{
  Targets *targets = user_data;
  MuriLedgerFilter kinds = chosen_kinds (targets->page);
  const char *text = gtk_editable_get_text (targets->page->filter_entry);

  return muri_target_matches (item, targets->by_name ? text : NULL, kinds);
}

static void
find_by_name (Targets *targets)
{
  const char *text = gtk_editable_get_text (targets->page->filter_entry);
  guint n = *text ? g_list_model_get_n_items (targets->operation) : 0;

  targets->by_name = FALSE;
  for (guint i = 0; i < n && !targets->by_name; i++)
    {
      g_autoptr (MuriTarget) target = g_list_model_get_item (targets->operation, i);

      targets->by_name = muri_target_matches (target, text, 0);
    }
}

static void
on_refiltered (GtkFilter *operations, GtkFilterChange change, GtkFilter *filter)
{
  find_by_name (g_object_get_data (G_OBJECT (filter), "targets"));
  gtk_filter_changed (filter, GTK_FILTER_CHANGE_DIFFERENT);
}

static GListModel *
make_targets (gpointer item, gpointer user_data)
{
  MuriOperationsPage *self = user_data;
  Targets *targets;
  GtkFilter *filter;

  if (!MURI_IS_OPERATION (item))
    return NULL;
  targets = g_new0 (Targets, 1);
  targets->page = self;
  targets->operation = item;
  find_by_name (targets);
  filter = GTK_FILTER (gtk_custom_filter_new (is_chosen_target, targets, g_free));
  g_object_set_data (G_OBJECT (filter), "targets", targets);
  g_signal_connect_object (self->operation_filter, "changed", G_CALLBACK (on_refiltered), filter,
                           0);
  return G_LIST_MODEL (gtk_filter_list_model_new (g_object_ref (item), filter));
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

static gboolean
refilter (gpointer user_data)
{
  MuriOperationsPage *self = user_data;

  gtk_filter_changed (self->operation_filter, GTK_FILTER_CHANGE_DIFFERENT);
  update (self);
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
    self->timeout = g_timeout_add_seconds (1, refilter, self);
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

static void
on_menu (GtkWidget *button, MuriOperationSummary *summary)
{
  GtkWidget *page = gtk_widget_get_ancestor (button, MURI_TYPE_OPERATIONS_PAGE);
  MuriOperation *operation = muri_operation_summary_get_operation (summary);

  if (page && operation)
    muri_operation_menu_pop_up (page, button, muri_page_get_fleet (MURI_PAGE (page)), operation);
}

/* Of the row that has the focus, or of that one's operation. */
static gboolean
menu_by_key (GtkWidget *widget, GVariant *args, gpointer user_data)
{
  MuriOperationsPage *self = MURI_OPERATIONS_PAGE (widget);
  GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (gtk_widget_get_root (widget)));
  GtkWidget *inside = focus ? gtk_widget_get_first_child (focus) : NULL;
  g_autoptr (GtkTreeListRow) row = NULL;
  g_autoptr (GtkTreeListRow) parent = NULL;
  g_autoptr (MuriOperation) operation = NULL;

  if (!GTK_IS_TREE_EXPANDER (inside) && focus)
    inside = gtk_widget_get_ancestor (focus, GTK_TYPE_TREE_EXPANDER);
  if (!inside || !gtk_widget_is_ancestor (inside, GTK_WIDGET (self->view)))
    return FALSE;
  row = g_object_ref (gtk_tree_expander_get_list_row (GTK_TREE_EXPANDER (inside)));
  parent = gtk_tree_list_row_get_parent (row);
  operation = gtk_tree_list_row_get_item (parent ? parent : row);
  muri_operation_menu_pop_up (widget, inside, muri_page_get_fleet (MURI_PAGE (self)), operation);
  return TRUE;
}

static GtkWidget *
make_operation_row (void)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *summary = muri_operation_summary_new ();
  GtkWidget *menu = gtk_button_new_from_icon_name ("view-more-symbolic");

  gtk_widget_set_hexpand (summary, TRUE);
  g_signal_connect (menu, "clicked", G_CALLBACK (on_menu), summary);
  gtk_widget_set_valign (menu, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (menu, "flat");
  gtk_widget_set_tooltip_text (menu, _ ("More Actions"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (menu), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("More Actions"), -1);
  gtk_box_append (GTK_BOX (box), summary);
  gtk_box_append (GTK_BOX (box), menu);
  return box;
}

static void
set_up (GtkListItemFactory *factory, GtkListItem *item)
{
  GtkWidget *expander = gtk_tree_expander_new ();
  GtkWidget *stack = gtk_stack_new ();

  gtk_stack_set_vhomogeneous (GTK_STACK (stack), FALSE);
  gtk_widget_set_hexpand (stack, TRUE);
  gtk_stack_add_named (GTK_STACK (stack), make_operation_row (), "operation");
  gtk_stack_add_named (GTK_STACK (stack), muri_target_row_new (), "target");
  gtk_tree_expander_set_child (GTK_TREE_EXPANDER (expander), stack);
  gtk_list_item_set_child (item, expander);
}

static void
show_item (GtkStack *stack, GObject *object)
{
  GtkWidget *operation_row = gtk_stack_get_child_by_name (stack, "operation");
  GtkWidget *summary = gtk_widget_get_first_child (operation_row);
  GtkWidget *target_row = gtk_stack_get_child_by_name (stack, "target");
  gboolean is_operation = MURI_IS_OPERATION (object);

  muri_operation_summary_set_operation (MURI_OPERATION_SUMMARY (summary),
                                        is_operation ? MURI_OPERATION (object) : NULL);
  muri_target_row_set_target (MURI_TARGET_ROW (target_row),
                              MURI_IS_TARGET (object) ? MURI_TARGET (object) : NULL);
  if (object)
    gtk_stack_set_visible_child (stack, is_operation ? operation_row : target_row);
}

static void
bind (GtkListItemFactory *factory, GtkListItem *item)
{
  GtkTreeExpander *expander = GTK_TREE_EXPANDER (gtk_list_item_get_child (item));
  GtkTreeListRow *row = gtk_list_item_get_item (item);
  g_autoptr (GObject) object = gtk_tree_list_row_get_item (row);

  gtk_tree_expander_set_list_row (expander, row);
  show_item (GTK_STACK (gtk_tree_expander_get_child (expander)), object);
}

static void
unbind (GtkListItemFactory *factory, GtkListItem *item)
{
  GtkTreeExpander *expander = GTK_TREE_EXPANDER (gtk_list_item_get_child (item));

  gtk_tree_expander_set_list_row (expander, NULL);
  show_item (GTK_STACK (gtk_tree_expander_get_child (expander)), NULL);
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
  g_clear_handle_id (&self->scroll_id, g_source_remove);
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
  g_autoptr (GtkListItemFactory) factory = gtk_signal_list_item_factory_new ();

  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_search_bar_connect_entry (self->filter_bar, self->filter_entry);
  g_signal_connect (factory, "setup", G_CALLBACK (set_up), NULL);
  g_signal_connect (factory, "bind", G_CALLBACK (bind), NULL);
  g_signal_connect (factory, "unbind", G_CALLBACK (unbind), NULL);
  gtk_list_view_set_factory (self->view, factory);
  make_models (self);
}
