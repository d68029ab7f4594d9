/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent.h"

#include <glib/gstdio.h>

#include "agent-executor.h"
#include "agent-history.h"
#include "agent-http.h"
#include "agent-hypervisor.h"
#include "agent-identity.h"
#include "agent-journal.h"
#include "agent-keep.h"
#include "agent-memory.h"
#include "agent-operations.h"
#include "agent-publisher.h"
#include "agent-sampler.h"
#include "agent-security.h"
#include "agent-sharing.h"
#include "agent-store.h"
#include "agent-template-job.h"
#include "agent-vm-jobs.h"
#include "muri-config.h"
#include "muri-receive-buffer.h"
#include "muri-uuid.h"
#include "muri-words.h"

/* How long a clean stop waits for calls to the hypervisor. */
#define PATIENCE (3 * G_TIME_SPAN_SECOND)

#define READS MURI_TOPIC_MASK (MURI_TOPIC_OPERATION)
#define WRITES                                                                                     \
  (MURI_TOPIC_MASK (MURI_TOPIC_NODE) | MURI_TOPIC_MASK (MURI_TOPIC_VM)                             \
   | MURI_TOPIC_MASK (MURI_TOPIC_SAMPLE) | MURI_TOPIC_MASK (MURI_TOPIC_EVENT)                      \
   | MURI_TOPIC_MASK (MURI_TOPIC_REPORT) | MURI_TOPIC_MASK (MURI_TOPIC_TEMPLATE))

struct _Agent
{
  GObject parent_instance;
  AgentConfig *config;
  MuriBus *bus;

  AgentIdentity *identity;
  AgentJournal *journal;
  AgentNodeState *state;
  AgentMirror *mirror;
  AgentConnections *connections;
  AgentHypervisor *hypervisor;
  AgentInventory *inventory;
  AgentSampler *sampler;
  AgentMemory *memory;   /* only with a simulated workload */
  AgentHistory *history; /* where some is kept */
  AgentGrants *grants;   /* what of the templates is served */
  AgentHttp *http;
  AgentPublisher *publisher;
  AgentStore *store;
  AgentSharing *sharing;
  AgentVmJobs *vm_jobs;
  AgentExecutor *executor;
  AgentOperations *operations;
  MuriZone *zone;
  guint join;
};

G_DEFINE_FINAL_TYPE (Agent, agent, G_TYPE_OBJECT)

enum
{
  JOINED,
  FAILED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

/* ---- wiring ----------------------------------------------------------------------------- */

static void
on_connected (AgentHypervisor *hypervisor, virConnectPtr connection, Agent *self)
{
  agent_inventory_attach (self->inventory, connection);
  agent_store_attach (self->store);
}

static void
on_disconnected (AgentHypervisor *hypervisor, Agent *self)
{
  agent_inventory_detach (self->inventory);
}

static void
on_vm_changed (AgentInventory *inventory, const muri_v1_Vm *vm, Agent *self)
{
  agent_executor_vm_changed (self->executor, &vm->vm);
}

static void
on_inventory_event (AgentInventory *inventory, const muri_v1_Event *event, Agent *self)
{
  if (event->kind == MURI_EVENT_VM_REBOOTED)
    agent_executor_vm_rebooted (self->executor, &event->vm);
}

/* What else a power verb changes, events tell. */
static void
on_acted (AgentExecutor *executor, const muri_v1_Uuid *vm, guint verb, Agent *self)
{
  if (muri_uuid_is_zero (vm))
    return;
  if (verb >= MURI_VERB_POWER_ON && verb <= MURI_VERB_PAUSE)
    agent_inventory_refresh_state (self->inventory, vm);
  else
    agent_inventory_refresh (self->inventory, vm);
}

static void
on_vm_removed (AgentInventory *inventory, const muri_v1_Vm *vm, Agent *self)
{
  agent_mirror_forget (self->mirror, &vm->vm);
}

static gboolean
is_known (const muri_v1_Uuid *vm, gpointer inventory)
{
  return agent_inventory_find (inventory, vm) != NULL;
}

static void
on_loaded (AgentInventory *inventory, Agent *self)
{
  agent_mirror_retain (self->mirror, is_known, inventory);
}

static void
on_look_again (AgentMirror *mirror, const muri_v1_Uuid *vm, guint causes, Agent *self)
{
  agent_inventory_refresh_for (self->inventory, vm, causes);
}

static void
on_mirror_event (AgentMirror *mirror, const muri_v1_Event *event, Agent *self)
{
  agent_publisher_emit (self->publisher, event);
}

static void
on_frame (AgentSampler *sampler, const AgentFrame *frame, Agent *self)
{
  agent_history_take (self->history, frame);
}

static void
publish_state (Agent *self)
{
  muri_v1_Membership *groups;
  guint n_groups = agent_node_state_get_groups (self->state, &groups);

  agent_publisher_set_state (self->publisher, groups, n_groups,
                             agent_node_state_get_maintenance (self->state));
  dds_free (groups);
}

static void
on_state_changed (AgentNodeState *state, Agent *self)
{
  const muri_v1_Event event = { .kind = MURI_EVENT_NODE_CHANGED, .severity = MURI_SEVERITY_INFO };

  publish_state (self);
  agent_publisher_emit (self->publisher, &event);
}

static void
on_store_event (AgentStore *store, const muri_v1_Event *event, Agent *self)
{
  agent_publisher_emit (self->publisher, event);
}

static void
on_store_facts (AgentStore *store, Agent *self)
{
  AgentStoreFacts facts;
  agent_store_get_facts (store, &facts);
  agent_publisher_set_store (self->publisher, facts.pool, facts.size, facts.available, facts.error);
}

static void
on_unsupported (AgentExecutor *executor, guint verb, Agent *self)
{
  agent_hypervisor_note_unsupported (self->hypervisor, verb);
}

static void
on_operations_event (AgentOperations *operations, const muri_v1_Event *event, Agent *self)
{
  agent_publisher_emit (self->publisher, event);
}

static void
on_batch (MuriZone *zone, MuriChange *changes, gsize n_changes, gpointer user_data)
{
  Agent *self = user_data;
  for (gsize i = 0; i < n_changes; i++)
    agent_operations_handle (self->operations, &changes[i]);
}

static void
tell (Agent *self, guint kind)
{
  const muri_v1_Event event = { .kind = kind, .severity = MURI_SEVERITY_INFO };
  agent_publisher_emit (self->publisher, &event);
}

/* Once, whatever number of agents there is in this process. */
static void
warn_of_receive_buffer (guint32 bytes)
{
  static gsize once;
  if (bytes == 0 || bytes >= MURI_RECEIVE_BUFFER || !g_once_init_enter (&once))
    return;
  g_message (
      "The kernel grants %u of %u bytes of receive buffer, so that what comes in a burst may "
      "be lost: copy " MURI_EXAMPLESDIR "/60-muri.conf to /etc/sysctl.d, run “sysctl "
      "--system” and restart the agent",
      bytes, MURI_RECEIVE_BUFFER);
  g_once_init_leave (&once, 1);
}

/* ---- starting --------------------------------------------------------------------------- */

static void
build_history (Agent *self)
{
  const AgentConfig *config = self->config;
  g_autofree char *directory = g_build_filename (config->state_dir, "history", NULL);
  if (config->history_size == 0)
    return;
  /* Whoever serves it may be asked before the first figures are written. */
  g_mkdir (directory, 0755);
  self->history = agent_history_new (directory, (guint64)config->history_size * 1024 * 1024);
}

/* Without it the agent does all else. */
static void
build_http (Agent *self)
{
  const AgentConfig *config = self->config;
  g_autofree char *directory = g_build_filename (config->state_dir, "history", NULL);
  g_autoptr (GError) error = NULL;
  const AgentHttpSettings settings = {
    .address = config->http_listen != NULL ? config->http_listen : config->address,
    .port = config->http_port,
    .history = self->history != NULL ? directory : NULL,
    .node = self->identity->node,
    .uploads = config->templates_uploads,
    .rate = config->templates_rate,
    .certificate = config->certificate,
    .key = config->key,
    .authority = config->authority,
  };
  if (!config->serve)
    return;
  self->grants = agent_grants_new ();
  self->http = agent_http_new (&settings, self->grants, &error);
  if (self->http == NULL)
    g_message ("This node's history and templates are not served: %s", error->message);
}

static guint64
host_unsupported (const AgentConfig *config)
{
  const guint64 power = G_GUINT64_CONSTANT (1) << MURI_VERB_HOST_SHUTDOWN
                        | G_GUINT64_CONSTANT (1) << MURI_VERB_HOST_REBOOT;
  return config->allow_power ? 0 : power;
}

static void
build_monitoring (Agent *self)
{
  g_autofree char *uri = NULL;
  const AgentConfig *config = self->config;
  const muri_v1_Uuid *node = &self->identity->node;
  const AgentNodeFacts facts = {
    .node = *node,
    .name = config->name,
    .uri = config->uri,
    .address = config->address,
    .simulated = config->simulate,
    .insecure = config->insecure,
    .http_port = self->http != NULL ? agent_http_get_port (self->http) : 0,
    .http_tls = config->certificate != NULL,
    .receive_buffer = muri_receive_buffer_probe (),
    .unsupported = agent_store_get_unsupported (config->simulate) | host_unsupported (config),
  };
  warn_of_receive_buffer (facts.receive_buffer);
  if (config->simulate)
    uri = agent_memory_resolve (config->state_dir, config->uri);
  self->connections = agent_connections_new (uri ? uri : config->uri);
  self->hypervisor = agent_hypervisor_new (self->connections);
  self->inventory = agent_inventory_new (node);
  if (config->simulate && agent_memory_is_needed (config->uri))
    self->memory = agent_memory_new (config->state_dir, self->connections, self->inventory);
  self->sampler = agent_sampler_new (self->connections, self->hypervisor, self->inventory, node,
                                     config->simulate);
  self->publisher = agent_publisher_new (&facts, self->hypervisor, self->inventory, self->sampler,
                                         config->state_dir);
  self->store = agent_store_new (node, config, self->connections, self->inventory);
  if (self->http != NULL)
    agent_store_set_grants (self->store, self->grants, agent_http_get_port (self->http));
}

static void
wire (Agent *self)
{
  g_signal_connect_object (self->hypervisor, "connected", G_CALLBACK (on_connected), self, 0);
  g_signal_connect_object (self->hypervisor, "disconnected", G_CALLBACK (on_disconnected), self, 0);
  g_signal_connect_object (self->inventory, "vm-changed", G_CALLBACK (on_vm_changed), self, 0);
  g_signal_connect_object (self->inventory, "vm-removed", G_CALLBACK (on_vm_changed), self, 0);
  g_signal_connect_object (self->inventory, "event", G_CALLBACK (on_inventory_event), self, 0);
  g_signal_connect_object (self->inventory, "vm-removed", G_CALLBACK (on_vm_removed), self, 0);
  g_signal_connect_object (self->inventory, "loaded", G_CALLBACK (on_loaded), self, 0);
  g_signal_connect_object (self->mirror, "look-again", G_CALLBACK (on_look_again), self, 0);
  g_signal_connect_object (self->mirror, "event", G_CALLBACK (on_mirror_event), self, 0);
  if (self->history != NULL)
    g_signal_connect_object (self->sampler, "frame", G_CALLBACK (on_frame), self, 0);
  g_signal_connect_object (self->state, "changed", G_CALLBACK (on_state_changed), self, 0);
  g_signal_connect_object (self->store, "event", G_CALLBACK (on_store_event), self, 0);
  g_signal_connect_object (self->store, "facts", G_CALLBACK (on_store_facts), self, 0);
  g_signal_connect_object (self->executor, "acted", G_CALLBACK (on_acted), self, 0);
  g_signal_connect_object (self->executor, "unsupported", G_CALLBACK (on_unsupported), self, 0);
  g_signal_connect_object (self->operations, "event", G_CALLBACK (on_operations_event), self, 0);
}

static void
build_operations (Agent *self)
{
  const AgentWorkContext context = {
    .connections = self->connections,
    .journal = self->journal,
    .mirror = self->mirror,
    .state = self->state,
    .interface = self->config->zone->interface,
    .allow_power = self->config->allow_power,
  };
  self->executor = agent_executor_new (&context, self->inventory);
  self->sharing = agent_sharing_new (self->inventory, self->store);
  self->vm_jobs = agent_vm_jobs_new (self->store, self->inventory);
  agent_vm_jobs_register (self->vm_jobs, self->executor);
  agent_template_job_register (self->executor, self->store);
  self->operations = agent_operations_new (&self->identity->node, self->journal, self->executor);
}

static gboolean
join (gpointer user_data)
{
  Agent *self = user_data;
  g_autoptr (GError) error = NULL;
  self->join = 0;
  self->zone =
      muri_zone_open (self->bus, self->config->zone, READS, WRITES, on_batch, self, &error);
  if (self->zone == NULL)
    {
      g_signal_emit (self, signals[FAILED], 0, error->message);
      return G_SOURCE_REMOVE;
    }
  agent_publisher_set_zone (self->publisher, self->zone);
  agent_store_set_zone (self->store, self->zone);
  agent_operations_set_zone (self->operations, self->zone);
  tell (self, MURI_EVENT_AGENT_STARTED);
  g_signal_emit (self, signals[JOINED], 0);
  return G_SOURCE_REMOVE;
}

gboolean
agent_start (Agent *self, GError **error)
{
  char id[MURI_UUID_TEXT];
  self->identity = agent_identity_open (self->config->state_dir, error);
  if (self->identity == NULL)
    return FALSE;
  if (!agent_security_check (self->config, &self->identity->node, error))
    {
      g_clear_pointer (&self->identity, agent_identity_close);
      return FALSE;
    }
  g_autofree char *path = g_build_filename (self->config->state_dir, "journal.db", NULL);
  g_autoptr (GHashTable) kept = NULL;
  self->journal = agent_journal_new (path, error);
  if (self->journal == NULL || (self->state = agent_node_state_new (self->journal, error)) == NULL
      || (kept = agent_keep_load_metadata (self->journal, error)) == NULL)
    {
      g_clear_object (&self->state);
      g_clear_object (&self->journal);
      g_clear_pointer (&self->identity, agent_identity_close);
      return FALSE;
    }
  build_history (self);
  build_http (self);
  build_monitoring (self);
  self->mirror = agent_mirror_new (self->connections, self->journal, kept);
  agent_inventory_set_mirror (self->inventory, self->mirror);
  publish_state (self);
  build_operations (self);
  wire (self);
  agent_publisher_start (self->publisher);
  agent_sampler_start (self->sampler);
  agent_hypervisor_start (self->hypervisor);
  if (!agent_operations_recover (self->operations, error))
    {
      agent_stop (self);
      return FALSE;
    }
  g_message ("Node %s is %s, on %s; zone %u on %s", self->config->name,
             muri_uuid_format (&self->identity->node, id), self->config->uri,
             self->config->zone->zone, self->config->zone->interface);

  /* Many that are switched on together do not all join at once. */
  guint within = self->config->join_within;
  self->join = g_timeout_add (within > 0 ? g_random_int_range (0, within) : 0, join, self);
  return TRUE;
}

/* ---- stopping --------------------------------------------------------------------------- */

void
agent_stop (Agent *self)
{
  if (self->identity == NULL)
    return;
  g_clear_handle_id (&self->join, g_source_remove);
  agent_executor_stop (self->executor, PATIENCE);
  agent_operations_flush (self->operations);
  agent_store_stop (self->store);
  if (self->memory != NULL)
    agent_memory_flush (self->memory);
  agent_sampler_stop (self->sampler);
  if (self->history != NULL)
    agent_history_stop (self->history);
  if (self->http != NULL)
    agent_http_stop (self->http);
  if (self->zone != NULL)
    tell (self, MURI_EVENT_AGENT_STOPPED);
  agent_publisher_stop (self->publisher);
  agent_hypervisor_stop (self->hypervisor);
  if (self->zone != NULL)
    {
      muri_zone_flush (self->zone);
      agent_operations_set_zone (self->operations, NULL);
      agent_publisher_set_zone (self->publisher, NULL);
      agent_store_set_zone (self->store, NULL);
      muri_zone_close (self->zone);
    }
  agent_journal_close (self->journal);

  g_clear_object (&self->zone);
  g_clear_object (&self->operations);
  g_clear_object (&self->executor);
  g_clear_object (&self->vm_jobs);
  g_clear_object (&self->sharing);
  g_clear_object (&self->store);
  g_clear_object (&self->publisher);
  g_clear_object (&self->sampler);
  g_clear_object (&self->memory);
  g_clear_object (&self->history);
  g_clear_object (&self->http);
  g_clear_object (&self->grants);
  g_clear_object (&self->inventory);
  g_clear_object (&self->mirror);
  g_clear_object (&self->state);
  g_clear_object (&self->hypervisor);
  g_clear_object (&self->journal);
  g_clear_pointer (&self->connections, agent_connections_unref);
  g_clear_pointer (&self->identity, agent_identity_close);
}

/* ---- the object ------------------------------------------------------------------------- */

/* Valid between start and stop. */
const muri_v1_Uuid *
agent_get_node (Agent *self)
{
  return self->identity != NULL ? &self->identity->node : NULL;
}

AgentInventory *
agent_get_inventory (Agent *self)
{
  return self->inventory;
}

AgentConnections *
agent_get_connections (Agent *self)
{
  return self->connections;
}

Agent *
agent_new (const AgentConfig *config, MuriBus *bus)
{
  Agent *self = g_object_new (AGENT_TYPE, NULL);
  self->config = agent_config_copy (config);
  self->bus = g_object_ref (bus);
  return self;
}

static void
agent_dispose (GObject *object)
{
  agent_stop (AGENT_AGENT (object));
  G_OBJECT_CLASS (agent_parent_class)->dispose (object);
}

static void
agent_finalize (GObject *object)
{
  Agent *self = AGENT_AGENT (object);
  agent_config_free (self->config);
  g_object_unref (self->bus);
  G_OBJECT_CLASS (agent_parent_class)->finalize (object);
}

static void
agent_class_init (AgentClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = agent_dispose;
  G_OBJECT_CLASS (klass)->finalize = agent_finalize;
  signals[JOINED] =
      g_signal_new ("joined", AGENT_TYPE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[FAILED] = g_signal_new ("failed", AGENT_TYPE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
agent_init (Agent *self)
{
}
