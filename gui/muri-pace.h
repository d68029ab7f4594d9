/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "muri-fleet.h"

G_BEGIN_DECLS

/**
 * MuriPace: how fast an operation goes, as a person chooses it. Folded, it says so in one line.
 *
 * Signals: "changed".
 */
#define MURI_TYPE_PACE (muri_pace_get_type ())
G_DECLARE_FINAL_TYPE (MuriPace, muri_pace, MURI, PACE, AdwBin)

/* Of @verb; @ordered: there is a start order that can be followed. */
void muri_pace_set_up (MuriPace *pace, guint verb, gboolean ordered, const MuriPacing *pacing);
void muri_pace_get (MuriPace *pace, MuriPacing *pacing);

/* "5 at a time, stop after 2 failures"; (transfer full) */
char *muri_pace_describe (const MuriPacing *pacing);

G_END_DECLS
