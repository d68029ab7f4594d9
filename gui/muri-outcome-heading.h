/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "muri-outcome-counts.h"

G_BEGIN_DECLS

/**
 * MuriOutcomeHeading: says how many of the targets below it came out alike.
 *
 * Properties: n (guint).
 */
#define MURI_TYPE_OUTCOME_HEADING (muri_outcome_heading_get_type ())
G_DECLARE_FINAL_TYPE (MuriOutcomeHeading, muri_outcome_heading, MURI, OUTCOME_HEADING, GObject)

MuriOutcomeHeading *muri_outcome_heading_new (MuriCount count);
MuriCount muri_outcome_heading_get_count (MuriOutcomeHeading *heading);
guint muri_outcome_heading_get_n (MuriOutcomeHeading *heading);
void muri_outcome_heading_set_n (MuriOutcomeHeading *heading, guint n);

G_END_DECLS
