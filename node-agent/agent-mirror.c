/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent-mirror.h"

#include <string.h>

#include "agent-error.h"
#include "agent-membership.h"
#include "agent-repair.h"
#include "agent-vm.h"
#include "muri-uuid.h"
#include "muri-words.h"

/* The event that says "on purpose" may come later than what it is about is read. */
#define SETTLE 500 /* ms */

#define WORKERS 2

/* Who acts waits so long until it is known what was meant. */
#define PATIENCE (3 * G_TIME_SPAN_SECOND)

struct _AgentMirror
{
  GObject parent_instance;
  AgentConnections *connections;
  AgentCopies *copies; /* any thread */
  GThreadPool *pool;

  GHashTable *settling; /* VM to the source of its timer; 0 while it is being repaired */
  GHashTable *wrong;    /* VM to what is wrong with its metadata, as told */
};

G_DEFINE_FINAL_TYPE (AgentMirror, agent_mirror, G_TYPE_OBJECT)

enum
{
  LOOK_AGAIN,
  EVENT,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

static void
tell (AgentMirror *self, const muri_v1_Uuid *vm, const char *name, guint kind, guint severity,
      const char *detail)
{
  muri_v1_Event event = { .kind = kind, .severity = severity, .vm = *vm };

  AGENT_TEXT_COPY (event.vm_name, name);
  AGENT_TEXT_COPY (event.detail, detail);
  g_signal_emit (self, signals[EVENT], 0, &event);
}

/* ---- from any thread ---------------------------------------------------------------------- */

typedef struct
{
  AgentMirror *self; /* a reference */
  muri_v1_Uuid vm;
  guint causes;
} Look;

static void
look_free (gpointer data)
{
  Look *look = data;

  g_object_unref (look->self);
  g_free (look);
}

static gboolean
on_look (gpointer data)
{
  Look *look = data;

  g_signal_emit (look->self, signals[LOOK_AGAIN], 0, &look->vm, look->causes);
  return G_SOURCE_REMOVE;
}

static void
look_again (AgentMirror *self, const muri_v1_Uuid *vm, guint causes)
{
  Look *look = g_new (Look, 1);

  look->self = g_object_ref (self);
  look->vm = *vm;
  look->causes = causes;
  g_idle_add_full (G_PRIORITY_DEFAULT, on_look, look, look_free);
}

void
agent_mirror_begin_write (AgentMirror *self, const muri_v1_Uuid *vm)
{
  agent_copies_begin_write (self->copies, vm);
}

void
agent_mirror_end_write (AgentMirror *self, const muri_v1_Uuid *vm, guint calls, gboolean good,
                        const char *plain)
{
  if (agent_copies_end_write (self->copies, vm, calls, good, plain))
    look_again (self, vm, AGENT_MIRROR_PURPOSE);
}

char *
agent_mirror_dup (AgentMirror *self, const muri_v1_Uuid *vm)
{
  return agent_copies_dup (self->copies, vm);
}

AgentCopyVerdict
agent_mirror_judge (AgentMirror *self, const muri_v1_Uuid *vm, const char *plain)
{
  AgentCopyVerdict verdict = agent_copies_judge (self->copies, vm, plain);

  if (verdict != AGENT_COPY_UNCERTAIN)
    return verdict;
  look_again (self, vm, 0);
  return agent_copies_await (self->copies, vm, plain, g_get_monotonic_time () + PATIENCE);
}

/* ---- writing back ------------------------------------------------------------------------- */

/* The worker's while it is there. */
typedef struct
{
  AgentMirror *self; /* a reference */
  AgentRepair *repair;
} Job;

static void
job_free (gpointer data)
{
  Job *job = data;

  agent_repair_free (job->repair);
  g_object_unref (job->self);
  g_free (job);
}

static gboolean
repaired (gpointer data)
{
  Job *job = data;
  AgentRepair *repair = job->repair;
  AgentMirror *self = job->self;
  g_autofree char *detail = agent_repair_explain (repair);

  g_hash_table_remove (self->settling, &repair->vm);
  if (detail != NULL)
    tell (self, &repair->vm, repair->name, MURI_EVENT_VM_METADATA_RESTORED, MURI_SEVERITY_NOTICE,
          detail);
  else if (repair->error != NULL && !agent_error_is_no_domain (repair->error))
    g_message ("The metadata of %s could not be restored: %s", repair->name,
               repair->error->message);
  g_signal_emit (self, signals[LOOK_AGAIN], 0, &repair->vm,
                 repair->foreign ? AGENT_MIRROR_PURPOSE : 0);
  return G_SOURCE_REMOVE;
}

static void
worker (gpointer data, gpointer user_data)
{
  Job *job = data;

  agent_repair_run (job->repair, job->self->connections, job->self->copies);
  g_idle_add_full (G_PRIORITY_DEFAULT, repaired, job, job_free);
}

static gboolean
push (gpointer data)
{
  Job *job = data;

  g_thread_pool_push (job->self->pool, job, NULL);
  return G_SOURCE_REMOVE;
}

/* ---- examining ---------------------------------------------------------------------------- */

typedef struct
{
  AgentMirror *self; /* not a reference: its timers go with it */
  muri_v1_Uuid vm;
} Settling;

static gboolean
settled (gpointer data)
{
  Settling *settling = data;
  AgentMirror *self = settling->self;
  muri_v1_Uuid vm = settling->vm;

  g_hash_table_remove (self->settling, &vm);
  g_signal_emit (self, signals[LOOK_AGAIN], 0, &vm, AGENT_MIRROR_SETTLED);
  return G_SOURCE_REMOVE;
}

static void
settle (AgentMirror *self, const muri_v1_Uuid *vm)
{
  Settling *settling;
  guint id;

  if (g_hash_table_contains (self->settling, vm))
    return;
  settling = g_new0 (Settling, 1);
  settling->self = self;
  settling->vm = *vm;
  id = g_timeout_add_full (G_PRIORITY_DEFAULT, SETTLE, settled, settling, g_free);
  g_hash_table_insert (self->settling, g_memdup2 (vm, sizeof *vm), GUINT_TO_POINTER (id));
}

static void
unsettle (AgentMirror *self, const muri_v1_Uuid *vm)
{
  guint id = GPOINTER_TO_UINT (g_hash_table_lookup (self->settling, vm));

  if (id == 0)
    return;
  g_source_remove (id);
  g_hash_table_remove (self->settling, vm);
}

/* What the connection had brought before the reading is dispatched first: it may say that all this
 * was meant. */
static void
start_repair (AgentMirror *self, const muri_v1_Vm *vm, const char *seen, const char *wanted)
{
  Job *job;

  if (g_hash_table_contains (self->settling, &vm->vm))
    return;
  job = g_new (Job, 1);
  job->self = g_object_ref (self);
  job->repair =
      agent_repair_new (vm, seen, wanted, agent_copies_get_generation (self->copies, &vm->vm));
  g_hash_table_insert (self->settling, g_memdup2 (&vm->vm, sizeof vm->vm), NULL);
  g_idle_add (push, job);
}

static void
publish (muri_v1_Vm *vm, const char *plain)
{
  g_autoptr (AgentMetadata) metadata = plain != NULL ? agent_metadata_parse (plain, NULL) : NULL;

  agent_vm_set_metadata (vm, metadata);
}

/* Left as it is; what was known last stays true as far as anybody knows. */
static void
examine_nonsense (AgentMirror *self, muri_v1_Vm *vm, const GError *error)
{
  g_autofree char *copy = agent_mirror_dup (self, &vm->vm);

  AGENT_TEXT_COPY (vm->metadata_error, error->message);
  publish (vm, copy);
  unsettle (self, &vm->vm);
  if (g_strcmp0 (g_hash_table_lookup (self->wrong, &vm->vm), error->message) == 0)
    return;
  g_hash_table_replace (self->wrong, g_memdup2 (&vm->vm, sizeof vm->vm), g_strdup (error->message));
  tell (self, &vm->vm, vm->name, MURI_EVENT_VM_METADATA_WRONG, MURI_SEVERITY_WARNING,
        error->message);
}

static gboolean
read_metadata (const AgentVmMetadata *found, char **definition, char **running, gboolean *compare,
               GError **error)
{
  if (found->definition != NULL
      && !agent_membership_normalise (found->definition, definition, error))
    return FALSE;
  /* What is nonsense in the running guest only is left alone there. */
  *compare =
      found->has_running
      && (found->running == NULL || agent_membership_normalise (found->running, running, NULL));
  return TRUE;
}

void
agent_mirror_examine (AgentMirror *self, muri_v1_Vm *vm, const AgentVmMetadata *found, guint causes)
{
  g_autofree char *definition = NULL;
  g_autofree char *running = NULL;
  g_autofree char *wanted = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *copy = agent_mirror_dup (self, &vm->vm);
  gboolean compare;

  if (!read_metadata (found, &definition, &running, &compare, &error))
    {
      examine_nonsense (self, vm, error);
      return;
    }
  g_hash_table_remove (self->wrong, &vm->vm);
  AGENT_TEXT_COPY (vm->metadata_error, "");
  if (causes & AGENT_MIRROR_FRESH)
    agent_copies_reset_events (self->copies, &vm->vm);

  if ((causes & AGENT_MIRROR_PURPOSE)
      || (definition != NULL
          && (copy == NULL || (causes & (AGENT_MIRROR_DEFINED | AGENT_MIRROR_FRESH)))))
    {
      agent_copies_keep (self->copies, &vm->vm, definition);
      wanted = g_strdup (definition);
    }
  else
    wanted = g_strdup (copy != NULL ? copy : running);

  publish (vm, wanted);
  if (g_strcmp0 (wanted, definition) != 0 && (causes & AGENT_MIRROR_SETTLED))
    agent_copies_note_lost (self->copies, &vm->vm);
  if (g_strcmp0 (wanted, definition) == 0 && (!compare || g_strcmp0 (wanted, running) == 0))
    unsettle (self, &vm->vm);
  else if (causes & AGENT_MIRROR_SETTLED)
    start_repair (self, vm, definition, wanted);
  else
    settle (self, &vm->vm);
}

gboolean
agent_mirror_is_own_write (AgentMirror *self, const muri_v1_Uuid *vm)
{
  return !agent_copies_note_event (self->copies, vm);
}

void
agent_mirror_forget (AgentMirror *self, const muri_v1_Uuid *vm)
{
  unsettle (self, vm);
  agent_copies_forget (self->copies, vm);
  g_hash_table_remove (self->wrong, vm);
}

void
agent_mirror_retain (AgentMirror *self,
                     gboolean (*exists) (const muri_v1_Uuid *vm, gpointer user_data),
                     gpointer user_data)
{
  g_autoptr (GArray) vms = agent_copies_list (self->copies);

  for (guint i = 0; i < vms->len; i++)
    {
      const muri_v1_Uuid *vm = &g_array_index (vms, muri_v1_Uuid, i);

      if (!exists (vm, user_data))
        agent_mirror_forget (self, vm);
    }
}

/* ---- the object --------------------------------------------------------------------------- */

AgentMirror *
agent_mirror_new (AgentConnections *connections, AgentJournal *journal, GHashTable *kept)
{
  AgentMirror *self = g_object_new (AGENT_TYPE_MIRROR, NULL);

  self->connections = agent_connections_ref (connections);
  self->copies = agent_copies_new (journal, kept);
  self->pool = g_thread_pool_new (worker, NULL, WORKERS, FALSE, NULL);
  return self;
}

static void
agent_mirror_dispose (GObject *object)
{
  AgentMirror *self = AGENT_MIRROR (object);
  GHashTableIter iter;
  gpointer id;

  g_hash_table_iter_init (&iter, self->settling);
  while (g_hash_table_iter_next (&iter, NULL, &id))
    if (id != NULL)
      g_source_remove (GPOINTER_TO_UINT (id));
  g_hash_table_remove_all (self->settling);
  G_OBJECT_CLASS (agent_mirror_parent_class)->dispose (object);
}

/* No worker has anything of it any more: each repair holds a reference. */
static void
agent_mirror_finalize (GObject *object)
{
  AgentMirror *self = AGENT_MIRROR (object);

  g_thread_pool_free (self->pool, FALSE, TRUE);
  agent_copies_free (self->copies);
  g_hash_table_unref (self->settling);
  g_hash_table_unref (self->wrong);
  agent_connections_unref (self->connections);
  G_OBJECT_CLASS (agent_mirror_parent_class)->finalize (object);
}

static void
agent_mirror_class_init (AgentMirrorClass *klass)
{
  GType type = G_TYPE_FROM_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = agent_mirror_dispose;
  G_OBJECT_CLASS (klass)->finalize = agent_mirror_finalize;
  signals[LOOK_AGAIN] = g_signal_new ("look-again", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                      G_TYPE_NONE, 2, G_TYPE_POINTER, G_TYPE_UINT);
  signals[EVENT] = g_signal_new ("event", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                                 1, G_TYPE_POINTER);
}

static void
agent_mirror_init (AgentMirror *self)
{
  self->settling = g_hash_table_new_full (muri_uuid_hash, muri_uuid_equal, g_free, NULL);
  self->wrong = g_hash_table_new_full (muri_uuid_hash, muri_uuid_equal, g_free, g_free);
}
