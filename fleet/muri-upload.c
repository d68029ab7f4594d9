/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-upload.h"

#include "muri-http.h"
#include "muri-image-file-private.h"

#include <glib/gi18n-lib.h>

/* So many times in a row nothing came of it; with the pauses about a minute. */
#define TRIES 60
#define PAUSE 1000 /* milliseconds */

/* How much of the file is there, as the agent says. */
#define HEADER_OFFSET "Upload-Offset"

typedef struct
{
  MuriImageFile *image;
  SoupSession *session;
  MuriHttpHost host; /* name and address are its own */
  char *path;
  MuriByteProgress progress;
  gpointer progress_data;
  SoupMessage *message; /* under way */
  guint64 offset;       /* there */
  guint64 sent;         /* of what is beyond */
  guint tries;
} Upload;

static void ask (GTask *task);

static void
upload_free (gpointer data)
{
  Upload *upload = data;

  muri_image_file_free (upload->image);
  g_object_unref (upload->session);
  g_free ((char *)upload->host.name);
  g_free ((char *)upload->host.address);
  g_free (upload->path);
  g_clear_object (&upload->message);
  g_free (upload);
}

static void
report (Upload *upload)
{
  if (upload->progress != NULL)
    upload->progress (MIN (upload->offset + upload->sent, upload->image->size), upload->image->size,
                      upload->progress_data);
}

static gboolean
on_pause (gpointer data)
{
  ask (g_object_ref (data));
  return G_SOURCE_REMOVE;
}

/* Who asks and who answers do not change by asking again. */
static gboolean
is_final (const GError *error)
{
  return error->domain == MURI_HTTP_ERROR;
}

/* @task: (transfer full); @error: (transfer full): why it did not go on */
static void
try_again (GTask *task, GError *error)
{
  Upload *upload = g_task_get_task_data (task);

  g_clear_object (&upload->message);
  if (!is_final (error) && ++upload->tries <= TRIES
      && !g_cancellable_is_cancelled (g_task_get_cancellable (task)))
    {
      g_error_free (error);
      g_timeout_add_full (G_PRIORITY_DEFAULT, PAUSE, on_pause, task, g_object_unref);
      return;
    }
  g_task_return_error (task, error);
  g_object_unref (task);
}

static GError *
make_error (guint status)
{
  switch (status)
    {
    case SOUP_STATUS_NOT_FOUND:
      return g_error_new_literal (G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                                  _ ("The host does not expect this file"));
    case SOUP_STATUS_INSUFFICIENT_STORAGE:
      return g_error_new_literal (G_IO_ERROR, G_IO_ERROR_NO_SPACE,
                                  _ ("There is no room for it on the host"));
    case SOUP_STATUS_FORBIDDEN:
      return g_error_new_literal (G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED,
                                  _ ("The host takes files only from its own network"));
    default:
      return g_error_new (G_IO_ERROR, G_IO_ERROR_FAILED, _ ("The host answered %u"), status);
    }
}

/* It may not be there yet, or still be busy with the one that was cut, or read on in the midst of
 * it. */
static gboolean
may_change (guint status)
{
  return status == SOUP_STATUS_NOT_FOUND || status == SOUP_STATUS_CONFLICT
         || status == SOUP_STATUS_REQUEST_TIMEOUT || status == SOUP_STATUS_SERVICE_UNAVAILABLE
         || status == SOUP_STATUS_BAD_REQUEST;
}

/* @task: (transfer full) */
static void
end_or_try (GTask *task, guint status)
{
  if (may_change (status))
    {
      try_again (task, make_error (status));
      return;
    }
  g_task_return_error (task, make_error (status));
  g_object_unref (task);
}

/* @task: (transfer full) */
static void
finish (GTask *task)
{
  g_task_return_boolean (task, TRUE);
  g_object_unref (task);
}

static gboolean
read_offset (Upload *upload, guint64 *offset)
{
  const char *text = soup_message_headers_get_one (
      soup_message_get_response_headers (upload->message), HEADER_OFFSET);

  return text != NULL
         && g_ascii_string_to_unsigned (text, 10, 0, upload->image->size, offset, NULL);
}

/* ---- the rest of the file ---- */

static void
on_wrote (SoupMessage *message, guint size, gpointer data)
{
  Upload *upload = g_task_get_task_data (data);

  upload->sent += size;
  report (upload);
}

static void
on_put (GObject *source, GAsyncResult *result, gpointer data)
{
  GTask *task = data;
  Upload *upload = g_task_get_task_data (task);
  GError *error = NULL;
  g_autoptr (GBytes) answer =
      soup_session_send_and_read_finish (SOUP_SESSION (source), result, &error);
  guint status = soup_message_get_status (upload->message);
  guint64 offset;

  g_signal_handlers_disconnect_by_data (upload->message, task);
  if (!muri_http_check (upload->message, &error))
    try_again (task, error);
  else if (status == SOUP_STATUS_OK && read_offset (upload, &offset)
           && offset == upload->image->size)
    finish (task);
  else if (status == SOUP_STATUS_OK)
    ask (task);
  else
    end_or_try (task, status);
}

static void
put (GTask *task, GInputStream *stream)
{
  Upload *upload = g_task_get_task_data (task);
  goffset size = (goffset)upload->image->size;

  upload->sent = 0;
  g_clear_object (&upload->message);
  upload->message =
      muri_http_message_new (upload->session, SOUP_METHOD_PUT, &upload->host, upload->path, NULL);
  soup_message_headers_set_content_range (soup_message_get_request_headers (upload->message),
                                          (goffset)upload->offset, size - 1, size);
  soup_message_set_request_body (upload->message, "application/octet-stream", stream,
                                 (gssize)(upload->image->size - upload->offset));
  /* On one that was used, a body that was begun would be sent on from where it is. */
  soup_message_add_flags (upload->message, SOUP_MESSAGE_NEW_CONNECTION);
  g_signal_connect (upload->message, "wrote-body-data", G_CALLBACK (on_wrote), task);
  soup_session_send_and_read_async (upload->session, upload->message, G_PRIORITY_LOW,
                                    g_task_get_cancellable (task), on_put, task);
}

/* What was said of the file is said of this one. */
static void
open_thread (GTask *worker, gpointer source, gpointer data, GCancellable *cancellable)
{
  const Upload *upload = data;
  g_autoptr (MuriImageFile) now = muri_image_file_copy (upload->image);
  g_autoptr (GFileInputStream) stream = NULL;
  GError *error = NULL;

  if (muri_image_file_look (now, cancellable, &error)
      && ((now->size == upload->image->size && now->modified == upload->image->modified)
          || muri_image_file_fail_changed (&error)))
    stream = g_file_read (now->file, cancellable, &error);
  if (stream != NULL
      && g_seekable_seek (G_SEEKABLE (stream), (goffset)upload->offset, G_SEEK_SET, cancellable,
                          &error))
    g_task_return_pointer (worker, g_steal_pointer (&stream), g_object_unref);
  else
    g_task_return_error (worker, error);
}

static void
on_opened (GObject *source, GAsyncResult *result, gpointer data)
{
  GTask *task = data;
  GError *error = NULL;
  g_autoptr (GInputStream) stream = g_task_propagate_pointer (G_TASK (result), &error);

  if (stream != NULL)
    put (task, stream);
  else
    {
      g_task_return_error (task, error);
      g_object_unref (task);
    }
}

/* @task: (transfer full) */
static void
send_rest (GTask *task)
{
  g_autoptr (GTask) worker = g_task_new (NULL, g_task_get_cancellable (task), on_opened, task);

  g_task_set_name (worker, "muri_upload_async");
  g_task_set_task_data (worker, g_task_get_task_data (task), NULL);
  g_task_run_in_thread (worker, open_thread);
}

/* ---- how much is there ---- */

static void
on_head (GObject *source, GAsyncResult *result, gpointer data)
{
  GTask *task = data;
  Upload *upload = g_task_get_task_data (task);
  GError *error = NULL;
  g_autoptr (GBytes) answer =
      soup_session_send_and_read_finish (SOUP_SESSION (source), result, &error);
  guint status = soup_message_get_status (upload->message);
  guint64 offset = 0;

  if (!muri_http_check (upload->message, &error))
    {
      try_again (task, error);
      return;
    }
  /* Whoever has all of it expects no more; whether it is any good, the operation says. */
  if (status == SOUP_STATUS_NOT_FOUND && upload->sent > 0
      && upload->offset + upload->sent >= upload->image->size)
    {
      finish (task);
      return;
    }
  if (status != SOUP_STATUS_OK || !read_offset (upload, &offset))
    {
      end_or_try (task, status);
      return;
    }

  if (offset > upload->offset)
    upload->tries = 0;
  upload->offset = offset;
  upload->sent = 0;
  report (upload);
  if (offset < upload->image->size)
    send_rest (task);
  else
    finish (task);
}

/* @task: (transfer full) */
static void
ask (GTask *task)
{
  Upload *upload = g_task_get_task_data (task);
  GError *error = NULL;

  if (g_task_return_error_if_cancelled (task))
    {
      g_object_unref (task);
      return;
    }
  g_clear_object (&upload->message);
  upload->message = muri_http_message_new (upload->session, SOUP_METHOD_HEAD, &upload->host,
                                           upload->path, &error);
  if (upload->message == NULL)
    {
      g_task_return_error (task, error);
      g_object_unref (task);
      return;
    }
  soup_session_send_and_read_async (upload->session, upload->message, G_PRIORITY_LOW,
                                    g_task_get_cancellable (task), on_head, task);
}

/**
 * muri_upload_async:
 * @image: what is sent
 * @node: to whom; %MURI_VERB_RECEIVE_TEMPLATE with @id was asked of it
 * @id: the template's UUID
 * @identity: (nullable): who this console is, muri_fleet_get_identity()
 * @progress: (nullable) (scope async): how far it is; on the main context
 * @progress_data: for @progress
 * @cancellable: (nullable): ends it; what was sent stays until the operation is cancelled
 * @callback: called when all of it is there, or nothing more comes of it
 * @user_data: for @callback
 *
 * Waits until the agent expects it, sends what is not there yet, and tries again after a cut.
 */
void
muri_upload_async (const MuriImageFile *image, MuriNode *node, const char *id,
                   MuriIdentity *identity, MuriByteProgress progress, gpointer progress_data,
                   GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);
  Upload *upload = g_new0 (Upload, 1);
  const muri_v1_Node *facts = muri_node_get_facts (node);

  g_task_set_name (task, "muri_upload_async");
  g_task_set_task_data (task, upload, upload_free);
  upload->image = muri_image_file_copy (image);
  upload->session = muri_http_session_new (identity);
  upload->progress = progress;
  upload->progress_data = progress_data;
  if (facts->http_port == 0 || facts->address[0] == '\0')
    {
      g_task_return_error (task, make_error (SOUP_STATUS_NOT_FOUND));
      g_object_unref (task);
      return;
    }
  upload->host = (MuriHttpHost){ *muri_node_get_uuid (node), g_strdup (muri_node_get_name (node)),
                                 g_strdup (facts->address), facts->http_port, facts->http_tls };
  upload->path = g_strdup_printf ("/v1/templates/%s/upload", id);
  ask (task);
}

/**
 * muri_upload_finish:
 * @result: of muri_upload_async()
 * @error: why not, in words
 *
 * Returns: whether all of it is there
 */
gboolean
muri_upload_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
