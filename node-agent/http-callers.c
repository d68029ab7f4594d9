/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "http-callers.h"

#include <string.h>

#define CALLERS_MAX 192
#define CALLERS_OF_HOST_MAX 16

/* Seconds until a caller must have asked, and until it must have got its answer or, where that is
 * long, the next piece of it. */
#define ASKING_MAX 15
#define ANSWERING_MAX 120
#define PIECE_MAX 60

/* Until whoever is not let in must have gone. */
#define LEAVING_MAX 3

typedef struct
{
  HttpCallers *callers; /* NULL: gone */
  GSocket *socket;
  GSocketAddress *address; /* what a message knows of its connection */
  char *name;              /* of its certificate */
  guint timeout;
  gboolean asked;
} Caller;

struct _HttpCallers
{
  GSocket *socket;
  SoupServer *server;
  MuriIdentity *identity; /* NULL: no TLS */
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
  g_free (caller->name);
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

/* ---- who is not let in ---- */

static void wait_for_end (GTlsConnection *tls);

static void
on_more (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTlsConnection) tls = user_data;
  if (g_input_stream_skip_finish (G_INPUT_STREAM (source), result, NULL) > 0)
    wait_for_end (tls);
}

/* Were it closed while something is unread, the kernel would take back what was said last. */
static void
wait_for_end (GTlsConnection *tls)
{
  g_autoptr (GIOStream) base = NULL;
  g_object_get (tls, "base-io-stream", &base, NULL);
  g_input_stream_skip_async (g_io_stream_get_input_stream (base), 4096, G_PRIORITY_DEFAULT, NULL,
                             on_more, g_object_ref (tls));
}

typedef struct
{
  GTlsConnection *tls;
  GSocket *socket;
  char *words;
} Dismissal;

static void
on_dismissed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Dismissal *dismissal = user_data;
  g_output_stream_write_all_finish (G_OUTPUT_STREAM (source), result, NULL, NULL);
  g_socket_shutdown (dismissal->socket, FALSE, TRUE, NULL);
  wait_for_end (dismissal->tls);
  g_object_unref (dismissal->tls);
  g_object_unref (dismissal->socket);
  g_free (dismissal->words);
  g_free (dismissal);
}

/* Told why, and nothing of what it says is read. */
static void
dismiss (Caller *caller, GTlsConnection *tls, const char *reason)
{
  Dismissal *dismissal = g_new0 (Dismissal, 1);
  dismissal->tls = g_object_ref (tls);
  dismissal->socket = g_object_ref (caller->socket);
  dismissal->words = g_strdup_printf ("HTTP/1.1 %u Unauthorized\r\nContent-Type: text/plain; "
                                      "charset=utf-8\r\nContent-Length: %zu\r\n"
                                      "Connection: close\r\n\r\n%s\n",
                                      SOUP_STATUS_UNAUTHORIZED, strlen (reason) + 1, reason);
  set_timeout (caller, LEAVING_MAX);
  g_output_stream_write_all_async (g_io_stream_get_output_stream (G_IO_STREAM (tls)),
                                   dismissal->words, strlen (dismissal->words), G_PRIORITY_DEFAULT,
                                   NULL, on_dismissed, dismissal);
}

/* ---- who they are ---- */

/* Judged when hands are shaken: then the caller can be told why it is sent away. */
static gboolean
on_certificate (GTlsConnection *tls, GTlsCertificate *certificate, GTlsCertificateFlags errors,
                gpointer user_data)
{
  return TRUE;
}

static void
let_in (Caller *caller, GTlsConnection *tls)
{
  HttpCallers *callers = caller->callers;
  g_autoptr (GSocketAddress) local = g_socket_get_local_address (caller->socket, NULL);
  g_autoptr (GError) error = NULL;
  caller->name =
      muri_identity_judge (callers->identity, g_tls_connection_get_peer_certificate (tls), &error);
  if (caller->name != NULL)
    soup_server_accept_iostream (callers->server, G_IO_STREAM (tls), local, caller->address, NULL);
  else
    dismiss (caller, tls, error->message);
}

/* @user_data: holds the connection, and so the caller */
static void
on_shaken (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTlsConnection *tls = G_TLS_CONNECTION (source);
  g_autoptr (GIOStream) connection = user_data;
  Caller *caller = g_object_get_data (G_OBJECT (connection), "caller");
  if (g_tls_connection_handshake_finish (tls, result, NULL) && caller->callers != NULL
      && g_tls_connection_get_protocol_version (tls) >= G_TLS_PROTOCOL_VERSION_TLS_1_2)
    let_in (caller, tls);
}

static void
begin_tls (Caller *caller, GIOStream *connection)
{
  MuriIdentity *identity = caller->callers->identity;
  g_autoptr (GIOStream) tls =
      g_tls_server_connection_new (connection, muri_identity_get_certificate (identity), NULL);
  if (tls == NULL)
    return;
  g_object_set (tls, "authentication-mode", G_TLS_AUTHENTICATION_REQUESTED, NULL);
  g_tls_connection_set_database (G_TLS_CONNECTION (tls), NULL);
  g_signal_connect (tls, "accept-certificate", G_CALLBACK (on_certificate), NULL);
  g_object_set_data (G_OBJECT (connection), "caller", caller);
  g_tls_connection_handshake_async (G_TLS_CONNECTION (tls), G_PRIORITY_DEFAULT, NULL, on_shaken,
                                    g_object_ref (connection));
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
  if (callers->identity != NULL)
    begin_tls (caller, G_IO_STREAM (connection));
  else
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

const char *
http_callers_get_name (HttpCallers *callers, SoupServerMessage *message)
{
  const Caller *caller = find (callers, message);
  return caller != NULL ? caller->name : NULL;
}

void
http_callers_cut (HttpCallers *callers, SoupServerMessage *message)
{
  Caller *caller = find (callers, message);
  if (caller != NULL)
    g_socket_shutdown (caller->socket, TRUE, TRUE, NULL);
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
http_callers_new (GSocket *socket, SoupServer *server, MuriIdentity *identity)
{
  HttpCallers *callers = g_new0 (HttpCallers, 1);
  callers->socket = g_object_ref (socket);
  callers->server = g_object_ref (server);
  callers->identity = identity != NULL ? muri_identity_ref (identity) : NULL;
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
  g_clear_pointer (&callers->identity, muri_identity_unref);
  g_object_unref (callers->socket);
  g_free (callers);
}
