/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-button-names.h"

static void
set_name (GtkWidget *button, const char *name)
{
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

static gboolean
has_no_label_of_its_own (GtkWidget *widget)
{
  if (GTK_IS_DROP_DOWN (widget))
    return TRUE;
  if (GTK_IS_MENU_BUTTON (widget))
    return gtk_menu_button_get_icon_name (GTK_MENU_BUTTON (widget)) != NULL;
  return GTK_IS_BUTTON (widget) && gtk_button_get_icon_name (GTK_BUTTON (widget)) != NULL;
}

/* GTK 4.8 names a button without a label after the type of what is in it, and never after its
 * tooltip. In a menu button and a drop-down it is the button inside that takes the focus. */
void
muri_button_names_set (GtkWidget *root)
{
  const char *tooltip = gtk_widget_get_tooltip_text (root);

  if (tooltip && has_no_label_of_its_own (root))
    {
      set_name (root, tooltip);
      if (!GTK_IS_BUTTON (root))
        set_name (gtk_widget_get_first_child (root), tooltip);
      return;
    }
  for (GtkWidget *child = gtk_widget_get_first_child (root); child;
       child = gtk_widget_get_next_sibling (child))
    muri_button_names_set (child);
}
