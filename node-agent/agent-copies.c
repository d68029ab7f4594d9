/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent-copies.h"

#include "agent-keep.h"
#include "muri-uuid.h"

/* An event that has not come by then never will. */
#define ECHO_WITHIN (5 * G_TIME_SPAN_SECOND)

typedef struct
{
  char *plain;      /* NULL nothing */
  gboolean lost;    /* the VM has something else now, and not on purpose */
  guint generation; /* events of somebody else */
  gboolean writing; /* until it is known how many calls that took */
  gint echoes;      /* own calls whose event has not come; negative only while writing */
  gint64 until;     /* monotonic: as long as these are waited for */
} Copy;

struct _AgentCopies
{
  AgentJournal *journal;
  GMutex lock;
  GCond changed;
  GHashTable *table; /* VM to Copy */
};

static void
copy_free (gpointer data)
{
  Copy *copy = data;

  g_free (copy->plain);
  g_free (copy);
}

/* The lock is held. */
static Copy *
find (AgentCopies *copies, const muri_v1_Uuid *vm)
{
  Copy *copy = g_hash_table_lookup (copies->table, vm);

  if (copy == NULL)
    {
      copy = g_new0 (Copy, 1);
      g_hash_table_insert (copies->table, g_memdup2 (vm, sizeof *vm), copy);
    }
  return copy;
}

static void
keep (AgentCopies *copies, const muri_v1_Uuid *vm, Copy *copy, const char *plain)
{
  copy->lost = FALSE;
  if (g_strcmp0 (copy->plain, plain) != 0)
    {
      g_free (copy->plain);
      copy->plain = g_strdup (plain);
      agent_keep_set_metadata (copies->journal, vm, plain);
    }
  g_cond_broadcast (&copies->changed);
}

static void
note_foreign (AgentCopies *copies, Copy *copy)
{
  copy->generation++;
  copy->lost = FALSE;
  g_cond_broadcast (&copies->changed);
}

char *
agent_copies_dup (AgentCopies *copies, const muri_v1_Uuid *vm)
{
  const Copy *copy;
  char *plain;

  g_mutex_lock (&copies->lock);
  copy = g_hash_table_lookup (copies->table, vm);
  plain = copy != NULL ? g_strdup (copy->plain) : NULL;
  g_mutex_unlock (&copies->lock);
  return plain;
}

void
agent_copies_keep (AgentCopies *copies, const muri_v1_Uuid *vm, const char *plain)
{
  g_mutex_lock (&copies->lock);
  keep (copies, vm, find (copies, vm), plain);
  g_mutex_unlock (&copies->lock);
}

void
agent_copies_note_lost (AgentCopies *copies, const muri_v1_Uuid *vm)
{
  g_mutex_lock (&copies->lock);
  find (copies, vm)->lost = TRUE;
  g_cond_broadcast (&copies->changed);
  g_mutex_unlock (&copies->lock);
}

void
agent_copies_forget (AgentCopies *copies, const muri_v1_Uuid *vm)
{
  g_mutex_lock (&copies->lock);
  if (g_hash_table_contains (copies->table, vm))
    {
      keep (copies, vm, find (copies, vm), NULL);
      g_hash_table_remove (copies->table, vm);
    }
  g_mutex_unlock (&copies->lock);
}

GArray *
agent_copies_list (AgentCopies *copies)
{
  GArray *vms = g_array_new (FALSE, FALSE, sizeof (muri_v1_Uuid));
  GHashTableIter iter;
  gpointer vm;

  g_mutex_lock (&copies->lock);
  g_hash_table_iter_init (&iter, copies->table);
  while (g_hash_table_iter_next (&iter, &vm, NULL))
    g_array_append_vals (vms, vm, 1);
  g_mutex_unlock (&copies->lock);
  return vms;
}

/* ---- writing ------------------------------------------------------------------------------ */

static void
drop_overdue (Copy *copy)
{
  if (!copy->writing && g_get_monotonic_time () >= copy->until)
    copy->echoes = 0;
}

void
agent_copies_begin_write (AgentCopies *copies, const muri_v1_Uuid *vm)
{
  Copy *copy;

  g_mutex_lock (&copies->lock);
  copy = find (copies, vm);
  drop_overdue (copy);
  copy->writing = TRUE;
  g_mutex_unlock (&copies->lock);
}

gboolean
agent_copies_end_write (AgentCopies *copies, const muri_v1_Uuid *vm, guint calls, gboolean good,
                        const char *plain)
{
  Copy *copy;
  gboolean foreign;

  g_mutex_lock (&copies->lock);
  copy = find (copies, vm);
  copy->writing = FALSE;
  copy->echoes += (gint)calls;
  copy->until = g_get_monotonic_time () + ECHO_WITHIN;
  foreign = copy->echoes < 0;
  if (foreign)
    {
      copy->echoes = 0;
      note_foreign (copies, copy);
    }
  /* Whether the other one came before or after this, the next reading tells. */
  else if (good)
    keep (copies, vm, copy, plain);
  g_mutex_unlock (&copies->lock);
  return foreign;
}

gboolean
agent_copies_note_event (AgentCopies *copies, const muri_v1_Uuid *vm)
{
  Copy *copy;
  gboolean foreign;

  g_mutex_lock (&copies->lock);
  copy = find (copies, vm);
  drop_overdue (copy);
  foreign = !copy->writing && copy->echoes <= 0;
  if (foreign)
    note_foreign (copies, copy);
  else
    copy->echoes--;
  g_mutex_unlock (&copies->lock);
  return foreign;
}

void
agent_copies_reset_events (AgentCopies *copies, const muri_v1_Uuid *vm)
{
  Copy *copy;

  g_mutex_lock (&copies->lock);
  copy = find (copies, vm);
  if (!copy->writing)
    copy->echoes = 0;
  g_mutex_unlock (&copies->lock);
}

guint
agent_copies_get_generation (AgentCopies *copies, const muri_v1_Uuid *vm)
{
  const Copy *copy;
  guint generation;

  g_mutex_lock (&copies->lock);
  copy = g_hash_table_lookup (copies->table, vm);
  generation = copy != NULL ? copy->generation : 0;
  g_mutex_unlock (&copies->lock);
  return generation;
}

/* ---- acting on what was read -------------------------------------------------------------- */

/* The lock is held. */
static AgentCopyVerdict
judge (AgentCopies *copies, const muri_v1_Uuid *vm, const char *plain)
{
  const Copy *copy = g_hash_table_lookup (copies->table, vm);

  if (g_strcmp0 (copy != NULL ? copy->plain : NULL, plain) == 0)
    return AGENT_COPY_MEANT;
  return copy != NULL && copy->lost ? AGENT_COPY_LOST : AGENT_COPY_UNCERTAIN;
}

AgentCopyVerdict
agent_copies_judge (AgentCopies *copies, const muri_v1_Uuid *vm, const char *plain)
{
  AgentCopyVerdict verdict;

  g_mutex_lock (&copies->lock);
  verdict = judge (copies, vm, plain);
  g_mutex_unlock (&copies->lock);
  return verdict;
}

AgentCopyVerdict
agent_copies_await (AgentCopies *copies, const muri_v1_Uuid *vm, const char *plain, gint64 until)
{
  AgentCopyVerdict verdict;
  g_autofree char *before = NULL;
  gboolean in_time = TRUE;

  g_mutex_lock (&copies->lock);
  before = g_strdup (find (copies, vm)->plain);
  while ((verdict = judge (copies, vm, plain)) == AGENT_COPY_UNCERTAIN && in_time)
    {
      in_time = g_cond_wait_until (&copies->changed, &copies->lock, until);
      if (g_strcmp0 (find (copies, vm)->plain, before) != 0
          && judge (copies, vm, plain) == AGENT_COPY_UNCERTAIN)
        {
          verdict = AGENT_COPY_CHANGED;
          break;
        }
    }
  g_mutex_unlock (&copies->lock);
  return verdict;
}

/* ---- the table ---------------------------------------------------------------------------- */

AgentCopies *
agent_copies_new (AgentJournal *journal, GHashTable *kept)
{
  AgentCopies *copies = g_new0 (AgentCopies, 1);
  GHashTableIter iter;
  gpointer vm, plain;

  copies->journal = g_object_ref (journal);
  g_mutex_init (&copies->lock);
  g_cond_init (&copies->changed);
  copies->table = g_hash_table_new_full (muri_uuid_hash, muri_uuid_equal, g_free, copy_free);
  g_hash_table_iter_init (&iter, kept);
  while (g_hash_table_iter_next (&iter, &vm, &plain))
    find (copies, vm)->plain = g_strdup (plain);
  return copies;
}

void
agent_copies_free (AgentCopies *copies)
{
  g_hash_table_unref (copies->table);
  g_cond_clear (&copies->changed);
  g_mutex_clear (&copies->lock);
  g_object_unref (copies->journal);
  g_free (copies);
}
