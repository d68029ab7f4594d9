/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-row-label.h"

static void
set_label (GtkWidget *widget, const char *text)
{
  gtk_accessible_update_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_LABEL, text, -1);
}

void
muri_row_label_set (GtkWidget *inside, const char *text)
{
  for (GtkWidget *up = inside; up; up = gtk_widget_get_parent (up))
    {
      const char *name = gtk_widget_get_css_name (up);
      gboolean is_row = g_str_equal (name, "row") || g_str_equal (name, "child");

      /* In a tree that is what takes the focus. */
      if (is_row || GTK_IS_TREE_EXPANDER (up))
        set_label (up, text);
      if (is_row)
        return;
    }
}
