/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent-inventory.h"

#include <string.h>

#include "agent-inventory-item.h"
#include "agent-inventory-request.h"
#include "agent-vm.h"
#include "muri-uuid.h"
#include "muri-words.h"

#define RESYNC_SECONDS 60
#define RETRY_MILLISECONDS 500
#define HOLD_MILLISECONDS 1000

struct _AgentInventory
{
  GObject parent_instance;

  muri_v1_Uuid node;

  virConnectPtr connection; /* NULL while detached */
  AgentMirror *mirror;
  AgentDomainEvents *events;
  guint attachment; /* tells a reading of a connection before from one of this */

  GHashTable *items;   /* muri_v1_Uuid in the item -> AgentInventoryItem */
  GHashTable *pending; /* muri_v1_Uuid: to be read again -> AgentVmWish */
  gboolean pending_all;
  AgentInventoryRequest *reading; /* not owned: its task's */
  gboolean loaded;
  guint resync;
  guint retry;
  guint held; /* source: until when readings wait */
};

G_DEFINE_FINAL_TYPE (AgentInventory, agent_inventory, G_TYPE_OBJECT)

enum
{
  VM_CHANGED,
  VM_REMOVED,
  EVENT,
  LOADED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void read_pending (AgentInventory *self);
static void wish (AgentInventory *self, const muri_v1_Uuid *vm, guint causes, AgentReadDepth depth,
                  virDomainPtr domain);

static void
emit_event (AgentInventory *self, const muri_v1_Uuid *vm, const char *name, guint kind,
            guint severity, const char *detail)
{
  muri_v1_Event event = { .kind = kind, .severity = severity, .vm = *vm };

  AGENT_TEXT_COPY (event.vm_name, name);
  AGENT_TEXT_COPY (event.detail, detail);
  g_signal_emit (self, signals[EVENT], 0, &event);
}

static void
on_domain_event (GObject *receiver, const AgentDomainEvent *event)
{
  AgentInventory *self = AGENT_INVENTORY (receiver);
  AgentInventoryItem *item = g_hash_table_lookup (self->items, &event->vm);
  guint causes = event->causes;

  if (self->mirror && (causes & AGENT_MIRROR_PURPOSE)
      && agent_mirror_is_own_write (self->mirror, &event->vm))
    causes &= ~AGENT_MIRROR_PURPOSE;
  if (item && event->booted)
    item->boot = g_get_real_time ();
  if (event->kind != MURI_EVENT_UNKNOWN
      && (item == NULL || agent_inventory_item_accept (item, event->kind, g_get_monotonic_time ())))
    emit_event (self, &event->vm, event->name, event->kind, event->severity, event->detail);
  wish (self, &event->vm, causes, causes ? AGENT_READ_ALL : event->depth, event->domain);
}

/* @metadata: (nullable): %NULL where it was not read */
static void
take_vm (AgentInventory *self, muri_v1_Vm *vm, const AgentVmMetadata *metadata, guint causes,
         gboolean found, gboolean attached)
{
  AgentInventoryItem *item = g_hash_table_lookup (self->items, &vm->vm);
  guint before = MURI_VM_STATE_UNKNOWN, kind = MURI_EVENT_UNKNOWN;
  gboolean is_new = item == NULL;

  if (item)
    {
      before = item->vm->state;
    }
  else
    {
      item = agent_inventory_item_new (&vm->vm);
      g_hash_table_insert (self->items, &item->uuid, item);
    }

  if (self->mirror && metadata)
    agent_mirror_examine (self->mirror, vm, metadata,
                          causes | (is_new || attached ? AGENT_MIRROR_FRESH : 0));
  if (metadata)
    {
      g_free (item->definition);
      item->definition = g_strdup (metadata->definition);
    }
  if (!agent_inventory_item_update (item, vm, g_get_real_time (), found))
    return;

  /* What happened while nobody listened. */
  if (is_new && !found && item->vm->persistent)
    kind = MURI_EVENT_VM_DEFINED;
  else if (!is_new && attached)
    kind = agent_inventory_item_event_between (before, item->vm->state);
  if (kind != MURI_EVENT_UNKNOWN)
    emit_event (self, &item->uuid, item->vm->name, kind, MURI_SEVERITY_INFO, "");

  g_signal_emit (self, signals[VM_CHANGED], 0, item->vm);
}

static void
drop_item (AgentInventory *self, AgentInventoryItem *item)
{
  muri_v1_Uuid uuid = item->uuid;

  g_hash_table_steal (self->items, &uuid);
  if (item->vm->persistent)
    emit_event (self, &uuid, item->vm->name, MURI_EVENT_VM_REMOVED, MURI_SEVERITY_NOTICE, "");
  g_signal_emit (self, signals[VM_REMOVED], 0, item->vm);
  agent_inventory_item_free (item);
}

/* After a reading of all: those that it did not have are gone. */
static void
drop_missing (AgentInventory *self, GPtrArray *vms)
{
  g_autoptr (GHashTable) present = g_hash_table_new (muri_uuid_hash, muri_uuid_equal);
  g_autoptr (GPtrArray) missing = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer item;

  for (guint i = 0; i < vms->len; i++)
    g_hash_table_add (present, &((muri_v1_Vm *)vms->pdata[i])->vm);

  g_hash_table_iter_init (&iter, self->items);
  while (g_hash_table_iter_next (&iter, NULL, &item))
    if (!g_hash_table_contains (present, &((AgentInventoryItem *)item)->uuid))
      g_ptr_array_add (missing, item);

  for (guint i = 0; i < missing->len; i++)
    drop_item (self, missing->pdata[i]);
}

static void
take_reading (AgentInventory *self, AgentInventoryRequest *request)
{
  AgentVmReading *reading = request->reading;
  gboolean all = request->all;
  gboolean found = !self->loaded;

  if (reading->error)
    g_info ("Reading domains stopped: %s", reading->error->message);
  else if (all)
    drop_missing (self, reading->vms);

  for (guint i = 0; i < reading->gone->len; i++)
    {
      AgentInventoryItem *item =
          g_hash_table_lookup (self->items, &g_array_index (reading->gone, muri_v1_Uuid, i));

      if (item)
        drop_item (self, item);
    }

  g_ptr_array_set_free_func (reading->vms, NULL);
  for (guint i = 0; i < reading->vms->len; i++)
    {
      muri_v1_Vm *vm = reading->vms->pdata[i];
      const AgentVmWish *wished = g_hash_table_lookup (request->wishes, &vm->vm);

      take_vm (self, vm, reading->metadata->pdata[i], wished ? wished->causes : 0, found,
               request->func != NULL);
    }

  if (all && reading->error == NULL && !self->loaded)
    {
      self->loaded = TRUE;
      g_signal_emit (self, signals[LOADED], 0);
    }
}

static gboolean
on_retry (gpointer user_data)
{
  AgentInventory *self = user_data;

  self->retry = 0;
  self->pending_all = TRUE;
  read_pending (self);
  return G_SOURCE_REMOVE;
}

static void
retry_later (AgentInventory *self, const GError *error)
{
  g_message ("Cannot watch domains: %s", error->message);
  if (self->retry == 0)
    self->retry = g_timeout_add (RETRY_MILLISECONDS, on_retry, self);
}

static void
on_read (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (AgentInventory) self = user_data;
  AgentInventoryRequest *request = g_task_get_task_data (G_TASK (result));
  g_autoptr (GError) error = NULL;

  self->reading = NULL;
  g_task_propagate_boolean (G_TASK (result), &error);

  if (request->attachment == self->attachment && self->connection)
    {
      if (request->events)
        self->events = g_steal_pointer (&request->events);
      if (request->reading)
        take_reading (self, request);
      if (error)
        retry_later (self, error);
      else
        read_pending (self);
    }
  else
    {
      read_pending (self);
    }
}

static GHashTable *
pending_new (void)
{
  return g_hash_table_new_full (muri_uuid_hash, muri_uuid_equal, g_free,
                                (GDestroyNotify)agent_vm_wish_free);
}

/* For those of which not all is to be read. */
static void
note_before (AgentInventory *self)
{
  GHashTableIter iter;
  gpointer uuid, value;

  g_hash_table_iter_init (&iter, self->pending);
  while (g_hash_table_iter_next (&iter, &uuid, &value))
    {
      const AgentInventoryItem *item = g_hash_table_lookup (self->items, uuid);
      AgentVmWish *wished = value;

      if (item == NULL || wished->depth == AGENT_READ_ALL)
        continue;
      wished->before = agent_vm_copy (item->vm);
      wished->definition = g_strdup (item->definition);
    }
}

static void
read_pending (AgentInventory *self)
{
  AgentInventoryRequest *request;

  if (self->reading != NULL || self->held != 0 || self->connection == NULL
      || (!self->pending_all && g_hash_table_size (self->pending) == 0))
    return;

  request = agent_inventory_request_new (self->connection, &self->node);
  request->attachment = self->attachment;
  request->func = self->events ? NULL : on_domain_event;
  request->find_boot = !self->loaded;
  request->all = self->pending_all;
  if (!request->all)
    note_before (self);

  self->pending_all = FALSE;
  request->wishes = self->pending;
  self->pending = pending_new ();
  self->reading = request;
  agent_inventory_request_run_async (request, g_object_ref (G_OBJECT (self)), on_read);
}

static gboolean
on_resync (gpointer user_data)
{
  AgentInventory *self = user_data;

  self->pending_all = TRUE;
  read_pending (self);
  return G_SOURCE_CONTINUE;
}

void
agent_inventory_attach (AgentInventory *self, virConnectPtr connection)
{
  agent_inventory_detach (self);

  virConnectRef (connection);
  self->connection = connection;
  self->pending_all = TRUE;
  self->resync = g_timeout_add_seconds (RESYNC_SECONDS, on_resync, self);
  read_pending (self);
}

void
agent_inventory_detach (AgentInventory *self)
{
  self->attachment++;
  self->pending_all = FALSE;
  g_hash_table_remove_all (self->pending);
  g_clear_handle_id (&self->resync, g_source_remove);
  g_clear_handle_id (&self->retry, g_source_remove);
  g_clear_handle_id (&self->held, g_source_remove);
  agent_inventory_release (g_steal_pointer (&self->connection), g_steal_pointer (&self->events));
}

gboolean
agent_inventory_is_loaded (AgentInventory *self)
{
  return self->loaded;
}

guint
agent_inventory_get_size (AgentInventory *self)
{
  return g_hash_table_size (self->items);
}

const muri_v1_Vm *
agent_inventory_find (AgentInventory *self, const muri_v1_Uuid *vm)
{
  AgentInventoryItem *item = g_hash_table_lookup (self->items, vm);

  return item ? item->vm : NULL;
}

guint
agent_inventory_get_current_state (AgentInventory *self, const muri_v1_Uuid *vm)
{
  AgentInventoryItem *item = g_hash_table_lookup (self->items, vm);

  if (item == NULL || !item->vm->persistent || self->events == NULL || self->pending_all
      || g_hash_table_contains (self->pending, vm)
      || (self->reading != NULL
          && (self->reading->all || g_hash_table_contains (self->reading->wishes, vm))))
    return MURI_VM_STATE_UNKNOWN;
  return item->vm->state;
}

void
agent_inventory_foreach (AgentInventory *self, void (*func) (const muri_v1_Vm *, gpointer),
                         gpointer user_data)
{
  GHashTableIter iter;
  gpointer item;

  g_hash_table_iter_init (&iter, self->items);
  while (g_hash_table_iter_next (&iter, NULL, &item))
    func (((AgentInventoryItem *)item)->vm, user_data);
}

static void
wish (AgentInventory *self, const muri_v1_Uuid *vm, guint causes, AgentReadDepth depth,
      virDomainPtr domain)
{
  AgentVmWish *wished;

  if (self->connection == NULL)
    return;
  wished = g_hash_table_lookup (self->pending, vm);
  if (wished == NULL)
    {
      wished = agent_vm_wish_new ();
      g_hash_table_insert (self->pending, g_memdup2 (vm, sizeof *vm), wished);
    }
  agent_vm_wish_add (wished, causes, depth, domain);
  read_pending (self);
}

void
agent_inventory_refresh_for (AgentInventory *self, const muri_v1_Uuid *vm, guint causes)
{
  wish (self, vm, causes, AGENT_READ_ALL, NULL);
}

void
agent_inventory_refresh_state (AgentInventory *self, const muri_v1_Uuid *vm)
{
  wish (self, vm, 0, AGENT_READ_STATE, NULL);
}

void
agent_inventory_refresh (AgentInventory *self, const muri_v1_Uuid *vm)
{
  agent_inventory_refresh_for (self, vm, 0);
}

void
agent_inventory_set_mirror (AgentInventory *self, AgentMirror *mirror)
{
  g_set_object (&self->mirror, mirror);
}

void
agent_inventory_note_unanswered (AgentInventory *self, const muri_v1_Uuid *vm, gint64 since)
{
  AgentInventoryItem *item = g_hash_table_lookup (self->items, vm);

  if (item == NULL || item->vm->unanswered == since)
    return;

  if (since != 0 && item->vm->unanswered == 0)
    emit_event (self, vm, item->vm->name, MURI_EVENT_VM_UNANSWERED, MURI_SEVERITY_WARNING,
                "its monitor does not answer");
  else if (since == 0)
    emit_event (self, vm, item->vm->name, MURI_EVENT_VM_ANSWERED, MURI_SEVERITY_INFO, "");
  item->vm->unanswered = since;
  g_signal_emit (self, signals[VM_CHANGED], 0, item->vm);
}

void
agent_inventory_note_booted (AgentInventory *self, const muri_v1_Uuid *vm, gint64 booted)
{
  AgentInventoryItem *item = g_hash_table_lookup (self->items, vm);

  if (item == NULL || item->vm->booted == booted)
    return;
  item->vm->booted = booted;
  g_signal_emit (self, signals[VM_CHANGED], 0, item->vm);
}

void
agent_inventory_note_addresses (AgentInventory *self, const muri_v1_Uuid *vm,
                                muri_v1_Address *addresses, guint n_addresses)
{
  AgentInventoryItem *item = g_hash_table_lookup (self->items, vm);

  if (item == NULL
      || (item->vm->addresses._length == n_addresses
          && (n_addresses == 0
              || memcmp (item->vm->addresses._buffer, addresses, n_addresses * sizeof *addresses)
                     == 0)))
    return;
  agent_vm_set_addresses (item->vm, addresses, n_addresses);
  g_signal_emit (self, signals[VM_CHANGED], 0, item->vm);
}

void
agent_inventory_note_shared (AgentInventory *self, const muri_v1_Uuid *vm, guint64 disks)
{
  AgentInventoryItem *item = g_hash_table_lookup (self->items, vm);

  if (item && item->vm && agent_inventory_item_set_shared (item, disks))
    g_signal_emit (self, signals[VM_CHANGED], 0, item->vm);
}

void
agent_inventory_note_disks (AgentInventory *self, const muri_v1_Uuid *vm,
                            const AgentDiskSize *disks, guint n_disks)
{
  AgentInventoryItem *item = g_hash_table_lookup (self->items, vm);

  if (item && agent_inventory_item_set_disks (item, disks, n_disks))
    g_signal_emit (self, signals[VM_CHANGED], 0, item->vm);
}

static gboolean
on_held (gpointer user_data)
{
  AgentInventory *self = user_data;

  self->held = 0;
  read_pending (self);
  return G_SOURCE_REMOVE;
}

void
agent_inventory_hold (AgentInventory *self, gboolean hold)
{
  if (hold && self->held == 0)
    self->held = g_timeout_add (HOLD_MILLISECONDS, on_held, self);
  else if (!hold)
    {
      g_clear_handle_id (&self->held, g_source_remove);
      read_pending (self);
    }
}

static void
agent_inventory_dispose (GObject *object)
{
  AgentInventory *self = AGENT_INVENTORY (object);

  agent_inventory_detach (self);
  g_clear_object (&self->mirror);
  G_OBJECT_CLASS (agent_inventory_parent_class)->dispose (object);
}

static void
agent_inventory_finalize (GObject *object)
{
  AgentInventory *self = AGENT_INVENTORY (object);

  g_hash_table_unref (self->items);
  g_hash_table_unref (self->pending);
  G_OBJECT_CLASS (agent_inventory_parent_class)->finalize (object);
}

static void
agent_inventory_class_init (AgentInventoryClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GType type = G_TYPE_FROM_CLASS (klass);

  object_class->dispose = agent_inventory_dispose;
  object_class->finalize = agent_inventory_finalize;

  signals[VM_CHANGED] = g_signal_new ("vm-changed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                      G_TYPE_NONE, 1, G_TYPE_POINTER);
  signals[VM_REMOVED] = g_signal_new ("vm-removed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                      G_TYPE_NONE, 1, G_TYPE_POINTER);
  signals[EVENT] = g_signal_new ("event", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                                 1, G_TYPE_POINTER);
  signals[LOADED] =
      g_signal_new ("loaded", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
agent_inventory_init (AgentInventory *self)
{
  self->items = g_hash_table_new_full (muri_uuid_hash, muri_uuid_equal, NULL,
                                       (GDestroyNotify)agent_inventory_item_free);
  self->pending = pending_new ();
}

AgentInventory *
agent_inventory_new (const muri_v1_Uuid *node)
{
  AgentInventory *self = g_object_new (AGENT_TYPE_INVENTORY, NULL);

  self->node = *node;
  return self;
}
