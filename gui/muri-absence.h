/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "muri-fleet.h"

G_BEGIN_DECLS

/* "since Friday 18:02": what happened while this console did not run; NULL: nothing of note, or it
 * was not away. */
char *muri_absence_words (MuriFleet *fleet, char **since);

/**
 * MuriAbsence: says so, until somebody has read it. Hidden while there is nothing to say.
 */
#define MURI_TYPE_ABSENCE (muri_absence_get_type ())
G_DECLARE_FINAL_TYPE (MuriAbsence, muri_absence, MURI, ABSENCE, GtkWidget)

/* @fleet: (nullable): NULL stops it */
void muri_absence_set_fleet (MuriAbsence *self, MuriFleet *fleet);

G_END_DECLS
