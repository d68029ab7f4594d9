/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "muri-history-keep.h"
#include "muri-history-patch.h"
#include "muri-history-private.h"
#include "muri-history-query.h"

G_BEGIN_DECLS

/*
 * History's thread, which owns the table and the file. What it is told comes in the order of the
 * calls; queries are answered in between, an object at a time.
 */
typedef struct _MuriHistoryWorker MuriHistoryWorker;

/* What the thread says of itself. */
typedef struct
{
  char *problem; /* nullable */
  guint64 size;
  MuriHistoryDensity density;
} MuriHistoryStatus;

/* On the main context. */
typedef void (*MuriHistoryStatusFunc) (const MuriHistoryStatus *status, gpointer data);

/* ---- main context; nothing but the end waits ---- */

MuriHistoryWorker *muri_history_worker_new (MuriHistoryStatusFunc func, gpointer data);

/* Ends the thread when all is done; no status comes after it. */
void muri_history_worker_stop (MuriHistoryWorker *worker);

void muri_history_worker_open (MuriHistoryWorker *worker, const char *path);
void muri_history_worker_note (MuriHistoryWorker *worker, const MuriTargetKey *key,
                               const char *name, const char *node_name, guint cpus);
void muri_history_worker_take (MuriHistoryWorker *worker, GArray *samples);
void muri_history_worker_pass_time (MuriHistoryWorker *worker, gint64 now, gint64 monotonic);
void muri_history_worker_set (MuriHistoryWorker *worker, const MuriHistorySettings *settings);
void muri_history_worker_limit (MuriHistoryWorker *worker, guint64 size);
void muri_history_worker_query (MuriHistoryWorker *worker, MuriHistoryQuery *query);

/* Objects of which something is known between these seconds; @task: (transfer full): returns an
 * array of MuriPast */
void muri_history_worker_list (MuriHistoryWorker *worker, gint64 from, gint64 to, GTask *task);

/* On the main context: to whoever asked, unless the whole answer came before. */
void muri_history_show_part (GTask *asker, GPtrArray *tracks);

/* @spans: (transfer full): array of MuriHistorySpan; @task: (transfer full): returns an array of
 * those of which something is missing */
void muri_history_worker_find_missing (MuriHistoryWorker *worker, const muri_v1_Uuid *node,
                                       GArray *spans, GTask *task);

/* @patch: (transfer full); @task: (transfer full): returns a MuriHistoryPatched, g_free() */
void muri_history_worker_fill (MuriHistoryWorker *worker, MuriHistoryPatch *patch, GTask *task);

G_END_DECLS
