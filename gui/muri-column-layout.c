/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-column-layout.h"

struct _MuriColumnLayout
{
  GtkLayoutManager parent_instance;

  int column_width;
  int max_columns;
  int spacing;
};

G_DEFINE_FINAL_TYPE (MuriColumnLayout, muri_column_layout, GTK_TYPE_LAYOUT_MANAGER)

enum
{
  PROP_0,
  PROP_COLUMN_WIDTH,
  PROP_MAX_COLUMNS,
  PROP_SPACING,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static GtkWidget *
skip_hidden (GtkWidget *child)
{
  while (child && !gtk_widget_should_layout (child))
    child = gtk_widget_get_next_sibling (child);
  return child;
}

static GtkWidget *
first_child (GtkWidget *widget)
{
  return skip_hidden (gtk_widget_get_first_child (widget));
}

static GtkWidget *
next_child (GtkWidget *child)
{
  return skip_hidden (gtk_widget_get_next_sibling (child));
}

static guint
count_children (GtkWidget *widget)
{
  guint n = 0;

  for (GtkWidget *child = first_child (widget); child; child = next_child (child))
    n++;
  return n;
}

/* Four in two rows of two, and not in three and one. */
guint
muri_column_layout_balance (guint n, guint fit)
{
  guint rows;

  if (n == 0 || fit <= 1)
    return 1;
  rows = (n + fit - 1) / fit;
  return (n + rows - 1) / rows;
}

/* The widest of the children's least widths, or what was asked for. */
static int
least_width (MuriColumnLayout *self, GtkWidget *widget)
{
  int least = 0;

  for (GtkWidget *child = first_child (widget); child; child = next_child (child))
    {
      int minimum;

      gtk_widget_measure (child, GTK_ORIENTATION_HORIZONTAL, -1, &minimum, NULL, NULL, NULL);
      least = MAX (least, minimum);
    }
  return least;
}

static guint
count_columns (MuriColumnLayout *self, GtkWidget *widget, int width)
{
  int column = MAX (self->column_width, least_width (self, widget));
  int fit = MAX (1, (width + self->spacing) / MAX (1, column + self->spacing));

  return muri_column_layout_balance (count_children (widget),
                                     (guint)CLAMP (fit, 1, self->max_columns));
}

static int
row_height (GtkWidget *first, guint columns, int width, GtkWidget **next)
{
  int height = 0;
  guint i = 0;
  GtkWidget *child;

  for (child = first; child && i < columns; child = next_child (child), i++)
    {
      int minimum, natural;

      gtk_widget_measure (child, GTK_ORIENTATION_VERTICAL, width, &minimum, &natural, NULL, NULL);
      height = MAX (height, natural);
    }
  *next = child;
  return height;
}

static int
column_width (MuriColumnLayout *self, int width, guint columns)
{
  return (width - (int)(columns - 1) * self->spacing) / (int)columns;
}

static void
measure_height (MuriColumnLayout *self, GtkWidget *widget, int width, int *height)
{
  guint columns;
  GtkWidget *child = first_child (widget);

  if (width < 0)
    width = self->column_width;
  columns = count_columns (self, widget, width);
  *height = 0;
  while (child)
    {
      *height += row_height (child, columns, column_width (self, width, columns), &child);
      *height += child ? self->spacing : 0;
    }
}

static void
muri_column_layout_measure (GtkLayoutManager *manager, GtkWidget *widget,
                            GtkOrientation orientation, int for_size, int *minimum, int *natural,
                            int *minimum_baseline, int *natural_baseline)
{
  MuriColumnLayout *self = MURI_COLUMN_LAYOUT (manager);
  int columns;

  if (orientation == GTK_ORIENTATION_VERTICAL)
    {
      measure_height (self, widget, for_size, natural);
      *minimum = *natural;
      return;
    }
  columns = (int)MIN (count_children (widget), (guint)self->max_columns);
  *minimum = least_width (self, widget);
  *natural =
      MAX (*minimum, self->column_width) * MAX (1, columns) + self->spacing * MAX (0, columns - 1);
}

static void
muri_column_layout_allocate (GtkLayoutManager *manager, GtkWidget *widget, int width, int height,
                             int baseline)
{
  MuriColumnLayout *self = MURI_COLUMN_LAYOUT (manager);
  guint columns = count_columns (self, widget, width);
  int each = column_width (self, width, columns);
  gboolean rtl = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;
  GtkWidget *child = first_child (widget);
  int y = 0;

  while (child)
    {
      GtkWidget *next;
      int row = row_height (child, columns, each, &next);

      for (int i = 0; child != next; child = next_child (child), i++)
        {
          /* What does not divide evenly is spread, so that the last one ends at the edge. */
          int x = i * (width + self->spacing) / (int)columns;
          int end = (i + 1) * (width + self->spacing) / (int)columns - self->spacing;

          gtk_widget_size_allocate (child,
                                    &(GtkAllocation){ rtl ? width - end : x, y, end - x, row }, -1);
        }
      y += row + self->spacing;
    }
}

static GtkSizeRequestMode
muri_column_layout_get_request_mode (GtkLayoutManager *manager, GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static int *
get_member (MuriColumnLayout *self, guint id)
{
  switch (id)
    {
    case PROP_COLUMN_WIDTH:
      return &self->column_width;
    case PROP_MAX_COLUMNS:
      return &self->max_columns;
    case PROP_SPACING:
      return &self->spacing;
    default:
      return NULL;
    }
}

static void
muri_column_layout_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  int *member = get_member (MURI_COLUMN_LAYOUT (object), id);

  if (member)
    g_value_set_int (value, *member);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
muri_column_layout_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  int *member = get_member (MURI_COLUMN_LAYOUT (object), id);

  if (member == NULL)
    {
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      return;
    }
  if (*member == g_value_get_int (value))
    return;
  *member = g_value_get_int (value);
  gtk_layout_manager_layout_changed (GTK_LAYOUT_MANAGER (object));
  g_object_notify_by_pspec (object, pspec);
}

static void
muri_column_layout_class_init (MuriColumnLayoutClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkLayoutManagerClass *layout_class = GTK_LAYOUT_MANAGER_CLASS (klass);
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->get_property = muri_column_layout_get_property;
  object_class->set_property = muri_column_layout_set_property;
  layout_class->measure = muri_column_layout_measure;
  layout_class->allocate = muri_column_layout_allocate;
  layout_class->get_request_mode = muri_column_layout_get_request_mode;

  properties[PROP_COLUMN_WIDTH] =
      g_param_spec_int ("column-width", NULL, NULL, 0, G_MAXINT, 300, flags);
  properties[PROP_MAX_COLUMNS] =
      g_param_spec_int ("max-columns", NULL, NULL, 1, G_MAXINT, 3, flags);
  properties[PROP_SPACING] = g_param_spec_int ("spacing", NULL, NULL, 0, G_MAXINT, 12, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
muri_column_layout_init (MuriColumnLayout *self)
{
  self->column_width = 300;
  self->max_columns = 3;
  self->spacing = 12;
}
