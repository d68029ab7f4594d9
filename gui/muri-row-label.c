/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-row-label.h"

void
muri_row_label_set (GtkWidget *inside, const char *text)
{
  for (GtkWidget *up = inside; up; up = gtk_widget_get_parent (up))
    if (g_str_equal (gtk_widget_get_css_name (up), "row"))
      {
        gtk_accessible_update_property (GTK_ACCESSIBLE (up), GTK_ACCESSIBLE_PROPERTY_LABEL, text,
                                        -1);
        return;
      }
}
