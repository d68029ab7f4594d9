/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-history-fill.h"

#include "muri-http.h"
#include "muri-segment-list.h"
#include "muri-uuid.h"

/* Agents that are asked at once. */
#define AT_ONCE 4

/* What an agent may keep in all. */
#define SEGMENT_MAX (128 * 1024 * 1024)

/* Seconds: what was missing a moment ago is packed after so long, and small gaps may come up. */
#define AGAIN_SOON (10 * 60)
#define AGAIN (3600)
#define AGAIN_AFTER_FAILURE 60

/* So many times in a row it is asked at once for its list when that was out of date. */
#define MOVED_MAX 3

/* Live figures begin to come so soon, seconds, before or after its agent is asked. */
#define LIVE 10

/* Clocks that differ by less are the same. */
#define SAME (G_TIME_SPAN_SECOND)

/* An agent, and what it is being asked for. */
typedef struct
{
  MuriHistoryFill *fill; /* NULL: stopped */
  grefcount refs;
  muri_v1_Uuid node;
  char *name;
  char *address;
  guint port;
  gboolean secure;
  gint64 due;      /* monotonic; 0 not at all */
  guint n_rounds;  /* since it could be asked */
  GHashTable *had; /* set: segments as they were when they were taken */

  /* what all was taken of, when a round was last finished: seconds by our clock */
  gint64 reach;
  gint64 until; /* 0: none was */

  /* the round under way */
  gboolean busy;
  gint64 asked;     /* when, by our clock */
  gint64 oldest;    /* seconds by our clock: the begin of its oldest segment */
  gint64 ahead;     /* microseconds */
  GArray *segments; /* MuriSegmentInfo that are still to be taken, the next one last */
  MuriSegmentInfo current;
  gboolean lacking; /* something could not be had */
  gboolean moved;   /* it was there when the list was made: packed since */
  guint n_moved;    /* rounds in a row */
  guint64 size;
  guint64 done;
} Agent;

struct _MuriHistoryFill
{
  GObject parent_instance;

  MuriHistoryWorker *worker;
  MuriHistorySettings settings;
  SoupSession *session;
  GCancellable *cancellable;
  GHashTable *agents; /* node to Agent */
  guint n_busy;
  double progress;
  gint64 now; /* monotonic */

  guint timer;
  gint64 from; /* seconds */
  gint64 to;
};

enum
{
  PROP_0,
  PROP_PROGRESS,
  N_PROPS
};

enum
{
  EXTENDED,
  REFUSED,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (MuriHistoryFill, muri_history_fill, G_TYPE_OBJECT)

static void take_next (Agent *agent);
static void start_due (MuriHistoryFill *self);

/* ---- agents ---- */

static Agent *
agent_ref (Agent *agent)
{
  g_ref_count_inc (&agent->refs);
  return agent;
}

static void
agent_unref (gpointer data)
{
  Agent *agent = data;

  if (!g_ref_count_dec (&agent->refs))
    return;
  g_free (agent->name);
  g_free (agent->address);
  g_hash_table_unref (agent->had);
  g_clear_pointer (&agent->segments, g_array_unref);
  g_free (agent);
}

static Agent *
ensure_agent (MuriHistoryFill *self, const muri_v1_Uuid *node)
{
  Agent *agent = g_hash_table_lookup (self->agents, node);

  if (agent != NULL)
    return agent;
  agent = g_new0 (Agent, 1);
  g_ref_count_init (&agent->refs);
  agent->fill = self;
  agent->node = *node;
  agent->had = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_hash_table_insert (self->agents, &agent->node, agent);
  return agent;
}

/* ---- what it comes to ---- */

static void
update_progress (MuriHistoryFill *self)
{
  guint64 size = 0;
  guint64 done = 0;
  GHashTableIter iter;
  gpointer value;
  double progress;

  g_hash_table_iter_init (&iter, self->agents);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      const Agent *agent = value;

      if (!agent->busy)
        continue;
      size += agent->size;
      done += agent->done;
    }
  progress = size == 0 ? -1 : (double)done / (double)size;
  if (self->progress == progress)
    return;
  self->progress = progress;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PROGRESS]);
}

static gboolean
on_extended (gpointer data)
{
  MuriHistoryFill *self = data;
  const gint64 from = self->from * G_USEC_PER_SEC;
  const gint64 to = self->to * G_USEC_PER_SEC;

  self->timer = 0;
  g_signal_emit (self, signals[EXTENDED], 0, from, to);
  return G_SOURCE_REMOVE;
}

static void
extend (MuriHistoryFill *self, gint64 from, gint64 to)
{
  if (from > to)
    return;
  self->from = self->timer != 0 ? MIN (self->from, from) : from;
  self->to = self->timer != 0 ? MAX (self->to, to) : to;
  if (self->timer == 0)
    self->timer = g_timeout_add_seconds (1, on_extended, self);
}

static void
finish_round (Agent *agent, gboolean failed)
{
  MuriHistoryFill *self = agent->fill;

  if (self == NULL)
    return;
  agent->busy = FALSE;
  self->n_busy--;
  if (!failed && !agent->lacking)
    {
      agent->reach = agent->oldest;
      agent->until = agent->asked / G_USEC_PER_SEC;
    }
  g_clear_pointer (&agent->segments, g_array_unref);
  agent->n_moved = agent->moved ? agent->n_moved + 1 : 0;
  agent->due = self->now
               + (failed                  ? AGAIN_AFTER_FAILURE
                  : agent->moved          ? (agent->n_moved <= MOVED_MAX ? 0 : AGAIN_AFTER_FAILURE)
                  : agent->n_rounds++ < 2 ? AGAIN_SOON
                                          : AGAIN)
                     * G_USEC_PER_SEC;
  update_progress (self);
  start_due (self);
}

/* ---- a segment ---- */

static char *
describe (const MuriSegmentInfo *info)
{
  return g_strdup_printf ("%s %" G_GUINT64_FORMAT " %" G_GINT64_FORMAT, info->name, info->size,
                          info->end);
}

static void
on_filled (GObject *source, GAsyncResult *result, gpointer data)
{
  Agent *agent = data;
  g_autofree MuriHistoryPatched *patched = g_task_propagate_pointer (G_TASK (result), NULL);

  if (agent->fill != NULL && patched != NULL)
    {
      agent->lacking = agent->lacking || patched->n_damaged > 0;
      if (patched->n_damaged > 0)
        g_message ("%u pieces of the history of %s were damaged", patched->n_damaged,
                   agent->address);
      agent->done += agent->current.size;
      g_hash_table_add (agent->had, describe (&agent->current));
      extend (agent->fill, patched->from, patched->to);
      update_progress (agent->fill);
      take_next (agent);
    }
  else
    finish_round (agent, TRUE);
  agent_unref (agent);
}

static void
on_segment (GObject *source, GAsyncResult *result, gpointer data)
{
  Agent *agent = data;
  MuriHistoryFill *self = agent->fill;
  g_autoptr (GError) error = NULL;
  GBytes *bytes = muri_http_get_finish (SOUP_SESSION (source), result, NULL, &error);
  MuriHistoryPatch *patch;

  if (bytes == NULL || self == NULL)
    {
      /* What was packed or dropped meanwhile is no failure: the rest of the list may be there. */
      agent->lacking = TRUE;
      if (self != NULL && g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
        {
          agent->moved = TRUE;
          take_next (agent);
        }
      else
        finish_round (agent, TRUE);
      g_clear_pointer (&bytes, g_bytes_unref);
      agent_unref (agent);
      return;
    }

  patch = g_new0 (MuriHistoryPatch, 1);
  patch->node = agent->node;
  patch->bytes = bytes;
  patch->ahead = agent->ahead;
  muri_history_worker_fill (self->worker, patch,
                            g_task_new (NULL, self->cancellable, on_filled, agent));
}

/* @name: (nullable): NULL: the list */
static void
get (Agent *agent, const char *name, gsize most, GAsyncReadyCallback callback)
{
  MuriHistoryFill *self = agent->fill;
  g_autofree char *path =
      name != NULL ? g_strconcat ("/v1/history/", name, NULL) : g_strdup ("/v1/history");
  const MuriHttpHost host = { agent->node, agent->name, agent->address, agent->port,
                              agent->secure };

  muri_http_get_async (self->session, &host, path, 0, 0, NULL, most, self->cancellable, callback,
                       agent_ref (agent));
}

static void
take_next (Agent *agent)
{
  guint last;

  if (agent->port == 0 || agent->segments->len == 0)
    {
      agent->lacking = agent->lacking || agent->segments->len > 0;
      finish_round (agent, FALSE);
      return;
    }
  last = agent->segments->len - 1;
  agent->current = g_array_index (agent->segments, MuriSegmentInfo, last);
  g_array_set_size (agent->segments, last);
  get (agent, agent->current.name, SEGMENT_MAX, on_segment);
}

/* ---- the list ---- */

static gint64
to_ours (Agent *agent, gint64 second)
{
  return second - agent->ahead / G_USEC_PER_SEC;
}

static gboolean
is_wanted (Agent *agent, const MuriSegmentInfo *info, MuriHistorySpan *span)
{
  const MuriTier *tier = muri_tier_find (info->step);
  g_autofree char *description = describe (info);

  if (tier == NULL || g_hash_table_contains (agent->had, description))
    return FALSE;
  *span = (MuriHistorySpan){ (guint)(tier - muri_tiers), to_ours (agent, info->start),
                             to_ours (agent, info->end) };
  return agent->fill->settings.keep[span->tier] > 0;
}

static gboolean
holds (GArray *spans, const MuriHistorySpan *span)
{
  for (guint i = 0; i < spans->len; i++)
    {
      const MuriHistorySpan *other = &g_array_index (spans, MuriHistorySpan, i);

      if (other->tier == span->tier && other->from == span->from && other->to == span->to)
        return TRUE;
    }
  return FALSE;
}

/* Segments come with the newest first; they are taken from the end. */
static void
on_missing (GObject *source, GAsyncResult *result, gpointer data)
{
  Agent *agent = data;
  g_autoptr (GArray) missing = g_task_propagate_pointer (G_TASK (result), NULL);
  g_autoptr (GArray) offered = NULL;

  if (agent->fill == NULL || missing == NULL)
    {
      finish_round (agent, TRUE);
      agent_unref (agent);
      return;
    }

  offered = g_steal_pointer (&agent->segments);
  agent->segments = g_array_new (FALSE, FALSE, sizeof (MuriSegmentInfo));
  agent->size = agent->done = 0;
  for (guint i = offered->len; i-- > 0;)
    {
      const MuriSegmentInfo *info = &g_array_index (offered, MuriSegmentInfo, i);
      MuriHistorySpan span = { 0 };

      if (!is_wanted (agent, info, &span) || !holds (missing, &span))
        continue;
      g_array_append_vals (agent->segments, info, 1);
      agent->size += info->size;
    }
  update_progress (agent->fill);
  take_next (agent);
  agent_unref (agent);
}

static void
measure_clock (Agent *agent, gint64 time)
{
  const gint64 now = g_get_real_time ();

  agent->ahead = time - (agent->asked + (now - agent->asked) / 2);
  if (ABS (agent->ahead) < SAME)
    agent->ahead = 0;
}

static void
on_list (GObject *source, GAsyncResult *result, gpointer data)
{
  Agent *agent = data;
  MuriHistoryFill *self = agent->fill;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = muri_http_get_finish (SOUP_SESSION (source), result, NULL, &error);
  g_autoptr (MuriSegmentList) list = NULL;
  GArray *spans;
  gboolean stale = FALSE;
  muri_v1_Uuid node;

  if (bytes != NULL)
    list = muri_segment_list_parse (g_bytes_get_data (bytes, NULL),
                                    (gssize)g_bytes_get_size (bytes), &error);
  if (self == NULL || list == NULL || !muri_uuid_parse (list->node, &node)
      || !muri_uuid_equal (&node, &agent->node))
    {
      if (self != NULL && error != NULL)
        g_debug ("No history from %s: %s", agent->address, error->message);
      /* What an earlier identity was told is of no interest any more. */
      stale = self != NULL && SOUP_SESSION (source) != self->session;
      if (self != NULL && !stale && error != NULL && error->domain == MURI_HTTP_ERROR)
        g_signal_emit (self, signals[REFUSED], 0, error);
      finish_round (agent, TRUE);
      if (stale && agent->port != 0)
        agent->due = 1;
      agent_unref (agent);
      return;
    }

  measure_clock (agent, list->time);
  agent->segments = g_array_ref (list->segments);
  agent->oldest = G_MAXINT64;
  spans = g_array_new (FALSE, FALSE, sizeof (MuriHistorySpan));
  for (guint i = 0; i < list->segments->len; i++)
    {
      const MuriSegmentInfo *info = &g_array_index (list->segments, MuriSegmentInfo, i);
      MuriHistorySpan span = { 0 };

      agent->oldest = MIN (agent->oldest, to_ours (agent, info->start));
      if (is_wanted (agent, info, &span))
        g_array_append_val (spans, span);
    }
  muri_history_worker_find_missing (self->worker, &agent->node, spans,
                                    g_task_new (NULL, self->cancellable, on_missing, agent));
}

/* ---- turns ---- */

static void
start_round (Agent *agent)
{
  MuriHistoryFill *self = agent->fill;

  agent->busy = TRUE;
  agent->lacking = agent->moved = FALSE;
  agent->due = 0;
  agent->size = agent->done = 0;
  agent->asked = g_get_real_time ();
  self->n_busy++;
  get (agent, NULL, MURI_SEGMENT_LIST_LENGTH_MAX, on_list);
}

static void
start_due (MuriHistoryFill *self)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->agents);
  while (self->n_busy < AT_ONCE && g_hash_table_iter_next (&iter, NULL, &value))
    {
      Agent *agent = value;

      if (!agent->busy && agent->port != 0 && agent->due != 0 && agent->due <= self->now)
        start_round (agent);
    }
}

void
muri_history_fill_set_identity (MuriHistoryFill *self, MuriIdentity *identity)
{
  GHashTableIter iter;
  gpointer value;

  g_set_object (&self->session, NULL);
  self->session = muri_http_session_new (identity);
  g_hash_table_iter_init (&iter, self->agents);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      Agent *agent = value;

      if (!agent->busy && agent->port != 0)
        agent->due = 1;
    }
  start_due (self);
}

void
muri_history_fill_set_agent (MuriHistoryFill *self, const MuriHttpHost *host)
{
  Agent *agent = ensure_agent (self, &host->node);

  /* Nobody is asked what else a name could lead to. */
  guint port = g_hostname_is_ip_address (host->address) ? host->port : 0;

  if (agent->port == port
      && (port == 0
          || (g_strcmp0 (agent->address, host->address) == 0 && agent->secure == host->secure)))
    return;
  g_free (agent->name);
  agent->name = g_strdup (host->name);
  g_free (agent->address);
  agent->address = g_strdup (host->address);
  agent->port = port;
  agent->secure = host->secure;
  agent->n_rounds = 0;
  agent->due = port != 0 ? 1 : 0;
  start_due (self);
}

void
muri_history_fill_pass_time (MuriHistoryFill *self, gint64 now)
{
  self->now = now;
  start_due (self);
}

void
muri_history_fill_set_settings (MuriHistoryFill *self, const MuriHistorySettings *settings)
{
  self->settings = *settings;
}

double
muri_history_fill_get_progress (MuriHistoryFill *self)
{
  return self->progress;
}

gboolean
muri_history_fill_has_all (MuriHistoryFill *self, const muri_v1_Uuid *node, gint64 from, gint64 to)
{
  const Agent *agent = g_hash_table_lookup (self->agents, node);

  return agent != NULL && agent->until != 0 && from / G_USEC_PER_SEC >= agent->reach
         && to / G_USEC_PER_SEC <= agent->until + LIVE;
}

void
muri_history_fill_stop (MuriHistoryFill *self)
{
  GHashTableIter iter;
  gpointer value;

  g_cancellable_cancel (self->cancellable);
  g_hash_table_iter_init (&iter, self->agents);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    ((Agent *)value)->fill = NULL;
  g_hash_table_remove_all (self->agents);
  g_clear_handle_id (&self->timer, g_source_remove);
}

/* ---- the object ---- */

static void
muri_history_fill_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  MuriHistoryFill *self = MURI_HISTORY_FILL (object);

  if (id == PROP_PROGRESS)
    g_value_set_double (value, self->progress);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
muri_history_fill_finalize (GObject *object)
{
  MuriHistoryFill *self = MURI_HISTORY_FILL (object);

  muri_history_fill_stop (self);
  g_hash_table_unref (self->agents);
  g_object_unref (self->cancellable);
  g_object_unref (self->session);

  G_OBJECT_CLASS (muri_history_fill_parent_class)->finalize (object);
}

static void
muri_history_fill_class_init (MuriHistoryFillClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->get_property = muri_history_fill_get_property;
  object_class->finalize = muri_history_fill_finalize;

  properties[PROP_PROGRESS] = g_param_spec_double ("progress", NULL, NULL, -1, 1, -1, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[EXTENDED] = g_signal_new ("extended", MURI_TYPE_HISTORY_FILL, G_SIGNAL_RUN_LAST, 0, NULL,
                                    NULL, NULL, G_TYPE_NONE, 2, G_TYPE_INT64, G_TYPE_INT64);
  signals[REFUSED] = g_signal_new ("refused", MURI_TYPE_HISTORY_FILL, G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 1, G_TYPE_ERROR);
}

static void
muri_history_fill_init (MuriHistoryFill *self)
{
  self->agents = g_hash_table_new_full (muri_uuid_hash, muri_uuid_equal, NULL, agent_unref);
  self->cancellable = g_cancellable_new ();
  self->session = muri_http_session_new (NULL);
  self->progress = -1;
  self->now = g_get_monotonic_time ();
  muri_history_settings_init (&self->settings);
}

MuriHistoryFill *
muri_history_fill_new (MuriHistoryWorker *worker)
{
  MuriHistoryFill *self = g_object_new (MURI_TYPE_HISTORY_FILL, NULL);

  self->worker = worker;
  return self;
}
