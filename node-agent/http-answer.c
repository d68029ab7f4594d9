/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "http-answer.h"

static void
on_over (SoupServerMessage *message, HttpAnswer *answer)
{
  answer->over = TRUE;
  if (answer->counter != NULL)
    (*answer->counter)--;
  answer->counter = NULL;
}

HttpAnswer *
http_answer_new (SoupServerMessage *message)
{
  HttpAnswer *answer = g_new0 (HttpAnswer, 1);
  g_ref_count_init (&answer->references);
  answer->message = g_object_ref (message);
  g_signal_connect (message, "finished", G_CALLBACK (on_over), answer);
  g_signal_connect (message, "disconnected", G_CALLBACK (on_over), answer);
  http_answer_pause (answer);
  return answer;
}

HttpAnswer *
http_answer_ref (HttpAnswer *answer)
{
  g_ref_count_inc (&answer->references);
  return answer;
}

void
http_answer_unref (HttpAnswer *answer)
{
  if (!g_ref_count_dec (&answer->references))
    return;
  on_over (answer->message, answer);
  g_signal_handlers_disconnect_by_data (answer->message, answer);
  g_object_unref (answer->message);
  g_free (answer);
}

void
http_answer_count (HttpAnswer *answer, guint *counter)
{
  if (answer->over || answer->counter != NULL)
    return;
  answer->counter = counter;
  (*counter)++;
}

void
http_answer_set_header (HttpAnswer *answer, const char *name, const char *value)
{
  soup_message_headers_replace (soup_server_message_get_response_headers (answer->message), name,
                                value);
}

void
http_answer_pause (HttpAnswer *answer)
{
  if (answer->over || answer->paused)
    return;
  answer->paused = TRUE;
  soup_server_message_pause (answer->message);
}

void
http_answer_go (HttpAnswer *answer)
{
  if (answer->over || !answer->paused)
    return;
  answer->paused = FALSE;
  soup_server_message_unpause (answer->message);
}

void
http_answer_status (HttpAnswer *answer, guint status)
{
  if (answer->over)
    return;
  soup_server_message_set_status (answer->message, status, NULL);
  http_answer_go (answer);
}

void
http_answer_bytes (HttpAnswer *answer, const char *type, GBytes *bytes)
{
  if (answer->over)
    return;
  soup_message_headers_set_content_type (soup_server_message_get_response_headers (answer->message),
                                         type, NULL);
  soup_message_body_append_bytes (soup_server_message_get_response_body (answer->message), bytes);
  http_answer_status (answer, SOUP_STATUS_OK);
}
