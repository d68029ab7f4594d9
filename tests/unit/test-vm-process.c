/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whose clock is taken for a guest's: only of a process that bears its UUID, alone, and whose clock
 * agrees with what libvirt says. */
#include <gio/gio.h>

#include "agent-vm-process.h"
#include "muri-uuid.h"

#define SECOND G_GUINT64_CONSTANT (1000000000)

typedef struct
{
  muri_v1_Uuid vm;
  AgentVmProcesses *processes;
  gint64 now;
  guint asked;
  guint64 answer;
} Fixture;

/* It has used next to nothing, and waits for input that does not come. */
static GSubprocess *
start (const muri_v1_Uuid *vm)
{
  char uuid[MURI_UUID_TEXT];
  g_autoptr (GError) error = NULL;
  GSubprocess *process = g_subprocess_new (
      G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error, "sh", "-c",
      "echo; read line", "guest", "-name", "guest", "-uuid", muri_uuid_format (vm, uuid), NULL);
  char byte;

  g_assert_no_error (error);
  g_assert_cmpint (
      g_input_stream_read (g_subprocess_get_stdout_pipe (process), &byte, 1, NULL, &error), ==, 1);
  g_assert_no_error (error);
  return process;
}

static void
end (GSubprocess *process)
{
  g_subprocess_force_exit (process);
  g_assert_true (g_subprocess_wait (process, NULL, NULL));
  g_object_unref (process);
}

static gboolean
ask (gpointer user_data, guint64 *cpu)
{
  Fixture *f = user_data;

  f->asked++;
  *cpu = f->answer;
  return TRUE;
}

/* As a reader does it, once; whether libvirt had to be asked. */
static gboolean
was_asked (Fixture *f)
{
  guint before = f->asked;
  guint64 cpu = G_MAXUINT64;

  f->now += G_TIME_SPAN_HOUR;
  agent_vm_processes_begin (f->processes, f->now);
  if (!agent_vm_processes_read (f->processes, &f->vm, &cpu))
    g_assert_true (agent_vm_processes_ask (f->processes, &f->vm, ask, f, &cpu));
  agent_vm_processes_end (f->processes);
  g_assert_cmpuint (cpu, !=, G_MAXUINT64);
  return f->asked != before;
}

static void
set_up (Fixture *f, gconstpointer data)
{
  muri_uuid_generate (&f->vm);
  f->processes = agent_vm_processes_new ();
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  agent_vm_processes_free (f->processes);
}

static void
test_agrees (Fixture *f, gconstpointer data)
{
  GSubprocess *guest = start (&f->vm);

  g_assert_true (was_asked (f));
  g_assert_true (was_asked (f));
  g_assert_false (was_asked (f));

  end (guest);
  g_assert_true (was_asked (f));

  /* Another process of the same VM is found again. */
  guest = start (&f->vm);
  was_asked (f);
  was_asked (f);
  g_assert_false (was_asked (f));
  end (guest);
}

static void
test_disagrees (Fixture *f, gconstpointer data)
{
  GSubprocess *guest = start (&f->vm);

  f->answer = 3600 * SECOND;
  for (guint i = 0; i < 5; i++)
    g_assert_true (was_asked (f));
  end (guest);
}

static void
test_ambiguous (Fixture *f, gconstpointer data)
{
  GSubprocess *guest = start (&f->vm), *other = start (&f->vm);

  for (guint i = 0; i < 5; i++)
    g_assert_true (was_asked (f));
  end (other);
  was_asked (f);
  g_assert_false (was_asked (f));
  end (guest);
}

static void
test_absent (Fixture *f, gconstpointer data)
{
  for (guint i = 0; i < 5; i++)
    g_assert_true (was_asked (f));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/vm-process/agrees", Fixture, NULL, set_up, test_agrees, tear_down);
  g_test_add ("/vm-process/disagrees", Fixture, NULL, set_up, test_disagrees, tear_down);
  g_test_add ("/vm-process/ambiguous", Fixture, NULL, set_up, test_ambiguous, tear_down);
  g_test_add ("/vm-process/absent", Fixture, NULL, set_up, test_absent, tear_down);
  return g_test_run ();
}
