/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "muri-picks.h"

/* Of more, it is looked once a second whether something came of them: an object that somebody
 * follows pays for each of its figures. */
#define FOLLOWED_MAX 500

struct _MuriPicks
{
  GObject parent_instance;

  GListModel *model;
  GHashTable *picked; /* a set; owns its objects */
  guint timeout;      /* while some of them are not followed */
};

enum
{
  CHANGED,
  TOUCHED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
on_touched (MuriPicks *self)
{
  g_signal_emit (self, signals[TOUCHED], 0);
}

static gboolean
on_timeout (gpointer user_data)
{
  on_touched (user_data);
  return G_SOURCE_CONTINUE;
}

static gboolean
add (MuriPicks *self, gpointer item)
{
  if (!g_hash_table_add (self->picked, g_object_ref (item)))
    return FALSE;
  if (g_hash_table_size (self->picked) > FOLLOWED_MAX)
    {
      if (self->timeout == 0)
        self->timeout = g_timeout_add_seconds (1, on_timeout, self);
      return TRUE;
    }
  g_signal_connect_swapped (item, "notify::state", G_CALLBACK (on_touched), self);
  if (g_object_class_find_property (G_OBJECT_GET_CLASS (item), "known"))
    {
      g_signal_connect_swapped (item, "notify::known", G_CALLBACK (on_touched), self);
      g_signal_connect_swapped (item, "notify::pending", G_CALLBACK (on_touched), self);
    }
  return TRUE;
}

static gboolean
drop (MuriPicks *self, gpointer item)
{
  if (!g_hash_table_contains (self->picked, item))
    return FALSE;
  g_signal_handlers_disconnect_by_data (item, self);
  g_hash_table_remove (self->picked, item);
  if (g_hash_table_size (self->picked) == 0)
    g_clear_handle_id (&self->timeout, g_source_remove);
  return TRUE;
}

static gboolean
drop_all (MuriPicks *self)
{
  GHashTableIter iter;
  gpointer item;

  if (g_hash_table_size (self->picked) == 0)
    return FALSE;
  g_hash_table_iter_init (&iter, self->picked);
  while (g_hash_table_iter_next (&iter, &item, NULL))
    g_signal_handlers_disconnect_by_data (item, self);
  g_hash_table_remove_all (self->picked);
  g_clear_handle_id (&self->timeout, g_source_remove);
  return TRUE;
}

static void
emit_changed (MuriPicks *self, guint position, guint n)
{
  if (n > 0)
    gtk_selection_model_selection_changed (GTK_SELECTION_MODEL (self), position, n);
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
emit_all_changed (MuriPicks *self)
{
  emit_changed (self, 0, g_list_model_get_n_items (self->model));
}

static GType
picks_get_item_type (GListModel *model)
{
  return g_list_model_get_item_type (MURI_PICKS (model)->model);
}

static guint
picks_get_n_items (GListModel *model)
{
  return g_list_model_get_n_items (MURI_PICKS (model)->model);
}

static gpointer
picks_get_item (GListModel *model, guint position)
{
  return g_list_model_get_item (MURI_PICKS (model)->model, position);
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = picks_get_item_type;
  iface->get_n_items = picks_get_n_items;
  iface->get_item = picks_get_item;
}

static gboolean
picks_is_selected (GtkSelectionModel *model, guint position)
{
  MuriPicks *self = MURI_PICKS (model);
  g_autoptr (GObject) item = g_list_model_get_item (self->model, position);

  return item && g_hash_table_contains (self->picked, item);
}

static guint
end_of (MuriPicks *self, guint position, guint n)
{
  guint n_items = g_list_model_get_n_items (self->model);

  return n < n_items - MIN (position, n_items) ? position + n : n_items;
}

static GtkBitset *
picks_get_selection_in_range (GtkSelectionModel *model, guint position, guint n)
{
  MuriPicks *self = MURI_PICKS (model);
  GtkBitset *set = gtk_bitset_new_empty ();
  guint end = end_of (self, position, n);

  if (g_hash_table_size (self->picked) == 0)
    return set;
  for (guint i = position; i < end; i++)
    if (picks_is_selected (model, i))
      gtk_bitset_add (set, i);
  return set;
}

static gboolean
picks_select_item (GtkSelectionModel *model, guint position, gboolean unselect_rest)
{
  MuriPicks *self = MURI_PICKS (model);
  g_autoptr (GObject) item = g_list_model_get_item (self->model, position);
  gboolean dropped;

  /* An empty place of a list that is getting shorter. */
  if (!item)
    return TRUE;
  dropped = unselect_rest && drop_all (self);
  add (self, item);
  if (dropped)
    emit_all_changed (self);
  else
    emit_changed (self, position, 1);
  return TRUE;
}

static gboolean
picks_unselect_item (GtkSelectionModel *model, guint position)
{
  MuriPicks *self = MURI_PICKS (model);
  g_autoptr (GObject) item = g_list_model_get_item (self->model, position);

  if (item && drop (self, item))
    emit_changed (self, position, 1);
  return TRUE;
}

static gboolean
picks_set_selection (GtkSelectionModel *model, GtkBitset *selected, GtkBitset *mask)
{
  MuriPicks *self = MURI_PICKS (model);
  GtkBitsetIter iter;
  guint position;
  gboolean more;

  for (more = gtk_bitset_iter_init_first (&iter, mask, &position); more;
       more = gtk_bitset_iter_next (&iter, &position))
    {
      g_autoptr (GObject) item = g_list_model_get_item (self->model, position);

      if (!item)
        break;
      if (gtk_bitset_contains (selected, position))
        add (self, item);
      else
        drop (self, item);
    }
  emit_all_changed (self);
  return TRUE;
}

static gboolean
picks_select_range (GtkSelectionModel *model, guint position, guint n, gboolean unselect_rest)
{
  MuriPicks *self = MURI_PICKS (model);
  guint end = end_of (self, position, n);

  if (position >= end)
    return TRUE;
  if (unselect_rest)
    drop_all (self);
  for (guint i = position; i < end; i++)
    {
      g_autoptr (GObject) item = g_list_model_get_item (self->model, i);

      add (self, item);
    }
  emit_all_changed (self);
  return TRUE;
}

static gboolean
picks_unselect_range (GtkSelectionModel *model, guint position, guint n)
{
  MuriPicks *self = MURI_PICKS (model);
  guint end = end_of (self, position, n);

  for (guint i = position; i < end; i++)
    {
      g_autoptr (GObject) item = g_list_model_get_item (self->model, i);

      drop (self, item);
    }
  emit_changed (self, position, end > position ? end - position : 0);
  return TRUE;
}

static gboolean
picks_select_all (GtkSelectionModel *model)
{
  return picks_select_range (model, 0, G_MAXUINT, FALSE);
}

static gboolean
picks_unselect_all (GtkSelectionModel *model)
{
  if (drop_all (MURI_PICKS (model)))
    emit_all_changed (MURI_PICKS (model));
  return TRUE;
}

static void
selection_model_init (GtkSelectionModelInterface *iface)
{
  iface->is_selected = picks_is_selected;
  iface->get_selection_in_range = picks_get_selection_in_range;
  iface->select_item = picks_select_item;
  iface->unselect_item = picks_unselect_item;
  iface->select_range = picks_select_range;
  iface->unselect_range = picks_unselect_range;
  iface->select_all = picks_select_all;
  iface->unselect_all = picks_unselect_all;
  iface->set_selection = picks_set_selection;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (MuriPicks, muri_picks, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init)
                                   G_IMPLEMENT_INTERFACE (GTK_TYPE_SELECTION_MODEL,
                                                          selection_model_init))

/* A re-ordering removes and adds the same objects: only what is nowhere any more was left. */
static gboolean
drop_the_gone (MuriPicks *self)
{
  g_autoptr (GHashTable) gone = g_hash_table_new (NULL, NULL);
  guint n = g_list_model_get_n_items (self->model);
  GHashTableIter iter;
  gpointer item;
  gboolean dropped;

  g_hash_table_iter_init (&iter, self->picked);
  while (g_hash_table_iter_next (&iter, &item, NULL))
    g_hash_table_add (gone, item);
  for (guint i = 0; i < n && g_hash_table_size (gone) > 0; i++)
    {
      g_autoptr (GObject) present = g_list_model_get_item (self->model, i);

      g_hash_table_remove (gone, present);
    }
  dropped = g_hash_table_size (gone) > 0;
  g_hash_table_iter_init (&iter, gone);
  while (g_hash_table_iter_next (&iter, &item, NULL))
    drop (self, item);
  return dropped;
}

static void
on_items_changed (MuriPicks *self, guint position, guint removed, guint added)
{
  gboolean dropped = removed > 0 && g_hash_table_size (self->picked) > 0 && drop_the_gone (self);

  g_list_model_items_changed (G_LIST_MODEL (self), position, removed, added);
  if (dropped)
    emit_changed (self, 0, 0);
}

static void
muri_picks_dispose (GObject *object)
{
  MuriPicks *self = MURI_PICKS (object);

  drop_all (self);
  if (self->model)
    g_signal_handlers_disconnect_by_data (self->model, self);
  g_clear_object (&self->model);

  G_OBJECT_CLASS (muri_picks_parent_class)->dispose (object);
}

static void
muri_picks_finalize (GObject *object)
{
  g_hash_table_unref (MURI_PICKS (object)->picked);

  G_OBJECT_CLASS (muri_picks_parent_class)->finalize (object);
}

static void
muri_picks_class_init (MuriPicksClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = muri_picks_dispose;
  G_OBJECT_CLASS (klass)->finalize = muri_picks_finalize;

  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 0);
  signals[TOUCHED] = g_signal_new ("touched", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 0);
}

static void
muri_picks_init (MuriPicks *self)
{
  self->picked = g_hash_table_new_full (NULL, NULL, g_object_unref, NULL);
}

MuriPicks *
muri_picks_new (GListModel *model)
{
  MuriPicks *self = g_object_new (MURI_TYPE_PICKS, NULL);

  self->model = g_object_ref (model);
  g_signal_connect_swapped (model, "items-changed", G_CALLBACK (on_items_changed), self);
  return self;
}

guint
muri_picks_get_n (MuriPicks *self)
{
  return g_hash_table_size (self->picked);
}

GPtrArray *
muri_picks_get_items (MuriPicks *self)
{
  guint n = muri_picks_get_n (self);
  GPtrArray *items = g_ptr_array_new_full (n, g_object_unref);

  for (guint i = 0; items->len < n; i++)
    {
      GObject *item = g_list_model_get_item (self->model, i);

      if (!item)
        break;
      if (g_hash_table_contains (self->picked, item))
        g_ptr_array_add (items, item);
      else
        g_object_unref (item);
    }
  return items;
}

void
muri_picks_set_items (MuriPicks *self, GPtrArray *items)
{
  drop_all (self);
  for (guint i = 0; i < items->len; i++)
    add (self, items->pdata[i]);
  drop_the_gone (self);
  emit_all_changed (self);
}
