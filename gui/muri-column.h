/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "muri-fleet.h"

G_BEGIN_DECLS

/* The columns of the tables of VMs and hosts; also what these are sorted by. */
typedef enum
{
  MURI_COLUMN_NAME,
  MURI_COLUMN_STATE,
  MURI_COLUMN_HOST,
  MURI_COLUMN_VMS,
  MURI_COLUMN_ADDRESS,
  MURI_COLUMN_CPU,
  MURI_COLUMN_MEMORY,
  MURI_COLUMN_DISK,
  MURI_COLUMN_NETWORK,
  MURI_COLUMN_UPTIME,
  MURI_COLUMN_SUMMARY, /* the second line of a narrow row; in no table */
  MURI_N_COLUMNS
} MuriColumn;

const char *muri_column_get_id (MuriColumn column);
gboolean muri_column_from_id (const char *id, MuriColumn *column);
const char *muri_column_get_title (MuriColumn column);
int muri_column_get_width (MuriColumn column, GType item_type);

/* Whether VMs or nodes (@item_type) have it. */
gboolean muri_column_applies (MuriColumn column, GType item_type);

/* A figure: it moves every second, stands at the right, and is sorted by its number. */
gboolean muri_column_is_figure (MuriColumn column);

/* Sorted by muri_column_get_number(); else by muri_column_dup_text(). */
gboolean muri_column_is_number (MuriColumn column);

/* NaN where it is unknown; those sort last. */
double muri_column_get_number (MuriColumn column, gpointer item);

/* What a cell shows. */
char *muri_column_dup_text (MuriColumn column, gpointer item);

/* The share of a true maximum, NaN where there is none. */
double muri_column_get_fraction (MuriColumn column, gpointer item);

/* Whether a change of @property changes the cell. */
gboolean muri_column_depends_on (MuriColumn column, const char *property);

/* Whether what is known of @item (MuriVm or MuriNode) is current. */
gboolean muri_item_is_known (gpointer item);
const char *muri_item_get_name (gpointer item);

/* "web-001, running, seoul-1": what a screen reader says of a row. */
char *muri_item_dup_label (gpointer item);

G_END_DECLS
