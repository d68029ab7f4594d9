/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "muri-desktop.h"
#include "muri-fleet.h"

G_BEGIN_DECLS

/**
 * MuriBackground: alarms need Muri running, so it goes on without a window where that is wanted.
 */
#define MURI_TYPE_BACKGROUND (muri_background_get_type ())
G_DECLARE_FINAL_TYPE (MuriBackground, muri_background, MURI, BACKGROUND, GObject)

MuriBackground *
muri_background_new (GtkApplication *application, MuriFleet *fleet, MuriDesktop *desktop);

/* @window is about to close: whether it may now; else it was asked what is wanted, and closes by
 * itself after the answer. */
gboolean muri_background_may_close (MuriBackground *self, GtkWindow *window);

/* There is a window again. */
void muri_background_end (MuriBackground *self);

/* The next window that closes ends all. */
void muri_background_set_quitting (MuriBackground *self, gboolean quitting);

/* Its name, as a row of preferences has it. */
#define MURI_KEEP_WATCHING "keep-watching"

G_END_DECLS
