/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-title-layout.h"

#define SPACING 12

struct _MuriTitleLayout
{
  GtkLayoutManager parent_instance;
};

G_DEFINE_FINAL_TYPE (MuriTitleLayout, muri_title_layout, GTK_TYPE_LAYOUT_MANAGER)

typedef struct
{
  int minimum;
  int natural;
} Size;

static Size
measure (GtkWidget *child, GtkOrientation orientation, int for_size)
{
  Size size = { 0, 0 };

  if (child && gtk_widget_should_layout (child))
    gtk_widget_measure (child, orientation, for_size, &size.minimum, &size.natural, NULL, NULL);
  return size;
}

/* The title may lose a third of its length before the rest goes below. */
static gboolean
fits (GtkWidget *widget, int width)
{
  Size title = measure (gtk_widget_get_first_child (widget), GTK_ORIENTATION_HORIZONTAL, -1);
  Size rest = measure (gtk_widget_get_last_child (widget), GTK_ORIENTATION_HORIZONTAL, -1);

  return MAX (title.minimum, title.natural * 2 / 3) + SPACING + rest.natural <= width;
}

static void
measure_lines (GtkWidget *widget, int width, int heights[2])
{
  GtkWidget *title = gtk_widget_get_first_child (widget);
  GtkWidget *rest = gtk_widget_get_last_child (widget);
  Size size = measure (rest, GTK_ORIENTATION_HORIZONTAL, -1);

  if (width < 0 || fits (widget, width))
    {
      int left = width < 0 ? -1 : width - (size.natural ? size.natural + SPACING : 0);

      heights[0] = MAX (measure (title, GTK_ORIENTATION_VERTICAL, left).natural,
                        measure (rest, GTK_ORIENTATION_VERTICAL, -1).natural);
      heights[1] = 0;
      return;
    }
  heights[0] = measure (title, GTK_ORIENTATION_VERTICAL, width).natural;
  heights[1] = measure (rest, GTK_ORIENTATION_VERTICAL, width).natural;
}

static void
muri_title_layout_measure (GtkLayoutManager *manager, GtkWidget *widget, GtkOrientation orientation,
                           int for_size, int *minimum, int *natural, int *minimum_baseline,
                           int *natural_baseline)
{
  int heights[2];

  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    {
      Size title = measure (gtk_widget_get_first_child (widget), orientation, -1);
      Size rest = measure (gtk_widget_get_last_child (widget), orientation, -1);

      *minimum = MAX (title.minimum, rest.minimum);
      *natural = title.natural + SPACING + rest.natural;
      return;
    }
  measure_lines (widget, for_size, heights);
  *minimum = *natural = heights[0] + (heights[1] ? heights[1] + SPACING : 0);
}

static void
muri_title_layout_allocate (GtkLayoutManager *manager, GtkWidget *widget, int width, int height,
                            int baseline)
{
  GtkWidget *title = gtk_widget_get_first_child (widget);
  GtkWidget *rest = gtk_widget_get_last_child (widget);
  gboolean rtl = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;
  int length = measure (rest, GTK_ORIENTATION_HORIZONTAL, -1).natural;
  int heights[2];
  GtkAllocation first, second;

  measure_lines (widget, width, heights);
  if (fits (widget, width))
    {
      int left = width - (length ? length + SPACING : 0);

      first = (GtkAllocation){ rtl ? width - left : 0, 0, left, heights[0] };
      second = (GtkAllocation){ rtl ? 0 : width - length, 0, length, heights[0] };
    }
  else
    {
      length = MIN (length, width);
      first = (GtkAllocation){ 0, 0, width, heights[0] };
      second =
          (GtkAllocation){ rtl ? width - length : 0, heights[0] + SPACING, length, heights[1] };
    }
  if (gtk_widget_should_layout (title))
    gtk_widget_size_allocate (title, &first, -1);
  if (gtk_widget_should_layout (rest))
    gtk_widget_size_allocate (rest, &second, -1);
}

static GtkSizeRequestMode
muri_title_layout_get_request_mode (GtkLayoutManager *manager, GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
muri_title_layout_class_init (MuriTitleLayoutClass *klass)
{
  GtkLayoutManagerClass *layout_class = GTK_LAYOUT_MANAGER_CLASS (klass);

  layout_class->measure = muri_title_layout_measure;
  layout_class->allocate = muri_title_layout_allocate;
  layout_class->get_request_mode = muri_title_layout_get_request_mode;
}

static void
muri_title_layout_init (MuriTitleLayout *self)
{
}
