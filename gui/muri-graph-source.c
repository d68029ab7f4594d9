/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-graph-source.h"

typedef struct
{
  char *name;
  MuriSeries *live;
} Part;

struct _MuriGraphSource
{
  GObject parent_instance;

  MuriGraphGroup *group;
  GPtrArray *parts;
};

G_DEFINE_FINAL_TYPE (MuriGraphSource, muri_graph_source, G_TYPE_OBJECT)

static guint changed_signal;

static void
part_free (gpointer data)
{
  Part *part = data;

  g_free (part->name);
  g_clear_pointer (&part->live, muri_series_unref);
  g_free (part);
}

static void
muri_graph_source_dispose (GObject *object)
{
  MuriGraphSource *self = MURI_GRAPH_SOURCE (object);

  g_ptr_array_set_size (self->parts, 0);
  g_clear_object (&self->group);
  G_OBJECT_CLASS (muri_graph_source_parent_class)->dispose (object);
}

static void
muri_graph_source_finalize (GObject *object)
{
  g_ptr_array_unref (MURI_GRAPH_SOURCE (object)->parts);
  G_OBJECT_CLASS (muri_graph_source_parent_class)->finalize (object);
}

static void
muri_graph_source_class_init (MuriGraphSourceClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = muri_graph_source_dispose;
  G_OBJECT_CLASS (klass)->finalize = muri_graph_source_finalize;
  changed_signal = g_signal_new ("changed", MURI_TYPE_GRAPH_SOURCE, G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 0);
}

static void
muri_graph_source_init (MuriGraphSource *self)
{
  self->parts = g_ptr_array_new_with_free_func (part_free);
}

MuriGraphSource *
muri_graph_source_new (MuriGraphGroup *group)
{
  MuriGraphSource *self = g_object_new (MURI_TYPE_GRAPH_SOURCE, NULL);

  self->group = g_object_ref (group);
  return self;
}

void
muri_graph_source_clear (MuriGraphSource *self)
{
  g_return_if_fail (MURI_IS_GRAPH_SOURCE (self));

  if (self->parts->len == 0)
    return;
  g_ptr_array_set_size (self->parts, 0);
  g_signal_emit (self, changed_signal, 0);
}

void
muri_graph_source_add (MuriGraphSource *self, const char *name, MuriSeries *live)
{
  Part *part;

  g_return_if_fail (MURI_IS_GRAPH_SOURCE (self));

  part = g_new0 (Part, 1);
  part->name = g_strdup (name);
  part->live = live ? muri_series_ref (live) : NULL;
  g_ptr_array_add (self->parts, part);
  g_signal_emit (self, changed_signal, 0);
}

guint
muri_graph_source_get_n_parts (MuriGraphSource *self)
{
  g_return_val_if_fail (MURI_IS_GRAPH_SOURCE (self), 0);

  return self->parts->len;
}

const char *
muri_graph_source_get_name (MuriGraphSource *self, guint part)
{
  g_return_val_if_fail (MURI_IS_GRAPH_SOURCE (self), NULL);
  g_return_val_if_fail (part < self->parts->len, NULL);

  return ((Part *)self->parts->pdata[part])->name;
}

MuriGraphTrace *
muri_graph_source_get_trace (MuriGraphSource *self, guint part, MuriFigure figure)
{
  MuriTimeRange *range;
  Part *what;

  g_return_val_if_fail (MURI_IS_GRAPH_SOURCE (self), NULL);

  range = muri_graph_group_get_range (self->group);
  what = part < self->parts->len ? self->parts->pdata[part] : NULL;
  return muri_graph_trace_new_from_series (what ? what->live : NULL, figure,
                                           muri_time_range_get_from (range),
                                           muri_time_range_get_to (range));
}
