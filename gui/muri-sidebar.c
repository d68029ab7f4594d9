/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "muri-sidebar.h"

#include <glib/gi18n.h>

#include "muri-counted.h"
#include "muri-format.h"
#include "muri-joining.h"
#include "muri-plan.h"
#include "muri-sidebar-dnd.h"
#include "muri-sidebar-factory.h"
#include "muri-sidebar-keys.h"
#include "muri-sidebar-tree.h"
#include "muri-template-drop.h"

struct _MuriSidebar
{
  GtkBox parent_instance;

  /* Template widgets */
  GtkListView *list;
  GtkListBox *places;
  GtkListBoxRow *operations_row;
  GtkListBoxRow *alarms_row;
  GtkListBoxRow *templates_row;
  GtkLabel *template_hint;
  GtkLabel *alarm_count;
  GtkLabel *open_count;
  GtkLabel *failed_count;
  GtkProgressBar *joining;
  GtkProgressBar *filling;
  GtkWidget *status;
  GtkLabel *status_label;

  /* Owned */
  MuriTally *tally;
  MuriAlarms *alarms;
  MuriHistory *history;
  GtkTreeListModel *tree;
  GtkSingleSelection *selection;
  MuriSidebarUnfolding *unfolding;
  MuriSidebarDnd *dnd;
  MuriSidebarKeys *keys;
  MuriScope *scope;

  gboolean following; /* the selection is changed by what is shown, not by a person */
};

G_DEFINE_FINAL_TYPE (MuriSidebar, muri_sidebar, GTK_TYPE_BOX)

static void
show_item (MuriSidebar *self, gpointer item)
{
  g_autofree char *id = NULL;
  gboolean more = FALSE;

  if (muri_sidebar_item_is (item, MURI_SIDEBAR_MORE))
    {
      more = TRUE;
      item = muri_sidebar_item_get_owner (item);
    }
  if (MURI_IS_NODE (item))
    id = g_strconcat ("node:", muri_node_get_id (item), NULL);
  else if (MURI_IS_VM (item))
    id = g_strconcat ("vm:", muri_vm_get_id (item), NULL);
  else if (MURI_IS_GROUP (item))
    id = g_strconcat ("group:", muri_group_get_path (item), NULL);
  else if (MURI_IS_SMART_GROUP (item))
    id = g_strconcat ("smart:", muri_smart_group_get_id (item), NULL);
  else if (muri_sidebar_item_is (item, MURI_SIDEBAR_FLEET))
    id = g_strdup ("fleet");
  else
    return;

  gtk_widget_activate_action (GTK_WIDGET (self), "win.show-scope", "s", id);
  if (more)
    gtk_widget_activate_action (GTK_WIDGET (self), "win.show-view", "s", "vms");
}

static void
on_selected (MuriSidebar *self)
{
  GtkTreeListRow *row = gtk_single_selection_get_selected_item (self->selection);
  g_autoptr (GObject) item = row ? gtk_tree_list_row_get_item (row) : NULL;

  if (item && !self->following)
    show_item (self, item);
}

static void
on_activate (MuriSidebar *self, guint position)
{
  g_autoptr (GtkTreeListRow) row = g_list_model_get_item (G_LIST_MODEL (self->tree), position);

  if (!row)
    return;
  if (gtk_tree_list_row_is_expandable (row))
    gtk_tree_list_row_set_expanded (row, !gtk_tree_list_row_get_expanded (row));
  on_selected (self);
}

static void
on_place_activated (MuriSidebar *self, GtkListBoxRow *row)
{
  const char *action = "win.show-operations";

  if (row == self->templates_row)
    action = "win.show-templates";
  else if (row == self->alarms_row)
    action = "win.show-alarms";
  gtk_widget_activate_action (GTK_WIDGET (self), action, NULL);
}

static void
on_status_clicked (MuriSidebar *self)
{
  MuriOperation *last = muri_tally_get_last (self->tally);

  if (last)
    gtk_widget_activate_action (GTK_WIDGET (self), "win.show-operation", "s",
                                muri_operation_get_id (last));
}

static void
update_tally (MuriSidebar *self)
{
  guint open = muri_tally_get_n_open (self->tally);
  guint unseen = muri_tally_get_n_unseen (self->tally);
  g_autofree char *open_text = muri_counted ("%u", open);
  g_autofree char *failed_text = muri_counted ("◆%u", unseen);

  gtk_label_set_text (self->open_count, open_text);
  gtk_widget_set_visible (GTK_WIDGET (self->open_count), open > 0);
  gtk_label_set_text (self->failed_count, failed_text);
  gtk_widget_set_visible (GTK_WIDGET (self->failed_count), unseen > 0);
}

static void
update_alarms (MuriSidebar *self)
{
  guint n_open, severity;
  g_autofree char *text = NULL;

  g_object_get (self->alarms, "n-open", &n_open, "severity", &severity, NULL);
  text = muri_counted ("%u", n_open);
  gtk_label_set_text (self->alarm_count, text);
  gtk_widget_set_visible (GTK_WIDGET (self->alarm_count), n_open > 0);
  gtk_widget_remove_css_class (GTK_WIDGET (self->alarm_count), "error");
  gtk_widget_remove_css_class (GTK_WIDGET (self->alarm_count), "warning");
  gtk_widget_add_css_class (GTK_WIDGET (self->alarm_count),
                            severity >= MURI_SEVERITY_ERROR ? "error" : "warning");
}

static void
update_filling (MuriSidebar *self)
{
  double progress = muri_history_get_fill_progress (self->history);

  gtk_widget_set_visible (GTK_WIDGET (self->filling), progress >= 0);
  if (progress >= 0)
    gtk_progress_bar_set_fraction (self->filling, MIN (progress, 1));
}

static void
update_status (MuriSidebar *self)
{
  MuriOperation *last = muri_tally_get_last (self->tally);
  g_autofree char *outcome = last ? muri_plan_outcome (last) : NULL;
  g_autofree char *when = last ? muri_format_clock (muri_operation_get_finished (last)) : NULL;
  g_autofree char *text = last ? g_strdup_printf ("%s · %s", outcome, when) : NULL;

  gtk_widget_set_visible (self->status, last != NULL);
  gtk_label_set_text (self->status_label, text ? text : "");
  gtk_widget_set_tooltip_text (self->status, text);
}

static void
muri_sidebar_dispose (GObject *object)
{
  MuriSidebar *self = MURI_SIDEBAR (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), MURI_TYPE_SIDEBAR);
  g_clear_object (&self->keys);
  g_clear_object (&self->dnd);
  g_clear_object (&self->unfolding);
  g_clear_object (&self->selection);
  g_clear_object (&self->tree);
  g_clear_object (&self->tally);
  g_clear_object (&self->alarms);
  g_clear_object (&self->history);
  g_clear_object (&self->scope);

  G_OBJECT_CLASS (muri_sidebar_parent_class)->dispose (object);
}

/* The row of what is shown, else the first one. */
static GtkWidget *
row_to_focus (GtkWidget *list)
{
  GtkWidget *first = gtk_widget_get_first_child (list);

  for (GtkWidget *row = first; row; row = gtk_widget_get_next_sibling (row))
    if (gtk_widget_get_state_flags (row) & GTK_STATE_FLAG_SELECTED)
      return row;
  return first;
}

/* A list whose rows never had the focus would keep it for itself, and no key would mean a row. */
static gboolean
muri_sidebar_grab_focus (GtkWidget *widget)
{
  GtkWidget *list = GTK_WIDGET (MURI_SIDEBAR (widget)->list);
  GtkWidget *row;

  if (!gtk_widget_grab_focus (list))
    return FALSE;
  row = gtk_widget_has_focus (list) ? row_to_focus (list) : NULL;
  if (row)
    gtk_widget_grab_focus (row);
  return TRUE;
}

static void
muri_sidebar_class_init (MuriSidebarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = muri_sidebar_dispose;
  widget_class->grab_focus = muri_sidebar_grab_focus;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/muri/Muri/ui/muri-sidebar.ui");
  gtk_widget_class_bind_template_child (widget_class, MuriSidebar, list);
  gtk_widget_class_bind_template_child (widget_class, MuriSidebar, places);
  gtk_widget_class_bind_template_child (widget_class, MuriSidebar, operations_row);
  gtk_widget_class_bind_template_child (widget_class, MuriSidebar, alarms_row);
  gtk_widget_class_bind_template_child (widget_class, MuriSidebar, templates_row);
  gtk_widget_class_bind_template_child (widget_class, MuriSidebar, template_hint);
  gtk_widget_class_bind_template_child (widget_class, MuriSidebar, alarm_count);
  gtk_widget_class_bind_template_child (widget_class, MuriSidebar, open_count);
  gtk_widget_class_bind_template_child (widget_class, MuriSidebar, failed_count);
  gtk_widget_class_bind_template_child (widget_class, MuriSidebar, joining);
  gtk_widget_class_bind_template_child (widget_class, MuriSidebar, filling);
  gtk_widget_class_bind_template_child (widget_class, MuriSidebar, status);
  gtk_widget_class_bind_template_child (widget_class, MuriSidebar, status_label);
  gtk_widget_class_bind_template_callback (widget_class, on_activate);
  gtk_widget_class_bind_template_callback (widget_class, on_place_activated);
  gtk_widget_class_bind_template_callback (widget_class, on_status_clicked);
}

static void
muri_sidebar_init (MuriSidebar *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  muri_template_drop_add (GTK_WIDGET (self->templates_row), self->template_hint);
}

void
muri_sidebar_set_fleet (MuriSidebar *self, MuriFleet *fleet, MuriTally *tally)
{
  g_autoptr (GSettings) settings = g_settings_new ("io.github.muri.Muri");
  g_autoptr (GtkListItemFactory) factory = NULL;

  g_return_if_fail (self->tree == NULL);

  self->tree = muri_sidebar_tree_new (fleet);
  self->unfolding = muri_sidebar_unfolding_new (self->tree, settings);
  factory = muri_sidebar_factory_new (self->unfolding, muri_fleet_get_alarms (fleet));
  self->selection = g_object_new (GTK_TYPE_SINGLE_SELECTION, "autoselect", FALSE, "can-unselect",
                                  TRUE, "model", self->tree, NULL);
  g_signal_connect_object (self->selection, "notify::selected-item", G_CALLBACK (on_selected), self,
                           G_CONNECT_SWAPPED);
  gtk_list_view_set_factory (self->list, factory);
  gtk_list_view_set_model (self->list, GTK_SELECTION_MODEL (self->selection));
  self->dnd = muri_sidebar_dnd_new (self->list, fleet);
  self->keys = muri_sidebar_keys_new (self->list, fleet);

  self->tally = g_object_ref (tally);
  g_signal_connect_object (tally, "notify::n-open", G_CALLBACK (update_tally), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (tally, "notify::n-unseen", G_CALLBACK (update_tally), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (tally, "notify::last", G_CALLBACK (update_status), self,
                           G_CONNECT_SWAPPED);
  self->alarms = g_object_ref (muri_fleet_get_alarms (fleet));
  g_signal_connect_object (self->alarms, "changed", G_CALLBACK (update_alarms), self,
                           G_CONNECT_SWAPPED);
  self->history = g_object_ref (muri_fleet_get_history (fleet));
  g_signal_connect_object (self->history, "notify::fill-progress", G_CALLBACK (update_filling),
                           self, G_CONNECT_SWAPPED);
  update_tally (self);
  update_status (self);
  update_alarms (self);
  muri_joining_show (self->joining, fleet);
  update_filling (self);
}

static gpointer
item_of (MuriSidebar *self)
{
  switch (muri_scope_get_kind (self->scope))
    {
    case MURI_SCOPE_NODE:
      return muri_scope_get_node (self->scope);
    case MURI_SCOPE_VM:
      return muri_scope_get_vm (self->scope);
    case MURI_SCOPE_GROUP:
      return muri_scope_get_group (self->scope);
    case MURI_SCOPE_SMART:
      return muri_scope_get_smart (self->scope);
    case MURI_SCOPE_FLEET:
    default:
      return NULL;
    }
}

/* One and the same VM may be in several places: where it was chosen it stays chosen. */
static gboolean
is_selected (MuriSidebar *self, gpointer item)
{
  GtkTreeListRow *row = gtk_single_selection_get_selected_item (self->selection);
  g_autoptr (GObject) selected = row ? gtk_tree_list_row_get_item (row) : NULL;

  return selected == item && item;
}

static void
select_scope (MuriSidebar *self)
{
  gpointer item = item_of (self);
  guint position;

  if (is_selected (self, item))
    return;
  position = item ? muri_sidebar_tree_reveal (self->tree, item)
                  : muri_sidebar_tree_find_fleet (self->tree);
  /* A VM beyond those that are listed: its host stands for it. */
  if (position == GTK_INVALID_LIST_POSITION && MURI_IS_VM (item))
    position = muri_sidebar_tree_reveal (self->tree, muri_vm_get_node (item));
  gtk_single_selection_set_selected (self->selection, position);
  if (position != GTK_INVALID_LIST_POSITION)
    gtk_widget_activate_action (GTK_WIDGET (self->list), "list.scroll-to-item", "u", position);
}

static GtkListBoxRow *
row_of_place (MuriSidebar *self, MuriPlace place)
{
  if (place == MURI_PLACE_TEMPLATES)
    return self->templates_row;
  return place == MURI_PLACE_ALARMS ? self->alarms_row : self->operations_row;
}

void
muri_sidebar_show (MuriSidebar *self, MuriScope *scope, MuriPlace place)
{
  self->following = TRUE;
  g_set_object (&self->scope, scope);
  if (scope)
    {
      gtk_list_box_unselect_all (self->places);
      select_scope (self);
    }
  else
    {
      gtk_single_selection_set_selected (self->selection, GTK_INVALID_LIST_POSITION);
      gtk_list_box_select_row (self->places, row_of_place (self, place));
    }
  self->following = FALSE;
}

void
muri_sidebar_rename (MuriSidebar *self, const char *from, const char *to)
{
  muri_sidebar_unfolding_rename (self->unfolding, from, to);
}
