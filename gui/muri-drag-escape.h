/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* For "drag-begin": that Escape gives the drag up. */
void muri_drag_hear_escape (GdkDrag *drag);

G_END_DECLS
