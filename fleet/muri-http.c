/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-http.h"

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

SoupSession *
muri_http_session_new (void)
{
  SoupSession *session = soup_session_new_with_options (
      "timeout", TIMEOUT, "idle-timeout", TIMEOUT, "max-conns", AT_ONCE, "max-conns-per-host", 2,
      "user-agent", "muri", "accept-language-auto", FALSE, NULL);

  soup_session_set_proxy_resolver (session, NULL);
  return session;
}

static void
get_free (gpointer data)
{
  Get *get = data;

  g_object_unref (get->message);
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
  if (get->stream == NULL)
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
muri_http_get_async (SoupSession *session, GUri *uri, guint64 offset, guint64 length,
                     const char *etag, gsize most, GCancellable *cancellable,
                     GAsyncReadyCallback callback, gpointer user_data)
{
  SoupMessageHeaders *headers;
  g_autoptr (GTask) task = g_task_new (session, cancellable, callback, user_data);
  Get *get = g_new0 (Get, 1);

  g_task_set_name (task, "muri_http_get_async");
  g_task_set_task_data (task, get, get_free);
  get->message = soup_message_new_from_uri (SOUP_METHOD_GET, uri);
  get->bytes = g_byte_array_new ();
  get->length = (gsize)length;
  get->most = most;
  soup_message_set_priority (get->message, SOUP_MESSAGE_PRIORITY_LOW);
  soup_message_add_flags (get->message, SOUP_MESSAGE_NO_REDIRECT);
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
    *etag = g_strdup (
        soup_message_headers_get_one (soup_message_get_response_headers (get->message), "ETag"));
  return g_task_propagate_pointer (G_TASK (result), error);
}
