/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-config.h"

#include "muri-alarm-rules.h"

#include <glib/gi18n.h>

#include "muri-alarm-editor.h"
#include "muri-alarm-words.h"
#include "muri-background.h"

struct _MuriAlarmRules
{
  AdwPreferencesWindow parent_instance;

  AdwPreferencesGroup *group;
  AdwComboRow *closing;
  GPtrArray *rows; /* borrowed: in the order of the rules */
  MuriFleet *fleet;
  GSettings *settings;
};

G_DEFINE_FINAL_TYPE (MuriAlarmRules, muri_alarm_rules, ADW_TYPE_PREFERENCES_WINDOW)

static MuriAlarms *
get_alarms (MuriAlarmRules *self)
{
  return muri_fleet_get_alarms (self->fleet);
}

static const char *
rule_id_of (GtkWidget *widget)
{
  return g_object_get_data (G_OBJECT (widget), "rule");
}

static void
on_switched (GtkSwitch *toggle, GParamSpec *pspec, MuriAlarmRules *self)
{
  MuriAlarmRule *rule = muri_alarms_find_rule (get_alarms (self), rule_id_of (GTK_WIDGET (toggle)));
  MuriAlarmRuleBody body;

  if (rule == NULL)
    return;
  body = *muri_alarm_rule_get (rule);
  if (body.enabled == gtk_switch_get_active (toggle))
    return;
  body.enabled = gtk_switch_get_active (toggle);
  muri_alarms_set_rule (get_alarms (self), &body, NULL);
}

static void
on_edit (GtkWidget *row, MuriAlarmRules *self)
{
  MuriAlarmRule *rule = muri_alarms_find_rule (get_alarms (self), rule_id_of (row));

  if (rule)
    gtk_window_present (muri_alarm_editor_new (GTK_WINDOW (self), self->fleet, rule));
}

static void
on_add (MuriAlarmRules *self)
{
  gtk_window_present (muri_alarm_editor_new (GTK_WINDOW (self), self->fleet, NULL));
}

static void
on_defaults (MuriAlarmRules *self)
{
  muri_alarms_restore_defaults (get_alarms (self));
}

static GtkWidget *
make_row (MuriAlarmRules *self, MuriAlarmRule *rule)
{
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *toggle = gtk_switch_new ();
  g_autofree char *what = muri_alarm_words_rule (rule);
  g_autofree char *scope = muri_alarm_words_scope (self->fleet, rule);
  g_autofree char *subtitle = g_strdup_printf ("%s · %s", scope, what);
  g_autofree char *escaped = g_markup_escape_text (subtitle, -1);

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), muri_alarm_rule_get_name (rule));
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), escaped);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
  g_object_set_data_full (G_OBJECT (row), "rule", g_strdup (muri_alarm_rule_get_id (rule)), g_free);
  g_object_set_data_full (G_OBJECT (toggle), "rule", g_strdup (muri_alarm_rule_get_id (rule)),
                          g_free);
  gtk_widget_set_valign (toggle, GTK_ALIGN_CENTER);
  gtk_switch_set_active (GTK_SWITCH (toggle), muri_alarm_rule_get (rule)->enabled);
  gtk_accessible_update_property (GTK_ACCESSIBLE (toggle), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  muri_alarm_rule_get_name (rule), -1);
  g_signal_connect (toggle, "notify::active", G_CALLBACK (on_switched), self);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), toggle);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row),
                             gtk_image_new_from_icon_name ("go-next-symbolic"));
  g_signal_connect (row, "activated", G_CALLBACK (on_edit), self);
  return row;
}

/* Somebody has just moved the switch that says so: the row need not be made anew, and keeps the
 * focus. */
static gboolean
is_only_switched (MuriAlarmRules *self, guint position, MuriAlarmRule *rule)
{
  GtkWidget *row = position < self->rows->len ? self->rows->pdata[position] : NULL;
  g_autofree char *what = muri_alarm_words_rule (rule);
  g_autofree char *scope = muri_alarm_words_scope (self->fleet, rule);
  g_autofree char *subtitle = g_strdup_printf ("%s · %s", scope, what);
  g_autofree char *escaped = g_markup_escape_text (subtitle, -1);

  return row
         && g_strcmp0 (adw_preferences_row_get_title (ADW_PREFERENCES_ROW (row)),
                       muri_alarm_rule_get_name (rule))
                == 0
         && g_strcmp0 (adw_action_row_get_subtitle (ADW_ACTION_ROW (row)), escaped) == 0;
}

static void
on_rules_changed (MuriAlarmRules *self, guint position, guint removed, guint added)
{
  GListModel *rules = muri_alarms_get_rules (get_alarms (self));
  g_autoptr (MuriAlarmRule) rule = g_list_model_get_item (rules, position);

  if (removed == 1 && added == 1 && is_only_switched (self, position, rule))
    return;
  for (guint i = 0; i < self->rows->len; i++)
    adw_preferences_group_remove (self->group, self->rows->pdata[i]);
  g_ptr_array_set_size (self->rows, 0);
  for (guint i = 0; i < g_list_model_get_n_items (rules); i++)
    {
      g_autoptr (MuriAlarmRule) each = g_list_model_get_item (rules, i);
      GtkWidget *row = make_row (self, each);

      adw_preferences_group_add (self->group, row);
      g_ptr_array_add (self->rows, row);
    }
}

static const char *const closings[] = { "ask", "always", "never" };

static gboolean
closing_from_setting (GValue *value, GVariant *variant, gpointer user_data)
{
  for (guint i = 0; i < G_N_ELEMENTS (closings); i++)
    if (g_str_equal (closings[i], g_variant_get_string (variant, NULL)))
      g_value_set_uint (value, i);
  return TRUE;
}

static GVariant *
closing_to_setting (const GValue *value, const GVariantType *type, gpointer user_data)
{
  guint i = g_value_get_uint (value);

  return i < G_N_ELEMENTS (closings) ? g_variant_new_string (closings[i]) : NULL;
}

static void
muri_alarm_rules_dispose (GObject *object)
{
  MuriAlarmRules *self = MURI_ALARM_RULES (object);

  g_clear_pointer (&self->rows, g_ptr_array_unref);
  g_clear_object (&self->fleet);
  g_clear_object (&self->settings);
  G_OBJECT_CLASS (muri_alarm_rules_parent_class)->dispose (object);
}

static void
muri_alarm_rules_class_init (MuriAlarmRulesClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = muri_alarm_rules_dispose;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/muri/Muri/ui/muri-alarm-rules.ui");
  gtk_widget_class_bind_template_child (widget_class, MuriAlarmRules, group);
  gtk_widget_class_bind_template_child (widget_class, MuriAlarmRules, closing);
  gtk_widget_class_bind_template_callback (widget_class, on_add);
  gtk_widget_class_bind_template_callback (widget_class, on_defaults);
}

static void
muri_alarm_rules_init (MuriAlarmRules *self)
{
  self->rows = g_ptr_array_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  self->settings = g_settings_new (MURI_APPLICATION_ID);
  g_settings_bind_with_mapping (self->settings, MURI_KEEP_WATCHING, self->closing, "selected",
                                G_SETTINGS_BIND_DEFAULT, closing_from_setting, closing_to_setting,
                                NULL, NULL);
}

GtkWindow *
muri_alarm_rules_new (GtkWindow *parent, MuriFleet *fleet)
{
  MuriAlarmRules *self =
      g_object_new (MURI_TYPE_ALARM_RULES, "transient-for", parent, "modal", TRUE, NULL);
  GListModel *rules = muri_alarms_get_rules (muri_fleet_get_alarms (fleet));

  self->fleet = g_object_ref (fleet);
  g_signal_connect_object (rules, "items-changed", G_CALLBACK (on_rules_changed), self,
                           G_CONNECT_SWAPPED);
  on_rules_changed (self, 0, 0, 0);
  return GTK_WINDOW (self);
}
