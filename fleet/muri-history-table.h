/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "muri-figure.h"
#include "muri-rollup.h"
#include "muri-target-key.h"

G_BEGIN_DECLS

/*
 * What history holds in memory: of each object the newest slots of each tier, which are not in the
 * file yet. No thread and no file of its own; all of it belongs to one thread.
 */

/* A clock that was set back by less is waited for; by more, time begins anew. Seconds. */
#define MURI_HISTORY_PATIENCE 120

/* Closed slots, without a hole. Of 1 s values, else rollups; a row of figures a slot. */
typedef struct
{
  gint64 first; /* its number: seconds since the epoch by the step */
  guint length;
  guint room;
  float *values;
  MuriRollup *rollups;
} MuriHistoryTail;

typedef struct _MuriHistoryObject MuriHistoryObject;

struct _MuriHistoryObject
{
  MuriTargetKey key;
  MuriHistoryObject *next; /* that came after it in a sample; nobody leaves the table */
  gint64 id;               /* in the file, 0 not there yet */
  gboolean noted;          /* it is there, as far as this console knows */
  gboolean renamed;        /* since it was written */
  char *name;
  char *node_name;
  guint cpus; /* of a node, 0 unknown */
  guint n_figures;
  gint64 first_seen; /* seconds since the epoch, 0 never */
  gint64 last_seen;

  gboolean begun;
  gint64 second; /* the newest one */
  MuriHistoryTail tails[MURI_N_TIERS];
  gint64 slots[MURI_N_TIERS]; /* those that are open */
  MuriRollup *open[MURI_N_TIERS];
};

typedef struct _MuriHistoryTable MuriHistoryTable;

/* @n slots of @object leave the memory, from @first on: the first ones of its tail. Without a sink
 * they are lost. */
typedef void (*MuriHistorySink) (MuriHistoryObject *object, guint tier, gint64 first, guint n,
                                 gpointer data);

MuriHistoryTable *muri_history_table_new (void);
void muri_history_table_free (MuriHistoryTable *table);
void
muri_history_table_set_sink (MuriHistoryTable *table, MuriHistorySink sink, gpointer user_data);

/* Whether the two fine tiers are held at all. */
void muri_history_table_set_fine (MuriHistoryTable *table, gboolean fine);
gboolean muri_history_table_is_fine (MuriHistoryTable *table);

guint muri_history_table_get_n_objects (MuriHistoryTable *table);
MuriHistoryObject *muri_history_table_get_object (MuriHistoryTable *table, guint index);
MuriHistoryObject *muri_history_table_find (MuriHistoryTable *table, const MuriTargetKey *key);
MuriHistoryObject *
muri_history_table_find_after (MuriHistoryTable *table, MuriHistoryObject *before,
                               const MuriTargetKey *key);
MuriHistoryObject *muri_history_table_find_id (MuriHistoryTable *table, gint64 id);
void muri_history_table_set_id (MuriHistoryTable *table, MuriHistoryObject *object, gint64 id);
MuriHistoryObject *muri_history_table_ensure (MuriHistoryTable *table, const MuriTargetKey *key);
gsize muri_history_table_get_memory (MuriHistoryTable *table);

/* How many slots of a tier may wait for being written. */
guint muri_history_table_get_room (guint tier);

/* One second of an object. Returns FALSE when that second was there already; @stepped_back: a
 * clock was set back by more than is waited for, so nothing was taken either. */
gboolean muri_history_table_add (MuriHistoryTable *table, MuriHistoryObject *object, gint64 second,
                                 const float *values, gboolean *stepped_back);

/* Closes what is open and lies before @second, which is not taken any more after that. */
void muri_history_table_close (MuriHistoryTable *table, MuriHistoryObject *object, gint64 second);

/* How many of the first slots of its tail end no later than @second; and so many go. */
guint muri_history_object_count (MuriHistoryObject *object, guint tier, gint64 second);
void muri_history_object_drop (MuriHistoryObject *object, guint tier, guint n);

/* The first second that is in memory of these tiers (a bit each), G_MAXINT64: nothing is. */
gint64 muri_history_object_get_begin (MuriHistoryObject *object, guint tiers);

/* What the open slot of the coarsest tier holds beside the open ones below it. */
void muri_history_object_set_coarse (MuriHistoryObject *object, const MuriRollup *rollups);

/* All of an object, the open slots too; it begins anew. */
void muri_history_table_reset (MuriHistoryTable *table, MuriHistoryObject *object);

/* What is in memory of a tier, open slots included: FALSE nothing. */
gboolean
muri_history_object_get_span (MuriHistoryObject *object, guint tier, gint64 *first, gint64 *last);

/* A slot of that span; all 0 when it is unknown. */
MuriRollup
muri_history_object_get (MuriHistoryObject *object, guint tier, gint64 slot, MuriFigure figure);

static inline gint64
muri_history_slot_of (gint64 second, guint tier)
{
  const gint64 step = muri_tiers[tier].step;

  return second / step - (second % step < 0 ? 1 : 0);
}

G_END_DECLS
