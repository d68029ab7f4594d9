/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "muri-history-keep.h"
#include "muri-history-log.h"
#include "muri-history-store.h"
#include "muri-history-worker.h"

G_BEGIN_DECLS

/* What an object is called. */
typedef struct
{
  MuriTargetKey key;
  guint cpus;
  char *name;
  char *node_name;
} MuriHistoryNote;

struct _MuriHistoryWorker
{
  /* main context */
  GThread *thread;
  GAsyncQueue *messages;
  GArray *notes; /* go with the next message: the thread is woken once for thousands */
  GMainContext *context;
  MuriHistoryStatusFunc func;
  gpointer data;
  gboolean *alive; /* shared with statuses that are on their way */

  /* the thread */
  MuriHistoryTable *table;
  MuriHistorySettings settings;
  GHashTable *rhythms; /* key in the value */
  GQueue queries;
  GQueue patches;

  char *path;              /* NULL: nothing is to be stored */
  MuriHistoryStore *store; /* NULL: it cannot be */
  gboolean given_up;       /* and will not be */
  gboolean writing;        /* a transaction is open */
  gboolean unsaved;        /* there are objects that the file does not know, or not by this name */
  gint64 unsaved_since;    /* monotonic */
  gint64 noted;            /* monotonic: when something was called something last */
  GPtrArray *held;         /* GArray of MuriHistorySample, until the file knows their objects */
  char *notice;            /* of what was moved aside */
  char *failure;           /* as long as nothing can be written */
  guint n_vms;             /* that were noted */
  MuriHistoryLog log;
  GQueue unwritten; /* LogRow: packed, and could not be written yet */
  guint rebuild;    /* so many objects are still to be rebuilt, counted from the first */
  gboolean salvage; /* they are, when the file is open */
  MuriHistoryDensity density;
  guint64 size;

  gint64 now; /* seconds */
  gint64 flushed;
  gint64 kept;
  gint64 opened;    /* when that was tried last */
  gint64 monotonic; /* microseconds */
  gint64 steady;    /* seconds: the clock was not set since */
};

/* muri-history-load.c */

/* Opens the file, and takes up what the log has. */
void muri_history_worker_load (MuriHistoryWorker *self);

/* After a failure of the store: closes it if it is damaged, and begins anew. */
void muri_history_worker_recover (MuriHistoryWorker *self, const GError *error);

/* muri-history-write.c */
gboolean muri_history_worker_begin (MuriHistoryWorker *self);
gboolean muri_history_worker_commit (MuriHistoryWorker *self);

/* After a failure within a transaction. */
void muri_history_worker_fail (MuriHistoryWorker *self, const GError *error);
void muri_history_worker_save_objects (MuriHistoryWorker *self);
gboolean muri_history_worker_write_tail (MuriHistoryWorker *self, MuriHistoryObject *object,
                                         guint tier, guint n, GError **error);

void muri_history_worker_clear_unwritten (MuriHistoryWorker *self);

/* What is in the log becomes a row of it, which waits until it is written. */
void muri_history_worker_pack_log (MuriHistoryWorker *self);

/* @finish: the end: what is open stays in the log */
void muri_history_worker_flush (MuriHistoryWorker *self, gboolean finish);
void muri_history_worker_tick (MuriHistoryWorker *self, gint64 now, gint64 monotonic);

/* Slots that the table has no room for. */
void muri_history_worker_sink (MuriHistoryObject *object, guint tier, gint64 first, guint n,
                               gpointer data);

/* muri-history-take.c: what comes in */

/* What a fleet that is coming sends is held, and its objects are written together, when none came
 * for a while. @now: monotonic */
gboolean muri_history_worker_is_waiting (MuriHistoryWorker *self, gint64 now);
void muri_history_worker_take_held (MuriHistoryWorker *self);

/* Takes its texts. */
void muri_history_worker_take_note (MuriHistoryWorker *self, MuriHistoryNote *note);

/* Returns whether it is news. */
gboolean muri_history_worker_add (MuriHistoryWorker *self, MuriHistoryObject *object, gint64 second,
                                  const float *values);

/* muri-history-worker.c */
void muri_history_worker_report (MuriHistoryWorker *self);

/* muri-history-patch.c */
gboolean muri_history_worker_is_missing (MuriHistoryWorker *self, const muri_v1_Uuid *node,
                                         const MuriHistorySpan *span);
void
muri_history_worker_begin_patch (MuriHistoryWorker *self, MuriHistoryPatch *patch, GTask *task);

/* A part of the one that waited longest. */
void muri_history_worker_patch (MuriHistoryWorker *self);

/* Slots of @tier that know less than the finer ones of the same seconds are made of these. */
gboolean muri_history_worker_roll_up (MuriHistoryWorker *self, MuriHistoryObject *object,
                                      guint tier, gint64 from, gint64 to, GError **error);

/* muri-history-rebuild.c */

/* What a damaged file has lost of coarser slots is made of what it kept of finer ones, an object at
 * a time. */
void muri_history_worker_begin_rebuild (MuriHistoryWorker *self);
gboolean muri_history_worker_is_rebuilding (MuriHistoryWorker *self);
void muri_history_worker_rebuild (MuriHistoryWorker *self);

/* muri-history-answer.c */
void muri_history_worker_begin_query (MuriHistoryWorker *self, MuriHistoryQuery *query);
void muri_history_worker_answer (MuriHistoryWorker *self);

G_END_DECLS
