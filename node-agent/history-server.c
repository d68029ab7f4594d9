/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "history-server.h"

#include <string.h>

#include "history-list.h"

typedef struct
{
  int directory_fd;
  char *node;
} Service;

static void
service_free (gpointer data)
{
  Service *service = data;
  g_free (service->node);
  g_free (service);
}

static void
answer (SoupServerMessage *message, guint status)
{
  soup_server_message_set_status (message, status, NULL);
}

/* Before a body is read: nothing here takes one. */
static void
on_head (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query,
         gpointer user_data)
{
  const char *method = soup_server_message_get_method (message);
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);
  SoupMessageHeaders *response = soup_server_message_get_response_headers (message);
  if (method != SOUP_METHOD_GET && method != SOUP_METHOD_HEAD)
    {
      answer (message, SOUP_STATUS_METHOD_NOT_ALLOWED);
      soup_message_headers_replace (response, "Allow", "GET, HEAD");
    }
  else if (soup_message_headers_get_encoding (headers) == SOUP_ENCODING_CHUNKED
           || soup_message_headers_get_content_length (headers) > 0)
    answer (message, SOUP_STATUS_REQUEST_ENTITY_TOO_LARGE);
  else
    return;
  soup_message_headers_replace (response, "Connection", "close");
}

static void
answer_list (SoupServerMessage *message, Service *service)
{
  char *text = history_list (service->directory_fd, service->node);
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
answer_segment (SoupServerMessage *message, Service *service, const char *name)
{
  g_autofree char *tag = NULL;
  g_autoptr (GBytes) bytes = history_list_open (service->directory_fd, name, &tag);
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
  Service *service = user_data;
  if (soup_server_message_get_status (message) != 0)
    return;
  if (strcmp (path, HISTORY_PATH) == 0)
    answer_list (message, service);
  else if (g_str_has_prefix (path, HISTORY_PATH "/"))
    answer_segment (message, service, path + strlen (HISTORY_PATH "/"));
  else
    answer (message, SOUP_STATUS_NOT_FOUND);
}

SoupServer *
history_server_new (int directory_fd, const char *node)
{
  SoupServer *server = soup_server_new ("server-header", "muri-agent-history", NULL);
  Service *service = g_new0 (Service, 1);
  service->directory_fd = directory_fd;
  service->node = g_strdup (node);
  soup_server_add_early_handler (server, NULL, on_head, NULL, NULL);
  soup_server_add_handler (server, NULL, on_request, service, service_free);
  return server;
}
