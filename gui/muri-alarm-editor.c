/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-config.h"

#include "muri-alarm-editor.h"

#include <glib/gi18n.h>
#include <math.h>

#include "muri-alarm-words.h"
#include "muri-words.h"

struct _MuriAlarmEditor
{
  AdwWindow parent_instance;

  /* Template widgets */
  AdwWindowTitle *heading;
  GtkWidget *save_button;
  GtkWidget *remove_group;
  AdwEntryRow *name_row;
  AdwComboRow *kind_row;
  AdwComboRow *scope_row;
  AdwComboRow *measure_row;
  AdwComboRow *side_row;
  AdwActionRow *threshold_row;
  GtkSpinButton *threshold;
  GtkLabel *unit;
  GtkSpinButton *duration;
  AdwComboRow *severity_row;
  GtkLabel *problem;

  /* Owned */
  MuriFleet *fleet;
  MuriAlarmRule *rule; /* nullable */
  GPtrArray *scopes;   /* char *, as the choices of scope_row */
  GArray *measures;    /* MuriAlarmMeasure, as the choices of measure_row */
  gboolean reading;
};

G_DEFINE_FINAL_TYPE (MuriAlarmEditor, muri_alarm_editor, ADW_TYPE_WINDOW)

static gboolean
wants_hosts (MuriAlarmEditor *self)
{
  return adw_combo_row_get_selected (self->kind_row) == 0;
}

static MuriAlarmMeasure
get_measure (MuriAlarmEditor *self)
{
  guint i = adw_combo_row_get_selected (self->measure_row);

  return i < self->measures->len ? g_array_index (self->measures, MuriAlarmMeasure, i)
                                 : MURI_N_ALARM_MEASURES;
}

static MuriAlarmRuleBody
read_body (MuriAlarmEditor *self)
{
  guint scope = adw_combo_row_get_selected (self->scope_row);
  MuriAlarmRuleBody body = { .enabled = TRUE };

  if (self->rule)
    body = *muri_alarm_rule_get (self->rule);
  body.name = gtk_editable_get_text (GTK_EDITABLE (self->name_row));
  body.hosts = wants_hosts (self);
  body.scope = scope < self->scopes->len ? self->scopes->pdata[scope] : "";
  body.measure = get_measure (self);
  body.above = adw_combo_row_get_selected (self->side_row) == 0;
  body.threshold = gtk_spin_button_get_value (self->threshold)
                   / (body.measure == MURI_ALARM_DISK_LATENCY ? 1000 : 100);
  body.duration = (guint)lround (gtk_spin_button_get_value (self->duration));
  body.severity = adw_combo_row_get_selected (self->severity_row) == 0 ? MURI_SEVERITY_WARNING
                                                                       : MURI_SEVERITY_ERROR;
  return body;
}

static void
check (MuriAlarmEditor *self)
{
  MuriAlarmRuleBody body = read_body (self);
  g_autoptr (GError) error = NULL;
  gboolean good = muri_alarm_rule_check (&body, &error);

  gtk_widget_set_sensitive (self->save_button, good);
  /* An empty entry says for itself what is missing. */
  gtk_label_set_text (self->problem, good || *body.name == '\0' ? "" : error->message);
  gtk_widget_set_visible (GTK_WIDGET (self->problem), !good && *body.name != '\0');
}

static void
on_changed (MuriAlarmEditor *self)
{
  if (!self->reading)
    check (self);
}

/* ---- choices that depend on others ---- */

static void
set_choices (AdwComboRow *row, GPtrArray *names)
{
  g_autoptr (GtkStringList) list = gtk_string_list_new (NULL);

  for (guint i = 0; i < names->len; i++)
    gtk_string_list_append (list, names->pdata[i]);
  adw_combo_row_set_model (row, G_LIST_MODEL (list));
}

static void
fill_measures (MuriAlarmEditor *self)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();

  g_array_set_size (self->measures, 0);
  for (MuriAlarmMeasure i = 0; i < MURI_N_ALARM_MEASURES; i++)
    if (muri_alarm_measure_suits (i, wants_hosts (self)))
      {
        g_array_append_val (self->measures, i);
        g_ptr_array_add (names, (char *)muri_alarm_words_measure (i));
      }
  set_choices (self->measure_row, names);
}

static void
add_groups (MuriAlarmEditor *self, GPtrArray *names, GListModel *groups)
{
  for (guint i = 0; i < g_list_model_get_n_items (groups); i++)
    {
      g_autoptr (MuriGroup) group = g_list_model_get_item (groups, i);
      const char *path = muri_group_get_path (group);

      g_ptr_array_add (self->scopes, g_strconcat ("group:", path, NULL));
      g_ptr_array_add (
          names, g_strdup_printf (wants_hosts (self) ? _ ("Hosts of %s") : _ ("VMs of %s"), path));
      add_groups (self, names, muri_group_get_groups (group));
    }
}

static void
add_hosts (MuriAlarmEditor *self, GPtrArray *names)
{
  GListModel *nodes = muri_fleet_get_nodes (self->fleet);

  for (guint i = 0; i < g_list_model_get_n_items (nodes); i++)
    {
      g_autoptr (MuriNode) node = g_list_model_get_item (nodes, i);

      g_ptr_array_add (self->scopes, g_strconcat ("node:", muri_node_get_id (node), NULL));
      g_ptr_array_add (names, g_strdup (muri_node_get_name (node)));
    }
}

/* A rule about one object, or about a group that is not there now, keeps it as a choice. */
static void
add_own_scope (MuriAlarmEditor *self, GPtrArray *names)
{
  const char *scope = self->rule ? muri_alarm_rule_get (self->rule)->scope : "";

  if (*scope == '\0' || muri_alarm_rule_get (self->rule)->hosts != wants_hosts (self)
      || g_ptr_array_find_with_equal_func (self->scopes, scope, g_str_equal, NULL))
    return;
  g_ptr_array_add (self->scopes, g_strdup (scope));
  g_ptr_array_add (names, muri_alarm_words_scope (self->fleet, self->rule));
}

static void
fill_scopes (MuriAlarmEditor *self)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);

  g_ptr_array_set_size (self->scopes, 0);
  g_ptr_array_add (self->scopes, g_strdup (""));
  g_ptr_array_add (names, g_strdup (wants_hosts (self) ? _ ("All hosts") : _ ("All VMs")));
  add_groups (self, names, muri_groups_get_roots (muri_fleet_get_groups (self->fleet)));
  if (wants_hosts (self))
    add_hosts (self, names);
  add_own_scope (self, names);
  set_choices (self->scope_row, names);
}

static void
update_measure (MuriAlarmEditor *self)
{
  MuriAlarmMeasure measure = get_measure (self);
  gboolean state = measure >= MURI_N_ALARM_MEASURES || muri_alarm_measure_is_state (measure);
  gboolean latency = measure == MURI_ALARM_DISK_LATENCY;

  gtk_widget_set_visible (GTK_WIDGET (self->side_row), !state);
  gtk_widget_set_visible (GTK_WIDGET (self->threshold_row), !state);
  gtk_spin_button_set_range (self->threshold, 0, latency ? 60000 : 100);
  gtk_label_set_text (self->unit, latency ? _ ("ms") : "%");
}

static void
on_kind (MuriAlarmEditor *self)
{
  if (self->reading)
    return;
  self->reading = TRUE;
  fill_measures (self);
  fill_scopes (self);
  update_measure (self);
  self->reading = FALSE;
  check (self);
}

static void
on_measure (MuriAlarmEditor *self)
{
  if (self->reading)
    return;
  update_measure (self);
  check (self);
}

/* ---- reading a rule into the rows, and saving it ---- */

static void
show_rule (MuriAlarmEditor *self)
{
  MuriAlarmRuleBody body = { .name = "",
                             .scope = "",
                             .measure = MURI_ALARM_CPU,
                             .above = TRUE,
                             .threshold = 0.9,
                             .duration = 300,
                             .severity = MURI_SEVERITY_WARNING };

  if (self->rule)
    body = *muri_alarm_rule_get (self->rule);
  self->reading = TRUE;
  gtk_editable_set_text (GTK_EDITABLE (self->name_row), body.name);
  adw_combo_row_set_selected (self->kind_row, body.hosts ? 0 : 1);
  fill_measures (self);
  fill_scopes (self);
  for (guint i = 0; i < self->measures->len; i++)
    if (g_array_index (self->measures, MuriAlarmMeasure, i) == body.measure)
      adw_combo_row_set_selected (self->measure_row, i);
  for (guint i = 0; i < self->scopes->len; i++)
    if (g_str_equal (self->scopes->pdata[i], body.scope))
      adw_combo_row_set_selected (self->scope_row, i);
  update_measure (self);
  adw_combo_row_set_selected (self->side_row, body.above ? 0 : 1);
  gtk_spin_button_set_value (
      self->threshold, body.threshold * (body.measure == MURI_ALARM_DISK_LATENCY ? 1000 : 100));
  gtk_spin_button_set_value (self->duration, body.duration);
  adw_combo_row_set_selected (self->severity_row, body.severity == MURI_SEVERITY_ERROR ? 1 : 0);
  self->reading = FALSE;
  check (self);
}

static void
on_save (MuriAlarmEditor *self)
{
  MuriAlarmRuleBody body = read_body (self);
  g_autoptr (GError) error = NULL;

  if (muri_alarms_set_rule (muri_fleet_get_alarms (self->fleet), &body, &error))
    {
      gtk_window_destroy (GTK_WINDOW (self));
      return;
    }
  gtk_label_set_text (self->problem, error->message);
  gtk_widget_set_visible (GTK_WIDGET (self->problem), TRUE);
}

static void
on_remove (MuriAlarmEditor *self)
{
  muri_alarms_remove_rule (muri_fleet_get_alarms (self->fleet), self->rule);
  gtk_window_destroy (GTK_WINDOW (self));
}

static void
muri_alarm_editor_dispose (GObject *object)
{
  MuriAlarmEditor *self = MURI_ALARM_EDITOR (object);

  self->reading = TRUE;
  gtk_widget_dispose_template (GTK_WIDGET (self), MURI_TYPE_ALARM_EDITOR);
  g_clear_pointer (&self->scopes, g_ptr_array_unref);
  g_clear_pointer (&self->measures, g_array_unref);
  g_clear_object (&self->rule);
  g_clear_object (&self->fleet);
  G_OBJECT_CLASS (muri_alarm_editor_parent_class)->dispose (object);
}

static void
muri_alarm_editor_class_init (MuriAlarmEditorClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = muri_alarm_editor_dispose;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/muri/Muri/ui/muri-alarm-editor.ui");
  gtk_widget_class_bind_template_child (widget_class, MuriAlarmEditor, heading);
  gtk_widget_class_bind_template_child (widget_class, MuriAlarmEditor, save_button);
  gtk_widget_class_bind_template_child (widget_class, MuriAlarmEditor, remove_group);
  gtk_widget_class_bind_template_child (widget_class, MuriAlarmEditor, name_row);
  gtk_widget_class_bind_template_child (widget_class, MuriAlarmEditor, kind_row);
  gtk_widget_class_bind_template_child (widget_class, MuriAlarmEditor, scope_row);
  gtk_widget_class_bind_template_child (widget_class, MuriAlarmEditor, measure_row);
  gtk_widget_class_bind_template_child (widget_class, MuriAlarmEditor, side_row);
  gtk_widget_class_bind_template_child (widget_class, MuriAlarmEditor, threshold_row);
  gtk_widget_class_bind_template_child (widget_class, MuriAlarmEditor, threshold);
  gtk_widget_class_bind_template_child (widget_class, MuriAlarmEditor, unit);
  gtk_widget_class_bind_template_child (widget_class, MuriAlarmEditor, duration);
  gtk_widget_class_bind_template_child (widget_class, MuriAlarmEditor, severity_row);
  gtk_widget_class_bind_template_child (widget_class, MuriAlarmEditor, problem);
  gtk_widget_class_bind_template_callback (widget_class, on_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_kind);
  gtk_widget_class_bind_template_callback (widget_class, on_measure);
  gtk_widget_class_bind_template_callback (widget_class, on_save);
  gtk_widget_class_bind_template_callback (widget_class, on_remove);
}

static void
muri_alarm_editor_init (MuriAlarmEditor *self)
{
  self->scopes = g_ptr_array_new_with_free_func (g_free);
  self->measures = g_array_new (FALSE, FALSE, sizeof (MuriAlarmMeasure));
  self->reading = TRUE;
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWindow *
muri_alarm_editor_new (GtkWindow *parent, MuriFleet *fleet, MuriAlarmRule *rule)
{
  MuriAlarmEditor *self =
      g_object_new (MURI_TYPE_ALARM_EDITOR, "transient-for", parent, "modal", TRUE, NULL);

  self->fleet = g_object_ref (fleet);
  self->rule = rule ? g_object_ref (rule) : NULL;
  adw_window_title_set_title (self->heading, rule ? _ ("Edit Rule") : _ ("New Rule"));
  gtk_widget_set_visible (self->remove_group, rule != NULL);
  show_rule (self);
  gtk_widget_grab_focus (GTK_WIDGET (self->name_row));
  return GTK_WINDOW (self);
}
