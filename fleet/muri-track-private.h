/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "muri-track.h"

G_BEGIN_DECLS

/* @key: (nullable). All is unknown until it is written, which its maker does before anybody else
 * has it. */
MuriTrack *muri_track_new (const MuriTargetKey *key, MuriFigure figure, gint64 start, gint64 step,
                           guint length);

/* Columns of its length. */
typedef struct
{
  float *min;
  float *average;
  float *max;
  float *known;
} MuriTrackColumns;

MuriTrackColumns muri_track_columns (MuriTrack *track);

G_END_DECLS
