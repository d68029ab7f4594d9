/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-outcome-list.h"

#include "muri-outcome-counts.h"
#include "muri-outcome-heading.h"

/* So many are seen at a glance without headings. */
#define HEADINGS_ABOVE 10

struct _MuriOutcomeList
{
  GObject parent_instance;

  MuriOperation *operation;
  GPtrArray *items; /* not owned: of the operation and of the headings */
  MuriOutcomeHeading *headings[MURI_N_COUNTS];
};

static guint stale_signal;

static void list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (MuriOutcomeList, muri_outcome_list, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

/* What somebody has to look at, what is not over, what is well. */
static const MuriCount order[] = {
  MURI_COUNT_FAILED,    MURI_COUNT_TIMED_OUT, MURI_COUNT_UNREACHABLE,
  MURI_COUNT_PROTECTED, MURI_COUNT_CANCELLED, MURI_COUNT_UNDER_WAY,
  MURI_COUNT_WAITING,   MURI_COUNT_UNSENT,    MURI_COUNT_DONE,
};

G_STATIC_ASSERT (G_N_ELEMENTS (order) == MURI_N_COUNTS);

static GType
get_item_type (GListModel *model)
{
  return G_TYPE_OBJECT;
}

static guint
get_n_items (GListModel *model)
{
  return MURI_OUTCOME_LIST (model)->items->len;
}

static gpointer
get_item (GListModel *model, guint position)
{
  GPtrArray *items = MURI_OUTCOME_LIST (model)->items;

  return position < items->len ? g_object_ref (items->pdata[position]) : NULL;
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

static void
muri_outcome_list_finalize (GObject *object)
{
  MuriOutcomeList *self = MURI_OUTCOME_LIST (object);

  for (guint i = 0; i < MURI_N_COUNTS; i++)
    g_object_unref (self->headings[i]);
  g_ptr_array_unref (self->items);
  g_object_unref (self->operation);

  G_OBJECT_CLASS (muri_outcome_list_parent_class)->finalize (object);
}

static void
muri_outcome_list_class_init (MuriOutcomeListClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = muri_outcome_list_finalize;
  stale_signal = g_signal_new ("stale", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                               NULL, G_TYPE_NONE, 0);
}

static void
muri_outcome_list_init (MuriOutcomeList *self)
{
  self->items = g_ptr_array_new ();
  for (guint i = 0; i < MURI_N_COUNTS; i++)
    self->headings[i] = muri_outcome_heading_new (i);
}

static void
on_progress (MuriOutcomeList *self)
{
  g_signal_emit (self, stale_signal, 0);
}

MuriOutcomeList *
muri_outcome_list_new (MuriOperation *operation)
{
  MuriOutcomeList *self = g_object_new (MURI_TYPE_OUTCOME_LIST, NULL);

  self->operation = g_object_ref (operation);
  g_signal_connect_object (operation, "notify::progress", G_CALLBACK (on_progress), self,
                           G_CONNECT_SWAPPED);
  return self;
}

static guint
count_kinds (GPtrArray *const parts[MURI_N_COUNTS])
{
  guint n = 0;

  for (guint i = 0; i < MURI_N_COUNTS; i++)
    n += parts[i]->len > 0;
  return n;
}

static GPtrArray *
arrange (MuriOutcomeList *self, GPtrArray *targets)
{
  GPtrArray *parts[MURI_N_COUNTS];
  GPtrArray *items = g_ptr_array_sized_new (targets->len + MURI_N_COUNTS);
  gboolean headed;

  for (guint i = 0; i < MURI_N_COUNTS; i++)
    parts[i] = g_ptr_array_new ();
  for (guint i = 0; i < targets->len; i++)
    g_ptr_array_add (parts[muri_outcome_count_of (targets->pdata[i])], targets->pdata[i]);
  headed = targets->len > HEADINGS_ABOVE && count_kinds (parts) > 1;
  for (guint i = 0; i < G_N_ELEMENTS (order); i++)
    {
      GPtrArray *part = parts[order[i]];

      muri_outcome_heading_set_n (self->headings[order[i]], part->len);
      if (headed && part->len > 0)
        g_ptr_array_add (items, self->headings[order[i]]);
      g_ptr_array_extend (items, part, NULL, NULL);
    }
  for (guint i = 0; i < MURI_N_COUNTS; i++)
    g_ptr_array_unref (parts[i]);
  return items;
}

static void
replace (MuriOutcomeList *self, GPtrArray *items)
{
  g_autoptr (GPtrArray) before = self->items;
  guint shared = MIN (before->len, items->len);
  guint first = 0, last = 0;

  while (first < shared && before->pdata[first] == items->pdata[first])
    first++;
  while (last < shared - first
         && before->pdata[before->len - 1 - last] == items->pdata[items->len - 1 - last])
    last++;
  self->items = items;
  if (first + last < MAX (before->len, items->len))
    g_list_model_items_changed (G_LIST_MODEL (self), first, before->len - first - last,
                                items->len - first - last);
}

void
muri_outcome_list_refresh (MuriOutcomeList *self, MuriLedgerFilter kinds, const char *text)
{
  g_autoptr (GPtrArray) targets = muri_operation_find_targets (self->operation, text, kinds);

  replace (self, arrange (self, targets));
}
