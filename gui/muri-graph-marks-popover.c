/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-config.h"

#include "muri-graph-marks-popover.h"

#include <glib/gi18n.h>

#include "muri-counted.h"
#include "muri-event-words.h"
#include "muri-format.h"

/* Of a burst the first ones; all of them are in the log. */
#define MAX_ROWS 20

#define MAX_HEIGHT 320

static char *
format_event (MuriEvent *event)
{
  g_autofree char *words = muri_event_words (event);

  /* Translators: an object and what happened to it: "web-001: Crashed" */
  return g_strdup_printf (C_ ("mark", "%s: %s"), muri_event_words_object (event), words);
}

static char *
format_operation (MuriOperation *operation)
{
  g_autofree char *what = muri_format_operation (operation);
  g_autofree char *counts = muri_format_operation_counts (operation);

  /* Translators: what a person asked for, who that was, and what became of it */
  return g_strdup_printf (C_ ("mark", "%s, by %s: %s"), what, muri_operation_get_issuer (operation),
                          counts);
}

static GtkWidget *
make_icon (gpointer item)
{
  GtkWidget *icon = gtk_image_new ();

  if (MURI_IS_EVENT (item))
    muri_event_words_set_icon (GTK_IMAGE (icon), muri_event_get_severity (item));
  else
    gtk_image_set_from_icon_name (GTK_IMAGE (icon), "muri-operations-symbolic");
  gtk_widget_set_valign (icon, GTK_ALIGN_START);
  return icon;
}

static GtkWidget *
make_row (gpointer item)
{
  gint64 time =
      MURI_IS_EVENT (item) ? muri_event_get_time (item) : muri_operation_get_issued (item);
  g_autofree char *words = MURI_IS_EVENT (item) ? format_event (item) : format_operation (item);
  g_autofree char *when = muri_format_time (time);
  GtkWidget *row = gtk_list_box_row_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *what = gtk_label_new (words);
  GtkWidget *clock = gtk_label_new (when);

  gtk_label_set_xalign (GTK_LABEL (what), 0);
  gtk_label_set_wrap (GTK_LABEL (what), TRUE);
  gtk_label_set_width_chars (GTK_LABEL (what), 28);
  gtk_label_set_max_width_chars (GTK_LABEL (what), 44);
  gtk_widget_set_hexpand (what, TRUE);
  gtk_widget_set_valign (clock, GTK_ALIGN_START);
  gtk_widget_add_css_class (clock, "dim-label");
  gtk_widget_add_css_class (clock, "numeric");
  gtk_box_append (GTK_BOX (box), make_icon (item));
  gtk_box_append (GTK_BOX (box), what);
  gtk_box_append (GTK_BOX (box), clock);
  gtk_widget_add_css_class (box, "row-content");
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  g_object_set_data_full (G_OBJECT (row), "item", g_object_ref (item), g_object_unref);
  return row;
}

static void
go_to_event (GtkWidget *widget, MuriEvent *event)
{
  const char *vm = muri_event_get_vm_id (event);
  g_autofree char *id = vm ? g_strconcat ("vm:", vm, NULL)
                           : g_strconcat ("node:", muri_event_get_node_id (event), NULL);

  gtk_widget_activate_action (widget, "win.show-moment", "(sx)", id, muri_event_get_time (event));
}

static void
on_activated (GtkPopover *popover, GtkListBoxRow *row)
{
  g_autoptr (GObject) item = g_object_ref (g_object_get_data (G_OBJECT (row), "item"));
  GtkWidget *parent = gtk_widget_get_parent (GTK_WIDGET (popover));

  gtk_popover_popdown (popover);
  if (MURI_IS_EVENT (item))
    go_to_event (parent, MURI_EVENT (item));
  else
    gtk_widget_activate_action (parent, "win.show-operation", "s",
                                muri_operation_get_id (MURI_OPERATION (item)));
}

static gboolean
unparent (gpointer popover)
{
  gtk_widget_unparent (popover);
  return G_SOURCE_REMOVE;
}

/* Not in the midst of what it does when it closes. */
static void
on_closed (GtkWidget *popover)
{
  g_idle_add_full (G_PRIORITY_DEFAULT, unparent, g_object_ref (popover), g_object_unref);
}

static GtkWidget *
make_list (GtkWidget *popover, GPtrArray *items)
{
  GtkWidget *list = gtk_list_box_new ();

  gtk_list_box_set_selection_mode (GTK_LIST_BOX (list), GTK_SELECTION_NONE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (list), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("What happened"), -1);
  for (guint i = 0; i < MIN (items->len, MAX_ROWS); i++)
    gtk_list_box_append (GTK_LIST_BOX (list), make_row (items->pdata[i]));
  if (items->len > MAX_ROWS)
    {
      guint more = items->len - MAX_ROWS;
      g_autofree char *text = muri_counted (ngettext ("And %u more", "And %u more", more), more);
      GtkWidget *row = gtk_list_box_row_new ();
      GtkWidget *label = gtk_label_new (text);

      gtk_widget_add_css_class (label, "dim-label");
      gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), FALSE);
      gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), label);
      gtk_list_box_append (GTK_LIST_BOX (list), row);
    }
  g_signal_connect_swapped (list, "row-activated", G_CALLBACK (on_activated), popover);
  return list;
}

void
muri_graph_marks_popover_show (GtkWidget *parent, const GdkRectangle *place, GPtrArray *items)
{
  GtkWidget *popover = gtk_popover_new ();
  GtkWidget *scroller = gtk_scrolled_window_new ();

  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_propagate_natural_height (GTK_SCROLLED_WINDOW (scroller), TRUE);
  gtk_scrolled_window_set_propagate_natural_width (GTK_SCROLLED_WINDOW (scroller), TRUE);
  gtk_scrolled_window_set_max_content_height (GTK_SCROLLED_WINDOW (scroller), MAX_HEIGHT);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), make_list (popover, items));
  gtk_widget_add_css_class (popover, "marks");
  gtk_popover_set_child (GTK_POPOVER (popover), scroller);
  gtk_popover_set_pointing_to (GTK_POPOVER (popover), place);
  gtk_widget_set_parent (popover, parent);
  g_signal_connect (popover, "closed", G_CALLBACK (on_closed), NULL);
  gtk_popover_popup (GTK_POPOVER (popover));
}
