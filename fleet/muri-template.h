/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "muri-holder.h"

G_BEGIN_DECLS

/**
 * MuriTemplate: a VM prepared in advance. The same id on several nodes is one template with
 * several holders.
 *
 * Properties, each notified only when it changed, main context only:
 * - id (string, its UUID), name, os (string), notes (string)
 * - state (guint, MURI_TEMPLATE_STATE_*): ready as soon as one holder is
 * - percent (guint): of its state, while it is not ready; %MURI_PERCENT_UNKNOWN
 * - size (guint64, bytes, virtual), allocation (guint64, bytes of the image file)
 * - generalised (guint, MURI_GENERALISED_*): as any holder of its image has found out
 * - parent-id (string, nullable): the template that its VM was cloned from, or that it is a
 *   generalised copy of
 * - n-holders, n-ready (guint), n-clones (guint: linked ones on all holders)
 * - facts (guint): a counter that changes when anything of this or of a holder did
 * - holders (GListModel of MuriHolder)
 */
#define MURI_TYPE_TEMPLATE (muri_template_get_type ())
G_DECLARE_FINAL_TYPE (MuriTemplate, muri_template, MURI, TEMPLATE, GObject)

const muri_v1_Uuid *muri_template_get_uuid (MuriTemplate *self);
const char *muri_template_get_id (MuriTemplate *self);
const char *muri_template_get_name (MuriTemplate *self);
const char *muri_template_get_parent_id (MuriTemplate *self);
guint muri_template_get_state (MuriTemplate *self);
guint muri_template_get_generalised (MuriTemplate *self);
const char *muri_template_get_generalised_note (MuriTemplate *self);
gboolean muri_template_has_conflict (MuriTemplate *self);
guint muri_template_get_n_ready (MuriTemplate *self);
guint muri_template_get_n_clones (MuriTemplate *self);
GListModel *muri_template_get_holders (MuriTemplate *self);
MuriHolder *muri_template_find_holder (MuriTemplate *self, MuriNode *node);

/* Everything else, of the holder that knows best; never NULL, valid until #MuriTemplate:facts
 * changes. */
const muri_v1_Template *muri_template_get_facts (MuriTemplate *self);

/* Whether some holder can be reached that is ready. */
gboolean muri_template_is_available (MuriTemplate *self);

/* "address:port …" of the holders that can be reached, those of @zone first; "" while there are
 * none. Transfer full. muri_fleet_request_async() adds them by itself. */
char *muri_template_list_sources (MuriTemplate *self, guint zone);

G_END_DECLS
