/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "flock-worker.h"

#include <dds/dds.h>
#include <gio/gunixinputstream.h>
#include <glib-unix.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "agent-event-loop.h"
#include "agent-trim.h"

/* What a console asks for is handed on within this time, as an agent's own program has it. */
#define FRAME 4

#define LOOK_AGAIN 20 /* ms */

typedef struct
{
  guint zone;
  GMainLoop *loop;
  GPtrArray *hosts;
  guint n_started;
  FlockChurn *churn;
  GDataInputStream *commands;
} Worker;

static void
say (const char *word)
{
  puts (word);
  fflush (stdout);
}

static gboolean
on_look (gpointer user_data)
{
  Worker *worker = user_data;

  if (!flock_churn_is_calm (worker->churn))
    return G_SOURCE_CONTINUE;
  say ("calm");
  return G_SOURCE_REMOVE;
}

/* Deaf and mute, as with its cable pulled. */
static void
cut (Worker *worker, double seconds)
{
  dds_entity_t participant;

  if (dds_lookup_participant (worker->zone, &participant, 1) > 0)
    dds_domain_set_deafmute (participant, true, true, (dds_duration_t)(seconds * 1e9));
}

static void
obey (Worker *worker, const char *line)
{
  if (strcmp (line, "calm") == 0)
    {
      flock_churn_rest (worker->churn);
      g_timeout_add (LOOK_AGAIN, on_look, worker);
    }
  else if (strcmp (line, "churn") == 0)
    flock_churn_go (worker->churn);
  else if (g_str_has_prefix (line, "cut "))
    cut (worker, g_ascii_strtod (line + 4, NULL));
  else if (strcmp (line, "inventory") == 0)
    {
      for (guint i = 0; i < worker->hosts->len; i++)
        flock_host_print (worker->hosts->pdata[i]);
      say ("end");
    }
  else
    g_printerr ("muri-flock: what is “%s”?\n", line);
}

static void
on_line (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Worker *worker = user_data;
  g_autofree char *line =
      g_data_input_stream_read_line_finish (worker->commands, result, NULL, NULL);

  if (line == NULL)
    return;
  obey (worker, line);
  g_data_input_stream_read_line_async (worker->commands, G_PRIORITY_DEFAULT, NULL, on_line, worker);
}

static gboolean
all_are_ready (Worker *worker)
{
  gboolean ready = worker->n_started == worker->hosts->len;

  for (guint i = 0; ready && i < worker->hosts->len; i++)
    ready = flock_host_is_ready (worker->hosts->pdata[i]);
  return ready;
}

static gboolean
on_starting (gpointer user_data)
{
  Worker *worker = user_data;

  if (!all_are_ready (worker))
    return G_SOURCE_CONTINUE;
  say ("ready");
  return G_SOURCE_REMOVE;
}

/* One a turn of the main loop, so that those before are served meanwhile. */
static gboolean
start_next (gpointer user_data)
{
  Worker *worker = user_data;

  if (worker->n_started == worker->hosts->len)
    return G_SOURCE_REMOVE;
  flock_host_start (worker->hosts->pdata[worker->n_started++]);
  return G_SOURCE_CONTINUE;
}

static gboolean
on_signal (gpointer user_data)
{
  g_main_loop_quit (user_data);
  return G_SOURCE_CONTINUE;
}

static void
drop_message (const char *domain, GLogLevelFlags level, const char *message, gpointer user_data)
{
}

/* What each of a thousand agents says of itself. */
static void
silence (void)
{
  if (g_getenv ("G_MESSAGES_DEBUG") == NULL)
    g_log_set_handler ("muri-agent", G_LOG_LEVEL_MESSAGE, drop_message, NULL);
}

static void
free_host (gpointer host)
{
  flock_host_free (host);
}

int
flock_worker_run (const FlockPlan *plan, const FlockRates *rates, guint zone, guint first,
                  guint count)
{
  Worker worker = { .zone = zone };
  g_autoptr (GInputStream) input = g_unix_input_stream_new (STDIN_FILENO, FALSE);
  g_autoptr (MuriBus) bus = NULL;

  signal (SIGPIPE, SIG_IGN);
  /* Of a terminal: it is for the program that started this one, which says SIGTERM. */
  signal (SIGINT, SIG_IGN);
  silence ();
  agent_trim_schedule ();
  agent_event_loop_register ();
  bus = muri_bus_new (NULL, FRAME);
  worker.loop = g_main_loop_new (NULL, FALSE);
  worker.hosts = g_ptr_array_new_with_free_func (free_host);
  for (guint i = first; i < first + count; i++)
    g_ptr_array_add (worker.hosts, flock_host_new (plan, i, zone, bus));
  worker.churn = flock_churn_new (plan, rates, worker.hosts);
  worker.commands = g_data_input_stream_new (input);
  g_data_input_stream_read_line_async (worker.commands, G_PRIORITY_DEFAULT, NULL, on_line, &worker);
  g_idle_add (start_next, &worker);
  g_timeout_add (LOOK_AGAIN, on_starting, &worker);
  g_unix_signal_add (SIGTERM, on_signal, worker.loop);
  g_main_loop_run (worker.loop);

  flock_churn_free (worker.churn);
  g_ptr_array_unref (worker.hosts);
  /* What is still read from the input refers to this frame. */
  exit (0);
}
