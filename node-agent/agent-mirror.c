/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent-mirror.h"

#include <string.h>

#include "agent-domain-metadata.h"
#include "agent-error.h"
#include "agent-keep.h"
#include "agent-membership.h"
#include "agent-vm.h"
#include "muri-uuid.h"
#include "muri-words.h"

/* The event that says "on purpose" may come later than what it is about is read. */
#define SETTLE 500 /* ms */

#define WORKERS 2

/* An event that has not come by then never will. */
#define ECHO_WITHIN (5 * G_TIME_SPAN_SECOND)

typedef struct
{
  char *plain;
  gboolean lost; /* the VM has something else now, and not on purpose */
} Copy;

typedef struct
{
  muri_v1_Uuid vm;
  gint64 until; /* monotonic */
} Write;

/* What is to be written back; the worker's while it is there. */
typedef struct
{
  AgentMirror *self; /* a reference */
  muri_v1_Uuid vm;
  char *name;
  char *seen; /* in the definition; NULL nothing */
  char *wanted;
  gboolean lost; /* from the definition, not only from the running guest */
  gboolean written;
  GError *error;
} Repair;

struct _AgentMirror
{
  GObject parent_instance;
  AgentConnections *connections;
  AgentJournal *journal;
  GThreadPool *pool;

  GMutex lock;        /* of copies and writes */
  GHashTable *copies; /* by VM */
  GArray *writes;     /* Write: own ones whose event has not come */

  GHashTable *settling; /* VM to the source of its timer; 0 while it is being repaired */
  GHashTable *wrong;    /* VM to what is wrong with its metadata, as told */
};

G_DEFINE_FINAL_TYPE (AgentMirror, agent_mirror, G_TYPE_OBJECT)

enum
{
  LOOK_AGAIN,
  WRITTEN,
  EVENT,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

static Copy *
copy_new (const char *plain)
{
  Copy *copy = g_new0 (Copy, 1);

  copy->plain = g_strdup (plain);
  return copy;
}

static void
copy_free (gpointer data)
{
  Copy *copy = data;

  g_free (copy->plain);
  g_free (copy);
}

static void
tell (AgentMirror *self, const muri_v1_Uuid *vm, const char *name, guint kind, guint severity,
      const char *detail)
{
  muri_v1_Event event = { .kind = kind, .severity = severity, .vm = *vm };

  AGENT_TEXT_COPY (event.vm_name, name);
  AGENT_TEXT_COPY (event.detail, detail);
  g_signal_emit (self, signals[EVENT], 0, &event);
}

/* ---- copies: any thread ------------------------------------------------------------------ */

static void
keep (AgentMirror *self, const muri_v1_Uuid *vm, const char *plain)
{
  Copy *copy;

  g_mutex_lock (&self->lock);
  copy = g_hash_table_lookup (self->copies, vm);
  if (g_strcmp0 (copy != NULL ? copy->plain : NULL, plain) != 0)
    {
      if (plain != NULL)
        g_hash_table_replace (self->copies, g_memdup2 (vm, sizeof *vm), copy_new (plain));
      else
        g_hash_table_remove (self->copies, vm);
      agent_keep_set_metadata (self->journal, vm, plain);
    }
  else if (copy != NULL)
    copy->lost = FALSE;
  g_mutex_unlock (&self->lock);
}

static void
set_lost (AgentMirror *self, const muri_v1_Uuid *vm, gboolean lost)
{
  Copy *copy;

  g_mutex_lock (&self->lock);
  copy = g_hash_table_lookup (self->copies, vm);
  if (copy != NULL)
    copy->lost = lost;
  g_mutex_unlock (&self->lock);
}

void
agent_mirror_begin_write (AgentMirror *self, const muri_v1_Uuid *vm)
{
  const Write write = { .vm = *vm, .until = g_get_monotonic_time () + ECHO_WITHIN };

  g_mutex_lock (&self->lock);
  g_array_append_val (self->writes, write);
  g_mutex_unlock (&self->lock);
}

/* Those that are overdue go as well. */
static gboolean
take_write (AgentMirror *self, const muri_v1_Uuid *vm)
{
  gint64 now = g_get_monotonic_time ();
  gboolean found = FALSE;

  g_mutex_lock (&self->lock);
  for (guint i = 0; i < self->writes->len;)
    {
      const Write *write = &g_array_index (self->writes, Write, i);
      gboolean overdue = write->until < now;
      gboolean is_it = !overdue && !found && muri_uuid_equal (&write->vm, vm);

      found |= is_it;
      if (overdue || is_it)
        g_array_remove_index (self->writes, i);
      else
        i++;
    }
  g_mutex_unlock (&self->lock);
  return found;
}

void
agent_mirror_abandon_write (AgentMirror *self, const muri_v1_Uuid *vm)
{
  take_write (self, vm);
}

gboolean
agent_mirror_is_own_write (AgentMirror *self, const muri_v1_Uuid *vm)
{
  return take_write (self, vm);
}

void
agent_mirror_note_written (AgentMirror *self, const muri_v1_Uuid *vm, const char *plain)
{
  keep (self, vm, plain);
}

char *
agent_mirror_dup (AgentMirror *self, const muri_v1_Uuid *vm)
{
  Copy *copy;
  char *plain;

  g_mutex_lock (&self->lock);
  copy = g_hash_table_lookup (self->copies, vm);
  plain = copy != NULL ? g_strdup (copy->plain) : NULL;
  g_mutex_unlock (&self->lock);
  return plain;
}

char *
agent_mirror_choose (AgentMirror *self, const muri_v1_Uuid *vm, const char *plain)
{
  Copy *copy;
  char *chosen;

  g_mutex_lock (&self->lock);
  copy = g_hash_table_lookup (self->copies, vm);
  chosen = g_strdup (copy != NULL && copy->lost ? copy->plain : plain);
  g_mutex_unlock (&self->lock);
  return chosen;
}

/* ---- writing back, on a worker ------------------------------------------------------------ */

static void
repair_free (gpointer data)
{
  Repair *repair = data;

  g_clear_error (&repair->error);
  g_free (repair->name);
  g_free (repair->seen);
  g_free (repair->wanted);
  g_object_unref (repair->self);
  g_free (repair);
}

/* Who wrote it since it was seen knows better. */
static gboolean
is_as_seen (const Repair *repair, virDomainPtr domain, GError **error)
{
  g_autofree char *plain = NULL;
  g_autofree char *normal = NULL;

  return agent_domain_metadata_read (domain, &plain, error)
         && (plain == NULL || agent_membership_normalise (plain, &normal, error))
         && g_strcmp0 (normal, repair->seen) == 0;
}

static void
write_back (Repair *repair, virConnectPtr connection)
{
  virDomainPtr domain = virDomainLookupByUUID (connection, repair->vm.b);

  if (domain == NULL)
    {
      agent_error_set_from_libvirt (&repair->error);
      return;
    }
  agent_domain_metadata_lock (repair->vm.b);
  if (is_as_seen (repair, domain, &repair->error))
    {
      agent_mirror_begin_write (repair->self, &repair->vm);
      repair->written = agent_domain_metadata_write (domain, repair->wanted, &repair->error);
      if (repair->written)
        keep (repair->self, &repair->vm, repair->wanted);
      else
        agent_mirror_abandon_write (repair->self, &repair->vm);
    }
  agent_domain_metadata_unlock (repair->vm.b);
  virDomainFree (domain);
}

static char *
list_groups (const char *plain)
{
  g_autoptr (AgentMetadata) metadata = plain != NULL ? agent_metadata_parse (plain, NULL) : NULL;
  muri_v1_Membership *memberships = NULL;
  guint n = metadata != NULL ? agent_metadata_get_memberships (metadata, &memberships) : 0;
  GString *list = g_string_new (NULL);

  for (guint i = 0; i < n; i++)
    g_string_append_printf (list, "%s%s", i > 0 ? ", " : "", memberships[i].group);
  if (metadata != NULL && agent_metadata_is_guarded (metadata))
    g_string_append_printf (list, "%sprotected", n > 0 ? "; " : "");
  dds_free (memberships);
  return g_string_free (list, FALSE);
}

/* Main context. */
static gboolean
repaired (gpointer data)
{
  Repair *repair = data;
  AgentMirror *self = repair->self;
  g_autofree char *list = list_groups (repair->wanted);
  g_autofree char *detail = NULL;

  g_hash_table_remove (self->settling, &repair->vm);
  if (repair->written && repair->lost)
    detail = g_strdup_printf ("a new definition or a snapshot had changed it; back are: %s", list);
  else if (repair->written)
    detail = g_strdup_printf ("the running guest had others than its definition; now it has: %s",
                              *list != '\0' ? list : "none");
  else if (repair->error != NULL && !agent_error_is_no_domain (repair->error))
    g_message ("The metadata of %s could not be restored: %s", repair->name,
               repair->error->message);

  if (detail != NULL)
    tell (self, &repair->vm, repair->name, MURI_EVENT_VM_METADATA_RESTORED, MURI_SEVERITY_NOTICE,
          detail);
  g_signal_emit (self, signals[WRITTEN], 0, &repair->vm);
  return G_SOURCE_REMOVE;
}

static void
worker (gpointer data, gpointer user_data)
{
  Repair *repair = data;
  AgentConnections *connections = user_data;
  virConnectPtr connection = agent_connections_borrow (connections, &repair->error);

  if (connection != NULL)
    {
      write_back (repair, connection);
      agent_connections_give_back (connections, connection);
    }
  g_idle_add_full (G_PRIORITY_DEFAULT, repaired, repair, repair_free);
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
  g_signal_emit (self, signals[LOOK_AGAIN], 0, &vm);
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

static void
start_repair (AgentMirror *self, const muri_v1_Vm *vm, const char *seen, const char *wanted)
{
  Repair *repair;

  if (g_hash_table_contains (self->settling, &vm->vm))
    return;
  repair = g_new0 (Repair, 1);
  repair->self = g_object_ref (self);
  repair->vm = vm->vm;
  repair->name = g_strdup (vm->name);
  repair->seen = g_strdup (seen);
  repair->wanted = g_strdup (wanted);
  repair->lost = g_strcmp0 (seen, wanted) != 0;
  g_hash_table_insert (self->settling, g_memdup2 (&vm->vm, sizeof vm->vm), NULL);
  g_thread_pool_push (self->pool, repair, NULL);
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

  if ((causes & AGENT_MIRROR_PURPOSE)
      || (definition != NULL
          && (copy == NULL || (causes & (AGENT_MIRROR_DEFINED | AGENT_MIRROR_FRESH)))))
    {
      keep (self, &vm->vm, definition);
      wanted = g_strdup (definition);
    }
  else
    wanted = g_strdup (copy != NULL ? copy : running);

  publish (vm, wanted);
  set_lost (self, &vm->vm, g_strcmp0 (wanted, definition) != 0);
  if (g_strcmp0 (wanted, definition) == 0 && (!compare || g_strcmp0 (wanted, running) == 0))
    unsettle (self, &vm->vm);
  else if (causes & AGENT_MIRROR_SETTLED)
    start_repair (self, vm, definition, wanted);
  else
    settle (self, &vm->vm);
}

void
agent_mirror_forget (AgentMirror *self, const muri_v1_Uuid *vm)
{
  unsettle (self, vm);
  keep (self, vm, NULL);
  g_hash_table_remove (self->wrong, vm);
}

void
agent_mirror_retain (AgentMirror *self,
                     gboolean (*exists) (const muri_v1_Uuid *vm, gpointer user_data),
                     gpointer user_data)
{
  g_autoptr (GArray) gone = g_array_new (FALSE, FALSE, sizeof (muri_v1_Uuid));
  GHashTableIter iter;
  gpointer vm;

  g_mutex_lock (&self->lock);
  g_hash_table_iter_init (&iter, self->copies);
  while (g_hash_table_iter_next (&iter, &vm, NULL))
    if (!exists (vm, user_data))
      g_array_append_vals (gone, vm, 1);
  g_mutex_unlock (&self->lock);
  for (guint i = 0; i < gone->len; i++)
    agent_mirror_forget (self, &g_array_index (gone, muri_v1_Uuid, i));
}

/* ---- the object --------------------------------------------------------------------------- */

AgentMirror *
agent_mirror_new (AgentConnections *connections, AgentJournal *journal, GHashTable *kept)
{
  AgentMirror *self = g_object_new (AGENT_TYPE_MIRROR, NULL);
  GHashTableIter iter;
  gpointer vm, plain;

  self->connections = agent_connections_ref (connections);
  self->journal = g_object_ref (journal);
  self->pool = g_thread_pool_new (worker, self->connections, WORKERS, FALSE, NULL);
  g_hash_table_iter_init (&iter, kept);
  while (g_hash_table_iter_next (&iter, &vm, &plain))
    g_hash_table_insert (self->copies, g_memdup2 (vm, sizeof (muri_v1_Uuid)), copy_new (plain));
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
  g_hash_table_unref (self->copies);
  g_array_unref (self->writes);
  g_hash_table_unref (self->settling);
  g_hash_table_unref (self->wrong);
  g_mutex_clear (&self->lock);
  g_object_unref (self->journal);
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
                                      G_TYPE_NONE, 1, G_TYPE_POINTER);
  signals[WRITTEN] = g_signal_new ("written", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 1, G_TYPE_POINTER);
  signals[EVENT] = g_signal_new ("event", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                                 1, G_TYPE_POINTER);
}

static void
agent_mirror_init (AgentMirror *self)
{
  g_mutex_init (&self->lock);
  self->copies = g_hash_table_new_full (muri_uuid_hash, muri_uuid_equal, g_free, copy_free);
  self->writes = g_array_new (FALSE, FALSE, sizeof (Write));
  self->settling = g_hash_table_new_full (muri_uuid_hash, muri_uuid_equal, g_free, NULL);
  self->wrong = g_hash_table_new_full (muri_uuid_hash, muri_uuid_equal, g_free, g_free);
}
