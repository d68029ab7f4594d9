/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-http.h"

#include <glib/gi18n-lib.h>

#define TIMEOUT 20 /* seconds without a byte */
#define AT_ONCE 8
#define BLOCK 65536

typedef struct
{
  SoupMessage *message;
  GInputStream *stream;
  GByteArray *bytes;
  gsize length; /* wanted, 0 all */
  gsize most;
} Get;

static void read_on (GTask *task);

/* ---- who asks, and who answers ---- */

#define IDENTITY "muri-identity"
#define MEETING "muri-meeting"

G_DEFINE_QUARK (muri - http - error - quark, muri_http_error)

/* Of a message: whom it is for, and what was found out about him. */
typedef struct
{
  MuriIdentity *identity; /* NULL: nobody has to show anything */
  muri_v1_Uuid node;
  char *name;
  GError *doubt;
} Meeting;

static void
meeting_free (gpointer data)
{
  Meeting *meeting = data;

  g_clear_pointer (&meeting->identity, muri_identity_unref);
  g_clear_error (&meeting->doubt);
  g_free (meeting->name);
  g_free (meeting);
}

static GError *
make_doubt (const Meeting *meeting, GTlsCertificate *certificate, const GError *error)
{
  g_autoptr (GDateTime) end =
      certificate != NULL ? g_tls_certificate_get_not_valid_after (certificate) : NULL;
  g_autofree char *date = end != NULL ? g_date_time_format (end, "%Y-%m-%d") : NULL;

  switch (error->code)
    {
    case MURI_IDENTITY_ERROR_EXPIRED:
      return g_error_new (MURI_HTTP_ERROR, MURI_HTTP_ERROR_DOUBTED,
                          /* Translators: the first is a host, the second a date */
                          _ ("The certificate of %s expired on %s"), meeting->name, date);
    case MURI_IDENTITY_ERROR_EARLY:
      return g_error_new (MURI_HTTP_ERROR, MURI_HTTP_ERROR_DOUBTED,
                          _ ("The certificate of %s is not valid yet: its clock or this "
                             "computer’s is wrong"),
                          meeting->name);
    case MURI_IDENTITY_ERROR_FOREIGN:
      return g_error_new (MURI_HTTP_ERROR, MURI_HTTP_ERROR_DOUBTED,
                          _ ("The certificate of %s is not signed by this console’s authority"),
                          meeting->name);
    case MURI_IDENTITY_ERROR_AUTHORITY:
      return g_error_new_literal (MURI_HTTP_ERROR, MURI_HTTP_ERROR_DOUBTED,
                                  _ ("The certificate of the authority is not valid now"));
    default:
      return g_error_new (MURI_HTTP_ERROR, MURI_HTTP_ERROR_DOUBTED,
                          _ ("At the address of %s somebody else answers: its certificate is not "
                             "that of this host"),
                          meeting->name);
    }
}

static gboolean
is_trusted (Meeting *meeting, GTlsCertificate *certificate)
{
  g_autoptr (GError) error = NULL;

  if (muri_identity_judge_node (meeting->identity, certificate, &meeting->node, &error))
    return TRUE;
  g_clear_error (&meeting->doubt);
  meeting->doubt = make_doubt (meeting, certificate, error);
  g_debug ("%s: %s", meeting->name, error->message);
  return FALSE;
}

static gboolean
on_certificate (SoupMessage *message, GTlsCertificate *certificate, GTlsCertificateFlags errors,
                gpointer data)
{
  return is_trusted (data, certificate);
}

/* No way back: who has shown itself once in a fleet with certificates is not asked without. */
static gboolean
may_ask (MuriIdentity *identity, const MuriHttpHost *host, GError **error)
{
  if (identity != NULL && muri_identity_get_certificate (identity) == NULL)
    g_set_error_literal (error, MURI_HTTP_ERROR, MURI_HTTP_ERROR_NO_CERTIFICATE,
                         _ ("This console’s certificate cannot be used, so no host is asked for "
                            "templates and history; Preferences say what is wrong"));
  else if (identity == NULL && host->secure)
    g_set_error (error, MURI_HTTP_ERROR, MURI_HTTP_ERROR_NO_CERTIFICATE,
                 _ ("%s answers only consoles that have a certificate; Preferences say which one "
                    "this console shows"),
                 host->name);
  else if (identity != NULL && !host->secure)
    g_set_error (error, MURI_HTTP_ERROR, MURI_HTTP_ERROR_PLAIN,
                 _ ("%s speaks without security, and this console has a certificate: nothing is "
                    "asked of it"),
                 host->name);
  else
    return TRUE;
  return FALSE;
}

SoupMessage *
muri_http_message_new (SoupSession *session, const char *method, const MuriHttpHost *host,
                       const char *path, GError **error)
{
  MuriIdentity *identity = g_object_get_data (G_OBJECT (session), IDENTITY);
  g_autoptr (GUri) uri = NULL;
  SoupMessage *message;
  Meeting *meeting;

  if (!may_ask (identity, host, error))
    return NULL;
  uri = g_uri_build (G_URI_FLAGS_NONE, identity != NULL ? "https" : "http", NULL, host->address,
                     (int)host->port, path, NULL, NULL);
  message = soup_message_new_from_uri (method, uri);
  soup_message_add_flags (message, SOUP_MESSAGE_NO_REDIRECT);
  meeting = g_new0 (Meeting, 1);
  meeting->node = host->node;
  meeting->name = g_strdup (host->name);
  g_object_set_data_full (G_OBJECT (message), MEETING, meeting, meeting_free);
  if (identity != NULL)
    {
      meeting->identity = muri_identity_ref (identity);
      soup_message_set_tls_client_certificate (message, muri_identity_get_certificate (identity));
      g_signal_connect (message, "accept-certificate", G_CALLBACK (on_certificate), meeting);
    }
  return message;
}

static gboolean
check_rights (SoupMessage *message, const Meeting *meeting, GError **error)
{
  guint status = soup_message_get_status (message);

  if (status == SOUP_STATUS_UNAUTHORIZED)
    g_set_error (error, MURI_HTTP_ERROR, MURI_HTTP_ERROR_REJECTED,
                 _ ("%s does not accept this console’s certificate"), meeting->name);
  else if (status == SOUP_STATUS_FORBIDDEN)
    g_set_error (error, MURI_HTTP_ERROR, MURI_HTTP_ERROR_FORBIDDEN,
                 /* Translators: the first is a host, the second a certificate's name */
                 _ ("%s does not allow that to %s"), meeting->name,
                 muri_identity_get_name (meeting->identity));
  else
    return TRUE;
  return FALSE;
}

gboolean
muri_http_check (SoupMessage *message, GError **error)
{
  Meeting *meeting = g_object_get_data (G_OBJECT (message), MEETING);

  if (meeting->identity == NULL)
    return *error == NULL;

  /* A connection that is used again was judged by what was expected of it then. */
  if (*error == NULL && is_trusted (meeting, soup_message_get_tls_peer_certificate (message)))
    return check_rights (message, meeting, error);
  if (meeting->doubt != NULL)
    {
      g_clear_error (error);
      *error = g_steal_pointer (&meeting->doubt);
    }
  return FALSE;
}

static void
release_identity (gpointer identity)
{
  muri_identity_unref (identity);
}

SoupSession *
muri_http_session_new (MuriIdentity *identity)
{
  SoupSession *session = soup_session_new_with_options (
      "timeout", TIMEOUT, "idle-timeout", TIMEOUT, "max-conns", AT_ONCE, "max-conns-per-host", 2,
      "user-agent", "muri", "accept-language-auto", FALSE, NULL);

  soup_session_set_proxy_resolver (session, NULL);
  if (identity != NULL)
    {
      /* Without a list of authorities every certificate is shown to who judges it. */
      soup_session_set_tls_database (session, NULL);
      g_object_set_data_full (G_OBJECT (session), IDENTITY, muri_identity_ref (identity),
                              release_identity);
    }
  return session;
}

/* ---- getting ---- */

static void
get_free (gpointer data)
{
  Get *get = data;

  g_clear_object (&get->message);
  g_clear_object (&get->stream);
  g_clear_pointer (&get->bytes, g_byte_array_unref);
  g_free (get);
}

static void
on_read (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  Get *get = g_task_get_task_data (task);
  GError *error = NULL;
  g_autoptr (GBytes) block =
      g_input_stream_read_bytes_finish (G_INPUT_STREAM (source), result, &error);
  gsize length;
  gconstpointer bytes;

  if (block == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  bytes = g_bytes_get_data (block, &length);
  if (get->bytes->len + length > get->most)
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE,
                               "the answer is longer than it may be");
      return;
    }
  if (length > 0)
    {
      g_byte_array_append (get->bytes, bytes, (guint)length);
      read_on (g_steal_pointer (&task));
      return;
    }
  if (get->length > 0 && get->bytes->len != get->length)
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT,
                             "the answer is shorter than it should be");
  else
    g_task_return_pointer (task, g_byte_array_free_to_bytes (g_steal_pointer (&get->bytes)),
                           (GDestroyNotify)g_bytes_unref);
}

/* @task: (transfer full) */
static void
read_on (GTask *task)
{
  Get *get = g_task_get_task_data (task);

  g_input_stream_read_bytes_async (get->stream, BLOCK, G_PRIORITY_LOW,
                                   g_task_get_cancellable (task), on_read, task);
}

static void
on_sent (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  Get *get = g_task_get_task_data (task);
  guint wanted = get->length > 0 ? SOUP_STATUS_PARTIAL_CONTENT : SOUP_STATUS_OK;
  GError *error = NULL;

  get->stream = soup_session_send_finish (SOUP_SESSION (source), result, &error);
  if (!muri_http_check (get->message, &error))
    g_task_return_error (task, error);
  else if (soup_message_get_status (get->message) != wanted)
    g_task_return_new_error (task, G_IO_ERROR,
                             soup_message_get_status (get->message) == SOUP_STATUS_NOT_FOUND
                                 ? G_IO_ERROR_NOT_FOUND
                                 : G_IO_ERROR_FAILED,
                             "the agent answered %u", soup_message_get_status (get->message));
  else
    read_on (g_steal_pointer (&task));
}

void
muri_http_get_async (SoupSession *session, const MuriHttpHost *host, const char *path,
                     guint64 offset, guint64 length, const char *etag, gsize most,
                     GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  SoupMessageHeaders *headers;
  g_autoptr (GTask) task = g_task_new (session, cancellable, callback, user_data);
  Get *get = g_new0 (Get, 1);
  GError *error = NULL;

  g_task_set_name (task, "muri_http_get_async");
  g_task_set_task_data (task, get, get_free);
  get->message = muri_http_message_new (session, SOUP_METHOD_GET, host, path, &error);
  if (get->message == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  get->bytes = g_byte_array_new ();
  get->length = (gsize)length;
  get->most = most;
  soup_message_set_priority (get->message, SOUP_MESSAGE_PRIORITY_LOW);
  headers = soup_message_get_request_headers (get->message);
  if (length > 0)
    soup_message_headers_set_range (headers, (goffset)offset, (goffset)(offset + length - 1));
  if (etag != NULL)
    soup_message_headers_replace (headers, "If-Range", etag);
  soup_session_send_async (session, get->message, G_PRIORITY_LOW, cancellable, on_sent,
                           g_steal_pointer (&task));
}

GBytes *
muri_http_get_finish (SoupSession *session, GAsyncResult *result, char **etag, GError **error)
{
  const Get *get = g_task_get_task_data (G_TASK (result));

  if (etag != NULL)
    *etag = get->message != NULL ? g_strdup (soup_message_headers_get_one (
                soup_message_get_response_headers (get->message), "ETag"))
                                 : NULL;
  return g_task_propagate_pointer (G_TASK (result), error);
}
