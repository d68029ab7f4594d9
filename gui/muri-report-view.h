/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/*
 * Columns of the tables of reports: labels, which are filled anew for each row.
 */

/* What a cell says; newly allocated. */
typedef char *(*MuriReportTextFunc) (gpointer item, gpointer user_data);

typedef struct
{
  const char *title;
  MuriReportTextFunc text;
  GCompareDataFunc compare; /* (nullable): it cannot be sorted by */
  gpointer user_data;
  gboolean numeric; /* stands at the right */
  gboolean expand;
} MuriReportColumn;

GtkColumnViewColumn *muri_report_view_add (GtkColumnView *view, const MuriReportColumn *column);

/* A column whose cells lead to what is named there. @id: as of muri_scope_to_id(), or NULL */
GtkColumnViewColumn *
muri_report_view_add_link (GtkColumnView *view, const char *title, MuriReportTextFunc text,
                           MuriReportTextFunc id, GCompareDataFunc compare);

/* It is there while the view is at least so wide. */
void muri_report_view_need_width (GtkColumnView *view, GtkColumnViewColumn *column, int width);

G_END_DECLS
