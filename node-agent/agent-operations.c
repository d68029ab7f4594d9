/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent-operations.h"

#include <string.h>

#include "agent-progress.h"
#include "muri-uuid.h"
#include "muri-words.h"

/* A report stays on the data space, and its operation in memory, for as long as a sample of it
 * can come again; the journal keeps it for people. */
#define REMEMBER (MURI_OPERATION_LIFE_MAX + MURI_CLOCK_SKEW_MAX)
#define JOURNAL_KEEPS (30 * G_TIME_SPAN_DAY)
#define CLEANING 600 /* s */

#define REMEMBERED_MAX 20000
#define REFUSALS_LOGGED_MAX 1000

struct _AgentOperations
{
  GObject parent_instance;
  muri_v1_Uuid node;
  AgentJournal *journal;
  AgentExecutor *executor;
  MuriZone *zone;
  GHashTable *operations; /* by id: AgentProgress */
  GHashTable *logged;     /* "console reason" */
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

/* ---- words ---- */

static const char *
verb_name (const AgentOperation *operation)
{
  const char *nick = muri_verb_to_nick (operation->verb);
  return nick != NULL ? nick : "unknown verb";
}

G_GNUC_PRINTF (5, 6)
static void
tell (AgentOperations *self, guint kind, guint severity, const AgentOperation *operation,
      const char *format, ...)
{
  muri_v1_Event event = { .kind = kind, .severity = severity };
  va_list args;
  if (operation != NULL)
    event.operation = operation->id;
  va_start (args, format);
  g_vsnprintf (event.detail, sizeof event.detail, format, args);
  va_end (args);
  g_signal_emit (self, signals[EVENT], 0, &event);
}

static void
tell_received (AgentOperations *self, const AgentOperation *operation)
{
  char id[MURI_UUID_TEXT];
  g_message ("Operation %s: %s of %u targets, asked by %s", muri_uuid_format (&operation->id, id),
             verb_name (operation), operation->targets->len,
             *operation->issuer != '\0' ? operation->issuer : "somebody");
  tell (self, MURI_EVENT_OPERATION_RECEIVED, MURI_SEVERITY_INFO, operation, "%s: %u",
        verb_name (operation), operation->targets->len);
}

static void
on_finished (AgentProgress *progress, AgentOperations *self)
{
  const AgentOperation *record = agent_progress_get_record (progress);
  guint good = 0, all = record->targets->len;
  char id[MURI_UUID_TEXT];
  for (guint i = 0; i < all; i++)
    good += muri_outcome_is_success (agent_operation_target (record, i)->state);
  g_message ("Operation %s: %u of %u targets succeeded", muri_uuid_format (&record->id, id), good,
             all);
  tell (self, MURI_EVENT_OPERATION_FINISHED,
        good == all ? MURI_SEVERITY_INFO : MURI_SEVERITY_WARNING, record, "%s: %u/%u",
        verb_name (record), good, all);
  agent_executor_hold (self->executor, &record->id, FALSE);
}

/* Counted always, logged once a source. */
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

/* ---- accepting ---- */

static void
settle (AgentTarget *target, guint state, gint64 when, const char *message)
{
  if (muri_outcome_is_final (target->state))
    return;
  target->state = state;
  target->finished = when;
  g_free (target->message);
  target->message = g_strdup (message);
}

static void
settle_all (AgentOperation *operation, guint state, const char *message)
{
  for (guint i = 0; i < operation->targets->len; i++)
    settle (agent_operation_target (operation, i), state, operation->received, message);
}

/* What is wrong with what was asked, in words; NULL nothing. Transfer full. */
static char *
check_parameters (const AgentOperation *operation)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (AgentParameters) parameters =
      agent_parameters_new (operation->verb, operation->parameters, &error);
  if (parameters == NULL)
    return g_strdup (error->message);
  if (parameters->grace * G_TIME_SPAN_SECOND >= operation->deadline - operation->issued)
    return g_strdup_printf ("its deadline comes before the %u s that guests have",
                            parameters->grace);
  if (operation->document != NULL && operation->verb == MURI_VERB_CLONE && !parameters->seed)
    return g_strdup ("it has user-data and no seed to put it in");
  return NULL;
}

static void
judge_argument (const AgentOperation *operation, AgentTarget *target)
{
  g_autoptr (GError) error = NULL;
  if (operation->verb == MURI_VERB_CLONE && !agent_parameters_check_name (target->argument, &error))
    settle (target, MURI_OUTCOME_REFUSED, operation->received, error->message);
}

static void
judge_target (const AgentOperation *operation, AgentTarget *target)
{
  if (muri_uuid_is_zero (&target->vm) && !muri_verb_is_for_node (operation->verb))
    settle (target, MURI_OUTCOME_UNSUPPORTED, operation->received,
            "a node itself cannot be a target of this");
  else if (!muri_uuid_is_zero (&target->vm) && !muri_verb_is_for_vm (operation->verb))
    settle (target, MURI_OUTCOME_UNSUPPORTED, operation->received,
            "a VM cannot be a target of this");
  judge_argument (operation, target);
}

/* What is decided without a look at any VM.
 *
 * Of clocks only this is sure: an operation that was issued in the future means that they differ.
 * One issued long ago may have waited for this agent to come up, as durable samples do, and its
 * deadline decides. */
static void
judge (AgentOperations *self, AgentOperation *operation)
{
  gint64 ahead = operation->issued - operation->received;
  g_autofree char *message = NULL;
  if (ahead > MURI_CLOCK_SKEW_MAX)
    {
      message =
          g_strdup_printf ("the issuer's clock is %" G_GINT64_FORMAT " s ahead of this node's",
                           ahead / G_TIME_SPAN_SECOND);
      settle_all (operation, MURI_OUTCOME_CLOCK_SKEW, message);
    }
  else if (operation->deadline <= operation->received)
    settle_all (operation, MURI_OUTCOME_EXPIRED, "it arrived after its deadline");
  else if (!agent_executor_knows (self->executor, operation->verb))
    {
      message = g_strdup_printf ("this agent does not know verb %u", operation->verb);
      settle_all (operation, MURI_OUTCOME_UNSUPPORTED, message);
    }
  else if ((message = check_parameters (operation)) != NULL)
    settle_all (operation, MURI_OUTCOME_REFUSED, message);
  else if (operation->control == MURI_CONTROL_CANCEL)
    settle_all (operation, MURI_OUTCOME_CANCELLED, NULL);

  for (guint i = 0; i < operation->targets->len; i++)
    judge_target (operation, agent_operation_target (operation, i));
}

static AgentProgress *
follow (AgentOperations *self, AgentOperation *record)
{
  AgentProgress *progress = agent_progress_new (record, &self->node, self->journal);
  g_signal_connect_object (progress, "finished", G_CALLBACK (on_finished), self, 0);
  g_hash_table_insert (self->operations, &record->id, progress);
  return progress;
}

/* The record is on disk. */
static void
begin (AgentOperations *self, AgentProgress *progress)
{
  const AgentOperation *record = agent_progress_get_record (progress);
  agent_progress_set_zone (progress, self->zone);
  if (record->control == MURI_CONTROL_CANCEL)
    {
      for (guint i = 0; i < record->targets->len; i++)
        {
          AgentTarget target = *agent_operation_target (record, i);
          if (target.state != MURI_OUTCOME_QUEUED)
            continue;
          target.state = MURI_OUTCOME_CANCELLED;
          target.finished = g_get_real_time ();
          agent_progress_note (progress, &target);
        }
      agent_executor_cancel (self->executor, &record->id);
      return;
    }
  if (record->control == MURI_CONTROL_HOLD)
    agent_executor_hold (self->executor, &record->id, TRUE);
  agent_executor_add (self->executor, record);
}

typedef struct
{
  AgentOperations *self;
  AgentProgress *progress;
} Added;

static void
on_added (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Added *added = user_data;
  AgentOperation *record = agent_progress_get_record (added->progress);
  g_autoptr (GError) error = NULL;
  if (!agent_journal_add_finish (AGENT_JOURNAL (source), result, &error))
    {
      g_autofree char *message =
          g_strdup_printf ("not begun, it could not be journalled: %s", error->message);
      g_message ("An operation is %s", message);
      settle_all (record, MURI_OUTCOME_FAILED, message);
    }
  if (added->self->executor != NULL)
    {
      begin (added->self, added->progress);
      agent_progress_report (added->progress);
    }
  g_object_unref (added->progress);
  g_object_unref (added->self);
  g_free (added);
}

static void
accept_new (AgentOperations *self, const muri_v1_Operation *sample)
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
  if (g_hash_table_size (self->operations) >= REMEMBERED_MAX)
    {
      refuse (self, sample, "too many operations in one day");
      return;
    }
  judge (self, operation);
  tell_received (self, operation);
  Added *added = g_new (Added, 1);
  added->self = g_object_ref (self);
  added->progress = g_object_ref (follow (self, g_steal_pointer (&operation)));
  agent_journal_add_async (self->journal, agent_progress_get_record (added->progress), on_added,
                           added);
}

/* Of a sample that came before only the control may differ. A cancelled one stays cancelled.
 * One that is still on its way to the disk takes its control up there. */
static void
control (AgentOperations *self, AgentProgress *progress, guint8 wanted)
{
  AgentOperation *record = agent_progress_get_record (progress);
  if (record->control == wanted || record->control == MURI_CONTROL_CANCEL
      || wanted > MURI_CONTROL_CANCEL)
    return;
  record->control = wanted;
  agent_journal_set_control (self->journal, &record->id, wanted);
  if (agent_operation_is_complete (record))
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
  guint8 hash[AGENT_OPERATION_HASH];
  /* An issuer that is gone, or has tidied up, takes nothing back. */
  if (change->topic != MURI_TOPIC_OPERATION || !change->valid)
    return;
  AgentProgress *known = g_hash_table_lookup (self->operations, &sample->operation);
  if (known == NULL)
    {
      accept_new (self, sample);
      return;
    }
  agent_operation_hash (sample, hash);
  if (memcmp (hash, agent_progress_get_record (known)->hash, sizeof hash) == 0)
    control (self, known, sample->control);
  else
    refuse (self, sample, "its UUID was used for another operation");
}

guint
agent_operations_get_refused (AgentOperations *self)
{
  return self->refused;
}

/* ---- life ---- */

gboolean
agent_operations_recover (AgentOperations *self, GError **error)
{
  g_autoptr (GPtrArray) records =
      agent_journal_load (self->journal, g_get_real_time () - REMEMBER, error);
  if (records == NULL)
    return FALSE;
  g_ptr_array_set_free_func (records, NULL);
  for (guint i = 0; i < records->len; i++)
    {
      AgentOperation *record = g_ptr_array_index (records, i);
      AgentProgress *progress = follow (self, record);
      if (agent_operation_is_complete (record))
        continue;
      agent_executor_recover (self->executor, record);
      begin (self, progress);
    }
  return TRUE;
}

static gboolean
forget (gpointer key, gpointer value, gpointer user_data)
{
  AgentOperations *self = user_data;
  const AgentOperation *record = agent_progress_get_record (value);
  if (g_get_real_time () - record->received < REMEMBER || !agent_operation_is_complete (record))
    return FALSE;
  if (self->zone != NULL)
    muri_zone_unregister_instance (self->zone, MURI_TOPIC_REPORT,
                                   agent_operation_to_report (record, &self->node));
  return TRUE;
}

static gboolean
clean (gpointer user_data)
{
  AgentOperations *self = user_data;
  g_hash_table_foreach_remove (self->operations, forget, self);
  agent_journal_prune (self->journal, g_get_real_time () - JOURNAL_KEEPS);
  return G_SOURCE_CONTINUE;
}

void
agent_operations_set_zone (AgentOperations *self, MuriZone *zone)
{
  GHashTableIter iter;
  gpointer progress;
  if (!g_set_object (&self->zone, zone))
    return;
  g_hash_table_iter_init (&iter, self->operations);
  while (g_hash_table_iter_next (&iter, NULL, &progress))
    {
      agent_progress_set_zone (progress, zone);
      if (zone != NULL)
        agent_progress_report_now (progress);
    }
}

void
agent_operations_flush (AgentOperations *self)
{
  GHashTableIter iter;
  gpointer progress;
  g_hash_table_iter_init (&iter, self->operations);
  while (g_hash_table_iter_next (&iter, NULL, &progress))
    agent_progress_flush (progress);
}

static void
on_outcome (AgentExecutor *executor, const muri_v1_Uuid *operation, const AgentTarget *target,
            AgentOperations *self)
{
  AgentProgress *progress = g_hash_table_lookup (self->operations, operation);
  if (progress != NULL)
    agent_progress_note (progress, target);
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
  g_hash_table_remove_all (self->operations);
  g_clear_object (&self->zone);
  g_clear_object (&self->executor);
  g_clear_object (&self->journal);
  G_OBJECT_CLASS (agent_operations_parent_class)->dispose (object);
}

static void
agent_operations_finalize (GObject *object)
{
  AgentOperations *self = AGENT_OPERATIONS (object);
  g_hash_table_unref (self->operations);
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
  self->operations = g_hash_table_new_full (muri_uuid_hash, muri_uuid_equal, NULL, g_object_unref);
  self->logged = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}
