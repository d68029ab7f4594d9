/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "muri-plan.h"

G_BEGIN_DECLS

/**
 * MuriReviewList: the VMs of a question, those that can be acted on first and ticked, each by name.
 * Why the others are left alone is of the moment when it was made.
 *
 * It is a GListModel of MuriReviewItem, which it makes when they are asked for: of twenty thousand
 * a list shows a dozen. It lists what a search leaves, and counts all.
 *
 * Signals: changed (void): something was ticked or is not any more; once for many.
 */
#define MURI_TYPE_REVIEW_LIST (muri_review_list_get_type ())
G_DECLARE_FINAL_TYPE (MuriReviewList, muri_review_list, MURI, REVIEW_LIST, GObject)

/* @vms: (element-type MuriVm) */
MuriReviewList *muri_review_list_new (GPtrArray *vms, guint verb);

/* Lists those whose names, addresses or hosts contain it; @text: (nullable): all. */
void muri_review_list_search (MuriReviewList *list, const char *text);

/* Those that are meant, and those that are left alone; (transfer full) (element-type MuriVm) */
GPtrArray *muri_review_list_get_ticked (MuriReviewList *list);
GPtrArray *muri_review_list_get_others (MuriReviewList *list);

/* Of what is listed. */
void muri_review_list_count (MuriReviewList *list, guint *n_able, guint *n_ticked);
void muri_review_list_tick_all (MuriReviewList *list, gboolean ticked);

G_END_DECLS
