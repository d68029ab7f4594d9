/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Serves an agent's history and templates. The agent starts it with a listening socket, and it ends
 * when nobody has asked for a while: the agent takes the next caller's call. */

#include <fcntl.h>
#include <locale.h>
#include <unistd.h>

#include "agent-sandbox.h"
#include "http-server.h"
#include "muri-config.h"
#include "muri-uuid.h"

#define LISTENING_FD 3
#define CHANNEL_FD 4

/* Seconds without a request. */
#define IDLE_MAX 60

typedef struct
{
  HttpService service;
  GMainLoop *loop;
  GSocket *socket;
  SoupServer *server;
  guint idle;
} Program;

static char *directory;
static char *node;
static int idle_max = IDLE_MAX;
static int uploads_max = 4;
static gint64 rate;
static gboolean channel;
static char *certificate;
static char *key;
static char *authority;

static gboolean
on_idle (gpointer user_data)
{
  Program *program = user_data;
  if (http_callers_busy (program->service.callers))
    return G_SOURCE_CONTINUE;
  program->idle = 0;
  g_main_loop_quit (program->loop);
  return G_SOURCE_REMOVE;
}

static void
begin_idle (Program *program)
{
  g_clear_handle_id (&program->idle, g_source_remove);
  program->idle = g_timeout_add_seconds (idle_max, on_idle, program);
}

static void
on_request (SoupServer *server, SoupServerMessage *message, Program *program)
{
  begin_idle (program);
}

static int
complain (const char *what)
{
  g_printerr ("muri-agent-http: %s\n", what);
  return 1;
}

/* The agent has said what there is. */
static gboolean
on_ready (gpointer user_data)
{
  Program *program = user_data;
  if (program->service.callers == NULL)
    program->service.callers =
        http_callers_new (program->socket, program->server, program->service.identity);
  return G_SOURCE_REMOVE;
}

static gboolean
open_all (Program *program, GError **error)
{
  HttpService *service = &program->service;
  program->socket = g_socket_new_from_fd (LISTENING_FD, error);
  if (program->socket == NULL)
    return FALSE;
  g_socket_set_blocking (program->socket, FALSE);
  service->history_fd =
      directory != NULL ? open (directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
  if (directory != NULL && service->history_fd < 0)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED,
                   "the history's directory cannot be opened");
      return FALSE;
    }
  if (certificate == NULL)
    return TRUE;

  /* While this is still the user that the private key belongs to, and libraries can be loaded. */
  service->identity = muri_identity_load (certificate, key, authority, error);
  if (service->identity == NULL)
    g_prefix_error (error, "[security] nobody is answered until this is mended: ");
  return service->identity != NULL;
}

static void
begin (Program *program)
{
  HttpService *service = &program->service;
  service->node = node;
  service->uploads_max = uploads_max;
  service->bucket.rate = rate;
  service->network = http_network_new (program->socket);
  service->referrals = http_referrals_new ();
  program->server = http_server_new (service);
  agent_sandbox_enter (AGENT_SANDBOX_SERVER, service->history_fd);
  g_signal_connect (program->server, "request-started", G_CALLBACK (on_request), program);
  g_signal_connect (program->server, "request-finished", G_CALLBACK (on_request), program);
  if (channel)
    service->files = http_files_new (CHANNEL_FD, on_ready, program);
  else
    on_ready (program);
  begin_idle (program);
}

static void
end (Program *program)
{
  HttpService *service = &program->service;
  g_clear_pointer (&service->callers, http_callers_free);
  soup_server_disconnect (program->server);
  g_object_unref (program->server);
  g_clear_pointer (&service->files, http_files_free);
  http_referrals_free (service->referrals);
  http_network_free (service->network);
  g_clear_pointer (&service->identity, muri_identity_unref);
  if (service->history_fd >= 0)
    close (service->history_fd);
}

static int
serve (void)
{
  Program program = { 0 };
  g_autoptr (GError) error = NULL;
  program.loop = g_main_loop_new (NULL, FALSE);
  if (!open_all (&program, &error))
    return complain (error->message);
  begin (&program);
  g_main_loop_run (program.loop);
  end (&program);
  g_object_unref (program.socket);
  g_main_loop_unref (program.loop);
  return 0;
}

int
main (int argc, char **argv)
{
  const GOptionEntry entries[] = {
    { "directory", 0, 0, G_OPTION_ARG_FILENAME, &directory, "Where the history is", "DIR" },
    { "node", 0, 0, G_OPTION_ARG_STRING, &node, "Whose it is", "UUID" },
    { "idle", 0, 0, G_OPTION_ARG_INT, &idle_max, "End after so long without a request", "SECONDS" },
    { "uploads", 0, 0, G_OPTION_ARG_INT, &uploads_max, "Images sent at once", "N" },
    { "rate", 0, 0, G_OPTION_ARG_INT64, &rate, "That images are sent with; 0: any", "BYTES" },
    { "certificate", 0, 0, G_OPTION_ARG_FILENAME, &certificate, "Who this is", "FILE" },
    { "key", 0, 0, G_OPTION_ARG_FILENAME, &key, "The private key of that", "FILE" },
    { "authority", 0, 0, G_OPTION_ARG_FILENAME, &authority, "Who is believed", "FILE" },
    { "channel", 0, 0, G_OPTION_ARG_NONE, &channel, "The agent hands over templates", NULL },
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
  if (node == NULL || !muri_uuid_parse (node, &uuid) || idle_max < 1 || uploads_max < 1 || rate < 0)
    return complain ("--node is needed, and numbers that make sense");
  if ((certificate != NULL) != (key != NULL) || (key != NULL) != (authority != NULL))
    return complain ("--certificate, --key and --authority are needed together");
  return serve ();
}
