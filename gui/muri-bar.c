/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "muri-bar.h"

struct _MuriBar
{
  GtkWidget parent_instance;

  GtkRevealer *revealer;
  GtkWidget *box;
  GtkLabel *label;
  GtkWidget *button;
};

G_DEFINE_FINAL_TYPE (MuriBar, muri_bar, GTK_TYPE_WIDGET)

static void
muri_bar_dispose (GObject *object)
{
  MuriBar *self = MURI_BAR (object);

  if (self->revealer)
    gtk_widget_unparent (GTK_WIDGET (self->revealer));
  self->revealer = NULL;

  G_OBJECT_CLASS (muri_bar_parent_class)->dispose (object);
}

static void
muri_bar_class_init (MuriBarClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = muri_bar_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (GTK_WIDGET_CLASS (klass), "muribar");
}

static void
muri_bar_init (MuriBar *self)
{
  self->label = g_object_new (GTK_TYPE_LABEL, "wrap", TRUE, "wrap-mode", PANGO_WRAP_WORD_CHAR,
                              "xalign", 0.0, "hexpand", TRUE, "selectable", TRUE, NULL);
  self->button = g_object_new (GTK_TYPE_BUTTON, "visible", FALSE, "valign", GTK_ALIGN_CENTER, NULL);
  self->box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  gtk_widget_add_css_class (self->box, "bar");
  gtk_box_append (GTK_BOX (self->box), GTK_WIDGET (self->label));
  gtk_box_append (GTK_BOX (self->box), self->button);

  self->revealer = GTK_REVEALER (gtk_revealer_new ());
  gtk_revealer_set_child (self->revealer, self->box);
  gtk_widget_set_parent (GTK_WIDGET (self->revealer), GTK_WIDGET (self));
}

GtkWidget *
muri_bar_new (MuriBarStyle style, const char *button, const char *action_name)
{
  MuriBar *self = g_object_new (MURI_TYPE_BAR, NULL);

  if (style == MURI_BAR_WARNING)
    gtk_widget_add_css_class (self->box, "warning");
  else if (style == MURI_BAR_ERROR)
    gtk_widget_add_css_class (self->box, "error");
  if (button)
    {
      gtk_button_set_label (GTK_BUTTON (self->button), button);
      gtk_actionable_set_action_name (GTK_ACTIONABLE (self->button), action_name);
      gtk_widget_set_visible (self->button, TRUE);
    }
  return GTK_WIDGET (self);
}

void
muri_bar_set_text (MuriBar *self, const char *text)
{
  /* While it slides away it goes on to say what it said. */
  if (text && g_strcmp0 (gtk_label_get_text (self->label), text) != 0)
    gtk_label_set_text (self->label, text);
  gtk_revealer_set_reveal_child (self->revealer, text != NULL);
}

void
muri_bar_set_action (MuriBar *self, const char *action_name, const char *target)
{
  gtk_widget_set_visible (self->button, action_name != NULL);
  /* Between the two they would not fit each other. */
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->button), NULL);
  if (!action_name)
    return;
  gtk_actionable_set_action_target_value (GTK_ACTIONABLE (self->button),
                                          target ? g_variant_new_string (target) : NULL);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->button), action_name);
}
