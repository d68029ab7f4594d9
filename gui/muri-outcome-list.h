/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "muri-ledger.h"

G_BEGIN_DECLS

/**
 * MuriOutcomeList: the targets of an operation by what became of them, what failed first; of many
 * that came out differently, under headings.
 *
 * A GListModel of MuriTarget and MuriOutcomeHeading. Outcomes come by the thousand: it is told when
 * to look at them again, and says then what is another one in one span.
 *
 * Signals: stale (void): its operation has gone on.
 */
#define MURI_TYPE_OUTCOME_LIST (muri_outcome_list_get_type ())
G_DECLARE_FINAL_TYPE (MuriOutcomeList, muri_outcome_list, MURI, OUTCOME_LIST, GObject)

/* Empty before its first refresh. */
MuriOutcomeList *muri_outcome_list_new (MuriOperation *operation);

/* Lists the targets of @kinds (0: any); when names of some of them have @text (nullable), those. */
void muri_outcome_list_refresh (MuriOutcomeList *list, MuriLedgerFilter kinds, const char *text);

G_END_DECLS
