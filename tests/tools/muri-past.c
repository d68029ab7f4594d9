/* SPDX-License-Identifier: GPL-3.0-or-later */

/* muri-past DATA_DIR: gives the console that keeps its data there the past of a simulated fleet,
 * for pictures: what the simulated workload of its VMs has been in the last year. The workload is a
 * function of the time, so it goes on where this ends. */

#include <math.h>

#include "agent-workload.h"
#include "muri-figures.h"
#include "muri-fleet-private.h"
#include "muri-history-store.h"
#include "muri-words.h"

#define HOUR (G_GINT64_CONSTANT (3600))
#define DAY (24 * HOUR)

/* So long ago nobody looked, for so long; and the agents had no room for it. */
#define GAP_AGO (101 * DAY)
#define GAP (3 * DAY)

/* Agents count from 1 on. */
#define OWN_NUMBERS (G_GUINT64_CONSTANT (1) << 40)

/* Moments that a slot is made of. */
#define MOMENTS 4

static const gint64 reach[MURI_N_TIERS] = { HOUR, DAY, 7 * DAY, 365 * DAY };

/* ---- a moment of one host ---- */

typedef struct
{
  MuriNode *node;
  GPtrArray *vms;
  MuriRollup *rollups; /* by tier's slot: (1 + VMs) × MURI_N_FIGURES */
} Host;

static AgentWorkloadVm
describe (MuriVm *vm)
{
  const MuriVmFacts *facts = muri_vm_get_facts (vm);

  return (AgentWorkloadVm){ .uuid = *muri_vm_get_uuid (vm),
                            .running = facts->state == MURI_VM_STATE_RUNNING,
                            .vcpus = facts->vcpus,
                            .memory = facts->memory,
                            .disk = facts->n_disks > 0,
                            .net = facts->n_nics > 0 };
}

static gboolean
is_at_work (MuriVm *vm)
{
  guint state = muri_vm_get_facts (vm)->state;

  return state == MURI_VM_STATE_RUNNING || state == MURI_VM_STATE_PAUSED;
}

static void
add_moment (Host *host, gint64 second)
{
  const muri_v1_Node *facts = muri_node_get_facts (host->node);
  g_autofree muri_v1_VmFigures *figures = g_new0 (muri_v1_VmFigures, MAX (host->vms->len, 1));
  muri_v1_NodeFigures node;
  float values[MURI_N_FIGURES];

  for (guint i = 0; i < host->vms->len; i++)
    {
      const AgentWorkloadVm vm = describe (host->vms->pdata[i]);

      agent_workload_vm (&vm, facts->cpus, second * G_USEC_PER_SEC, &figures[i]);
    }
  agent_workload_host (&facts->node, figures, host->vms->len, facts->cpus, facts->memory,
                       second * G_USEC_PER_SEC, &node);
  muri_figures_read_node (&node, values);
  for (guint f = 0; f < MURI_N_FIGURES; f++)
    muri_rollup_add (&host->rollups[f], values[f]);
  for (guint i = 0; i < host->vms->len; i++)
    {
      muri_figures_read_vm (&figures[i], values);
      for (guint f = 0; f < MURI_N_VM_FIGURES; f++)
        muri_rollup_add (&host->rollups[(i + 1) * MURI_N_FIGURES + f], values[f]);
    }
}

/* ---- a tier of one host ---- */

typedef struct
{
  MuriRollup *slots;
  float *values;
  guint n_figures;
} Column;

static void
keep_slot (Host *host, Column *columns, guint slot, guint step)
{
  for (guint i = 0; i <= host->vms->len; i++)
    for (guint f = 0; f < columns[i].n_figures; f++)
      {
        MuriRollup rollup = host->rollups[i * MURI_N_FIGURES + f];
        guint place = slot * columns[i].n_figures + f;

        columns[i].values[place] = rollup.known > 0 ? muri_rollup_get_average (&rollup) : NAN;
        rollup.sum *= rollup.known > 0 ? (double)step / rollup.known : 0;
        rollup.known = rollup.known > 0 ? step : 0;
        columns[i].slots[place] = rollup;
      }
}

static gboolean
is_gap (gint64 second, gint64 now)
{
  return second >= now - GAP_AGO && second < now - GAP_AGO + GAP;
}

static void
fill (Host *host, Column *columns, guint tier, gint64 first, guint n, gint64 now)
{
  const guint step = muri_tiers[tier].step;
  const guint moments = MIN (step, MOMENTS);

  for (guint slot = 0; slot < n; slot++)
    {
      gint64 begin = (first + slot) * step;

      memset (host->rollups, 0, (host->vms->len + 1) * MURI_N_FIGURES * sizeof (MuriRollup));
      for (guint i = 0; i < moments && !is_gap (begin, now); i++)
        add_moment (host, begin + i * step / moments);
      keep_slot (host, columns, slot, step);
    }
}

static void
write_tier (MuriHistoryStore *store, Host *host, const gint64 *ids, guint tier, gint64 now)
{
  const guint step = muri_tiers[tier].step;
  gint64 first = (now - reach[tier]) / step;
  guint n = (guint)(now / step - first);
  g_autofree Column *columns = g_new0 (Column, host->vms->len + 1);

  for (guint i = 0; i <= host->vms->len; i++)
    {
      columns[i].n_figures = i == 0 ? MURI_N_FIGURES : MURI_N_VM_FIGURES;
      columns[i].slots = g_new0 (MuriRollup, (gsize)n * columns[i].n_figures);
      columns[i].values = g_new0 (float, (gsize)n *columns[i].n_figures);
    }
  fill (host, columns, tier, first, n, now);
  for (guint i = 0; i <= host->vms->len; i++)
    {
      const MuriHistorySlots slots = { .object = ids[i],
                                       .n_figures = columns[i].n_figures,
                                       .tier = tier,
                                       .first = first,
                                       .n = n,
                                       .values = tier == 0 ? columns[i].values : NULL,
                                       .rollups = tier == 0 ? NULL : columns[i].slots };
      g_autoptr (GError) error = NULL;

      if (!muri_history_store_write (store, &slots, &error))
        g_error ("%s", error->message);
      g_free (columns[i].slots);
      g_free (columns[i].values);
    }
}

static gint64
number (MuriHistoryStore *store, MuriHistoryTable *table, const MuriTargetKey *key,
        const char *name, const char *node_name)
{
  MuriHistoryObject *object = muri_history_table_ensure (table, key);
  g_autoptr (GError) error = NULL;

  if (object->name == NULL)
    object->name = g_strdup (name);
  if (object->node_name == NULL)
    object->node_name = g_strdup (node_name);
  if (!muri_history_store_save_object (store, table, object, &error))
    g_error ("%s", error->message);
  return object->id;
}

static void
write_host (MuriHistoryStore *store, MuriHistoryTable *table, MuriNode *node, gint64 now)
{
  GListModel *all = muri_node_get_vms (node);
  Host host = { .node = node, .vms = g_ptr_array_new_with_free_func (g_object_unref) };
  MuriTargetKey key = { .node = *muri_node_get_uuid (node) };
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  gint64 id = number (store, table, &key, muri_node_get_name (node), "");

  g_array_append_val (ids, id);
  for (guint i = 0; i < g_list_model_get_n_items (all); i++)
    {
      g_autoptr (MuriVm) vm = g_list_model_get_item (all, i);

      if (!is_at_work (vm))
        continue;
      key.vm = *muri_vm_get_uuid (vm);
      id = number (store, table, &key, muri_vm_get_name (vm), muri_node_get_name (node));
      g_array_append_val (ids, id);
      g_ptr_array_add (host.vms, g_steal_pointer (&vm));
    }
  host.rollups = g_new0 (MuriRollup, (gsize)(host.vms->len + 1) * MURI_N_FIGURES);
  for (guint tier = 0; tier < MURI_N_TIERS; tier++)
    write_tier (store, &host, (const gint64 *)(gpointer)ids->data, tier, now);
  g_free (host.rollups);
  g_ptr_array_unref (host.vms);
}

static void
write_history (MuriFleet *fleet, const char *directory)
{
  g_autofree char *path = g_build_filename (directory, "history.db", NULL);
  g_autofree char *notice = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (MuriHistoryStore) store = muri_history_store_open (path, &notice, &error);
  MuriHistoryTable *table = muri_history_table_new ();
  GListModel *nodes = muri_fleet_get_nodes (fleet);
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;

  if (store == NULL || !muri_history_store_load_objects (store, table, &error)
      || !muri_history_store_begin (store, &error))
    g_error ("%s", error->message);
  for (guint i = 0; i < g_list_model_get_n_items (nodes); i++)
    {
      g_autoptr (MuriNode) node = g_list_model_get_item (nodes, i);

      write_host (store, table, node, now);
    }
  if (!muri_history_store_commit (store, &error))
    g_error ("%s", error->message);
  muri_history_table_free (table);
}

/* ---- what happened ---- */

static void
add_event (GPtrArray *events, MuriVm *vm, guint kind, guint severity, gint64 time)
{
  MuriNode *node = muri_vm_get_node (vm);
  muri_v1_Event sample = { .node = *muri_node_get_uuid (node),
                           .number = OWN_NUMBERS + events->len,
                           .time = time,
                           .kind = kind,
                           .severity = severity,
                           .vm = *muri_vm_get_uuid (vm) };

  g_strlcpy (sample.vm_name, muri_vm_get_name (vm), sizeof sample.vm_name);
  g_ptr_array_add (events, muri_event_new (&sample, muri_node_get_name (node)));
}

/* Every VM is restarted now and then, and some crash. */
static void
write_events (MuriFleet *fleet)
{
  GListModel *vms = muri_fleet_get_vms (fleet);
  GPtrArray *events = g_ptr_array_new_with_free_func (g_object_unref);
  gint64 now = g_get_real_time ();

  for (guint i = 0; i < g_list_model_get_n_items (vms); i++)
    {
      g_autoptr (MuriVm) vm = g_list_model_get_item (vms, i);

      if (!is_at_work (vm))
        continue;
      add_event (events, vm, MURI_EVENT_VM_REBOOTED, MURI_SEVERITY_INFO,
                 now - (gint64)(4 + 7 * i % 18) * G_TIME_SPAN_HOUR);
      for (guint k = 0; k < 4; k++)
        add_event (events, vm, k == 2 ? MURI_EVENT_VM_CRASHED : MURI_EVENT_VM_REBOOTED,
                   k == 2 ? MURI_SEVERITY_ERROR : MURI_SEVERITY_INFO,
                   now - (gint64)(20 + 83 * k + 11 * i % 70) * G_TIME_SPAN_DAY);
    }
  muri_store_write_events (fleet->store, events);
}

static void
on_opened (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;

  if (!muri_fleet_open_finish (MURI_FLEET (source), result, &error))
    {
      g_printerr ("muri-past: %s\n", error->message);
      exit (1);
    }
  g_main_loop_quit (data);
}

int
main (int argc, char **argv)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (MuriFleet) fleet = NULL;

  if (argc != 2)
    {
      g_printerr ("usage: muri-past DATA_DIR\n");
      return 2;
    }
  fleet = muri_fleet_new (argv[1]);
  muri_fleet_open_async (fleet, NULL, on_opened, loop);
  g_main_loop_run (loop);
  write_events (fleet);
  muri_fleet_close (fleet);
  write_history (fleet, argv[1]);
  return 0;
}
