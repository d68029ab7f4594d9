/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fetch-url.h"

#include <string.h>

#include "fetch-http.h"

#define PIECE (128 * 1024)
#define REDIRECTS_MAX 5
#define TRIES_MAX 8
#define PAUSE_MAX 8

/* One attempt after the other, each for what is missing; nothing else happens in this program, so
 * that it just waits for the network. */
typedef struct
{
  const FetchJob *job;
  FetchImage *image;
  FetchHttp http;
  GUri *uri; /* after redirects */
  char *host;
  gboolean begun;
  guint8 *chunk; /* what has come of the one that comes */
  guint64 at;    /* the next byte */
} Url;

static gboolean refuse (GError **error, const char *format, ...) G_GNUC_PRINTF (2, 3);

static gboolean
refuse (GError **error, const char *format, ...)
{
  va_list args;
  va_start (args, format);
  g_propagate_error (error, g_error_new_valist (FETCH_ERROR, FETCH_REFUSED, format, args));
  va_end (args);
  return FALSE;
}

/* ---- where it is ---- */

static gboolean
set_uri (Url *self, GUri *uri, GError **error)
{
  const char *scheme = g_uri_get_scheme (uri);
  gboolean https = g_strcmp0 (scheme, "https") == 0;
  if (!https && g_strcmp0 (scheme, "http") != 0)
    return refuse (error, "only http and https are fetched, and not %s", scheme);
  if (g_uri_get_host (uri) == NULL || *g_uri_get_host (uri) == '\0')
    return refuse (error, "the address names no host");
  if (self->uri != NULL && !https && g_strcmp0 (g_uri_get_scheme (self->uri), "https") == 0)
    return refuse (error, "the server sends from https to http");
  g_clear_pointer (&self->uri, g_uri_unref);
  g_free (self->host);
  self->uri = g_uri_ref (uri);
  self->host = g_strdup (g_uri_get_host (uri));
  return TRUE;
}

static gboolean
follow (Url *self, SoupMessage *message, GError **error)
{
  const char *location =
      soup_message_headers_get_one (soup_message_get_response_headers (message), "Location");
  g_autoptr (GUri) uri = location != NULL
                             ? g_uri_parse_relative (self->uri, location, SOUP_HTTP_URI_FLAGS, NULL)
                             : NULL;
  return uri != NULL ? set_uri (self, uri, error)
                     : refuse (error, "the server sends to no address");
}

static SoupMessage *
make_message (Url *self, guint64 start)
{
  SoupMessage *message = soup_message_new_from_uri ("GET", self->uri);
  soup_message_add_flags (message, SOUP_MESSAGE_NO_REDIRECT);
  if (start > 0)
    soup_message_headers_set_range (soup_message_get_request_headers (message), start, -1);
  return message;
}

/* Of what is there from @start on. Temporary trouble is an error of another domain. */
static GInputStream *
open_stream (Url *self, guint64 start, SoupMessage **message, GError **error)
{
  for (guint i = 0; i <= REDIRECTS_MAX; i++)
    {
      g_autoptr (SoupMessage) asking = make_message (self, start);
      g_autoptr (GInputStream) stream = soup_session_send (self->http.session, asking, NULL, error);
      guint status = soup_message_get_status (asking);
      if (stream == NULL)
        return NULL;
      if (status == SOUP_STATUS_OK || status == SOUP_STATUS_PARTIAL_CONTENT)
        {
          *message = g_steal_pointer (&asking);
          return g_steal_pointer (&stream);
        }
      if (!SOUP_STATUS_IS_REDIRECTION (status))
        {
          g_set_error (error, status >= 500 ? G_IO_ERROR : FETCH_ERROR,
                       status >= 500 ? (int)G_IO_ERROR_FAILED : (int)FETCH_NO_SOURCE,
                       "%s answers %u %s", self->host, status,
                       soup_message_get_reason_phrase (asking));
          return NULL;
        }
      if (!follow (self, asking, error))
        return NULL;
    }
  refuse (error, "the server sends from one address to the next, without an end");
  return NULL;
}

/* ---- what it is ---- */

static gboolean
read_size (SoupMessage *message, guint64 *start, guint64 *size)
{
  SoupMessageHeaders *headers = soup_message_get_response_headers (message);
  goffset first = 0;
  goffset last = 0;
  goffset total = -1;
  *start = 0;
  if (soup_message_get_status (message) == SOUP_STATUS_OK)
    {
      *size = soup_message_headers_get_content_length (headers);
      return soup_message_headers_get_encoding (headers) == SOUP_ENCODING_CONTENT_LENGTH;
    }
  if (!soup_message_headers_get_content_range (headers, &first, &last, &total) || total < 0
      || first < 0)
    return FALSE;
  *start = first;
  *size = total;
  return TRUE;
}

/* Another one under the same address is not gone on with. */
static void
identify (SoupMessage *message, guint64 size, guint8 origin[AGENT_SHA256_SIZE])
{
  SoupMessageHeaders *headers = soup_message_get_response_headers (message);
  const char *tag = soup_message_headers_get_one (headers, "ETag");
  const char *modified = soup_message_headers_get_one (headers, "Last-Modified");
  g_autofree char *text =
      g_strdup_printf ("%" G_GUINT64_FORMAT "\n%s\n%s", size, tag != NULL ? tag : "",
                       modified != NULL ? modified : "");
  agent_sha256_of (text, strlen (text), origin);
}

static gboolean
check_size (Url *self, guint64 size, GError **error)
{
  if (size == 0)
    return refuse (error, "what %s sends is empty", self->host);
  if (size > self->job->size_max)
    return refuse (
        error, "%s would send %" G_GUINT64_FORMAT " bytes, and %" G_GUINT64_FORMAT " are the most",
        self->host, size, self->job->size_max);
  if (self->job->size > 0 && size != self->job->size)
    return refuse (error, "%s would send %" G_GUINT64_FORMAT " bytes, and not %" G_GUINT64_FORMAT,
                   self->host, size, self->job->size);
  return TRUE;
}

static gboolean
begin (Url *self, SoupMessage *message, guint64 *start, GError **error)
{
  guint8 origin[AGENT_SHA256_SIZE];
  guint64 size;
  if (!read_size (message, start, &size))
    return refuse (error, "%s does not say how much it sends", self->host);
  if (!check_size (self, size, error))
    return FALSE;
  identify (message, size, origin);
  if (self->begun && memcmp (fetch_image_get_map (self->image)->origin, origin, sizeof origin) == 0)
    return TRUE;
  self->begun = TRUE;
  return fetch_image_begin_unknown (self->image, size, origin, error);
}

/* ---- what comes ---- */

static guint64
first_missing (Url *self)
{
  const AgentChunkMap *map = fetch_image_get_map (self->image);
  for (guint i = 0; i < map->n_chunks; i++)
    if (map->states[i] == AGENT_CHUNK_ABSENT)
      return (guint64)i * AGENT_CHUNK_SIZE;
  return map->size;
}

static gboolean
take (Url *self, const guint8 *data, gsize length, GError **error)
{
  const AgentChunkMap *map = fetch_image_get_map (self->image);
  while (length > 0)
    {
      guint chunk = self->at / AGENT_CHUNK_SIZE;
      gsize filled = self->at % AGENT_CHUNK_SIZE;
      gsize n;
      if (self->at >= map->size)
        return refuse (error, "%s sent more than it said", self->host);
      n = MIN (length, agent_chunk_map_chunk_size (map, chunk) - filled);
      memcpy (self->chunk + filled, data, n);
      self->at += n;
      data += n;
      length -= n;
      if (filled + n < agent_chunk_map_chunk_size (map, chunk))
        continue;
      if (!fetch_image_put (self->image, chunk, self->chunk, error))
        return (error != NULL && *error != NULL)
               || refuse (error, "%s sends something else than before", self->host);
      fetch_say_progress (fetch_image_get_done (self->image), map->size, self->host);

      /* Syncs come back here; this loop is all there is. */
      while (g_main_context_iteration (NULL, FALSE))
        ;
    }
  return TRUE;
}

static gboolean
read_stream (Url *self, GInputStream *stream, GError **error)
{
  g_autofree guint8 *data = g_malloc (PIECE);
  gssize n;
  while ((n = g_input_stream_read (stream, data, agent_bucket_portion (&self->http.bucket, PIECE),
                                   NULL, error))
         > 0)
    {
      guint wait = agent_bucket_take (&self->http.bucket, n);
      if (!take (self, data, n, error))
        return FALSE;
      g_usleep ((gulong)wait * 1000);
    }
  return n == 0;
}

/* FALSE with an error of our own: there is no use in going on. */
static gboolean
attempt (Url *self, GError **error)
{
  g_autoptr (SoupMessage) message = NULL;
  guint64 wanted = self->begun ? first_missing (self) : 0;
  g_autoptr (GInputStream) stream = open_stream (self, wanted, &message, error);
  guint64 start;
  if (stream == NULL || !begin (self, message, &start, error))
    return FALSE;

  /* Only now is known what was there before. */
  if (first_missing (self) > start && wanted != first_missing (self))
    return TRUE;
  if (start % AGENT_CHUNK_SIZE != 0)
    return refuse (error, "%s sends another part than was asked for", self->host);
  self->at = start;
  return read_stream (self, stream, error);
}

static gboolean
is_complete (Url *self)
{
  return self->begun && first_missing (self) == fetch_image_get_map (self->image)->size;
}

static gboolean
fetch_all (Url *self, GError **error)
{
  guint tries = 0;
  while (!is_complete (self))
    {
      g_autoptr (GError) local = NULL;
      guint64 before = self->begun ? fetch_image_get_done (self->image) : 0;
      gboolean begun = self->begun;
      if (!attempt (self, &local) && local->domain == FETCH_ERROR)
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return FALSE;
        }
      if (fetch_image_get_map (self->image) != NULL
          && (begun != self->begun || fetch_image_get_done (self->image) > before))
        tries = 0;
      else if (++tries >= TRIES_MAX)
        {
          g_set_error (error, FETCH_ERROR, FETCH_NO_SOURCE, "%s: %s", self->host,
                       local != NULL ? local->message : "it does not send all of it");
          return FALSE;
        }
      else
        g_usleep (MIN (1u << tries, PAUSE_MAX) * G_USEC_PER_SEC / 4);
    }
  return TRUE;
}

static gboolean
check_whole (Url *self, GError **error)
{
  guint8 sha256[AGENT_SHA256_SIZE];
  if (!fetch_image_hash (self->image, sha256, error))
    return FALSE;
  if (self->job->has_sha256 && memcmp (sha256, self->job->sha256, AGENT_SHA256_SIZE) != 0)
    {
      g_autofree char *text = agent_sha256_to_text (sha256);
      g_set_error (error, FETCH_ERROR, FETCH_WRONG,
                   "what %s sent is not what was promised: its SHA-256 is %s", self->host, text);
      return FALSE;
    }
  return fetch_image_seal (self->image, sha256, error);
}

gboolean
fetch_url_run (const FetchJob *job, FetchImage *image, GError **error)
{
  Url self = { .job = job, .image = image };
  g_autoptr (GError) local = NULL;
  g_autoptr (GUri) uri = g_uri_parse (job->url, SOUP_HTTP_URI_FLAGS, &local);
  gboolean fetched;
  if (uri == NULL)
    return refuse (error, "that is no address: %s", local->message);
  if (!set_uri (&self, uri, error))
    return FALSE;
  fetch_http_init (&self.http, job, NULL);
  self.chunk = g_malloc (AGENT_CHUNK_SIZE);
  fetched = fetch_all (&self, error) && check_whole (&self, error);
  fetch_http_clear (&self.http);
  g_uri_unref (self.uri);
  g_free (self.host);
  g_free (self.chunk);
  return fetched;
}
