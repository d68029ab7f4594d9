/* SPDX-License-Identifier: GPL-3.0-or-later */
/* measure-ring DIRECTORY [VMS [HOURS]]: an agent's own history of so many simulated VMs, filled as
 * fast as it goes: bytes of what is kept, and the processor's time for it. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "agent-history-ring.h"
#include "agent-workload.h"
#include "measure.h"
#include "muri-segment.h"

/* The begin of a span of every tier. */
#define START G_GINT64_CONSTANT (1700006400)
#define CAP (G_GUINT64_CONSTANT (1) << 30)
#define CPUS 32
#define MEMORY (256 * 1024 * 1024)

typedef struct
{
  guint64 bytes;
  guint64 values;
  guint64 slots; /* of all objects */
} Stored;

static double
processor_seconds (void)
{
  struct timespec now;
  clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &now);
  return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void
measure_row (AgentHistoryRow *row, gint64 second, guint n_vms)
{
  static const muri_v1_Uuid node = { { 1 } };
  muri_v1_VmFigures *vms = g_new0 (muri_v1_VmFigures, n_vms);
  for (guint i = 0; i < n_vms; i++)
    {
      AgentWorkloadVm vm = { .running = TRUE,
                             .vcpus = 1 + i % 4,
                             .memory = (1 + i % 8) * 1024 * 1024,
                             .disk = TRUE,
                             .net = TRUE,
                             .booted = (START - 86400) * G_USEC_PER_SEC };
      vm.uuid.b[0] = i * 5;
      vm.uuid.b[15] = i;
      agent_workload_vm (&vm, CPUS, second * G_USEC_PER_SEC, &vms[i]);
      vms[i].vm = vm.uuid;
    }
  row->second = second;
  row->n_vms = n_vms;
  agent_workload_host (&node, vms, n_vms, CPUS, MEMORY, second * G_USEC_PER_SEC, &row->host);
  row->vms = vms;
}

/* Processor's time of the ring alone. */
static double
fill (AgentHistoryRing *ring, guint n_vms, gint64 seconds)
{
  double used = 0;
  for (gint64 second = 0; second < seconds; second += 10)
    {
      AgentHistoryRow rows[10] = { 0 };
      g_autoptr (GError) error = NULL;
      double before;
      for (guint i = 0; i < 10; i++)
        measure_row (&rows[i], START + second + i, n_vms);
      before = processor_seconds ();
      if (!agent_history_ring_append (ring, rows, 10, &error))
        g_error ("%s", error->message);
      used += processor_seconds () - before;
      for (guint i = 0; i < 10; i++)
        g_free ((gpointer)rows[i].vms);
    }
  return used;
}

static void
count_chunk (const guint8 *data, gsize length, Stored *stored)
{
  g_autoptr (MuriChunk) chunk = muri_chunk_decode (data, length, NULL);
  guint n_columns;
  const MuriChunkColumn *columns = muri_chunk_get_columns (chunk, &n_columns);
  for (guint i = 0; i < n_columns; i++)
    for (guint slot = 0; slot < muri_chunk_get_slots (chunk); slot++)
      stored->values += columns[i].known[slot] > 0;
  stored->slots += muri_chunk_get_slots (chunk);
}

static void
count_file (const char *directory, const char *name, Stored *stored)
{
  g_autofree char *path = g_build_filename (directory, name, NULL);
  g_autofree char *data = NULL;
  gsize length;
  AgentHistoryKind kind;
  gint64 start;
  g_autoptr (MuriSegment) segment = NULL;
  if (!agent_history_parse_name (name, &kind, &start) || kind == AGENT_HISTORY_LOG
      || !g_file_get_contents (path, &data, &length, NULL)
      || (segment = muri_segment_parse (data, length, NULL)) == NULL)
    return;
  stored[kind].bytes += length;
  for (guint i = 0; i < segment->entries->len; i++)
    {
      const MuriSegmentEntry *entry = &g_array_index (segment->entries, MuriSegmentEntry, i);
      count_chunk ((const guint8 *)data + entry->offset, entry->length, &stored[kind]);
    }
}

/* Of a whole ring: what a slot of all objects takes, as often as the ring has one. */
static double
whole_ring (const Stored *stored, guint n_objects)
{
  static const double slots[AGENT_HISTORY_N_KINDS] = { 0, 13 * 300, 25 * 360, 29 * 360 };
  double bytes = 0;
  for (guint kind = AGENT_HISTORY_SECONDS; kind < AGENT_HISTORY_N_KINDS; kind++)
    bytes += (double)stored[kind].bytes / (double)stored[kind].slots * n_objects * slots[kind];
  return bytes / (1024 * 1024);
}

int
main (int argc, char **argv)
{
  const guint n_vms = argc > 2 ? atoi (argv[2]) : 50;
  const gint64 seconds = argc > 3 ? (gint64)(atof (argv[3]) * 3600) : 6 * 3600 + 300;
  Stored stored[AGENT_HISTORY_N_KINDS] = { 0 };
  g_autoptr (GError) error = NULL;
  g_autoptr (GDir) dir = NULL;
  const char *name;
  double used;
  if (argc < 2)
    return 2;
  {
    g_autoptr (AgentHistoryRing) ring = agent_history_ring_open (argv[1], CAP, &error);
    if (ring == NULL)
      g_error ("%s", error->message);
    used = seconds > 0 ? fill (ring, n_vms, seconds) : 0;
  }
  dir = g_dir_open (argv[1], 0, NULL);
  while ((name = g_dir_read_name (dir)) != NULL)
    count_file (argv[1], name, stored);
  measure_print ("ring-second", (double)stored[AGENT_HISTORY_SECONDS].bytes
                                    / (double)stored[AGENT_HISTORY_SECONDS].values);
  measure_print ("ring-ten", (double)stored[AGENT_HISTORY_TENS].bytes
                                 / (double)stored[AGENT_HISTORY_TENS].values);
  measure_print ("ring-minute", (double)stored[AGENT_HISTORY_MINUTES].bytes
                                    / (double)stored[AGENT_HISTORY_MINUTES].values);
  measure_print ("ring-size", whole_ring (stored, n_vms + 1));
  measure_print ("ring-cpu", seconds > 0 ? used / (double)seconds * 1000 : NAN);
  return 0;
}
