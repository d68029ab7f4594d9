/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "muri-window-private.h"
#include "muri-button-names.h"

G_DEFINE_FINAL_TYPE (MuriWindow, muri_window, ADW_TYPE_APPLICATION_WINDOW)

static void
muri_window_dispose (GObject *object)
{
  MuriWindow *self = MURI_WINDOW (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), MURI_TYPE_WINDOW);
  g_clear_weak_pointer (&self->close_question);
  g_clear_object (&self->toaster);
  g_clear_pointer (&self->gestures, g_ptr_array_unref);
  g_clear_pointer (&self->awaited_group, g_free);
  g_clear_object (&self->scope);
  g_clear_object (&self->range);
  g_clear_object (&self->tally);
  g_clear_object (&self->background);
  g_clear_object (&self->network);
  g_clear_object (&self->settings);
  g_clear_object (&self->fleet);

  G_OBJECT_CLASS (muri_window_parent_class)->dispose (object);
}

static gboolean
muri_window_close_request (GtkWindow *window)
{
  if (!muri_window_may_close (MURI_WINDOW (window)))
    return TRUE;
  return GTK_WINDOW_CLASS (muri_window_parent_class)->close_request (window);
}

static void
muri_window_class_init (MuriWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = muri_window_dispose;
  GTK_WINDOW_CLASS (klass)->close_request = muri_window_close_request;
  g_type_ensure (MURI_TYPE_SIDEBAR);
  g_type_ensure (MURI_TYPE_FIRST_START);
  g_type_ensure (MURI_TYPE_VIEW_TITLE);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/muri/Muri/ui/muri-window.ui");
  gtk_widget_class_bind_template_child (widget_class, MuriWindow, toasts);
  gtk_widget_class_bind_template_child (widget_class, MuriWindow, leaflet);
  gtk_widget_class_bind_template_child (widget_class, MuriWindow, sidebar_pane);
  gtk_widget_class_bind_template_child (widget_class, MuriWindow, sidebar);
  gtk_widget_class_bind_template_child (widget_class, MuriWindow, menu_button);
  gtk_widget_class_bind_template_child (widget_class, MuriWindow, content_pane);
  gtk_widget_class_bind_template_child (widget_class, MuriWindow, switcher_title);
  gtk_widget_class_bind_template_child (widget_class, MuriWindow, switcher_bar);
  gtk_widget_class_bind_template_child (widget_class, MuriWindow, sidebar_button);
  gtk_widget_class_bind_template_child (widget_class, MuriWindow, operations_button);
  gtk_widget_class_bind_template_child (widget_class, MuriWindow, operations_image);
  gtk_widget_class_bind_template_child (widget_class, MuriWindow, operations_label);
  gtk_widget_class_bind_template_child (widget_class, MuriWindow, bars);
  gtk_widget_class_bind_template_child (widget_class, MuriWindow, body);
  gtk_widget_class_bind_template_child (widget_class, MuriWindow, views);
  gtk_widget_class_bind_template_child (widget_class, MuriWindow, operations_bin);
  gtk_widget_class_bind_template_child (widget_class, MuriWindow, alarms_bin);
  gtk_widget_class_bind_template_child (widget_class, MuriWindow, templates_bin);
  gtk_widget_class_bind_template_child (widget_class, MuriWindow, alarms_button);
  gtk_widget_class_bind_template_child (widget_class, MuriWindow, alarms_label);
  gtk_widget_class_bind_template_child (widget_class, MuriWindow, first_start);
  gtk_widget_class_bind_template_child (widget_class, MuriWindow, trouble);
}

static void
muri_window_init (MuriWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->toaster = muri_toaster_new (self->toasts);
  muri_button_names_set (GTK_WIDGET (self));
}

static void
restore_size (MuriWindow *self)
{
  gtk_window_set_default_size (GTK_WINDOW (self),
                               g_settings_get_int (self->settings, "window-width"),
                               g_settings_get_int (self->settings, "window-height"));
  if (g_settings_get_boolean (self->settings, "window-maximized"))
    gtk_window_maximize (GTK_WINDOW (self));
  g_settings_bind (self->settings, "window-width", self, "default-width", G_SETTINGS_BIND_SET);
  g_settings_bind (self->settings, "window-height", self, "default-height", G_SETTINGS_BIND_SET);
  g_settings_bind (self->settings, "window-maximized", self, "maximized", G_SETTINGS_BIND_SET);
}

MuriWindow *
muri_window_new (MuriApplication *application)
{
  MuriWindow *self = g_object_new (MURI_TYPE_WINDOW, "application", application, NULL);
  g_autoptr (MuriScope) scope = NULL;

  self->fleet = g_object_ref (muri_application_get_fleet (application));
  self->settings = g_object_ref (muri_application_get_settings (application));
  self->network = g_object_ref (muri_application_get_network (application));
  self->background = g_object_ref (muri_application_get_background (application));
  self->tally = muri_tally_new (self->fleet);
  self->range = muri_time_range_new (g_get_real_time ());

  muri_window_add_actions (self);
  muri_window_add_acts (self);
  muri_window_add_alarms (self);
  muri_window_add_undo (self);
  muri_window_add_groups (self);
  muri_window_add_members (self);
  muri_window_add_ledger (self);
  muri_window_add_life (self);
  muri_window_add_smart_groups (self);
  muri_window_add_templates (self);
  muri_window_add_views (self);
  muri_sidebar_set_fleet (self->sidebar, self->fleet, self->tally);
  muri_first_start_set_network (self->first_start, self->network, self->fleet, self->settings);
  muri_window_add_panes (self);
  muri_window_add_moment (self);
  muri_window_add_status (self);
  restore_size (self);

  scope = muri_scope_new_fleet (self->fleet);
  muri_window_set_scope (self, scope);
  return self;
}
