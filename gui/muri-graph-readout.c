/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-config.h"

#include "muri-graph-readout.h"

#include <glib/gi18n.h>

#include "muri-graph-draw.h"

#define SWATCH 10

struct _MuriGraphReadout
{
  GtkWidget parent_instance;

  guint line;
  GtkWidget *swatch;
  GtkWidget *name;
  GtkWidget *value;
  GtkWidget *peak;
};

G_DEFINE_FINAL_TYPE (MuriGraphReadout, muri_graph_readout, GTK_TYPE_WIDGET)

static void
draw_swatch (GtkDrawingArea *area, cairo_t *cr, int width, int height, gpointer user_data)
{
  MuriGraphReadout *self = user_data;
  GdkRGBA text, hue;

  gtk_style_context_get_color (gtk_widget_get_style_context (GTK_WIDGET (area)), &text);
  muri_graph_get_hue (self->line, muri_graph_is_dark (&text), &hue);
  gdk_cairo_set_source_rgba (cr, &hue);
  cairo_set_line_width (cr, 3);
  if (muri_graph_is_dashed (self->line))
    cairo_set_dash (cr, (const double[]){ 3, 2 }, 2, 0);
  else
    cairo_set_line_cap (cr, CAIRO_LINE_CAP_ROUND);
  cairo_move_to (cr, 1.5, height / 2.0);
  cairo_line_to (cr, width - 1.5, height / 2.0);
  cairo_stroke (cr);
}

static void
muri_graph_readout_dispose (GObject *object)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (object))))
    gtk_widget_unparent (child);
  G_OBJECT_CLASS (muri_graph_readout_parent_class)->dispose (object);
}

static void
muri_graph_readout_class_init (MuriGraphReadoutClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = muri_graph_readout_dispose;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BOX_LAYOUT);
}

static void
muri_graph_readout_init (MuriGraphReadout *self)
{
  GtkLayoutManager *layout = gtk_widget_get_layout_manager (GTK_WIDGET (self));

  gtk_box_layout_set_spacing (GTK_BOX_LAYOUT (layout), 4);
  self->swatch = gtk_drawing_area_new ();
  gtk_drawing_area_set_content_width (GTK_DRAWING_AREA (self->swatch), SWATCH);
  gtk_drawing_area_set_draw_func (GTK_DRAWING_AREA (self->swatch), draw_swatch, self, NULL);
  gtk_widget_set_parent (self->swatch, GTK_WIDGET (self));
  self->name = gtk_label_new (NULL);
  gtk_label_set_ellipsize (GTK_LABEL (self->name), PANGO_ELLIPSIZE_END);
  gtk_widget_add_css_class (self->name, "caption");
  gtk_widget_add_css_class (self->name, "dim-label");
  gtk_widget_set_parent (self->name, GTK_WIDGET (self));
  self->value = gtk_label_new (NULL);
  gtk_label_set_xalign (GTK_LABEL (self->value), 0);
  gtk_widget_add_css_class (self->value, "numeric");
  gtk_widget_add_css_class (self->value, "caption");
  gtk_widget_set_parent (self->value, GTK_WIDGET (self));
  self->peak = gtk_label_new (NULL);
  gtk_widget_add_css_class (self->peak, "numeric");
  gtk_widget_add_css_class (self->peak, "caption");
  gtk_widget_add_css_class (self->peak, "dim-label");
  gtk_widget_set_visible (self->peak, FALSE);
  gtk_widget_set_parent (self->peak, GTK_WIDGET (self));
}

GtkWidget *
muri_graph_readout_new (const char *name, guint line)
{
  MuriGraphReadout *self = g_object_new (MURI_TYPE_GRAPH_READOUT, NULL);

  self->line = line;
  muri_graph_readout_set_name (self, name);
  return GTK_WIDGET (self);
}

static void
set_text (GtkWidget *label, const char *text)
{
  if (g_strcmp0 (gtk_label_get_text (GTK_LABEL (label)), text) != 0)
    gtk_label_set_text (GTK_LABEL (label), text);
}

void
muri_graph_readout_set_name (MuriGraphReadout *self, const char *name)
{
  g_return_if_fail (MURI_IS_GRAPH_READOUT (self));

  set_text (self->name, name ? name : "");
  gtk_widget_set_visible (self->name, name != NULL);
}

void
muri_graph_readout_reserve (MuriGraphReadout *self, int chars)
{
  g_return_if_fail (MURI_IS_GRAPH_READOUT (self));

  gtk_label_set_width_chars (GTK_LABEL (self->value), chars);
}

void
muri_graph_readout_set_value (MuriGraphReadout *self, const char *value, const char *peak)
{
  g_autofree char *arrow = peak ? g_strconcat ("↑", peak, NULL) : NULL;

  g_return_if_fail (MURI_IS_GRAPH_READOUT (self));

  set_text (self->value, value);
  set_text (self->peak, arrow ? arrow : "");
}

void
muri_graph_readout_show_peak (MuriGraphReadout *self, gboolean shown)
{
  g_return_if_fail (MURI_IS_GRAPH_READOUT (self));

  gtk_widget_set_visible (self->peak, shown && *gtk_label_get_text (GTK_LABEL (self->peak)));
}

char *
muri_graph_readout_get_words (MuriGraphReadout *self)
{
  const char *name;
  g_autofree char *value = NULL;

  g_return_val_if_fail (MURI_IS_GRAPH_READOUT (self), NULL);

  name = gtk_label_get_text (GTK_LABEL (self->name));
  value = g_strdup (gtk_label_get_text (GTK_LABEL (self->value)));
  if (*gtk_label_get_text (GTK_LABEL (self->peak)))
    {
      g_autofree char *average = g_steal_pointer (&value);

      /* Translators: a figure on average, and its largest: "3 %, at most 41 %" */
      value = g_strdup_printf (_ ("%s, at most %s"), average,
                               gtk_label_get_text (GTK_LABEL (self->peak)) + strlen ("↑"));
    }
  return *name ? g_strdup_printf ("%s %s", name, value) : g_steal_pointer (&value);
}
