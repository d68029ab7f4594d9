/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent-vm-process.h"

#include <fcntl.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "muri-uuid.h"

/* libvirt counts in ticks of the kernel. */
#define TOLERANCE (50 * G_GUINT64_CONSTANT (1000000))

/* Of a command line: the UUID stands in front of what may be long. */
#define COMMAND_LINE 8192

#define SEARCH_FIRST (1 * G_TIME_SPAN_SECOND)
#define SEARCH_LAST (10 * G_TIME_SPAN_MINUTE)

typedef struct
{
  pid_t pid; /* 0 not found, negative: more than one */
  clockid_t clock;
  gboolean trusted;
  guint round;
} Process;

struct _AgentVmProcesses
{
  GHashTable *by_vm; /* muri_v1_Uuid -> Process */
  guint round;
  gint64 search_next; /* monotonic */
  gint64 pause;
  gboolean missing; /* one that is not found yet */
};

AgentVmProcesses *
agent_vm_processes_new (void)
{
  AgentVmProcesses *processes = g_new0 (AgentVmProcesses, 1);

  processes->by_vm = g_hash_table_new_full (muri_uuid_hash, muri_uuid_equal, g_free, g_free);
  processes->pause = SEARCH_FIRST;
  return processes;
}

void
agent_vm_processes_free (AgentVmProcesses *processes)
{
  g_hash_table_unref (processes->by_vm);
  g_free (processes);
}

/* ---- finding them ---- */

static gboolean
find_uuid (const char *line, gsize length, muri_v1_Uuid *uuid)
{
  const char *end = line + length;

  for (const char *word = line; word < end; word += strlen (word) + 1)
    if (strcmp (word, "-uuid") == 0)
      {
        word += sizeof "-uuid";
        return word < end && muri_uuid_parse (word, uuid);
      }
  return FALSE;
}

static void
look_at (AgentVmProcesses *processes, const char *number)
{
  g_autofree char *path = g_build_filename ("/proc", number, "cmdline", NULL);
  int fd = open (path, O_RDONLY | O_CLOEXEC);
  char line[COMMAND_LINE];
  muri_v1_Uuid uuid;
  Process *process;
  gssize length;

  if (fd < 0)
    return;
  length = read (fd, line, sizeof line - 1);
  close (fd);
  if (length <= 0)
    return;
  line[length] = 0;
  if (!find_uuid (line, length, &uuid)
      || (process = g_hash_table_lookup (processes->by_vm, &uuid)) == NULL || process->trusted)
    return;
  process->pid = process->pid == 0 ? atoi (number) : -1;
  if (process->pid > 0 && clock_getcpuclockid (process->pid, &process->clock) != 0)
    process->pid = 0;
}

static void
search (AgentVmProcesses *processes)
{
  g_autoptr (GDir) folder = g_dir_open ("/proc", 0, NULL);
  GHashTableIter iter;
  const char *name;
  gpointer value;

  g_hash_table_iter_init (&iter, processes->by_vm);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    if (!((Process *)value)->trusted)
      ((Process *)value)->pid = 0;
  while (folder && (name = g_dir_read_name (folder)) != NULL)
    if (g_ascii_isdigit (*name))
      look_at (processes, name);
}

void
agent_vm_processes_begin (AgentVmProcesses *processes, gint64 now)
{
  processes->round++;
  if (!processes->missing)
    {
      processes->pause = SEARCH_FIRST;
    }
  else if (now >= processes->search_next)
    {
      search (processes);
      processes->search_next = now + processes->pause;
      processes->pause = MIN (2 * processes->pause, SEARCH_LAST);
    }
  processes->missing = FALSE;
}

void
agent_vm_processes_end (AgentVmProcesses *processes)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, processes->by_vm);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    if (((Process *)value)->round != processes->round)
      g_hash_table_iter_remove (&iter);
}

/* ---- reading their clocks ---- */

static gboolean
read_clock (const Process *process, guint64 *cpu)
{
  struct timespec time;

  if (process->pid <= 0 || clock_gettime (process->clock, &time) != 0)
    return FALSE;
  *cpu = (guint64)time.tv_sec * 1000000000 + time.tv_nsec;
  return TRUE;
}

static Process *
ensure (AgentVmProcesses *processes, const muri_v1_Uuid *vm)
{
  Process *process = g_hash_table_lookup (processes->by_vm, vm);

  if (process == NULL)
    {
      process = g_new0 (Process, 1);
      g_hash_table_insert (processes->by_vm, g_memdup2 (vm, sizeof *vm), process);
      /* A guest that is new is looked for at once. */
      processes->pause = SEARCH_FIRST;
      processes->search_next = 0;
    }
  process->round = processes->round;
  return process;
}

gboolean
agent_vm_processes_read (AgentVmProcesses *processes, const muri_v1_Uuid *vm, guint64 *cpu)
{
  Process *process = ensure (processes, vm);

  if (process->trusted && read_clock (process, cpu))
    return TRUE;
  if (process->trusted)
    *process = (Process){ .round = processes->round };
  return FALSE;
}

gboolean
agent_vm_processes_ask (AgentVmProcesses *processes, const muri_v1_Uuid *vm,
                        gboolean (*func) (gpointer user_data, guint64 *cpu), gpointer user_data,
                        guint64 *cpu)
{
  Process *process = ensure (processes, vm);
  guint64 before, after;
  gboolean found = read_clock (process, &before);
  gboolean answered = func (user_data, cpu);

  if (found && answered && read_clock (process, &after))
    process->trusted = *cpu + TOLERANCE >= before && *cpu <= after + TOLERANCE;
  if (!process->trusted)
    processes->missing = TRUE;
  return answered;
}
