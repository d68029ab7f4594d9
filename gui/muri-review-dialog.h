/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "muri-act.h"

G_BEGIN_DECLS

/**
 * MuriReviewDialog: the question for several VMs: one sentence, and the list to look through.
 *
 * Signals: "confirmed" (GPtrArray of MuriVm: exactly these; MuriPacing *).
 */
#define MURI_TYPE_REVIEW_DIALOG (muri_review_dialog_get_type ())
G_DECLARE_FINAL_TYPE (MuriReviewDialog, muri_review_dialog, MURI, REVIEW_DIALOG, AdwWindow)

/* @intent: what is asked about; copied where it is kept */
MuriReviewDialog *
muri_review_dialog_new (GtkWindow *parent, MuriFleet *fleet, const MuriIntent *intent);

G_END_DECLS
