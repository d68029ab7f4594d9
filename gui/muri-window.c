/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "muri-window-private.h"

#include <glib/gi18n.h>

G_DEFINE_FINAL_TYPE (MuriWindow, muri_window, ADW_TYPE_APPLICATION_WINDOW)

static void
muri_window_dispose (GObject *object)
{
  MuriWindow *self = MURI_WINDOW (object);

  g_clear_object (&self->scope);
  gtk_widget_dispose_template (GTK_WIDGET (self), MURI_TYPE_WINDOW);

  G_OBJECT_CLASS (muri_window_parent_class)->dispose (object);
}

static void
muri_window_class_init (MuriWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = muri_window_dispose;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/muri/Muri/ui/muri-window.ui");
  gtk_widget_class_bind_template_child (widget_class, MuriWindow, toasts);
  gtk_widget_class_bind_template_child (widget_class, MuriWindow, leaflet);
  gtk_widget_class_bind_template_child (widget_class, MuriWindow, sidebar_pane);
  gtk_widget_class_bind_template_child (widget_class, MuriWindow, content_pane);
  gtk_widget_class_bind_template_child (widget_class, MuriWindow, switcher_title);
  gtk_widget_class_bind_template_child (widget_class, MuriWindow, switcher_bar);
  gtk_widget_class_bind_template_child (widget_class, MuriWindow, body);
  gtk_widget_class_bind_template_child (widget_class, MuriWindow, views);
  gtk_widget_class_bind_template_child (widget_class, MuriWindow, operations_bin);
}

static void
add_views (MuriWindow *self)
{
  static const struct
  {
    const char *title;
    const char *icon;
  } infos[MURI_N_VIEWS] = {
    [MURI_VIEW_OVERVIEW] = { N_ ("Overview"), "muri-overview-symbolic" },
    [MURI_VIEW_VMS] = { N_ ("VMs"), "muri-vm-symbolic" },
    [MURI_VIEW_HOSTS] = { N_ ("Hosts"), "muri-host-symbolic" },
    [MURI_VIEW_EVENTS] = { N_ ("Events"), "muri-events-symbolic" },
  };

  for (guint i = 0; i < MURI_N_VIEWS; i++)
    {
      self->view_bins[i] = ADW_BIN (adw_bin_new ());
      adw_view_stack_add_titled_with_icon (self->views, GTK_WIDGET (self->view_bins[i]),
                                           muri_view_to_name (i), _ (infos[i].title),
                                           infos[i].icon);
    }
}

static void
muri_window_init (MuriWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  add_views (self);
  muri_window_add_actions (self);
  g_signal_connect_object (self->views, "notify::visible-child", G_CALLBACK (muri_window_fill_view),
                           self, G_CONNECT_SWAPPED);
}

static void
restore_size (MuriWindow *self)
{
  gtk_window_set_default_size (GTK_WINDOW (self),
                               g_settings_get_int (self->settings, "window-width"),
                               g_settings_get_int (self->settings, "window-height"));
  if (g_settings_get_boolean (self->settings, "window-maximized"))
    gtk_window_maximize (GTK_WINDOW (self));
}

MuriWindow *
muri_window_new (MuriApplication *application)
{
  MuriWindow *self = g_object_new (MURI_TYPE_WINDOW, "application", application, NULL);
  g_autoptr (MuriScope) scope = NULL;

  self->fleet = muri_application_get_fleet (application);
  self->settings = muri_application_get_settings (application);
  restore_size (self);
  g_settings_bind (self->settings, "window-width", self, "default-width", G_SETTINGS_BIND_SET);
  g_settings_bind (self->settings, "window-height", self, "default-height", G_SETTINGS_BIND_SET);
  g_settings_bind (self->settings, "window-maximized", self, "maximized", G_SETTINGS_BIND_SET);

  scope = muri_scope_new_fleet (self->fleet);
  muri_window_set_scope (self, scope);
  return self;
}
