/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "muri-cell.h"

#include <math.h>

#include "muri-clock.h"
#include "muri-format.h"
#include "muri-row-label.h"

#define BAR_ALPHA 0.13f
#define DIM_ALPHA 0.55f
#define BAR_RADIUS 3
#define BAR_HEIGHT 20

struct _MuriCell
{
  GtkWidget parent_instance;

  MuriColumn column;
  gpointer item; /* owned; a MuriVm or MuriNode */
  gulong handler;
  gulong clock_handler;
  char *text;
  double fraction;
  gboolean dim;
};

G_DEFINE_FINAL_TYPE (MuriCell, muri_cell, GTK_TYPE_WIDGET)

/* What all cells draw and measure with: a layout in each of some two thousand took longer to make
 * than what it is needed for, which is one call. */
typedef struct
{
  PangoLayout *layout; /* NULL: not made since the style last changed */
  int height;
} Pen;

static Pen pens[2]; /* of text, of captions */

static gboolean
row_has_focus (GtkWidget *widget)
{
  for (GtkWidget *up = widget; up; up = gtk_widget_get_parent (up))
    if (g_str_equal (gtk_widget_get_css_name (up), "row"))
      return gtk_widget_has_focus (up);
  return FALSE;
}

void
muri_cell_label_row (GtkWidget *child, gpointer item)
{
  g_autofree char *label = item ? muri_item_dup_label (item) : g_strdup ("");

  muri_row_label_set (child, label);
}

/* Text that moves every second is told to a screen reader only where it is. */
static void
update_accessible (MuriCell *self, gboolean fresh, gboolean same)
{
  gboolean wanted =
      muri_column_is_figure (self->column) ? fresh || row_has_focus (GTK_WIDGET (self)) : !same;

  if (wanted)
    gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                    self->text, -1);
  if (self->column == MURI_COLUMN_NAME)
    muri_cell_label_row (GTK_WIDGET (self), self->item);
}

static void
update (MuriCell *self, gboolean fresh)
{
  g_autofree char *text = muri_column_dup_text (self->column, self->item);
  double fraction = muri_column_get_fraction (self->column, self->item);
  gboolean dim = !muri_item_is_known (self->item) || g_str_equal (text, MURI_FORMAT_UNKNOWN);
  gboolean same = g_strcmp0 (text, self->text) == 0;
  gboolean as_drawn =
      !fresh && same && dim == self->dim
      && (isnan (fraction) ? isnan (self->fraction) : fabs (fraction - self->fraction) < 0.005);

  /* The row's label says more than the name. */
  if (as_drawn && self->column == MURI_COLUMN_NAME)
    update_accessible (self, fresh, same);
  if (as_drawn)
    return;

  if (!same)
    {
      g_free (self->text);
      self->text = g_steal_pointer (&text);
    }
  self->fraction = fraction;
  self->dim = dim;
  update_accessible (self, fresh, same);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
on_notify (MuriCell *self, GParamSpec *pspec)
{
  if (muri_column_depends_on (self->column, pspec->name))
    update (self, FALSE);
}

static void
on_clock (MuriCell *self)
{
  if (!muri_item_is_known (self->item))
    update (self, FALSE);
}

static void
follow (MuriCell *self, gboolean on)
{
  if (self->handler)
    g_signal_handler_disconnect (self->item, self->handler);
  if (self->clock_handler)
    muri_clock_disconnect (self->clock_handler);
  self->handler = self->clock_handler = 0;
  if (!on || !self->item)
    return;

  self->handler = g_signal_connect_swapped (self->item, "notify", G_CALLBACK (on_notify), self);
  if (self->column == MURI_COLUMN_STATE || self->column == MURI_COLUMN_SUMMARY)
    self->clock_handler = muri_clock_connect (G_CALLBACK (on_clock), self);
}

void
muri_cell_set_item (MuriCell *self, gpointer item)
{
  if (self->item == item)
    return;
  follow (self, FALSE);
  g_set_object ((GObject **)&self->item, item);
  if (!item)
    return;
  update (self, TRUE);
  follow (self, gtk_widget_get_mapped (GTK_WIDGET (self)));
}

static void
muri_cell_map (GtkWidget *widget)
{
  MuriCell *self = MURI_CELL (widget);

  if (self->item)
    update (self, FALSE);
  follow (self, TRUE);
  GTK_WIDGET_CLASS (muri_cell_parent_class)->map (widget);
}

static void
muri_cell_unmap (GtkWidget *widget)
{
  follow (MURI_CELL (widget), FALSE);
  GTK_WIDGET_CLASS (muri_cell_parent_class)->unmap (widget);
}

static Pen *
pen_of (MuriCell *self)
{
  Pen *pen = &pens[gtk_widget_has_css_class (GTK_WIDGET (self), "caption")];
  g_autoptr (PangoAttrList) attributes = NULL;

  if (pen->layout)
    return pen;
  pen->layout = gtk_widget_create_pango_layout (GTK_WIDGET (self), "");
  pango_layout_set_ellipsize (pen->layout, PANGO_ELLIPSIZE_END);
  pango_layout_set_single_paragraph_mode (pen->layout, TRUE);
  attributes = pango_attr_list_new ();
  pango_attr_list_insert (attributes, pango_attr_font_features_new ("tnum=1"));
  pango_layout_set_attributes (pen->layout, attributes);
  pango_layout_get_pixel_size (pen->layout, NULL, &pen->height);
  return pen;
}

static void
muri_cell_css_changed (GtkWidget *widget, GtkCssStyleChange *change)
{
  GTK_WIDGET_CLASS (muri_cell_parent_class)->css_changed (widget, change);
  for (guint i = 0; i < G_N_ELEMENTS (pens); i++)
    g_clear_object (&pens[i].layout);
}

static void
muri_cell_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum,
                   int *natural, int *minimum_baseline, int *natural_baseline)
{
  *minimum = *natural =
      orientation == GTK_ORIENTATION_HORIZONTAL ? 0 : pen_of (MURI_CELL (widget))->height;
}

static void
draw_bar (MuriCell *self, GtkSnapshot *snapshot, const GdkRGBA *color, int width, int height)
{
  GdkRGBA faint = *color;
  GskRoundedRect rect;
  int thickness;
  float length = (float)round ((width + 8) * CLAMP (self->fraction, 0, 1));

  faint.alpha *= BAR_ALPHA;
  thickness = MIN (height, BAR_HEIGHT);
  gsk_rounded_rect_init_from_rect (
      &rect, &GRAPHENE_RECT_INIT (-4, (float)((height - thickness) / 2), length, (float)thickness),
      BAR_RADIUS);
  gtk_snapshot_push_rounded_clip (snapshot, &rect);
  gtk_snapshot_append_color (snapshot, &faint, &rect.bounds);
  gtk_snapshot_pop (snapshot);
}

static void
muri_cell_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  MuriCell *self = MURI_CELL (widget);
  int width = gtk_widget_get_width (widget);
  int height = gtk_widget_get_height (widget);
  int text_width, text_height, x = 0;
  PangoLayout *layout;
  GdkRGBA color;

  if (!self->text)
    return;
  gtk_style_context_get_color (gtk_widget_get_style_context (widget), &color);
  if (!isnan (self->fraction) && !self->dim)
    draw_bar (self, snapshot, &color, width, height);
  if (self->dim)
    color.alpha *= DIM_ALPHA;

  layout = pen_of (self)->layout;
  pango_layout_set_text (layout, self->text, -1);
  pango_layout_set_width (layout, width * PANGO_SCALE);
  pango_layout_get_pixel_size (layout, &text_width, &text_height);
  if (muri_column_is_figure (self->column)
      != (gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL))
    x = MAX (0, width - text_width);
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (x, (float)((height - text_height) / 2)));
  gtk_snapshot_append_layout (snapshot, layout, &color);
  gtk_snapshot_restore (snapshot);
}

static void
muri_cell_dispose (GObject *object)
{
  MuriCell *self = MURI_CELL (object);

  muri_cell_set_item (self, NULL);
  g_clear_pointer (&self->text, g_free);

  G_OBJECT_CLASS (muri_cell_parent_class)->dispose (object);
}

static void
muri_cell_class_init (MuriCellClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = muri_cell_dispose;
  widget_class->map = muri_cell_map;
  widget_class->unmap = muri_cell_unmap;
  widget_class->css_changed = muri_cell_css_changed;
  widget_class->measure = muri_cell_measure;
  widget_class->snapshot = muri_cell_snapshot;
  gtk_widget_class_set_css_name (widget_class, "muricell");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_LABEL);
}

static void
muri_cell_init (MuriCell *self)
{
  self->fraction = NAN;
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_VISIBLE);
}

GtkWidget *
muri_cell_new (MuriColumn column)
{
  MuriCell *self = g_object_new (MURI_TYPE_CELL, NULL);

  self->column = column;
  return GTK_WIDGET (self);
}

MuriColumn
muri_cell_get_column (MuriCell *self)
{
  return self->column;
}
