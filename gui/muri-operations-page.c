/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-config.h"

#include "muri-operations-page.h"

#include <glib/gi18n.h>

#include "muri-format.h"
#include "muri-operation-menu.h"
#include "muri-operation-summary.h"
#include "muri-target-row.h"

struct _MuriOperationsPage
{
  MuriPage parent_instance;

  /* Template widgets */
  GtkBox *chips;
  GtkToggleButton *all_chip;
  GtkToggleButton *open_chip;
  GtkToggleButton *failed_chip;
  GtkToggleButton *own_chip;
  GtkStack *stack;
  GtkListView *view;

  /* Owned */
  GtkFilter *operation_filter;
  GtkFilter *target_filter;
  GtkFilterListModel *operations;
  GtkTreeListModel *tree;
  char *operation_id; /* to be opened when its row is there */
  guint timeout;
};

G_DEFINE_FINAL_TYPE (MuriOperationsPage, muri_operations_page, MURI_TYPE_PAGE)

enum
{
  PROP_0,
  PROP_OPERATION_ID,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static gboolean
is_chosen (gpointer item, gpointer user_data)
{
  MuriOperationsPage *self = user_data;

  if (gtk_toggle_button_get_active (self->open_chip))
    return !muri_operation_is_finished (item);
  if (gtk_toggle_button_get_active (self->failed_chip))
    return muri_operation_get_n_failed (item) + muri_operation_get_n_unreachable (item) > 0;
  if (gtk_toggle_button_get_active (self->own_chip))
    return muri_operation_is_own (item);
  return TRUE;
}

/* Among failed operations only what failed of them; and likewise what is under way. */
static gboolean
is_chosen_target (gpointer item, gpointer user_data)
{
  MuriOperationsPage *self = user_data;
  guint state = muri_target_get_state (item);

  if (gtk_toggle_button_get_active (self->open_chip))
    return !muri_target_state_is_final (state);
  if (gtk_toggle_button_get_active (self->failed_chip))
    return muri_target_state_is_final (state) && !muri_target_state_is_success (state)
           && state != MURI_OUTCOME_CANCELLED;
  return TRUE;
}

static GListModel *
make_targets (gpointer item, gpointer user_data)
{
  MuriOperationsPage *self = user_data;

  if (!MURI_IS_OPERATION (item))
    return NULL;
  return G_LIST_MODEL (
      gtk_filter_list_model_new (g_object_ref (item), g_object_ref (self->target_filter)));
}

static void
update (MuriOperationsPage *self)
{
  GListModel *all = gtk_filter_list_model_get_model (self->operations);
  guint n_all = all ? g_list_model_get_n_items (all) : 0;
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->operations));

  gtk_widget_set_visible (GTK_WIDGET (self->chips), n_all > 0);
  gtk_stack_set_visible_child_name (self->stack, n > 0 ? "list" : n_all > 0 ? "none" : "empty");
}

static gboolean
refilter (gpointer user_data)
{
  MuriOperationsPage *self = user_data;

  gtk_filter_changed (self->operation_filter, GTK_FILTER_CHANGE_DIFFERENT);
  gtk_filter_changed (self->target_filter, GTK_FILTER_CHANGE_DIFFERENT);
  update (self);
  return G_SOURCE_CONTINUE;
}

/* What a choice depends on changes without the models saying so. */
static void
update_timeout (MuriOperationsPage *self, gboolean on)
{
  gboolean wanted = on
                    && (gtk_toggle_button_get_active (self->open_chip)
                        || gtk_toggle_button_get_active (self->failed_chip));

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
on_activate (MuriOperationsPage *self, guint position)
{
  g_autoptr (GtkTreeListRow) row = gtk_tree_list_model_get_row (self->tree, position);

  if (row && gtk_tree_list_row_is_expandable (row))
    gtk_tree_list_row_set_expanded (row, !gtk_tree_list_row_get_expanded (row));
}

static void
create_menu (GtkMenuButton *button, gpointer user_data)
{
  MuriOperationSummary *summary = user_data;
  GtkWidget *page = gtk_widget_get_ancestor (GTK_WIDGET (button), MURI_TYPE_OPERATIONS_PAGE);
  MuriOperation *operation = muri_operation_summary_get_operation (summary);
  g_autoptr (GMenuModel) menu = NULL;

  if (page == NULL || operation == NULL)
    return;
  menu = muri_operation_menu_new (muri_page_get_fleet (MURI_PAGE (page)), operation);
  gtk_menu_button_set_menu_model (button, menu);
}

static GtkWidget *
make_operation_row (void)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *summary = muri_operation_summary_new ();
  GtkWidget *menu = gtk_menu_button_new ();

  gtk_widget_set_hexpand (summary, TRUE);
  gtk_menu_button_set_icon_name (GTK_MENU_BUTTON (menu), "view-more-symbolic");
  gtk_menu_button_set_create_popup_func (GTK_MENU_BUTTON (menu), create_menu, summary, NULL);
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
  if (gtk_widget_get_mapped (GTK_WIDGET (self)))
    open_wanted (self);
}

static void
muri_operations_page_dispose (GObject *object)
{
  MuriOperationsPage *self = MURI_OPERATIONS_PAGE (object);

  G_OBJECT_CLASS (muri_operations_page_parent_class)->dispose (object);
  g_clear_handle_id (&self->timeout, g_source_remove);
  g_clear_object (&self->tree);
  g_clear_object (&self->operations);
  g_clear_object (&self->target_filter);
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
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/muri/Muri/ui/muri-operations-page.ui");
  gtk_widget_class_bind_template_child (widget_class, MuriOperationsPage, chips);
  gtk_widget_class_bind_template_child (widget_class, MuriOperationsPage, all_chip);
  gtk_widget_class_bind_template_child (widget_class, MuriOperationsPage, open_chip);
  gtk_widget_class_bind_template_child (widget_class, MuriOperationsPage, failed_chip);
  gtk_widget_class_bind_template_child (widget_class, MuriOperationsPage, own_chip);
  gtk_widget_class_bind_template_child (widget_class, MuriOperationsPage, stack);
  gtk_widget_class_bind_template_child (widget_class, MuriOperationsPage, view);
  gtk_widget_class_bind_template_callback (widget_class, on_activate);
  gtk_widget_class_bind_template_callback (widget_class, on_chip);
}

static void
make_models (MuriOperationsPage *self)
{
  GtkSelectionModel *selection;

  self->operation_filter = GTK_FILTER (gtk_custom_filter_new (is_chosen, self, NULL));
  self->target_filter = GTK_FILTER (gtk_custom_filter_new (is_chosen_target, self, NULL));
  self->operations = gtk_filter_list_model_new (NULL, self->operation_filter);
  self->tree = gtk_tree_list_model_new (g_object_ref (G_LIST_MODEL (self->operations)), FALSE,
                                        FALSE, make_targets, self, NULL);
  selection = GTK_SELECTION_MODEL (gtk_no_selection_new (g_object_ref (G_LIST_MODEL (self->tree))));
  gtk_list_view_set_model (self->view, selection);
  g_object_unref (selection);
  g_signal_connect_object (self->operations, "items-changed", G_CALLBACK (update), self,
                           G_CONNECT_SWAPPED);
}

static void
muri_operations_page_init (MuriOperationsPage *self)
{
  g_autoptr (GtkListItemFactory) factory = gtk_signal_list_item_factory_new ();

  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect (factory, "setup", G_CALLBACK (set_up), NULL);
  g_signal_connect (factory, "bind", G_CALLBACK (bind), NULL);
  g_signal_connect (factory, "unbind", G_CALLBACK (unbind), NULL);
  gtk_list_view_set_factory (self->view, factory);
  make_models (self);
}
