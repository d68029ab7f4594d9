/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "muri-vm.h"

G_BEGIN_DECLS

/* MuriSparkline: the last two minutes of a VM's CPU, for a cell. Property vm (MuriVm, nullable). */
#define MURI_TYPE_SPARKLINE (muri_sparkline_get_type ())
G_DECLARE_FINAL_TYPE (MuriSparkline, muri_sparkline, MURI, SPARKLINE, GtkWidget)

GtkWidget *muri_sparkline_new (void);
void muri_sparkline_set_vm (MuriSparkline *self, MuriVm *vm);
MuriVm *muri_sparkline_get_vm (MuriSparkline *self);

G_END_DECLS
