/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent-store-work.h"

#include "muri-uuid.h"
#include "muri-words.h"

typedef struct
{
  guint verb;
  guint state; /* of the template meanwhile; UNKNOWN: as it is */
  AgentStoreFunc func;
} Verb;

static const Verb verbs[] = {
  { MURI_VERB_MAKE_TEMPLATE, MURI_TEMPLATE_STATE_MAKING, agent_store_make },
  { MURI_VERB_RECEIVE_TEMPLATE, MURI_TEMPLATE_STATE_RECEIVING, agent_store_receive },
  { MURI_VERB_FETCH_TEMPLATE, MURI_TEMPLATE_STATE_FETCHING, agent_store_fetch },
  { MURI_VERB_CHANGE_TEMPLATE, MURI_TEMPLATE_STATE_UNKNOWN, agent_store_change },
  { MURI_VERB_DELETE_TEMPLATE, MURI_TEMPLATE_STATE_UNKNOWN, agent_store_delete },
  { MURI_VERB_GENERALISE_TEMPLATE, MURI_TEMPLATE_STATE_MAKING, agent_store_generalise },
  { AGENT_STORE_NOTE, MURI_TEMPLATE_STATE_UNKNOWN, agent_store_note },
};

static const Verb *
find_verb (guint verb)
{
  for (guint i = 0; i < G_N_ELEMENTS (verbs); i++)
    if (verbs[i].verb == verb)
      return &verbs[i];
  return NULL;
}

/* ---- the record ------------------------------------------------------------------------- */

static void
waiter_free (gpointer data)
{
  AgentStoreWaiter *waiter = data;
  if (waiter->watch != NULL)
    {
      g_source_destroy (waiter->watch);
      g_source_unref (waiter->watch);
    }
  g_object_unref (waiter->task);
  g_free (waiter);
}

static AgentStoreWork *
work_new (AgentStore *self, const AgentStoreOrder *order)
{
  AgentStoreWork *work = g_new0 (AgentStoreWork, 1);
  const AgentTemplate *known = agent_store_peek (self, &order->id);
  const AgentTemplate *origin = agent_store_peek (self, &order->origin);
  g_atomic_ref_count_init (&work->references);
  work->order = *order;
  work->order.notes = g_strdup (order->notes);
  work->order.sources = g_strdup (order->sources);
  work->order.parameters =
      order->parameters != NULL ? agent_parameters_ref (order->parameters) : NULL;
  work->node = self->node;
  work->directory = g_strdup (self->directory);
  work->connections = agent_connections_ref (self->connections);
  work->size_max = self->size_max;
  work->rate = self->rate;
  work->port = self->port;
  work->security = g_strdupv (self->security);
  work->before = known != NULL ? agent_template_ref (known) : NULL;
  work->origin = origin != NULL ? agent_template_ref (origin) : NULL;
  if (origin != NULL)
    agent_store_hold (self, &origin->id);
  work->cancellable = g_cancellable_new ();
  work->percent = MURI_PERCENT_UNKNOWN;
  work->from = g_strdup ("");
  work->waiters = g_ptr_array_new_with_free_func (waiter_free);
  work->store = self;
  g_mutex_init (&work->lock);
  g_cond_init (&work->more);
  return work;
}

AgentStoreWork *
agent_store_work_ref (AgentStoreWork *work)
{
  g_atomic_ref_count_inc (&work->references);
  return work;
}

void
agent_store_work_unref (gpointer data)
{
  AgentStoreWork *work = data;
  if (!g_atomic_ref_count_dec (&work->references))
    return;
  g_free ((char *)work->order.notes);
  g_free ((char *)work->order.sources);
  g_clear_pointer (&work->order.parameters, agent_parameters_unref);
  g_free (work->directory);
  g_strfreev (work->security);
  agent_connections_unref (work->connections);
  g_clear_pointer (&work->pool, agent_store_pool_unref);
  g_clear_pointer (&work->before, agent_template_unref);
  g_clear_pointer (&work->origin, agent_template_unref);
  g_clear_pointer (&work->template, agent_template_unref);
  g_free (work->generalised_note);
  g_clear_error (&work->error);
  g_object_unref (work->cancellable);
  g_ptr_array_unref (work->waiters);
  g_mutex_clear (&work->lock);
  g_cond_clear (&work->more);
  g_free (work->message);
  g_free (work->from);
  g_free (work);
}

GHashTable *
agent_store_works_new (void)
{
  return g_hash_table_new_full (muri_uuid_hash, muri_uuid_equal, NULL, agent_store_work_unref);
}

/* ---- progress --------------------------------------------------------------------------- */

/* What the fleet sees of it. */
static void
show (AgentStoreWork *work, guint percent)
{
  AgentStore *self = work->store;
  const AgentTemplate *known = agent_store_peek (self, &work->order.id);
  AgentTemplate *now;
  if (known == NULL || known->percent == percent || known->state == MURI_TEMPLATE_STATE_READY)
    return;
  now = agent_template_copy (known);
  now->percent = percent;
  agent_store_put (self, &now->id, now);
}

static gboolean
on_step (gpointer data)
{
  AgentStoreWork *work = data;
  g_autofree char *from = NULL;
  guint step, percent;
  g_mutex_lock (&work->lock);
  work->ringing = FALSE;
  step = work->step;
  percent = work->percent;
  from = g_strdup (work->from);
  g_mutex_unlock (&work->lock);
  if (work->store == NULL || work->thread == NULL)
    return G_SOURCE_REMOVE;
  show (work, percent);
  for (guint i = 0; i < work->waiters->len; i++)
    {
      const AgentStoreWaiter *waiter = work->waiters->pdata[i];
      if (waiter->progress != NULL)
        waiter->progress (step, percent, from, waiter->progress_data);
    }
  return G_SOURCE_REMOVE;
}

/* A mere percentage leaves the rest as it is. */
static void
ring (AgentStoreWork *work, guint step, guint percent, const char *from)
{
  gboolean wanted;
  g_mutex_lock (&work->lock);
  wanted = !work->ringing && (work->percent != percent || step != 0);
  work->percent = percent;
  if (step != 0)
    work->step = step;
  if (from != NULL && g_strcmp0 (from, work->from) != 0)
    {
      g_free (work->from);
      work->from = g_strdup (from);
      wanted = !work->ringing;
    }
  work->ringing |= wanted;
  g_mutex_unlock (&work->lock);
  if (wanted)
    g_idle_add_full (G_PRIORITY_DEFAULT_IDLE, on_step, agent_store_work_ref (work),
                     agent_store_work_unref);
}

void
agent_store_work_step (AgentStoreWork *work, guint step, guint percent, const char *from)
{
  ring (work, step, percent, from != NULL ? from : "");
}

void
agent_store_work_percent (guint percent, gpointer work)
{
  ring (work, 0, percent, NULL);
}

/* ---- its end ---------------------------------------------------------------------------- */

static void
answer (AgentStoreWork *work)
{
  AgentStore *self = work->store;
  /* Whoever is told may ask for something else at once. */
  while (work->waiters->len > 0)
    {
      AgentStoreWaiter *waiter = g_ptr_array_steal_index (work->waiters, 0);
      if (work->error != NULL)
        g_task_return_error (waiter->task, g_error_copy (work->error));
      else
        agent_store_return (self, waiter->task, work->template, work->message);
      waiter_free (waiter);
    }
}

static void
tell_of (AgentStoreWork *work)
{
  AgentStore *self = work->store;
  const AgentTemplate *before = work->before, *now = work->template;
  gboolean new = before == NULL || before->state != MURI_TEMPLATE_STATE_READY;
  if (work->aside)
    agent_store_tell (self, MURI_EVENT_TEMPLATE_BROKEN, MURI_SEVERITY_ERROR, now->name, now->error);
  else if (work->error != NULL || work->order.verb == AGENT_STORE_NOTE)
    return;
  else if (now == NULL)
    agent_store_tell (self, MURI_EVENT_TEMPLATE_REMOVED, MURI_SEVERITY_INFO,
                      before != NULL ? before->name : "", NULL);
  else
    agent_store_tell (self, new ? MURI_EVENT_TEMPLATE_ADDED : MURI_EVENT_TEMPLATE_CHANGED,
                      MURI_SEVERITY_INFO, now->name, NULL);
}

/* What is known after it: what it became, what it was, or nothing. */
static AgentTemplate *
outcome_of (AgentStoreWork *work)
{
  gboolean was = work->before != NULL
                 && (work->before->state == MURI_TEMPLATE_STATE_READY
                     || work->before->state == MURI_TEMPLATE_STATE_BROKEN);
  if (work->error == NULL || work->aside)
    return work->template != NULL ? agent_template_copy (work->template) : NULL;
  return was ? agent_template_copy (work->before) : NULL;
}

static gboolean
on_done (gpointer data)
{
  AgentStoreWork *work = data;
  AgentStore *self = work->store;
  AgentTemplate *now;
  if (self == NULL)
    return G_SOURCE_REMOVE;
  g_clear_pointer (&work->thread, g_thread_join);
  now = outcome_of (work);
  g_hash_table_steal (self->works, &work->order.id);
  if (now != NULL)
    now->percent = MURI_PERCENT_UNKNOWN;
  if (work->origin != NULL)
    agent_store_release (self, &work->origin->id);
  agent_store_put (self, &work->order.id, now);
  agent_store_serve (self, &work->order.id);
  tell_of (work);
  answer (work);
  agent_store_measure (self);
  agent_store_recount (self);
  agent_store_look (self);
  work->store = NULL;
  agent_store_work_unref (work);
  return G_SOURCE_REMOVE;
}

static gpointer
run (gpointer data)
{
  AgentStoreWork *work = data;
  const Verb *verb = find_verb (work->order.verb);
  if (!verb->func (work, &work->error) && !g_atomic_int_get (&work->abandoned))
    agent_store_work_undo (work);
  g_idle_add_full (G_PRIORITY_DEFAULT, on_done, work, agent_store_work_unref);
  return NULL;
}

/* ---- its beginning ---------------------------------------------------------------------- */

/* As soon as there is a pool to do it in. */
static void
begin (AgentStoreWork *work)
{
  AgentStore *self = work->store;
  if (self->pool == NULL)
    return;
  work->pool = agent_store_pool_ref (self->pool);
  work->thread = g_thread_new ("template", run, agent_store_work_ref (work));
}

void
agent_store_begin_waiting (AgentStore *self)
{
  g_autofree gpointer *ids = g_hash_table_get_keys_as_array (self->works, NULL);
  for (guint i = 0; ids[i] != NULL; i++)
    {
      AgentStoreWork *work = g_hash_table_lookup (self->works, ids[i]);
      if (work->thread == NULL && self->pool != NULL)
        begin (work);
      else if (work->thread == NULL && self->error != NULL)
        {
          work->error =
              g_error_new_literal (AGENT_STORE_ERROR, AGENT_STORE_ERROR_NO_STORE, self->error);
          on_done (work);
        }
    }
}

/* A former life was at it, and its operation is over or forgotten. */
void
agent_store_drop_unclaimed (AgentStore *self)
{
  g_autofree gpointer *ids = g_hash_table_get_keys_as_array (self->templates, NULL);
  for (guint i = 0; ids[i] != NULL; i++)
    {
      const AgentTemplate *known = agent_store_peek (self, ids[i]);
      const AgentStoreOrder order = { .verb = MURI_VERB_DELETE_TEMPLATE, .id = known->id };
      g_autoptr (GTask) task = NULL;
      if (known->state == MURI_TEMPLATE_STATE_READY || known->state == MURI_TEMPLATE_STATE_BROKEN
          || g_hash_table_contains (self->works, &order.id))
        continue;
      task = g_task_new (self, NULL, NULL, NULL);
      agent_store_run_task (self, &order, task, NULL, NULL);
    }
}

static gboolean
on_cancelled (GCancellable *cancellable, gpointer data)
{
  AgentStoreWork *work = data;
  for (guint i = 0; i < work->waiters->len; i++)
    {
      AgentStoreWaiter *waiter = work->waiters->pdata[i];
      if (g_task_get_cancellable (waiter->task) != cancellable)
        continue;
      /* The last one hears of it when all is undone. */
      if (work->waiters->len == 1 && work->thread != NULL)
        {
          g_cancellable_cancel (work->cancellable);
          return G_SOURCE_REMOVE;
        }
      g_ptr_array_steal_index (work->waiters, i--);
      g_task_return_error_if_cancelled (waiter->task);
      waiter_free (waiter);
    }
  if (work->waiters->len == 0 && work->thread == NULL && work->store != NULL)
    g_hash_table_remove (work->store->works, &work->order.id);
  return G_SOURCE_REMOVE;
}

static void
add_waiter (AgentStoreWork *work, GTask *task, AgentStoreProgress progress, gpointer progress_data)
{
  AgentStoreWaiter *waiter = g_new0 (AgentStoreWaiter, 1);
  GCancellable *cancellable = g_task_get_cancellable (task);
  waiter->task = g_object_ref (task);
  waiter->progress = progress;
  waiter->progress_data = progress_data;
  if (cancellable != NULL)
    {
      waiter->watch = g_cancellable_source_new (cancellable);
      g_source_set_callback (waiter->watch, G_SOURCE_FUNC (on_cancelled),
                             agent_store_work_ref (work), agent_store_work_unref);
      g_source_attach (waiter->watch, NULL);
    }
  g_ptr_array_add (work->waiters, waiter);
}

/* Something to see while there is no more: with its name, where that is known. */
static void
show_beginning (AgentStoreWork *work, guint state)
{
  AgentStore *self = work->store;
  const AgentParameters *parameters = work->order.parameters;
  const char *name = parameters != NULL ? parameters->name : NULL;
  AgentTemplate *now;
  if (state == MURI_TEMPLATE_STATE_UNKNOWN)
    return;
  now = work->before != NULL ? agent_template_copy (work->before)
                             : agent_template_new (&work->order.id, state);
  now->state = state;
  now->percent = MURI_PERCENT_UNKNOWN;
  if (name != NULL)
    agent_template_set (&now->name, name);
  if (now->name[0] == '\0')
    {
      char uuid[MURI_UUID_TEXT];
      agent_template_set (&now->name, muri_uuid_format (&now->id, uuid));
    }
  if (now->created == 0)
    now->created = g_get_real_time ();
  agent_template_set (&now->error, "");
  agent_store_put (self, &now->id, now);
}

static GError *
find_obstacle_of_origin (AgentStore *self, const muri_v1_Uuid *id)
{
  const AgentTemplate *known = agent_store_peek (self, id);
  const AgentStoreWork *work = g_hash_table_lookup (self->works, id);
  if (known == NULL)
    return g_error_new (AGENT_STORE_ERROR, AGENT_STORE_ERROR_MISSING,
                        "this host does not hold that template");
  if (known->state != MURI_TEMPLATE_STATE_READY)
    return g_error_new (AGENT_STORE_ERROR, AGENT_STORE_ERROR_BUSY, "the template is not whole");
  if (work != NULL && work->order.verb == MURI_VERB_DELETE_TEMPLATE)
    return g_error_new (AGENT_STORE_ERROR, AGENT_STORE_ERROR_BUSY, "the template is being deleted");
  return NULL;
}

/* NULL: it may begin. */
static GError *
find_obstacle (AgentStore *self, const AgentStoreOrder *order)
{
  const AgentTemplate *known = agent_store_peek (self, &order->id);
  gboolean ready = known != NULL && known->state == MURI_TEMPLATE_STATE_READY;
  gboolean makes = find_verb (order->verb)->state != MURI_TEMPLATE_STATE_UNKNOWN;
  if (g_hash_table_contains (self->works, &order->id))
    return g_error_new (AGENT_STORE_ERROR, AGENT_STORE_ERROR_BUSY,
                        "something else is under way with this template");
  if (makes && ready)
    return g_error_new (AGENT_STORE_ERROR, AGENT_STORE_ERROR_BUSY,
                        "there is such a template here already: “%s”", known->name);
  if (!makes && known == NULL)
    return g_error_new (AGENT_STORE_ERROR, AGENT_STORE_ERROR_MISSING,
                        "this host does not hold that template");
  if (order->verb == MURI_VERB_GENERALISE_TEMPLATE)
    {
      GError *error = find_obstacle_of_origin (self, &order->origin);
      if (error != NULL)
        return error;
    }
  if (!makes && !ready && order->verb != MURI_VERB_DELETE_TEMPLATE)
    return g_error_new (AGENT_STORE_ERROR, AGENT_STORE_ERROR_BUSY, "the template is not whole");
  if (self->pool == NULL && self->error != NULL)
    return g_error_new (AGENT_STORE_ERROR, AGENT_STORE_ERROR_NO_STORE, "%s", self->error);
  return NULL;
}

void
agent_store_run_task (AgentStore *self, const AgentStoreOrder *order, GTask *task,
                      AgentStoreProgress progress, gpointer progress_data)
{
  AgentStoreWork *work = g_hash_table_lookup (self->works, &order->id);
  GError *obstacle;
  g_return_if_fail (find_verb (order->verb) != NULL);
  if (work != NULL && work->order.verb == MURI_VERB_FETCH_TEMPLATE
      && order->verb == work->order.verb && !g_cancellable_is_cancelled (work->cancellable))
    {
      add_waiter (work, task, progress, progress_data);
      return;
    }
  obstacle = find_obstacle (self, order);
  if (obstacle != NULL)
    {
      g_task_return_error (task, obstacle);
      return;
    }
  work = work_new (self, order);
  work->held = GPOINTER_TO_UINT (g_hash_table_lookup (self->holds, &order->id));
  agent_store_find_parent (self, &order->vm, &work->parent);
  if (order->verb == MURI_VERB_DELETE_TEMPLATE)
    agent_store_end_look (self, &order->id);
  g_hash_table_insert (self->works, &work->order.id, work);
  add_waiter (work, task, progress, progress_data);
  show_beginning (work, find_verb (order->verb)->state);
  begin (work);
}

gboolean
agent_store_note_async (AgentStore *self, const muri_v1_Uuid *id, guint generalised,
                        const char *note)
{
  const AgentStoreOrder order = { .verb = AGENT_STORE_NOTE, .id = *id };
  g_autoptr (GError) obstacle = find_obstacle (self, &order);
  AgentStoreWork *work;
  if (obstacle != NULL)
    return FALSE;
  work = work_new (self, &order);
  work->generalised = generalised;
  work->generalised_note = g_strdup (note);
  g_hash_table_insert (self->works, &work->order.id, work);
  begin (work);
  return TRUE;
}

/* As a kill would end it, but for what is a moment's matter. */
void
agent_store_abandon_works (AgentStore *self)
{
  GHashTableIter iter;
  gpointer value;
  g_hash_table_iter_init (&iter, self->works);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      AgentStoreWork *work = value;
      g_atomic_int_set (&work->abandoned, TRUE);
      g_cancellable_cancel (work->cancellable);
    }
  g_hash_table_iter_init (&iter, self->works);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      AgentStoreWork *work = value;
      g_clear_pointer (&work->thread, g_thread_join);
      if (work->error == NULL)
        work->error = g_error_new (G_IO_ERROR, G_IO_ERROR_CANCELLED, "the agent stops");
      answer (work);
      work->store = NULL;
    }
  g_hash_table_remove_all (self->works);
}
