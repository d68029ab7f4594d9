/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "muri-chunk.h"
#include "muri-history-look.h"
#include "muri-history.h"
#include "muri-history-table.h"

G_BEGIN_DECLS

/* So many slots may be asked for, and so many looked through for a sum. */
#define MURI_HISTORY_SLOTS_MAX 100000
#define MURI_HISTORY_LENGTH_MAX 1000000

typedef struct
{
  GPtrArray *tracks; /* MuriTrack */
  guint held;        /* tiers that are kept here, a bit each */
} MuriHistoryAnswer;

void muri_history_answer_free (MuriHistoryAnswer *answer);

/* What is asked for, and how far it is done. History's thread only, once it is made. */
typedef struct
{
  MuriTargetKey *keys;
  guint n_keys;
  float *weights; /* of each key, for shares that are summed; NULL: 1 */
  MuriFigure *figures;
  guint n_figures;
  gint64 from;
  gint64 to;
  guint slots;
  MuriHistoryCombine combine;
  GTask *task;  /* without a source object; returns a GPtrArray of MuriTrack */
  GTask *asker; /* (nullable) unowned: is shown parts of the answer, as long as @task is there */

  guint extra;    /* tiers of the pieces, a bit each */
  GArray *pieces; /* (nullable): MuriHistoryPiece, of agents */

  /* the plan */
  guint tier;
  guint factor; /* slots of the tier in one of the answer */
  gint64 first; /* second */
  guint step;   /* seconds of a slot of a series */
  guint length; /* of a series */
  guint offset; /* slots of a series before what is asked for */
  guint n;      /* and slots of the answer */

  /* the work: of a sum a window after the other, the newest first, with all objects; else all of
   * an object */
  guint next;         /* key */
  guint window;       /* first slot of the series at hand */
  guint window_slots; /* that it has */
  MuriRollup *series; /* of the object at hand, a figure after the other */
  double *sums;       /* four columns a figure */
  gint64 shown;       /* when a part was, monotonic */
  GPtrArray *tracks;
} MuriHistoryQuery;

MuriHistoryQuery *muri_history_query_new (const MuriHistoryRequest *request);
void muri_history_query_free (MuriHistoryQuery *query);

/* The coarsest of @tiers (a bit each) whose slots are no longer than @wanted seconds, or the
 * finest. */
guint muri_history_choose_tier (guint tiers, double wanted);

/* @tiers: a bit for each that is held. Returns FALSE when that is more than can be answered. */
gboolean muri_history_query_plan (MuriHistoryQuery *query, guint tiers, GError **error);

/* ---- one object after the other: begin, add whatever is known, finish; the next one is that of
 * @next ---- */

gboolean muri_history_query_is_done (MuriHistoryQuery *query);
void muri_history_query_begin_object (MuriHistoryQuery *query);

/* What is known of slot @at (second) of @step seconds. Of a coarser tier only what is unknown is
 * filled, so finer ones go first. */
void muri_history_query_add (MuriHistoryQuery *query, guint figure, gint64 at, guint step,
                             const MuriRollup *rollup);

/* @ahead: seconds that whoever wrote it is ahead of our clock, whole slots of it */
void muri_history_query_add_chunk (MuriHistoryQuery *query, MuriChunk *chunk, gint64 ahead);
void muri_history_query_add_memory (MuriHistoryQuery *query, MuriHistoryObject *object, guint tier);
/* The first second of the series at hand, and the one after the last. */
gint64 muri_history_query_get_begin (MuriHistoryQuery *query);
gint64 muri_history_query_get_end (MuriHistoryQuery *query);

/* Something is known of every slot of every figure that is asked for. */
gboolean muri_history_query_is_full (MuriHistoryQuery *query);
void muri_history_query_finish_object (MuriHistoryQuery *query);

/* After the last one. Transfer full, element-type MuriTrack */
GPtrArray *muri_history_query_steal_tracks (MuriHistoryQuery *query);

/* Of a sum, what there is of it before. Transfer full, element-type MuriTrack */
GPtrArray *muri_history_query_make_part (MuriHistoryQuery *query);

G_END_DECLS
