/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

#include "muri-figure.h"
#include "muri-target-key.h"

G_BEGIN_DECLS

/**
 * MuriTrack: one figure of one object, or of several taken together, over a span of time.
 *
 * Slots of equal length; of each the least, average and greatest value of any second in it, and
 * what share of its seconds was known. NaN where nothing was. Immutable, any thread.
 */
#define MURI_TYPE_TRACK (muri_track_get_type ())
typedef struct _MuriTrack MuriTrack;

GType muri_track_get_type (void);
MuriTrack *muri_track_ref (MuriTrack *track);
void muri_track_unref (MuriTrack *track);

MuriFigure muri_track_get_figure (MuriTrack *track);

/* (nullable): of which object; NULL of several together. */
const MuriTargetKey *muri_track_get_key (MuriTrack *track);

/* Of the first slot, microseconds since the epoch; a multiple of the step. */
gint64 muri_track_get_start (MuriTrack *track);

/* Microseconds of a slot. */
gint64 muri_track_get_step (MuriTrack *track);

/* Of each of the arrays below. */
guint muri_track_get_length (MuriTrack *track);
const float *muri_track_get_min (MuriTrack *track);
const float *muri_track_get_average (MuriTrack *track);
const float *muri_track_get_max (MuriTrack *track);
const float *muri_track_get_known (MuriTrack *track); /* 0 to 1 */

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MuriTrack, muri_track_unref)

G_END_DECLS
