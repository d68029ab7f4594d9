/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-config.h"

#include "muri-placement-list.h"

#include <glib/gi18n.h>

#include "muri-counted.h"
#include "muri-placement-row.h"
#include "muri-row-label.h"
#include "muri-state-icon.h"

#define BAR_HEIGHT 6

struct _MuriPlacementList
{
  GtkWidget parent_instance;

  GtkWidget *scrolled;
  GListStore *rows;
};

G_DEFINE_FINAL_TYPE (MuriPlacementList, muri_placement_list, GTK_TYPE_WIDGET)

/* What is used, what is added, and what stays free. */
static void
draw_bar (GtkDrawingArea *area, cairo_t *cr, int width, int height, gpointer user_data)
{
  MuriPlacementRow *row = g_object_get_data (G_OBJECT (area), "row");
  GtkStyleContext *style = gtk_widget_get_style_context (GTK_WIDGET (area));
  GdkRGBA colour, accent;
  double used, added;

  if (!row || muri_placement_row_get_used (row) < 0)
    return;
  used = muri_placement_row_get_used (row) * width;
  added = muri_placement_row_get_added (row) * width;
  gtk_style_context_get_color (style, &colour);
  if (!gtk_style_context_lookup_color (style, "accent_bg_color", &accent))
    accent = colour;
  colour.alpha *= 0.15F;
  gdk_cairo_set_source_rgba (cr, &colour);
  cairo_rectangle (cr, 0, 0, width, height);
  cairo_fill (cr);
  colour.alpha *= 3;
  gdk_cairo_set_source_rgba (cr, &colour);
  cairo_rectangle (cr, 0, 0, used, height);
  cairo_fill (cr);
  gdk_cairo_set_source_rgba (cr, &accent);
  cairo_rectangle (cr, used, 0, added, height);
  cairo_fill (cr);
}

static GtkWidget *
make_label (const char *css_class)
{
  GtkWidget *label = g_object_new (GTK_TYPE_LABEL, "xalign", 0.0, NULL);

  if (css_class)
    gtk_widget_add_css_class (label, css_class);
  gtk_widget_add_css_class (label, "numeric");
  return label;
}

static void
on_setup (GtkListItemFactory *factory, GtkListItem *item)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);
  GtkWidget *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  GtkWidget *icon = muri_state_icon_new ();
  GtkWidget *name = make_label (NULL);
  GtkWidget *memory = make_label ("caption");
  GtkWidget *words = make_label ("caption");
  GtkWidget *bar = gtk_drawing_area_new ();

  gtk_label_set_ellipsize (GTK_LABEL (name), PANGO_ELLIPSIZE_END);
  gtk_widget_set_hexpand (name, TRUE);
  gtk_widget_add_css_class (memory, "dim-label");
  gtk_label_set_wrap (GTK_LABEL (words), TRUE);
  gtk_label_set_lines (GTK_LABEL (words), 2);
  gtk_label_set_ellipsize (GTK_LABEL (words), PANGO_ELLIPSIZE_END);
  gtk_drawing_area_set_content_height (GTK_DRAWING_AREA (bar), BAR_HEIGHT);
  gtk_drawing_area_set_draw_func (GTK_DRAWING_AREA (bar), draw_bar, NULL, NULL);
  gtk_box_append (GTK_BOX (line), icon);
  gtk_box_append (GTK_BOX (line), name);
  gtk_box_append (GTK_BOX (line), memory);
  gtk_box_append (GTK_BOX (box), line);
  gtk_box_append (GTK_BOX (box), bar);
  gtk_box_append (GTK_BOX (box), words);
  gtk_list_item_set_child (item, box);
  gtk_list_item_set_activatable (item, FALSE);
}

static char *
format_title (MuriPlacementRow *row)
{
  const char *name = muri_node_get_name (muri_placement_row_get_node (row));
  guint n = muri_placement_row_get_n (row);
  g_autofree char *count = muri_counted (ngettext ("%u VM", "%u VMs", n), n);

  /* Translators: a host, "4 VMs" */
  return n > 0 ? g_strdup_printf (C_ ("host and VMs", "%s · %s"), name, count) : g_strdup (name);
}

static void
show_row (GtkListItem *item, MuriPlacementRow *row)
{
  GtkWidget *line = gtk_widget_get_first_child (gtk_list_item_get_child (item));
  GtkWidget *bar = gtk_widget_get_next_sibling (line);
  GtkWidget *icon = gtk_widget_get_first_child (line);
  GtkWidget *name = gtk_widget_get_next_sibling (icon);
  GtkWidget *words = gtk_widget_get_next_sibling (bar);
  g_autofree char *title = row ? format_title (row) : NULL;
  g_autofree char *label = NULL;

  muri_state_icon_set_node (MURI_STATE_ICON (icon), row ? muri_placement_row_get_node (row) : NULL);
  g_object_set_data_full (G_OBJECT (bar), "row", row ? g_object_ref (row) : NULL,
                          row ? g_object_unref : NULL);
  if (!row)
    return;
  gtk_label_set_text (GTK_LABEL (name), title);
  gtk_label_set_text (GTK_LABEL (gtk_widget_get_next_sibling (name)),
                      muri_placement_row_get_memory (row));
  gtk_label_set_text (GTK_LABEL (words), muri_placement_row_get_words (row));
  gtk_widget_set_tooltip_text (words, muri_placement_row_get_words (row));
  gtk_widget_set_visible (bar, muri_placement_row_get_n (row) > 0);
  gtk_widget_queue_draw (bar);
  if (muri_placement_row_get_n (row) > 0)
    gtk_widget_remove_css_class (gtk_list_item_get_child (item), "dim-label");
  else
    gtk_widget_add_css_class (gtk_list_item_get_child (item), "dim-label");
  label = g_strdup_printf ("%s, %s", title, muri_placement_row_get_words (row));
  muri_row_label_set (gtk_list_item_get_child (item), label);
}

static void
on_bind (GtkListItemFactory *factory, GtkListItem *item)
{
  show_row (item, gtk_list_item_get_item (item));
}

static void
on_unbind (GtkListItemFactory *factory, GtkListItem *item)
{
  show_row (item, NULL);
}

static void
muri_placement_list_dispose (GObject *object)
{
  MuriPlacementList *self = MURI_PLACEMENT_LIST (object);

  g_clear_pointer (&self->scrolled, gtk_widget_unparent);
  g_clear_object (&self->rows);

  G_OBJECT_CLASS (muri_placement_list_parent_class)->dispose (object);
}

static void
muri_placement_list_class_init (MuriPlacementListClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = muri_placement_list_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
}

static void
muri_placement_list_init (MuriPlacementList *self)
{
  g_autoptr (GtkListItemFactory) factory = gtk_signal_list_item_factory_new ();
  GtkWidget *view;

  self->rows = g_list_store_new (MURI_TYPE_PLACEMENT_ROW);
  g_signal_connect (factory, "setup", G_CALLBACK (on_setup), NULL);
  g_signal_connect (factory, "bind", G_CALLBACK (on_bind), NULL);
  g_signal_connect (factory, "unbind", G_CALLBACK (on_unbind), NULL);
  view = gtk_list_view_new (
      GTK_SELECTION_MODEL (gtk_no_selection_new (g_object_ref (G_LIST_MODEL (self->rows)))),
      g_steal_pointer (&factory));
  gtk_widget_add_css_class (view, "placement");
  gtk_accessible_update_property (GTK_ACCESSIBLE (view), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Placement"), -1);
  self->scrolled = gtk_scrolled_window_new ();
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (self->scrolled), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (self->scrolled), view);
  gtk_widget_set_parent (self->scrolled, GTK_WIDGET (self));
}

/* Those that get something first. */
void
muri_placement_list_set (MuriPlacementList *self, MuriPlacement *placement, guint64 memory)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func (g_object_unref);
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->rows));

  for (guint none = 0; placement && none < 2; none++)
    for (guint i = 0; i < placement->hosts->len; i++)
      {
        MuriPlacementHost *host = placement->hosts->pdata[i];

        if ((host->n == 0) == none)
          g_ptr_array_add (rows, muri_placement_row_new (host, memory));
      }
  g_list_store_splice (self->rows, 0, n, rows->pdata, rows->len);
}
