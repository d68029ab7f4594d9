/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "muri-ranking.h"

/* Order by figures that move is read at a glance, not followed: twice in five seconds is enough. */
#define RANK_EVERY_MS 2500
/* What a person asks for is done at once up to here, and off the main thread above. */
#define AT_ONCE_MAX 2000
/* Changes of the source that come close together are ranked together. */
#define GATHER_MS 30

struct _MuriRanking
{
  GObject parent_instance;

  GType item_type;
  GListModel *source;
  GPtrArray *items;
  MuriColumn column;
  gboolean descending;
  MuriFilter *filter;
  gboolean frozen;
  gboolean pending;
  gboolean active;
  gboolean running; /* a job is out */
  gboolean again;   /* something changed meanwhile */
  gboolean forced;  /* a person asked: not held up by frozen */
  guint generation; /* of source, order and filter */
  guint gather_id;
  guint tick_id;
};

enum
{
  PROP_PENDING = 1,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void rank (MuriRanking *self);

static GType
ranking_get_item_type (GListModel *model)
{
  return MURI_RANKING (model)->item_type;
}

static guint
ranking_get_n_items (GListModel *model)
{
  return MURI_RANKING (model)->items->len;
}

static gpointer
ranking_get_item (GListModel *model, guint position)
{
  MuriRanking *self = MURI_RANKING (model);

  return position < self->items->len ? g_object_ref (self->items->pdata[position]) : NULL;
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = ranking_get_item_type;
  iface->get_n_items = ranking_get_n_items;
  iface->get_item = ranking_get_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (MuriRanking, muri_ranking, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

/* One span changes: rows before and after it keep their widgets. */
static void
splice (MuriRanking *self, GPtrArray *next)
{
  GPtrArray *old = self->items;
  guint head = 0, tail = 0;
  guint shorter = MIN (old->len, next->len);

  while (head < shorter && old->pdata[head] == next->pdata[head])
    head++;
  while (tail < shorter - head
         && old->pdata[old->len - 1 - tail] == next->pdata[next->len - 1 - tail])
    tail++;
  if (head == old->len && head == next->len)
    {
      g_ptr_array_unref (next);
      return;
    }
  self->items = next;
  g_list_model_items_changed (G_LIST_MODEL (self), head, old->len - head - tail,
                              next->len - head - tail);
  g_ptr_array_unref (old);
}

static void
set_pending (MuriRanking *self, gboolean pending)
{
  if (self->pending == pending)
    return;
  self->pending = pending;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PENDING]);
}

/* Those that are still there in their places, then the new ones. */
static GPtrArray *
keep_places (MuriRanking *self, GPtrArray *ranked)
{
  g_autoptr (GHashTable) left = g_hash_table_new (NULL, NULL);
  GPtrArray *next = g_ptr_array_new_full (ranked->len, g_object_unref);

  for (guint i = 0; i < ranked->len; i++)
    g_hash_table_add (left, ranked->pdata[i]);
  for (guint i = 0; i < self->items->len; i++)
    if (g_hash_table_remove (left, self->items->pdata[i]))
      g_ptr_array_add (next, g_object_ref (self->items->pdata[i]));
  for (guint i = 0; i < ranked->len; i++)
    if (g_hash_table_contains (left, ranked->pdata[i]))
      g_ptr_array_add (next, g_object_ref (ranked->pdata[i]));
  return next;
}

static gboolean
same_order (GPtrArray *a, GPtrArray *b)
{
  return a->len == b->len
         && (a->len == 0 || memcmp (a->pdata, b->pdata, a->len * sizeof (gpointer)) == 0);
}

static void
apply (MuriRanking *self, MuriRankJob *job)
{
  g_autoptr (GPtrArray) ranked = muri_rank_job_get_items (job);

  if (self->frozen && !job->forced && self->items->len > 0)
    {
      GPtrArray *next = keep_places (self, ranked);
      gboolean pending = !same_order (next, ranked);

      splice (self, next);
      set_pending (self, pending);
    }
  else
    {
      splice (self, g_steal_pointer (&ranked));
      set_pending (self, FALSE);
    }
}

static MuriRankJob *
make_job (MuriRanking *self)
{
  MuriRankJob *job = muri_rank_job_new (self->source, self->filter, self->column, self->descending);

  job->forced = self->forced;
  job->generation = self->generation;
  return job;
}

static void
free_job (gpointer job)
{
  muri_rank_job_free (job);
}

static void
sort_in_thread (GTask *task, gpointer source_object, gpointer task_data, GCancellable *cancellable)
{
  muri_rank_job_sort (task_data);
  g_task_return_boolean (task, TRUE);
}

static void
on_ranked (GObject *object, GAsyncResult *result, gpointer user_data)
{
  MuriRanking *self = MURI_RANKING (object);
  MuriRankJob *job = g_task_get_task_data (G_TASK (result));

  self->running = FALSE;
  if (job->generation == self->generation)
    apply (self, job);
  if (self->again)
    rank (self);
}

static void
rank (MuriRanking *self)
{
  g_autoptr (GTask) task = NULL;

  self->again = self->running;
  if (self->running)
    return;

  g_clear_handle_id (&self->gather_id, g_source_remove);
  self->running = TRUE;
  task = g_task_new (self, NULL, on_ranked, NULL);
  g_task_set_name (task, "rank");
  g_task_set_task_data (task, make_job (self), free_job);
  self->forced = FALSE;
  g_task_run_in_thread (task, sort_in_thread);
}

void
muri_ranking_resume (MuriRanking *self)
{
  self->generation++;
  self->forced = TRUE;
  if (self->source && g_list_model_get_n_items (self->source) > AT_ONCE_MAX)
    rank (self);
  else
    muri_ranking_settle (self);
}

void
muri_ranking_settle (MuriRanking *self)
{
  MuriRankJob *job;

  self->generation++;
  self->forced = TRUE;
  g_clear_handle_id (&self->gather_id, g_source_remove);
  job = make_job (self);
  self->forced = FALSE;
  muri_rank_job_sort (job);
  apply (self, job);
  muri_rank_job_free (job);
}

static gboolean
on_gathered (gpointer user_data)
{
  MuriRanking *self = user_data;

  self->gather_id = 0;
  rank (self);
  return G_SOURCE_REMOVE;
}

static void
on_source_changed (MuriRanking *self)
{
  if (self->gather_id == 0)
    self->gather_id = g_timeout_add (GATHER_MS, on_gathered, self);
}

static gboolean
on_tick (gpointer user_data)
{
  rank (user_data);
  return G_SOURCE_CONTINUE;
}

/* By name nothing moves by itself. */
static void
update_tick (MuriRanking *self)
{
  gboolean wanted = self->active && self->column != MURI_COLUMN_NAME;

  if (wanted && self->tick_id == 0)
    self->tick_id = g_timeout_add (RANK_EVERY_MS, on_tick, self);
  else if (!wanted)
    g_clear_handle_id (&self->tick_id, g_source_remove);
}

static void
muri_ranking_dispose (GObject *object)
{
  MuriRanking *self = MURI_RANKING (object);

  muri_ranking_set_active (self, FALSE);
  g_clear_handle_id (&self->gather_id, g_source_remove);
  if (self->source)
    g_signal_handlers_disconnect_by_data (self->source, self);
  g_clear_object (&self->source);

  G_OBJECT_CLASS (muri_ranking_parent_class)->dispose (object);
}

static void
muri_ranking_finalize (GObject *object)
{
  MuriRanking *self = MURI_RANKING (object);

  g_ptr_array_unref (self->items);
  g_clear_pointer (&self->filter, muri_filter_unref);

  G_OBJECT_CLASS (muri_ranking_parent_class)->finalize (object);
}

static void
muri_ranking_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  if (prop_id == PROP_PENDING)
    g_value_set_boolean (value, MURI_RANKING (object)->pending);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
}

static void
muri_ranking_class_init (MuriRankingClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = muri_ranking_dispose;
  object_class->finalize = muri_ranking_finalize;
  object_class->get_property = muri_ranking_get_property;

  properties[PROP_PENDING] = g_param_spec_boolean ("pending", NULL, NULL, FALSE,
                                                   G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
muri_ranking_init (MuriRanking *self)
{
  self->items = g_ptr_array_new_with_free_func (g_object_unref);
  self->column = MURI_COLUMN_NAME;
}

MuriRanking *
muri_ranking_new (GType item_type)
{
  MuriRanking *self = g_object_new (MURI_TYPE_RANKING, NULL);

  self->item_type = item_type;
  return self;
}

void
muri_ranking_set_source (MuriRanking *self, GListModel *source)
{
  if (self->source == source)
    return;

  if (self->source)
    g_signal_handlers_disconnect_by_data (self->source, self);
  g_set_object (&self->source, source);
  if (source)
    g_signal_connect_swapped (source, "items-changed", G_CALLBACK (on_source_changed), self);

  splice (self, g_ptr_array_new_with_free_func (g_object_unref));
  if (source)
    muri_ranking_resume (self);
}

void
muri_ranking_set_order (MuriRanking *self, MuriColumn column, gboolean descending)
{
  if (self->column == column && self->descending == descending)
    return;
  self->column = column;
  self->descending = descending;
  update_tick (self);
  muri_ranking_resume (self);
}

void
muri_ranking_set_filter (MuriRanking *self, MuriFilter *filter)
{
  if (self->filter == filter)
    return;
  g_clear_pointer (&self->filter, muri_filter_unref);
  self->filter = filter ? muri_filter_ref (filter) : NULL;
  muri_ranking_resume (self);
}

void
muri_ranking_set_frozen (MuriRanking *self, gboolean frozen)
{
  if (self->frozen == frozen)
    return;
  self->frozen = frozen;
  if (!frozen && self->pending)
    rank (self);
}

void
muri_ranking_set_active (MuriRanking *self, gboolean active)
{
  self->active = active;
  update_tick (self);
}

MuriColumn
muri_ranking_get_column (MuriRanking *self)
{
  return self->column;
}

gboolean
muri_ranking_get_descending (MuriRanking *self)
{
  return self->descending;
}

gboolean
muri_ranking_get_pending (MuriRanking *self)
{
  return self->pending;
}
