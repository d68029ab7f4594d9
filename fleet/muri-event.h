/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * MuriEvent: something that happened; immutable.
 *
 * Properties: time (gint64, microseconds since the epoch), severity (guint, MURI_SEVERITY_*),
 * kind (guint, MURI_EVENT_*), node-id, node-name, vm-id (as MuriVm:id, nullable), vm-name,
 * detail (string, nullable), operation-id (string, nullable).
 */
#define MURI_TYPE_EVENT (muri_event_get_type ())
G_DECLARE_FINAL_TYPE (MuriEvent, muri_event, MURI, EVENT, GObject)

gint64 muri_event_get_time (MuriEvent *event);
guint muri_event_get_severity (MuriEvent *event);
guint muri_event_get_kind (MuriEvent *event);
const char *muri_event_get_node_id (MuriEvent *event);
const char *muri_event_get_node_name (MuriEvent *event);
const char *muri_event_get_vm_id (MuriEvent *event);
const char *muri_event_get_vm_name (MuriEvent *event);
const char *muri_event_get_detail (MuriEvent *event);

G_END_DECLS
