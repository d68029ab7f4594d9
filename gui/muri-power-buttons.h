/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "muri-fleet.h"

G_BEGIN_DECLS

/* MuriPowerButtons: what can be done with one VM now; the rest of the verbs in a menu. */
#define MURI_TYPE_POWER_BUTTONS (muri_power_buttons_get_type ())
G_DECLARE_FINAL_TYPE (MuriPowerButtons, muri_power_buttons, MURI, POWER_BUTTONS, GtkWidget)

/* @vm: (nullable) */
void muri_power_buttons_set_vm (MuriPowerButtons *self, MuriVm *vm);

/* After the VM or its host changed. */
void muri_power_buttons_update (MuriPowerButtons *self);

G_END_DECLS
