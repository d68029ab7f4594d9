/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* What a spin button says now: what is typed counts at once, and not only when the button takes it
 * in. What is no number within its bounds is as if it were not typed. */
guint64 muri_spin_get_number (GtkSpinButton *button);

G_END_DECLS
