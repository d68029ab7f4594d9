/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent-operations.h"

#include <string.h>

#include "muri-uuid.h"
#include "muri-words.h"

/* A report stays on the data space, and its operation in memory, for as long as a sample of it
 * can come again; the journal keeps it for people. */
#define REMEMBER (MURI_OPERATION_LIFE_MAX + MURI_CLOCK_SKEW_MAX)
#define JOURNAL_KEEPS (30 * G_TIME_SPAN_DAY)
#define CLEANING 600 /* s */

#define REMEMBERED_MAX 20000
#define REFUSALS_LOGGED_MAX 1000

/* Nine partial reports and the last one make ten a second. */
#define FIRST_WITHIN 10 /* ms */
#define SPACING 111     /* ms */

typedef struct
{
  AgentOperations *owner;
  AgentOperation *record; /* what is on disk, and what runs */
  GHashTable *positions;  /* VM to position in the record, plus 1 */
  GArray *notes;          /* AgentTarget: final, not on disk yet */
  GArray *noting;         /* those on their way to the disk; or NULL */
  guint note;             /* source: collects those of one turn of the main loop */
  guint report;           /* source */
  gint64 reported;        /* monotonic; 0 never */
  gboolean journalled;
  gboolean finished; /* said so */
} Entry;

struct _AgentOperations
{
  GObject parent_instance;
  muri_v1_Uuid node;
  AgentJournal *journal;
  AgentExecutor *executor;
  MuriZone *zone;
  GHashTable *entries; /* by operation */
  GHashTable *logged;  /* "console reason" */
  guint refused;
  guint cleaning;
};

G_DEFINE_FINAL_TYPE (AgentOperations, agent_operations, G_TYPE_OBJECT)

enum
{
  EVENT,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

static void
clear_target (gpointer target)
{
  agent_target_clear (target);
}

static GArray *
targets_new (void)
{
  GArray *targets = g_array_new (FALSE, TRUE, sizeof (AgentTarget));
  g_array_set_clear_func (targets, clear_target);
  return targets;
}

static void
entry_free (gpointer data)
{
  Entry *entry = data;
  g_clear_handle_id (&entry->note, g_source_remove);
  g_clear_handle_id (&entry->report, g_source_remove);
  g_hash_table_unref (entry->positions);
  g_array_unref (entry->notes);
  g_clear_pointer (&entry->noting, g_array_unref);
  agent_operation_free (entry->record);
  g_free (entry);
}

static Entry *
entry_new (AgentOperations *self, AgentOperation *record)
{
  Entry *entry = g_new0 (Entry, 1);
  entry->owner = self;
  entry->record = record;
  entry->notes = targets_new ();
  entry->positions = g_hash_table_new (muri_uuid_hash, muri_uuid_equal);
  for (guint i = 0; i < record->targets->len; i++)
    g_hash_table_insert (entry->positions, &agent_operation_target (record, i)->vm,
                         GUINT_TO_POINTER (i + 1));
  g_hash_table_insert (self->entries, &record->id, entry);
  return entry;
}

static AgentTarget *
entry_target (Entry *entry, const muri_v1_Uuid *vm)
{
  guint position = GPOINTER_TO_UINT (g_hash_table_lookup (entry->positions, vm));
  return position > 0 ? agent_operation_target (entry->record, position - 1) : NULL;
}

/* ---- events --------------------------------------------------------------------------- */

G_GNUC_PRINTF (5, 6)
static void
tell (AgentOperations *self, guint kind, guint severity, const AgentOperation *operation,
      const char *format, ...)
{
  muri_v1_Event *event = muri_topic_sample_new (MURI_TOPIC_EVENT);
  va_list args;
  event->kind = kind;
  event->severity = severity;
  if (operation != NULL)
    event->operation = operation->id;
  va_start (args, format);
  g_vsnprintf (event->detail, sizeof event->detail, format, args);
  va_end (args);
  g_signal_emit (self, signals[EVENT], 0, event);
  muri_topic_sample_free (MURI_TOPIC_EVENT, event);
}

static void
tell_received (AgentOperations *self, const AgentOperation *operation)
{
  const char *verb = muri_verb_to_nick (operation->verb);
  char id[MURI_UUID_TEXT];
  g_message ("Operation %s: %s of %u targets, asked by %s", muri_uuid_format (&operation->id, id),
             verb != NULL ? verb : "unknown verb", operation->targets->len,
             *operation->issuer != '\0' ? operation->issuer : "somebody");
  tell (self, MURI_EVENT_OPERATION_RECEIVED, MURI_SEVERITY_INFO, operation, "%s: %u",
        verb != NULL ? verb : "unknown verb", operation->targets->len);
}

static void
tell_finished (Entry *entry)
{
  const AgentOperation *record = entry->record;
  const char *verb = muri_verb_to_nick (record->verb);
  guint good = 0;
  char id[MURI_UUID_TEXT];
  if (entry->finished)
    return;
  entry->finished = TRUE;
  agent_executor_hold (entry->owner->executor, &record->id, FALSE);
  for (guint i = 0; i < record->targets->len; i++)
    good += muri_outcome_is_success (agent_operation_target (record, i)->state);
  g_message ("Operation %s: %u of %u targets succeeded", muri_uuid_format (&record->id, id), good,
             record->targets->len);
  tell (entry->owner, MURI_EVENT_OPERATION_FINISHED,
        good == record->targets->len ? MURI_SEVERITY_INFO : MURI_SEVERITY_WARNING, record,
        "%s: %u/%u", verb != NULL ? verb : "unknown verb", good, record->targets->len);
}

/* ---- reports -------------------------------------------------------------------------- */

static gboolean
report_now (gpointer user_data)
{
  Entry *entry = user_data;
  AgentOperations *self = entry->owner;
  entry->report = 0;
  entry->reported = g_get_monotonic_time ();
  if (self->zone != NULL)
    muri_zone_publish (self->zone, MURI_TOPIC_REPORT,
                       agent_operation_to_report (entry->record, &self->node));
  return G_SOURCE_REMOVE;
}

static void
report (Entry *entry)
{
  if (agent_operation_is_complete (entry->record))
    {
      g_clear_handle_id (&entry->report, g_source_remove);
      report_now (entry);
      tell_finished (entry);
      return;
    }
  if (entry->report != 0)
    return;
  gint64 passed = (g_get_monotonic_time () - entry->reported) / 1000;
  guint delay = entry->reported == 0 ? FIRST_WITHIN : (guint)CLAMP (SPACING - passed, 0, SPACING);
  entry->report = g_timeout_add (delay, report_now, entry);
}

/* ---- outcomes: to disk first, then to the report ------------------------------------------ */

typedef struct
{
  AgentOperations *self; /* a reference */
  muri_v1_Uuid operation;
} Note;

static Note *
note_new (Entry *entry)
{
  Note *note = g_new0 (Note, 1);
  note->self = g_object_ref (entry->owner);
  note->operation = entry->record->id;
  return note;
}

static void
note_free (Note *note)
{
  g_object_unref (note->self);
  g_free (note);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Note, note_free)

static void note_pending (Entry *entry);

/* What happened did happen: where the disk fails, it is at least told. */
static void
complain (const GError *error)
{
  g_message ("An outcome could not be journalled: %s", error->message);
}

static void
apply (Entry *entry, GArray *targets)
{
  for (guint i = 0; i < targets->len; i++)
    {
      const AgentTarget *target = &g_array_index (targets, AgentTarget, i);
      agent_target_set (entry_target (entry, &target->vm), target);
    }
}

static void
noted (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Note) note = user_data;
  Entry *entry = g_hash_table_lookup (note->self->entries, &note->operation);
  g_autoptr (GError) error = NULL;
  if (!agent_journal_note_finish (AGENT_JOURNAL (source), result, &error))
    complain (error);
  if (entry == NULL || entry->noting == NULL)
    return;
  apply (entry, entry->noting);
  g_clear_pointer (&entry->noting, g_array_unref);
  report (entry);
  note_pending (entry);
}

static void
note_pending (Entry *entry)
{
  if (entry->noting != NULL || entry->notes->len == 0)
    return;
  entry->noting = g_steal_pointer (&entry->notes);
  entry->notes = targets_new ();
  agent_journal_note_async (entry->owner->journal, &entry->record->id,
                            (const AgentTarget *)(gpointer)entry->noting->data, entry->noting->len,
                            noted, note_new (entry));
}

static gboolean
note_turn (gpointer user_data)
{
  Entry *entry = user_data;
  entry->note = 0;
  note_pending (entry);
  return G_SOURCE_REMOVE;
}

static void
add_note (Entry *entry, const AgentTarget *target)
{
  AgentTarget copy = *target;
  copy.message = g_strdup (target->message);
  g_array_append_val (entry->notes, copy);
  if (entry->note == 0)
    entry->note = g_idle_add_full (G_PRIORITY_DEFAULT, note_turn, entry, NULL);
}

static void
on_outcome (AgentExecutor *executor, const muri_v1_Uuid *operation, const AgentTarget *target,
            AgentOperations *self)
{
  Entry *entry = g_hash_table_lookup (self->entries, operation);
  AgentTarget *known = entry != NULL ? entry_target (entry, &target->vm) : NULL;
  if (known == NULL || muri_outcome_is_final (known->state))
    return;
  if (muri_outcome_is_final (target->state))
    add_note (entry, target);
  else
    {
      agent_target_set (known, target);
      report (entry);
    }
}

/* ---- receiving ---------------------------------------------------------------------------- */

static void
refuse (AgentOperations *self, const muri_v1_Operation *sample, const char *reason)
{
  char console[MURI_UUID_TEXT], id[MURI_UUID_TEXT];
  g_autofree char *source =
      g_strconcat (muri_uuid_format (&sample->console, console), " ", reason, NULL);
  self->refused++;
  if (g_hash_table_size (self->logged) >= REFUSALS_LOGGED_MAX
      || !g_hash_table_add (self->logged, g_steal_pointer (&source)))
    return;
  g_message ("Operation %s of console %s is refused: %s (further ones are only counted)",
             muri_uuid_format (&sample->operation, id), console, reason);
  tell (self, MURI_EVENT_SAMPLE_REFUSED, MURI_SEVERITY_WARNING, NULL, "%s: %s", console, reason);
}

static void
set_all (AgentOperation *operation, guint state, const char *message)
{
  for (guint i = 0; i < operation->targets->len; i++)
    {
      AgentTarget *target = agent_operation_target (operation, i);
      if (muri_outcome_is_final (target->state))
        continue;
      target->state = state;
      target->finished = operation->received;
      g_free (target->message);
      target->message = g_strdup (message);
    }
}

/* What is decided without a look at any VM.
 *
 * Of clocks only this is sure: an operation that was issued in the future means that they differ.
 * One issued long ago may have waited for this agent to come up, as durable samples do, and its
 * deadline decides. */
static void
judge (AgentOperation *operation)
{
  static const muri_v1_Uuid itself;
  gint64 now = operation->received;
  if (operation->issued - now > MURI_CLOCK_SKEW_MAX)
    {
      g_autofree char *message =
          g_strdup_printf ("the issuer's clock is %" G_GINT64_FORMAT " s ahead of this node's",
                           (operation->issued - now) / G_TIME_SPAN_SECOND);
      set_all (operation, MURI_OUTCOME_CLOCK_SKEW, message);
    }
  else if (operation->deadline <= now)
    set_all (operation, MURI_OUTCOME_EXPIRED, "it arrived after its deadline");
  else if (muri_verb_to_nick (operation->verb) == NULL)
    {
      g_autofree char *message =
          g_strdup_printf ("this agent does not know verb %u", operation->verb);
      set_all (operation, MURI_OUTCOME_UNSUPPORTED, message);
    }
  else if (operation->control == MURI_CONTROL_CANCEL)
    set_all (operation, MURI_OUTCOME_CANCELLED, NULL);

  for (guint i = 0; i < operation->targets->len; i++)
    {
      AgentTarget *target = agent_operation_target (operation, i);
      if (!muri_uuid_equal (&target->vm, &itself) || muri_outcome_is_final (target->state))
        continue;
      target->state = MURI_OUTCOME_UNSUPPORTED;
      target->message = g_strdup ("a node itself cannot be a target of this");
      target->finished = operation->received;
    }
}

/* Only what is on disk is begun. */
static void
begin (Entry *entry)
{
  AgentOperations *self = entry->owner;
  AgentOperation *record = entry->record;
  entry->journalled = TRUE;
  if (record->control == MURI_CONTROL_CANCEL)
    {
      for (guint i = 0; i < record->targets->len; i++)
        {
          AgentTarget target = *agent_operation_target (record, i);
          if (target.state != MURI_OUTCOME_QUEUED)
            continue;
          target.state = MURI_OUTCOME_CANCELLED;
          target.finished = g_get_real_time ();
          add_note (entry, &target);
        }
      return;
    }
  if (record->control == MURI_CONTROL_HOLD)
    agent_executor_hold (self->executor, &record->id, TRUE);
  agent_executor_add (self->executor, record);
}

static void
added (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Note) note = user_data;
  Entry *entry = g_hash_table_lookup (note->self->entries, &note->operation);
  g_autoptr (GError) error = NULL;
  gboolean good = agent_journal_add_finish (AGENT_JOURNAL (source), result, &error);
  if (entry == NULL)
    return;
  if (!good)
    {
      g_autofree char *message =
          g_strdup_printf ("not begun, it could not be journalled: %s", error->message);
      g_message ("An operation is %s", message);
      set_all (entry->record, MURI_OUTCOME_FAILED, message);
    }
  report (entry);
  begin (entry);
}

static void
accept (AgentOperations *self, const muri_v1_Operation *sample)
{
  g_autoptr (AgentOperation) operation =
      agent_operation_new_from_sample (sample, &self->node, g_get_real_time ());
  if (operation->targets->len == 0)
    return;
  /* Too old to have anything said about it, maybe done and forgotten here already. */
  if (operation->received - operation->issued >= MURI_OPERATION_LIFE_MAX)
    {
      refuse (self, sample, "issued more than a day ago");
      return;
    }
  if (g_hash_table_size (self->entries) >= REMEMBERED_MAX)
    {
      refuse (self, sample, "too many operations in one day");
      return;
    }
  judge (operation);
  tell_received (self, operation);
  Entry *entry = entry_new (self, g_steal_pointer (&operation));
  agent_journal_add_async (self->journal, entry->record, added, note_new (entry));
}

/* Of a sample that came before only the control may differ. A cancelled one stays cancelled. */
static void
control (AgentOperations *self, Entry *entry, guint8 wanted)
{
  AgentOperation *record = entry->record;
  if (record->control == wanted || record->control == MURI_CONTROL_CANCEL
      || wanted > MURI_CONTROL_CANCEL)
    return;
  record->control = wanted;
  agent_journal_set_control (self->journal, &record->id, wanted);
  if (!entry->journalled || agent_operation_is_complete (record))
    return;
  if (wanted == MURI_CONTROL_CANCEL)
    agent_executor_cancel (self->executor, &record->id);
  else
    agent_executor_hold (self->executor, &record->id, wanted == MURI_CONTROL_HOLD);
}

void
agent_operations_handle (AgentOperations *self, const MuriChange *change)
{
  const muri_v1_Operation *sample = change->sample;
  /* An issuer that is gone, or has tidied up, takes nothing back. */
  if (change->topic != MURI_TOPIC_OPERATION || !change->valid)
    return;
  Entry *entry = g_hash_table_lookup (self->entries, &sample->operation);
  if (entry == NULL)
    {
      accept (self, sample);
      return;
    }
  guint8 hash[AGENT_OPERATION_HASH];
  agent_operation_hash (sample, hash);
  if (memcmp (hash, entry->record->hash, sizeof hash) == 0)
    control (self, entry, sample->control);
  else
    refuse (self, sample, "its UUID was used for another operation");
}

guint
agent_operations_get_refused (AgentOperations *self)
{
  return self->refused;
}

/* ---- life --------------------------------------------------------------------------------- */

static void
take_up (AgentOperations *self, AgentOperation *record)
{
  Entry *entry = entry_new (self, record);
  entry->journalled = TRUE;
  if (agent_operation_is_complete (record))
    {
      entry->finished = TRUE;
      return;
    }
  agent_executor_recover (self->executor, record);
  begin (entry);
}

gboolean
agent_operations_recover (AgentOperations *self, GError **error)
{
  g_autoptr (GPtrArray) records =
      agent_journal_load (self->journal, g_get_real_time () - REMEMBER, error);
  if (records == NULL)
    return FALSE;
  g_ptr_array_set_free_func (records, NULL);
  for (guint i = 0; i < records->len; i++)
    take_up (self, g_ptr_array_index (records, i));
  return TRUE;
}

static gboolean
forget (gpointer key, gpointer value, gpointer user_data)
{
  Entry *entry = value;
  AgentOperations *self = entry->owner;
  const gint64 *now = user_data;
  if (*now - entry->record->received < REMEMBER || !agent_operation_is_complete (entry->record))
    return FALSE;
  if (self->zone != NULL)
    muri_zone_unregister_instance (self->zone, MURI_TOPIC_REPORT,
                                   agent_operation_to_report (entry->record, &self->node));
  return TRUE;
}

static gboolean
clean (gpointer user_data)
{
  AgentOperations *self = user_data;
  gint64 now = g_get_real_time ();
  g_hash_table_foreach_remove (self->entries, forget, &now);
  agent_journal_prune (self->journal, now - JOURNAL_KEEPS);
  return G_SOURCE_CONTINUE;
}

void
agent_operations_set_zone (AgentOperations *self, MuriZone *zone)
{
  GHashTableIter iter;
  gpointer value;
  if (!g_set_object (&self->zone, zone) || zone == NULL)
    return;
  g_hash_table_iter_init (&iter, self->entries);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    if (((Entry *)value)->journalled)
      report_now (value);
}

/* The journal works in order: when what waits is on disk, so is what was on its way. */
static void
flush (Entry *entry)
{
  g_autoptr (GError) error = NULL;
  g_clear_handle_id (&entry->note, g_source_remove);
  if (entry->notes->len == 0 && entry->noting == NULL && entry->report == 0)
    return;
  if (!agent_journal_note (entry->owner->journal, &entry->record->id,
                           (const AgentTarget *)(gpointer)entry->notes->data, entry->notes->len,
                           &error))
    complain (error);
  if (entry->noting != NULL)
    apply (entry, entry->noting);
  g_clear_pointer (&entry->noting, g_array_unref);
  apply (entry, entry->notes);
  g_array_set_size (entry->notes, 0);
  g_clear_handle_id (&entry->report, g_source_remove);
  report_now (entry);
}

void
agent_operations_flush (AgentOperations *self)
{
  GHashTableIter iter;
  gpointer value;
  g_hash_table_iter_init (&iter, self->entries);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    if (((Entry *)value)->journalled)
      flush (value);
}

AgentOperations *
agent_operations_new (const muri_v1_Uuid *node, AgentJournal *journal, AgentExecutor *executor)
{
  AgentOperations *self = g_object_new (AGENT_TYPE_OPERATIONS, NULL);
  self->node = *node;
  self->journal = g_object_ref (journal);
  self->executor = g_object_ref (executor);
  g_signal_connect_object (executor, "outcome", G_CALLBACK (on_outcome), self, 0);
  self->cleaning = g_timeout_add_seconds (CLEANING, clean, self);
  return self;
}

static void
agent_operations_dispose (GObject *object)
{
  AgentOperations *self = AGENT_OPERATIONS (object);
  g_clear_handle_id (&self->cleaning, g_source_remove);
  g_hash_table_remove_all (self->entries);
  g_clear_object (&self->zone);
  g_clear_object (&self->executor);
  g_clear_object (&self->journal);
  G_OBJECT_CLASS (agent_operations_parent_class)->dispose (object);
}

static void
agent_operations_finalize (GObject *object)
{
  AgentOperations *self = AGENT_OPERATIONS (object);
  g_hash_table_unref (self->entries);
  g_hash_table_unref (self->logged);
  G_OBJECT_CLASS (agent_operations_parent_class)->finalize (object);
}

static void
agent_operations_class_init (AgentOperationsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  object_class->dispose = agent_operations_dispose;
  object_class->finalize = agent_operations_finalize;
  signals[EVENT] = g_signal_new ("event", AGENT_TYPE_OPERATIONS, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                 NULL, G_TYPE_NONE, 1, G_TYPE_POINTER);
}

static void
agent_operations_init (AgentOperations *self)
{
  self->entries = g_hash_table_new_full (muri_uuid_hash, muri_uuid_equal, NULL, entry_free);
  self->logged = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}
