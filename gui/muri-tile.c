/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-tile.h"

struct _MuriTile
{
  GtkWidget parent_instance;

  GtkWidget *name;
  GtkWidget *value;
  GtkWidget *note;
};

G_DEFINE_FINAL_TYPE (MuriTile, muri_tile, GTK_TYPE_WIDGET)

enum
{
  PROP_0,
  PROP_TITLE,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void
muri_tile_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_TITLE)
    g_value_set_string (value, gtk_label_get_text (GTK_LABEL (MURI_TILE (object)->name)));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
muri_tile_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  if (id == PROP_TITLE)
    gtk_label_set_text (GTK_LABEL (MURI_TILE (object)->name), g_value_get_string (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
muri_tile_dispose (GObject *object)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (object))))
    gtk_widget_unparent (child);
  G_OBJECT_CLASS (muri_tile_parent_class)->dispose (object);
}

static void
muri_tile_class_init (MuriTileClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = muri_tile_dispose;
  object_class->get_property = muri_tile_get_property;
  object_class->set_property = muri_tile_set_property;
  properties[PROP_TITLE] =
      g_param_spec_string ("title", NULL, NULL, "", G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BOX_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "tile");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static GtkWidget *
add_label (MuriTile *self, const char *css_class)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_widget_add_css_class (label, css_class);
  gtk_widget_add_css_class (label, "numeric");
  gtk_widget_set_parent (label, GTK_WIDGET (self));
  return label;
}

static void
muri_tile_init (MuriTile *self)
{
  GtkLayoutManager *layout = gtk_widget_get_layout_manager (GTK_WIDGET (self));

  gtk_orientable_set_orientation (GTK_ORIENTABLE (layout), GTK_ORIENTATION_VERTICAL);
  gtk_box_layout_set_spacing (GTK_BOX_LAYOUT (layout), 3);
  gtk_widget_add_css_class (GTK_WIDGET (self), "card");
  self->name = add_label (self, "heading");
  self->value = add_label (self, "title-4");
  self->note = add_label (self, "caption");
  gtk_widget_add_css_class (self->note, "dim-label");
}

static void
set_text (GtkWidget *label, const char *text)
{
  if (!g_str_equal (gtk_label_get_text (GTK_LABEL (label)), text))
    gtk_label_set_text (GTK_LABEL (label), text);
}

void
muri_tile_set (MuriTile *self, const char *value, const char *note)
{
  g_return_if_fail (MURI_IS_TILE (self));

  set_text (self->value, value);
  set_text (self->note, note ? note : "");
  gtk_widget_set_visible (self->note, note != NULL);
}

void
muri_tile_append (MuriTile *self, GtkWidget *widget)
{
  g_return_if_fail (MURI_IS_TILE (self));

  gtk_widget_set_parent (widget, GTK_WIDGET (self));
}
