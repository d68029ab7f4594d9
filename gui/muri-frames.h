/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* With MURI_DEBUG=frames in the environment: the window draws as often as the screen allows, and
 * writes a line to standard error after each frame: its monotonic time, how long after the one
 * before it came, and how much of that the main thread was at work. Whatever keeps the main thread
 * from drawing makes a frame late, also between frames. For measurements. */
void muri_frames_watch (GtkWindow *window);

G_END_DECLS
