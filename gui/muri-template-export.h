/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "muri-fleet.h"

G_BEGIN_DECLS

/* Asks for a file and gets the template's image from a holder, with progress; what becomes of it
 * is said by @parent's win.say. */
void muri_template_export (GtkWindow *parent, MuriFleet *fleet, MuriTemplate *exported);

G_END_DECLS
