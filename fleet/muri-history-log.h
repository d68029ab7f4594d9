/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * What came in the last seconds, packed for a row of the file, so that a crash loses no more than
 * the seconds after it. Values keep 15 binary digits, more than chunks do.
 */
typedef struct
{
  GByteArray *data;
  guint n;
  gint64 last; /* second */
} MuriHistoryLog;

void muri_history_log_init (MuriHistoryLog *log);
void muri_history_log_clear (MuriHistoryLog *log);

/* @object: its number in the file */
void muri_history_log_add (MuriHistoryLog *log, gint64 object, gint64 second, const float *values,
                           guint n_figures);

/* All of it, packed; the log is empty after it. */
GBytes *muri_history_log_flush (MuriHistoryLog *log);

typedef void (*MuriHistoryLogFunc) (gint64 object, gint64 second, const float *values,
                                    guint n_figures, gpointer data);

/* Returns FALSE when it is damaged; what comes before the damage is read. */
gboolean muri_history_log_read (gconstpointer data, gsize length, MuriHistoryLogFunc func,
                                gpointer user_data);

G_END_DECLS
