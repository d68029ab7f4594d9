/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-property-row.h"

#include <glib/gi18n.h>

struct _MuriPropertyRow
{
  AdwPreferencesRow parent_instance;

  GtkWidget *title;
  GtkWidget *value;
  GtkWidget *copy;
};

G_DEFINE_FINAL_TYPE (MuriPropertyRow, muri_property_row, ADW_TYPE_PREFERENCES_ROW)

enum
{
  PROP_0,
  PROP_VALUE,
  PROP_COPYABLE,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void
on_copy (MuriPropertyRow *self)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "win.copy", "s",
                              gtk_label_get_text (GTK_LABEL (self->value)));
}

static void
muri_property_row_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  MuriPropertyRow *self = MURI_PROPERTY_ROW (object);

  if (id == PROP_VALUE)
    g_value_set_string (value, gtk_label_get_text (GTK_LABEL (self->value)));
  else if (id == PROP_COPYABLE)
    g_value_set_boolean (value, gtk_widget_get_visible (self->copy));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
muri_property_row_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  MuriPropertyRow *self = MURI_PROPERTY_ROW (object);

  if (id == PROP_VALUE)
    muri_property_row_set_value (self, g_value_get_string (value));
  else if (id == PROP_COPYABLE)
    gtk_widget_set_visible (self->copy, g_value_get_boolean (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
muri_property_row_class_init (MuriPropertyRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->get_property = muri_property_row_get_property;
  object_class->set_property = muri_property_row_set_property;
  properties[PROP_VALUE] = g_param_spec_string ("value", NULL, NULL, "", flags);
  properties[PROP_COPYABLE] = g_param_spec_boolean ("copyable", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
muri_property_row_init (MuriPropertyRow *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);

  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (self), FALSE);
  gtk_widget_add_css_class (GTK_WIDGET (self), "property-row");
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);

  self->title = gtk_label_new (NULL);
  gtk_label_set_xalign (GTK_LABEL (self->title), 0);
  gtk_widget_set_valign (self->title, GTK_ALIGN_BASELINE);
  gtk_widget_add_css_class (self->title, "dim-label");
  g_object_bind_property (self, "title", self->title, "label", G_BINDING_SYNC_CREATE);
  gtk_box_append (GTK_BOX (box), self->title);

  self->value = gtk_label_new (NULL);
  gtk_label_set_xalign (GTK_LABEL (self->value), 1);
  gtk_label_set_justify (GTK_LABEL (self->value), GTK_JUSTIFY_RIGHT);
  gtk_label_set_selectable (GTK_LABEL (self->value), TRUE);
  /* Selectable by pointer; for the keyboard the row is stop enough. */
  gtk_widget_set_focusable (self->value, FALSE);
  gtk_label_set_wrap (GTK_LABEL (self->value), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (self->value), PANGO_WRAP_WORD_CHAR);
  gtk_widget_set_hexpand (self->value, TRUE);
  gtk_widget_set_valign (self->value, GTK_ALIGN_BASELINE);
  gtk_widget_add_css_class (self->value, "numeric");
  gtk_box_append (GTK_BOX (box), self->value);

  self->copy = gtk_button_new_from_icon_name ("edit-copy-symbolic");
  gtk_widget_set_visible (self->copy, FALSE);
  gtk_widget_set_valign (self->copy, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (self->copy, "flat");
  g_signal_connect_swapped (self->copy, "clicked", G_CALLBACK (on_copy), self);
  gtk_box_append (GTK_BOX (box), self->copy);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (self), box);
}

GtkWidget *
muri_property_row_new (const char *title, const char *value, gboolean copyable)
{
  return g_object_new (MURI_TYPE_PROPERTY_ROW, "title", title, "value", value, "copyable", copyable,
                       NULL);
}

void
muri_property_row_set_value (MuriPropertyRow *self, const char *value)
{
  g_autofree char *tooltip = NULL;
  g_autofree char *words = NULL;

  g_return_if_fail (MURI_IS_PROPERTY_ROW (self));

  value = value ? value : "";
  if (g_str_equal (gtk_label_get_text (GTK_LABEL (self->value)), value))
    return;
  gtk_label_set_text (GTK_LABEL (self->value), value);
  gtk_widget_set_visible (GTK_WIDGET (self), *value != '\0');
  /* Translators: a button that copies a value: "Copy 10.0.3.1" */
  tooltip = g_strdup_printf (_ ("Copy %s"), value);
  gtk_widget_set_tooltip_text (self->copy, tooltip);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->copy), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  tooltip, -1);
  words =
      g_strdup_printf ("%s: %s", adw_preferences_row_get_title (ADW_PREFERENCES_ROW (self)), value);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, words, -1);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_VALUE]);
}

void
muri_property_row_take_value (MuriPropertyRow *self, char *value)
{
  muri_property_row_set_value (self, value);
  g_free (value);
}
