/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "muri-node.h"

G_BEGIN_DECLS

/**
 * MuriHolder: a node that has a template, or is about to have it.
 *
 * Properties, each notified only when it changed, main context only:
 * - node (MuriNode): whether it can be reached now, that one knows
 * - state (guint, MURI_TEMPLATE_STATE_*: the last known one)
 * - percent (guint): of what its state says is going on; %MURI_PERCENT_UNKNOWN
 * - error (string, nullable): what went wrong with it, in the agent's words
 * - n-clones (guint): linked clones on this node
 * - allocation (guint64): bytes of the image file there
 */
#define MURI_TYPE_HOLDER (muri_holder_get_type ())
G_DECLARE_FINAL_TYPE (MuriHolder, muri_holder, MURI, HOLDER, GObject)

MuriNode *muri_holder_get_node (MuriHolder *holder);
guint muri_holder_get_state (MuriHolder *holder);
guint muri_holder_get_percent (MuriHolder *holder);
const char *muri_holder_get_error (MuriHolder *holder);
guint muri_holder_get_n_clones (MuriHolder *holder);

/* All that its agent says of it; never NULL. */
const muri_v1_Template *muri_holder_get_facts (MuriHolder *holder);

/* Whether others could get the image of it now: it is ready, and its agent answers. */
gboolean muri_holder_is_source (MuriHolder *holder);

G_END_DECLS
