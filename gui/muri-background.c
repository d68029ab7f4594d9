/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-config.h"

#include "muri-background.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#define NOTIFICATION "background"

struct _MuriBackground
{
  GObject parent_instance;

  GtkApplication *application; /* not a reference: it owns this */
  GSettings *settings;
  MuriFleet *fleet;
  MuriDesktop *desktop;
  GtkWidget *question; /* weak */
  GtkWidget *remember;
  gboolean quitting;
  gboolean holding;
};

G_DEFINE_FINAL_TYPE (MuriBackground, muri_background, G_TYPE_OBJECT)

static gboolean
has_rules (MuriBackground *self)
{
  GListModel *rules = muri_alarms_get_rules (muri_fleet_get_alarms (self->fleet));

  for (guint i = 0; i < g_list_model_get_n_items (rules); i++)
    {
      g_autoptr (MuriAlarmRule) rule = g_list_model_get_item (rules, i);

      if (muri_alarm_rule_get (rule)->enabled)
        return TRUE;
    }
  return FALSE;
}

static void
tell (MuriBackground *self)
{
  g_autoptr (GNotification) notification = g_notification_new (_ ("Muri Keeps Watching"));

  g_notification_set_body (notification, _ ("You will be told of alarms."));
  g_notification_set_priority (notification, G_NOTIFICATION_PRIORITY_LOW);
  g_notification_set_default_action (notification, "app.show-window");
  g_notification_add_button (notification, _ ("Quit Muri"), "app.quit");
  g_application_send_notification (G_APPLICATION (self->application), NOTIFICATION, notification);
}

static void
begin (MuriBackground *self)
{
  if (self->holding)
    return;
  self->holding = TRUE;
  g_application_hold (G_APPLICATION (self->application));
  muri_desktop_ask_for_background (self->desktop, _ ("To tell of alarms"));
  tell (self);
}

void
muri_background_end (MuriBackground *self)
{
  g_return_if_fail (MURI_IS_BACKGROUND (self));

  if (!self->holding)
    return;
  self->holding = FALSE;
  g_application_withdraw_notification (G_APPLICATION (self->application), NOTIFICATION);
  g_application_release (G_APPLICATION (self->application));
}

static gboolean
close_now (gpointer window)
{
  gtk_window_close (window);
  return G_SOURCE_REMOVE;
}

static void
on_response (MuriBackground *self, const char *response, GtkWindow *dialog)
{
  GtkWindow *window = gtk_window_get_transient_for (dialog);

  if (g_str_equal (response, "cancel"))
    return;
  if (gtk_check_button_get_active (GTK_CHECK_BUTTON (self->remember)))
    g_settings_set_string (self->settings, MURI_KEEP_WATCHING, response);
  if (g_str_equal (response, "always"))
    begin (self);
  else
    self->quitting = TRUE;
  /* The question goes first, which goes by itself after its answer. */
  g_idle_add_full (G_PRIORITY_DEFAULT_IDLE, close_now, g_object_ref (window), g_object_unref);
}

static void
ask (MuriBackground *self, GtkWindow *window)
{
  GtkWidget *dialog = adw_message_dialog_new (
      window, _ ("Keep Watching in the Background?"),
      _ ("Alarms need Muri running. Without a window it goes on listening to the hosts and tells "
         "you of alarms by notifications."));

  g_set_weak_pointer (&self->question, dialog);
  self->remember = gtk_check_button_new_with_label (_ ("Do this from now on"));
  gtk_check_button_set_active (GTK_CHECK_BUTTON (self->remember), TRUE);
  gtk_widget_set_halign (self->remember, GTK_ALIGN_CENTER);
  adw_message_dialog_set_extra_child (ADW_MESSAGE_DIALOG (dialog), self->remember);
  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "cancel", _ ("_Cancel"), "never",
                                    _ ("_Quit"), "always", _ ("_Keep Watching"), NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "always",
                                              ADW_RESPONSE_SUGGESTED);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "always");
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  g_signal_connect_object (dialog, "response", G_CALLBACK (on_response), self, G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (dialog));
}

/* Where nobody shows notifications it would go on unseen, for nothing. */
gboolean
muri_background_may_close (MuriBackground *self, GtkWindow *window)
{
  g_autofree char *wanted = NULL;

  g_return_val_if_fail (MURI_IS_BACKGROUND (self), TRUE);

  if (self->quitting || self->holding || !muri_desktop_can_notify (self->desktop)
      || !has_rules (self))
    return TRUE;
  if (self->question)
    {
      gtk_window_present (GTK_WINDOW (self->question));
      return FALSE;
    }
  wanted = g_settings_get_string (self->settings, MURI_KEEP_WATCHING);
  if (g_str_equal (wanted, "ask"))
    {
      ask (self, window);
      return FALSE;
    }
  if (g_str_equal (wanted, "always"))
    begin (self);
  return TRUE;
}

void
muri_background_set_quitting (MuriBackground *self, gboolean quitting)
{
  g_return_if_fail (MURI_IS_BACKGROUND (self));

  self->quitting = quitting;
}

static void
muri_background_dispose (GObject *object)
{
  MuriBackground *self = MURI_BACKGROUND (object);

  g_clear_weak_pointer (&self->question);
  g_clear_object (&self->desktop);
  g_clear_object (&self->fleet);
  g_clear_object (&self->settings);
  G_OBJECT_CLASS (muri_background_parent_class)->dispose (object);
}

static void
muri_background_class_init (MuriBackgroundClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = muri_background_dispose;
}

static void
muri_background_init (MuriBackground *self)
{
}

MuriBackground *
muri_background_new (GtkApplication *application, MuriFleet *fleet, MuriDesktop *desktop)
{
  MuriBackground *self = g_object_new (MURI_TYPE_BACKGROUND, NULL);

  self->application = application;
  self->settings = g_settings_new (MURI_APPLICATION_ID);
  self->fleet = g_object_ref (fleet);
  self->desktop = g_object_ref (desktop);
  return self;
}
