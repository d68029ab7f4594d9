/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/* One slow clock for all that says "2 min ago": every few seconds, and only while somebody
 * listens. Main thread only; @data is passed as the only argument. */
gulong muri_clock_connect (GCallback callback, gpointer data);
void muri_clock_disconnect (gulong handler);

G_END_DECLS
