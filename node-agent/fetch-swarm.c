/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "fetch-swarm-private.h"
#include "http-referrals.h"
#include "muri-uuid.h"

#define TICK 100

#define SOURCES_MAX 64

/* Seconds without a byte from anybody. */
#define STALL_MAX 60

/* What turns out to be broken on disk is fetched again so often. */
#define ROUNDS_MAX 2

static gboolean
knows (FetchSwarm *self, const char *name)
{
  for (guint i = 0; i < self->sources->len; i++)
    if (g_str_equal (((FetchSource *)g_ptr_array_index (self->sources, i))->name, name))
      return TRUE;
  return FALSE;
}

/* A host that has a certificate asks nobody who has none. */
static void
check_secure (FetchSwarm *self, FetchSource *source)
{
  if (self->http.identity != NULL && !fetch_source_is_secure (source))
    fetch_source_drop (source, "it speaks without security, and this host only with it");
  else if (self->http.identity == NULL && fetch_source_is_secure (source))
    fetch_source_drop (source, "it speaks with security only, and this host has no certificate "
                               "([security] of its configuration)");
}

static void
add_source (FetchSwarm *self, const char *text, const FetchSource *referrer)
{
  FetchSource *source =
      self->sources->len < SOURCES_MAX ? fetch_source_new (text, self->id, referrer) : NULL;
  if (source == NULL)
    return;
  if (knows (self, source->name) || fetch_source_is_own (source->name, self->job->port))
    {
      fetch_source_free (source);
      return;
    }
  g_ptr_array_add (self->sources, source);
  check_secure (self, source);
}

void
fetch_swarm_add_sources (FetchSwarm *self, const FetchReply *reply, const FetchSource *source)
{
  const char *list = fetch_reply_get_header (reply, HTTP_HEADER_SOURCES);
  g_auto (GStrv) names = g_strsplit (list != NULL ? list : "", ",", SOURCES_MAX);
  for (guint i = 0; names[i] != NULL; i++)
    add_source (self, g_strstrip (names[i]), source);
}

void
fetch_swarm_fail (FetchSwarm *self, FetchStatus status, const char *format, ...)
{
  va_list args;
  va_start (args, format);
  if (self->error == NULL)
    self->error = g_error_new_valist (FETCH_ERROR, status, format, args);
  va_end (args);
  g_main_loop_quit (self->loop);
}

/* ---- the end ---- */

static void
try_another (FetchSwarm *self)
{
  fetch_swarm_refute (self);
  if (!fetch_swarm_choose (self))
    fetch_swarm_fail (self, FETCH_WRONG,
                      "the image is not what was promised: its SHA-256 is another one");
}

static void
check_whole (FetchSwarm *self)
{
  const guint8 *promised = fetch_image_get_map (self->image)->sha256;
  guint8 sha256[AGENT_SHA256_SIZE];
  fetch_swarm_forget_chunks (self);
  if (!fetch_image_hash (self->image, sha256, &self->error))
    g_main_loop_quit (self->loop);
  else if (memcmp (sha256, promised, AGENT_SHA256_SIZE) != 0)
    {
      if (self->rounds++ >= ROUNDS_MAX || fetch_image_check_chunks (self->image) == 0)
        try_another (self);
    }
  else
    {
      fetch_image_seal (self->image, sha256, &self->error);
      g_main_loop_quit (self->loop);
    }
}

void
fetch_swarm_next (FetchSwarm *self)
{
  if (self->error != NULL)
    return;
  if (!self->chosen && !fetch_swarm_choose (self))
    return;
  fetch_swarm_ask_facts (self);
  if (fetch_image_get_done (self->image) < fetch_image_get_map (self->image)->size)
    fetch_swarm_ask_chunks (self);
  else if (self->has_facts)
    check_whole (self);
}

static void
give_up (FetchSwarm *self)
{
  const FetchSource *last = NULL;
  for (guint i = 0; i < self->sources->len; i++)
    {
      const FetchSource *source = g_ptr_array_index (self->sources, i);
      if (source->why != NULL)
        last = source;
    }
  fetch_swarm_fail (self, FETCH_NO_SOURCE, "no host delivers it; of %s: %s",
                    last != NULL ? last->name : "all",
                    last != NULL ? last->why : "they have another image");
}

static gboolean
on_tick (gpointer user_data)
{
  FetchSwarm *self = user_data;
  fetch_swarm_ask_maps (self);
  fetch_swarm_next (self);
  if (self->error != NULL)
    return G_SOURCE_CONTINUE;
  if (!fetch_swarm_has_hope (self))
    {
      if (self->chosen)
        fetch_swarm_refute (self);
      if (!fetch_swarm_choose (self))
        give_up (self);
    }
  else if (g_get_monotonic_time () - self->heard > STALL_MAX * G_USEC_PER_SEC)
    fetch_swarm_fail (self, FETCH_NO_SOURCE, "nothing came for %d seconds; no host %s", STALL_MAX,
                      fetch_image_get_done (self->image) < fetch_image_get_map (self->image)->size
                          ? "has the rest"
                          : "says what the template is");
  return G_SOURCE_CONTINUE;
}

gboolean
fetch_swarm_run (FetchSwarm *self, GError **error)
{
  if (self->sources->len == 0)
    {
      g_set_error (error, FETCH_ERROR, FETCH_NO_SOURCE,
                   "no source is the address and port of another host");
      return FALSE;
    }
  fetch_swarm_find_facts (self);
  self->heard = g_get_monotonic_time ();
  self->tick = g_timeout_add (TICK, on_tick, self);
  fetch_swarm_ask_maps (self);
  g_main_loop_run (self->loop);
  g_clear_handle_id (&self->tick, g_source_remove);
  if (self->error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&self->error));
  return FALSE;
}

FetchSwarm *
fetch_swarm_new (const FetchJob *job, MuriIdentity *identity, FetchImage *image, int facts_fd,
                 int description_fd)
{
  FetchSwarm *self = g_new0 (FetchSwarm, 1);
  char id[MURI_UUID_TEXT];
  self->job = job;
  self->id = g_strdup (muri_uuid_format (&job->id, id));
  self->image = image;
  self->facts_fd = facts_fd;
  self->description_fd = description_fd;
  self->cancellable = g_cancellable_new ();
  self->loop = g_main_loop_new (NULL, FALSE);
  self->sources = g_ptr_array_new_with_free_func ((GDestroyNotify)fetch_source_free);
  self->refuted = g_ptr_array_new_with_free_func ((GDestroyNotify)g_bytes_unref);
  self->asked = g_ptr_array_new ();
  fetch_http_init (&self->http, job, identity);
  for (guint i = 0; job->sources[i] != NULL; i++)
    add_source (self, job->sources[i], NULL);
  return self;
}

/* What is under way comes back as cancelled, and must still find its swarm. */
static void
end_requests (FetchSwarm *self)
{
  g_cancellable_cancel (self->cancellable);
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

void
fetch_swarm_free (FetchSwarm *self)
{
  end_requests (self);
  fetch_http_clear (&self->http);
  g_object_unref (self->cancellable);
  g_main_loop_unref (self->loop);
  g_ptr_array_unref (self->sources);
  g_ptr_array_unref (self->refuted);
  g_ptr_array_unref (self->asked);
  g_clear_error (&self->error);
  g_free (self->wanted);
  g_free (self->holders);
  g_free (self->id);
  g_free (self);
}
