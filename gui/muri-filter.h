/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "muri-fleet.h"

G_BEGIN_DECLS

/*
 * MuriFilter: what a filter leaves of a table: VMs that a query finds, hosts that bear a word.
 * Immutable, reference counted.
 */
typedef struct _MuriFilter MuriFilter;

/* @item_type: of MuriVm or MuriNode. NULL without @error: everything is left. */
MuriFilter *muri_filter_parse (GType item_type, const char *text, GError **error);
MuriFilter *muri_filter_ref (MuriFilter *filter);
void muri_filter_unref (MuriFilter *filter);

/* @filter: (nullable) */
gboolean muri_filter_matches (MuriFilter *filter, gpointer item);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MuriFilter, muri_filter_unref)

G_END_DECLS
