/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "muri-table-private.h"

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
muri_table_resume_sorting (MuriTable *self)
{
  self->resumed = TRUE;
  update_frozen (self);
  muri_ranking_resume (self->ranking);
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

static void
remember_focus (MuriTable *self)
{
  GtkWidget *row = focused_row (self);

  g_set_object ((GObject **)&self->focused, row ? muri_table_item_of_row (row) : NULL);
}

static GtkWidget *
find_row (GtkWidget *list, gpointer item)
{
  GtkWidget *row = gtk_widget_get_first_child (list);

  while (row && muri_table_item_of_row (row) != item)
    row = gtk_widget_get_next_sibling (row);
  return row;
}

/* A row keeps its place, or is gone, and the focus goes where what had it went. */
static void
follow_focus (MuriTable *self)
{
  GtkWidget *list = self->focused ? muri_table_get_list (self) : NULL;
  GtkWidget *row = list ? focused_row (self) : NULL;
  GtkWidget *other = list ? find_row (list, self->focused) : NULL;

  if (other && other != row)
    {
      gtk_widget_grab_focus (other);
      /* GTK would scroll there: it is told anew where the list is. */
      g_signal_emit_by_name (gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (list)),
                             "value-changed");
    }
  g_clear_object (&self->focused);
}

void
muri_table_make_slots (MuriTable *self)
{
  g_signal_connect_object (self->picks, "items-changed", G_CALLBACK (remember_focus), self,
                           G_CONNECT_SWAPPED);
  self->slots = muri_slots_new (GTK_SELECTION_MODEL (self->picks));
  g_signal_connect_object (self->picks, "items-changed", G_CALLBACK (follow_focus), self,
                           G_CONNECT_SWAPPED);
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
  gpointer item = muri_table_item_of_row (row);
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

static GtkWidget *
row_at (MuriTable *self, double x, double y)
{
  GtkWidget *row = row_of (gtk_widget_pick (GTK_WIDGET (self), x, y, GTK_PICK_DEFAULT));

  return row && gtk_widget_is_ancestor (row, GTK_WIDGET (self)) ? row : NULL;
}

/* In GTK 4.8 both the cell and its row answer to a click, so that Ctrl and a click toggle a row
 * twice. This comes before either, at the release: until then it may become a drag. */
static void
on_click (GtkGestureClick *gesture, int n_press, double x, double y, MuriTable *self)
{
  GdkModifierType state =
      gtk_event_controller_get_current_event_state (GTK_EVENT_CONTROLLER (gesture));
  gboolean toggles = (state & (GDK_CONTROL_MASK | GDK_SHIFT_MASK)) == GDK_CONTROL_MASK;
  gboolean on_row = row_at (self, x, y) != NULL;

  /* A row is dragged; the rubber band begins between them. It would not go away again when a drag
   * took over from it. */
  gtk_column_view_set_enable_rubberband (self->columns_view, !on_row);
  if (!toggles || !on_row)
    gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_DENIED);
}

static void
on_released (GtkGestureClick *gesture, int n_press, double x, double y, MuriTable *self)
{
  GtkWidget *row = row_at (self, x, y);

  if (!row)
    return;
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
  gpointer item = row ? muri_table_item_of_row (row) : NULL;

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
open_first (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  MuriTable *self = user_data;
  g_autoptr (GPtrArray) items = muri_picks_get_items (self->picks);

  if (items->len > 0)
    muri_table_open (self, items->pdata[0]);
}

static GtkGesture *
add_click (MuriTable *self, guint button, GCallback callback)
{
  GtkGesture *click = gtk_gesture_click_new ();

  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (click), button);
  gtk_event_controller_set_propagation_phase (GTK_EVENT_CONTROLLER (click), GTK_PHASE_CAPTURE);
  g_signal_connect_object (click, "pressed", callback, self, 0);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (click));
  return click;
}

void
muri_table_add_controllers (MuriTable *self)
{
  static const GActionEntry entries[] = {
    { "open", open_first, NULL, NULL, NULL, { 0 } },
  };
  GtkGesture *click;

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

  click = add_click (self, GDK_BUTTON_PRIMARY, G_CALLBACK (on_click));
  g_signal_connect_object (click, "released", G_CALLBACK (on_released), self, 0);
  add_click (self, GDK_BUTTON_SECONDARY, G_CALLBACK (on_right_click));

  g_signal_connect_object (self->picks, "changed", G_CALLBACK (on_touch), self, G_CONNECT_SWAPPED);
  g_action_map_add_action_entries (G_ACTION_MAP (self->actions), entries, G_N_ELEMENTS (entries),
                                   self);
  muri_table_add_members (self);
}

void
muri_table_add_bindings (GtkWidgetClass *widget_class)
{
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Menu, 0, menu_by_key, NULL);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_F10, GDK_SHIFT_MASK, menu_by_key, NULL);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Return, GDK_ALT_MASK, open_by_key, NULL);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_KP_Enter, GDK_ALT_MASK, open_by_key, NULL);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Escape, 0, clear_by_key, NULL);
  muri_table_add_member_bindings (widget_class);
}
