/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent-fast-reader.h"

#include <libvirt/virterror.h>

#include "agent-domain-state.h"
#include "agent-error.h"
#include "agent-vm-process.h"

/* So many readings in a row must disagree with the inventory: an event is usually under way. */
#define WRONG_STATE_LIMIT 3

#define GROUPS (VIR_DOMAIN_STATS_STATE | VIR_DOMAIN_STATS_INTERFACE)

struct _AgentFastReader
{
  gatomicrefcount references; /* the owner's and that of a call under way */
  AgentConnections *connections;
  AgentVmTable *table;

  /* Of the thread that calls. */
  gboolean no_groups;          /* this driver answers for single domains only */
  AgentVmProcesses *processes; /* where guests are processes of this machine */
  GArray *readings;            /* Reading */

  GMutex lock;        /* guards what follows */
  gint64 started;     /* monotonic; 0: no call is under way */
  gboolean abandoned; /* the call under way */
  gboolean stopped;
};

/**
 * What was read of one domain, until the table is locked.
 */
typedef struct
{
  muri_v1_Uuid uuid;
  int state, reason;
  gboolean has_cpu, has_net;
  guint64 cpu, rx, tx;
  gint64 time;
} Reading;

static void
reader_unref (AgentFastReader *reader)
{
  if (!g_atomic_ref_count_dec (&reader->references))
    return;
  agent_connections_unref (reader->connections);
  agent_vm_table_unref (reader->table);
  agent_vm_processes_free (reader->processes);
  g_array_unref (reader->readings);
  g_mutex_clear (&reader->lock);
  g_free (reader);
}

static void
note_refresh (AgentVmTable *table, const muri_v1_Uuid *uuid)
{
  g_ptr_array_add (table->notes, agent_note_new (AGENT_NOTE_REFRESH, uuid));
}

/* The table is locked. */
static void
check_state (AgentVmTable *table, AgentVmRecord *record, const Reading *reading)
{
  if (agent_domain_state_map (reading->state, reading->reason, FALSE) == record->state)
    {
      record->wrong_state = 0;
    }
  else if (++record->wrong_state >= WRONG_STATE_LIMIT)
    {
      record->wrong_state = 0;
      note_refresh (table, &record->uuid);
    }
}

static void
store (AgentFastReader *reader, gboolean answered)
{
  const GArray *readings = reader->readings;
  AgentVmTable *table = reader->table;

  g_mutex_lock (&table->lock);
  if (answered)
    table->fast_read = g_get_monotonic_time ();
  for (guint i = 0; i < readings->len; i++)
    {
      const Reading *reading = &g_array_index (readings, Reading, i);
      AgentVmRecord *record = agent_vm_table_find (table, &reading->uuid);

      if (record == NULL)
        continue;
      if (reading->has_cpu)
        agent_vm_figures_set_cpu (&record->figures, reading->cpu, record->vcpus, reading->time);
      if (reading->has_net)
        agent_vm_figures_set_net (&record->figures, reading->rx, reading->tx, reading->time);
      check_state (table, record, reading);
    }
  g_mutex_unlock (&table->lock);
}

static gboolean
read_info (gpointer domain, guint64 *cpu)
{
  virDomainInfo info;

  if (virDomainGetInfo (domain, &info) < 0)
    return FALSE;
  *cpu = info.cpuTime;
  return TRUE;
}

static void
read_cpu (AgentFastReader *reader, virDomainPtr domain, Reading *reading)
{
  reading->has_cpu = agent_vm_processes_read (reader->processes, &reading->uuid, &reading->cpu)
                     || agent_vm_processes_ask (reader->processes, &reading->uuid, read_info,
                                                domain, &reading->cpu);
  reading->time = g_get_monotonic_time ();
}

static gboolean
read_groups (AgentFastReader *reader, virConnectPtr connection, GArray *readings, GError **error)
{
  virDomainStatsRecordPtr *records = NULL;
  int n = virConnectGetAllDomainStats (connection, GROUPS, &records,
                                       VIR_CONNECT_GET_ALL_DOMAINS_STATS_ACTIVE
                                           | VIR_CONNECT_GET_ALL_DOMAINS_STATS_ENFORCE_STATS);

  if (n < 0)
    {
      agent_error_set_from_libvirt (error);
      return FALSE;
    }

  agent_vm_processes_begin (reader->processes, g_get_monotonic_time ());
  for (int i = 0; i < n; i++)
    {
      virDomainStatsRecordPtr record = records[i];
      Reading reading = { .time = g_get_monotonic_time () };

      if (virDomainGetUUID (record->dom, reading.uuid.b) < 0)
        continue;
      virTypedParamsGetInt (record->params, record->nparams, "state.state", &reading.state);
      virTypedParamsGetInt (record->params, record->nparams, "state.reason", &reading.reason);
      reading.has_net =
          agent_stats_read_net (record->params, record->nparams, &reading.rx, &reading.tx);
      read_cpu (reader, record->dom, &reading);
      g_array_append_val (readings, reading);
    }
  agent_vm_processes_end (reader->processes);
  virDomainStatsRecordListFree (records);
  return TRUE;
}

/* ---- drivers that answer for single domains only ---- */

static void
read_interfaces (virDomainPtr domain, char **nics, Reading *reading)
{
  for (guint i = 0; nics[i]; i++)
    {
      virDomainInterfaceStatsStruct stats;

      if (virDomainInterfaceStats (domain, nics[i], &stats, sizeof stats) < 0)
        continue;
      reading->has_net = TRUE;
      reading->rx += MAX (stats.rx_bytes, 0);
      reading->tx += MAX (stats.tx_bytes, 0);
    }
}

static char **
copy_nics (AgentVmTable *table, const muri_v1_Uuid *uuid)
{
  AgentVmRecord *record;
  char **nics;

  g_mutex_lock (&table->lock);
  record = agent_vm_table_find (table, uuid);
  nics = record ? g_strdupv (record->nics) : NULL;
  g_mutex_unlock (&table->lock);
  return nics;
}

static gboolean
read_singly (AgentFastReader *reader, virConnectPtr connection, GArray *readings, GError **error)
{
  g_autofree virDomainPtr *domains = NULL;
  int n = virConnectListAllDomains (connection, &domains, VIR_CONNECT_LIST_DOMAINS_ACTIVE);

  if (n < 0)
    {
      agent_error_set_from_libvirt (error);
      return FALSE;
    }

  for (int i = 0; i < n; i++)
    {
      Reading reading = { .time = g_get_monotonic_time () };
      g_auto (GStrv) nics = NULL;

      if (virDomainGetUUID (domains[i], reading.uuid.b) == 0
          && virDomainGetState (domains[i], &reading.state, &reading.reason, 0) == 0)
        {
          nics = copy_nics (reader->table, &reading.uuid);
          if (nics)
            read_interfaces (domains[i], nics, &reading);
          reading.has_cpu = read_info (domains[i], &reading.cpu);
          reading.time = g_get_monotonic_time ();
          g_array_append_val (readings, reading);
        }
      virDomainFree (domains[i]);
    }
  return TRUE;
}

/* Whether libvirt answered. */
static gboolean
read_all (AgentFastReader *reader, GArray *readings)
{
  g_autoptr (GError) error = NULL;
  virConnectPtr connection =
      agent_connections_acquire (reader->connections, AGENT_CONNECTION_FAST, NULL);

  /* Without one: the events' connection is lost as well, and told by who keeps it. */
  if (connection == NULL)
    return FALSE;

  if (!reader->no_groups && !read_groups (reader, connection, readings, &error)
      && (agent_error_is_no_support (error)
          || g_error_matches (error, AGENT_LIBVIRT_ERROR, VIR_ERR_ARGUMENT_UNSUPPORTED)))
    {
      reader->no_groups = TRUE;
      g_clear_error (&error);
    }
  if (reader->no_groups)
    read_singly (reader, connection, readings, &error);

  if (error)
    {
      g_debug ("Cannot read figures: %s", error->message);
      if (agent_error_is_disconnected (error))
        agent_connections_drop (reader->connections, AGENT_CONNECTION_FAST, connection);
    }
  virConnectClose (connection);
  return error == NULL;
}

/* FALSE: somebody hangs in a call, or nobody is to call any more. */
static gboolean
begin (AgentFastReader *reader)
{
  gboolean may;

  g_mutex_lock (&reader->lock);
  may = reader->started == 0 && !reader->stopped;
  if (may)
    {
      g_atomic_ref_count_inc (&reader->references);
      reader->started = g_get_monotonic_time ();
    }
  g_mutex_unlock (&reader->lock);
  return may;
}

gboolean
agent_fast_reader_read (AgentFastReader *reader)
{
  gboolean abandoned;

  if (!begin (reader))
    return TRUE;
  g_array_set_size (reader->readings, 0);
  store (reader, read_all (reader, reader->readings));

  g_mutex_lock (&reader->lock);
  abandoned = reader->abandoned;
  reader->abandoned = FALSE;
  reader->started = 0;
  g_mutex_unlock (&reader->lock);
  reader_unref (reader);
  return !abandoned;
}

gboolean
agent_fast_reader_abandon (AgentFastReader *reader, gint64 patience)
{
  gboolean abandoned;

  g_mutex_lock (&reader->lock);
  abandoned = reader->started != 0 && !reader->abandoned
              && g_get_monotonic_time () - reader->started >= patience;
  reader->abandoned |= abandoned;
  g_mutex_unlock (&reader->lock);
  return abandoned;
}

gboolean
agent_fast_reader_stop (AgentFastReader *reader)
{
  g_mutex_lock (&reader->lock);
  reader->stopped = TRUE;
  g_mutex_unlock (&reader->lock);
  return agent_fast_reader_abandon (reader, 0);
}

AgentFastReader *
agent_fast_reader_new (AgentConnections *connections, AgentVmTable *table)
{
  AgentFastReader *reader = g_new0 (AgentFastReader, 1);

  g_atomic_ref_count_init (&reader->references);
  reader->connections = agent_connections_ref (connections);
  reader->table = agent_vm_table_ref (table);
  reader->processes = agent_vm_processes_new ();
  reader->readings = g_array_new (FALSE, FALSE, sizeof (Reading));
  g_mutex_init (&reader->lock);
  return reader;
}

void
agent_fast_reader_free (AgentFastReader *reader)
{
  reader_unref (reader);
}
