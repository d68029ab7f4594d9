/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <glib/gi18n.h>

#include "muri-cell.h"
#include "muri-padlock.h"
#include "muri-sparkline.h"
#include "muri-state-icon.h"
#include "muri-table-private.h"

static GQuark
column_quark (void)
{
  return g_quark_from_static_string ("muri-column");
}

/* What a row is called and how wide its cells are does not wait until it is in view: whoever goes
 * there by key hears it first. */
static void
prepare (GtkWidget *widget, gpointer item)
{
  if (MURI_IS_PADLOCK (widget))
    muri_padlock_set_vm (MURI_PADLOCK (widget), item);
  else if (MURI_IS_CELL (widget) && muri_cell_get_column (MURI_CELL (widget)) == MURI_COLUMN_NAME)
    muri_cell_label_row (widget, item);
  else if (GTK_IS_BOX (widget))
    for (GtkWidget *child = gtk_widget_get_first_child (widget); child;
         child = gtk_widget_get_next_sibling (child))
      prepare (child, item);
}

static void
show (GtkWidget *widget, gpointer item)
{
  if (MURI_IS_CELL (widget))
    muri_cell_set_item (MURI_CELL (widget), item);
  else if (MURI_IS_STATE_ICON (widget))
    g_object_set (widget, MURI_IS_NODE (item) ? "node" : "vm", item, NULL);
  else if (MURI_IS_SPARKLINE (widget))
    muri_sparkline_set_vm (MURI_SPARKLINE (widget), item);
  else if (GTK_IS_BOX (widget))
    for (GtkWidget *child = gtk_widget_get_first_child (widget); child;
         child = gtk_widget_get_next_sibling (child))
      show (child, item);
}

static GtkWidget *
expanding_cell (MuriColumn column)
{
  GtkWidget *cell = muri_cell_new (column);

  gtk_widget_set_hexpand (cell, TRUE);
  return cell;
}

static GtkWidget *
make_cell (MuriColumn column, GType item_type)
{
  GtkWidget *box;

  if (column != MURI_COLUMN_NAME && (column != MURI_COLUMN_CPU || item_type == MURI_TYPE_NODE))
    return muri_cell_new (column);

  box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, column == MURI_COLUMN_NAME ? 8 : 6);
  gtk_box_append (GTK_BOX (box),
                  column == MURI_COLUMN_NAME ? muri_state_icon_new () : muri_sparkline_new ());
  gtk_box_append (GTK_BOX (box), expanding_cell (column));
  if (column == MURI_COLUMN_NAME && item_type == MURI_TYPE_VM)
    gtk_box_append (GTK_BOX (box), muri_padlock_new ());
  return box;
}

static void
on_cell_setup (GtkSignalListItemFactory *factory, GtkListItem *list_item, MuriTable *self)
{
  MuriColumn column = GPOINTER_TO_UINT (g_object_get_qdata (G_OBJECT (factory), column_quark ()));

  gtk_list_item_set_child (list_item, make_cell (column, self->item_type));
}

static void
on_bind (GtkSignalListItemFactory *factory, GtkListItem *list_item)
{
  muri_slot_add (gtk_list_item_get_item (list_item), gtk_list_item_get_child (list_item), prepare,
                 show);
}

static void
on_unbind (GtkSignalListItemFactory *factory, GtkListItem *list_item)
{
  muri_slot_remove (gtk_list_item_get_item (list_item), gtk_list_item_get_child (list_item));
}

GtkListItemFactory *
muri_table_cell_factory_new (MuriTable *self, MuriColumn column)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();

  g_object_set_qdata (G_OBJECT (factory), column_quark (), GUINT_TO_POINTER (column));
  g_signal_connect_object (factory, "setup", G_CALLBACK (on_cell_setup), self, 0);
  g_signal_connect (factory, "bind", G_CALLBACK (on_bind), NULL);
  g_signal_connect (factory, "unbind", G_CALLBACK (on_unbind), NULL);
  return factory;
}

static void
on_check_toggled (GtkCheckButton *check, GtkListItem *list_item)
{
  MuriTable *self = MURI_TABLE (gtk_widget_get_ancestor (GTK_WIDGET (check), MURI_TYPE_TABLE));
  guint position = gtk_list_item_get_position (list_item);

  if (!self || position == GTK_INVALID_LIST_POSITION
      || gtk_check_button_get_active (check) == gtk_list_item_get_selected (list_item))
    return;
  if (gtk_check_button_get_active (check))
    gtk_selection_model_select_item (GTK_SELECTION_MODEL (self->picks), position, FALSE);
  else
    gtk_selection_model_unselect_item (GTK_SELECTION_MODEL (self->picks), position);
}

static void
on_selected (GtkListItem *list_item, GParamSpec *pspec, GtkCheckButton *check)
{
  gtk_check_button_set_active (check, gtk_list_item_get_selected (list_item));
}

/* A tap opens; the check box selects. */
static void
on_tapped (GtkGestureClick *gesture, int n_press, double x, double y, GtkListItem *list_item)
{
  GtkWidget *widget = gtk_event_controller_get_widget (GTK_EVENT_CONTROLLER (gesture));
  MuriTable *self = MURI_TABLE (gtk_widget_get_ancestor (widget, MURI_TYPE_TABLE));
  MuriSlot *slot = gtk_list_item_get_item (list_item);

  gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
  if (self && slot && muri_slot_get_item (slot) && gtk_widget_contains (widget, x, y))
    muri_table_open (self, muri_slot_get_item (slot));
}

static GtkWidget *
two_cells (MuriColumn upper, MuriColumn lower, int width)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 1);
  GtkWidget *second = muri_cell_new (lower);

  gtk_widget_add_css_class (second, "caption");
  gtk_widget_set_valign (box, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (box), muri_cell_new (upper));
  gtk_box_append (GTK_BOX (box), second);
  if (width > 0)
    gtk_widget_set_size_request (box, width, -1);
  else
    gtk_widget_set_hexpand (box, TRUE);
  return box;
}

static void
on_row_setup (GtkSignalListItemFactory *factory, GtkListItem *list_item, MuriTable *self)
{
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 10);
  GtkWidget *body = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  GtkWidget *check = gtk_check_button_new ();
  GtkGesture *tap = gtk_gesture_click_new ();

  gtk_accessible_update_property (GTK_ACCESSIBLE (check), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Select"), -1);
  g_signal_connect_object (check, "toggled", G_CALLBACK (on_check_toggled), list_item, 0);
  g_signal_connect_object (list_item, "notify::selected", G_CALLBACK (on_selected), check, 0);

  g_signal_connect_object (tap, "released", G_CALLBACK (on_tapped), list_item, 0);
  gtk_widget_add_controller (body, GTK_EVENT_CONTROLLER (tap));
  gtk_widget_set_hexpand (body, TRUE);
  gtk_box_append (GTK_BOX (body), muri_state_icon_new ());
  gtk_box_append (GTK_BOX (body), two_cells (MURI_COLUMN_NAME, MURI_COLUMN_SUMMARY, 0));
  gtk_box_append (GTK_BOX (body), two_cells (MURI_COLUMN_CPU, MURI_COLUMN_MEMORY, 90));

  gtk_box_append (GTK_BOX (row), check);
  gtk_box_append (GTK_BOX (row), body);
  gtk_list_item_set_child (list_item, row);
}

GtkListItemFactory *
muri_table_row_factory_new (MuriTable *self)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();

  g_signal_connect_object (factory, "setup", G_CALLBACK (on_row_setup), self, 0);
  g_signal_connect (factory, "bind", G_CALLBACK (on_bind), NULL);
  g_signal_connect (factory, "unbind", G_CALLBACK (on_unbind), NULL);
  return factory;
}

gpointer
muri_table_item_of_row (GtkWidget *row)
{
  MuriSlot *slot = muri_slot_of_row (row);

  return slot ? muri_slot_get_item (slot) : NULL;
}

/* Of the 200 rows that GTK keeps, some thirty are in view. */
void
muri_table_look_at_rows (GtkWidget *list_view)
{
  int height = gtk_widget_get_height (list_view);

  for (GtkWidget *row = gtk_widget_get_first_child (list_view); row;
       row = gtk_widget_get_next_sibling (row))
    {
      MuriSlot *slot = muri_slot_of_row (row);
      GtkAllocation place;

      if (!slot)
        continue;
      gtk_widget_get_allocation (row, &place);
      muri_slot_set_in_view (slot, place.y + place.height > 0 && place.y < height);
    }
}
