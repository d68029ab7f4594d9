/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "muri-fleet.h"

G_BEGIN_DECLS

/**
 * MuriQueryCompletion: offers below an entry what the term at its cursor could become.
 *
 * Down and Up choose, Enter and Tab take, Escape closes. It lives as long as the entry.
 */
#define MURI_TYPE_QUERY_COMPLETION (muri_query_completion_get_type ())
G_DECLARE_FINAL_TYPE (MuriQueryCompletion, muri_query_completion, MURI, QUERY_COMPLETION, GObject)

/* @entry: a GtkEditable. The entry keeps what is made here. */
MuriQueryCompletion *muri_query_completion_new (GtkWidget *entry);

void muri_query_completion_set_fleet (MuriQueryCompletion *completion, MuriFleet *fleet);

G_END_DECLS
