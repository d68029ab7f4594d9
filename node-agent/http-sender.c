/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "http-sender.h"

/* What is read and sent at once. */
#define PIECE (256 * 1024)

typedef struct
{
  HttpService *service;
  HttpAnswer *answer;
  HttpTemplate *template;
  GBytes *bytes; /* NULL: of the image */
  guint64 at;
  guint64 end;
  gsize piece;
  guint timeout;
} Sender;

static void next (Sender *sender);

static void
sender_free (gpointer data, GClosure *closure)
{
  Sender *sender = data;
  g_clear_handle_id (&sender->timeout, g_source_remove);
  g_clear_pointer (&sender->bytes, g_bytes_unref);
  g_clear_pointer (&sender->template, http_template_unref);
  http_answer_unref (sender->answer);
  g_free (sender);
}

static void
put (Sender *sender, GBytes *piece)
{
  HttpAnswer *answer = sender->answer;
  if (answer->over)
    return;
  sender->at += sender->piece;
  soup_message_body_append_bytes (soup_server_message_get_response_body (answer->message), piece);
  http_answer_go (answer);
}

/* ---- from the image ---- */

typedef struct
{
  HttpTemplate *template;
  guint64 offset;
  gsize length;
} Reading;

static void
reading_free (gpointer data)
{
  Reading *reading = data;
  http_template_unref (reading->template);
  g_free (reading);
}

static void
read_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Reading *reading = task_data;
  guint8 *data = g_malloc (reading->length);
  if (http_template_read_image (reading->template, reading->offset, data, reading->length))
    {
      g_task_return_pointer (task, g_bytes_new_take (data, reading->length),
                             (GDestroyNotify)g_bytes_unref);
      return;
    }
  g_free (data);
  g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_FAILED, "the image cannot be read");
}

/* The caller is told by a connection that ends before all is there. */
static void
give_up (HttpService *service, HttpAnswer *answer)
{
  if (answer->over)
    return;
  http_callers_cut (service->callers, answer->message);
  http_answer_go (answer);
}

/* The sender lives as long as the message, which the answer holds. */
typedef struct
{
  Sender *sender;
  HttpService *service;
  HttpAnswer *answer;
} Waiting;

static void
on_read (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Waiting *waiting = user_data;
  g_autoptr (GBytes) piece = g_task_propagate_pointer (G_TASK (result), NULL);
  if (!waiting->answer->over && piece != NULL)
    put (waiting->sender, piece);
  else
    give_up (waiting->service, waiting->answer);
  http_answer_unref (waiting->answer);
  g_free (waiting);
}

static void
read_piece (Sender *sender)
{
  Waiting *waiting = g_new0 (Waiting, 1);
  Reading *reading = g_new0 (Reading, 1);
  g_autoptr (GTask) task = g_task_new (NULL, NULL, on_read, waiting);
  waiting->sender = sender;
  waiting->service = sender->service;
  waiting->answer = http_answer_ref (sender->answer);
  reading->template = http_template_ref (sender->template);
  reading->offset = sender->at;
  reading->length = sender->piece;
  g_task_set_task_data (task, reading, reading_free);
  g_task_run_in_thread (task, read_in_thread);
}

/* ---- one after the other ---- */

static gboolean
on_turn (gpointer user_data)
{
  Sender *sender = user_data;
  sender->timeout = 0;
  if (sender->bytes != NULL)
    {
      g_autoptr (GBytes) piece = g_bytes_new_from_bytes (sender->bytes, sender->at, sender->piece);
      put (sender, piece);
    }
  else
    read_piece (sender);
  return G_SOURCE_REMOVE;
}

static void
next (Sender *sender)
{
  guint wait;
  if (sender->answer->over || sender->at >= sender->end)
    return;
  sender->piece =
      MIN (agent_bucket_portion (&sender->service->bucket, PIECE), sender->end - sender->at);
  wait = agent_bucket_take (&sender->service->bucket, sender->piece);
  http_answer_pause (sender->answer);
  if (wait > 0)
    sender->timeout = g_timeout_add (wait, on_turn, sender);
  else
    on_turn (sender);
}

static void
on_wrote (SoupServerMessage *message, Sender *sender)
{
  http_callers_note_progress (sender->service->callers, message);
  next (sender);
}

/* The message keeps the sender, which keeps the message. */
static void
on_over (SoupServerMessage *message, Sender *sender)
{
  g_signal_handlers_disconnect_by_data (message, sender);
}

static void
begin (Sender *sender)
{
  HttpAnswer *answer = sender->answer;
  SoupServerMessage *message = answer->message;
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);
  if (answer->over)
    {
      sender_free (sender, NULL);
      return;
    }
  soup_message_headers_set_content_length (headers, sender->end - sender->at);
  if (soup_server_message_get_method (message) == SOUP_METHOD_HEAD || sender->at == sender->end)
    {
      http_answer_go (answer);
      sender_free (sender, NULL);
      return;
    }
  soup_message_body_set_accumulate (soup_server_message_get_response_body (message), FALSE);
  g_signal_connect_data (message, "wrote-chunk", G_CALLBACK (on_wrote), sender, sender_free, 0);
  g_signal_connect (message, "finished", G_CALLBACK (on_over), sender);
  g_signal_connect (message, "disconnected", G_CALLBACK (on_over), sender);
  next (sender);
}

void
http_sender_send_bytes (HttpService *service, HttpAnswer *answer, GBytes *bytes)
{
  Sender *sender = g_new0 (Sender, 1);
  sender->service = service;
  sender->answer = http_answer_ref (answer);
  sender->bytes = g_bytes_ref (bytes);
  sender->end = g_bytes_get_size (bytes);
  begin (sender);
}

void
http_sender_send_image (HttpService *service, HttpAnswer *answer, HttpTemplate *template,
                        guint64 offset, guint64 length)
{
  Sender *sender = g_new0 (Sender, 1);
  sender->service = service;
  sender->answer = http_answer_ref (answer);
  sender->template = http_template_ref (template);
  sender->at = offset;
  sender->end = offset + length;
  begin (sender);
}
