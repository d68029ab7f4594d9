/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "muri-rollup.h"
#include "muri-track.h"

G_BEGIN_DECLS

/**
 * MuriHistorySettings: what a person sets.
 * @keep: how long each of #muri_tiers is kept, seconds; 0 not at all. Minutes at least for a day.
 * @cap: how large the file may become, bytes
 */
typedef struct
{
  gint64 keep[MURI_N_TIERS];
  guint64 cap;
} MuriHistorySettings;

/* An hour, a day, a week, a year, within 1 GiB. */
void muri_history_settings_init (MuriHistorySettings *settings);

/* Of more VMs the two fine tiers are not stored: their agents have them, and are asked when
 * somebody looks. */
#define MURI_HISTORY_FINE_UP_TO 1000

/**
 * MuriHistoryEstimate: what settings mean for so many objects.
 * @keep: seconds that each tier reaches back within the cap
 * @size: bytes of the file when all of that is there
 * @fine: whether the two fine tiers are stored here at all
 */
typedef struct
{
  gint64 keep[MURI_N_TIERS];
  guint64 size;
  gboolean fine;
} MuriHistoryEstimate;

/**
 * MuriHistoryCombine: what becomes of several objects.
 * @MURI_HISTORY_EACH: a track an object and figure
 * @MURI_HISTORY_SUM: a track a figure: the sum of what is known. Its least and greatest values are
 *   sums of the objects' own, the bounds of what the sum can have been; its known share is the
 *   objects' average.
 */
typedef enum
{
  MURI_HISTORY_EACH,
  MURI_HISTORY_SUM,
} MuriHistoryCombine;

/**
 * MuriHistory: what the figures were, as far as this console and the agents know.
 *
 * Main context only; nothing here blocks. Never NULL in a fleet; it answers also when nothing can
 * be stored.
 *
 * Properties, each notified only when it changed:
 * - problem (string, nullable): why history is not stored or was begun anew, a sentence
 * - fill-progress (double): 0 to 1 while gaps are filled from the agents, else -1
 * - size (guint64): bytes of the file
 *
 * Signals: "extended" (gint64 from, gint64 to): something older than now became known.
 */
#define MURI_TYPE_HISTORY (muri_history_get_type ())
G_DECLARE_FINAL_TYPE (MuriHistory, muri_history, MURI, HISTORY, GObject)

/**
 * MuriHistoryRequest: what is asked for.
 * @keys: (array length=n_keys): objects, also such that do not exist any more
 * @weights: (array length=n_keys) (nullable): of a sum, what a figure that is a share counts of
 * each object: with its part of all processors, the sum of MURI_FIGURE_CPU is the share of these
 * that is used; other figures are added as they are
 * @figures: (array length=n_figures): which ones
 * @from: microseconds since the epoch
 * @to: the end of the span, later than @from
 * @slots: about so many slots are wanted, pixels for example; there are at least as many, up to
 *   twice, unless a slot would be shorter than a second
 * @combine: what becomes of several objects
 */
typedef struct
{
  const MuriTargetKey *keys;
  const float *weights;
  guint n_keys;
  const MuriFigure *figures;
  guint n_figures;
  gint64 from;
  gint64 to;
  guint slots;
  MuriHistoryCombine combine;
} MuriHistoryRequest;

/**
 * MuriHistoryPartFunc:
 * @history: the history
 * @tracks: (element-type MuriTrack): the answer so far
 * @user_data: what was given
 */
typedef void (*MuriHistoryPartFunc) (MuriHistory *history, GPtrArray *tracks, gpointer user_data);

/**
 * muri_history_ask_async:
 * @history: the history
 * @request: what is asked for; copied
 * @func: (nullable): is shown what there is before the whole answer
 *
 * Takes the coarsest tier that has so many slots, what is on disk together with what is not
 * written yet; where it has nothing, a coarser one. @func is shown a long sum as it grows, the
 * newest first. With @func agents are asked, too, where finer slots are wanted than are kept here,
 * of some tens of objects at most: it is shown what is here, and the whole answer has the finer
 * ones, as far as they could be had.
 */
void muri_history_ask_async (MuriHistory *history, const MuriHistoryRequest *request,
                             MuriHistoryPartFunc func, GCancellable *cancellable,
                             GAsyncReadyCallback callback, gpointer user_data);

/* As muri_history_ask_async(), of which only the whole answer is wanted. */
void muri_history_query_async (MuriHistory *history, const MuriTargetKey *keys, guint n_keys,
                               const MuriFigure *figures, guint n_figures, gint64 from, gint64 to,
                               guint slots, MuriHistoryCombine combine, GCancellable *cancellable,
                               GAsyncReadyCallback callback, gpointer user_data);

/* As muri_history_query_async() with MURI_HISTORY_SUM and weights. */
void muri_history_sum_async (MuriHistory *history, const MuriTargetKey *keys, const float *weights,
                             guint n_keys, const MuriFigure *figures, guint n_figures, gint64 from,
                             gint64 to, guint slots, GCancellable *cancellable,
                             GAsyncReadyCallback callback, gpointer user_data);

/* Of all three. (element-type MuriTrack): for each object each figure; of MURI_HISTORY_SUM one a
 * figure. */
GPtrArray *muri_history_query_finish (MuriHistory *history, GAsyncResult *result, GError **error);

/**
 * muri_history_list_async:
 * @history: the history
 * @from: microseconds since the epoch
 * @to: the end of the span
 *
 * All hosts and VMs of which something is known between these, also such that were deleted since.
 */
void
muri_history_list_async (MuriHistory *history, gint64 from, gint64 to, GCancellable *cancellable,
                         GAsyncReadyCallback callback, gpointer user_data);

/* (element-type MuriPast) */
GPtrArray *muri_history_list_finish (MuriHistory *history, GAsyncResult *result, GError **error);

const char *muri_history_get_problem (MuriHistory *history);
double muri_history_get_fill_progress (MuriHistory *history);
guint64 muri_history_get_size (MuriHistory *history);

void muri_history_get_settings (MuriHistory *history, MuriHistorySettings *settings);

/* @settings: (nullable): those in force. By what a slot of the figures at hand takes, as far as
 * there are some. */
void muri_history_estimate (MuriHistory *history, const MuriHistorySettings *settings, guint n_vms,
                            guint n_nodes, MuriHistoryEstimate *estimate);

/* In force at once; what is not to be kept any more goes in the minutes after. */
void muri_history_set_settings (MuriHistory *history, const MuriHistorySettings *settings);

G_END_DECLS
