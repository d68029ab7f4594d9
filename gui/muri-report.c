/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-config.h"

#include "muri-report.h"

#include <glib/gi18n.h>

#include "muri-past.h"
#include "muri-uuid.h"

struct _MuriReport
{
  GObject parent_instance;

  /* What was asked for */
  MuriScope *scope;
  gint64 from;
  gint64 to;
  GCancellable *cancellable; /* while it waits for an answer */
  GPtrArray *objects;

  /* The answer */
  GListStore *rows[MURI_N_REPORT_TABLES];
  MuriUsageRow *totals[MURI_N_REPORT_TABLES];
  GListStore *advice;
  char *problem;
};

G_DEFINE_FINAL_TYPE (MuriReport, muri_report, G_TYPE_OBJECT)

static guint changed_signal;

static void
forget_answer (MuriReport *self)
{
  for (guint i = 0; i < MURI_N_REPORT_TABLES; i++)
    {
      g_list_store_remove_all (self->rows[i]);
      g_clear_object (&self->totals[i]);
    }
  g_list_store_remove_all (self->advice);
  g_clear_pointer (&self->problem, g_free);
}

static void
cancel (MuriReport *self)
{
  if (self->cancellable)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->objects, g_ptr_array_unref);
}

static void
muri_report_dispose (GObject *object)
{
  MuriReport *self = MURI_REPORT (object);

  cancel (self);
  forget_answer (self);
  g_clear_object (&self->scope);
  G_OBJECT_CLASS (muri_report_parent_class)->dispose (object);
}

static void
muri_report_finalize (GObject *object)
{
  MuriReport *self = MURI_REPORT (object);

  for (guint i = 0; i < MURI_N_REPORT_TABLES; i++)
    g_object_unref (self->rows[i]);
  g_object_unref (self->advice);
  G_OBJECT_CLASS (muri_report_parent_class)->finalize (object);
}

static void
muri_report_class_init (MuriReportClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = muri_report_dispose;
  G_OBJECT_CLASS (klass)->finalize = muri_report_finalize;
  changed_signal = g_signal_new ("changed", MURI_TYPE_REPORT, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                 NULL, G_TYPE_NONE, 0);
}

static void
muri_report_init (MuriReport *self)
{
  for (guint i = 0; i < MURI_N_REPORT_TABLES; i++)
    self->rows[i] = g_list_store_new (MURI_TYPE_USAGE_ROW);
  self->advice = g_list_store_new (MURI_TYPE_ADVICE);
}

MuriReport *
muri_report_new (void)
{
  return g_object_new (MURI_TYPE_REPORT, NULL);
}

static double
span_of (MuriReport *self)
{
  return (double)(self->to - self->from) / G_USEC_PER_SEC;
}

static void
add_objects (GPtrArray *objects, GListModel *model)
{
  guint n = g_list_model_get_n_items (model);

  for (guint i = 0; i < n; i++)
    g_ptr_array_add (objects, g_list_model_get_item (model, i));
}

/* Its VMs; and of a fleet or a host all hosts, which could take what is on another. */
static GPtrArray *
collect_objects (MuriScope *scope)
{
  GPtrArray *objects = g_ptr_array_new_with_free_func (g_object_unref);
  MuriScopeKind kind = muri_scope_get_kind (scope);

  add_objects (objects, muri_scope_get_vms (scope));
  if (kind == MURI_SCOPE_FLEET || kind == MURI_SCOPE_NODE)
    add_objects (objects, muri_fleet_get_nodes (muri_scope_get_fleet (scope)));
  return objects;
}

static gboolean
is_in_scope (MuriReport *self, gpointer object)
{
  return MURI_IS_VM (object) || MURI_IS_PAST (object)
         || muri_scope_get_kind (self->scope) != MURI_SCOPE_NODE
         || muri_scope_get_node (self->scope) == object;
}

/* ---- tables ---- */

/* Which VMs are somewhere else by now: the others were deleted. */
static gboolean
is_elsewhere (MuriReport *self, MuriPast *past)
{
  GListModel *vms = muri_fleet_get_vms (muri_scope_get_fleet (self->scope));

  for (guint i = 0; i < g_list_model_get_n_items (vms); i++)
    {
      g_autoptr (MuriVm) vm = g_list_model_get_item (vms, i);

      if (muri_uuid_equal (muri_vm_get_uuid (vm), &muri_past_get_key (past)->vm))
        return TRUE;
    }
  return FALSE;
}

static void
add_past_row (MuriReport *self, MuriReportTable table, MuriPast *past, const MuriUsage *usage)
{
  const char *was = muri_past_get_name (past);
  g_autofree char *name = is_elsewhere (self, past)
                              ? g_strdup_printf (C_ ("usage", "%s (moved)"), was)
                              : g_strdup_printf (C_ ("usage", "%s (deleted)"), was);
  g_autoptr (MuriUsageRow) row =
      muri_usage_row_new ("", name, muri_past_is_vm (past) ? muri_past_get_node_name (past) : NULL,
                          usage, span_of (self));

  g_list_store_append (self->rows[table], row);
}

static void
add_row (MuriReport *self, MuriReportTable table, gpointer object, const MuriUsage *usage)
{
  gboolean vm = MURI_IS_VM (object);
  g_autofree char *id = g_strconcat (
      vm ? "vm:" : "node:", vm ? muri_vm_get_id (object) : muri_node_get_id (object), NULL);
  g_autoptr (MuriUsageRow) row = muri_usage_row_new (
      id, vm ? muri_vm_get_name (object) : muri_node_get_name (object),
      vm ? muri_node_get_name (muri_vm_get_node (object)) : NULL, usage, span_of (self));

  g_list_store_append (self->rows[table], row);
}

static void
fill_objects (MuriReport *self, GArray *usages)
{
  MuriUsage sums[2];
  guint n[2] = { 0 };

  muri_usage_init (&sums[MURI_REPORT_VMS]);
  muri_usage_init (&sums[MURI_REPORT_HOSTS]);
  for (guint i = 0; i < usages->len; i++)
    {
      gpointer object = self->objects->pdata[i];
      const MuriUsage *usage = &g_array_index (usages, MuriUsage, i);
      gboolean past = MURI_IS_PAST (object);
      gboolean vm = past ? muri_past_is_vm (object) : MURI_IS_VM (object);
      MuriReportTable table = vm ? MURI_REPORT_VMS : MURI_REPORT_HOSTS;

      if (!is_in_scope (self, object) || (past && usage->known <= 0))
        continue;
      if (past)
        add_past_row (self, table, object, usage);
      else
        add_row (self, table, object, usage);
      muri_usage_add (&sums[table], usage);
      n[table]++;
    }
  for (MuriReportTable table = MURI_REPORT_VMS; table <= MURI_REPORT_HOSTS; table++)
    if (n[table] > 0)
      self->totals[table] = muri_usage_row_new (NULL, C_ ("usage", "All together"), NULL,
                                                &sums[table], span_of (self) * n[table]);
}

/* A group's own line, and those of the groups in it; of VMs that were asked for. */
static void
fill_group (MuriReport *self, MuriGroup *group, GHashTable *usages)
{
  GListModel *vms = muri_group_get_all_vms (group);
  GListModel *groups = muri_group_get_groups (group);
  g_autofree char *id = g_strconcat ("group:", muri_group_get_path (group), NULL);
  g_autoptr (MuriUsageRow) row = NULL;
  MuriUsage sum;
  guint n = 0;

  muri_usage_init (&sum);
  for (guint i = 0; i < g_list_model_get_n_items (vms); i++)
    {
      g_autoptr (MuriVm) vm = g_list_model_get_item (vms, i);
      const MuriUsage *usage = g_hash_table_lookup (usages, vm);

      if (usage == NULL)
        continue;
      muri_usage_add (&sum, usage);
      n++;
    }
  row = muri_usage_row_new (id, muri_group_get_path (group), NULL, &sum, span_of (self) * n);
  if (n > 0)
    g_list_store_append (self->rows[MURI_REPORT_GROUPS], row);
  for (guint i = 0; i < g_list_model_get_n_items (groups); i++)
    {
      g_autoptr (MuriGroup) child = g_list_model_get_item (groups, i);

      fill_group (self, child, usages);
    }
}

static void
fill_groups (MuriReport *self, GArray *usages)
{
  g_autoptr (GHashTable) by_object = g_hash_table_new (NULL, NULL);
  MuriGroup *group = muri_scope_get_group (self->scope);
  GListModel *roots =
      muri_groups_get_roots (muri_fleet_get_groups (muri_scope_get_fleet (self->scope)));

  for (guint i = 0; i < usages->len; i++)
    g_hash_table_insert (by_object, self->objects->pdata[i], &g_array_index (usages, MuriUsage, i));
  if (group)
    fill_group (self, group, by_object);
  for (guint i = 0; !group && i < g_list_model_get_n_items (roots); i++)
    {
      g_autoptr (MuriGroup) root = g_list_model_get_item (roots, i);

      fill_group (self, root, by_object);
    }
}

/* ---- advice ---- */

static void
fill_advice (MuriReport *self, GArray *usages)
{
  g_autoptr (GArray) inputs = g_array_new (FALSE, FALSE, sizeof (MuriAdviceInput));
  g_autoptr (GPtrArray) found = NULL;

  for (guint i = 0; i < usages->len; i++)
    {
      MuriAdviceInput input = { self->objects->pdata[i], g_array_index (usages, MuriUsage, i) };

      if (!MURI_IS_PAST (input.object))
        g_array_append_val (inputs, input);
    }
  found = muri_advice_find (inputs, span_of (self));
  for (guint i = 0; i < found->len; i++)
    if (is_in_scope (self, muri_advice_get_object (found->pdata[i])))
      g_list_store_append (self->advice, found->pdata[i]);
}

static void
on_answer (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (MuriReport) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) usages = muri_usage_finish (result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  forget_answer (self);
  if (usages)
    {
      fill_objects (self, usages);
      fill_groups (self, usages);
      fill_advice (self, usages);
    }
  else
    self->problem = g_strdup (error->message);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->objects, g_ptr_array_unref);
  g_signal_emit (self, changed_signal, 0);
}

/* Those that are not there any more, of the fleet or of the host: of groups nobody knows what was
 * in them. */
static void
add_deleted (MuriReport *self, GPtrArray *past)
{
  MuriFleet *fleet = muri_scope_get_fleet (self->scope);
  MuriNode *node = muri_scope_get_node (self->scope);

  for (guint i = 0; i < past->len; i++)
    {
      const char *id = muri_past_get_id (past->pdata[i]);

      if (muri_fleet_find_vm (fleet, id) || muri_fleet_find_node (fleet, id))
        continue;
      if (node
          && !muri_uuid_equal (muri_node_get_uuid (node),
                               &muri_past_get_key (past->pdata[i])->node))
        continue;
      g_ptr_array_add (self->objects, g_object_ref (past->pdata[i]));
    }
}

static void
on_listed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (MuriReport) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) past = muri_history_list_finish (MURI_HISTORY (source), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (past)
    add_deleted (self, past);
  muri_usage_async (MURI_HISTORY (source), self->objects, self->from, self->to, self->cancellable,
                    on_answer, g_object_ref (self));
}

void
muri_report_ask (MuriReport *self, MuriScope *scope, gint64 from, gint64 to)
{
  MuriScopeKind kind;
  MuriHistory *history;

  g_return_if_fail (MURI_IS_REPORT (self));
  g_return_if_fail (scope == NULL || to > from);

  cancel (self);
  if (!muri_scope_equal (self->scope, scope))
    forget_answer (self);
  g_set_object (&self->scope, scope);
  self->from = from;
  self->to = to;
  if (scope)
    {
      self->cancellable = g_cancellable_new ();
      self->objects = collect_objects (scope);
      history = muri_fleet_get_history (muri_scope_get_fleet (scope));
      kind = muri_scope_get_kind (scope);
      if (kind == MURI_SCOPE_FLEET || kind == MURI_SCOPE_NODE)
        muri_history_list_async (history, from, to, self->cancellable, on_listed,
                                 g_object_ref (self));
      else
        muri_usage_async (history, self->objects, from, to, self->cancellable, on_answer,
                          g_object_ref (self));
    }
  g_signal_emit (self, changed_signal, 0);
}

gboolean
muri_report_is_busy (MuriReport *self)
{
  g_return_val_if_fail (MURI_IS_REPORT (self), FALSE);

  return self->cancellable != NULL;
}

const char *
muri_report_get_problem (MuriReport *self)
{
  g_return_val_if_fail (MURI_IS_REPORT (self), NULL);

  return self->problem;
}

gint64
muri_report_get_from (MuriReport *self)
{
  g_return_val_if_fail (MURI_IS_REPORT (self), 0);

  return self->from;
}

gint64
muri_report_get_to (MuriReport *self)
{
  g_return_val_if_fail (MURI_IS_REPORT (self), 0);

  return self->to;
}

GListModel *
muri_report_get_rows (MuriReport *self, MuriReportTable table)
{
  g_return_val_if_fail (MURI_IS_REPORT (self), NULL);

  return G_LIST_MODEL (self->rows[table]);
}

MuriUsageRow *
muri_report_get_total (MuriReport *self, MuriReportTable table)
{
  g_return_val_if_fail (MURI_IS_REPORT (self), NULL);

  return self->totals[table];
}

GListModel *
muri_report_get_advice (MuriReport *self)
{
  g_return_val_if_fail (MURI_IS_REPORT (self), NULL);

  return G_LIST_MODEL (self->advice);
}
