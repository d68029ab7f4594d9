/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "muri-fleet.h"

G_BEGIN_DECLS

/**
 * MuriTally: how many operations are under way, and how many failures nobody has seen yet.
 *
 * Properties: n-open (guint: operations), n-unseen (guint: targets that failed in this console's
 * own operations since muri_tally_see()), last (MuriOperation, nullable: the last own one that
 * finished).
 */
#define MURI_TYPE_TALLY (muri_tally_get_type ())
G_DECLARE_FINAL_TYPE (MuriTally, muri_tally, MURI, TALLY, GObject)

MuriTally *muri_tally_new (MuriFleet *fleet);

guint muri_tally_get_n_open (MuriTally *tally);
guint muri_tally_get_n_unseen (MuriTally *tally);
MuriOperation *muri_tally_get_last (MuriTally *tally);

/* The failures were looked at. */
void muri_tally_see (MuriTally *tally);

G_END_DECLS
