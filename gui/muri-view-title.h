/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/**
 * MuriViewTitle: the views of a stack in a header bar, as wide as there is room: names beside their
 * icons, below them, icons alone; else a title, and the views have to be elsewhere.
 *
 * Property: title-visible (gboolean)
 */
#define MURI_TYPE_VIEW_TITLE (muri_view_title_get_type ())
G_DECLARE_FINAL_TYPE (MuriViewTitle, muri_view_title, MURI, VIEW_TITLE, AdwBin)

void muri_view_title_set_stack (MuriViewTitle *self, AdwViewStack *stack);
void muri_view_title_set_title (MuriViewTitle *self, const char *title);

/* Whether there are views to switch between. */
void muri_view_title_set_switches (MuriViewTitle *self, gboolean switches);

/* Icons alone are better than views elsewhere: not so on a narrow screen, where fingers are. */
void muri_view_title_set_icons (MuriViewTitle *self, gboolean icons);

gboolean muri_view_title_is_title_visible (MuriViewTitle *self);

G_END_DECLS
