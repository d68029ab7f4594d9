/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib-unix.h>

#include <locale.h>
#include <signal.h>

#include "agent-config.h"
#include "agent-event-loop.h"
#include "agent-service.h"
#include "agent-trim.h"
#include "agent.h"

/* What a console asks for is handed on within this time, milliseconds. */
#define FRAME 4

typedef struct
{
  GMainLoop *loop;
  gboolean failed;
} Program;

static gboolean
on_signal (gpointer user_data)
{
  Program *program = user_data;
  g_main_loop_quit (program->loop);
  return G_SOURCE_CONTINUE;
}

static void
on_joined (Agent *agent, Program *program)
{
  agent_service_notify ("READY=1");
}

static void
on_failed (Agent *agent, const char *reason, Program *program)
{
  g_printerr ("muri-agent: %s\n", reason);
  program->failed = TRUE;
  g_main_loop_quit (program->loop);
}

static int
complain (const GError *error)
{
  if (g_error_matches (error, AGENT_CONFIG_ERROR, AGENT_CONFIG_ERROR_DONE))
    return 0;
  g_printerr ("muri-agent: %s\n", error->message);
  return g_error_matches (error, AGENT_CONFIG_ERROR, AGENT_CONFIG_ERROR_USAGE) ? 2 : 1;
}

static int
run (const AgentConfig *config)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (MuriBus) bus = muri_bus_new (NULL, FRAME);
  g_autoptr (Agent) agent = agent_new (config, bus);
  g_autoptr (GError) error = NULL;
  Program program = { .loop = loop };

  g_signal_connect (agent, "joined", G_CALLBACK (on_joined), &program);
  g_signal_connect (agent, "failed", G_CALLBACK (on_failed), &program);
  if (!agent_start (agent, &error))
    return complain (error);

  g_unix_signal_add (SIGTERM, on_signal, &program);
  g_unix_signal_add (SIGINT, on_signal, &program);
  agent_service_watch ();
  g_main_loop_run (loop);

  agent_service_notify ("STOPPING=1");
  agent_stop (agent);
  return program.failed ? 1 : 0;
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  setlocale (LC_CTYPE, "");
  g_set_prgname ("muri-agent");
  g_autoptr (AgentConfig) config = agent_config_load (argc, argv, &error);
  if (config == NULL)
    return complain (error);

  signal (SIGPIPE, SIG_IGN);
  agent_trim_schedule ();
  agent_event_loop_register ();
  return run (config);
}
