/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

#include "muri-fleet.h"

G_BEGIN_DECLS

/* What is shown where something is not known; every function here gives it for NaN. */
#define MURI_FORMAT_UNKNOWN "—"

typedef enum
{
  MURI_UNIT_SHARE,    /* 0 to 1, shown in per cent */
  MURI_UNIT_BYTES,    /* binary units */
  MURI_UNIT_RATE,     /* bytes/s, decimal units */
  MURI_UNIT_SECONDS,  /* of a request */
  MURI_UNIT_REQUESTS, /* requests/s */
  MURI_UNIT_LOAD,
} MuriUnit;

/* A value of any unit: as a figure, and shorter beside a rule of a graph. */
char *muri_format_value (MuriUnit unit, double value);
char *muri_format_rule (MuriUnit unit, double value);

/* Figures. Never more digits than are known; the unit stands behind a no-break space. */
char *muri_format_share (double share);
char *muri_format_rate (double bytes_per_second);
char *muri_format_size (double bytes);
char *muri_format_memory (double used, double total);
char *muri_format_latency (double seconds);
char *muri_format_requests (double per_second);
char *muri_format_load (double load);
char *muri_format_number (double value);

/* Times. @us is a span, @time and @since are microseconds since the epoch. */
char *muri_format_duration (gint64 us);
char *muri_format_age (gint64 since);
char *muri_format_clock (gint64 time);
char *muri_format_time (gint64 time);

/* Words; translated, never NULL. */
const char *muri_format_vm_state (guint state);
const char *muri_format_node_state (guint state);
const char *muri_format_verb (guint verb);
const char *muri_format_verb_ing (guint verb);
const char *muri_format_outcome (guint state);
const char *muri_format_step (guint step);
const char *muri_format_event_kind (guint kind);
const char *muri_format_severity (guint severity);

/* "Force Off 12 VMs", "Force Off web-001": buttons, titles, rows. */
char *muri_format_verb_count (guint verb, guint n);
char *muri_format_verb_name (guint verb, const char *name);

/* "Running", or "Running 2 min ago" when that is all that is known. */
char *muri_format_vm_status (MuriVm *vm);
char *muri_format_node_status (MuriNode *node);

/* "Shut Down 34 VMs of web" or "Start web-001"; "34 done · 2 failed · 1 unreachable". */
char *muri_format_operation (MuriOperation *operation);
char *muri_format_operation_counts (MuriOperation *operation);

/* "9.0.0" from 9000000. */
char *muri_format_version (guint version);

G_END_DECLS
