/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fetch-http.h"

#include "http-referrals.h"

#define PIECE (128 * 1024)
#define CONNECTIONS_MAX 64
#define CONNECTIONS_OF_HOST_MAX 4

/* Bytes of what a host says against this one. */
#define REASON_MAX 200

/* One that is under way. */
typedef struct
{
  FetchHttp *http;
  FetchRequest request;
  FetchReply reply;
  GInputStream *stream;
  GByteArray *body;
  GError *doubt; /* about who answers */
  guint timeout;
} Getting;

static void read_next (Getting *getting);

static void
getting_free (Getting *getting)
{
  g_clear_handle_id (&getting->timeout, g_source_remove);
  g_clear_error (&getting->reply.error);
  g_clear_error (&getting->doubt);
  g_clear_pointer (&getting->reply.body, g_bytes_unref);
  g_clear_object (&getting->reply.message);
  g_clear_object (&getting->request.cancellable);
  g_clear_object (&getting->stream);
  g_clear_pointer (&getting->body, g_byte_array_unref);
  g_free (getting);
}

/* Who does not believe this host says why; @body: that. */
static GError *
make_rejection (const GByteArray *body)
{
  g_autofree char *text = g_strndup ((const char *)body->data, MIN (body->len, REASON_MAX));
  g_autofree char *valid = g_utf8_make_valid (g_strstrip (text), -1);
  return g_error_new (FETCH_ERROR, FETCH_REFUSED, "it does not accept this host's certificate: %s",
                      valid);
}

static void
finish (Getting *getting, GError *error)
{
  if (error == NULL && getting->reply.status == SOUP_STATUS_UNAUTHORIZED)
    error = make_rejection (getting->body);
  getting->reply.error = error;
  if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      if (error == NULL)
        getting->reply.body = g_byte_array_free_to_bytes (g_steal_pointer (&getting->body));
      getting->request.on_reply (&getting->reply, getting->request.user_data);
    }
  getting_free (getting);
}

static gboolean
on_turn (gpointer user_data)
{
  Getting *getting = user_data;
  getting->timeout = 0;
  read_next (getting);
  return G_SOURCE_REMOVE;
}

static void
on_read (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Getting *getting = user_data;
  GError *error = NULL;
  g_autoptr (GBytes) piece =
      g_input_stream_read_bytes_finish (G_INPUT_STREAM (source), result, &error);
  gsize length = 0;
  gconstpointer data = piece != NULL ? g_bytes_get_data (piece, &length) : NULL;
  guint wait;
  if (length == 0)
    {
      finish (getting, error);
      return;
    }
  if (getting->body->len + length > getting->request.most)
    {
      finish (getting, g_error_new_literal (FETCH_ERROR, FETCH_REFUSED, "it sent too much"));
      return;
    }
  g_byte_array_append (getting->body, data, length);
  if (getting->request.on_bytes != NULL)
    getting->request.on_bytes (length, getting->request.user_data);
  wait = agent_bucket_take (&getting->http->bucket, length);
  if (wait > 0)
    getting->timeout = g_timeout_add (wait, on_turn, getting);
  else
    read_next (getting);
}

static void
read_next (Getting *getting)
{
  g_input_stream_read_bytes_async (
      getting->stream, agent_bucket_portion (&getting->http->bucket, PIECE), G_PRIORITY_DEFAULT,
      getting->request.cancellable, on_read, getting);
}

/* ---- who answers ---- */

static gboolean
is_trusted (Getting *getting, GTlsCertificate *certificate)
{
  g_autoptr (GError) error = NULL;
  if (muri_identity_judge_node (getting->http->identity, certificate, getting->request.node,
                                &error))
    return TRUE;
  g_clear_error (&getting->doubt);
  getting->doubt = g_error_new_literal (FETCH_ERROR, FETCH_REFUSED, error->message);
  return FALSE;
}

static gboolean
on_certificate (SoupMessage *message, GTlsCertificate *certificate, GTlsCertificateFlags errors,
                gpointer user_data)
{
  return is_trusted (user_data, certificate);
}

static GError *
explain (Getting *getting, GError *error)
{
  if (getting->doubt == NULL)
    return error;
  g_error_free (error);
  return g_steal_pointer (&getting->doubt);
}

static void
secure (Getting *getting)
{
  MuriIdentity *identity = getting->http->identity;
  if (identity == NULL)
    return;
  soup_message_set_tls_client_certificate (getting->reply.message,
                                           muri_identity_get_certificate (identity));
  g_signal_connect (getting->reply.message, "accept-certificate", G_CALLBACK (on_certificate),
                    getting);
}

/* ---- asking ---- */

static void
on_sent (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Getting *getting = user_data;
  GError *error = NULL;
  getting->stream = soup_session_send_finish (SOUP_SESSION (source), result, &error);
  if (getting->stream == NULL)
    {
      finish (getting, explain (getting, error));
      return;
    }

  /* A connection that is used again was judged by what was expected of it then. */
  if (getting->http->identity != NULL
      && !is_trusted (getting, soup_message_get_tls_peer_certificate (getting->reply.message)))
    {
      finish (getting, g_steal_pointer (&getting->doubt));
      return;
    }
  getting->reply.status = soup_message_get_status (getting->reply.message);
  if (getting->request.on_headers != NULL)
    getting->request.on_headers (getting->reply.message, getting->request.user_data);
  read_next (getting);
}

void
fetch_http_get (FetchHttp *http, const FetchRequest *request)
{
  Getting *getting = g_new0 (Getting, 1);
  getting->http = http;
  getting->request = *request;
  getting->request.cancellable = g_object_ref (request->cancellable);
  getting->body = g_byte_array_new ();
  getting->reply.message = soup_message_new ("GET", request->uri);
  soup_message_add_flags (getting->reply.message, SOUP_MESSAGE_NO_REDIRECT);
  secure (getting);
  if (http->port != NULL)
    soup_message_headers_append (soup_message_get_request_headers (getting->reply.message),
                                 HTTP_HEADER_PORT, http->port);
  soup_session_send_async (http->session, getting->reply.message, G_PRIORITY_DEFAULT,
                           getting->request.cancellable, on_sent, getting);
}

const char *
fetch_reply_get_header (const FetchReply *reply, const char *name)
{
  return soup_message_headers_get_list (soup_message_get_response_headers (reply->message), name);
}

void
fetch_http_init (FetchHttp *http, const FetchJob *job, MuriIdentity *identity)
{
  http->session = soup_session_new_with_options (
      "timeout", FETCH_SILENCE_MAX, "idle-timeout", 5, "max-conns", CONNECTIONS_MAX,
      "max-conns-per-host", CONNECTIONS_OF_HOST_MAX, "user-agent", "muri-agent-fetch", NULL);
  soup_session_remove_feature_by_type (http->session, SOUP_TYPE_CONTENT_DECODER);
  if (job->url == NULL)
    soup_session_set_proxy_resolver (http->session, NULL);
  http->identity = identity != NULL ? muri_identity_ref (identity) : NULL;

  /* Without a list of authorities every certificate is shown to who judges it. */
  if (identity != NULL)
    soup_session_set_tls_database (http->session, NULL);
  http->bucket = (AgentBucket){ .rate = job->rate };
  http->port = job->port > 0 ? g_strdup_printf ("%u", job->port) : NULL;
}

void
fetch_http_clear (FetchHttp *http)
{
  soup_session_abort (http->session);
  g_object_unref (http->session);
  g_clear_pointer (&http->identity, muri_identity_unref);
  g_free (http->port);
}
