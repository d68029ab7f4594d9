/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "muri-members.h"

G_BEGIN_DECLS

/* What dragging has in common, wherever it begins. */

/* For "prepare". */
GdkContentProvider *muri_drag_provide (MuriMembers *members);

/* For "drag-begin": what hangs at the pointer, and Escape. */
void muri_drag_begin (GdkDrag *drag);

/* What is dragged over a widget of ours; NULL: nothing of ours. Transfer full. */
MuriMembers *muri_drag_get_members (GdkDrop *drop);

G_END_DECLS
