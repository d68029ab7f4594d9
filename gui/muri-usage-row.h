/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "muri-usage.h"

G_BEGIN_DECLS

/**
 * MuriUsageRow: a line of the usage report: a VM, a host, a group, or all of them. Immutable.
 */
#define MURI_TYPE_USAGE_ROW (muri_usage_row_get_type ())
G_DECLARE_FINAL_TYPE (MuriUsageRow, muri_usage_row, MURI, USAGE_ROW, GObject)

/* @id: (nullable): as of muri_scope_to_id(), for a line that leads somewhere; @place: (nullable):
 * the host of a VM; @span: seconds that its objects were looked at, all together */
MuriUsageRow *muri_usage_row_new (const char *id, const char *name, const char *place,
                                  const MuriUsage *usage, double span);

/* (nullable): of a sum; "" of what is not there any more */
const char *muri_usage_row_get_id (MuriUsageRow *self);
const char *muri_usage_row_get_name (MuriUsageRow *self);
const char *muri_usage_row_get_place (MuriUsageRow *self);
const MuriUsage *muri_usage_row_get_usage (MuriUsageRow *self);

/* Of its time, how much was known, 0 to 1. */
double muri_usage_row_get_known (MuriUsageRow *self);

/* The columns that hold figures. */
typedef enum
{
  MURI_USAGE_ON,     /* hours */
  MURI_USAGE_CPU,    /* processor hours */
  MURI_USAGE_MEMORY, /* GiB hours */
  MURI_USAGE_READ,   /* bytes, as the three after it */
  MURI_USAGE_WRITTEN,
  MURI_USAGE_RECEIVED,
  MURI_USAGE_SENT,
  MURI_USAGE_KNOWN, /* share */
  MURI_N_USAGE_COLUMNS
} MuriUsageColumn;

double muri_usage_row_get_value (MuriUsageRow *self, MuriUsageColumn column);

/* For the screen; "—" where nothing is known of it at all. */
char *muri_usage_row_format (MuriUsageRow *self, MuriUsageColumn column);

/* In words, translated; and for a table of data, with its unit. */
const char *muri_usage_column_get_title (MuriUsageColumn column);
const char *muri_usage_column_get_field (MuriUsageColumn column);

G_END_DECLS
