/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-history-look.h"

#include "muri-history-cache.h"
#include "muri-http.h"
#include "muri-rollup.h"
#include "muri-segment-list.h"
#include "muri-segment.h"
#include "muri-uuid.h"

/* What is held of agents' files. */
#define CACHE_MOST (16 * 1024 * 1024)

/* A file up to this is fetched whole: one request instead of two. */
#define WHOLE (64 * 1024)

/* Of a log, which has no index. */
#define LOG_MOST (8 * 1024 * 1024)

/* So long a list is believed: microseconds. */
#define LIST_FOR (5 * G_TIME_SPAN_SECOND)

/* Clocks that differ by less are the same. */
#define SAME G_TIME_SPAN_SECOND

typedef struct
{
  muri_v1_Uuid node;
  char *name;
  char *address;
  guint port; /* 0: it cannot be asked */
  gboolean secure;
  MuriSegmentList *list; /* (nullable) */
  gint64 listed;         /* monotonic */
  gint64 ahead;          /* microseconds */
} Agent;

struct _MuriHistoryLook
{
  grefcount refs;
  gboolean closed;
  SoupSession *session;
  GHashTable *agents; /* node to Agent */
  MuriHistoryCache *cache;
};

/* One that asks, in its task. */
typedef struct
{
  MuriHistoryLook *look;
  MuriTargetKey *keys;
  guint n_keys;
  guint tiers;
  gint64 from;
  gint64 to;
  GArray *pieces;
  guint open; /* requests on their way */
} Job;

/* An agent's list, or one of its files, for one that asks. */
typedef struct
{
  GTask *task;
  Agent *agent; /* as long as the look is not closed */
  gint64 asked;
  MuriSegmentInfo info;
  gsize had;     /* of a log */
  guint key;     /* of a chunk */
  gboolean head; /* not the whole file */
} Errand;

/* ---- the object ---- */

static void
agent_free (gpointer data)
{
  Agent *agent = data;

  g_free (agent->name);
  g_free (agent->address);
  g_clear_pointer (&agent->list, muri_segment_list_free);
  g_free (agent);
}

MuriHistoryLook *
muri_history_look_new (void)
{
  MuriHistoryLook *self = g_new0 (MuriHistoryLook, 1);

  g_ref_count_init (&self->refs);
  self->session = muri_http_session_new (NULL);
  self->agents = g_hash_table_new_full (muri_uuid_hash, muri_uuid_equal, NULL, agent_free);
  self->cache = muri_history_cache_new (CACHE_MOST);
  return self;
}

static void
look_unref (MuriHistoryLook *self)
{
  if (!g_ref_count_dec (&self->refs))
    return;
  g_object_unref (self->session);
  g_hash_table_unref (self->agents);
  muri_history_cache_free (self->cache);
  g_free (self);
}

void
muri_history_look_close (MuriHistoryLook *self)
{
  self->closed = TRUE;
  soup_session_abort (self->session);
  look_unref (self);
}

void
muri_history_look_set_identity (MuriHistoryLook *self, MuriIdentity *identity)
{
  g_object_unref (self->session);
  self->session = muri_http_session_new (identity);
}

void
muri_history_look_set_agent (MuriHistoryLook *self, const MuriHttpHost *host)
{
  Agent *agent = g_hash_table_lookup (self->agents, &host->node);

  if (agent == NULL)
    {
      agent = g_new0 (Agent, 1);
      agent->node = host->node;
      g_hash_table_insert (self->agents, &agent->node, agent);
    }
  agent->port = g_hostname_is_ip_address (host->address) ? host->port : 0;
  agent->secure = host->secure;
  g_free (agent->name);
  agent->name = g_strdup (host->name);
  if (g_strcmp0 (agent->address, host->address) == 0)
    return;
  g_free (agent->address);
  agent->address = g_strdup (host->address);
  g_clear_pointer (&agent->list, muri_segment_list_free);
}

/* ---- one that asks ---- */

static void
clear_piece (gpointer data)
{
  g_bytes_unref (((MuriHistoryPiece *)data)->bytes);
}

static void
job_free (gpointer data)
{
  Job *job = data;

  look_unref (job->look);
  g_free (job->keys);
  g_clear_pointer (&job->pieces, g_array_unref);
  g_free (job);
}

static Job *
job_of (const Errand *errand)
{
  return g_task_get_task_data (errand->task);
}

static void
finish_part (GTask *task)
{
  Job *job = g_task_get_task_data (task);

  if (--job->open == 0)
    g_task_return_pointer (task, g_steal_pointer (&job->pieces), (GDestroyNotify)g_array_unref);
}

static Errand *
errand_new (GTask *task, Agent *agent)
{
  Errand *errand = g_new0 (Errand, 1);

  errand->task = g_object_ref (task);
  errand->agent = agent;
  job_of (errand)->open++;
  return errand;
}

static void
errand_free (Errand *errand)
{
  finish_part (errand->task);
  g_object_unref (errand->task);
  g_free (errand);
}

static void
send (Errand *errand, const char *name, guint64 offset, guint64 length, const char *etag,
      gsize most, GAsyncReadyCallback callback)
{
  g_autofree char *path =
      name != NULL ? g_strconcat ("/v1/history/", name, NULL) : g_strdup ("/v1/history");
  const Agent *agent = errand->agent;
  const MuriHttpHost host = { agent->node, agent->name, agent->address, agent->port,
                              agent->secure };

  muri_http_get_async (job_of (errand)->look->session, &host, path, offset, length, etag, most,
                       g_task_get_cancellable (errand->task), callback, errand);
}

/* ---- chunks ---- */

static void
add_piece (Errand *errand, guint key, GBytes *bytes)
{
  const MuriHistoryPiece piece = { key, g_bytes_ref (bytes), errand->agent->ahead };

  if (g_bytes_get_size (bytes) > 0)
    g_array_append_val (job_of (errand)->pieces, piece);
  else
    g_bytes_unref (piece.bytes);
}

static void
add_entry (Errand *errand, guint key, GBytes *file, const MuriSegmentEntry *entry)
{
  const gsize size = g_bytes_get_size (file);
  g_autoptr (GBytes) bytes = NULL;

  if (entry->offset > size || entry->length > size - entry->offset)
    return;
  bytes = g_bytes_new_from_bytes (file, entry->offset, entry->length);
  add_piece (errand, key, bytes);
}

/* @entries: all of one object, or those of a log */
static void
add_entries (Errand *errand, GBytes *file, GArray *entries)
{
  Job *job = job_of (errand);

  for (guint key = 0; key < job->n_keys; key++)
    for (guint i = 0; i < entries->len; i++)
      {
        const MuriSegmentEntry *entry = &g_array_index (entries, MuriSegmentEntry, i);

        if (muri_uuid_equal (&job->keys[key].node, &errand->agent->node)
            && muri_uuid_equal (&job->keys[key].vm, &entry->object))
          add_entry (errand, key, file, entry);
      }
}

static void
add_file (Errand *errand, GBytes *file)
{
  gsize length;
  gconstpointer data = g_bytes_get_data (file, &length);
  g_autoptr (MuriSegment) segment = NULL;
  g_autoptr (GArray) entries = NULL;

  if (errand->info.log)
    entries = muri_segment_index_log (data, length);
  else if ((segment = muri_segment_parse (data, length, NULL)) != NULL)
    entries = g_array_ref (segment->entries);
  if (entries != NULL)
    add_entries (errand, file, entries);
}

/* ---- files ---- */

/* What is packed anew is another file of the same name; a log only grows. */
static char *
name_of (const Errand *errand, const muri_v1_Uuid *object)
{
  const MuriSegmentInfo *info = &errand->info;
  char node[MURI_UUID_TEXT];
  char vm[MURI_UUID_TEXT];

  muri_uuid_format (&errand->agent->node, node);
  if (info->log)
    return g_strdup_printf ("%s %s", node, info->name);
  if (object == NULL)
    return g_strdup_printf ("%s %s %" G_GUINT64_FORMAT " %" G_GINT64_FORMAT, node, info->name,
                            info->size, info->end);
  muri_uuid_format (object, vm);
  return g_strdup_printf ("%s %s %" G_GUINT64_FORMAT " %" G_GINT64_FORMAT " %s", node, info->name,
                          info->size, info->end, vm);
}

static GBytes *
join (GBytes *first, GBytes *second)
{
  GByteArray *bytes = g_byte_array_new ();

  g_byte_array_append (bytes, g_bytes_get_data (first, NULL), (guint)g_bytes_get_size (first));
  g_byte_array_append (bytes, g_bytes_get_data (second, NULL), (guint)g_bytes_get_size (second));
  return g_byte_array_free_to_bytes (bytes);
}

static void
on_file (GObject *source, GAsyncResult *result, gpointer data)
{
  Errand *errand = data;
  MuriHistoryLook *self = job_of (errand)->look;
  g_autoptr (GBytes) bytes = muri_http_get_finish (SOUP_SESSION (source), result, NULL, NULL);

  if (bytes != NULL && !self->closed)
    {
      g_autofree char *name = name_of (errand, NULL);
      g_autoptr (GBytes) before =
          errand->had > 0 ? muri_history_cache_get (self->cache, name) : NULL;

      /* It may have gone, or grown by another errand, while this one was on its way. */
      if (errand->had > 0 && (before == NULL || g_bytes_get_size (before) < errand->had))
        g_clear_pointer (&bytes, g_bytes_unref);
      else if (errand->had > 0)
        {
          g_autoptr (GBytes) start = g_bytes_new_from_bytes (before, 0, errand->had);
          GBytes *whole = join (start, bytes);

          g_bytes_unref (bytes);
          bytes = whole;
        }
      if (bytes != NULL)
        {
          muri_history_cache_put (self->cache, name, bytes);
          add_file (errand, bytes);
        }
    }
  errand_free (errand);
}

static void
on_chunk (GObject *source, GAsyncResult *result, gpointer data)
{
  Errand *errand = data;
  Job *job = job_of (errand);
  g_autoptr (GBytes) bytes = muri_http_get_finish (SOUP_SESSION (source), result, NULL, NULL);

  if (bytes != NULL && !job->look->closed)
    {
      g_autofree char *name = name_of (errand, &job->keys[errand->key].vm);

      muri_history_cache_put (job->look->cache, name, bytes);
      add_piece (errand, errand->key, bytes);
    }
  errand_free (errand);
}

static void
fetch_chunk (const Errand *of, guint key, const MuriSegmentEntry *entry, const char *etag)
{
  Errand *errand = errand_new (of->task, of->agent);

  errand->info = of->info;
  errand->key = key;
  send (errand, of->info.name, entry->offset, entry->length, etag, entry->length, on_chunk);
}

/* Which objects of this file are not at hand; those that are become pieces with @add. */
static guint
count_missing (Errand *errand, gboolean add)
{
  Job *job = job_of (errand);
  guint n = 0;

  for (guint key = 0; key < job->n_keys; key++)
    {
      g_autofree char *name = NULL;
      g_autoptr (GBytes) bytes = NULL;

      if (!muri_uuid_equal (&job->keys[key].node, &errand->agent->node))
        continue;
      name = name_of (errand, &job->keys[key].vm);
      bytes = muri_history_cache_get (job->look->cache, name);
      if (bytes == NULL)
        n++;
      else if (add)
        add_piece (errand, key, bytes);
    }
  return n;
}

static void
fetch_chunks (Errand *errand, const MuriSegment *segment, const char *etag)
{
  static const guint8 nothing[1];
  Job *job = job_of (errand);

  for (guint key = 0; key < job->n_keys; key++)
    {
      const MuriTargetKey *object = &job->keys[key];
      g_autofree char *name = NULL;
      g_autoptr (GBytes) bytes = NULL;
      const MuriSegmentEntry *entry;

      if (!muri_uuid_equal (&object->node, &errand->agent->node))
        continue;
      name = name_of (errand, &object->vm);
      bytes = muri_history_cache_get (job->look->cache, name);
      entry = muri_segment_find (segment, &object->vm);
      if (bytes != NULL)
        add_piece (errand, key, bytes);
      else if (entry != NULL && entry->length > 0)
        fetch_chunk (errand, key, entry, etag);
      else
        {
          g_autoptr (GBytes) none = g_bytes_new_static (nothing, 0);

          muri_history_cache_put (job->look->cache, name, none);
        }
    }
}

static void
on_head (GObject *source, GAsyncResult *result, gpointer data)
{
  Errand *errand = data;
  g_autofree char *etag = NULL;
  g_autoptr (GBytes) bytes = muri_http_get_finish (SOUP_SESSION (source), result, &etag, NULL);

  if (bytes != NULL && !job_of (errand)->look->closed)
    {
      g_autoptr (MuriSegment) segment =
          muri_segment_parse (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), NULL);

      if (segment != NULL && !segment->log)
        fetch_chunks (errand, segment, etag);
    }
  errand_free (errand);
}

static void
fetch (GTask *task, Agent *agent, const MuriSegmentInfo *info)
{
  Errand *errand = errand_new (task, agent);
  MuriHistoryLook *self = job_of (errand)->look;
  g_autofree char *name = NULL;
  g_autoptr (GBytes) held = NULL;

  errand->info = *info;
  name = name_of (errand, NULL);
  held = muri_history_cache_get (self->cache, name);
  if (held != NULL && g_bytes_get_size (held) >= info->size)
    add_file (errand, held);
  else if (info->log && held != NULL && info->size <= LOG_MOST)
    {
      errand->had = g_bytes_get_size (held);
      send (errand, info->name, errand->had, info->size - errand->had, NULL, LOG_MOST, on_file);
      return;
    }
  else if (info->size <= (info->log ? LOG_MOST : WHOLE))
    {
      send (errand, info->name, 0, 0, NULL, info->log ? LOG_MOST : WHOLE, on_file);
      return;
    }
  else if (!info->log && count_missing (errand, FALSE) == 0)
    count_missing (errand, TRUE);
  else if (!info->log && info->objects <= MURI_SEGMENT_OBJECTS_MAX)
    {
      const gsize length = muri_segment_measure_head (info->objects);

      send (errand, info->name, 0, length, NULL, length, on_head);
      return;
    }
  errand_free (errand);
}

/* ---- lists ---- */

static gboolean
overlaps (const Job *job, const Agent *agent, const MuriSegmentInfo *info)
{
  const gint64 ahead = agent->ahead / G_USEC_PER_SEC;

  return info->start - ahead < job->to && info->end - ahead > job->from && info->size > 0;
}

static void
fetch_all (GTask *task, Agent *agent)
{
  const Job *job = g_task_get_task_data (task);
  GArray *segments = agent->list->segments;
  gint64 begin = G_MAXINT64;

  for (guint tier = 0; tier < MURI_N_TIERS; tier++)
    {
      gint64 earliest = begin;

      for (guint i = 0; (job->tiers & 1u << tier) != 0 && i < segments->len; i++)
        {
          const MuriSegmentInfo *info = &g_array_index (segments, MuriSegmentInfo, i);

          if (info->step != muri_tiers[tier].step || !overlaps (job, agent, info)
              || info->start >= begin)
            continue;
          fetch (task, agent, info);
          earliest = MIN (earliest, info->start);
        }
      begin = earliest;
    }
}

static void
take_list (Errand *errand, MuriSegmentList *list)
{
  Agent *agent = errand->agent;
  const gint64 now = g_get_real_time ();

  g_clear_pointer (&agent->list, muri_segment_list_free);
  agent->list = list;
  agent->listed = g_get_monotonic_time ();
  agent->ahead = list->time - (errand->asked + (now - errand->asked) / 2);
  if (ABS (agent->ahead) < SAME)
    agent->ahead = 0;
}

static void
on_list (GObject *source, GAsyncResult *result, gpointer data)
{
  Errand *errand = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = muri_http_get_finish (SOUP_SESSION (source), result, NULL, &error);
  g_autoptr (MuriSegmentList) list = NULL;
  muri_v1_Uuid node;

  if (bytes != NULL && !job_of (errand)->look->closed)
    list = muri_segment_list_parse (g_bytes_get_data (bytes, NULL),
                                    (gssize)g_bytes_get_size (bytes), &error);
  if (list != NULL && muri_uuid_parse (list->node, &node)
      && muri_uuid_equal (&node, &errand->agent->node))
    {
      take_list (errand, g_steal_pointer (&list));
      fetch_all (errand->task, errand->agent);
    }
  else if (error != NULL)
    g_debug ("An agent was not asked for what is looked at: %s", error->message);
  errand_free (errand);
}

static void
ask_agent (GTask *task, Agent *agent)
{
  Errand *errand;

  if (agent->list != NULL && g_get_monotonic_time () - agent->listed < LIST_FOR)
    {
      fetch_all (task, agent);
      return;
    }
  errand = errand_new (task, agent);
  errand->asked = g_get_real_time ();
  send (errand, NULL, 0, 0, NULL, MURI_SEGMENT_LIST_LENGTH_MAX, on_list);
}

void
muri_history_look_async (MuriHistoryLook *self, const MuriTargetKey *keys, guint n_keys,
                         guint tiers, gint64 from, gint64 to, GCancellable *cancellable,
                         GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  g_autoptr (GHashTable) asked = g_hash_table_new (NULL, NULL);
  Job *job = g_new0 (Job, 1);

  g_task_set_name (task, "muri_history_look_async");
  g_ref_count_inc (&self->refs);
  job->look = self;
  job->keys = g_memdup2 (keys, sizeof *keys * n_keys);
  job->n_keys = n_keys;
  job->tiers = tiers;
  job->from = from;
  job->to = to;
  job->pieces = g_array_new (FALSE, FALSE, sizeof (MuriHistoryPiece));
  g_array_set_clear_func (job->pieces, clear_piece);
  g_task_set_task_data (task, job, job_free);

  /* Nothing is done before all was asked for. */
  job->open = 1;
  for (guint i = 0; i < n_keys; i++)
    {
      Agent *agent = g_hash_table_lookup (self->agents, &keys[i].node);

      if (agent != NULL && agent->port != 0 && g_hash_table_add (asked, agent))
        ask_agent (task, agent);
    }
  finish_part (task);
}

GArray *
muri_history_look_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
