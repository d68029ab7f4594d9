/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "http-templates.h"

#include <string.h>

#include "http-chunk.h"
#include "http-image.h"
#include "http-metalink.h"
#include "http-upload.h"
#include "muri-uuid.h"

typedef enum
{
  RESOURCE_FACTS,
  RESOURCE_DESCRIPTION,
  RESOURCE_IMAGE,
  RESOURCE_CHUNKS, /* all, or those that are named */
  RESOURCE_METALINK,
} Resource;

/* Who asks for what, while the agent is asked for the files. */
typedef struct
{
  HttpService *service;
  HttpAnswer *answer;
  Resource resource;
  char *chunks; /* those named; NULL: none */
  gboolean states;
} Request;

static void
request_free (Request *request)
{
  http_answer_unref (request->answer);
  g_free (request->chunks);
  g_free (request);
}

/* ---- what is read as it is ---- */

typedef struct
{
  HttpTemplate *template;
  HttpAnswer *answer;
  Resource resource;
  gboolean states;
  gboolean secure;
  char *host; /* as the caller knows it */
  char *sources;
} Reading;

static void
reading_free (gpointer data)
{
  Reading *reading = data;
  http_template_unref (reading->template);
  http_answer_unref (reading->answer);
  g_free (reading->host);
  g_free (reading->sources);
  g_free (reading);
}

static GBytes *
read_map (HttpTemplate *template, gboolean states)
{
  g_autoptr (GBytes) map =
      http_template_read_file (template->map_fd, agent_chunk_map_length (AGENT_CHUNKS_MAX));
  if (map == NULL || template->n_chunks == 0
      || g_bytes_get_size (map) != agent_chunk_map_length (template->n_chunks))
    return NULL;
  return g_bytes_new_from_bytes (
      map, 0, states ? AGENT_CHUNK_MAP_HEAD + template->n_chunks : g_bytes_get_size (map));
}

static GBytes *
make_metalink (Reading *reading)
{
  g_autoptr (GBytes) data = read_map (reading->template, FALSE);
  gsize length = 0;
  const guint8 *bytes = data != NULL ? g_bytes_get_data (data, &length) : NULL;
  g_autoptr (AgentChunkMap) map =
      bytes != NULL ? agent_chunk_map_parse (bytes, length, NULL) : NULL;
  if (map == NULL)
    return NULL;
  return http_metalink_format (&reading->template->id, map, reading->secure ? "https" : "http",
                               reading->host, reading->sources);
}

static GBytes *
read_resource (Reading *reading)
{
  HttpTemplate *template = reading->template;
  switch (reading->resource)
    {
    case RESOURCE_FACTS:
      return http_template_read_file (template->facts_fd, HTTP_FACTS_MAX);
    case RESOURCE_DESCRIPTION:
      return http_template_read_file (template->description_fd, HTTP_FACTS_MAX);
    case RESOURCE_CHUNKS:
      return read_map (template, reading->states);
    case RESOURCE_METALINK:
      return make_metalink (reading);
    case RESOURCE_IMAGE:
    default:
      return NULL;
    }
}

static void
read_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  g_task_return_pointer (task, read_resource (task_data), (GDestroyNotify)g_bytes_unref);
}

static const char *
type_of (Resource resource)
{
  switch (resource)
    {
    case RESOURCE_FACTS:
      return "text/plain; charset=utf-8";
    case RESOURCE_DESCRIPTION:
      return "application/xml";
    case RESOURCE_METALINK:
      return "application/metalink4+xml";
    case RESOURCE_CHUNKS:
    case RESOURCE_IMAGE:
    default:
      return "application/octet-stream";
    }
}

static void
on_read (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Reading *reading = g_task_get_task_data (G_TASK (result));
  g_autoptr (GBytes) bytes = g_task_propagate_pointer (G_TASK (result), NULL);
  if (bytes != NULL)
    http_answer_bytes (reading->answer, type_of (reading->resource), bytes);
  else
    http_answer_status (reading->answer, SOUP_STATUS_NOT_FOUND);
}

static char *
host_of (SoupServerMessage *message)
{
  GSocketAddress *address = soup_server_message_get_local_address (message);
  g_autofree char *text = NULL;
  if (!G_IS_INET_SOCKET_ADDRESS (address))
    return NULL;
  text = g_socket_connectable_to_string (G_SOCKET_CONNECTABLE (address));
  return g_steal_pointer (&text);
}

static void
answer_whole (Request *request, HttpTemplate *template, const char *sources)
{
  Reading *reading = g_new0 (Reading, 1);
  g_autoptr (GTask) task = g_task_new (NULL, NULL, on_read, NULL);
  reading->template = http_template_ref (template);
  reading->answer = http_answer_ref (request->answer);
  reading->resource = request->resource;
  reading->states = request->states;
  reading->secure = request->service->identity != NULL;
  reading->host = host_of (request->answer->message);
  reading->sources = g_strdup (sources);
  http_answer_set_header (request->answer, "Cache-Control", "no-store");
  g_task_set_task_data (task, reading, reading_free);
  g_task_run_in_thread (task, read_in_thread);
}

/* ---- who gets something ---- */

static HttpReferral
referral_of (HttpService *service, SoupServerMessage *message)
{
  return (HttpReferral){
    .address = soup_server_message_get_remote_address (message),
    .port = soup_message_headers_get_one (soup_server_message_get_request_headers (message),
                                          HTTP_HEADER_PORT),
    .secure = service->identity != NULL,
    .name = http_callers_get_name (service->callers, message),
  };
}

/* Too many get one already. */
static void
refer (Request *request, const char *sources)
{
  g_autofree char *text = g_strdup_printf ("%s\n", sources != NULL ? sources : "");
  http_answer_set_header (request->answer, "Retry-After", "1");
  soup_server_message_set_response (request->answer->message, "text/plain", SOUP_MEMORY_COPY, text,
                                    strlen (text));
  http_answer_status (request->answer, SOUP_STATUS_SERVICE_UNAVAILABLE);
}

static void
answer_image (Request *request, HttpTemplate *template, const char *sources)
{
  HttpService *service = request->service;
  SoupServerMessage *message = request->answer->message;
  gboolean head = soup_server_message_get_method (message) == SOUP_METHOD_HEAD;
  HttpReferral caller;
  if (!head && service->uploads >= service->uploads_max)
    {
      refer (request, sources);
      return;
    }
  if (!head)
    http_answer_count (request->answer, &service->uploads);
  if (request->chunks == NULL)
    {
      http_image_answer (service, request->answer, template);
      return;
    }
  caller = referral_of (service, message);
  http_referrals_add (service->referrals, &template->id, &caller);
  http_chunk_answer (service, request->answer, template, request->chunks);
}

static void
on_template (HttpTemplate *template, gpointer user_data)
{
  Request *request = user_data;
  HttpAnswer *answer = request->answer;
  HttpReferral caller;
  g_autofree char *sources = NULL;
  if (template == NULL || answer->over)
    {
      http_answer_status (answer, SOUP_STATUS_NOT_FOUND);
      request_free (request);
      return;
    }
  caller = referral_of (request->service, answer->message);
  sources = http_referrals_list (request->service->referrals, &template->id, &caller);
  if (sources != NULL)
    http_answer_set_header (answer, HTTP_HEADER_SOURCES, sources);
  if (request->resource == RESOURCE_IMAGE || request->chunks != NULL)
    answer_image (request, template, sources);
  else
    answer_whole (request, template, sources);
  request_free (request);
}

/* ---- what is asked ---- */

static gboolean
parse_resource (const char *text, Request *request)
{
  static const struct
  {
    const char *text;
    Resource resource;
  } known[] = {
    { "", RESOURCE_FACTS },          { "/description", RESOURCE_DESCRIPTION },
    { "/image", RESOURCE_IMAGE },    { "/chunks", RESOURCE_CHUNKS },
    { ".meta4", RESOURCE_METALINK },
  };
  for (guint i = 0; i < G_N_ELEMENTS (known); i++)
    if (strcmp (text, known[i].text) == 0)
      {
        request->resource = known[i].resource;
        return TRUE;
      }
  if (!g_str_has_prefix (text, "/chunks/"))
    return FALSE;
  request->resource = RESOURCE_CHUNKS;
  request->chunks = g_strdup (text + strlen ("/chunks/"));
  return TRUE;
}

static gboolean
parse_path (const char *rest, muri_v1_Uuid *id, const char **resource)
{
  char text[MURI_UUID_TEXT];
  if (strlen (rest) < MURI_UUID_TEXT - 1)
    return FALSE;
  g_strlcpy (text, rest, sizeof text);
  *resource = rest + MURI_UUID_TEXT - 1;
  return muri_uuid_parse (text, id);
}

void
http_templates_answer (HttpService *service, SoupServerMessage *message, const char *rest,
                       GHashTable *query)
{
  muri_v1_Uuid id;
  const char *resource;
  Request *request;

  /* Begun by its headers, and ended by its body. */
  if (soup_server_message_get_method (message) == SOUP_METHOD_PUT)
    return;
  if (!parse_path (rest, &id, &resource))
    {
      soup_server_message_set_status (message, SOUP_STATUS_NOT_FOUND, NULL);
      return;
    }
  if (strcmp (resource, HTTP_UPLOAD_SUFFIX) == 0)
    {
      http_upload_answer_state (service, message, &id);
      return;
    }
  request = g_new0 (Request, 1);
  request->service = service;
  request->states = query != NULL && g_hash_table_contains (query, "states");
  if (!parse_resource (resource, request))
    {
      g_free (request);
      soup_server_message_set_status (message, SOUP_STATUS_NOT_FOUND, NULL);
      return;
    }
  request->answer = http_answer_new (message);
  http_files_get (service->files, &id, on_template, request);
}
