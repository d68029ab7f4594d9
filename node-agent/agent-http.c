/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent-http.h"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include "agent-http-desk.h"
#include "muri-config.h"
#include "muri-uuid.h"

#define PROGRAM "muri-agent-http"

/* Where the program finds the listening socket, and its end of the pair. */
#define LISTENING_FD 3
#define CHANNEL_FD 4

/* Callers that wait while the program starts. */
#define BACKLOG 64

/* When it does not live for long, seconds until it is started again. */
#define PAUSE_MIN 1
#define PAUSE_MAX 60

struct _AgentHttp
{
  GObject parent_instance;
  GSocket *socket;
  guint16 port;
  char *program;
  char *history;
  char node[MURI_UUID_TEXT];
  char *uploads;
  char *rate;
  char *certificate;
  char *key;
  char *authority;
  AgentGrants *grants;

  GSource *watch; /* of the socket, while nobody serves it */
  GSubprocess *child;
  AgentHttpDesk *desk; /* while the child runs */
  GCancellable *cancellable;
  guint pause;
  guint timeout;
};

G_DEFINE_FINAL_TYPE (AgentHttp, agent_http, G_TYPE_OBJECT)

static void watch (AgentHttp *self);

/* Beside this program, where both run from a build tree. */
static char *
find_program (void)
{
  g_autofree char *self = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *directory = self != NULL ? g_path_get_dirname (self) : g_strdup ("/");
  g_autofree char *beside = g_build_filename (directory, PROGRAM, NULL);
  if (g_file_test (beside, G_FILE_TEST_IS_EXECUTABLE))
    return g_steal_pointer (&beside);
  return g_build_filename (MURI_LIBEXECDIR, PROGRAM, NULL);
}

static gboolean
on_pause_over (gpointer user_data)
{
  AgentHttp *self = user_data;
  self->timeout = 0;
  watch (self);
  return G_SOURCE_REMOVE;
}

static void
watch_later (AgentHttp *self)
{
  self->pause = CLAMP (self->pause * 2, PAUSE_MIN, PAUSE_MAX);
  self->timeout = g_timeout_add_seconds (self->pause, on_pause_over, self);
}

static void
on_child_ended (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (AgentHttp) self = user_data;
  g_autoptr (GError) error = NULL;
  g_subprocess_wait_check_finish (G_SUBPROCESS (source), result, &error);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  g_clear_object (&self->child);
  g_clear_pointer (&self->desk, agent_http_desk_free);
  if (error == NULL)
    {
      self->pause = 0;
      watch (self);
      return;
    }
  g_message ("What serves this node's history and templates has ended: %s", error->message);
  watch_later (self);
}

static void
add (GPtrArray *arguments, const char *option, const char *value)
{
  if (value == NULL)
    return;
  g_ptr_array_add (arguments, g_strdup (option));
  g_ptr_array_add (arguments, g_strdup (value));
}

static GPtrArray *
arguments (AgentHttp *self)
{
  GPtrArray *arguments = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (arguments, g_strdup (self->program));
  add (arguments, "--directory", self->history);
  add (arguments, "--node", self->node);
  add (arguments, "--uploads", self->uploads);
  add (arguments, "--rate", self->rate);
  add (arguments, "--certificate", self->certificate);
  add (arguments, "--key", self->key);
  add (arguments, "--authority", self->authority);
  g_ptr_array_add (arguments, g_strdup ("--channel"));
  g_ptr_array_add (arguments, NULL);
  return arguments;
}

static gboolean
start_child (AgentHttp *self, GError **error)
{
  g_autoptr (GPtrArray) argv = arguments (self);
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_NONE);
  int pair[2];
  int fd = fcntl (g_socket_get_fd (self->socket), F_DUPFD_CLOEXEC, 0);
  if (fd < 0 || !agent_channel_pair (pair))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "no file can be opened");
      if (fd >= 0)
        close (fd);
      return FALSE;
    }
  g_subprocess_launcher_take_fd (launcher, fd, LISTENING_FD);
  g_subprocess_launcher_take_fd (launcher, pair[1], CHANNEL_FD);
  self->child = g_subprocess_launcher_spawnv (launcher, (const char *const *)argv->pdata, error);
  if (self->child == NULL)
    {
      close (pair[0]);
      return FALSE;
    }
  self->desk = agent_http_desk_new (pair[0], self->grants);
  return TRUE;
}

static gboolean
on_caller (GSocket *socket, GIOCondition condition, gpointer user_data)
{
  AgentHttp *self = user_data;
  g_autoptr (GError) error = NULL;
  g_clear_pointer (&self->watch, g_source_unref);
  if (start_child (self, &error))
    g_subprocess_wait_check_async (self->child, self->cancellable, on_child_ended,
                                   g_object_ref (self));
  else
    {
      g_message ("This node's history and templates cannot be served: %s", error->message);
      watch_later (self);
    }
  return G_SOURCE_REMOVE;
}

static void
watch (AgentHttp *self)
{
  self->watch = g_socket_create_source (self->socket, G_IO_IN, NULL);
  g_source_set_callback (self->watch, G_SOURCE_FUNC (on_caller), self, NULL);
  g_source_attach (self->watch, NULL);
}

static gboolean
listen_on (AgentHttp *self, const char *address, guint16 port, GError **error)
{
  g_autoptr (GInetAddress) inet = g_inet_address_new_from_string (address);
  g_autoptr (GSocketAddress) wanted = NULL;
  g_autoptr (GSocketAddress) given = NULL;
  if (inet == NULL)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, "\"%s\" is no address", address);
      return FALSE;
    }
  wanted = g_inet_socket_address_new (inet, port);
  self->socket = g_socket_new (g_inet_address_get_family (inet), G_SOCKET_TYPE_STREAM,
                               G_SOCKET_PROTOCOL_TCP, error);
  if (self->socket == NULL)
    return FALSE;
  g_socket_set_blocking (self->socket, FALSE);
  g_socket_set_listen_backlog (self->socket, BACKLOG);
  if (!g_socket_bind (self->socket, wanted, TRUE, error) || !g_socket_listen (self->socket, error)
      || (given = g_socket_get_local_address (self->socket, error)) == NULL)
    return FALSE;
  self->port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (given));
  return TRUE;
}

AgentHttp *
agent_http_new (const AgentHttpSettings *settings, AgentGrants *grants, GError **error)
{
  g_autoptr (AgentHttp) self = g_object_new (AGENT_TYPE_HTTP, NULL);
  self->program = settings->program != NULL ? g_strdup (settings->program) : find_program ();
  self->history = g_strdup (settings->history);
  self->uploads = g_strdup_printf ("%u", settings->uploads);
  self->rate = g_strdup_printf ("%" G_GUINT64_FORMAT, settings->rate);
  self->certificate = g_strdup (settings->certificate);
  self->key = g_strdup (settings->key);
  self->authority = g_strdup (settings->authority);
  self->grants = g_object_ref (grants);
  muri_uuid_format (&settings->node, self->node);
  if (!listen_on (self, settings->address, settings->port, error))
    return NULL;
  watch (self);
  return g_steal_pointer (&self);
}

guint16
agent_http_get_port (AgentHttp *self)
{
  return self->port;
}

void
agent_http_stop (AgentHttp *self)
{
  g_cancellable_cancel (self->cancellable);
  g_clear_handle_id (&self->timeout, g_source_remove);
  if (self->watch != NULL)
    g_source_destroy (self->watch);
  g_clear_pointer (&self->watch, g_source_unref);
  if (self->child != NULL)
    g_subprocess_send_signal (self->child, SIGTERM);
  g_clear_object (&self->child);
  g_clear_pointer (&self->desk, agent_http_desk_free);
  g_clear_object (&self->socket);
}

static void
agent_http_dispose (GObject *object)
{
  agent_http_stop (AGENT_HTTP (object));
  G_OBJECT_CLASS (agent_http_parent_class)->dispose (object);
}

static void
agent_http_finalize (GObject *object)
{
  AgentHttp *self = AGENT_HTTP (object);
  g_object_unref (self->cancellable);
  g_clear_object (&self->grants);
  g_free (self->program);
  g_free (self->history);
  g_free (self->uploads);
  g_free (self->rate);
  g_free (self->certificate);
  g_free (self->key);
  g_free (self->authority);
  G_OBJECT_CLASS (agent_http_parent_class)->finalize (object);
}

static void
agent_http_class_init (AgentHttpClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = agent_http_dispose;
  G_OBJECT_CLASS (klass)->finalize = agent_http_finalize;
}

static void
agent_http_init (AgentHttp *self)
{
  self->cancellable = g_cancellable_new ();
}
