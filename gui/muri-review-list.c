/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-review-list.h"

#include "muri-rank-job.h"
#include "muri-review-item-private.h"

typedef struct
{
  MuriVm *vm; /* owned */
  MuriPlanKind kind;
  guint state;
  gboolean ticked;
  MuriReviewItem *item; /* while somebody has it */
} Row;

struct _MuriReviewList
{
  GObject parent_instance;

  GArray *rows;  /* of Row */
  GArray *found; /* (nullable): guint, of rows; without it all are listed */
};

static guint changed_signal;

static void list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (MuriReviewList, muri_review_list, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

static Row *
get_row (MuriReviewList *self, guint index)
{
  return &g_array_index (self->rows, Row, index);
}

static guint
get_n_listed (MuriReviewList *self)
{
  return self->found ? self->found->len : self->rows->len;
}

static guint
get_index (MuriReviewList *self, guint position)
{
  return self->found ? g_array_index (self->found, guint, position) : position;
}

static GType
get_item_type (GListModel *model)
{
  return MURI_TYPE_REVIEW_ITEM;
}

static guint
get_n_items (GListModel *model)
{
  return get_n_listed (MURI_REVIEW_LIST (model));
}

static gpointer
get_item (GListModel *model, guint position)
{
  MuriReviewList *self = MURI_REVIEW_LIST (model);
  guint index;
  Row *row;

  if (position >= get_n_listed (self))
    return NULL;
  index = get_index (self, position);
  row = get_row (self, index);
  if (row->item)
    return g_object_ref (row->item);
  row->item = muri_review_item_new (self, index, row->vm, muri_plan_words (row->kind, row->state));
  return row->item;
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

static void
row_clear (gpointer data)
{
  g_object_unref (((Row *)data)->vm);
}

static void
muri_review_list_finalize (GObject *object)
{
  MuriReviewList *self = MURI_REVIEW_LIST (object);

  g_array_unref (self->rows);
  g_clear_pointer (&self->found, g_array_unref);

  G_OBJECT_CLASS (muri_review_list_parent_class)->finalize (object);
}

static void
muri_review_list_class_init (MuriReviewListClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = muri_review_list_finalize;
  changed_signal = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 0);
}

static void
muri_review_list_init (MuriReviewList *self)
{
  self->rows = g_array_new (FALSE, FALSE, sizeof (Row));
  g_array_set_clear_func (self->rows, row_clear);
}

static int
compare_rows (gconstpointer a, gconstpointer b)
{
  const Row *x = a, *y = b;
  gboolean x_able = x->kind == MURI_PLAN_ABLE, y_able = y->kind == MURI_PLAN_ABLE;

  if (x_able != y_able)
    return x_able ? -1 : 1;
  return strcmp (muri_vm_get_sort_key (x->vm), muri_vm_get_sort_key (y->vm));
}

MuriReviewList *
muri_review_list_new (GPtrArray *vms, guint verb)
{
  MuriReviewList *self = g_object_new (MURI_TYPE_REVIEW_LIST, NULL);

  for (guint i = 0; i < vms->len; i++)
    {
      MuriPlanKind kind = muri_plan_kind (vms->pdata[i], verb);
      Row row = { .vm = g_object_ref (vms->pdata[i]),
                  .kind = kind,
                  .state = muri_vm_get_state (vms->pdata[i]),
                  .ticked = kind == MURI_PLAN_ABLE };

      g_array_append_val (self->rows, row);
    }
  g_array_sort (self->rows, compare_rows);
  return self;
}

void
muri_review_list_search (MuriReviewList *self, const char *text)
{
  g_autofree char *folded = text && *text ? g_utf8_casefold (text, -1) : NULL;
  guint before = get_n_listed (self);

  if (!folded && !self->found)
    return;
  g_clear_pointer (&self->found, g_array_unref);
  if (folded)
    self->found = g_array_new (FALSE, FALSE, sizeof (guint));
  for (guint i = 0; self->found && i < self->rows->len; i++)
    if (muri_item_matches (get_row (self, i)->vm, folded))
      g_array_append_val (self->found, i);
  g_list_model_items_changed (G_LIST_MODEL (self), 0, before, get_n_listed (self));
}

GPtrArray *
muri_review_list_get_ticked (MuriReviewList *self)
{
  GPtrArray *vms = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < self->rows->len; i++)
    if (get_row (self, i)->ticked)
      g_ptr_array_add (vms, g_object_ref (get_row (self, i)->vm));
  return vms;
}

GPtrArray *
muri_review_list_get_others (MuriReviewList *self)
{
  GPtrArray *vms = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < self->rows->len; i++)
    if (get_row (self, i)->kind != MURI_PLAN_ABLE)
      g_ptr_array_add (vms, g_object_ref (get_row (self, i)->vm));
  return vms;
}

void
muri_review_list_count (MuriReviewList *self, guint *n_able, guint *n_ticked)
{
  *n_able = *n_ticked = 0;
  for (guint i = 0; i < get_n_listed (self); i++)
    {
      const Row *row = get_row (self, get_index (self, i));

      *n_able += row->kind == MURI_PLAN_ABLE;
      *n_ticked += row->ticked;
    }
}

/* Returns whether it was another way. */
static gboolean
tick (Row *row, gboolean ticked)
{
  ticked = ticked && row->kind == MURI_PLAN_ABLE;
  if (row->ticked == ticked)
    return FALSE;
  row->ticked = ticked;
  if (row->item)
    muri_review_item_changed (row->item);
  return TRUE;
}

void
muri_review_list_tick_all (MuriReviewList *self, gboolean ticked)
{
  gboolean changed = FALSE;

  for (guint i = 0; i < get_n_listed (self); i++)
    changed |= tick (get_row (self, get_index (self, i)), ticked);
  if (changed)
    g_signal_emit (self, changed_signal, 0);
}

/* ---- of its items ---- */

gboolean
muri_review_list_is_ticked (MuriReviewList *self, guint index)
{
  return get_row (self, index)->ticked;
}

void
muri_review_list_tick (MuriReviewList *self, guint index, gboolean ticked)
{
  if (tick (get_row (self, index), ticked))
    g_signal_emit (self, changed_signal, 0);
}

void
muri_review_list_forget (MuriReviewList *self, guint index)
{
  get_row (self, index)->item = NULL;
}
