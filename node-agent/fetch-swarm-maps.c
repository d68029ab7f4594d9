/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "fetch-swarm-private.h"

/* Between two questions for what somebody has who has not all of it. */
#define ASK_EVERY (G_USEC_PER_SEC / 3)

/* Others may know better than the first that answers. */
#define OTHERS_MAX G_USEC_PER_SEC

typedef struct
{
  FetchSwarm *swarm;
  FetchSource *source;
} Question;

/* ---- choosing ---- */

static GBytes *
digest_of (const AgentChunkMap *map)
{
  guint8 digest[AGENT_SHA256_SIZE];
  agent_chunk_map_digest (map, digest);
  return g_bytes_new (digest, sizeof digest);
}

static gboolean
is_refuted (FetchSwarm *self, const AgentChunkMap *map)
{
  g_autoptr (GBytes) digest = self->refuted->len > 0 ? digest_of (map) : NULL;
  for (guint i = 0; i < self->refuted->len; i++)
    if (g_bytes_equal (g_ptr_array_index (self->refuted, i), digest))
      return TRUE;
  return FALSE;
}

static guint
count_votes (FetchSwarm *self, const AgentChunkMap *map)
{
  guint n = 0;
  for (guint i = 0; i < self->sources->len; i++)
    {
      const FetchSource *source = g_ptr_array_index (self->sources, i);
      n += !source->dropped && source->map != NULL && agent_chunk_map_agrees (source->map, map);
    }
  return n;
}

static gboolean
is_waited_for (FetchSwarm *self)
{
  for (guint i = 0; i < self->sources->len; i++)
    {
      const FetchSource *source = g_ptr_array_index (self->sources, i);
      if (!source->dropped && source->map == NULL)
        return TRUE;
    }
  return FALSE;
}

static const AgentChunkMap *
find_best (FetchSwarm *self)
{
  const AgentChunkMap *best = NULL;
  guint votes = 0;
  for (guint i = 0; i < self->sources->len; i++)
    {
      const FetchSource *source = g_ptr_array_index (self->sources, i);
      guint n;
      if (source->dropped || source->map == NULL || is_refuted (self, source->map))
        continue;
      n = count_votes (self, source->map);
      if (n > votes)
        best = source->map;
      votes = MAX (votes, n);
    }
  return best;
}

static void
set_agreement (FetchSwarm *self, FetchSource *source)
{
  source->agrees = source->map != NULL && self->chosen
                   && agent_chunk_map_agrees (source->map, fetch_image_get_map (self->image));
  self->recount = TRUE;
}

gboolean
fetch_swarm_choose (FetchSwarm *self)
{
  const AgentChunkMap *best;
  if (self->first_map == 0
      || (is_waited_for (self) && g_get_monotonic_time () - self->first_map < OTHERS_MAX))
    return FALSE;
  best = find_best (self);
  if (best == NULL)
    return FALSE;
  if (!fetch_image_begin (self->image, best, &self->error))
    {
      g_main_loop_quit (self->loop);
      return FALSE;
    }
  self->chosen = TRUE;
  self->wanted = g_realloc (self->wanted, best->n_chunks);
  memset (self->wanted, 0, best->n_chunks);
  self->holders = g_renew (guint16, self->holders, best->n_chunks);
  for (guint i = 0; i < self->sources->len; i++)
    set_agreement (self, g_ptr_array_index (self->sources, i));
  fetch_say_progress (fetch_image_get_done (self->image), best->size, "here");
  return TRUE;
}

void
fetch_swarm_refute (FetchSwarm *self)
{
  const AgentChunkMap *map = fetch_image_get_map (self->image);
  fetch_swarm_forget_chunks (self);
  g_ptr_array_add (self->refuted, digest_of (map));
  self->chosen = FALSE;
  for (guint i = 0; i < self->sources->len; i++)
    {
      FetchSource *source = g_ptr_array_index (self->sources, i);
      if (source->agrees)
        fetch_source_drop (source, "what it says of the image is wrong, or it is gone");
      source->agrees = FALSE;
    }
}

gboolean
fetch_swarm_has_hope (FetchSwarm *self)
{
  for (guint i = 0; i < self->sources->len; i++)
    {
      const FetchSource *source = g_ptr_array_index (self->sources, i);
      if (!source->dropped && (source->map == NULL || source->agrees || !self->chosen))
        return TRUE;
    }
  return FALSE;
}

/* ---- asking ---- */

static const char *
judge (FetchSwarm *self, const AgentChunkMap *map)
{
  const FetchJob *job = self->job;
  static const guint8 unknown[AGENT_SHA256_SIZE];
  guint8 digest[AGENT_SHA256_SIZE];
  if (memcmp (map->sha256, unknown, AGENT_SHA256_SIZE) == 0
      || (job->has_sha256 && memcmp (map->sha256, job->sha256, AGENT_SHA256_SIZE) != 0))
    return "it has another image";
  if ((job->size > 0 && map->size != job->size) || map->size > job->size_max)
    return "its image has another size, or is too large";
  agent_chunk_map_digest (map, digest);
  if (job->has_manifest && memcmp (digest, job->manifest, AGENT_SHA256_SIZE) != 0)
    return "its chunks are others";
  return NULL;
}

static void
take_map (FetchSwarm *self, FetchSource *source, GBytes *body)
{
  gsize length;
  const guint8 *data = g_bytes_get_data (body, &length);
  AgentChunkMap *map = agent_chunk_map_parse (data, length, NULL);
  const char *why = map != NULL ? judge (self, map) : "what it says of the image is nonsense";
  if (why != NULL)
    {
      g_clear_pointer (&map, agent_chunk_map_free);
      fetch_source_drop (source, why);
      return;
    }
  source->map = map;
  source->failures = 0;
  set_agreement (self, source);
  if (self->first_map == 0)
    self->first_map = g_get_monotonic_time ();
}

static void
take_states (FetchSwarm *self, FetchSource *source, GBytes *body)
{
  gsize length;
  const guint8 *data = g_bytes_get_data (body, &length);
  if (agent_chunk_map_parse_states (source->map, data, length, source->map->states))
    self->recount = TRUE;
  else
    fetch_source_drop (source, "what it says of the image has changed");
}

static void
on_map (const FetchReply *reply, gpointer user_data)
{
  Question *question = user_data;
  FetchSwarm *self = question->swarm;
  FetchSource *source = question->source;
  g_free (question);
  source->asking = FALSE;
  fetch_swarm_add_sources (self, reply, source);
  if (source->dropped)
    return;
  if (reply->error != NULL || reply->status != SOUP_STATUS_OK)
    {
      if (fetch_source_fail (source) || g_error_matches (reply->error, FETCH_ERROR, FETCH_REFUSED))
        fetch_source_drop (source, reply->error != NULL ? reply->error->message
                                                        : "it does not have the template");
    }
  else if (source->map == NULL)
    take_map (self, source, reply->body);
  else
    take_states (self, source, reply->body);
  fetch_swarm_next (self);
}

static void
ask (FetchSwarm *self, FetchSource *source)
{
  Question *question = g_new0 (Question, 1);
  g_autofree char *uri =
      g_strconcat (source->base, "/chunks", source->map != NULL ? "?states=1" : "", NULL);
  const FetchRequest request = {
    .uri = uri,
    .node = &source->node,
    .most = agent_chunk_map_length (source->map != NULL ? source->map->n_chunks : AGENT_CHUNKS_MAX),
    .on_reply = on_map,
    .user_data = question,
    .cancellable = self->cancellable,
  };
  question->swarm = self;
  question->source = source;
  source->asking = TRUE;
  source->asked = g_get_monotonic_time ();
  fetch_http_get (&self->http, &request);
}

void
fetch_swarm_ask_maps (FetchSwarm *self)
{
  gint64 now = g_get_monotonic_time ();
  for (guint i = 0; i < self->sources->len; i++)
    {
      FetchSource *source = g_ptr_array_index (self->sources, i);
      if (source->dropped || source->asking || now < source->not_before
          || (source->map != NULL
              && (agent_chunk_map_is_complete (source->map) || now - source->asked < ASK_EVERY)))
        continue;
      ask (self, source);
    }
}
