/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "muri-history.h"

G_BEGIN_DECLS

/**
 * MuriUsage: what an object used over a span of time, as far as history knows.
 * @known: seconds of which it is known whether it ran: its host was heard
 * @on: seconds that it ran
 * @cpu: processor seconds
 * @memory: byte seconds
 * @read: bytes, as the three after it
 * @cpu_average: the share of its own processors while it ran, NaN when it never did
 * @cpu_95: what that was below in 95 of 100 seconds, by the averages of slots
 * @cpu_max: of any second
 * @memory_average: bytes, while it ran
 * @memory_max: bytes, of any second
 */
typedef struct
{
  double known;
  double on;
  double cpu;
  double memory;
  double read;
  double written;
  double received;
  double sent;
  double cpu_average;
  double cpu_95;
  double cpu_max;
  double memory_average;
  double memory_max;
} MuriUsage;

/**
 * muri_usage_sum:
 * @usage: (out): what comes of it
 * @tracks: (array length=n_tracks): of one object, a figure each, all over the same slots
 * @host: (nullable): the CPU of its host over the same slots; NULL for a host
 * @cpus: its processors now, 0 unknown
 * @host_cpus: those of a VM's host, 0 unknown. With it and %MURI_FIGURE_HOST_CPU it does not matter
 *   how many processors the VM had when
 * @from: microseconds since the epoch
 * @to: the end
 *
 * Of slots that lie partly outside, the part inside counts.
 */
void muri_usage_sum (MuriUsage *usage, MuriTrack *const *tracks, guint n_tracks, MuriTrack *host,
                     double cpus, double host_cpus, gint64 from, gint64 to);

/* The sum of both; averages by the time that each ran, and no percentile. */
void muri_usage_add (MuriUsage *usage, const MuriUsage *other);
void muri_usage_init (MuriUsage *usage);

/**
 * muri_usage_async:
 * @history: the history
 * @objects: (element-type GObject): MuriVm and MuriNode, and MuriPast of what was deleted
 * @from: microseconds since the epoch
 * @to: the end, later than @from
 *
 * Asks for a few objects at a time, so that nothing else waits for it.
 */
void muri_usage_async (MuriHistory *history, GPtrArray *objects, gint64 from, gint64 to,
                       GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);

/* (element-type MuriUsage): one for each object */
GArray *muri_usage_finish (GAsyncResult *result, GError **error);

G_END_DECLS
