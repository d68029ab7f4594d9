/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "http-upload.h"

#include <string.h>
#include <unistd.h>

#include "agent-write.h"
#include "http-answer.h"
#include "http-server.h"
#include "muri-uuid.h"

/* What is gathered before it is written. */
#define PIECE (1024 * 1024)

/* Between two words to the agent. */
#define SAY_EVERY (G_USEC_PER_SEC / 2)

/* A PUT that is under way. It lives as long as its message. */
typedef struct
{
  HttpService *service;
  HttpAnswer *answer;
  HttpReceiving *receiving;
  GByteArray *gathered;
  guint64 end; /* of the range that comes */
  gint64 said;
  gboolean last; /* all of it is gathered */
} Upload;

/* What a worker writes. */
typedef struct
{
  HttpReceiving *receiving;
  GBytes *bytes;
  guint64 offset;
  gboolean sync;
} Piece;

static void
piece_free (gpointer data)
{
  Piece *piece = data;
  http_receiving_unref (piece->receiving);
  g_bytes_unref (piece->bytes);
  g_free (piece);
}

static void
write_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Piece *piece = task_data;
  gsize length;
  const guint8 *data = g_bytes_get_data (piece->bytes, &length);
  gboolean written = agent_write_at (piece->receiving->fd, data, length, piece->offset)
                     && (!piece->sync || fdatasync (piece->receiving->fd) == 0);
  g_task_return_boolean (task, written);
}

static void
set_state (SoupServerMessage *message, const HttpReceiving *receiving)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);
  g_autofree char *offset = g_strdup_printf ("%" G_GUINT64_FORMAT, receiving->received);
  g_autofree char *length = g_strdup_printf ("%" G_GUINT64_FORMAT, receiving->size);
  soup_message_headers_replace (headers, HTTP_HEADER_OFFSET, offset);
  soup_message_headers_replace (headers, HTTP_HEADER_LENGTH, length);
  soup_message_headers_replace (headers, "Cache-Control", "no-store");
}

/* The rest of the body is not worth waiting for. */
static void
refuse_rest (Upload *upload, guint status)
{
  if (upload->last)
    {
      set_state (upload->answer->message, upload->receiving);
      http_answer_status (upload->answer, status);
    }
  else
    {
      http_callers_cut (upload->service->callers, upload->answer->message);
      http_answer_go (upload->answer);
    }
}

static void
say (Upload *upload)
{
  HttpReceiving *receiving = upload->receiving;
  gint64 now = g_get_monotonic_time ();
  if (receiving->received < receiving->size && !upload->last && now - upload->said < SAY_EVERY)
    return;
  upload->said = now;
  http_files_say_received (upload->service->files, receiving);
}

/* What is sent is not lost with its sender: the message may be over when this comes back. */
typedef struct
{
  Upload *upload;
  HttpAnswer *answer;
} Waiting;

static void
on_written (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Waiting *waiting = user_data;
  Piece *piece = g_task_get_task_data (G_TASK (result));
  Upload *upload = waiting->upload;
  gboolean written = g_task_propagate_boolean (G_TASK (result), NULL);
  if (written)
    piece->receiving->received = piece->offset + g_bytes_get_size (piece->bytes);
  piece->receiving->busy = !waiting->answer->over;
  if (waiting->answer->over)
    goto out;
  if (!written)
    refuse_rest (upload, SOUP_STATUS_INSUFFICIENT_STORAGE);
  else if (upload->last)
    {
      say (upload);
      set_state (waiting->answer->message, upload->receiving);
      http_answer_status (waiting->answer, SOUP_STATUS_OK);
    }
  else
    {
      say (upload);
      http_answer_go (waiting->answer);
    }
out:
  http_answer_unref (waiting->answer);
  g_free (waiting);
}

static void
write_gathered (Upload *upload)
{
  Waiting *waiting = g_new0 (Waiting, 1);
  Piece *piece = g_new0 (Piece, 1);
  g_autoptr (GTask) task = g_task_new (NULL, NULL, on_written, waiting);
  waiting->upload = upload;
  waiting->answer = http_answer_ref (upload->answer);
  piece->receiving = http_receiving_ref (upload->receiving);
  piece->bytes = g_byte_array_free_to_bytes (upload->gathered);
  upload->gathered = g_byte_array_new ();
  piece->offset = upload->receiving->received;
  piece->sync = upload->last && upload->end == upload->receiving->size;
  http_answer_pause (upload->answer);
  g_task_set_task_data (task, piece, piece_free);
  g_task_run_in_thread (task, write_in_thread);
}

/* ---- what comes ---- */

static void
on_chunk (SoupServerMessage *message, GBytes *chunk, Upload *upload)
{
  gsize length;
  const guint8 *data = g_bytes_get_data (chunk, &length);
  guint64 room = upload->end - upload->receiving->received - upload->gathered->len;
  http_callers_note_progress (upload->service->callers, message);
  g_byte_array_append (upload->gathered, data, MIN (length, room));
  if (upload->gathered->len >= PIECE
      && upload->receiving->received + upload->gathered->len < upload->end)
    write_gathered (upload);
}

static void
on_body (SoupServerMessage *message, Upload *upload)
{
  upload->last = TRUE;
  write_gathered (upload);
}

static void
upload_free (gpointer data, GClosure *closure)
{
  Upload *upload = data;
  http_answer_unref (upload->answer);
  http_receiving_unref (upload->receiving);
  g_byte_array_unref (upload->gathered);
  g_free (upload);
}

/* Whoever was cut off comes back, and is welcome at once, unless a piece is just being written. */
static void
on_over (SoupServerMessage *message, Upload *upload)
{
  if (!upload->answer->paused)
    upload->receiving->busy = FALSE;
  http_files_say_received (upload->service->files, upload->receiving);
  g_signal_handlers_disconnect_by_data (message, upload);
}

static void
take (HttpService *service, SoupServerMessage *message, HttpReceiving *receiving, guint64 end)
{
  Upload *upload = g_new0 (Upload, 1);
  upload->service = service;
  upload->answer = http_answer_new (message);
  upload->receiving = http_receiving_ref (receiving);
  upload->gathered = g_byte_array_new ();
  upload->end = end;
  receiving->busy = TRUE;
  soup_message_body_set_accumulate (soup_server_message_get_request_body (message), FALSE);
  g_signal_connect_data (message, "got-chunk", G_CALLBACK (on_chunk), upload, upload_free, 0);
  g_signal_connect (message, "got-body", G_CALLBACK (on_body), upload);
  g_signal_connect (message, "finished", G_CALLBACK (on_over), upload);
  g_signal_connect (message, "disconnected", G_CALLBACK (on_over), upload);
  http_callers_note_progress (service->callers, message);
  http_answer_go (upload->answer);
}

/* ---- what is asked ---- */

static gboolean
parse_path (const char *path, muri_v1_Uuid *id)
{
  g_autofree char *uuid = NULL;
  gsize prefix = strlen (HTTP_TEMPLATES_PATH "/");
  if (!g_str_has_prefix (path, HTTP_TEMPLATES_PATH "/")
      || strlen (path) != prefix + MURI_UUID_TEXT - 1 + strlen (HTTP_UPLOAD_SUFFIX)
      || !g_str_has_suffix (path, HTTP_UPLOAD_SUFFIX))
    return FALSE;
  uuid = g_strndup (path + prefix, MURI_UUID_TEXT - 1);
  return muri_uuid_parse (uuid, id);
}

/* Where the body begins and ends; all of the file where it does not say. */
static guint
parse_range (SoupMessageHeaders *headers, const HttpReceiving *receiving, guint64 *start,
             guint64 *end)
{
  goffset first = 0;
  goffset last = (goffset)receiving->size - 1;
  goffset total = (goffset)receiving->size;
  goffset length = soup_message_headers_get_content_length (headers);
  if (soup_message_headers_get_encoding (headers) != SOUP_ENCODING_CONTENT_LENGTH)
    return SOUP_STATUS_LENGTH_REQUIRED;
  if (soup_message_headers_get_one (headers, "Content-Range") != NULL
      && !soup_message_headers_get_content_range (headers, &first, &last, &total))
    return SOUP_STATUS_BAD_REQUEST;
  if (total != (goffset)receiving->size || first < 0 || last < first || last >= total
      || length != last - first + 1)
    return SOUP_STATUS_BAD_REQUEST;
  *start = first;
  *end = last + 1;
  return SOUP_STATUS_OK;
}

gboolean
http_upload_begin (HttpService *service, SoupServerMessage *message, const char *path)
{
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);
  muri_v1_Uuid id;
  HttpReceiving *receiving;
  guint64 start, end;
  guint status = SOUP_STATUS_NOT_FOUND;
  if (service->files == NULL || !parse_path (path, &id))
    return FALSE;
  receiving = http_files_find_receiving (service->files, &id);
  if (receiving != NULL)
    {
      status = parse_range (headers, receiving, &start, &end);
      if (status == SOUP_STATUS_OK && (receiving->busy || start != receiving->received))
        status = SOUP_STATUS_CONFLICT;
    }
  if (status == SOUP_STATUS_OK)
    {
      take (service, message, receiving, end);
      return TRUE;
    }
  if (receiving != NULL)
    set_state (message, receiving);
  soup_server_message_set_status (message, status, NULL);
  return FALSE;
}

void
http_upload_answer_state (HttpService *service, SoupServerMessage *message, const muri_v1_Uuid *id)
{
  const HttpReceiving *receiving = http_files_find_receiving (service->files, id);
  if (receiving == NULL)
    {
      soup_server_message_set_status (message, SOUP_STATUS_NOT_FOUND, NULL);
      return;
    }
  set_state (message, receiving);
  soup_server_message_set_status (message, SOUP_STATUS_OK, NULL);
}
