/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

#include "muri-target-key.h"

G_BEGIN_DECLS

/**
 * MuriPast: a host or VM that history knows, whether it is still there or not; immutable.
 */
#define MURI_TYPE_PAST (muri_past_get_type ())
G_DECLARE_FINAL_TYPE (MuriPast, muri_past, MURI, PAST, GObject)

const MuriTargetKey *muri_past_get_key (MuriPast *past);
gboolean muri_past_is_vm (MuriPast *past);

/* As they were last. */
const char *muri_past_get_name (MuriPast *past);
const char *muri_past_get_node_name (MuriPast *past); /* of a VM */

/* Of the host, or of the VM's host; 0: not known. */
guint muri_past_get_host_cpus (MuriPast *past);

/* As those of MuriNode and MuriVm. */
const char *muri_past_get_id (MuriPast *past);

/* From when until when something is known of it, microseconds since the epoch. */
gint64 muri_past_get_first (MuriPast *past);
gint64 muri_past_get_last (MuriPast *past);

G_END_DECLS
