/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "muri-review-item-private.h"

struct _MuriReviewItem
{
  GObject parent_instance;

  MuriReviewList *list;
  guint index; /* of its row there */
  MuriVm *vm;
  char *reason; /* why it is left alone */
};

G_DEFINE_FINAL_TYPE (MuriReviewItem, muri_review_item, G_TYPE_OBJECT)

enum
{
  PROP_TICKED = 1,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void
muri_review_item_finalize (GObject *object)
{
  MuriReviewItem *self = MURI_REVIEW_ITEM (object);

  muri_review_list_forget (self->list, self->index);
  g_object_unref (self->list);
  g_object_unref (self->vm);
  g_free (self->reason);

  G_OBJECT_CLASS (muri_review_item_parent_class)->finalize (object);
}

static void
muri_review_item_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  if (prop_id == PROP_TICKED)
    g_value_set_boolean (value, muri_review_item_get_ticked (MURI_REVIEW_ITEM (object)));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
}

static void
muri_review_item_set_property (GObject *object, guint prop_id, const GValue *value,
                               GParamSpec *pspec)
{
  if (prop_id == PROP_TICKED)
    muri_review_item_set_ticked (MURI_REVIEW_ITEM (object), g_value_get_boolean (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
}

static void
muri_review_item_class_init (MuriReviewItemClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = muri_review_item_finalize;
  object_class->get_property = muri_review_item_get_property;
  object_class->set_property = muri_review_item_set_property;

  properties[PROP_TICKED] =
      g_param_spec_boolean ("ticked", NULL, NULL, FALSE,
                            G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
muri_review_item_init (MuriReviewItem *self)
{
}

MuriReviewItem *
muri_review_item_new (MuriReviewList *list, guint index, MuriVm *vm, char *reason)
{
  MuriReviewItem *self = g_object_new (MURI_TYPE_REVIEW_ITEM, NULL);

  self->list = g_object_ref (list);
  self->index = index;
  self->vm = g_object_ref (vm);
  self->reason = reason;
  return self;
}

void
muri_review_item_changed (MuriReviewItem *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TICKED]);
}

MuriVm *
muri_review_item_get_vm (MuriReviewItem *self)
{
  return self->vm;
}

const char *
muri_review_item_get_reason (MuriReviewItem *self)
{
  return self->reason;
}

gboolean
muri_review_item_get_ticked (MuriReviewItem *self)
{
  return muri_review_list_is_ticked (self->list, self->index);
}

void
muri_review_item_set_ticked (MuriReviewItem *self, gboolean ticked)
{
  muri_review_list_tick (self->list, self->index, ticked);
}
