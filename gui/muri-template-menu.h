/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "muri-fleet.h"

G_BEGIN_DECLS

/* What can be done with a template: of its card, and of its page. @open: with "Details" and
 * "New VMs…" */
GMenuModel *muri_template_menu_new (MuriTemplate *shown, gboolean open);

/* How templates come about. */
GMenuModel *muri_template_menu_new_add (void);

G_END_DECLS
