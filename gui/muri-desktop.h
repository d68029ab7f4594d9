/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * MuriDesktop: what the desktop around the console can do for it.
 *
 * Property: can-notify (gboolean): somebody shows notifications. FALSE until that is known, a
 * moment after the application has started.
 */
#define MURI_TYPE_DESKTOP (muri_desktop_get_type ())
G_DECLARE_FINAL_TYPE (MuriDesktop, muri_desktop, MURI, DESKTOP, GObject)

/* @application: registered */
MuriDesktop *muri_desktop_new (GApplication *application);

gboolean muri_desktop_can_notify (MuriDesktop *self);

/* Asks for leave to run without a window, where that takes leave: in a sandbox. @reason: said by
 * the desktop to the person. */
void muri_desktop_ask_for_background (MuriDesktop *self, const char *reason);

G_END_DECLS
