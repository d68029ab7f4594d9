/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-graph-marks.h"

#include "muri-scope-match.h"

/* Milliseconds; a burst of events is one change. */
#define PAUSE 300

typedef struct
{
  MuriGraphMark mark;
  GObject *item; /* a MuriEvent or a MuriOperation */
} Entry;

struct _MuriGraphMarks
{
  GObject parent_instance;

  MuriFleet *fleet;  /* while it watches */
  GPtrArray *scopes; /* of MuriScope */
  GArray *entries;   /* of Entry, ascending */
  gboolean stale;
  guint timeout;
};

G_DEFINE_FINAL_TYPE (MuriGraphMarks, muri_graph_marks, G_TYPE_OBJECT)

static guint changed_signal;

static void
clear_entry (gpointer data)
{
  g_object_unref (((Entry *)data)->item);
}

static void
muri_graph_marks_dispose (GObject *object)
{
  muri_graph_marks_watch (MURI_GRAPH_MARKS (object), NULL);
  G_OBJECT_CLASS (muri_graph_marks_parent_class)->dispose (object);
}

static void
muri_graph_marks_finalize (GObject *object)
{
  g_ptr_array_unref (MURI_GRAPH_MARKS (object)->scopes);
  g_array_unref (MURI_GRAPH_MARKS (object)->entries);
  G_OBJECT_CLASS (muri_graph_marks_parent_class)->finalize (object);
}

static void
muri_graph_marks_class_init (MuriGraphMarksClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = muri_graph_marks_dispose;
  G_OBJECT_CLASS (klass)->finalize = muri_graph_marks_finalize;
  changed_signal = g_signal_new ("changed", MURI_TYPE_GRAPH_MARKS, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                 NULL, G_TYPE_NONE, 0);
}

static void
muri_graph_marks_init (MuriGraphMarks *self)
{
  self->scopes = g_ptr_array_new_with_free_func (g_object_unref);
  self->entries = g_array_new (FALSE, FALSE, sizeof (Entry));
  g_array_set_clear_func (self->entries, clear_entry);
}

MuriGraphMarks *
muri_graph_marks_new (void)
{
  return g_object_new (MURI_TYPE_GRAPH_MARKS, NULL);
}

static gboolean
on_timeout (gpointer user_data)
{
  MuriGraphMarks *self = user_data;

  self->timeout = 0;
  g_signal_emit (self, changed_signal, 0);
  return G_SOURCE_REMOVE;
}

static void
on_items_changed (MuriGraphMarks *self)
{
  self->stale = TRUE;
  if (self->timeout == 0)
    self->timeout = g_timeout_add (PAUSE, on_timeout, self);
}

static void
unwatch (MuriGraphMarks *self)
{
  g_clear_handle_id (&self->timeout, g_source_remove);
  if (self->fleet)
    {
      g_signal_handlers_disconnect_by_data (muri_fleet_get_events (self->fleet), self);
      g_signal_handlers_disconnect_by_data (muri_fleet_get_operations (self->fleet), self);
    }
  g_clear_object (&self->fleet);
  g_ptr_array_set_size (self->scopes, 0);
  g_array_set_size (self->entries, 0);
  self->stale = TRUE;
}

void
muri_graph_marks_watch_all (MuriGraphMarks *self, GPtrArray *scopes)
{
  g_return_if_fail (MURI_IS_GRAPH_MARKS (self));

  unwatch (self);
  if (scopes->len == 0)
    return;
  for (guint i = 0; i < scopes->len; i++)
    g_ptr_array_add (self->scopes, g_object_ref (scopes->pdata[i]));
  self->fleet = g_object_ref (muri_scope_get_fleet (scopes->pdata[0]));
  g_signal_connect_swapped (muri_fleet_get_events (self->fleet), "items-changed",
                            G_CALLBACK (on_items_changed), self);
  g_signal_connect_swapped (muri_fleet_get_operations (self->fleet), "items-changed",
                            G_CALLBACK (on_items_changed), self);
}

void
muri_graph_marks_watch (MuriGraphMarks *self, MuriScope *scope)
{
  g_autoptr (GPtrArray) scopes = g_ptr_array_new ();

  g_return_if_fail (scope == NULL || MURI_IS_SCOPE (scope));

  if (scope)
    g_ptr_array_add (scopes, scope);
  muri_graph_marks_watch_all (self, scopes);
}

static int
compare (gconstpointer a, gconstpointer b)
{
  gint64 first = ((const Entry *)a)->mark.time;
  gint64 second = ((const Entry *)b)->mark.time;

  return first < second ? -1 : first > second;
}

/* An operation is there once, as itself. */
static gboolean
is_shown (MuriScope *scope, MuriEvent *event)
{
  MuriScopeKind kind = muri_scope_get_kind (scope);
  guint what = muri_event_get_kind (event);

  if (what == MURI_EVENT_OPERATION_RECEIVED || what == MURI_EVENT_OPERATION_FINISHED)
    return FALSE;
  if (kind != MURI_SCOPE_VM && kind != MURI_SCOPE_NODE
      && muri_event_get_severity (event) < MURI_SEVERITY_WARNING)
    return FALSE;
  return muri_scope_has_event (scope, event);
}

static gboolean
has_event (MuriGraphMarks *self, MuriEvent *event)
{
  for (guint i = 0; i < self->scopes->len; i++)
    if (is_shown (self->scopes->pdata[i], event))
      return TRUE;
  return FALSE;
}

static gboolean
has_operation (MuriGraphMarks *self, MuriOperation *operation)
{
  for (guint i = 0; i < self->scopes->len; i++)
    if (muri_scope_has_operation (self->scopes->pdata[i], operation))
      return TRUE;
  return FALSE;
}

static void
add (MuriGraphMarks *self, gpointer item, MuriGraphMarkKind kind, gint64 time, guint severity)
{
  Entry entry = { { time, severity, kind }, g_object_ref (item) };

  g_array_append_val (self->entries, entry);
}

static void
collect (MuriGraphMarks *self)
{
  GListModel *events = self->fleet ? muri_fleet_get_events (self->fleet) : NULL;
  GListModel *operations = self->fleet ? muri_fleet_get_operations (self->fleet) : NULL;

  if (!self->stale)
    return;
  self->stale = FALSE;
  g_array_set_size (self->entries, 0);
  for (guint i = 0; events && i < g_list_model_get_n_items (events); i++)
    {
      g_autoptr (MuriEvent) event = g_list_model_get_item (events, i);

      if (has_event (self, event))
        add (self, event, MURI_GRAPH_MARK_EVENT, muri_event_get_time (event),
             muri_event_get_severity (event));
    }
  for (guint i = 0; operations && i < g_list_model_get_n_items (operations); i++)
    {
      g_autoptr (MuriOperation) operation = g_list_model_get_item (operations, i);

      if (has_operation (self, operation))
        add (self, operation, MURI_GRAPH_MARK_OPERATION, muri_operation_get_issued (operation),
             muri_operation_get_n_failed (operation) > 0 ? MURI_SEVERITY_WARNING
                                                         : MURI_SEVERITY_INFO);
    }
  g_array_sort (self->entries, compare);
}

/* The first entry not before @time. */
static guint
find_first (MuriGraphMarks *self, gint64 time)
{
  guint low = 0, high = self->entries->len;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (g_array_index (self->entries, Entry, middle).mark.time < time)
        low = middle + 1;
      else
        high = middle;
    }
  return low;
}

void
muri_graph_marks_list (MuriGraphMarks *self, gint64 from, gint64 to, GArray *marks)
{
  g_return_if_fail (MURI_IS_GRAPH_MARKS (self));

  collect (self);
  for (guint i = find_first (self, from); i < self->entries->len; i++)
    {
      const Entry *entry = &g_array_index (self->entries, Entry, i);

      if (entry->mark.time > to)
        return;
      g_array_append_val (marks, entry->mark);
    }
}

GPtrArray *
muri_graph_marks_find (MuriGraphMarks *self, gint64 from, gint64 to)
{
  GPtrArray *items = g_ptr_array_new_with_free_func (g_object_unref);

  g_return_val_if_fail (MURI_IS_GRAPH_MARKS (self), items);

  collect (self);
  for (guint i = find_first (self, from); i < self->entries->len; i++)
    {
      const Entry *entry = &g_array_index (self->entries, Entry, i);

      if (entry->mark.time > to)
        break;
      g_ptr_array_add (items, g_object_ref (entry->item));
    }
  return items;
}
