/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "muri-fleet.h"

G_BEGIN_DECLS

/**
 * MuriLedgerFilter: which targets.
 */
typedef enum
{
  MURI_LEDGER_OPEN = 1 << 0, /* not final yet, sent or not */
  MURI_LEDGER_DONE = 1 << 1,
  MURI_LEDGER_ALREADY = 1 << 2,
  MURI_LEDGER_FAILED = 1 << 3,    /* final and none of the others */
  MURI_LEDGER_TIMED_OUT = 1 << 4, /* acted on, the wanted state not seen: not failed */
  MURI_LEDGER_UNREACHABLE = 1 << 5,
  MURI_LEDGER_CANCELLED = 1 << 6,
  MURI_LEDGER_PROTECTED = 1 << 7,
  MURI_LEDGER_WAITING = 1 << 8, /* for their host to be heard of again */
} MuriLedgerFilter;

/* Exactly one of them. */
MuriLedgerFilter muri_target_get_kind (MuriTarget *target);
guint muri_operation_count (MuriOperation *operation, MuriLedgerFilter filter);

/* Whether @operation's verb, issuer, group or a target's or host's name contains every word of
 * @text (any case), and a target has one of @kinds (0: any). */
gboolean
muri_operation_matches (MuriOperation *operation, const char *text, MuriLedgerFilter kinds);
gboolean muri_target_matches (MuriTarget *target, const char *text, MuriLedgerFilter kinds);

/* Targets of @kinds, and of an operation that is found by names of targets only those; transfer
 * container. */
GPtrArray *
muri_operation_find_targets (MuriOperation *operation, const char *text, MuriLedgerFilter kinds);

/* The same again for the targets of @kinds that still exist (0: failed, timed out, unreachable),
 * with the same parameters and pacing, and @operation as its parent. To be handed to
 * muri_fleet_request_async(), perhaps after a question. NULL: there are none. Transfer full. */
MuriRequest *muri_fleet_retry (MuriFleet *fleet, MuriOperation *operation, MuriLedgerFilter kinds);

/* Start again what @operation stopped (shutdown, power off, save) and ran before. NULL: none. */
MuriRequest *muri_fleet_start_again (MuriFleet *fleet, MuriOperation *operation);

/* Another verb for its targets of @kinds: "Force Off 2" of those that timed out. NULL: none. */
MuriRequest *muri_fleet_follow_up (MuriFleet *fleet, MuriOperation *operation, guint verb,
                                   MuriLedgerFilter kinds);

/* virsh lines, one a target, that would do the same; transfer full. */
char *muri_fleet_to_commands (MuriFleet *fleet, MuriOperation *operation);

/* With a line of titles, RFC 4180; transfer full. */
char *muri_operation_to_csv (MuriOperation *operation);

G_END_DECLS
