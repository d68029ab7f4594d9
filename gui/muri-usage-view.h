/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "muri-report.h"

G_BEGIN_DECLS

/**
 * MuriUsageView: what VMs, hosts or groups used, as a table with its sum on top.
 */
#define MURI_TYPE_USAGE_VIEW (muri_usage_view_get_type ())
G_DECLARE_FINAL_TYPE (MuriUsageView, muri_usage_view, MURI, USAGE_VIEW, GtkWidget)

GtkWidget *muri_usage_view_new (void);

/* Again whenever the report changed. */
void muri_usage_view_show (MuriUsageView *self, MuriReport *report, MuriReportTable table);

/* As it is sorted. */
char *muri_usage_view_to_csv (MuriUsageView *self);

G_END_DECLS
