/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "muri-rank-job.h"

G_BEGIN_DECLS

/**
 * MuriRanking: a list model of the VMs or nodes of another one, filtered and in order.
 *
 * Keys are read on the main thread and sorted on a worker, every few seconds and not at every
 * change, so that a fleet that changes all the time costs no frames. While it is frozen, rows keep
 * their places: what is new goes to the end.
 *
 * Properties: pending (gboolean: frozen, and the order would be another one now).
 */
#define MURI_TYPE_RANKING (muri_ranking_get_type ())
G_DECLARE_FINAL_TYPE (MuriRanking, muri_ranking, MURI, RANKING, GObject)

MuriRanking *muri_ranking_new (GType item_type);

void muri_ranking_set_source (MuriRanking *ranking, GListModel *source);
void muri_ranking_set_order (MuriRanking *ranking, MuriColumn column, gboolean descending);

/* @filter: (nullable) */
void muri_ranking_set_filter (MuriRanking *ranking, MuriFilter *filter);

void muri_ranking_set_frozen (MuriRanking *ranking, gboolean frozen);

/* Ranks by itself only while somebody looks. */
void muri_ranking_set_active (MuriRanking *ranking, gboolean active);

/* Ranks once, even when it is frozen: soon, or before it returns. */
void muri_ranking_resume (MuriRanking *ranking);
void muri_ranking_settle (MuriRanking *ranking);

MuriColumn muri_ranking_get_column (MuriRanking *ranking);
gboolean muri_ranking_get_descending (MuriRanking *ranking);
gboolean muri_ranking_get_pending (MuriRanking *ranking);

G_END_DECLS
