/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <glib/gi18n.h>

#include "muri-alarm-rules.h"
#include "muri-counted.h"
#include "muri-window-private.h"
#include "muri-words.h"

static void
show_alarms (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  muri_window_show_place (user_data, MURI_PLACE_ALARMS);
}

static void
acknowledge (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  MuriWindow *self = user_data;
  MuriAlarms *alarms = muri_fleet_get_alarms (self->fleet);
  MuriAlarm *alarm = muri_alarms_find (alarms, g_variant_get_string (parameter, NULL));

  if (alarm)
    muri_alarms_acknowledge (alarms, alarm);
}

static void
acknowledge_all (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  MuriWindow *self = user_data;

  muri_alarms_acknowledge_all (muri_fleet_get_alarms (self->fleet));
}

static void
mute (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  MuriWindow *self = user_data;
  const char *what;
  gint64 seconds;

  g_variant_get (parameter, "(&sx)", &what, &seconds);
  muri_alarms_mute (muri_fleet_get_alarms (self->fleet), what,
                    seconds > 0 ? g_get_real_time () + seconds * G_TIME_SPAN_SECOND : 0);
  muri_window_say (self, seconds > 0 ? _ ("Muted") : _ ("Not muted any more"));
}

static void
show_rules (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  MuriWindow *self = user_data;

  gtk_window_present (muri_alarm_rules_new (GTK_WINDOW (self), self->fleet));
}

static void
set_class (GtkWidget *widget, const char *name, gboolean on)
{
  if (on)
    gtk_widget_add_css_class (widget, name);
  else
    gtk_widget_remove_css_class (widget, name);
}

static void
update_bell (MuriWindow *self)
{
  MuriAlarms *alarms = muri_fleet_get_alarms (self->fleet);
  guint n_active, n_open, severity;
  g_autofree char *number = NULL;
  g_autofree char *words = NULL;

  g_object_get (alarms, "n-active", &n_active, "n-open", &n_open, "severity", &severity, NULL);
  number = muri_counted ("%u", n_open);
  words = muri_counted (ngettext ("%u alarm", "%u alarms", n_open), n_open);
  gtk_widget_set_visible (self->alarms_button, n_open > 0);
  set_class (self->alarms_button, "error", severity >= MURI_SEVERITY_ERROR);
  set_class (self->alarms_button, "warning", severity == MURI_SEVERITY_WARNING);
  gtk_label_set_text (self->alarms_label, number);
  gtk_widget_set_tooltip_text (self->alarms_button, words);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->alarms_button),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, words, -1);
}

void
muri_window_add_alarms (MuriWindow *self)
{
  static const GActionEntry entries[] = {
    { "show-alarms", show_alarms, NULL, NULL, NULL, { 0 } },
    { "acknowledge-alarm", acknowledge, "s", NULL, NULL, { 0 } },
    { "acknowledge-alarms", acknowledge_all, NULL, NULL, NULL, { 0 } },
    { "mute-alarms", mute, "(sx)", NULL, NULL, { 0 } },
    { "alarm-rules", show_rules, NULL, NULL, NULL, { 0 } },
  };

  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries), self);
  g_signal_connect_object (muri_fleet_get_alarms (self->fleet), "changed", G_CALLBACK (update_bell),
                           self, G_CONNECT_SWAPPED);
  update_bell (self);
}
