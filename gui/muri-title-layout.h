/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* MuriTitleLayout: a title and, at the end of its line or else below it, what can be done. */
#define MURI_TYPE_TITLE_LAYOUT (muri_title_layout_get_type ())
G_DECLARE_FINAL_TYPE (MuriTitleLayout, muri_title_layout, MURI, TITLE_LAYOUT, GtkLayoutManager)

G_END_DECLS
