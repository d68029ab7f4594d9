/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "muri-review-item.h"
#include "muri-review-list.h"

G_BEGIN_DECLS

/* Between a list and its items. @index: of the list's row, whatever is listed. */

/* Takes @reason. */
MuriReviewItem *muri_review_item_new (MuriReviewList *list, guint index, MuriVm *vm, char *reason);
void muri_review_item_changed (MuriReviewItem *item);

gboolean muri_review_list_is_ticked (MuriReviewList *list, guint index);
void muri_review_list_tick (MuriReviewList *list, guint index, gboolean ticked);
void muri_review_list_forget (MuriReviewList *list, guint index);

G_END_DECLS
