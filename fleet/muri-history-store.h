/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "muri-chunk.h"
#include "muri-history-table.h"

G_BEGIN_DECLS

/*
 * History's file: objects by number, chunks of their figures, and the log of the last minutes.
 * History's thread only.
 */
typedef struct _MuriHistoryStore MuriHistoryStore;

/* @notice: (out) (nullable): a sentence when something was moved aside, and what came of it */
MuriHistoryStore *muri_history_store_open (const char *path, char **notice, GError **error);
void muri_history_store_close (MuriHistoryStore *store);

/* After any failure: whether the file itself is to blame. It is to be closed and opened anew with
 * muri_history_store_mend(). */
gboolean muri_history_store_is_damaged (MuriHistoryStore *store);

/* Moves aside what is at @path; what can still be read of it is copied into a new file. */
gboolean muri_history_store_mend (const char *path, char **notice, GError **error);

/* Bytes of the file with its journal; and of what it holds, which the cap is for. */
guint64 muri_history_store_get_size (MuriHistoryStore *store);
guint64 muri_history_store_get_used (MuriHistoryStore *store);

/* The file may not grow beyond; 0 as far as there is room. */
void muri_history_store_limit (MuriHistoryStore *store, guint64 size);

gboolean muri_history_store_begin (MuriHistoryStore *store, GError **error);
gboolean muri_history_store_commit (MuriHistoryStore *store, GError **error);
void muri_history_store_roll_back (MuriHistoryStore *store);

/* ---- objects ---- */

gboolean
muri_history_store_load_objects (MuriHistoryStore *store, MuriHistoryTable *table, GError **error);

/* Gives it its number, if it has none. */
gboolean muri_history_store_save_object (MuriHistoryStore *store, MuriHistoryTable *table,
                                         MuriHistoryObject *object, GError **error);

/* ---- chunks ---- */

/* Slots in a row; one of @values (of a tier of 1 s) and @rollups is given, a row of figures a slot.
 * What is there stays where it knows more seconds; with @weak also where it knows as many. */
typedef struct
{
  gint64 object;
  guint n_figures;
  guint tier;
  gint64 first;
  guint n;
  const float *values;
  const MuriRollup *rollups;
  gboolean weak;
} MuriHistorySlots;

gboolean
muri_history_store_write (MuriHistoryStore *store, const MuriHistorySlots *slots, GError **error);

/* How many chunks were written since it was opened. */
guint muri_history_store_get_written (MuriHistoryStore *store);

typedef void (*MuriHistoryChunkFunc) (MuriChunk *chunk, gpointer data);

/* Of @figures (a bit each) all that overlap the seconds from @from until before @to, in the order
 * of time. What is damaged is left out. */
gboolean muri_history_store_read (MuriHistoryStore *store, gint64 object, guint tier,
                                  guint32 figures, gint64 from, gint64 to,
                                  MuriHistoryChunkFunc func, gpointer data, GError **error);

/* From the begin of the first to the end of the last chunk, seconds; FALSE: there is none. */
gboolean muri_history_store_get_span (MuriHistoryStore *store, gint64 object, guint tier,
                                      gint64 *from, gint64 *to);

/* The second after the last slot that is stored, 0: nothing is. */
gint64 muri_history_store_get_end (MuriHistoryStore *store, gint64 object, guint tier);

/* Of a tier: the begin of the oldest chunks, and all chunks that begin there go; or at most @limit
 * chunks that begin before @before. Return how many went, -1: an error. */
gint64 muri_history_store_get_oldest (MuriHistoryStore *store, guint tier);
int muri_history_store_drop (MuriHistoryStore *store, guint tier, gint64 before, guint limit,
                             GError **error);

/* What a figure's slot takes on average, bytes; 0: nothing is stored. */
double muri_history_store_measure (MuriHistoryStore *store, guint tier);

/* Objects of which nothing is left and that were not seen since @before (seconds). */
gboolean muri_history_store_drop_objects (MuriHistoryStore *store, gint64 before, GError **error);

/* Gives up to @pages free pages back to the file system. */
gboolean muri_history_store_shrink (MuriHistoryStore *store, guint pages, GError **error);

/* ---- the log ---- */

gboolean
muri_history_store_append_log (MuriHistoryStore *store, GBytes *bytes, gint64 last, GError **error);

/* Rows whose last second is before @second; G_MAXINT64 all. */
gboolean muri_history_store_trim_log (MuriHistoryStore *store, gint64 second, GError **error);

typedef void (*MuriHistoryRowFunc) (gconstpointer bytes, gsize length, gpointer data);

gboolean muri_history_store_read_log (MuriHistoryStore *store, MuriHistoryRowFunc func,
                                      gpointer data, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MuriHistoryStore, muri_history_store_close)

G_END_DECLS
