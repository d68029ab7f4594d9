/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent-hypervisor.h"

#include <gio/gio.h>
#include <string.h>

#include "agent-error.h"
#include "muri-words.h"

/* libvirtd answers within 0.2 s of its start: with the longest pause and its jitter the
 * connection is back in under 2 s. In milliseconds. */
#define RETRY_FIRST 250
#define RETRY_LAST 1300
#define RETRY_JITTER 200

struct _AgentHypervisor
{
  GObject parent_instance;

  AgentConnections *connections;
  virConnectPtr connection; /* while up */
  guint state;
  gint64 since;
  char *error;
  AgentHypervisorFacts facts;
  guint64 learned; /* verbs refused, bit N for verb N */

  gboolean started;
  gboolean opening;
  guint pause;
  guint retry;
};

G_DEFINE_FINAL_TYPE (AgentHypervisor, agent_hypervisor, G_TYPE_OBJECT)

enum
{
  CONNECTED,
  DISCONNECTED,
  CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void open_connection (AgentHypervisor *self);

/* ---- the close callback: comes on any thread ---- */

typedef struct
{
  GWeakRef hypervisor;
  virConnectPtr connection; /* only compared */
  int reason;
} Closing;

static Closing *
closing_new (AgentHypervisor *self, virConnectPtr connection, int reason)
{
  Closing *closing = g_new0 (Closing, 1);

  g_weak_ref_init (&closing->hypervisor, self);
  closing->connection = connection;
  closing->reason = reason;
  return closing;
}

static void
closing_free (gpointer data)
{
  Closing *closing = data;

  g_weak_ref_clear (&closing->hypervisor);
  g_free (closing);
}

static void on_closed (virConnectPtr connection, int reason, void *user_data);

static gpointer
release_thread (gpointer data)
{
  virConnectUnregisterCloseCallback (data, on_closed);
  virConnectClose (data);
  return NULL;
}

/* On a thread: both may talk to libvirt. */
static void
release_connection (virConnectPtr connection)
{
  if (connection)
    g_thread_unref (g_thread_new ("libvirt-release", release_thread, connection));
}

static void
lose_connection (AgentHypervisor *self, const char *why)
{
  virConnectPtr connection = g_steal_pointer (&self->connection);

  agent_connections_drop (self->connections, AGENT_CONNECTION_EVENTS, connection);
  self->state = MURI_CONNECTION_DOWN;
  self->since = g_get_real_time ();
  g_free (self->error);
  self->error = g_strdup (why);
  g_message ("Lost the hypervisor %s: %s", agent_connections_get_uri (self->connections), why);
  g_signal_emit (self, signals[DISCONNECTED], 0);
  g_signal_emit (self, signals[CHANGED], 0);
  release_connection (connection);
}

static gboolean
on_closed_main (gpointer data)
{
  static const char *const reasons[] = {
    [VIR_CONNECT_CLOSE_REASON_ERROR] = "the connection broke",
    [VIR_CONNECT_CLOSE_REASON_EOF] = "the other end closed the connection",
    [VIR_CONNECT_CLOSE_REASON_KEEPALIVE] = "no answer to keepalives",
    [VIR_CONNECT_CLOSE_REASON_CLIENT] = "closed",
  };
  Closing *closing = data;
  g_autoptr (AgentHypervisor) self = g_weak_ref_get (&closing->hypervisor);

  if (self == NULL || self->connection == NULL || self->connection != closing->connection)
    return G_SOURCE_REMOVE;

  lose_connection (self, (guint)closing->reason < G_N_ELEMENTS (reasons) ? reasons[closing->reason]
                                                                         : reasons[0]);
  if (self->started)
    {
      self->pause = RETRY_FIRST;
      open_connection (self);
    }
  return G_SOURCE_REMOVE;
}

static void
on_closed (virConnectPtr connection, int reason, void *user_data)
{
  Closing *closing = user_data;
  g_autoptr (AgentHypervisor) self = g_weak_ref_get (&closing->hypervisor);

  if (self)
    g_main_context_invoke_full (NULL, G_PRIORITY_DEFAULT, on_closed_main,
                                closing_new (self, connection, reason), closing_free);
}

/* ---- opening, on a worker ---- */

typedef struct
{
  AgentConnections *connections;
  Closing *closing; /* for the close callback, which takes it */
  virConnectPtr connection;
  AgentHypervisorFacts facts;
} Opening;

static void
opening_free (gpointer data)
{
  Opening *opening = data;

  release_connection (opening->connection);
  g_clear_pointer (&opening->closing, closing_free);
  agent_connections_unref (opening->connections);
  g_free (opening);
}

static void
open_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Opening *opening = data;
  GError *error = NULL;

  opening->connection =
      agent_connections_acquire (opening->connections, AGENT_CONNECTION_EVENTS, &error);
  if (opening->connection == NULL)
    {
      g_task_return_error (task, error);
      return;
    }

  /* A driver inside this process cannot be lost; it would take the callback and forget it. */
  if (!g_str_has_prefix (agent_connections_get_uri (opening->connections), "test:")
      && virConnectRegisterCloseCallback (opening->connection, on_closed, opening->closing,
                                          closing_free)
             == 0)
    opening->closing = NULL;

  if (!agent_hypervisor_facts_read (opening->connection, &opening->facts, &error))
    {
      agent_connections_drop (opening->connections, AGENT_CONNECTION_EVENTS, opening->connection);
      g_task_return_error (task, error);
      return;
    }
  g_task_return_boolean (task, TRUE);
}

static gboolean
on_retry (gpointer user_data)
{
  AgentHypervisor *self = user_data;

  self->retry = 0;
  open_connection (self);
  return G_SOURCE_REMOVE;
}

static void
note_failure (AgentHypervisor *self, const GError *error)
{
  gboolean first = self->state == MURI_CONNECTION_UNKNOWN;
  gboolean differs = first || g_strcmp0 (self->error, error->message) != 0;

  if (first)
    {
      self->state = MURI_CONNECTION_DOWN;
      self->since = g_get_real_time ();
    }
  if (differs)
    {
      g_free (self->error);
      self->error = g_strdup (error->message);
      g_message ("Cannot reach the hypervisor %s: %s",
                 agent_connections_get_uri (self->connections), error->message);
    }
  if (first)
    g_signal_emit (self, signals[DISCONNECTED], 0);
  if (differs)
    g_signal_emit (self, signals[CHANGED], 0);

  self->retry = g_timeout_add (self->pause + g_random_int_range (0, RETRY_JITTER), on_retry, self);
  self->pause = MIN (self->pause * 2, RETRY_LAST);
}

static void
note_success (AgentHypervisor *self, Opening *opening)
{
  /* Another version may have learned what this one refuses. */
  if (opening->facts.libvirt_version != self->facts.libvirt_version
      || strcmp (opening->facts.type, self->facts.type) != 0)
    self->learned = 0;

  self->facts = opening->facts;
  self->connection = g_steal_pointer (&opening->connection);
  self->state = MURI_CONNECTION_UP;
  self->since = g_get_real_time ();
  self->pause = RETRY_FIRST;
  g_clear_pointer (&self->error, g_free);
  g_signal_emit (self, signals[CHANGED], 0);
  g_signal_emit (self, signals[CONNECTED], 0, self->connection);
}

static void
on_opened (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (AgentHypervisor) self = user_data;
  Opening *opening = g_task_get_task_data (G_TASK (result));
  g_autoptr (GError) error = NULL;

  self->opening = FALSE;
  g_task_propagate_boolean (G_TASK (result), &error);
  if (!self->started)
    return;

  if (error)
    {
      note_failure (self, error);
    }
  else if (virConnectIsAlive (opening->connection) == 1)
    {
      note_success (self, opening);
    }
  else
    {
      /* Lost between opening and here: its close callback found nothing to close. */
      agent_connections_drop (self->connections, AGENT_CONNECTION_EVENTS, opening->connection);
      open_connection (self);
    }
}

static void
open_connection (AgentHypervisor *self)
{
  g_autoptr (GTask) task = NULL;
  Opening *opening;

  if (self->opening || self->connection)
    return;
  self->opening = TRUE;
  g_clear_handle_id (&self->retry, g_source_remove);

  opening = g_new0 (Opening, 1);
  opening->connections = agent_connections_ref (self->connections);
  opening->closing = closing_new (self, NULL, 0);
  /* No source object: a task may drop that on its worker. */
  task = g_task_new (NULL, NULL, on_opened, g_object_ref (self));
  g_task_set_name (task, "open-hypervisor");
  g_task_set_task_data (task, opening, opening_free);
  g_task_run_in_thread (task, open_thread);
}

void
agent_hypervisor_start (AgentHypervisor *self)
{
  self->started = TRUE;
  self->pause = RETRY_FIRST;
  open_connection (self);
}

void
agent_hypervisor_stop (AgentHypervisor *self)
{
  self->started = FALSE;
  g_clear_handle_id (&self->retry, g_source_remove);
  release_connection (g_steal_pointer (&self->connection));
}

guint
agent_hypervisor_get_state (AgentHypervisor *self)
{
  return self->state;
}

gint64
agent_hypervisor_get_since (AgentHypervisor *self)
{
  return self->since;
}

const char *
agent_hypervisor_get_error (AgentHypervisor *self)
{
  return self->error ? self->error : "";
}

const AgentHypervisorFacts *
agent_hypervisor_get_facts (AgentHypervisor *self)
{
  return &self->facts;
}

void
agent_hypervisor_note_unsupported (AgentHypervisor *self, guint verb)
{
  guint64 bit = G_GUINT64_CONSTANT (1) << verb;

  if (verb >= 64 || (agent_hypervisor_get_unsupported (self) & bit))
    return;
  self->learned |= bit;
  g_signal_emit (self, signals[CHANGED], 0);
}

guint64
agent_hypervisor_get_unsupported (AgentHypervisor *self)
{
  return self->learned | self->facts.unsupported;
}

static void
agent_hypervisor_dispose (GObject *object)
{
  agent_hypervisor_stop (AGENT_HYPERVISOR (object));
  G_OBJECT_CLASS (agent_hypervisor_parent_class)->dispose (object);
}

static void
agent_hypervisor_finalize (GObject *object)
{
  AgentHypervisor *self = AGENT_HYPERVISOR (object);

  agent_connections_unref (self->connections);
  g_free (self->error);
  G_OBJECT_CLASS (agent_hypervisor_parent_class)->finalize (object);
}

static void
agent_hypervisor_class_init (AgentHypervisorClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GType type = G_TYPE_FROM_CLASS (klass);

  object_class->dispose = agent_hypervisor_dispose;
  object_class->finalize = agent_hypervisor_finalize;

  signals[CONNECTED] = g_signal_new ("connected", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                     G_TYPE_NONE, 1, G_TYPE_POINTER);
  signals[DISCONNECTED] =
      g_signal_new ("disconnected", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[CHANGED] =
      g_signal_new ("changed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
agent_hypervisor_init (AgentHypervisor *self)
{
}

AgentHypervisor *
agent_hypervisor_new (AgentConnections *connections)
{
  AgentHypervisor *self = g_object_new (AGENT_TYPE_HYPERVISOR, NULL);

  self->connections = agent_connections_ref (connections);
  return self;
}
