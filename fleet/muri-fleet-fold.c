/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-fleet-private.h"

#include "muri-uuid.h"
#include "muri-words.h"

#include <glib/gi18n-lib.h>

/* So long after joining nobody is called silent. */
#define SILENCE_AFTER (5 * G_TIME_SPAN_SECOND)

/* A fleet of which more VMs come in a second is not all there. */
#define COMING 500

/* ---- nodes ---- */

MuriNode *
muri_fleet_lookup_node (MuriFleet *self, const muri_v1_Uuid *uuid)
{
  return g_hash_table_lookup (self->nodes_by_uuid, uuid);
}

static void
record_node (MuriFleet *self, MuriNode *node)
{
  const guint n = g_hash_table_size (self->nodes_by_uuid);
  GHashTableIter iter;
  gpointer other;

  if (n < MURI_RECORD_NODES_UP_TO)
    muri_node_record (node);
  if (n != MURI_RECORD_NODES_UP_TO)
    return;
  g_hash_table_iter_init (&iter, self->nodes_by_uuid);
  while (g_hash_table_iter_next (&iter, NULL, &other))
    muri_node_record_if_asked (other);
}

static void
record_vm (MuriFleet *self, MuriVm *vm)
{
  const guint n = self->n_vms++;
  GHashTableIter iter;
  gpointer node;

  if (n < MURI_RECORD_ALL_UP_TO)
    muri_vm_record (vm);
  if (n != MURI_RECORD_ALL_UP_TO)
    return;
  g_hash_table_iter_init (&iter, self->nodes_by_uuid);
  while (g_hash_table_iter_next (&iter, NULL, &node))
    {
      g_autoptr (GPtrArray) vms = muri_node_list_vms (node);

      for (guint i = 0; i < vms->len; i++)
        muri_vm_record_if_asked (g_ptr_array_index (vms, i));
    }
}

MuriNode *
muri_fleet_ensure_node (MuriFleet *self, const muri_v1_Uuid *uuid)
{
  MuriNode *node = muri_fleet_lookup_node (self, uuid);

  if (node != NULL)
    return node;

  node = muri_node_new (uuid);
  record_node (self, node);
  g_hash_table_insert (self->nodes_by_uuid, (gpointer)muri_node_get_uuid (node), node);
  return node;
}

void
muri_fleet_touch (MuriFleet *self, MuriNode *node)
{
  g_hash_table_add (self->touched, node);
}

void
muri_fleet_note_node (MuriFleet *self, MuriNode *node)
{
  const MuriTargetKey key = { .node = *muri_node_get_uuid (node) };

  muri_history_note (self->history, &key, muri_node_get_name (node), "",
                     muri_node_get_facts (node)->cpus);
}

/* History asks its agent for what was missed when it comes, or comes back. */
static void
note_agent (MuriFleet *self, MuriNode *node)
{
  const muri_v1_Node *facts = muri_node_get_facts (node);
  MuriNodeState state = muri_node_get_state (node);
  gboolean up = state == MURI_NODE_UP || state == MURI_NODE_HYPERVISOR_DOWN;

  const MuriHttpHost host = { *muri_node_get_uuid (node), muri_node_get_name (node), facts->address,
                              up ? facts->http_port : 0, facts->http_tls };

  if (state != MURI_NODE_STALE)
    muri_history_set_agent (self->history, &host);
}

void
muri_fleet_note_vm (MuriFleet *self, MuriVm *vm)
{
  MuriNode *node = muri_vm_get_node (vm);
  const MuriTargetKey key = { *muri_node_get_uuid (node), *muri_vm_get_uuid (vm) };

  muri_history_note (self->history, &key, muri_vm_get_name (vm), muri_node_get_name (node), 0);
}

/* Shows a node that has its facts now, with the VMs that came before it. */
void
muri_fleet_show_node (MuriFleet *self, MuriNode *node)
{
  g_autoptr (GPtrArray) vms = muri_node_list_vms (node);

  muri_model_append (self->nodes, node);
  for (guint i = 0; i < vms->len; i++)
    muri_model_append (self->vms, g_ptr_array_index (vms, i));
}

static void
remove_vms (MuriFleet *self, MuriNode *node, GPtrArray *vms)
{
  if (vms->len == 0)
    return;

  for (guint i = 0; i < vms->len; i++)
    {
      MuriVm *vm = g_ptr_array_index (vms, i);
      const MuriTargetKey key = { *muri_node_get_uuid (node), *muri_vm_get_uuid (vm) };

      muri_fleet_save_removal (self, vm, &key);
    }
  muri_model_remove (self->vms, vms);
  muri_node_remove_vms (node, vms);
  for (guint i = 0; i < vms->len; i++)
    muri_groups_remove (self->groups, g_ptr_array_index (vms, i));
  muri_fleet_remove_smart_vms (self, vms);
  self->n_vms -= vms->len;
  muri_fleet_touch (self, node);
}

void
muri_fleet_remove_node (MuriFleet *self, MuriNode *node)
{
  g_autoptr (GPtrArray) vms = muri_node_list_vms (node);
  g_autoptr (GPtrArray) nodes = g_ptr_array_new_with_free_func (g_object_unref);
  const MuriTargetKey key = { .node = *muri_node_get_uuid (node) };

  g_ptr_array_add (nodes, g_object_ref (node));
  remove_vms (self, node, vms);
  muri_fleet_remove_templates_of_node (self, node);
  g_hash_table_remove (self->touched, node);
  g_hash_table_remove (self->lost, muri_node_get_uuid (node));
  muri_groups_remove (self->groups, node);
  muri_fleet_save_removal (self, node, &key);
  muri_model_remove (self->nodes, nodes);
  g_hash_table_remove (self->nodes_by_uuid, muri_node_get_uuid (node));
  self->counts_changed = TRUE;
  muri_fleet_count (self);
}

/* Whether a host's name or state, which its VMs' depend on, is another now. */
static void
update_node (MuriFleet *self, MuriNode *node, gint64 now)
{
  MuriNodeState before = muri_node_get_state (node);

  gboolean changed = muri_node_update (node, now);

  note_agent (self, node);
  if (!changed)
    return;
  muri_fleet_note_state (self, node, before);
  muri_fleet_update_templates_of_node (self, node);
  self->figures_changed = TRUE;
  self->counts_changed = TRUE;
  muri_fleet_update_smart_of_node (self, node);
}

/* What history calls the host of its VMs. */
static void
note_vms (MuriFleet *self, MuriNode *node)
{
  g_autoptr (GPtrArray) vms = muri_node_list_vms (node);

  for (guint i = 0; i < vms->len; i++)
    muri_fleet_note_vm (self, g_ptr_array_index (vms, i));
}

static void
set_node_facts (MuriFleet *self, MuriNode *node, MuriFacts *facts, guint zone)
{
  g_autofree char *before =
      muri_node_has_facts (node) ? g_strdup (muri_node_get_name (node)) : NULL;

  muri_node_set_facts (node, facts, zone);
  muri_fleet_note_node (self, node);
  if (g_strcmp0 (before, muri_node_get_name (node)) != 0)
    note_vms (self, node);
  muri_fleet_update_smart_of_node (self, node);
}

static void
fold_node (MuriFleet *self, guint zone, MuriChange *change, gint64 time)
{
  const muri_v1_Node *sample = change->sample;
  MuriNode *node = muri_fleet_lookup_node (self, &sample->node);
  gpointer stolen;
  gboolean shown;

  if (change->life == MURI_LIFE_DISPOSED)
    {
      if (node != NULL)
        muri_fleet_remove_node (self, node);
      return;
    }
  if (node == NULL && !change->valid)
    return;

  node = muri_fleet_ensure_node (self, &sample->node);
  shown = muri_node_has_facts (node);
  if (change->valid)
    {
      muri_change_steal_sample (change, &stolen);
      set_node_facts (self, node, muri_facts_new (MURI_TOPIC_NODE, stolen), zone);
    }
  if (change->life == MURI_LIFE_ALIVE)
    muri_node_hear (node, time, change->received);
  else
    muri_node_lose (node, change->received);
  if (!shown)
    muri_fleet_show_node (self, node);
  muri_groups_update_node (self->groups, node);
  muri_fleet_save (self, node);
  muri_fleet_touch (self, node);
}

/* ---- VMs ---- */

MuriVm *
muri_fleet_add_vm (MuriFleet *self, MuriNode *node, MuriFacts *facts)
{
  g_autoptr (MuriVm) vm = muri_vm_new (node, facts);

  record_vm (self, vm);
  muri_node_add_vm (node, vm);
  if (muri_node_has_facts (node))
    muri_model_append (self->vms, vm);
  muri_vm_set_pending (vm, muri_fleet_pending_verb (self, vm));
  return vm;
}

static void
fold_vm (MuriFleet *self, MuriChange *change)
{
  const muri_v1_Vm *sample = change->sample;
  MuriNode *node = muri_fleet_ensure_node (self, &sample->node);
  MuriVm *vm = muri_node_find_vm (node, &sample->vm);
  gboolean news = FALSE;

  if (change->life == MURI_LIFE_DISPOSED)
    {
      g_autoptr (GPtrArray) vms = g_ptr_array_new_with_free_func (g_object_unref);

      if (vm != NULL)
        g_ptr_array_add (vms, g_object_ref (vm));
      remove_vms (self, node, vms);
      return;
    }

  if (change->valid)
    {
      MuriFacts *facts = muri_facts_new_vm (sample);

      news = vm == NULL || muri_vm_set_facts (vm, facts);
      if (vm == NULL)
        vm = muri_fleet_add_vm (self, node, facts);
    }
  /* Of an agent that died and is back before that was noticed: what its new life does not have. */
  if (vm != NULL)
    muri_vm_set_live (vm, change->life == MURI_LIFE_ALIVE);
  if (news)
    {
      muri_fleet_note_vm (self, vm);
      muri_fleet_save (self, vm);
      muri_groups_update_vm (self->groups, vm);
      muri_fleet_update_smart (self, vm);
    }
  muri_fleet_touch (self, node);
}

/* What was known of a node from an earlier time and does not exist any more: the node is there,
 * and has told of as many VMs as it says that it has. */
static void
reconcile (MuriFleet *self, MuriNode *node)
{
  g_autoptr (GPtrArray) vms = NULL;
  g_autoptr (GPtrArray) gone = NULL;
  const muri_v1_Node *facts = muri_node_get_facts (node);

  if (!muri_node_is_live (node))
    return;

  vms = muri_node_list_vms (node);
  gone = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < vms->len; i++)
    if (!muri_vm_is_live (g_ptr_array_index (vms, i)))
      g_ptr_array_add (gone, g_object_ref (g_ptr_array_index (vms, i)));

  if (gone->len > 0 && vms->len - gone->len == facts->vms
      && facts->connection == MURI_CONNECTION_UP)
    remove_vms (self, node, gone);
}

/* ---- samples, events ---- */

/* History's thread has the sample after this. */
static void
fold_sample (MuriFleet *self, MuriChange *change, gint64 time, GArray *samples)
{
  const muri_v1_Sample *sample = change->sample;
  MuriNode *node = muri_fleet_lookup_node (self, &sample->node);
  MuriHistorySample kept;

  if (node == NULL || !change->valid || change->life != MURI_LIFE_ALIVE)
    return;

  if (muri_node_take_sample (node, sample, time, change->received))
    self->figures_changed = TRUE;
  if (muri_node_get_state (node) != MURI_NODE_UP)
    muri_fleet_touch (self, node);

  kept.time = time;
  muri_change_steal_sample (change, (gpointer *)&kept.sample);
  g_array_append_val (samples, kept);
}

static void
fold_event (MuriFleet *self, const MuriChange *change)
{
  const muri_v1_Event *sample = change->sample;
  const MuriEventKey key = { sample->node, sample->number };
  MuriNode *node = muri_fleet_lookup_node (self, &sample->node);
  MuriEvent *event;

  if (!change->valid || muri_fleet_is_own_event (sample->number, sample->kind)
      || g_hash_table_contains (self->events_by_key, &key))
    return;

  event = muri_event_new (sample, node != NULL ? muri_node_get_name (node) : "");
  g_hash_table_add (self->events_by_key, (gpointer)muri_event_get_key (event));
  g_ptr_array_add (self->new_events, event);
}

static void
forget_events (MuriFleet *self, guint first)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->events));

  for (guint i = first; i < n; i++)
    {
      g_autoptr (MuriEvent) event = g_list_model_get_item (G_LIST_MODEL (self->events), i);

      g_hash_table_remove (self->events_by_key, muri_event_get_key (event));
    }
  if (n > first)
    g_list_store_splice (self->events, first, n - first, NULL, 0);
}

static int
compare_events (gconstpointer a, gconstpointer b)
{
  return muri_event_compare (*(gpointer const *)a, *(gpointer const *)b, NULL);
}

/* Events of a moment mostly are newer than all that are there: one insertion in front. */
static void
show_events (MuriFleet *self)
{
  GPtrArray *new = self->new_events;
  g_autoptr (MuriEvent) newest = g_list_model_get_item (G_LIST_MODEL (self->events), 0);

  if (new->len == 0)
    return;

  g_ptr_array_sort (new, compare_events);
  muri_fleet_save_events (self, new);
  if (newest == NULL || muri_event_compare (new->pdata[new->len - 1], newest, NULL) < 0)
    g_list_store_splice (self->events, 0, 0, new->pdata, new->len);
  else
    for (guint i = 0; i < new->len; i++)
      g_list_store_insert_sorted (self->events, new->pdata[i], muri_event_compare, NULL);
  muri_alarms_take_events (self->alarms, new);
  g_ptr_array_set_size (new, 0);
  forget_events (self, MURI_EVENTS_MAX);
}

/* ---- batches ---- */

void
muri_fleet_settle (MuriFleet *self)
{
  gint64 now = g_get_monotonic_time ();
  GHashTableIter iter;
  gpointer node;

  g_hash_table_iter_init (&iter, self->touched);
  while (g_hash_table_iter_next (&iter, &node, NULL))
    update_node (self, node, now);

  if (g_hash_table_size (self->touched) > 0)
    self->counts_changed = TRUE;
  muri_model_flush (self->nodes);
  g_hash_table_iter_init (&iter, self->touched);
  while (g_hash_table_iter_next (&iter, &node, NULL))
    muri_node_flush (node);
  g_hash_table_remove_all (self->touched);
  muri_model_flush (self->vms);
  muri_model_flush (self->templates);
  muri_fleet_settle_smart (self);

  show_events (self);
  muri_fleet_settle_operations (self);
  muri_fleet_count (self);
}

static void
reconcile_touched (MuriFleet *self)
{
  g_autoptr (GPtrArray) nodes = muri_fleet_list_set (self->touched);

  for (guint i = 0; i < nodes->len; i++)
    reconcile (self, g_ptr_array_index (nodes, i));
}

void
muri_fleet_fold (MuriFleet *self, guint zone, MuriChange *changes, gsize n_changes)
{
  gint64 offset = g_get_real_time () - g_get_monotonic_time ();
  GArray *samples = muri_history_samples_new ();

  muri_groups_hold (self->groups, TRUE);
  /* A node before what is on it, whatever came first. */
  for (gsize i = 0; i < n_changes; i++)
    if (changes[i].topic == MURI_TOPIC_NODE)
      fold_node (self, zone, &changes[i], changes[i].received + offset);
  for (gsize i = 0; i < n_changes; i++)
    if (changes[i].topic == MURI_TOPIC_VM)
      fold_vm (self, &changes[i]);
    else if (changes[i].topic == MURI_TOPIC_TEMPLATE)
      muri_fleet_fold_template (self, &changes[i]);

  for (gsize i = 0; i < n_changes; i++)
    switch (changes[i].topic)
      {
      case MURI_TOPIC_SAMPLE:
        fold_sample (self, &changes[i], changes[i].received + offset, samples);
        break;
      case MURI_TOPIC_EVENT:
        fold_event (self, &changes[i]);
        break;
      case MURI_TOPIC_REPORT:
        if (changes[i].valid && changes[i].life != MURI_LIFE_DISPOSED)
          muri_fleet_fold_report (self, zone, changes[i].sample);
        break;
      default:
        break;
      }

  muri_history_take (self->history, samples);
  reconcile_touched (self);
  muri_groups_hold (self->groups, FALSE);
  muri_fleet_settle (self);
}

/* ---- time ---- */

static void
watch_refusals (MuriFleet *self)
{
  guint refused = 0;

  for (guint i = 0; i < self->zones->len; i++)
    {
      MuriFleetZone *link = g_ptr_array_index (self->zones, i);
      guint n = muri_zone_get_refused (link->zone);

      if (n > 0 && link->refused == 0)
        muri_fleet_notice (
            self, _ ("Malformed data is received in zone %u and ignored; the log says from where"),
            link->number);
      link->refused = n;
      refused += n;
    }
  muri_fleet_set_refused (self, refused);
}

static void
watch_silence (MuriFleet *self)
{
  GHashTableIter iter;
  gpointer node;
  gint64 heard = 0;

  g_hash_table_iter_init (&iter, self->nodes_by_uuid);
  while (g_hash_table_iter_next (&iter, NULL, &node))
    {
      MuriNodeState state = muri_node_get_state (node);

      if (state == MURI_NODE_UP || state == MURI_NODE_HYPERVISOR_DOWN)
        {
          muri_fleet_set_silent_since (self, 0);
          return;
        }
      if (state != MURI_NODE_STOPPED)
        heard = MAX (heard, muri_node_get_heard (node));
    }

  if (self->joined == 0 || g_get_real_time () - self->joined < SILENCE_AFTER)
    heard = 0;
  muri_fleet_set_silent_since (self, heard);
}

/* No reader tells of nodes in zones that were left. */
static void
lose_left_behind (MuriFleet *self, gint64 now)
{
  GHashTableIter iter;
  gpointer node;

  if (!muri_fleet_was_left (self, now))
    return;

  g_hash_table_iter_init (&iter, self->nodes_by_uuid);
  while (g_hash_table_iter_next (&iter, NULL, &node))
    if (muri_node_was_silent_since (node, self->left))
      {
        muri_node_lose (node, now);
        muri_fleet_lose_templates_of_node (self, node);
      }
  self->left = 0;
}

/* While a fleet comes alarms have a second's time; no more, which they would take for a gap in
 * which nobody looked. */
static gboolean
alarms_may_wait (MuriFleet *self)
{
  const guint before = self->n_vms_before;

  self->n_vms_before = self->n_vms;
  self->alarms_waited = !self->alarms_waited && self->n_vms > before + COMING;
  return self->alarms_waited;
}

void
muri_fleet_pass_time (MuriFleet *self, gint64 now)
{
  GHashTableIter iter;
  gpointer node;

  lose_left_behind (self, now);
  g_hash_table_iter_init (&iter, self->nodes_by_uuid);
  while (g_hash_table_iter_next (&iter, NULL, &node))
    {
      update_node (self, node, now);
      if (muri_node_expire_figures (node, now))
        self->figures_changed = TRUE;
    }
  muri_fleet_reconcile_templates (self, now);
  muri_fleet_pass_smart (self);
  if (!alarms_may_wait (self))
    muri_alarms_pass (self->alarms, now, self->silent_since != 0 || self->zones->len == 0);
  show_events (self);

  watch_refusals (self);
  watch_silence (self);
  muri_fleet_pass_deadlines (self, g_get_real_time ());
  muri_fleet_send_waiting (self);
  muri_fleet_save_heard (self, now);
  muri_history_pass_time (self->history, g_get_real_time (), now);
  muri_fleet_count (self);
}
