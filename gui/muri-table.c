/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <glib/gi18n.h>

#include "muri-cell.h"
#include "muri-config.h"
#include "muri-scope.h"
#include "muri-table-private.h"

G_DEFINE_FINAL_TYPE (MuriTable, muri_table, GTK_TYPE_WIDGET)

enum
{
  PROP_ITEM_TYPE = 1,
  PROP_ROW_MENU,
  PROP_SOURCE,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void
update_frozen (MuriTable *self)
{
  gboolean busy =
      self->menu_open || muri_picks_get_n (self->picks) > 0
      || gtk_event_controller_motion_contains_pointer (GTK_EVENT_CONTROLLER_MOTION (self->motion))
      || gtk_event_controller_focus_contains_focus (GTK_EVENT_CONTROLLER_FOCUS (self->focus));

  muri_ranking_set_frozen (self->ranking, busy && !self->resumed);
}

static void
on_touch (MuriTable *self)
{
  self->resumed = FALSE;
  update_frozen (self);
}

void
muri_table_open (MuriTable *self, gpointer item)
{
  g_autofree char *id = NULL;

  if (MURI_IS_NODE (item))
    id = g_strconcat ("node:", muri_node_get_id (item), NULL);
  else
    id = g_strconcat ("vm:", muri_vm_get_id (item), NULL);
  gtk_widget_activate_action (GTK_WIDGET (self), "win.show-scope", "s", id);
}

static void
on_activate (MuriTable *self, guint position)
{
  g_autoptr (GObject) item = g_list_model_get_item (G_LIST_MODEL (self->picks), position);

  if (item)
    muri_table_open (self, item);
}

static GtkWidget *
row_of (GtkWidget *widget)
{
  while (widget && !g_str_equal (gtk_widget_get_css_name (widget), "row"))
    widget = gtk_widget_get_parent (widget);
  return widget;
}

static GtkWidget *
focused_row (MuriTable *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkWidget *focus = root ? gtk_root_get_focus (root) : NULL;

  if (!focus || !gtk_widget_is_ancestor (focus, GTK_WIDGET (self)))
    return NULL;
  return row_of (focus);
}

static gboolean
position_of (MuriTable *self, gpointer item, guint *position)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->picks));

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (GObject) other = g_list_model_get_item (G_LIST_MODEL (self->picks), i);

      if (other == item)
        {
          *position = i;
          return TRUE;
        }
    }
  return FALSE;
}

/* The menu is about the selection; a row outside of it becomes the selection first. */
static void
pick_row (MuriTable *self, GtkWidget *row)
{
  gpointer item = muri_cell_find_item (row);
  guint position;

  if (item && position_of (self, item, &position)
      && !gtk_selection_model_is_selected (GTK_SELECTION_MODEL (self->picks), position))
    gtk_selection_model_select_item (GTK_SELECTION_MODEL (self->picks), position, TRUE);
}

/* A popover gives the focus back to nobody in particular. */
static void
on_menu_closed (MuriTable *self)
{
  self->menu_open = FALSE;
  if (!self->menu_row || !gtk_widget_grab_focus (self->menu_row))
    muri_table_grab_rows (self);
  g_clear_weak_pointer (&self->menu_row);
  update_frozen (self);
}

static void
pop_up_menu (MuriTable *self, GtkWidget *row, const GdkRectangle *at)
{
  if (!self->popover)
    {
      self->popover = gtk_popover_menu_new_from_model (self->row_menu);
      gtk_widget_set_parent (self->popover, GTK_WIDGET (self));
      gtk_widget_set_halign (self->popover, GTK_ALIGN_START);
      gtk_popover_set_has_arrow (GTK_POPOVER (self->popover), FALSE);
      gtk_popover_set_position (GTK_POPOVER (self->popover), GTK_POS_BOTTOM);
      g_signal_connect_object (self->popover, "closed", G_CALLBACK (on_menu_closed), self,
                               G_CONNECT_SWAPPED);
    }
  gtk_popover_set_pointing_to (GTK_POPOVER (self->popover), at);
  self->menu_open = TRUE;
  g_set_weak_pointer (&self->menu_row, row);
  update_frozen (self);
  gtk_popover_popup (GTK_POPOVER (self->popover));
}

static void
on_right_click (GtkGestureClick *gesture, int n_press, double x, double y, MuriTable *self)
{
  GtkWidget *row = row_of (gtk_widget_pick (GTK_WIDGET (self), x, y, GTK_PICK_DEFAULT));

  if (!self->row_menu || !row || !gtk_widget_is_ancestor (row, GTK_WIDGET (self)))
    return;
  gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
  pick_row (self, row);
  pop_up_menu (self, row, &(GdkRectangle){ (int)x, (int)y, 1, 1 });
}

/* In GTK 4.8 both the cell and its row answer to a click, so that Ctrl and a click toggle a row
 * twice. This comes before either. */
static void
on_click (GtkGestureClick *gesture, int n_press, double x, double y, MuriTable *self)
{
  GdkModifierType state =
      gtk_event_controller_get_current_event_state (GTK_EVENT_CONTROLLER (gesture));
  GtkWidget *row = NULL;

  if ((state & (GDK_CONTROL_MASK | GDK_SHIFT_MASK)) == GDK_CONTROL_MASK)
    row = row_of (gtk_widget_pick (GTK_WIDGET (self), x, y, GTK_PICK_DEFAULT));
  if (!row || !gtk_widget_is_ancestor (row, GTK_WIDGET (self)))
    {
      gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_DENIED);
      return;
    }
  gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
  gtk_widget_grab_focus (row);
  gtk_widget_activate_action (row, "listitem.select", "(bb)", TRUE, FALSE);
}

static gboolean
menu_by_key (GtkWidget *widget, GVariant *args, gpointer user_data)
{
  MuriTable *self = MURI_TABLE (widget);
  GtkWidget *row = focused_row (self);
  graphene_rect_t bounds;

  if (!self->row_menu || !row || !gtk_widget_compute_bounds (row, widget, &bounds))
    return FALSE;
  if (muri_picks_get_n (self->picks) == 0)
    pick_row (self, row);
  pop_up_menu (self, row,
               &(GdkRectangle){ (int)bounds.origin.x + 24,
                                (int)(bounds.origin.y + bounds.size.height), 1, 1 });
  return TRUE;
}

static gboolean
open_by_key (GtkWidget *widget, GVariant *args, gpointer user_data)
{
  MuriTable *self = MURI_TABLE (widget);
  GtkWidget *row = focused_row (self);
  gpointer item = row ? muri_cell_find_item (row) : NULL;

  if (!item)
    return FALSE;
  muri_table_open (self, item);
  return TRUE;
}

static gboolean
clear_by_key (GtkWidget *widget, GVariant *args, gpointer user_data)
{
  MuriTable *self = MURI_TABLE (widget);

  if (muri_picks_get_n (self->picks) == 0)
    return FALSE;
  gtk_selection_model_unselect_all (GTK_SELECTION_MODEL (self->picks));
  return TRUE;
}

static void
copy_names (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  MuriTable *self = user_data;
  g_autoptr (GPtrArray) items = muri_picks_get_items (self->picks);
  g_autoptr (GString) names = g_string_new (NULL);

  for (guint i = 0; i < items->len; i++)
    g_string_append_printf (names, "%s\n", muri_item_get_name (items->pdata[i]));
  gtk_widget_activate_action (GTK_WIDGET (self), "win.copy", "s", names->str);
}

static gboolean
copy_by_key (GtkWidget *widget, GVariant *args, gpointer user_data)
{
  if (muri_picks_get_n (MURI_TABLE (widget)->picks) == 0)
    return FALSE;
  copy_names (NULL, NULL, widget);
  return TRUE;
}

static void
open_first (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  MuriTable *self = user_data;
  g_autoptr (GPtrArray) items = muri_picks_get_items (self->picks);

  if (items->len > 0)
    muri_table_open (self, items->pdata[0]);
}

static gboolean
is_narrow_now (MuriTable *self)
{
  return adw_squeezer_get_visible_child (self->squeezer) == self->narrow;
}

/* Only the layout that is looked at has rows. */
static void
update_layout (MuriTable *self)
{
  GtkSelectionModel *model = GTK_SELECTION_MODEL (self->picks);
  gboolean is_narrow = is_narrow_now (self);

  if (gtk_list_view_get_model (self->list_view) == (is_narrow ? model : NULL)
      && gtk_column_view_get_model (self->columns_view) == (is_narrow ? NULL : model))
    return;
  gtk_column_view_set_model (self->columns_view, is_narrow ? NULL : model);
  gtk_list_view_set_model (self->list_view, is_narrow ? model : NULL);
}

static void
update_height (MuriTable *self)
{
  if (g_settings_get_boolean (self->settings, "comfortable-rows"))
    gtk_widget_remove_css_class (GTK_WIDGET (self->columns_view), "data-table");
  else
    gtk_widget_add_css_class (GTK_WIDGET (self->columns_view), "data-table");
}

/* A list view that gets lower scrolls a little, as if to keep its middle. The selection bar must
 * not move rows away below the pointer. */
static void
allocate_in_place (MuriTable *self, int width, int height, int baseline)
{
  GtkScrolledWindow *scrolled =
      GTK_SCROLLED_WINDOW (is_narrow_now (self) ? self->narrow : self->wide);
  GtkAdjustment *adjustment = gtk_scrolled_window_get_vadjustment (scrolled);
  double value = gtk_adjustment_get_value (adjustment);

  gtk_widget_allocate (GTK_WIDGET (self->squeezer), width, height, baseline, NULL);
  if (gtk_adjustment_get_value (adjustment) == value)
    return;
  gtk_adjustment_set_value (adjustment, value);
  gtk_widget_allocate (GTK_WIDGET (self->squeezer), width, height, baseline, NULL);
}

static gboolean
on_fit (gpointer user_data)
{
  MuriTable *self = user_data;

  self->fit_id = 0;
  update_layout (self);
  muri_table_fit_columns (self);
  return G_SOURCE_REMOVE;
}

/* Both may change what is being laid out: after that. */
static void
queue_fit (MuriTable *self)
{
  if (self->fit_id == 0)
    self->fit_id = g_idle_add_full (G_PRIORITY_HIGH_IDLE, on_fit, self, NULL);
}

static void
muri_table_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  MuriTable *self = MURI_TABLE (widget);

  allocate_in_place (self, width, height, baseline);
  if (self->popover)
    gtk_popover_present (GTK_POPOVER (self->popover));
  if (width == self->fitted_width)
    return;
  self->fitted_width = width;
  queue_fit (self);
}

static void
muri_table_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum,
                    int *natural, int *minimum_baseline, int *natural_baseline)
{
  gtk_widget_measure (GTK_WIDGET (MURI_TABLE (widget)->squeezer), orientation, for_size, minimum,
                      natural, NULL, NULL);
}

static void
muri_table_map (GtkWidget *widget)
{
  muri_ranking_set_active (MURI_TABLE (widget)->ranking, TRUE);
  GTK_WIDGET_CLASS (muri_table_parent_class)->map (widget);
}

static void
muri_table_unmap (GtkWidget *widget)
{
  muri_ranking_set_active (MURI_TABLE (widget)->ranking, FALSE);
  GTK_WIDGET_CLASS (muri_table_parent_class)->unmap (widget);
}

static void
add_click (MuriTable *self, guint button, GCallback callback)
{
  GtkGesture *click = gtk_gesture_click_new ();

  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (click), button);
  gtk_event_controller_set_propagation_phase (GTK_EVENT_CONTROLLER (click), GTK_PHASE_CAPTURE);
  g_signal_connect_object (click, "pressed", callback, self, 0);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (click));
}

static void
add_controllers (MuriTable *self)
{
  self->motion = gtk_event_controller_motion_new ();
  g_signal_connect_object (self->motion, "enter", G_CALLBACK (on_touch), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->motion, "leave", G_CALLBACK (update_frozen), self,
                           G_CONNECT_SWAPPED);
  gtk_widget_add_controller (GTK_WIDGET (self), self->motion);

  self->focus = gtk_event_controller_focus_new ();
  g_signal_connect_object (self->focus, "enter", G_CALLBACK (on_touch), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->focus, "leave", G_CALLBACK (update_frozen), self,
                           G_CONNECT_SWAPPED);
  gtk_widget_add_controller (GTK_WIDGET (self), self->focus);

  add_click (self, GDK_BUTTON_PRIMARY, G_CALLBACK (on_click));
  add_click (self, GDK_BUTTON_SECONDARY, G_CALLBACK (on_right_click));
}

static void
muri_table_constructed (GObject *object)
{
  MuriTable *self = MURI_TABLE (object);
  g_autoptr (GtkListItemFactory) factory = muri_table_row_factory_new (self);

  G_OBJECT_CLASS (muri_table_parent_class)->constructed (object);

  self->ranking = muri_ranking_new (self->item_type);
  self->picks = muri_picks_new (G_LIST_MODEL (self->ranking));
  add_controllers (self);
  muri_table_make_columns (self);
  gtk_list_view_set_factory (self->list_view, factory);
  g_signal_connect_object (self->picks, "changed", G_CALLBACK (on_touch), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->squeezer, "notify::visible-child", G_CALLBACK (queue_fit), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->settings, "changed::comfortable-rows", G_CALLBACK (update_height),
                           self, G_CONNECT_SWAPPED);
  update_height (self);
}

static void
muri_table_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  MuriTable *self = MURI_TABLE (object);

  switch (prop_id)
    {
    case PROP_ITEM_TYPE:
      self->item_type = g_value_get_gtype (value);
      break;
    case PROP_ROW_MENU:
      g_set_object (&self->row_menu, g_value_get_object (value));
      break;
    case PROP_SOURCE:
      muri_table_set_source (self, g_value_get_object (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
muri_table_dispose (GObject *object)
{
  MuriTable *self = MURI_TABLE (object);

  g_clear_handle_id (&self->fit_id, g_source_remove);
  if (self->ranking)
    muri_ranking_set_source (self->ranking, NULL);
  g_clear_weak_pointer (&self->menu_row);
  g_clear_pointer (&self->popover, gtk_widget_unparent);
  /* The column view takes its columns out one by one, sorted or not. */
  self->sorting = TRUE;
  gtk_widget_dispose_template (GTK_WIDGET (self), MURI_TYPE_TABLE);
  g_clear_object (&self->picks);
  g_clear_object (&self->ranking);
  g_clear_object (&self->settings);
  g_clear_object (&self->view_menu);
  g_clear_object (&self->row_menu);
  g_clear_object (&self->actions);

  G_OBJECT_CLASS (muri_table_parent_class)->dispose (object);
}

static void
add_bindings (GtkWidgetClass *widget_class)
{
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Menu, 0, menu_by_key, NULL);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_F10, GDK_SHIFT_MASK, menu_by_key, NULL);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Return, GDK_ALT_MASK, open_by_key, NULL);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_KP_Enter, GDK_ALT_MASK, open_by_key, NULL);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Escape, 0, clear_by_key, NULL);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_c, GDK_CONTROL_MASK, copy_by_key, NULL);
}

static void
muri_table_class_init (MuriTableClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->constructed = muri_table_constructed;
  object_class->dispose = muri_table_dispose;
  object_class->set_property = muri_table_set_property;
  widget_class->size_allocate = muri_table_size_allocate;
  widget_class->measure = muri_table_measure;
  widget_class->map = muri_table_map;
  widget_class->unmap = muri_table_unmap;

  properties[PROP_ITEM_TYPE] =
      g_param_spec_gtype ("item-type", NULL, NULL, G_TYPE_OBJECT,
                          G_PARAM_WRITABLE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  properties[PROP_ROW_MENU] = g_param_spec_object ("row-menu", NULL, NULL, G_TYPE_MENU_MODEL,
                                                   G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_SOURCE] = g_param_spec_object ("source", NULL, NULL, G_TYPE_LIST_MODEL,
                                                 G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/muri/Muri/ui/muri-table.ui");
  gtk_widget_class_bind_template_child (widget_class, MuriTable, squeezer);
  gtk_widget_class_bind_template_child (widget_class, MuriTable, wide);
  gtk_widget_class_bind_template_child (widget_class, MuriTable, columns_view);
  gtk_widget_class_bind_template_child (widget_class, MuriTable, narrow);
  gtk_widget_class_bind_template_child (widget_class, MuriTable, list_view);
  gtk_widget_class_bind_template_callback (widget_class, on_activate);
  gtk_widget_class_set_css_name (widget_class, "muritable");
  add_bindings (widget_class);
}

static void
muri_table_init (MuriTable *self)
{
  static const GActionEntry entries[] = {
    { "copy", copy_names, NULL, NULL, NULL, { 0 } },
    { "open", open_first, NULL, NULL, NULL, { 0 } },
  };

  gtk_widget_init_template (GTK_WIDGET (self));
  self->settings = g_settings_new (MURI_APPLICATION_ID);
  self->view_menu = g_menu_new ();
  self->actions = g_simple_action_group_new ();
  g_action_map_add_action_entries (G_ACTION_MAP (self->actions), entries, G_N_ELEMENTS (entries),
                                   self);
  gtk_widget_insert_action_group (GTK_WIDGET (self), "table", G_ACTION_GROUP (self->actions));
}

void
muri_table_set_source (MuriTable *self, GListModel *source)
{
  muri_ranking_set_source (self->ranking, source);
}

MuriRanking *
muri_table_get_ranking (MuriTable *self)
{
  return self->ranking;
}

MuriPicks *
muri_table_get_picks (MuriTable *self)
{
  return self->picks;
}

GMenuModel *
muri_table_get_view_menu (MuriTable *self)
{
  return G_MENU_MODEL (self->view_menu);
}

GActionGroup *
muri_table_get_actions (MuriTable *self)
{
  return G_ACTION_GROUP (self->actions);
}

void
muri_table_resume_sorting (MuriTable *self)
{
  self->resumed = TRUE;
  update_frozen (self);
  muri_ranking_resume (self->ranking);
}

gboolean
muri_table_grab_rows (MuriTable *self)
{
  return gtk_widget_grab_focus (is_narrow_now (self) ? GTK_WIDGET (self->list_view)
                                                     : GTK_WIDGET (self->columns_view));
}

/* Also what a filter that is gone by now hid a moment ago. */
void
muri_table_pick_items (MuriTable *self, GPtrArray *items)
{
  muri_ranking_settle (self->ranking);
  muri_picks_set_items (self->picks, items);
}
