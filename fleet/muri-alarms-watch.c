/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-alarms-private.h"

#include "muri-model.h"
#include "muri-words.h"

#include <math.h>
#include <string.h>

#define STEP G_TIME_SPAN_SECOND

/* libvirt's reason of a VM that is off because it crashed: VIR_DOMAIN_SHUTOFF_CRASHED */
#define REASON_CRASHED 3

/* ---- what is measured ---- */

static double
divide (double used, double size)
{
  return size > 0 ? used / size : NAN;
}

static double
measure_node_state (MuriAlarmMeasure measure, MuriNode *node)
{
  MuriNodeState state = muri_node_get_state (node);

  if (measure == MURI_ALARM_UNREACHABLE)
    return state == MURI_NODE_UNREACHABLE;
  if (state == MURI_NODE_UNREACHABLE || state == MURI_NODE_STOPPED)
    return NAN;
  return state == MURI_NODE_HYPERVISOR_DOWN;
}

double
muri_alarm_measure_node (MuriAlarmMeasure measure, MuriNode *node)
{
  switch (measure)
    {
    case MURI_ALARM_CPU:
      return muri_node_get_figure (node, MURI_FIGURE_CPU);
    case MURI_ALARM_MEMORY:
      return divide (muri_node_get_figure (node, MURI_FIGURE_MEMORY),
                     (double)muri_node_get_facts (node)->memory * 1024);
    case MURI_ALARM_STORAGE:
      return divide (muri_node_get_figure (node, MURI_FIGURE_STORAGE),
                     muri_node_get_figure (node, MURI_FIGURE_STORAGE_SIZE));
    case MURI_ALARM_IOWAIT:
      return muri_node_get_figure (node, MURI_FIGURE_IOWAIT);
    case MURI_ALARM_STEAL:
      return muri_node_get_figure (node, MURI_FIGURE_STEAL);
    case MURI_ALARM_PRESSURE_CPU:
      return muri_node_get_figure (node, MURI_FIGURE_PRESSURE_CPU);
    case MURI_ALARM_PRESSURE_MEMORY:
      return muri_node_get_figure (node, MURI_FIGURE_PRESSURE_MEMORY);
    case MURI_ALARM_PRESSURE_IO:
      return muri_node_get_figure (node, MURI_FIGURE_PRESSURE_IO);
    case MURI_ALARM_DISK_LATENCY:
      return muri_node_get_figure (node, MURI_FIGURE_DISK_LATENCY);
    default:
      return measure_node_state (measure, node);
    }
}

static gboolean
has_crashed (MuriVm *vm)
{
  guint state = muri_vm_get_state (vm);

  return state == MURI_VM_STATE_CRASHED
         || (state == MURI_VM_STATE_OFF && muri_vm_get_facts (vm)->reason == REASON_CRASHED);
}

/* A VM that does not run has no figures, and that is known. */
static double
measure_vm_figure (MuriAlarmMeasure measure, MuriVm *vm)
{
  double value = muri_vm_get_figure (vm, measure == MURI_ALARM_CPU      ? MURI_FIGURE_CPU
                                         : measure == MURI_ALARM_MEMORY ? MURI_FIGURE_MEMORY
                                                                        : MURI_FIGURE_DISK_LATENCY);

  if (isnan (value))
    return muri_vm_get_state (vm) == MURI_VM_STATE_OFF ? 0 : NAN;
  return measure == MURI_ALARM_MEMORY
             ? divide (value, (double)muri_vm_get_facts (vm)->memory * 1024)
             : value;
}

double
muri_alarm_measure_vm (MuriAlarmMeasure measure, MuriVm *vm)
{
  if (!muri_vm_is_known (vm))
    return NAN;
  switch (measure)
    {
    case MURI_ALARM_CRASHED:
      return has_crashed (vm);
    case MURI_ALARM_UNANSWERED:
      return muri_vm_get_facts (vm)->unanswered != 0;
    default:
      return measure_vm_figure (measure, vm);
    }
}

/* ---- what a rule is about ---- */

static void
add_all (GPtrArray *objects, GListModel *list)
{
  const guint n = g_list_model_get_n_items (list);

  if (MURI_IS_MODEL (list))
    {
      muri_model_list (MURI_MODEL (list), objects);
      return;
    }
  for (guint i = 0; i < n; i++)
    g_ptr_array_add (objects, g_list_model_get_item (list, i));
}

static void
add_group_nodes (GPtrArray *objects, MuriGroup *group)
{
  GListModel *groups = muri_group_get_groups (group);

  add_all (objects, muri_group_get_nodes (group));
  for (guint i = 0; i < g_list_model_get_n_items (groups); i++)
    {
      g_autoptr (MuriGroup) child = g_list_model_get_item (groups, i);

      add_group_nodes (objects, child);
    }
}

static void
add_group (MuriAlarms *self, const char *path, gboolean hosts, GPtrArray *objects)
{
  MuriGroup *group = muri_groups_find (self->groups, path);

  if (group != NULL && hosts)
    add_group_nodes (objects, group);
  else if (group != NULL)
    add_all (objects, muri_group_get_all_vms (group));
}

static void
add_one (GListModel *list, const char *id, gboolean hosts, GPtrArray *objects)
{
  for (guint i = 0; i < g_list_model_get_n_items (list); i++)
    {
      g_autoptr (GObject) object = g_list_model_get_item (list, i);

      if (MURI_IS_VM (object) && g_str_equal (muri_vm_get_id (MURI_VM (object)), id))
        g_ptr_array_add (objects, g_steal_pointer (&object));
      else if (MURI_IS_NODE (object) && g_str_equal (muri_node_get_id (MURI_NODE (object)), id))
        {
          if (hosts)
            g_ptr_array_add (objects, g_steal_pointer (&object));
          else
            add_all (objects, muri_node_get_vms (MURI_NODE (object)));
        }
    }
}

/* Several rules are about all: within a pass they share one list. */
static GPtrArray *
list_all (MuriAlarms *self, gboolean hosts)
{
  GPtrArray **list = hosts ? &self->all_nodes : &self->all_vms;

  if (*list == NULL)
    {
      *list = g_ptr_array_new_with_free_func (g_object_unref);
      add_all (*list, hosts ? self->nodes : self->vms);
    }
  return g_ptr_array_ref (*list);
}

static void
forget_all (MuriAlarms *self)
{
  g_clear_pointer (&self->all_nodes, g_ptr_array_unref);
  g_clear_pointer (&self->all_vms, g_ptr_array_unref);
}

static GPtrArray *
list_objects (MuriAlarms *self, const MuriAlarmRuleBody *body)
{
  GPtrArray *objects;

  if (*body->scope == '\0')
    return list_all (self, body->hosts);
  objects = g_ptr_array_new_with_free_func (g_object_unref);
  if (g_str_has_prefix (body->scope, "group:"))
    add_group (self, body->scope + strlen ("group:"), body->hosts, objects);
  else if (g_str_has_prefix (body->scope, "node:"))
    add_one (self->nodes, body->scope + strlen ("node:"), body->hosts, objects);
  else
    add_one (self->vms, body->scope + strlen ("vm:"), FALSE, objects);
  return objects;
}

static gpointer
copy_reference (gconstpointer object, gpointer data)
{
  return g_object_ref ((gpointer)object);
}

void
muri_alarms_list_objects (MuriAlarms *self, MuriAlarmRule *rule, GPtrArray *objects)
{
  g_autoptr (GPtrArray) listed = list_objects (self, muri_alarm_rule_get (rule));

  forget_all (self);
  g_ptr_array_extend (objects, listed, copy_reference, NULL);
}

/* ---- a pass ---- */

typedef struct
{
  MuriAlarms *self;
  MuriAlarmPost *post;
  gint64 time;
} Pass;

static const char *
id_of (gpointer object)
{
  return MURI_IS_NODE (object) ? muri_node_get_id (object) : muri_vm_get_id (object);
}

static MuriAlarm *
take_restored (MuriAlarms *self, MuriAlarmRule *rule, gpointer object)
{
  g_autofree char *key = NULL;
  g_autofree char *own = NULL;
  gpointer alarm = NULL;

  if (g_hash_table_size (self->restored) == 0)
    return NULL;
  key = g_strdup_printf ("%s %s", muri_alarm_rule_get_id (rule), id_of (object));
  g_hash_table_steal_extended (self->restored, key, (gpointer *)&own, &alarm);
  return alarm;
}

/* One is only kept of what is on its way: most objects have none. */
static MuriAlarmWatch *
find_watch (const Pass *pass, gpointer object, double value)
{
  MuriAlarmRule *rule = pass->post->rule;
  MuriAlarmWatch *watch = g_hash_table_lookup (pass->post->watches, object);
  MuriAlarm *restored;

  if (watch != NULL)
    return watch;
  restored = take_restored (pass->self, rule, object);
  if (restored == NULL)
    {
      MuriAlarmState probe = { 0 };
      gint64 after = (gint64)muri_alarm_rule_get (rule)->duration * G_TIME_SPAN_SECOND;

      /* Without a duration it would be raised already. */
      if (after > 0)
        muri_alarm_judge (rule, &probe, value, pass->time, STEP);
      else
        probe.since = isnan (value) || value <= muri_alarm_rule_get_end (rule) ? 0 : pass->time;
      if (probe.since == 0)
        return NULL;
    }
  watch = g_new0 (MuriAlarmWatch, 1);
  if (restored != NULL)
    {
      watch->alarm = restored;
      watch->state.raised = TRUE;
      watch->state.since = muri_alarm_get_since (restored);
      watch->state.peak = muri_alarm_get_peak (restored);
    }
  g_hash_table_insert (pass->post->watches, g_object_ref (object), watch);
  return watch;
}

static gint64
to_epoch (const Pass *pass, gint64 moment)
{
  return g_get_real_time () - (pass->time - moment);
}

/* The console may have begun to look later than it began to be so. */
static gint64
find_since (const Pass *pass, gpointer object, gint64 moment)
{
  gint64 since = 0;

  switch (muri_alarm_rule_get (pass->post->rule)->measure)
    {
    case MURI_ALARM_UNREACHABLE:
    case MURI_ALARM_HYPERVISOR_DOWN:
      since = muri_node_get_since (object);
      break;
    case MURI_ALARM_CRASHED:
      since = muri_vm_get_facts (object)->since;
      break;
    case MURI_ALARM_UNANSWERED:
      since = muri_vm_get_facts (object)->unanswered;
      break;
    default:
      break;
    }
  return since > 0 ? MIN (since, to_epoch (pass, moment)) : to_epoch (pass, moment);
}

static void
judge (const Pass *pass, gpointer object, double value)
{
  MuriAlarmRule *rule = pass->post->rule;
  MuriAlarmWatch *watch = find_watch (pass, object, value);

  if (watch == NULL)
    return;
  watch->pass = pass->self->pass;
  switch (muri_alarm_judge (rule, &watch->state, value, pass->time, STEP))
    {
    case MURI_ALARM_BEGINS:
      muri_alarms_begin (pass->self, rule, watch, object,
                         find_since (pass, object, watch->state.since));
      break;
    case MURI_ALARM_ENDS:
      muri_alarms_end (pass->self, watch, to_epoch (pass, watch->state.ending));
      break;
    default:
      if (watch->alarm != NULL)
        muri_alarm_set_peak (watch->alarm, watch->state.peak);
    }
  if (muri_alarm_state_is_idle (&watch->state))
    g_hash_table_remove (pass->post->watches, object);
}

static void
judge_scope (const Pass *pass)
{
  const MuriAlarmRuleBody *body = muri_alarm_rule_get (pass->post->rule);
  g_autoptr (GPtrArray) objects = list_objects (pass->self, body);

  if (objects->len > 0 && MURI_IS_NODE (objects->pdata[0]))
    for (guint i = 0; i < objects->len; i++)
      judge (pass, objects->pdata[i], muri_alarm_measure_node (body->measure, objects->pdata[i]));
  else
    for (guint i = 0; i < objects->len; i++)
      judge (pass, objects->pdata[i], muri_alarm_measure_vm (body->measure, objects->pdata[i]));
}

/* Those that were not met: deleted, or no longer in the group. */
static void
drop_unseen (const Pass *pass)
{
  GHashTableIter iter;
  gpointer watch;

  g_hash_table_iter_init (&iter, pass->post->watches);
  while (g_hash_table_iter_next (&iter, NULL, &watch))
    if (((MuriAlarmWatch *)watch)->pass != pass->self->pass)
      {
        if (((MuriAlarmWatch *)watch)->alarm != NULL)
          muri_alarms_end (pass->self, watch, g_get_real_time ());
        g_hash_table_iter_remove (&iter);
      }
}

/* Their rule or their object went while no console ran. */
static void
end_restored (MuriAlarms *self)
{
  GHashTableIter iter;
  gpointer alarm;

  g_hash_table_iter_init (&iter, self->restored);
  while (g_hash_table_iter_next (&iter, NULL, &alarm))
    {
      MuriAlarmWatch watch = { .alarm = g_object_ref (alarm) };

      muri_alarms_end (self, &watch, g_get_real_time ());
    }
  g_hash_table_remove_all (self->restored);
}

static void
show (MuriAlarms *self)
{
  g_autoptr (GPtrArray) begun = g_steal_pointer (&self->begun);

  self->begun = g_ptr_array_new_with_free_func (g_object_unref);
  if (!self->changed)
    return;
  self->changed = FALSE;
  muri_alarms_count (self);
  for (guint i = begun->len; i > 0; i--)
    if (muri_alarm_is_muted (begun->pdata[i - 1]))
      g_ptr_array_remove_index (begun, i - 1);
  if (begun->len > 0)
    g_signal_emit_by_name (self, "raised", begun);
}

void
muri_alarms_pass (MuriAlarms *self, gint64 time, gboolean silent)
{
  self->pass++;
  for (guint i = 0; i < self->posts->len; i++)
    {
      const Pass pass = { self, self->posts->pdata[i], time };
      const MuriAlarmRuleBody *body = muri_alarm_rule_get (pass.post->rule);

      if (silent && body->measure == MURI_ALARM_UNREACHABLE)
        continue;
      if (body->enabled)
        judge_scope (&pass);
      drop_unseen (&pass);
    }
  forget_all (self);
  if (!silent)
    end_restored (self);
  show (self);
}
