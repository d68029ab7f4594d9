/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "muri-fleet.h"

G_BEGIN_DECLS

/**
 * MuriJump: type a few letters, press Enter, be there: a host, a VM or a view.
 */
#define MURI_TYPE_JUMP (muri_jump_get_type ())
G_DECLARE_FINAL_TYPE (MuriJump, muri_jump, MURI, JUMP, AdwWindow)

MuriJump *muri_jump_new (GtkWindow *parent, MuriFleet *fleet);

G_END_DECLS
