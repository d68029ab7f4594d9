/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent-publisher.h"

#include <string.h>

#include "agent-host-facts.h"
#include "agent-published.h"
#include "agent-vm.h"
#include "muri-config.h"
#include "muri-uuid.h"
#include "muri-words.h"

/* So many VMs keep a part of a sample within one fragment on the wire. */
#define VMS_PER_PART 20

/* How long a VM that is gone is told of, and how often to look for what may be forgotten. */
#define FORGET_AFTER (10 * G_TIME_SPAN_MINUTE)
#define FORGET_CHECK_SECONDS 60

/* Events before the agent has joined the data space. */
#define BACKLOG 64

struct _AgentPublisher
{
  GObject parent_instance;

  AgentHypervisor *hypervisor;
  AgentInventory *inventory;
  AgentSampler *sampler;
  AgentPublished *published;
  MuriZone *zone;

  muri_v1_Node *node;      /* what the configuration and the machine say */
  muri_v1_Node *last_node; /* as written last; NULL: must be written */
  GPtrArray *backlog;      /* muri_v1_Event */
  GHashTable *disposed;    /* muri_v1_Uuid -> gint64, monotonic */
  guint forget;
  guint idle;
  gboolean started;
  gboolean was_up;
};

G_DEFINE_FINAL_TYPE (AgentPublisher, agent_publisher, G_TYPE_OBJECT)

static void
node_free (muri_v1_Node *node)
{
  muri_topic_sample_free (MURI_TOPIC_NODE, node);
}

static gpointer
copy_buffer (gconstpointer buffer, gsize size)
{
  return size > 0 ? memcpy (dds_alloc (size), buffer, size) : NULL;
}

#define COPY_SEQUENCE(to, from)                                                                    \
  G_STMT_START                                                                                     \
  {                                                                                                \
    (to)._buffer = copy_buffer ((from)._buffer, (from)._length * sizeof *(from)._buffer);          \
    (to)._maximum = (from)._length;                                                                \
    (to)._release = true;                                                                          \
  }                                                                                                \
  G_STMT_END

static muri_v1_Node *
node_copy (const muri_v1_Node *node)
{
  muri_v1_Node *copy = muri_topic_sample_new (MURI_TOPIC_NODE);

  memcpy (copy, node, sizeof *node);
  COPY_SEQUENCE (copy->groups, node->groups);
  COPY_SEQUENCE (copy->macs, node->macs);
  return copy;
}

static gboolean
buffers_equal (gconstpointer a, guint32 n_a, gconstpointer b, guint32 n_b, gsize size)
{
  return n_a == n_b && (n_a == 0 || memcmp (a, b, n_a * size) == 0);
}

#define SEQUENCES_EQUAL(a, b)                                                                      \
  buffers_equal ((a)._buffer, (a)._length, (b)._buffer, (b)._length, sizeof *(a)._buffer)

/* All bytes count, since all of them are copied; but not where the sequences are. */
static gboolean
node_equal (const muri_v1_Node *a, const muri_v1_Node *b)
{
  g_autofree muri_v1_Node *x = g_memdup2 (a, sizeof *a);
  g_autofree muri_v1_Node *y = g_memdup2 (b, sizeof *b);

  memset (&x->groups, 0, sizeof x->groups);
  memset (&y->groups, 0, sizeof y->groups);
  memset (&x->macs, 0, sizeof x->macs);
  memset (&y->macs, 0, sizeof y->macs);
  return memcmp (x, y, sizeof *x) == 0 && SEQUENCES_EQUAL (a->groups, b->groups)
         && SEQUENCES_EQUAL (a->macs, b->macs);
}

static void
event_free (gpointer event)
{
  muri_topic_sample_free (MURI_TOPIC_EVENT, event);
}

/* ---- node ---- */

static void
fill_from_hypervisor (AgentPublisher *self, muri_v1_Node *node)
{
  const AgentHypervisorFacts *facts = agent_hypervisor_get_facts (self->hypervisor);

  node->connection = agent_hypervisor_get_state (self->hypervisor);
  node->connection_since = agent_hypervisor_get_since (self->hypervisor);
  AGENT_TEXT_COPY (node->connection_error, agent_hypervisor_get_error (self->hypervisor));
  node->unsupported |= agent_hypervisor_get_unsupported (self->hypervisor);
  AGENT_TEXT_COPY (node->hypervisor, facts->type);
  node->hypervisor_version = facts->version;
  node->libvirt_version = facts->libvirt_version;
  if (facts->cpus > 0)
    {
      node->cpus = facts->cpus;
      node->sockets = facts->sockets;
      node->cores = facts->cores;
      node->threads = facts->threads;
    }
  if (facts->memory > 0)
    node->memory = facts->memory;
}

static void
write_node (AgentPublisher *self, guint presence)
{
  muri_v1_Node *node;

  if (self->zone == NULL || !self->started)
    return;

  node = node_copy (self->node);
  node->presence = presence;
  node->vms = agent_inventory_get_size (self->inventory);
  fill_from_hypervisor (self, node);
  if (self->last_node && node_equal (self->last_node, node))
    {
      node_free (node);
      return;
    }

  g_clear_pointer (&self->last_node, node_free);
  self->last_node = node_copy (node);
  muri_zone_publish (self->zone, MURI_TOPIC_NODE, node);
}

static gboolean
on_idle (gpointer user_data)
{
  AgentPublisher *self = user_data;

  self->idle = 0;
  write_node (self, MURI_PRESENCE_UP);
  return G_SOURCE_REMOVE;
}

/* Many VMs come at once; the node is written once for all of them. */
static void
schedule_node (AgentPublisher *self)
{
  if (self->idle == 0)
    self->idle = g_idle_add (on_idle, self);
}

/* ---- event ---- */

void
agent_publisher_emit (AgentPublisher *self, const muri_v1_Event *event)
{
  muri_v1_Event *copy = muri_topic_sample_new (MURI_TOPIC_EVENT);

  *copy = *event;
  copy->node = self->node->node;
  copy->number = agent_published_next_event (self->published);
  if (copy->time == 0)
    copy->time = g_get_real_time ();

  if (self->zone)
    muri_zone_publish (self->zone, MURI_TOPIC_EVENT, copy);
  else if (self->backlog->len < BACKLOG)
    g_ptr_array_add (self->backlog, copy);
  else
    event_free (copy);
}

static void
tell (AgentPublisher *self, guint kind, guint severity, const char *detail)
{
  muri_v1_Event event = { .kind = kind, .severity = severity };

  AGENT_TEXT_COPY (event.detail, detail);
  agent_publisher_emit (self, &event);
}

static void
on_event (AgentPublisher *self, const muri_v1_Event *event)
{
  agent_publisher_emit (self, event);
}

/* ---- vm ---- */

static void
write_vm (const muri_v1_Vm *vm, gpointer user_data)
{
  AgentPublisher *self = user_data;

  agent_published_add (self->published, &vm->vm);
  if (self->zone)
    muri_zone_publish (self->zone, MURI_TOPIC_VM, agent_vm_copy (vm));
}

static void
on_vm_changed (AgentPublisher *self, const muri_v1_Vm *vm)
{
  if (!self->started)
    return;
  write_vm (vm, self);
  schedule_node (self);
}

static muri_v1_Vm *
vm_key (AgentPublisher *self, const muri_v1_Uuid *uuid)
{
  muri_v1_Vm *vm = agent_vm_new ();

  vm->node = self->node->node;
  vm->vm = *uuid;
  return vm;
}

static void
forget_vm (AgentPublisher *self, const muri_v1_Uuid *uuid)
{
  if (agent_inventory_find (self->inventory, uuid))
    return; /* there again */
  if (self->zone)
    muri_zone_unregister_instance (self->zone, MURI_TOPIC_VM, vm_key (self, uuid));
  agent_published_remove (self->published, uuid);
}

static gboolean
on_forget (gpointer user_data)
{
  AgentPublisher *self = user_data;
  gint64 now = g_get_monotonic_time ();
  GHashTableIter iter;
  gpointer uuid, since;

  g_hash_table_iter_init (&iter, self->disposed);
  while (g_hash_table_iter_next (&iter, &uuid, &since))
    if (now - *(gint64 *)since >= FORGET_AFTER)
      {
        forget_vm (self, uuid);
        g_hash_table_iter_remove (&iter);
      }

  if (g_hash_table_size (self->disposed) > 0)
    return G_SOURCE_CONTINUE;
  self->forget = 0;
  return G_SOURCE_REMOVE;
}

/* It stays disposed for a while, and is remembered as published that long: a console may not have
 * met this writer yet, or be out of reach at this moment. */
static void
dispose_vm (AgentPublisher *self, const muri_v1_Uuid *uuid)
{
  gint64 now = g_get_monotonic_time ();

  if (self->zone)
    muri_zone_mark_disposed (self->zone, MURI_TOPIC_VM, vm_key (self, uuid));
  g_hash_table_replace (self->disposed, g_memdup2 (uuid, sizeof *uuid),
                        g_memdup2 (&now, sizeof now));
  if (self->forget == 0)
    self->forget = g_timeout_add_seconds (FORGET_CHECK_SECONDS, on_forget, self);
}

static void
on_vm_removed (AgentPublisher *self, const muri_v1_Vm *vm)
{
  if (!self->started)
    return;
  dispose_vm (self, &vm->vm);
  schedule_node (self);
}

/* Published once, and libvirt no longer has it. */
static void
dispose_vanished (AgentPublisher *self)
{
  g_autoptr (GArray) list = NULL;

  if (!self->started || self->zone == NULL || !agent_inventory_is_loaded (self->inventory))
    return;

  list = agent_published_list (self->published);
  for (guint i = 0; i < list->len; i++)
    {
      const muri_v1_Uuid *uuid = &g_array_index (list, muri_v1_Uuid, i);

      if (agent_inventory_find (self->inventory, uuid) == NULL)
        dispose_vm (self, uuid);
    }
}

/* ---- sample ---- */

static muri_v1_Sample *
sample_new (AgentPublisher *self, const AgentFrame *frame, guint part, guint parts)
{
  muri_v1_Sample *sample = muri_topic_sample_new (MURI_TOPIC_SAMPLE);
  guint first = part * VMS_PER_PART;
  guint n = MIN (frame->n_vms - MIN (first, frame->n_vms), VMS_PER_PART);

  sample->node = self->node->node;
  sample->part = part;
  sample->parts = parts;
  sample->sequence_number = frame->sequence_number;
  sample->time = frame->time;
  sample->period = frame->period;
  if (part == 0)
    {
      sample->host._buffer = dds_alloc (sizeof frame->host);
      sample->host._buffer[0] = frame->host;
      sample->host._length = sample->host._maximum = 1;
      sample->host._release = true;
    }
  if (n > 0)
    {
      sample->vms._buffer = dds_alloc (n * sizeof *frame->vms);
      memcpy (sample->vms._buffer, frame->vms + first, n * sizeof *frame->vms);
      sample->vms._length = sample->vms._maximum = n;
      sample->vms._release = true;
    }
  return sample;
}

static void
on_frame (AgentPublisher *self, const AgentFrame *frame)
{
  guint parts = MAX (1, (frame->n_vms + VMS_PER_PART - 1) / VMS_PER_PART);

  if (self->zone == NULL || !self->started)
    return;
  for (guint part = 0; part < parts; part++)
    muri_zone_publish (self->zone, MURI_TOPIC_SAMPLE, sample_new (self, frame, part, parts));
}

/* ---- the rest ---- */

static void
on_connected (AgentPublisher *self)
{
  if (self->was_up)
    tell (self, MURI_EVENT_HYPERVISOR_BACK, MURI_SEVERITY_NOTICE, "");
  self->was_up = TRUE;
}

static void
on_disconnected (AgentPublisher *self)
{
  tell (self, MURI_EVENT_HYPERVISOR_LOST, MURI_SEVERITY_ERROR,
        agent_hypervisor_get_error (self->hypervisor));
}

static void
write_all (AgentPublisher *self)
{
  if (self->zone == NULL || !self->started)
    return;

  g_clear_pointer (&self->last_node, node_free);
  write_node (self, MURI_PRESENCE_UP);
  agent_inventory_foreach (self->inventory, write_vm, self);
  dispose_vanished (self);
  for (guint i = 0; i < self->backlog->len; i++)
    muri_zone_publish (self->zone, MURI_TOPIC_EVENT, self->backlog->pdata[i]);
  g_ptr_array_set_size (self->backlog, 0);
}

void
agent_publisher_set_zone (AgentPublisher *self, MuriZone *zone)
{
  if (g_set_object (&self->zone, zone))
    write_all (self);
}

void
agent_publisher_set_state (AgentPublisher *self, const muri_v1_Membership *groups, guint n_groups,
                           gboolean maintenance)
{
  muri_v1_Node *node = self->node;

  if (node->groups._release)
    dds_free (node->groups._buffer);
  node->groups._buffer = copy_buffer (groups, n_groups * sizeof *groups);
  node->groups._length = node->groups._maximum = n_groups;
  node->groups._release = true;
  node->maintenance = maintenance;
  schedule_node (self);
}

/* Of the size: what is less is not worth a new sample. */
#define STORE_STEPS 200

void
agent_publisher_set_store (AgentPublisher *self, const char *pool, guint64 size, guint64 available,
                           const char *error)
{
  guint64 step = MAX (1, size / STORE_STEPS);

  AGENT_TEXT_COPY (self->node->store, pool != NULL ? pool : "");
  AGENT_TEXT_COPY (self->node->store_error, pool == NULL && error != NULL ? error : "");
  self->node->store_size = size;
  self->node->store_available = available / step * step;
  schedule_node (self);
}

void
agent_publisher_start (AgentPublisher *self)
{
  if (self->started)
    return;
  self->started = TRUE;
  self->node->started = g_get_real_time ();
  write_all (self);
}

void
agent_publisher_stop (AgentPublisher *self)
{
  if (!self->started)
    return;
  g_clear_handle_id (&self->idle, g_source_remove);
  write_node (self, MURI_PRESENCE_LEAVING);
  self->started = FALSE;
  agent_published_flush (self->published);
}

static void
agent_publisher_dispose (GObject *object)
{
  AgentPublisher *self = AGENT_PUBLISHER (object);

  g_clear_handle_id (&self->idle, g_source_remove);
  g_clear_handle_id (&self->forget, g_source_remove);
  g_clear_object (&self->zone);
  g_clear_object (&self->hypervisor);
  g_clear_object (&self->inventory);
  g_clear_object (&self->sampler);
  g_clear_object (&self->published);
  G_OBJECT_CLASS (agent_publisher_parent_class)->dispose (object);
}

static void
agent_publisher_finalize (GObject *object)
{
  AgentPublisher *self = AGENT_PUBLISHER (object);

  node_free (self->node);
  g_clear_pointer (&self->last_node, node_free);
  g_ptr_array_set_free_func (self->backlog, event_free);
  g_ptr_array_unref (self->backlog);
  g_hash_table_unref (self->disposed);
  G_OBJECT_CLASS (agent_publisher_parent_class)->finalize (object);
}

static void
agent_publisher_class_init (AgentPublisherClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = agent_publisher_dispose;
  object_class->finalize = agent_publisher_finalize;
}

static void
agent_publisher_init (AgentPublisher *self)
{
  self->node = muri_topic_sample_new (MURI_TOPIC_NODE);
  self->backlog = g_ptr_array_new ();
  self->disposed = g_hash_table_new_full (muri_uuid_hash, muri_uuid_equal, g_free, g_free);
}

static void
fill_node (muri_v1_Node *node, const AgentNodeFacts *facts)
{
  node->node = facts->node;
  node->minor = MURI_WIRE_MINOR;
  AGENT_TEXT_COPY (node->name, facts->name);
  AGENT_TEXT_COPY (node->agent_version, MURI_VERSION);
  AGENT_TEXT_COPY (node->uri, facts->uri);
  AGENT_TEXT_COPY (node->address, facts->address);
  node->simulated = facts->simulated;
  node->insecure = facts->insecure;
  node->http_port = facts->http_port;
  node->http_tls = facts->http_tls;
  node->receive_buffer = facts->receive_buffer;
  node->unsupported = facts->unsupported;
  agent_host_facts_fill (node);
}

AgentPublisher *
agent_publisher_new (const AgentNodeFacts *facts, AgentHypervisor *hypervisor,
                     AgentInventory *inventory, AgentSampler *sampler, const char *state_dir)
{
  AgentPublisher *self = g_object_new (AGENT_TYPE_PUBLISHER, NULL);

  self->hypervisor = g_object_ref (hypervisor);
  self->inventory = g_object_ref (inventory);
  self->sampler = g_object_ref (sampler);
  self->published = agent_published_new (state_dir);
  fill_node (self->node, facts);

  g_signal_connect_object (hypervisor, "connected", G_CALLBACK (on_connected), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (hypervisor, "disconnected", G_CALLBACK (on_disconnected), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (hypervisor, "changed", G_CALLBACK (schedule_node), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (inventory, "vm-changed", G_CALLBACK (on_vm_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (inventory, "vm-removed", G_CALLBACK (on_vm_removed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (inventory, "event", G_CALLBACK (on_event), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (inventory, "loaded", G_CALLBACK (dispose_vanished), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (sampler, "frame", G_CALLBACK (on_frame), self, G_CONNECT_SWAPPED);
  return self;
}
