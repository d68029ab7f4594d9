/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "muri-report.h"

G_BEGIN_DECLS

/**
 * MuriAdviceView: which VMs do next to nothing, which have too much or too little, and what room
 * the hosts have; a line each, with its reason and what can be done.
 */
#define MURI_TYPE_ADVICE_VIEW (muri_advice_view_get_type ())
G_DECLARE_FINAL_TYPE (MuriAdviceView, muri_advice_view, MURI, ADVICE_VIEW, GtkWidget)

GtkWidget *muri_advice_view_new (void);
void muri_advice_view_show (MuriAdviceView *self, MuriReport *report);

/* As it is sorted. */
char *muri_advice_view_to_csv (MuriAdviceView *self);

G_END_DECLS
