/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "muri-figure.h"

G_BEGIN_DECLS

/**
 * MuriSeries: the last minutes of an object's figures, for live graphs.
 *
 * A ring of samples in columns of floats. Bounded, in memory only, main context only.
 */
typedef struct _MuriSeries MuriSeries;

MuriSeries *muri_series_new (guint n_figures, guint capacity);
MuriSeries *muri_series_ref (MuriSeries *series);
void muri_series_unref (MuriSeries *series);

/* @time: microseconds since the epoch, by the console's clock; @values: n_figures of them */
void muri_series_push (MuriSeries *series, gint64 time, const float *values);

/* Oldest is 0. */
guint muri_series_get_length (MuriSeries *series);
gint64 muri_series_get_time (MuriSeries *series, guint index);
float muri_series_get_value (MuriSeries *series, guint index, MuriFigure figure);

/* The index of the newest sample not later than @time, or -1. */
int muri_series_find (MuriSeries *series, gint64 time);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MuriSeries, muri_series_unref)

G_END_DECLS
