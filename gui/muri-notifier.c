/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-config.h"

#include "muri-notifier.h"

#include <glib/gi18n.h>

#include "muri-alarm-words.h"
#include "muri-counted.h"
#include "muri-words.h"

/* So many of one rule and moment are told of one by one. */
#define SINGLY_MAX 3

struct _MuriNotifier
{
  GObject parent_instance;

  GApplication *application; /* not a reference: it owns this */
  MuriFleet *fleet;
  MuriDesktop *desktop;
};

G_DEFINE_FINAL_TYPE (MuriNotifier, muri_notifier, G_TYPE_OBJECT)

static void
send (MuriNotifier *self, const char *id, const char *title, const char *body, guint severity,
      const char *scope)
{
  g_autoptr (GNotification) notification = g_notification_new (title);

  if (body)
    g_notification_set_body (notification, body);
  g_notification_set_priority (notification, severity >= MURI_SEVERITY_ERROR
                                                 ? G_NOTIFICATION_PRIORITY_HIGH
                                                 : G_NOTIFICATION_PRIORITY_NORMAL);
  if (scope)
    g_notification_set_default_action_and_target (notification, "app.show-scope", "s", scope);
  else
    g_notification_set_default_action (notification, "app.show-alarms");
  g_notification_add_button (notification, _ ("Show Alarms"), "app.show-alarms");
  g_application_send_notification (self->application, id, notification);
}

/* What hangs on a host is told with it: "18 VMs unknown". */
static void
tell_one (MuriNotifier *self, MuriAlarm *alarm)
{
  MuriNode *node = muri_fleet_find_node (self->fleet, muri_alarm_get_node_id (alarm));
  MuriAlarmMeasure measure = muri_alarm_get_measure (alarm);
  guint n_vms = node ? muri_node_get_n_vms (node) : 0;
  g_autofree char *scope = muri_alarm_words_scope_id (alarm);
  g_autofree char *words = muri_alarm_words (alarm);
  g_autofree char *title = NULL;

  if (measure == MURI_ALARM_UNREACHABLE)
    {
      g_free (words);
      words = muri_counted (ngettext ("%u VM unknown", "%u VMs unknown", n_vms), n_vms);
      title = g_strdup_printf (_ ("%s is unreachable"), muri_alarm_get_node_name (alarm));
    }
  else
    title = g_strdup (muri_alarm_words_object (alarm));
  send (self, muri_alarm_get_id (alarm), title, words, muri_alarm_get_severity (alarm), scope);
}

static void
tell_many (MuriNotifier *self, GPtrArray *alarms)
{
  MuriAlarm *first = alarms->pdata[0];
  g_autofree char *title = NULL;
  g_autoptr (GString) names = g_string_new (NULL);

  title = muri_counted (ngettext ("%s: %u alarm", "%s: %u alarms", alarms->len),
                        muri_alarm_get_rule_name (first), alarms->len);
  for (guint i = 0; i < alarms->len && i < SINGLY_MAX; i++)
    g_string_append_printf (names, "%s%s", i > 0 ? ", " : "",
                            muri_alarm_words_object (alarms->pdata[i]));
  g_string_append (names, ", …");
  send (self, muri_alarm_get_rule_id (first), title, names->str, muri_alarm_get_severity (first),
        NULL);
}

static void
tell (MuriNotifier *self, GPtrArray *of_rule)
{
  if (of_rule->len > SINGLY_MAX)
    {
      tell_many (self, of_rule);
      return;
    }
  for (guint i = 0; i < of_rule->len; i++)
    tell_one (self, of_rule->pdata[i]);
}

static void
on_raised (MuriNotifier *self, GPtrArray *raised)
{
  g_autoptr (GHashTable) rules =
      g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify)g_ptr_array_unref);
  GHashTableIter iter;
  gpointer of_rule;

  /* The window shows them too; where nobody shows notifications that is all there is. */
  if (!muri_desktop_can_notify (self->desktop))
    return;
  for (guint i = 0; i < raised->len; i++)
    {
      const char *rule = muri_alarm_get_rule_id (raised->pdata[i]);

      of_rule = g_hash_table_lookup (rules, rule);
      if (!of_rule)
        g_hash_table_insert (rules, (char *)rule, of_rule = g_ptr_array_new ());
      g_ptr_array_add (of_rule, raised->pdata[i]);
    }
  g_hash_table_iter_init (&iter, rules);
  while (g_hash_table_iter_next (&iter, NULL, &of_rule))
    tell (self, of_rule);
}

static void
muri_notifier_dispose (GObject *object)
{
  MuriNotifier *self = MURI_NOTIFIER (object);

  g_clear_object (&self->desktop);
  g_clear_object (&self->fleet);
  G_OBJECT_CLASS (muri_notifier_parent_class)->dispose (object);
}

static void
muri_notifier_class_init (MuriNotifierClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = muri_notifier_dispose;
}

static void
muri_notifier_init (MuriNotifier *self)
{
}

MuriNotifier *
muri_notifier_new (GApplication *application, MuriFleet *fleet, MuriDesktop *desktop)
{
  MuriNotifier *self = g_object_new (MURI_TYPE_NOTIFIER, NULL);

  self->application = application;
  self->fleet = g_object_ref (fleet);
  self->desktop = g_object_ref (desktop);
  g_signal_connect_object (muri_fleet_get_alarms (fleet), "raised", G_CALLBACK (on_raised), self,
                           G_CONNECT_SWAPPED);
  return self;
}
