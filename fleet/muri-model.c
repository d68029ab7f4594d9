/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-model.h"

struct _MuriModel
{
  GObject parent_instance;

  GType item_type;
  GPtrArray *items;
  GHashTable *positions; /* item to its position, plus 1 */
  guint visible;         /* what is appended behind waits for muri_model_flush() */
};

static void list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (MuriModel, muri_model, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

static GType
get_item_type (GListModel *model)
{
  return MURI_MODEL (model)->item_type;
}

static guint
get_n_items (GListModel *model)
{
  return MURI_MODEL (model)->visible;
}

static gpointer
get_item (GListModel *model, guint position)
{
  MuriModel *self = MURI_MODEL (model);

  return position < self->visible ? g_object_ref (g_ptr_array_index (self->items, position)) : NULL;
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

static void
muri_model_finalize (GObject *object)
{
  MuriModel *self = MURI_MODEL (object);

  g_hash_table_unref (self->positions);
  g_ptr_array_unref (self->items);

  G_OBJECT_CLASS (muri_model_parent_class)->finalize (object);
}

static void
muri_model_class_init (MuriModelClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = muri_model_finalize;
}

static void
muri_model_init (MuriModel *self)
{
  self->items = g_ptr_array_new_with_free_func (g_object_unref);
  self->positions = g_hash_table_new (NULL, NULL);
}

MuriModel *
muri_model_new (GType item_type)
{
  MuriModel *self = g_object_new (MURI_TYPE_MODEL, NULL);

  self->item_type = item_type;
  return self;
}

void
muri_model_append (MuriModel *self, gpointer item)
{
  g_ptr_array_add (self->items, g_object_ref (item));
  g_hash_table_insert (self->positions, item, GUINT_TO_POINTER (self->items->len));
}

void
muri_model_flush (MuriModel *self)
{
  guint before = self->visible;

  if (before == self->items->len)
    return;

  self->visible = self->items->len;
  g_list_model_items_changed (G_LIST_MODEL (self), before, 0, self->visible - before);
}

static gpointer
copy_reference (gconstpointer item, gpointer data)
{
  return g_object_ref ((gpointer)item);
}

/* @items: with g_object_unref(); what is visible is added, without a question for each */
void
muri_model_list (MuriModel *self, GPtrArray *items)
{
  const guint hidden = self->items->len - self->visible;

  g_ptr_array_extend (items, self->items, copy_reference, NULL);
  g_ptr_array_remove_range (items, items->len - hidden, hidden);
}

static int
compare_descending (gconstpointer a, gconstpointer b)
{
  guint x = *(const guint *)a;
  guint y = *(const guint *)b;

  return x < y ? 1 : x > y ? -1 : 0;
}

static GArray *
take_positions (MuriModel *self, GPtrArray *items)
{
  GArray *positions = g_array_sized_new (FALSE, FALSE, sizeof (guint), items->len);

  for (guint i = 0; i < items->len; i++)
    {
      gpointer item = g_ptr_array_index (items, i);
      guint position = GPOINTER_TO_UINT (g_hash_table_lookup (self->positions, item));

      if (position == 0)
        continue;
      position--;
      g_array_append_val (positions, position);
      g_hash_table_remove (self->positions, item);
    }

  g_array_sort (positions, compare_descending);
  return positions;
}

/* Neighbours go in one change, from the end, so that positions in front stay right meanwhile. */
void
muri_model_remove (MuriModel *self, GPtrArray *items)
{
  g_autoptr (GArray) positions = NULL;
  guint lowest;

  muri_model_flush (self);
  positions = take_positions (self, items);
  if (positions->len == 0)
    return;

  for (guint i = 0; i < positions->len;)
    {
      guint last = g_array_index (positions, guint, i);
      guint n = 1;

      while (i + n < positions->len && g_array_index (positions, guint, i + n) == last - n)
        n++;
      g_ptr_array_remove_range (self->items, last + 1 - n, n);
      self->visible -= n;
      g_list_model_items_changed (G_LIST_MODEL (self), last + 1 - n, n, 0);
      i += n;
    }

  lowest = g_array_index (positions, guint, positions->len - 1);
  for (guint i = lowest; i < self->items->len; i++)
    g_hash_table_insert (self->positions, g_ptr_array_index (self->items, i),
                         GUINT_TO_POINTER (i + 1));
}
