/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "muri-fleet.h"

G_BEGIN_DECLS

/* MuriPadlock: is there while its VM is protected. */
#define MURI_TYPE_PADLOCK (muri_padlock_get_type ())
G_DECLARE_FINAL_TYPE (MuriPadlock, muri_padlock, MURI, PADLOCK, GtkWidget)

GtkWidget *muri_padlock_new (void);

/* @vm: (nullable) */
void muri_padlock_set_vm (MuriPadlock *padlock, MuriVm *vm);

G_END_DECLS
