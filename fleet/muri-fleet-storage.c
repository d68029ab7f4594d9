/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-fleet-private.h"

#include "muri-pacing-private.h"
#include "muri-uuid.h"

#include <glib/gi18n-lib.h>

/* Inventory is written that much later, so that a node that comes with a thousand VMs is written
 * once. */
#define INVENTORY_DELAY 3

/* While a fleet comes it is waited for, so many seconds more at most: to write costs as much as to
 * hear of it. */
#define INVENTORY_PATIENCE 12

/* When a node was heard of last is written so often. */
#define HEARD_EVERY (60 * G_TIME_SPAN_SECOND)

/* ---- writing ---- */

static void
add_node_row (GArray *rows, MuriNode *node)
{
  const MuriInventoryRow row = {
    .topic = MURI_TOPIC_NODE,
    .key = { .node = *muri_node_get_uuid (node) },
    .zone = muri_node_get_zone (node),
    .heard = muri_node_get_heard (node),
    .facts = muri_facts_ref (muri_node_peek_facts (node)),
  };

  g_array_append_val (rows, row);
}

static void
add_vm_row (GArray *rows, MuriVm *vm)
{
  const MuriInventoryRow row = {
    .topic = MURI_TOPIC_VM,
    .key = { *muri_node_get_uuid (muri_vm_get_node (vm)), *muri_vm_get_uuid (vm) },
    .facts = muri_facts_ref (muri_vm_peek_facts (vm)),
  };

  g_array_append_val (rows, row);
}

static void
add_holder_row (GArray *rows, MuriHolder *holder)
{
  const muri_v1_Template *facts = muri_holder_get_facts (holder);
  const MuriInventoryRow row = {
    .topic = MURI_TOPIC_TEMPLATE,
    .key = { facts->node, facts->template_id },
    .facts = muri_facts_ref (muri_holder_peek_facts (holder)),
  };

  g_array_append_val (rows, row);
}

void
muri_fleet_flush_inventory (MuriFleet *self)
{
  GHashTableIter iter;
  gpointer object;
  GArray *rows;

  if (self->store == NULL || (g_hash_table_size (self->unsaved) == 0 && self->removals->len == 0))
    return;

  /* What was removed first: it may have come back. */
  rows = g_steal_pointer (&self->removals);
  self->removals = muri_fleet_new_rows ();
  g_hash_table_iter_init (&iter, self->unsaved);
  while (g_hash_table_iter_next (&iter, &object, NULL))
    if (MURI_IS_NODE (object))
      add_node_row (rows, object);
    else if (MURI_IS_HOLDER (object))
      add_holder_row (rows, object);
    else
      add_vm_row (rows, object);
  g_hash_table_remove_all (self->unsaved);
  muri_store_write_inventory (self->store, rows);
}

GArray *
muri_fleet_new_rows (void)
{
  GArray *rows = g_array_new (FALSE, TRUE, sizeof (MuriInventoryRow));

  g_array_set_clear_func (rows, muri_inventory_row_clear);
  return rows;
}

/* A few changes a second go on for as long as the console runs. */
static gboolean
fleet_is_coming (MuriFleet *self)
{
  const guint n = g_hash_table_size (self->unsaved);
  const guint before = self->inventory_seen;

  self->inventory_seen = n;
  return ++self->inventory_waits <= INVENTORY_PATIENCE && n > before && n - before > n / 16;
}

static gboolean
on_inventory (gpointer data)
{
  MuriFleet *self = data;

  if (fleet_is_coming (self))
    {
      self->inventory_timer = g_timeout_add_seconds (1, on_inventory, self);
      return G_SOURCE_REMOVE;
    }
  self->inventory_timer = 0;
  muri_fleet_flush_inventory (self);
  return G_SOURCE_REMOVE;
}

static gboolean
on_inventory_begun (gpointer data)
{
  MuriFleet *self = data;

  self->inventory_seen = g_hash_table_size (self->unsaved);
  self->inventory_waits = 0;
  self->inventory_timer = g_timeout_add_seconds (1, on_inventory, self);
  return G_SOURCE_REMOVE;
}

static void
flush_soon (MuriFleet *self)
{
  if (self->inventory_timer == 0 && self->store != NULL)
    self->inventory_timer = g_timeout_add_seconds (INVENTORY_DELAY - 1, on_inventory_begun, self);
}

/* @object: a node with facts, a VM, or a holder of a template */
void
muri_fleet_save (MuriFleet *self, gpointer object)
{
  g_hash_table_add (self->unsaved, g_object_ref (object));
  flush_soon (self);
}

void
muri_fleet_save_removal (MuriFleet *self, gpointer object, const MuriTargetKey *key)
{
  MuriInventoryRow row = { .topic = MURI_TOPIC_VM, .key = *key };

  if (MURI_IS_NODE (object))
    row.topic = MURI_TOPIC_NODE;
  else if (MURI_IS_HOLDER (object))
    row.topic = MURI_TOPIC_TEMPLATE;

  g_hash_table_remove (self->unsaved, object);
  g_array_append_val (self->removals, row);
  flush_soon (self);
}

/* Once a minute, what changes with time alone. */
void
muri_fleet_save_heard (MuriFleet *self, gint64 now)
{
  GHashTableIter iter;
  gpointer node;

  if (now - self->heard_saved < HEARD_EVERY)
    return;

  self->heard_saved = now;
  muri_fleet_save_absence (self);
  g_hash_table_iter_init (&iter, self->nodes_by_uuid);
  while (g_hash_table_iter_next (&iter, NULL, &node))
    if (muri_node_is_live (node) && muri_node_has_facts (node))
      muri_fleet_save (self, node);
}

static MuriTargetRow *
make_target_row (MuriTarget *target)
{
  MuriTargetRow *row = g_new0 (MuriTargetRow, 1);

  row->key = *muri_target_get_key (target);
  row->position = muri_target_get_position (target);
  row->zone = muri_target_get_zone (target);
  row->batch = muri_target_get_batch (target);
  row->step = muri_target_get_turn (target);
  row->delay = muri_target_get_delay (target);
  row->before = muri_target_get_state_before (target);
  row->name = g_strdup (muri_target_get_name (target));
  row->node_name = g_strdup (muri_target_get_node_name (target));
  row->state = muri_target_get_state (target);
  row->vm_state = muri_target_get_vm_state (target);
  row->error = muri_target_get_error (target);
  row->started = muri_target_get_started (target);
  row->finished = muri_target_get_finished (target);
  row->message = g_strdup (muri_target_get_message (target));
  row->argument = g_strdup (muri_target_get_argument (target));
  return row;
}

static void
add_batch_rows (GArray *rows, MuriBatches *batches)
{
  for (guint i = 1; i <= batches->len; i++)
    {
      MuriBatch *batch = muri_batches_get (batches, i);
      const MuriBatchRow row = { .number = i,
                                 .issued = batch->issued,
                                 .deadline = batch->deadline,
                                 .published = batch->published,
                                 .withdrawn = batch->withdrawn };

      if (batch->changed)
        g_array_append_val (rows, row);
      batch->changed = FALSE;
    }
}

/* Writes what changed of it since the last time. @task: (nullable) (transfer full) */
void
muri_fleet_save_operation (MuriFleet *self, MuriOperation *operation, gboolean durable, GTask *task)
{
  g_autoptr (GPtrArray) changed = muri_operation_take_changed (operation);
  MuriOperationRow *row = muri_operation_row_new ();

  row->uuid = *muri_operation_get_uuid (operation);
  row->console = *muri_operation_get_console (operation);
  row->verb = muri_operation_get_verb (operation);
  row->issuer = g_strdup (muri_operation_get_issuer (operation));
  row->group = g_strdup (muri_operation_get_group (operation));
  if (muri_operation_get_parameters (operation) != NULL)
    row->parameters = g_variant_print (muri_operation_get_parameters (operation), FALSE);
  row->document = g_strdup (muri_operation_get_document (operation));
  row->issued = muri_operation_get_issued (operation);
  row->life = muri_operation_get_life (operation);
  row->finished = muri_operation_get_finished (operation);
  row->own = muri_operation_is_own (operation);
  row->remembers = muri_operation_remembers (operation);
  row->cancelled = muri_operation_is_cancelled (operation);
  row->pacing = muri_pacing_print (muri_operation_get_pacing (operation));
  row->order_group = g_strdup (muri_operation_get_order_group (operation));
  row->parent = g_strdup (muri_operation_get_parent (operation));
  add_batch_rows (row->batches, muri_operation_peek_batches (operation));
  for (guint i = 0; i < changed->len; i++)
    g_ptr_array_add (row->targets, make_target_row (g_ptr_array_index (changed, i)));

  if (self->store != NULL)
    muri_store_write_operation (self->store, row, durable, task);
  else
    {
      muri_operation_row_free (row);
      g_clear_object (&task);
    }
}

static gpointer
copy_event (gconstpointer event, gpointer data)
{
  return g_object_ref ((gpointer)event);
}

void
muri_fleet_save_events (MuriFleet *self, GPtrArray *events)
{
  if (self->store != NULL)
    muri_store_write_events (self->store, g_ptr_array_copy (events, copy_event, NULL));
}

/* ---- what was known in earlier sessions ---- */

static void
restore_node (MuriFleet *self, MuriInventoryRow *row)
{
  MuriNode *node = muri_fleet_ensure_node (self, &row->key.node);

  muri_node_restore (node, g_steal_pointer (&row->facts), row->zone, row->heard);
  muri_fleet_show_node (self, node);
  muri_fleet_note_node (self, node);
  muri_groups_update_node (self->groups, node);
  muri_fleet_touch (self, node);
}

/* What is on it. */
static void
restore_object (MuriFleet *self, MuriNode *node, MuriInventoryRow *row)
{
  MuriVm *vm;

  if (row->topic == MURI_TOPIC_TEMPLATE)
    {
      muri_fleet_restore_holder (self, node, g_steal_pointer (&row->facts));
      return;
    }
  vm = muri_fleet_add_vm (self, node, g_steal_pointer (&row->facts));
  muri_fleet_note_vm (self, vm);
  muri_groups_update_vm (self->groups, vm);
  muri_fleet_touch (self, node);
}

static void
restore_inventory (MuriFleet *self, GArray *rows)
{
  for (guint i = 0; i < rows->len; i++)
    {
      MuriInventoryRow *row = &g_array_index (rows, MuriInventoryRow, i);
      MuriNode *node = muri_fleet_lookup_node (self, &row->key.node);

      if (row->topic == MURI_TOPIC_NODE)
        restore_node (self, row);
      else if (node != NULL)
        restore_object (self, node, row);
    }
}

static MuriTarget *
restore_target (const MuriTargetRow *row)
{
  MuriTarget *target = muri_target_new (&row->key, row->zone, row->name, row->node_name);
  const MuriTargetOutcome outcome = { .state = row->state,
                                      .vm_state = row->vm_state,
                                      .error = row->error,
                                      .started = row->started,
                                      .finished = row->finished,
                                      .message = row->message };

  muri_target_set_outcome (target, &outcome);
  muri_target_set_plan (target, row->step, row->delay, row->before);
  muri_target_set_batch (target, row->batch);
  muri_target_set_argument (target, row->argument);
  return target;
}

static void
restore_batches (MuriOperation *operation, GArray *rows)
{
  MuriBatches *batches = muri_operation_peek_batches (operation);

  for (guint i = 0; i < rows->len; i++)
    {
      const MuriBatchRow *row = &g_array_index (rows, MuriBatchRow, i);
      guint number = muri_batches_add (batches, row->issued, row->deadline);
      MuriBatch *batch = muri_batches_get (batches, number);

      batch->published = row->published;
      batch->withdrawn = row->withdrawn;
      batch->restored = TRUE;
      batch->changed = FALSE;
    }
}

static MuriOperation *
make_operation (const MuriOperationRow *row)
{
  g_autoptr (GVariant) parameters =
      row->parameters != NULL
          ? g_variant_parse (G_VARIANT_TYPE ("a{ss}"), row->parameters, NULL, NULL, NULL)
          : NULL;
  MuriOperationBody body = { .uuid = row->uuid,
                             .console = row->console,
                             .verb = row->verb,
                             .issued = row->issued,
                             .life = row->life,
                             .issuer = row->issuer,
                             .group = row->group,
                             .parameters = parameters,
                             .document = row->document,
                             .own = row->own,
                             .remembers = row->remembers,
                             .order_group = row->order_group,
                             .parent = row->parent };

  muri_pacing_parse (row->pacing, &body.pacing);
  return muri_operation_new (&body);
}

/* What was not sent when Muri ended waits for a decision. */
static void
restore_operation (MuriFleet *self, const MuriOperationRow *row)
{
  g_autoptr (MuriOperation) operation = make_operation (row);
  g_autoptr (GPtrArray) targets = g_ptr_array_new_with_free_func (g_object_unref);

  restore_batches (operation, row->batches);
  for (guint i = 0; i < row->targets->len; i++)
    g_ptr_array_add (targets, restore_target (g_ptr_array_index (row->targets, i)));
  muri_operation_add_targets (operation, targets);
  if (row->cancelled)
    muri_operation_set_cancelled (operation);
  g_ptr_array_unref (muri_operation_take_changed (operation));
  if (row->finished != 0)
    muri_operation_restore_finished (operation, row->finished);

  muri_fleet_add_operation (self, operation);
  if (row->finished != 0)
    return;
  muri_operation_set_held (operation, row->own);
  muri_fleet_touch_operation (self, operation);
  if (row->own)
    g_ptr_array_add (self->lingering, g_object_ref (operation));
}

static void
restore_events (MuriFleet *self, GPtrArray *events)
{
  for (guint i = 0; i < events->len; i++)
    g_hash_table_add (self->events_by_key,
                      (gpointer)muri_event_get_key (g_ptr_array_index (events, i)));
  g_list_store_splice (self->events, 0, 0, events->pdata, events->len);
}

void
muri_fleet_restore (MuriFleet *self, MuriStoreContents *contents)
{
  self->console = contents->console;
  for (guint i = 0; i < contents->operations->len; i++)
    restore_operation (self, g_ptr_array_index (contents->operations, i));
  muri_fleet_restore_groups (self, contents->settings);
  restore_inventory (self, contents->inventory);
  restore_events (self, contents->events);
  muri_fleet_settle (self);
  muri_fleet_restore_smart (self, contents->settings);
  muri_fleet_restore_absence (self, contents->settings);
  muri_alarms_restore (self->alarms, self->store, contents->alarms, contents->settings);

  if (contents->damaged != NULL)
    muri_fleet_notice (
        self, _ ("Muri’s database could not be used and was moved to %s; a new one was begun"),
        contents->damaged);
}
