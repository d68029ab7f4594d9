/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "agent-extents.h"
#include "fetch-swarm-private.h"
#include "http-referrals.h"
#include "http-templates.h"

/* Chunks that are sent here at once: of all, of one host, and of one that is alone. */
#define ASKED_MAX 12
#define ASKED_OF_SOURCE 1
#define ASKED_OF_ONE 2

/* Named in a request; the host chooses. */
#define NAMED_MAX 8

/* Who is slower gets help with his last chunks. */
#define SLOW (3 * G_USEC_PER_SEC)

/* Who is at his limit is asked again after that. */
#define RETRY_MAX 30

G_STATIC_ASSERT (NAMED_MAX <= HTTP_CHUNKS_MAX);

typedef struct
{
  FetchSwarm *swarm;
  FetchSource *source;
  guint chunks[NAMED_MAX];
  guint n_chunks; /* 0: is not of this manifest */
  gint64 since;
} Request;

/* ---- which ---- */

static void
count_holders (FetchSwarm *self)
{
  guint n_chunks = fetch_image_get_map (self->image)->n_chunks;
  if (!self->recount)
    return;
  self->recount = FALSE;
  memset (self->holders, 0, n_chunks * sizeof *self->holders);
  for (guint s = 0; s < self->sources->len; s++)
    {
      const FetchSource *source = g_ptr_array_index (self->sources, s);
      for (guint i = 0; source->agrees && !source->dropped && i < n_chunks; i++)
        self->holders[i] += source->map->states[i] != AGENT_CHUNK_ABSENT;
    }
}

static gboolean
is_candidate (FetchSwarm *self, const FetchSource *source, guint chunk)
{
  return self->wanted[chunk] == 0 && source->map->states[chunk] != AGENT_CHUNK_ABSENT
         && fetch_image_get_map (self->image)->states[chunk] == AGENT_CHUNK_ABSENT;
}

/* Some of those that the fewest have, any of them alike. */
static void
name_rarest (FetchSwarm *self, Request *request)
{
  guint n_chunks = fetch_image_get_map (self->image)->n_chunks;
  guint fewest = G_MAXUINT;
  guint seen = 0;
  for (guint i = 0; i < n_chunks; i++)
    if (self->holders[i] <= fewest && is_candidate (self, request->source, i))
      {
        if (self->holders[i] < fewest)
          seen = request->n_chunks = 0;
        fewest = self->holders[i];
        seen++;
        if (request->n_chunks < NAMED_MAX)
          request->chunks[request->n_chunks++] = i;
        else
          {
            guint place = g_random_int_range (0, seen);
            if (place < NAMED_MAX)
              request->chunks[place] = i;
          }
      }
}

/* All is under way; somebody who has it too may be faster. */
static void
name_slow (FetchSwarm *self, Request *request)
{
  gint64 now = g_get_monotonic_time ();
  for (guint i = 0; i < self->asked->len && request->n_chunks == 0; i++)
    {
      const Request *other = g_ptr_array_index (self->asked, i);
      if (other->source != request->source && other->n_chunks == 1 && now - other->since > SLOW
          && self->wanted[other->chunks[0]] == 1
          && request->source->map->states[other->chunks[0]] != AGENT_CHUNK_ABSENT)
        request->chunks[request->n_chunks++] = other->chunks[0];
    }
}

static void
want (FetchSwarm *self, const Request *request, int by)
{
  for (guint i = 0; i < request->n_chunks; i++)
    self->wanted[request->chunks[i]] += by;
}

/* ---- what comes ---- */

/* The host has chosen one of those that were named. */
static void
on_headers (SoupMessage *message, gpointer user_data)
{
  Request *request = user_data;
  SoupMessageHeaders *headers = soup_message_get_response_headers (message);
  const char *text = soup_message_headers_get_one (headers, HTTP_HEADER_CHUNK);
  guint64 chunk;
  if (request->n_chunks < 2 || text == NULL
      || !g_ascii_string_to_unsigned (text, 10, 0, G_MAXUINT, &chunk, NULL))
    return;
  for (guint i = 0; i < request->n_chunks; i++)
    if (request->chunks[i] == chunk)
      {
        want (request->swarm, request, -1);
        request->chunks[0] = chunk;
        request->n_chunks = 1;
        want (request->swarm, request, 1);
        fetch_swarm_ask_chunks (request->swarm);
        return;
      }
}

static void
on_bytes (gsize bytes, gpointer user_data)
{
  ((Request *)user_data)->swarm->heard = g_get_monotonic_time ();
}

static void
take_chunk (FetchSwarm *self, FetchSource *source, guint chunk, GBytes *body)
{
  const AgentChunkMap *map = fetch_image_get_map (self->image);
  gsize size = agent_chunk_map_chunk_size (map, chunk);
  g_autofree guint8 *data = g_malloc (size);
  gsize length;
  const guint8 *packed = g_bytes_get_data (body, &length);
  if (!agent_extents_unpack (packed, length, data, size))
    fetch_source_drop (source, "it sent nonsense");
  else if (!fetch_image_put (self->image, chunk, data, &self->error))
    {
      if (self->error != NULL)
        g_main_loop_quit (self->loop);
      else
        fetch_source_drop (source, "it sent something wrong");
    }
  else
    {
      source->failures = 0;
      fetch_say_progress (fetch_image_get_done (self->image), map->size, source->name);
      return;
    }
  self->recount = TRUE;
}

static void
wait_for (FetchSource *source, const FetchReply *reply)
{
  const char *text = fetch_reply_get_header (reply, "Retry-After");
  guint64 seconds = 1;
  if (text != NULL)
    g_ascii_string_to_unsigned (text, 10, 0, RETRY_MAX, &seconds, NULL);

  /* Not all of those who are told so at once. */
  source->not_before =
      g_get_monotonic_time () + (gint64)(seconds * G_USEC_PER_SEC * g_random_double_range (0.5, 1));
}

static void
miss (FetchSwarm *self, const Request *request)
{
  for (guint i = 0; i < request->n_chunks; i++)
    request->source->map->states[request->chunks[i]] = AGENT_CHUNK_ABSENT;
  self->recount = TRUE;
  if (fetch_source_fail (request->source))
    fetch_source_drop (request->source, "it does not have what it says");
}

static void
judge (FetchSwarm *self, Request *request, const FetchReply *reply)
{
  FetchSource *source = request->source;
  if (reply->error != NULL)
    {
      if (fetch_source_fail (source))
        fetch_source_drop (source, reply->error->message);
      self->recount = self->recount || source->dropped;
    }
  else if (reply->status == SOUP_STATUS_SERVICE_UNAVAILABLE)
    wait_for (source, reply);
  else if (reply->status == SOUP_STATUS_NOT_FOUND)
    miss (self, request);
  else if (reply->status != SOUP_STATUS_OK || request->n_chunks > 1)
    fetch_source_drop (source, "it answers nonsense");
  else if (request->n_chunks == 1)
    take_chunk (self, source, request->chunks[0], reply->body);
}

static void
on_chunk (const FetchReply *reply, gpointer user_data)
{
  Request *request = user_data;
  FetchSwarm *self = request->swarm;
  want (self, request, -1);
  request->source->busy--;
  g_ptr_array_remove_fast (self->asked, request);
  fetch_swarm_add_sources (self, reply, request->source);
  if (!request->source->dropped && self->error == NULL)
    judge (self, request, reply);
  g_free (request);
  fetch_swarm_next (self);
}

void
fetch_swarm_forget_chunks (FetchSwarm *self)
{
  for (guint i = 0; i < self->asked->len; i++)
    {
      Request *request = g_ptr_array_index (self->asked, i);
      want (self, request, -1);
      request->n_chunks = 0;
    }
}

/* ---- asking ---- */

static gboolean
ask (FetchSwarm *self, FetchSource *source)
{
  Request *request = g_new0 (Request, 1);
  g_autoptr (GString) uri = g_string_new (source->base);
  request->swarm = self;
  request->source = source;
  request->since = g_get_monotonic_time ();
  name_rarest (self, request);
  if (request->n_chunks == 0)
    name_slow (self, request);
  if (request->n_chunks == 0)
    {
      g_free (request);
      return FALSE;
    }
  for (guint i = 0; i < request->n_chunks; i++)
    g_string_append_printf (uri, "%s%u", i > 0 ? "," : "/chunks/", request->chunks[i]);
  want (self, request, 1);
  source->busy++;
  g_ptr_array_add (self->asked, request);
  fetch_http_get (&self->http, &(FetchRequest){
                                   .uri = uri->str,
                                   .node = &source->node,
                                   .most = agent_extents_packed_max (AGENT_CHUNK_SIZE),
                                   .on_headers = on_headers,
                                   .on_bytes = on_bytes,
                                   .on_reply = on_chunk,
                                   .user_data = request,
                                   .cancellable = self->cancellable,
                               });
  return TRUE;
}

/* Those with the least first: what they have, others need not give. */
static int
compare (gconstpointer a, gconstpointer b)
{
  const FetchSource *x = *(FetchSource *const *)a;
  const FetchSource *y = *(FetchSource *const *)b;
  return (int)fetch_source_count (x) - (int)fetch_source_count (y);
}

static GPtrArray *
list_usable (FetchSwarm *self)
{
  GPtrArray *usable = g_ptr_array_new ();
  for (guint i = 0; i < self->sources->len; i++)
    {
      FetchSource *source = g_ptr_array_index (self->sources, i);
      if (source->agrees && !source->dropped)
        g_ptr_array_add (usable, source);
    }
  g_ptr_array_sort (usable, compare);
  return usable;
}

void
fetch_swarm_ask_chunks (FetchSwarm *self)
{
  g_autoptr (GPtrArray) usable = list_usable (self);
  guint most = usable->len == 1 ? ASKED_OF_ONE : ASKED_OF_SOURCE;
  gint64 now = g_get_monotonic_time ();
  count_holders (self);
  for (guint i = 0; i < usable->len && self->asked->len < ASKED_MAX; i++)
    {
      FetchSource *source = g_ptr_array_index (usable, i);
      while (source->busy < most && now >= source->not_before && self->asked->len < ASKED_MAX
             && ask (self, source))
        ;
    }
}
