/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "muri-column.h"
#include "muri-filter.h"

G_BEGIN_DECLS

/**
 * MuriRankJob: what is to be ordered once, and by what.
 *
 * The main thread makes it, reading every key; then it belongs to whoever sorts it, on any thread;
 * then to the main thread again.
 */
typedef struct
{
  GArray *rows;
  MuriColumn column;
  gboolean descending;
  gboolean forced;
  guint generation;
} MuriRankJob;

MuriRankJob *
muri_rank_job_new (GListModel *source, MuriFilter *filter, MuriColumn column, gboolean descending);
void muri_rank_job_free (MuriRankJob *job);

void muri_rank_job_sort (MuriRankJob *job);

/* The items in their order now. (element-type GObject) */
GPtrArray *muri_rank_job_get_items (MuriRankJob *job);

/* Whether @item contains @folded_text in its name, title, host or addresses. */
gboolean muri_item_matches (gpointer item, const char *folded_text);

G_END_DECLS
