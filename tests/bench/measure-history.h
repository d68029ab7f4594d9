/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "muri-history-private.h"

G_BEGIN_DECLS

/* Figures of real guests, one guest after the other. */
typedef struct _MeasureGuests MeasureGuests;

MeasureGuests *measure_guests_read (const char *path);
void measure_guests_free (MeasureGuests *guests);

/* Seconds of all of them. */
guint measure_guests_count (const MeasureGuests *guests);

/* MURI_N_VM_FIGURES of a second, each VM somewhere else in the series. */
const float *measure_guests_get (const MeasureGuests *guests, guint vm, gint64 second);

/* ---- a console's history, whose clock is what it is fed ---- */

/* With VMs 1 to @n_vms, 20 a node. */
MuriHistory *measure_history_open (const char *directory, guint n_vms);
void measure_history_feed (MuriHistory *history, const MeasureGuests *guests, guint n_vms,
                           gint64 from, gint64 to);

/* Waits until the thread has done all it was told. */
void measure_history_settle (MuriHistory *history);
/* The sum of all up to @n_vms. */
MuriTrack *measure_history_sum (MuriHistory *history, guint n_vms, MuriFigure figure, gint64 from,
                                gint64 to, guint slots);
MuriTrack *measure_history_ask (MuriHistory *history, guint vm, MuriFigure figure, gint64 from,
                                gint64 to, guint slots);

/* CPU seconds of its thread so far. */
double measure_history_cpu (void);

/* Into an image, as wide as it has slots. */
void measure_history_draw (MuriTrack *track);

G_END_DECLS
