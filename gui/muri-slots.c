/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "muri-slots.h"

/* More than the rows that fit on a screen. What makes or ends more rows than that does so in steps:
 * one takes longer to make than to fill. */
#define AT_ONCE_MAX 48
#define STEP 8
#define STEP_MS 16
/* GTK 4.8 keeps no rows behind these while the first of them are in view. */
#define ROWS_MAX 256

struct _MuriSlots
{
  GObject parent_instance;

  GtkSelectionModel *model;
  GPtrArray *slots; /* not owned; NULL: nobody has asked for it, or nobody has it any more */
  guint step_id;    /* while there are more or fewer slots than items */

  /* What a range is extended from: GTK remembers the place, which may be another's by then. */
  GWeakRef picked;
  guint picked_at; /* GTK's place for it */
};

static void
on_slot_gone (gpointer user_data, GObject *slot)
{
  MuriSlots *self = user_data;
  guint position;

  if (g_ptr_array_find (self->slots, slot, &position))
    self->slots->pdata[position] = NULL;
}

static GType
slots_get_item_type (GListModel *model)
{
  return MURI_TYPE_SLOT;
}

static guint
slots_get_n_items (GListModel *model)
{
  return MURI_SLOTS (model)->slots->len;
}

static gpointer
slots_get_item (GListModel *model, guint position)
{
  MuriSlots *self = MURI_SLOTS (model);
  g_autoptr (GObject) item = NULL;
  MuriSlot *slot;

  if (position >= self->slots->len)
    return NULL;
  if (self->slots->pdata[position])
    return g_object_ref (self->slots->pdata[position]);
  item = g_list_model_get_item (G_LIST_MODEL (self->model), position);
  slot = muri_slot_new (item);
  g_object_weak_ref (G_OBJECT (slot), on_slot_gone, self);
  self->slots->pdata[position] = slot;
  return slot;
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = slots_get_item_type;
  iface->get_n_items = slots_get_n_items;
  iface->get_item = slots_get_item;
}

static gboolean
slots_is_selected (GtkSelectionModel *model, guint position)
{
  MuriSlots *self = MURI_SLOTS (model);
  gboolean selected = gtk_selection_model_is_selected (self->model, position);

  if (position < self->slots->len && self->slots->pdata[position])
    muri_slot_set_selected (self->slots->pdata[position], selected);
  return selected;
}

static GtkBitset *
slots_get_selection_in_range (GtkSelectionModel *model, guint position, guint n)
{
  return gtk_selection_model_get_selection_in_range (MURI_SLOTS (model)->model, position, n);
}

static void
remember (MuriSlots *self, guint position)
{
  g_autoptr (GObject) item = g_list_model_get_item (G_LIST_MODEL (self->model), position);

  g_weak_ref_set (&self->picked, item);
  self->picked_at = position;
}

/* Returns: where it is now; GTK_INVALID_LIST_POSITION: nowhere */
static guint
find_picked (MuriSlots *self)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->model));
  g_autoptr (GObject) wanted = g_weak_ref_get (&self->picked);

  for (guint i = 0; wanted && i < n; i++)
    {
      g_autoptr (GObject) item = g_list_model_get_item (G_LIST_MODEL (self->model), i);

      if (item == wanted)
        return i;
    }
  return GTK_INVALID_LIST_POSITION;
}

/* The range that was asked for with GTK's place at one end, from what was picked there. */
static void
move_range (MuriSlots *self, guint *position, guint *n)
{
  guint last = *position + *n - 1;
  guint now, other;

  if (*n == 0 || (self->picked_at != *position && self->picked_at != last))
    return;
  now = find_picked (self);
  other = self->picked_at == *position ? last : *position;
  if (now == GTK_INVALID_LIST_POSITION)
    return;
  *position = MIN (now, other);
  *n = MAX (now, other) - *position + 1;
}

static gboolean
slots_select_item (GtkSelectionModel *model, guint position, gboolean unselect_rest)
{
  remember (MURI_SLOTS (model), position);
  return gtk_selection_model_select_item (MURI_SLOTS (model)->model, position, unselect_rest);
}

static gboolean
slots_unselect_item (GtkSelectionModel *model, guint position)
{
  remember (MURI_SLOTS (model), position);
  return gtk_selection_model_unselect_item (MURI_SLOTS (model)->model, position);
}

static gboolean
slots_set_selection (GtkSelectionModel *model, GtkBitset *selected, GtkBitset *mask)
{
  return gtk_selection_model_set_selection (MURI_SLOTS (model)->model, selected, mask);
}

static gboolean
slots_select_range (GtkSelectionModel *model, guint position, guint n, gboolean unselect_rest)
{
  move_range (MURI_SLOTS (model), &position, &n);
  return gtk_selection_model_select_range (MURI_SLOTS (model)->model, position, n, unselect_rest);
}

static gboolean
slots_unselect_range (GtkSelectionModel *model, guint position, guint n)
{
  move_range (MURI_SLOTS (model), &position, &n);
  return gtk_selection_model_unselect_range (MURI_SLOTS (model)->model, position, n);
}

static gboolean
slots_select_all (GtkSelectionModel *model)
{
  return gtk_selection_model_select_all (MURI_SLOTS (model)->model);
}

static gboolean
slots_unselect_all (GtkSelectionModel *model)
{
  return gtk_selection_model_unselect_all (MURI_SLOTS (model)->model);
}

static void
selection_model_init (GtkSelectionModelInterface *iface)
{
  iface->is_selected = slots_is_selected;
  iface->get_selection_in_range = slots_get_selection_in_range;
  iface->select_item = slots_select_item;
  iface->unselect_item = slots_unselect_item;
  iface->select_range = slots_select_range;
  iface->unselect_range = slots_unselect_range;
  iface->select_all = slots_select_all;
  iface->unselect_all = slots_unselect_all;
  iface->set_selection = slots_set_selection;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (MuriSlots, muri_slots, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init)
                                   G_IMPLEMENT_INTERFACE (GTK_TYPE_SELECTION_MODEL,
                                                          selection_model_init))

/* From @position on @removed fewer slots and @added more. */
static void
splice (MuriSlots *self, guint position, guint removed, guint added)
{
  guint after = self->slots->len - position - removed;
  g_autofree gpointer *rest =
      g_memdup2 (self->slots->pdata + position + removed, after * sizeof (gpointer));

  if (self->picked_at >= position + removed && self->picked_at < self->slots->len)
    self->picked_at += added - removed;
  else if (self->picked_at >= position)
    self->picked_at = GTK_INVALID_LIST_POSITION;
  for (guint i = position; i < position + removed; i++)
    if (self->slots->pdata[i])
      g_object_weak_unref (self->slots->pdata[i], on_slot_gone, self);
  g_ptr_array_set_size (self->slots, (int)(position + added + after));
  memset (self->slots->pdata + position, 0, added * sizeof (gpointer));
  if (after > 0)
    memcpy (self->slots->pdata + position + added, rest, after * sizeof (gpointer));
  g_list_model_items_changed (G_LIST_MODEL (self), position, removed, added);
}

/* GTK 4.8 binds a row anew whenever it looks whether it is selected: only those are told of that
 * are so no more, or now. */
static void
refill (MuriSlots *self, guint position)
{
  MuriSlot *slot = self->slots->pdata[position];
  g_autoptr (GObject) item = g_list_model_get_item (G_LIST_MODEL (self->model), position);

  muri_slot_set_item (slot, item);
  if (muri_slot_get_selected (slot) != gtk_selection_model_is_selected (self->model, position))
    gtk_selection_model_selection_changed (GTK_SELECTION_MODEL (self), position, 1);
}

/* The slots from @position to @end hold what the model has there; nothing beyond its end. */
static void
fill (MuriSlots *self, guint position, guint end)
{
  for (guint i = position; i < end; i++)
    if (self->slots->pdata[i])
      refill (self, i);
}

static void
set_length (MuriSlots *self, guint length)
{
  guint now = self->slots->len;

  if (length > now)
    splice (self, now, 0, length - now);
  else if (length < now)
    splice (self, length, now - length, 0);
}

static gboolean
on_step (gpointer user_data)
{
  MuriSlots *self = user_data;
  guint wanted = g_list_model_get_n_items (G_LIST_MODEL (self->model));
  guint now = self->slots->len;

  if (now < wanted)
    set_length (self, now >= ROWS_MAX ? wanted : MIN (wanted, now + STEP));
  else if (now > wanted)
    set_length (self, MAX (wanted, now - STEP));
  if (self->slots->len != wanted)
    return G_SOURCE_CONTINUE;
  self->step_id = 0;
  return G_SOURCE_REMOVE;
}

/* All that is in view at once, and the rows around it after the frame that shows it. */
static void
approach (MuriSlots *self, guint wanted)
{
  guint now = self->slots->len;

  if (wanted > now)
    set_length (self, now >= ROWS_MAX ? wanted : MIN (wanted, MAX (now, AT_ONCE_MAX)));
  else if (now > ROWS_MAX)
    set_length (self, MAX (wanted, ROWS_MAX));
  if (self->slots->len != wanted && self->step_id == 0)
    self->step_id = g_timeout_add_full (G_PRIORITY_DEFAULT_IDLE, STEP_MS, on_step, self, NULL);
}

static void
on_items_changed (MuriSlots *self, guint position, guint removed, guint added)
{
  guint wanted = g_list_model_get_n_items (G_LIST_MODEL (self->model));
  guint kept = MIN (removed, added);

  if (self->slots->len == wanted - added + removed && MAX (removed, added) - kept <= AT_ONCE_MAX)
    {
      if (removed != added)
        splice (self, position + kept, removed - kept, added - kept);
      fill (self, position, position + kept);
      return;
    }
  fill (self, position, MAX (position, self->slots->len));
  approach (self, wanted);
}

static void
on_selection_changed (MuriSlots *self, guint position, guint n)
{
  guint length = self->slots->len;

  /* Those that are still to come are asked for when they are made. */
  if (position < length)
    gtk_selection_model_selection_changed (GTK_SELECTION_MODEL (self), position,
                                           MIN (n, length - position));
}

static void
muri_slots_dispose (GObject *object)
{
  MuriSlots *self = MURI_SLOTS (object);

  g_clear_handle_id (&self->step_id, g_source_remove);
  for (guint i = 0; i < self->slots->len; i++)
    if (self->slots->pdata[i])
      g_object_weak_unref (self->slots->pdata[i], on_slot_gone, self);
  g_ptr_array_set_size (self->slots, 0);
  g_clear_object (&self->model);

  G_OBJECT_CLASS (muri_slots_parent_class)->dispose (object);
}

static void
muri_slots_finalize (GObject *object)
{
  MuriSlots *self = MURI_SLOTS (object);

  g_weak_ref_clear (&self->picked);
  g_ptr_array_unref (self->slots);

  G_OBJECT_CLASS (muri_slots_parent_class)->finalize (object);
}

static void
muri_slots_class_init (MuriSlotsClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = muri_slots_dispose;
  G_OBJECT_CLASS (klass)->finalize = muri_slots_finalize;
}

static void
muri_slots_init (MuriSlots *self)
{
  self->slots = g_ptr_array_new ();
  g_weak_ref_init (&self->picked, NULL);
  self->picked_at = GTK_INVALID_LIST_POSITION;
}

MuriSlots *
muri_slots_new (GtkSelectionModel *model)
{
  MuriSlots *self = g_object_new (MURI_TYPE_SLOTS, NULL);

  self->model = g_object_ref (model);
  approach (self, g_list_model_get_n_items (G_LIST_MODEL (model)));
  g_signal_connect_object (model, "items-changed", G_CALLBACK (on_items_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (model, "selection-changed", G_CALLBACK (on_selection_changed), self,
                           G_CONNECT_SWAPPED);
  return self;
}
