/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * Bytes by name, in memory, up to a bound: what was not asked for the longest goes first. One
 * thread's.
 */
typedef struct _MuriHistoryCache MuriHistoryCache;

MuriHistoryCache *muri_history_cache_new (gsize most);
void muri_history_cache_free (MuriHistoryCache *cache);

/* Transfer full; NULL: it is not there. */
GBytes *muri_history_cache_get (MuriHistoryCache *cache, const char *name);

/* In place of what was there by that name. */
void muri_history_cache_put (MuriHistoryCache *cache, const char *name, GBytes *bytes);

/* With what names take. */
gsize muri_history_cache_get_size (MuriHistoryCache *cache);

G_END_DECLS
