/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "muri-fleet.h"

G_BEGIN_DECLS

/**
 * MuriImportWindow: a template of a file on this desktop, or of an address that a host fetches.
 *
 * A file is read, announced and sent, with progress; it can be cancelled, and goes on where it was
 * after a cut.
 */
#define MURI_TYPE_IMPORT_WINDOW (muri_import_window_get_type ())
G_DECLARE_FINAL_TYPE (MuriImportWindow, muri_import_window, MURI, IMPORT_WINDOW, AdwWindow)

/* @file: (nullable): the one to begin with; @address: it comes from an address instead */
MuriImportWindow *
muri_import_window_new (GtkWindow *parent, MuriFleet *fleet, GFile *file, gboolean address);

G_END_DECLS
