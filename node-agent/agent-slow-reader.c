/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent-slow-reader.h"

#include <string.h>

#include "agent-guest-addresses.h"
#include "agent-slow-call.h"
#include "muri-uuid.h"

/* libvirtd takes five calls of a client at a time. One thread is enough, and wakes less often,
 * where it keeps up with what is to be asked. */
#define THREADS_MAX 4

/* So many calls may hang before this reader stops to ask: libvirtd's own threads are used up
 * with them, and everybody else would have to wait. */
#define LOST_MAX 8

/* After this a call is lost. */
#define PATIENCE (2 * G_TIME_SPAN_SECOND)

/* Somebody else's job may keep a monitor busy for so long before it counts as unanswered. */
#define PARTIAL_PATIENCE (10 * G_TIME_SPAN_SECOND)

/* What each VM adds to the interval, so that thousands do not keep libvirtd busy. */
#define INTERVAL_PER_VM (25 * G_TIME_SPAN_MILLISECOND)

/* So many turns begin together and wake everybody once, but not so seldom that libvirtd takes the
 * connection for an idle one, and asks whether anybody is there. */
#define TURNS_TOGETHER 8
#define TIMES_LEAST 2

/* Many a guest has none that can be found: it is asked less and less often. */
#define ADDRESSES_EVERY (60 * G_TIME_SPAN_SECOND)
#define ADDRESSES_MISSED_FIRST (10 * G_TIME_SPAN_SECOND)

struct _AgentSlowReader
{
  gatomicrefcount references; /* the owner's and one a job */
  AgentConnections *connections;
  AgentVmTable *table;
  GThreadPool *pool;
  gint no_groups; /* atomic: this driver answers for single domains only */

  GMutex lock;     /* guards what follows, and the watched members of jobs */
  GPtrArray *jobs; /* under way */
  guint threads;   /* but for those that are lent */
  guint lost;
};

/**
 * One VM's turn. Belongs to the thread that does it.
 */
typedef struct
{
  AgentSlowReader *reader;
  muri_v1_Uuid uuid;
  AgentSlowCall call;
  virDomainPtr domain;

  /* Watched: under the reader's lock. */
  virConnectPtr connection; /* while it may hang */
  gint64 started;
  gboolean harmless; /* asks the guest agent, whose silence is no news of the monitor */
  gboolean lost;
} Job;

static void
reader_unref (AgentSlowReader *reader)
{
  if (!g_atomic_ref_count_dec (&reader->references))
    return;
  agent_connections_unref (reader->connections);
  agent_vm_table_unref (reader->table);
  g_ptr_array_unref (reader->jobs);
  g_mutex_clear (&reader->lock);
  g_free (reader);
}

static void
job_free (gpointer data)
{
  Job *job = data;

  agent_slow_call_clear (&job->call);
  reader_unref (job->reader);
  g_free (job);
}

gint64
agent_slow_reader_interval (guint n_vms)
{
  return MAX (AGENT_SLOW_INTERVAL, n_vms * INTERVAL_PER_VM);
}

/* A quarantined VM's next turn after so many failures. */
static gint64
pause_after (guint failures)
{
  static const guint seconds[] = { 15, 30, 60 };

  return seconds[MIN (failures, G_N_ELEMENTS (seconds)) - 1] * G_TIME_SPAN_SECOND;
}

/* ---- what became of it; the table is locked ---- */

static void
tell_unanswered (AgentVmTable *table, AgentVmRecord *record, gint64 since)
{
  AgentNote *note;

  if (record->unanswered == since || (record->unanswered != 0 && since != 0))
    return;
  note = agent_note_new (AGENT_NOTE_UNANSWERED, &record->uuid);
  note->unanswered = since;
  record->unanswered = since;
  g_ptr_array_add (table->notes, note);
}

static void
note_failure (AgentVmTable *table, AgentVmRecord *record, gint64 now, gboolean unanswered)
{
  if (unanswered)
    tell_unanswered (table, record, g_get_real_time ());
  record->slow_failures++;
  record->slow_next = now + pause_after (record->slow_failures);
}

static void
note_partial (AgentVmTable *table, AgentVmRecord *record, gint64 now)
{
  if (record->partial_since == 0)
    record->partial_since = now;
  else if (now - record->partial_since > PARTIAL_PATIENCE)
    tell_unanswered (table, record, g_get_real_time () - (now - record->partial_since));
  record->slow_next = now + agent_slow_reader_interval (table->records->len);
}

static void
note_disks (AgentVmTable *table, AgentVmRecord *record, const AgentBlockStats *block)
{
  AgentNote *note;

  if (record->n_sizes == block->n_disks
      && (block->n_disks == 0
          || memcmp (record->sizes, block->disks, block->n_disks * sizeof (AgentDiskSize)) == 0))
    return;

  g_free (record->sizes);
  record->sizes = g_memdup2 (block->disks, block->n_disks * sizeof (AgentDiskSize));
  record->n_sizes = block->n_disks;
  note = agent_note_new (AGENT_NOTE_DISKS, &record->uuid);
  note->n = block->n_disks;
  note->disks = g_memdup2 (block->disks, block->n_disks * sizeof (AgentDiskSize));
  g_ptr_array_add (table->notes, note);
}

static void
note_answer (AgentVmTable *table, AgentVmRecord *record, const AgentSlowCall *call, gint64 now)
{
  tell_unanswered (table, record, 0);
  record->slow_failures = 0;
  record->partial_since = 0;
  record->slow_next = now + agent_slow_reader_interval (table->records->len);

  if (call->has_memory)
    agent_vm_figures_set_memory (&record->figures, call->memory, now);
  if (call->has_block)
    {
      agent_vm_figures_set_disk (&record->figures, call->block.read, call->block.written,
                                 call->block.requests, call->block.nanoseconds, now);
      note_disks (table, record, &call->block);
    }
}

static void
note_addresses (AgentVmTable *table, AgentVmRecord *record, const AgentSlowCall *call, gint64 now)
{
  AgentNote *note;

  if (!call->asked_addresses)
    return;
  if (call->n_addresses > 0)
    record->addresses_pause = ADDRESSES_EVERY;
  else
    record->addresses_pause =
        CLAMP (2 * record->addresses_pause, ADDRESSES_MISSED_FIRST, ADDRESSES_EVERY);
  record->addresses_next = now + record->addresses_pause;
  note = agent_note_new (AGENT_NOTE_ADDRESSES, &record->uuid);
  note->n = call->n_addresses;
  note->addresses = g_memdup2 (call->addresses, call->n_addresses * sizeof (muri_v1_Address));
  g_ptr_array_add (table->notes, note);
}

static void
settle (Job *job)
{
  AgentVmTable *table = job->reader->table;
  AgentSlowCall *call = &job->call;
  gint64 now = g_get_monotonic_time ();
  AgentVmRecord *record;

  g_mutex_lock (&table->lock);
  record = agent_vm_table_find (table, &job->uuid);
  if (record)
    {
      record->slow_outstanding = FALSE;
      if (call->result == AGENT_SLOW_ANSWERED)
        note_answer (table, record, call, now);
      else if (call->result == AGENT_SLOW_PARTIAL)
        note_partial (table, record, now);
      else if (call->result == AGENT_SLOW_NOT_ASKED)
        record->slow_next = now + agent_slow_reader_interval (table->records->len);
      else
        note_failure (table, record, now, call->result == AGENT_SLOW_TIMED_OUT || job->lost);
      note_addresses (table, record, call, now);
      if (call->result == AGENT_SLOW_ANSWERED && record->slow_domain == NULL)
        record->slow_domain = g_steal_pointer (&job->domain);
    }
  g_mutex_unlock (&table->lock);
}

/* ---- doing it, on a thread of the pool ---- */

static void
watch (Job *job, virConnectPtr connection, gboolean harmless)
{
  g_mutex_lock (&job->reader->lock);
  job->connection = connection;
  job->started = g_get_monotonic_time ();
  job->harmless = harmless;
  g_mutex_unlock (&job->reader->lock);
}

/* The lock is held. */
static void
set_threads (AgentSlowReader *reader)
{
  g_thread_pool_set_max_threads (reader->pool, (int)(reader->threads + reader->lost), NULL);
}

/* Returns the thread that was lent for a lost call. */
static void
unwatch (Job *job)
{
  AgentSlowReader *reader = job->reader;

  g_mutex_lock (&reader->lock);
  job->connection = NULL;
  g_ptr_array_remove_fast (reader->jobs, job);
  if (job->lost)
    {
      reader->lost--;
      set_threads (reader);
    }
  g_mutex_unlock (&reader->lock);
}

/* What the table knows that the call needs. FALSE: the VM is gone. */
static gboolean
prepare (Job *job)
{
  AgentVmTable *table = job->reader->table;
  AgentVmRecord *record;

  g_mutex_lock (&table->lock);
  record = agent_vm_table_find (table, &job->uuid);
  if (record)
    {
      job->domain = g_steal_pointer (&record->slow_domain);
      job->call.disks = g_strdupv (record->disks);
      job->call.asked_addresses = g_get_monotonic_time () >= record->addresses_next;
      job->call.guest_agent = record->guest_agent;
    }
  g_mutex_unlock (&table->lock);
  return record != NULL;
}

/* The one of the last time saves a question, unless it is another connection's by now. */
static gboolean
find_domain (Job *job, virConnectPtr connection)
{
  if (job->domain && virDomainGetConnect (job->domain) != connection)
    {
      virDomainFree (job->domain);
      job->domain = NULL;
    }
  if (job->domain == NULL)
    job->domain = virDomainLookupByUUID (connection, job->uuid.b);
  return job->domain != NULL;
}

static void
ask (Job *job, virConnectPtr connection)
{
  AgentSlowReader *reader = job->reader;
  AgentSlowCall *call = &job->call;
  virDomainPtr domain;

  watch (job, connection, FALSE);
  if (!find_domain (job, connection))
    {
      call->result = AGENT_SLOW_FAILED;
      return;
    }
  domain = job->domain;

  if (g_atomic_int_get (&reader->no_groups) || !agent_slow_call_groups (call, domain))
    {
      g_atomic_int_set (&reader->no_groups, TRUE);
      agent_slow_call_singly (call, domain);
    }
  if (call->asked_addresses)
    {
      call->n_addresses =
          agent_guest_addresses_from_host (domain, call->addresses, G_N_ELEMENTS (call->addresses));
      if (call->n_addresses == 0 && call->guest_agent)
        {
          watch (job, connection, TRUE);
          call->n_addresses = agent_guest_addresses_from_guest (domain, call->addresses,
                                                                G_N_ELEMENTS (call->addresses));
        }
    }
}

static void
run (gpointer data, gpointer user_data)
{
  Job *job = data;
  AgentSlowReader *reader = job->reader;
  virConnectPtr connection;

  if (!prepare (job))
    {
      job_free (job);
      return;
    }

  g_mutex_lock (&reader->lock);
  g_ptr_array_add (reader->jobs, job);
  g_mutex_unlock (&reader->lock);

  connection = agent_connections_borrow (reader->connections, NULL);
  if (connection)
    ask (job, connection);
  unwatch (job);
  settle (job);
  if (job->domain)
    virDomainFree (job->domain);
  if (connection)
    agent_connections_give_back (reader->connections, connection);
  job_free (job);
}

/* ---- the owner's side ---- */

/* The VM is to blame only if libvirt has answered others meanwhile. */
static void
quarantine (AgentSlowReader *reader, const Job *job, gint64 now)
{
  AgentVmRecord *record;

  g_mutex_lock (&reader->table->lock);
  record = agent_vm_table_find (reader->table, &job->uuid);
  if (record && reader->table->fast_read > job->started)
    tell_unanswered (reader->table, record, g_get_real_time () - (now - job->started));
  g_mutex_unlock (&reader->table->lock);
}

/* Leaves what hangs alone, and lends the others a thread for it. */
static void
find_lost (AgentSlowReader *reader, gint64 now)
{
  g_mutex_lock (&reader->lock);
  for (guint i = 0; i < reader->jobs->len; i++)
    {
      Job *job = reader->jobs->pdata[i];

      if (job->connection == NULL || now - job->started < PATIENCE)
        continue;
      if (!job->lost)
        {
          job->lost = TRUE;
          reader->lost++;
          set_threads (reader);
        }
      if (!job->harmless)
        quarantine (reader, job, now);
    }
  g_mutex_unlock (&reader->lock);
}

/* One thread more where turns wait that began to wait in an earlier tick, and back to one. */
static void
adapt (AgentSlowReader *reader)
{
  guint waiting = g_thread_pool_unprocessed (reader->pool);
  guint threads = waiting > 0 ? MIN (reader->threads + 1, THREADS_MAX) : 1;

  g_mutex_lock (&reader->lock);
  if (threads != reader->threads)
    {
      reader->threads = threads;
      set_threads (reader);
    }
  g_mutex_unlock (&reader->lock);
}

static void
push (AgentSlowReader *reader, AgentVmRecord *record)
{
  Job *job = g_new0 (Job, 1);

  record->slow_outstanding = TRUE;
  g_atomic_ref_count_inc (&reader->references);
  job->reader = reader;
  job->uuid = record->uuid;
  g_thread_pool_push (reader->pool, job, NULL);
}

void
agent_slow_reader_tick (AgentSlowReader *reader, gint64 now)
{
  AgentVmTable *table = reader->table;
  gint64 interval, times;
  guint lost;

  find_lost (reader, now);
  adapt (reader);
  g_mutex_lock (&reader->lock);
  lost = reader->lost;
  g_mutex_unlock (&reader->lock);
  if (lost >= LOST_MAX)
    return;

  g_mutex_lock (&table->lock);
  interval = agent_slow_reader_interval (table->records->len);
  times = CLAMP (table->records->len / TURNS_TOGETHER, TIMES_LEAST, interval / G_TIME_SPAN_SECOND);
  for (guint i = 0; table->connected && i < table->records->len; i++)
    {
      AgentVmRecord *record = table->records->pdata[i];

      if (record->slow_outstanding || now < record->slow_next)
        continue;
      /* The first turns are spread, and the later ones follow them. */
      if (record->slow_next == 0)
        record->slow_next = now + muri_uuid_hash (&record->uuid) % times * (interval / times);
      else
        push (reader, record);
    }
  g_mutex_unlock (&table->lock);
}

AgentSlowReader *
agent_slow_reader_new (AgentConnections *connections, AgentVmTable *table)
{
  AgentSlowReader *reader = g_new0 (AgentSlowReader, 1);

  g_atomic_ref_count_init (&reader->references);
  reader->connections = agent_connections_ref (connections);
  reader->table = agent_vm_table_ref (table);
  reader->jobs = g_ptr_array_new ();
  g_mutex_init (&reader->lock);
  reader->threads = 1;
  /* Exclusive: a shared thread wakes once more after each turn, to look for work of others. */
  reader->pool = g_thread_pool_new_full (run, NULL, job_free, 1, TRUE, NULL);
  return reader;
}

void
agent_slow_reader_stop (AgentSlowReader *reader)
{
  g_thread_pool_free (reader->pool, TRUE, FALSE);
  reader_unref (reader);
}
