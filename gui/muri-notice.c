/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-notice.h"

struct _MuriNotice
{
  GtkWidget parent_instance;

  GtkWidget *revealer;
  GtkWidget *text;
  GtkWidget *button;
};

G_DEFINE_FINAL_TYPE (MuriNotice, muri_notice, GTK_TYPE_WIDGET)

static void
muri_notice_dispose (GObject *object)
{
  g_clear_pointer (&MURI_NOTICE (object)->revealer, gtk_widget_unparent);
  G_OBJECT_CLASS (muri_notice_parent_class)->dispose (object);
}

static void
muri_notice_class_init (MuriNoticeClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = muri_notice_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_accessible_role (GTK_WIDGET_CLASS (klass), GTK_ACCESSIBLE_ROLE_STATUS);
}

static void
muri_notice_init (MuriNotice *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *icon = gtk_image_new_from_icon_name ("dialog-warning-symbolic");

  self->text = gtk_label_new (NULL);
  gtk_label_set_xalign (GTK_LABEL (self->text), 0);
  gtk_label_set_wrap (GTK_LABEL (self->text), TRUE);
  gtk_widget_set_hexpand (self->text, TRUE);
  self->button = gtk_button_new ();
  gtk_widget_set_valign (self->button, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (box), icon);
  gtk_box_append (GTK_BOX (box), self->text);
  gtk_box_append (GTK_BOX (box), self->button);
  gtk_widget_add_css_class (box, "notice");
  self->revealer = gtk_revealer_new ();
  gtk_revealer_set_child (GTK_REVEALER (self->revealer), box);
  gtk_widget_set_parent (self->revealer, GTK_WIDGET (self));
}

void
muri_notice_set (MuriNotice *self, const char *text, const char *button, const char *action,
                 const char *target)
{
  g_return_if_fail (MURI_IS_NOTICE (self));

  gtk_revealer_set_reveal_child (GTK_REVEALER (self->revealer), text != NULL);
  if (text == NULL)
    return;
  if (!g_str_equal (gtk_label_get_text (GTK_LABEL (self->text)), text))
    gtk_label_set_text (GTK_LABEL (self->text), text);
  gtk_widget_set_visible (self->button, button != NULL);
  if (button == NULL)
    return;
  if (g_strcmp0 (gtk_button_get_label (GTK_BUTTON (self->button)), button) != 0)
    gtk_button_set_label (GTK_BUTTON (self->button), button);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->button), action);
  gtk_actionable_set_action_target (GTK_ACTIONABLE (self->button), "s", target);
}
