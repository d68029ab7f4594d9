/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent-progress.h"

#include "muri-uuid.h"
#include "muri-words.h"

/* Nine partial reports and the last one make ten a second. */
#define FIRST_WITHIN 10 /* ms */
#define SPACING 111     /* ms */

struct _AgentProgress
{
  GObject parent_instance;
  AgentOperation *record; /* what is on disk, and what runs */
  muri_v1_Uuid node;
  AgentJournal *journal;
  MuriZone *zone;

  GHashTable *positions; /* VM to position in the record, plus 1 */
  GArray *notes;         /* AgentTarget: final, not on disk yet */
  GArray *noting;        /* those on their way to the disk; or NULL */
  guint turn;            /* source: collects the notes of one turn of the main loop */
  guint report;          /* source */
  gint64 reported;       /* monotonic; 0 never */
  gboolean finished;
};

G_DEFINE_FINAL_TYPE (AgentProgress, agent_progress, G_TYPE_OBJECT)

enum
{
  FINISHED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

static void note_pending (AgentProgress *self);

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

static AgentTarget *
find (AgentProgress *self, const muri_v1_Uuid *vm)
{
  guint position = GPOINTER_TO_UINT (g_hash_table_lookup (self->positions, vm));
  return position > 0 ? agent_operation_target (self->record, position - 1) : NULL;
}

/* ---- reports ---- */

void
agent_progress_report_now (AgentProgress *self)
{
  g_clear_handle_id (&self->report, g_source_remove);
  self->reported = g_get_monotonic_time ();
  if (self->zone != NULL)
    muri_zone_publish (self->zone, MURI_TOPIC_REPORT,
                       agent_operation_to_report (self->record, &self->node));
}

static gboolean
on_report (gpointer user_data)
{
  AgentProgress *self = user_data;
  self->report = 0;
  agent_progress_report_now (self);
  return G_SOURCE_REMOVE;
}

void
agent_progress_report (AgentProgress *self)
{
  if (agent_operation_is_complete (self->record))
    {
      agent_progress_report_now (self);
      if (!self->finished)
        {
          self->finished = TRUE;
          g_signal_emit (self, signals[FINISHED], 0);
        }
      return;
    }
  if (self->report != 0)
    return;
  gint64 passed = (g_get_monotonic_time () - self->reported) / 1000;
  guint delay = self->reported == 0 ? FIRST_WITHIN : (guint)CLAMP (SPACING - passed, 0, SPACING);
  self->report = g_timeout_add (delay, on_report, self);
}

/* ---- outcomes ---- */

/* What happened did happen: where the disk fails, it is at least told. */
static void
complain (const GError *error)
{
  g_message ("An outcome could not be journalled: %s", error->message);
}

static void
apply (AgentProgress *self, GArray *targets)
{
  for (guint i = 0; i < targets->len; i++)
    {
      const AgentTarget *target = &g_array_index (targets, AgentTarget, i);
      agent_target_set (find (self, &target->vm), target);
    }
}

static void
on_noted (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (AgentProgress) self = user_data;
  g_autoptr (GError) error = NULL;
  if (!agent_journal_note_finish (AGENT_JOURNAL (source), result, &error))
    complain (error);
  if (self->noting == NULL)
    return;
  apply (self, self->noting);
  g_clear_pointer (&self->noting, g_array_unref);
  agent_progress_report (self);
  note_pending (self);
}

static void
note_pending (AgentProgress *self)
{
  if (self->noting != NULL || self->notes->len == 0)
    return;
  self->noting = g_steal_pointer (&self->notes);
  self->notes = targets_new ();
  agent_journal_note_async (self->journal, &self->record->id,
                            (const AgentTarget *)(gpointer)self->noting->data, self->noting->len,
                            on_noted, g_object_ref (self));
}

static gboolean
on_turn (gpointer user_data)
{
  AgentProgress *self = user_data;
  self->turn = 0;
  note_pending (self);
  return G_SOURCE_REMOVE;
}

void
agent_progress_note (AgentProgress *self, const AgentTarget *target)
{
  AgentTarget *known = find (self, &target->vm);
  if (known == NULL || muri_outcome_is_final (known->state))
    return;
  if (!muri_outcome_is_final (target->state))
    {
      agent_target_set (known, target);
      agent_progress_report (self);
      return;
    }
  AgentTarget copy = *target;
  copy.message = g_strdup (target->message);
  g_array_append_val (self->notes, copy);
  if (self->turn == 0)
    self->turn = g_idle_add_full (G_PRIORITY_DEFAULT, on_turn, self, NULL);
}

/* The journal works in order: when what waits is on disk, so is what was on its way. */
void
agent_progress_flush (AgentProgress *self)
{
  g_autoptr (GError) error = NULL;
  g_clear_handle_id (&self->turn, g_source_remove);
  if (self->notes->len == 0 && self->noting == NULL && self->report == 0)
    return;
  if (!agent_journal_note (self->journal, &self->record->id,
                           (const AgentTarget *)(gpointer)self->notes->data, self->notes->len,
                           &error))
    complain (error);
  if (self->noting != NULL)
    apply (self, self->noting);
  g_clear_pointer (&self->noting, g_array_unref);
  apply (self, self->notes);
  g_array_set_size (self->notes, 0);
  agent_progress_report_now (self);
}

/* ---- the object ---- */

AgentOperation *
agent_progress_get_record (AgentProgress *self)
{
  return self->record;
}

void
agent_progress_set_zone (AgentProgress *self, MuriZone *zone)
{
  g_set_object (&self->zone, zone);
}

AgentProgress *
agent_progress_new (AgentOperation *record, const muri_v1_Uuid *node, AgentJournal *journal)
{
  AgentProgress *self = g_object_new (AGENT_TYPE_PROGRESS, NULL);
  self->record = record;
  self->node = *node;
  self->journal = g_object_ref (journal);
  for (guint i = 0; i < record->targets->len; i++)
    g_hash_table_insert (self->positions, &agent_operation_target (record, i)->vm,
                         GUINT_TO_POINTER (i + 1));
  return self;
}

static void
agent_progress_dispose (GObject *object)
{
  AgentProgress *self = AGENT_PROGRESS (object);
  g_clear_handle_id (&self->turn, g_source_remove);
  g_clear_handle_id (&self->report, g_source_remove);
  g_clear_object (&self->zone);
  g_clear_object (&self->journal);
  G_OBJECT_CLASS (agent_progress_parent_class)->dispose (object);
}

static void
agent_progress_finalize (GObject *object)
{
  AgentProgress *self = AGENT_PROGRESS (object);
  g_hash_table_unref (self->positions);
  g_array_unref (self->notes);
  g_clear_pointer (&self->noting, g_array_unref);
  agent_operation_free (self->record);
  G_OBJECT_CLASS (agent_progress_parent_class)->finalize (object);
}

static void
agent_progress_class_init (AgentProgressClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = agent_progress_dispose;
  G_OBJECT_CLASS (klass)->finalize = agent_progress_finalize;
  signals[FINISHED] = g_signal_new ("finished", AGENT_TYPE_PROGRESS, G_SIGNAL_RUN_LAST, 0, NULL,
                                    NULL, NULL, G_TYPE_NONE, 0);
}

static void
agent_progress_init (AgentProgress *self)
{
  self->positions = g_hash_table_new (muri_uuid_hash, muri_uuid_equal);
  self->notes = targets_new ();
}
