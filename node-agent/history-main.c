/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Serves an agent's history. The agent starts it with a listening socket, and it ends when nobody
 * has asked for a while: the agent takes the next caller's call. */

#include <fcntl.h>
#include <locale.h>
#include <unistd.h>

#include "history-callers.h"
#include "history-sandbox.h"
#include "history-server.h"
#include "muri-config.h"
#include "muri-uuid.h"

#define LISTENING_FD 3

/* Seconds without a request. */
#define IDLE_MAX 60

typedef struct
{
  GMainLoop *loop;
  HistoryCallers *callers;
  guint idle;
  int idle_max;
} Program;

static gboolean
on_idle (gpointer user_data)
{
  Program *program = user_data;
  if (history_callers_busy (program->callers))
    return G_SOURCE_CONTINUE;
  program->idle = 0;
  g_main_loop_quit (program->loop);
  return G_SOURCE_REMOVE;
}

static void
begin_idle (Program *program)
{
  g_clear_handle_id (&program->idle, g_source_remove);
  program->idle = g_timeout_add_seconds (program->idle_max, on_idle, program);
}

static void
on_request (SoupServer *server, SoupServerMessage *message, Program *program)
{
  begin_idle (program);
}

static int
complain (const char *what)
{
  g_printerr ("muri-agent-history: %s\n", what);
  return 1;
}

static int
serve (const char *directory, const char *node, int idle_max)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (GSocket) socket = NULL;
  g_autoptr (SoupServer) server = NULL;
  Program program = { .loop = loop, .idle_max = idle_max };
  int fd = open (directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

  if (fd < 0)
    return complain ("the history's directory cannot be opened");
  socket = g_socket_new_from_fd (LISTENING_FD, &error);
  if (socket == NULL)
    return complain (error->message);
  g_socket_set_blocking (socket, FALSE);
  server = history_server_new (fd, node);
  history_sandbox_enter (fd);

  program.callers = history_callers_new (socket, server);
  g_signal_connect (server, "request-started", G_CALLBACK (on_request), &program);
  g_signal_connect (server, "request-finished", G_CALLBACK (on_request), &program);
  begin_idle (&program);
  g_main_loop_run (loop);

  history_callers_free (program.callers);
  soup_server_disconnect (server);
  close (fd);
  return 0;
}

int
main (int argc, char **argv)
{
  g_autofree char *directory = NULL;
  g_autofree char *node = NULL;
  int idle_max = IDLE_MAX;
  const GOptionEntry entries[] = {
    { "directory", 0, 0, G_OPTION_ARG_FILENAME, &directory, "Where the history is", "DIR" },
    { "node", 0, 0, G_OPTION_ARG_STRING, &node, "Whose it is", "UUID" },
    { "idle", 0, 0, G_OPTION_ARG_INT, &idle_max, "End after so long without a request", "SECONDS" },
    G_OPTION_ENTRY_NULL,
  };
  g_autoptr (GOptionContext) context =
      g_option_context_new ("- serves what muri-agent keeps; started by it");
  g_autoptr (GError) error = NULL;
  muri_v1_Uuid uuid;

  setlocale (LC_CTYPE, "");
  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    return complain (error->message);
  if (directory == NULL || node == NULL || !muri_uuid_parse (node, &uuid) || idle_max < 1)
    return complain ("--directory and --node are needed");
  return serve (directory, node, idle_max);
}
