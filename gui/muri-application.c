/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "muri-application.h"

#include <glib/gi18n.h>

#include "muri-about.h"
#include "muri-background.h"
#include "muri-config.h"
#include "muri-desktop.h"
#include "muri-frames.h"
#include "muri-handover.h"
#include "muri-history-preferences.h"
#include "muri-notifier.h"
#include "muri-options.h"
#include "muri-preferences.h"
#include "muri-startup.h"
#include "muri-trim.h"
#include "muri-window.h"

/* By then the fleet is in the window. */
#define TRIM_SECONDS 15

struct _MuriApplication
{
  AdwApplication parent_instance;

  MuriOptions *options;
  GDBusConnection *bus;
  GSettings *settings;
  MuriFleet *fleet;
  MuriNetwork *network;
  MuriDesktop *desktop;
  MuriNotifier *notifier;
  MuriBackground *background;
};

G_DEFINE_FINAL_TYPE (MuriApplication, muri_application, ADW_TYPE_APPLICATION)

static void
update_color_scheme (MuriApplication *self)
{
  g_autofree char *scheme = g_settings_get_string (self->settings, "color-scheme");
  AdwColorScheme wanted = ADW_COLOR_SCHEME_DEFAULT;

  if (g_str_equal (scheme, "light"))
    wanted = ADW_COLOR_SCHEME_FORCE_LIGHT;
  else if (g_str_equal (scheme, "dark"))
    wanted = ADW_COLOR_SCHEME_FORCE_DARK;
  adw_style_manager_set_color_scheme (adw_style_manager_get_default (), wanted);
}

static void
add_accels (GtkApplication *application)
{
  static const struct
  {
    const char *action;
    const char *accels[3];
  } all[] = {
    { "win.search", { "<Control>f", NULL } },
    { "win.jump", { "<Control>k", NULL } },
    { "win.show-view::overview", { "<Control>1", NULL } },
    { "win.show-view::vms", { "<Control>2", NULL } },
    { "win.show-view::hosts", { "<Control>3", NULL } },
    { "win.show-view::events", { "<Control>4", NULL } },
    { "win.show-view::reports", { "<Control>5", NULL } },
    { "win.toggle-sidebar", { "F9", NULL } },
    { "win.next-pane", { "F6", NULL } },
    { "win.previous-pane", { "<Shift>F6", NULL } },
    { "win.show-help-overlay", { "<Control>question", NULL } },
    { "app.preferences", { "<Control>comma", NULL } },
    { "window.close", { "<Control>w", NULL } },
    { "app.quit", { "<Control>q", NULL } },
  };

  for (guint i = 0; i < G_N_ELEMENTS (all); i++)
    gtk_application_set_accels_for_action (application, all[i].action, all[i].accels);
}

static void
quit (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  MuriApplication *self = user_data;
  GtkWindow *window = gtk_application_get_active_window (user_data);

  /* It may have something to ask first. */
  while (window && gtk_window_get_transient_for (window))
    window = gtk_window_get_transient_for (window);
  if (!window)
    {
      g_application_quit (user_data);
      return;
    }
  muri_background_set_quitting (self->background, TRUE);
  gtk_window_close (window);
}

static void
about (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  muri_about_present (gtk_application_get_active_window (user_data));
}

/* From a notification, perhaps while no window is there. */
static void
show (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  GtkWindow *window;
  g_autofree char *name = g_strconcat ("win.", g_action_get_name (G_ACTION (action)), NULL);

  g_application_activate (user_data);
  window = gtk_application_get_active_window (user_data);
  if (window)
    gtk_widget_activate_action_variant (GTK_WIDGET (window), name, parameter);
}

static void
show_window (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  g_application_activate (user_data);
}

static void
preferences (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  MuriApplication *self = user_data;
  GtkWindow *parent = gtk_application_get_active_window (GTK_APPLICATION (self));
  GtkWindow *window = muri_preferences_new (self->settings, self->network, self->fleet);

  gtk_window_set_modal (window, TRUE);
  gtk_window_set_transient_for (window, parent);
  gtk_window_present (window);
}

static gboolean
trim (gpointer user_data)
{
  muri_trim ();
  return G_SOURCE_REMOVE;
}

static void
muri_application_startup (GApplication *application)
{
  static const GActionEntry entries[] = {
    { "about", about, NULL, NULL, NULL, { 0 } },
    { "preferences", preferences, NULL, NULL, NULL, { 0 } },
    { "quit", quit, NULL, NULL, NULL, { 0 } },
    { "show-alarms", show, NULL, NULL, NULL, { 0 } },
    { "show-scope", show, "s", NULL, NULL, { 0 } },
    { "show-window", show_window, NULL, NULL, NULL, { 0 } },
  };
  MuriApplication *self = MURI_APPLICATION (application);

  G_APPLICATION_CLASS (muri_application_parent_class)->startup (application);

  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries), self);
  add_accels (GTK_APPLICATION (self));
  self->settings = g_settings_new (MURI_APPLICATION_ID);
  g_signal_connect_object (self->settings, "changed::color-scheme",
                           G_CALLBACK (update_color_scheme), self, G_CONNECT_SWAPPED);
  update_color_scheme (self);

  self->fleet = muri_fleet_new (muri_options_get_data_dir (self->options));
  muri_history_settings_bind (self->settings, muri_fleet_get_history (self->fleet));
  self->desktop = muri_desktop_new (application);
  self->notifier = muri_notifier_new (application, self->fleet, self->desktop);
  self->background =
      muri_background_new (GTK_APPLICATION (application), self->fleet, self->desktop);
  self->network = muri_network_new (self->fleet, self->options, self->settings);
  muri_network_start (self->network);
  g_timeout_add_seconds (TRIM_SECONDS, trim, NULL);
}

static void
muri_application_activate (GApplication *application)
{
  MuriApplication *self = MURI_APPLICATION (application);
  GtkWindow *window = gtk_application_get_active_window (GTK_APPLICATION (self));

  if (!window)
    {
      window = GTK_WINDOW (muri_window_new (self));
      muri_startup_watch (window, self->fleet);
      muri_frames_watch (window);
    }
  gtk_window_present (window);
  muri_background_set_quitting (self->background, FALSE);
  muri_background_end (self->background);
}

static void
muri_application_shutdown (GApplication *application)
{
  MuriApplication *self = MURI_APPLICATION (application);

  G_APPLICATION_CLASS (muri_application_parent_class)->shutdown (application);
  if (self->fleet)
    muri_fleet_close (self->fleet);
}

static gboolean
muri_application_local_command_line (GApplication *application, char ***arguments, int *status)
{
  g_autoptr (GError) error = NULL;

  if (muri_options_check_arguments (*arguments, &error))
    return G_APPLICATION_CLASS (muri_application_parent_class)
        ->local_command_line (application, arguments, status);

  g_printerr ("muri: %s\n", error->message);
  *status = 2;
  return TRUE;
}

static int
muri_application_handle_local_options (GApplication *application, GVariantDict *dict)
{
  MuriApplication *self = MURI_APPLICATION (application);
  g_autoptr (GError) error = NULL;

  if (g_variant_dict_contains (dict, "version"))
    {
      g_print ("muri %s\n", MURI_VERSION);
      return 0;
    }
  self->options = muri_options_new (dict, &error);
  if (!self->options)
    {
      g_printerr ("muri: %s\n", error->message);
      return g_error_matches (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE) ? 2 : 1;
    }
  if (muri_hand_over (muri_options_get_data_dir (self->options), &self->bus))
    return 0;
  if (!gtk_init_check ())
    {
      g_printerr ("muri: %s\n", _ ("There is no display to open a window on"));
      return 1;
    }
  if (g_variant_dict_contains (dict, "data-dir"))
    g_application_set_flags (application,
                             g_application_get_flags (application) | G_APPLICATION_NON_UNIQUE);
  return -1;
}

static void
muri_application_finalize (GObject *object)
{
  MuriApplication *self = MURI_APPLICATION (object);

  g_clear_pointer (&self->options, muri_options_free);
  g_clear_object (&self->background);
  g_clear_object (&self->notifier);
  g_clear_object (&self->desktop);
  g_clear_object (&self->network);
  g_clear_object (&self->fleet);
  g_clear_object (&self->settings);
  g_clear_object (&self->bus);

  G_OBJECT_CLASS (muri_application_parent_class)->finalize (object);
}

static void
muri_application_class_init (MuriApplicationClass *klass)
{
  GApplicationClass *application_class = G_APPLICATION_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = muri_application_finalize;
  application_class->startup = muri_application_startup;
  application_class->activate = muri_application_activate;
  application_class->shutdown = muri_application_shutdown;
  application_class->local_command_line = muri_application_local_command_line;
  application_class->handle_local_options = muri_application_handle_local_options;
}

static void
muri_application_init (MuriApplication *self)
{
  muri_options_add_entries (G_APPLICATION (self));
}

MuriApplication *
muri_application_new (void)
{
  return g_object_new (MURI_TYPE_APPLICATION, "application-id", MURI_APPLICATION_ID,
                       "resource-base-path", "/io/github/muri/Muri", NULL);
}

MuriFleet *
muri_application_get_fleet (MuriApplication *self)
{
  return self->fleet;
}

GSettings *
muri_application_get_settings (MuriApplication *self)
{
  return self->settings;
}

MuriNetwork *
muri_application_get_network (MuriApplication *self)
{
  return self->network;
}

MuriBackground *
muri_application_get_background (MuriApplication *self)
{
  return self->background;
}
