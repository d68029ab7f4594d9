/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "http-server.h"

#include <string.h>

#include "http-history-list.h"
#include "http-rights.h"
#include "http-templates.h"
#include "http-upload.h"

static void
answer (SoupServerMessage *message, guint status)
{
  soup_server_message_set_status (message, status, NULL);
}

/* Before a body is read: only what is announced takes one. The library keeps no connection that it
 * has not accepted itself, and so each answer says that it is the last. (Where it is made to keep
 * them, libsoup 3.2 does not close the sockets of callers who go, until there are no more.) */
static void
on_head (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query,
         gpointer user_data)
{
  const char *method = soup_server_message_get_method (message);
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);
  SoupMessageHeaders *response = soup_server_message_get_response_headers (message);
  soup_message_headers_replace (response, "Connection", "close");
  if (http_rights_check (user_data, message, path) && method == SOUP_METHOD_PUT
      && http_upload_begin (user_data, message, path))
    return;
  if (soup_server_message_get_status (message) == 0)
    {
      if (method != SOUP_METHOD_GET && method != SOUP_METHOD_HEAD)
        {
          answer (message, SOUP_STATUS_METHOD_NOT_ALLOWED);
          soup_message_headers_replace (response, "Allow", "GET, HEAD");
        }
      else if (soup_message_headers_get_encoding (headers) == SOUP_ENCODING_CHUNKED
               || soup_message_headers_get_content_length (headers) > 0)
        answer (message, SOUP_STATUS_REQUEST_ENTITY_TOO_LARGE);
    }
}

static void
answer_list (SoupServerMessage *message, HttpService *service)
{
  char *text = http_history_list (service->history_fd, service->node);
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);
  soup_message_headers_replace (headers, "Cache-Control", "no-store");
  soup_server_message_set_response (message, "text/plain; charset=utf-8", SOUP_MEMORY_TAKE, text,
                                    strlen (text));
  answer (message, SOUP_STATUS_OK);
}

/* The library answers a range by itself. It is taken out where it must not, and where there are
 * several, which nobody here asks for. */
static void
check_range (SoupMessageHeaders *request, const char *tag)
{
  const char *range = soup_message_headers_get_one (request, "Range");
  const char *condition = soup_message_headers_get_one (request, "If-Range");
  if (range != NULL
      && (strchr (range, ',') != NULL || (condition != NULL && strcmp (condition, tag) != 0)))
    soup_message_headers_remove (request, "Range");
}

static void
answer_segment (SoupServerMessage *message, HttpService *service, const char *name)
{
  g_autofree char *tag = NULL;
  g_autoptr (GBytes) bytes = http_history_list_open (service->history_fd, name, &tag);
  SoupMessageHeaders *request = soup_server_message_get_request_headers (message);
  SoupMessageHeaders *response = soup_server_message_get_response_headers (message);
  SoupMessageBody *body = soup_server_message_get_response_body (message);
  if (bytes == NULL)
    {
      answer (message, SOUP_STATUS_NOT_FOUND);
      return;
    }
  soup_message_headers_replace (response, "ETag", tag);
  soup_message_headers_replace (response, "Accept-Ranges", "bytes");
  soup_message_headers_replace (response, "Cache-Control", "no-cache");
  if (g_strcmp0 (soup_message_headers_get_one (request, "If-None-Match"), tag) == 0)
    {
      answer (message, SOUP_STATUS_NOT_MODIFIED);
      return;
    }
  check_range (request, tag);
  soup_message_headers_set_content_type (response, "application/octet-stream", NULL);
  soup_message_body_append_bytes (body, bytes);
  answer (message, SOUP_STATUS_OK);
}

static void
on_request (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query,
            gpointer user_data)
{
  HttpService *service = user_data;
  if (soup_server_message_get_status (message) != 0)
    return;
  if (service->history_fd >= 0 && strcmp (path, HTTP_HISTORY_PATH) == 0)
    answer_list (message, service);
  else if (service->history_fd >= 0 && g_str_has_prefix (path, HTTP_HISTORY_PATH "/"))
    answer_segment (message, service, path + strlen (HTTP_HISTORY_PATH "/"));
  else if (service->files != NULL && g_str_has_prefix (path, HTTP_TEMPLATES_PATH "/"))
    http_templates_answer (service, message, path + strlen (HTTP_TEMPLATES_PATH "/"), query);
  else
    answer (message, SOUP_STATUS_NOT_FOUND);
}

SoupServer *
http_server_new (HttpService *service)
{
  SoupServer *server = soup_server_new ("server-header", "muri-agent", NULL);
  soup_server_add_early_handler (server, NULL, on_head, service, NULL);
  soup_server_add_handler (server, NULL, on_request, service, NULL);
  return server;
}
