/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "muri-advice.h"
#include "muri-scope.h"
#include "muri-usage-row.h"

G_BEGIN_DECLS

/* What the lines of the usage report are. */
typedef enum
{
  MURI_REPORT_VMS,
  MURI_REPORT_HOSTS,
  MURI_REPORT_GROUPS,
  MURI_N_REPORT_TABLES
} MuriReportTable;

/**
 * MuriReport: what the VMs, hosts and groups of a scope used over a span of time, and what is to be
 * said of that.
 *
 * Signal "changed": it asks, or it has an answer.
 */
#define MURI_TYPE_REPORT (muri_report_get_type ())
G_DECLARE_FINAL_TYPE (MuriReport, muri_report, MURI, REPORT, GObject)

MuriReport *muri_report_new (void);

/* @scope: (nullable): nothing any more; times are microseconds since the epoch. */
void muri_report_ask (MuriReport *self, MuriScope *scope, gint64 from, gint64 to);

gboolean muri_report_is_busy (MuriReport *self);
const char *muri_report_get_problem (MuriReport *self); /* (nullable) */
gint64 muri_report_get_from (MuriReport *self);
gint64 muri_report_get_to (MuriReport *self);

/* Of MuriUsageRow. They stay the same models. */
GListModel *muri_report_get_rows (MuriReport *self, MuriReportTable table);

/* (nullable): the sum of them, which counts each object once */
MuriUsageRow *muri_report_get_total (MuriReport *self, MuriReportTable table);

/* Of MuriAdvice. */
GListModel *muri_report_get_advice (MuriReport *self);

G_END_DECLS
