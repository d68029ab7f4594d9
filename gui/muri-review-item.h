/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "muri-plan.h"

G_BEGIN_DECLS

/**
 * MuriReviewItem: a VM in the question, and whether it is meant; of a MuriReviewList.
 *
 * Properties: ticked (gboolean). One that is left alone cannot be ticked.
 */
#define MURI_TYPE_REVIEW_ITEM (muri_review_item_get_type ())
G_DECLARE_FINAL_TYPE (MuriReviewItem, muri_review_item, MURI, REVIEW_ITEM, GObject)

MuriVm *muri_review_item_get_vm (MuriReviewItem *item);

/* (nullable): why it is left alone */
const char *muri_review_item_get_reason (MuriReviewItem *item);
gboolean muri_review_item_get_ticked (MuriReviewItem *item);
void muri_review_item_set_ticked (MuriReviewItem *item, gboolean ticked);

G_END_DECLS
