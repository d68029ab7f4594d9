/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "muri-padlock.h"

#include <glib/gi18n.h>

struct _MuriPadlock
{
  GtkWidget parent_instance;

  GtkWidget *image;
  MuriVm *vm;
};

G_DEFINE_FINAL_TYPE (MuriPadlock, muri_padlock, GTK_TYPE_WIDGET)

/* Most have none. To set a tooltip is a question to the screen, which is waited for. */
static void
update (MuriPadlock *self)
{
  gboolean guarded = self->vm && muri_vm_get_facts (self->vm)->guarded;

  if (guarded && !gtk_widget_get_tooltip_text (GTK_WIDGET (self)))
    gtk_widget_set_tooltip_text (GTK_WIDGET (self), _ ("Protected: what stops it is refused"));
  gtk_widget_set_visible (GTK_WIDGET (self), guarded);
}

void
muri_padlock_set_vm (MuriPadlock *self, MuriVm *vm)
{
  if (self->vm == vm)
    return;
  if (self->vm)
    g_signal_handlers_disconnect_by_data (self->vm, self);
  g_set_object (&self->vm, vm);
  if (vm)
    g_signal_connect_swapped (vm, "notify::facts", G_CALLBACK (update), self);
  update (self);
}

static void
muri_padlock_dispose (GObject *object)
{
  MuriPadlock *self = MURI_PADLOCK (object);

  muri_padlock_set_vm (self, NULL);
  g_clear_pointer (&self->image, gtk_widget_unparent);

  G_OBJECT_CLASS (muri_padlock_parent_class)->dispose (object);
}

static void
muri_padlock_class_init (MuriPadlockClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = muri_padlock_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (GTK_WIDGET_CLASS (klass), "padlock");
  gtk_widget_class_set_accessible_role (GTK_WIDGET_CLASS (klass), GTK_ACCESSIBLE_ROLE_IMG);
}

static void
muri_padlock_init (MuriPadlock *self)
{
  self->image = gtk_image_new_from_icon_name ("changes-prevent-symbolic");
  gtk_widget_set_parent (self->image, GTK_WIDGET (self));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Protected"), -1);
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}

GtkWidget *
muri_padlock_new (void)
{
  return g_object_new (MURI_TYPE_PADLOCK, NULL);
}
