/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "muri-fleet.h"

G_BEGIN_DECLS

/**
 * MuriMakeTemplate: a template of a VM that is off.
 *
 * Signals: "confirmed" (MuriRequest).
 */
#define MURI_TYPE_MAKE_TEMPLATE (muri_make_template_get_type ())
G_DECLARE_FINAL_TYPE (MuriMakeTemplate, muri_make_template, MURI, MAKE_TEMPLATE, AdwWindow)

/* @vm: (nullable): else it is chosen there */
MuriMakeTemplate *muri_make_template_new (GtkWindow *parent, MuriFleet *fleet, MuriVm *vm);

G_END_DECLS
