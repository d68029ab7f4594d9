/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "http-callers.h"

#define CALLERS_MAX 192
#define CALLERS_OF_HOST_MAX 16

/* Seconds until a caller must have asked, and until it must have got its answer or, where that is
 * long, the next piece of it. */
#define ASKING_MAX 15
#define ANSWERING_MAX 120
#define PIECE_MAX 60

typedef struct
{
  HttpCallers *callers; /* NULL: gone */
  GSocket *socket;
  GSocketAddress *address; /* what a message knows of its connection */
  guint timeout;
  gboolean asked;
} Caller;

struct _HttpCallers
{
  GSocket *socket;
  SoupServer *server;
  GSource *watch;
  GHashTable *open; /* GSocketAddress, by pointer -> Caller */
};

/* ---- one of them ---- */

static gboolean
on_too_long (gpointer user_data)
{
  Caller *caller = user_data;
  caller->timeout = 0;

  /* The server finds it closed, and lets go of it. */
  g_socket_shutdown (caller->socket, TRUE, TRUE, NULL);
  return G_SOURCE_REMOVE;
}

static void
set_timeout (Caller *caller, guint seconds)
{
  g_clear_handle_id (&caller->timeout, g_source_remove);
  caller->timeout = g_timeout_add_seconds (seconds, on_too_long, caller);
}

static void
caller_free (Caller *caller)
{
  g_clear_handle_id (&caller->timeout, g_source_remove);
  g_object_unref (caller->address);
  g_object_unref (caller->socket);
  g_free (caller);
}

static void
on_closed (gpointer user_data, GObject *connection)
{
  Caller *caller = user_data;
  if (caller->callers != NULL)
    g_hash_table_remove (caller->callers->open, caller->address);
  caller_free (caller);
}

/* ---- taking them ---- */

static guint
count_host (HttpCallers *callers, GInetAddress *host)
{
  GHashTableIter iter;
  gpointer address;
  guint n = 0;
  g_hash_table_iter_init (&iter, callers->open);
  while (g_hash_table_iter_next (&iter, &address, NULL))
    n += g_inet_address_equal (g_inet_socket_address_get_address (address), host);
  return n;
}

static gboolean
is_welcome (HttpCallers *callers, GSocketAddress *address)
{
  return g_hash_table_size (callers->open) < CALLERS_MAX && G_IS_INET_SOCKET_ADDRESS (address)
         && count_host (callers,
                        g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (address)))
                < CALLERS_OF_HOST_MAX;
}

static void
welcome (HttpCallers *callers, GSocket *socket, GSocketAddress *address)
{
  g_autoptr (GSocketConnection) connection = g_socket_connection_factory_create_connection (socket);
  g_autoptr (GSocketAddress) local = g_socket_get_local_address (socket, NULL);
  Caller *caller = g_new0 (Caller, 1);
  caller->callers = callers;
  caller->socket = g_object_ref (socket);
  caller->address = g_object_ref (address);
  g_hash_table_insert (callers->open, address, caller);
  g_object_weak_ref (G_OBJECT (connection), on_closed, caller);
  set_timeout (caller, ASKING_MAX);
  soup_server_accept_iostream (callers->server, G_IO_STREAM (connection), local, address, NULL);
}

static gboolean
on_caller (GSocket *listening, GIOCondition condition, gpointer user_data)
{
  HttpCallers *callers = user_data;
  g_autoptr (GSocket) socket = g_socket_accept (listening, NULL, NULL);
  g_autoptr (GSocketAddress) address =
      socket != NULL ? g_socket_get_remote_address (socket, NULL) : NULL;
  if (address == NULL)
    return G_SOURCE_CONTINUE;
  if (is_welcome (callers, address))
    welcome (callers, socket, address);
  else
    g_socket_close (socket, NULL);
  return G_SOURCE_CONTINUE;
}

/* ---- what they do ---- */

static Caller *
find (HttpCallers *callers, SoupServerMessage *message)
{
  return g_hash_table_lookup (callers->open, soup_server_message_get_remote_address (message));
}

static void
on_asked (SoupServer *server, SoupServerMessage *message, HttpCallers *callers)
{
  Caller *caller = find (callers, message);
  if (caller == NULL)
    return;
  caller->asked = TRUE;
  set_timeout (caller, ANSWERING_MAX);
}

static void
on_answered (SoupServer *server, SoupServerMessage *message, HttpCallers *callers)
{
  Caller *caller = find (callers, message);
  if (caller == NULL)
    return;
  caller->asked = FALSE;
  set_timeout (caller, ASKING_MAX);
}

void
http_callers_note_progress (HttpCallers *callers, SoupServerMessage *message)
{
  Caller *caller = find (callers, message);
  if (caller == NULL)
    return;
  caller->asked = TRUE;
  set_timeout (caller, PIECE_MAX);
}

gboolean
http_callers_busy (HttpCallers *callers)
{
  GHashTableIter iter;
  gpointer caller;
  g_hash_table_iter_init (&iter, callers->open);
  while (g_hash_table_iter_next (&iter, NULL, &caller))
    if (((Caller *)caller)->asked)
      return TRUE;
  return FALSE;
}

HttpCallers *
http_callers_new (GSocket *socket, SoupServer *server)
{
  HttpCallers *callers = g_new0 (HttpCallers, 1);
  callers->socket = g_object_ref (socket);
  callers->server = g_object_ref (server);
  callers->open = g_hash_table_new (NULL, NULL);
  g_signal_connect (server, "request-read", G_CALLBACK (on_asked), callers);
  g_signal_connect (server, "request-finished", G_CALLBACK (on_answered), callers);
  g_signal_connect (server, "request-aborted", G_CALLBACK (on_answered), callers);
  callers->watch = g_socket_create_source (socket, G_IO_IN, NULL);
  g_source_set_callback (callers->watch, G_SOURCE_FUNC (on_caller), callers, NULL);
  g_source_attach (callers->watch, NULL);
  return callers;
}

void
http_callers_free (HttpCallers *callers)
{
  GHashTableIter iter;
  gpointer caller;
  g_source_destroy (callers->watch);
  g_source_unref (callers->watch);
  g_signal_handlers_disconnect_by_data (callers->server, callers);
  g_hash_table_iter_init (&iter, callers->open);
  while (g_hash_table_iter_next (&iter, NULL, &caller))
    ((Caller *)caller)->callers = NULL;
  g_hash_table_unref (callers->open);
  g_object_unref (callers->server);
  g_object_unref (callers->socket);
  g_free (callers);
}
