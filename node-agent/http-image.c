/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "http-image.h"

#include <string.h>

#include "http-sender.h"
#include "muri-uuid.h"

static gboolean
parse_number (const char *text, guint64 *number)
{
  return g_ascii_string_to_unsigned (text, 10, 0, G_MAXINT64, number, NULL);
}

/* FALSE: it lies beyond the end. What is no range at all, or several, asks for the whole. */
static gboolean
parse_range (const char *text, guint64 size, guint64 *offset, guint64 *length)
{
  g_auto (GStrv) ends = NULL;
  guint64 first, last;
  if (text == NULL || !g_str_has_prefix (text, "bytes=") || strchr (text, ',') != NULL)
    return TRUE;
  ends = g_strsplit (text + strlen ("bytes="), "-", 2);
  if (g_strv_length (ends) != 2)
    return TRUE;
  if (*ends[0] == '\0' && parse_number (ends[1], &last))
    {
      *length = MIN (last, size);
      *offset = size - *length;
      return *length > 0;
    }
  last = G_MAXINT64;
  if (!parse_number (ends[0], &first) || (*ends[1] != '\0' && !parse_number (ends[1], &last))
      || last < first)
    return TRUE;
  if (first >= size)
    return FALSE;
  *offset = first;
  *length = MIN (last, size - 1) - first + 1;
  return TRUE;
}

static void
set_headers (HttpAnswer *answer, const char *tag)
{
  http_answer_set_header (answer, "ETag", tag);
  http_answer_set_header (answer, "Accept-Ranges", "bytes");
  http_answer_set_header (answer, "Content-Type", "application/octet-stream");
}

void
http_image_answer (HttpService *service, HttpAnswer *answer, HttpTemplate *template)
{
  SoupMessageHeaders *request = soup_server_message_get_request_headers (answer->message);
  const char *condition = soup_message_headers_get_one (request, "If-Range");
  const char *range = soup_message_headers_get_list (request, "Range");
  char id[MURI_UUID_TEXT];
  g_autofree char *tag = g_strdup_printf ("\"%s\"", muri_uuid_format (&template->id, id));
  guint64 offset = 0;
  guint64 length = template->size;
  if (!template->complete)
    {
      http_answer_status (answer, SOUP_STATUS_NOT_FOUND);
      return;
    }
  set_headers (answer, tag);
  if (condition != NULL && strcmp (condition, tag) != 0)
    range = NULL;
  if (!parse_range (range, template->size, &offset, &length))
    {
      g_autofree char *all = g_strdup_printf ("bytes */%" G_GUINT64_FORMAT, template->size);
      http_answer_set_header (answer, "Content-Range", all);
      http_answer_status (answer, SOUP_STATUS_REQUESTED_RANGE_NOT_SATISFIABLE);
      return;
    }
  if (range != NULL && length < template->size)
    {
      SoupMessageHeaders *response = soup_server_message_get_response_headers (answer->message);
      soup_message_headers_set_content_range (response, offset, offset + length - 1,
                                              template->size);
      soup_server_message_set_status (answer->message, SOUP_STATUS_PARTIAL_CONTENT, NULL);
    }
  else
    {
      /* The library would cut a whole answer by itself. */
      soup_message_headers_remove (request, "Range");
      soup_server_message_set_status (answer->message, SOUP_STATUS_OK, NULL);
    }
  http_sender_send_image (service, answer, template, offset, length);
}
