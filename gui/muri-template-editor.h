/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "muri-fleet.h"

G_BEGIN_DECLS

/**
 * MuriTemplateEditor: what may change of a template: its system, what clones get, its notes.
 *
 * Signals: "confirmed" (MuriRequest): without targets.
 */
#define MURI_TYPE_TEMPLATE_EDITOR (muri_template_editor_get_type ())
G_DECLARE_FINAL_TYPE (MuriTemplateEditor, muri_template_editor, MURI, TEMPLATE_EDITOR, AdwWindow)

MuriTemplateEditor *muri_template_editor_new (GtkWindow *parent, MuriTemplate *edited);

G_END_DECLS
