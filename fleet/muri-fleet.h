/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "muri-alarms.h"
#include "muri-event.h"
#include "muri-groups.h"
#include "muri-history.h"
#include "muri-identity.h"
#include "muri-node.h"
#include "muri-operation.h"
#include "muri-request.h"
#include "muri-smart-group.h"
#include "muri-template.h"
#include "muri-vm.h"
#include "muri-words.h"
#include "muri-zone-settings.h"

G_BEGIN_DECLS

#define MURI_FLEET_ERROR (muri_fleet_error_quark ())

typedef enum
{
  MURI_FLEET_ERROR_STORE,   /* the data directory or the database cannot be used */
  MURI_FLEET_ERROR_NEWER,   /* the database was written by a newer Muri */
  MURI_FLEET_ERROR_ZONE,    /* a zone cannot be joined */
  MURI_FLEET_ERROR_TARGETS, /* an operation without targets, or too many */
  MURI_FLEET_ERROR_EXISTS,  /* the name is taken */
} MuriFleetError;

GQuark muri_fleet_error_quark (void);

/**
 * MuriFleet: all that a console knows, without a widget.
 *
 * Main context only; nothing here blocks. Everything asynchronous is a GTask.
 *
 * Properties: ready (gboolean: the store was read), refused (guint: samples refused by now),
 * silent-since (gint64: all known nodes are silent since then, 0 when some are heard),
 * n-running (guint), figures (guint: a counter, at most once a frame when any figure changed),
 * n-unsent (guint: targets whose batches this console still has to send; it should not be closed
 * without a question), n-held (guint: own operations that wait for muri_fleet_continue() or
 * muri_fleet_drop()), undo (MuriEdit, nullable).
 *
 * Signals: "operation-finished" (MuriOperation *) for this console's own operations;
 * "notice" (const char *): a sentence that a person should see.
 */
#define MURI_TYPE_FLEET (muri_fleet_get_type ())
G_DECLARE_FINAL_TYPE (MuriFleet, muri_fleet, MURI, FLEET, GObject)

MuriFleet *muri_fleet_new (const char *data_dir);

/* Reads the store; then the models hold what was known last time, all of it unreachable. */
void muri_fleet_open_async (MuriFleet *fleet, GCancellable *cancellable,
                            GAsyncReadyCallback callback, gpointer user_data);
gboolean muri_fleet_open_finish (MuriFleet *fleet, GAsyncResult *result, GError **error);

/* Leaves the zones that it was in and joins these. The models keep what they have. */
void muri_fleet_join_async (MuriFleet *fleet, const char *interface, const guint *zones,
                            gsize n_zones, const char *const *peers, GCancellable *cancellable,
                            GAsyncReadyCallback callback, gpointer user_data);
gboolean muri_fleet_join_finish (MuriFleet *fleet, GAsyncResult *result, GError **error);

/* Leaves all zones, waits until the store is on disk. Blocks shortly: for the program's end. */
void muri_fleet_close (MuriFleet *fleet);

GListModel *muri_fleet_get_nodes (MuriFleet *fleet);
GListModel *muri_fleet_get_vms (MuriFleet *fleet);
GListModel *muri_fleet_get_operations (MuriFleet *fleet); /* newest first */
GListModel *muri_fleet_get_events (MuriFleet *fleet);     /* newest first, bounded */

void muri_fleet_set_identity (MuriFleet *fleet, MuriIdentity *identity);
MuriIdentity *muri_fleet_get_identity (MuriFleet *fleet);

MuriGroups *muri_fleet_get_groups (MuriFleet *fleet);
MuriHistory *muri_fleet_get_history (MuriFleet *fleet); /* never NULL */
MuriAlarms *muri_fleet_get_alarms (MuriFleet *fleet);

/* ---- templates ---- */

GListModel *muri_fleet_get_templates (MuriFleet *fleet); /* of MuriTemplate */
MuriTemplate *muri_fleet_find_template (MuriFleet *fleet, const char *id);

/* (element-type MuriVm), (element-type MuriTemplate). Transfer full. */
GPtrArray *muri_fleet_list_clones (MuriFleet *fleet, MuriTemplate *template, gboolean linked);
GPtrArray *muri_fleet_list_children (MuriFleet *fleet, MuriTemplate *template);

MuriNode *muri_fleet_find_node (MuriFleet *fleet, const char *id);
MuriVm *muri_fleet_find_vm (MuriFleet *fleet, const char *id);
MuriOperation *muri_fleet_find_operation (MuriFleet *fleet, const char *id);

gboolean muri_fleet_is_ready (MuriFleet *fleet);
guint muri_fleet_get_refused (MuriFleet *fleet);

/**
 * muri_fleet_submit_async:
 * @fleet: a fleet
 * @verb: MURI_VERB_*
 * @vms: (element-type MuriVm): the targets; each counts once
 * @group: (nullable): in words, for the log
 * @timeout: seconds until the deadline, 0 for the verb's default
 *
 * Stores the operation durably, then publishes it: one sample a zone. The operation is in the
 * model from the start. Finishes when it is published.
 */
void muri_fleet_submit_async (MuriFleet *fleet, guint verb, GPtrArray *vms, const char *group,
                              guint timeout, GCancellable *cancellable,
                              GAsyncReadyCallback callback, gpointer user_data);

/**
 * muri_fleet_request_async:
 * @fleet: a fleet
 * @request: what is asked for; not changed any more
 *
 * As muri_fleet_submit_async(), for whatever a request can say. Ends with
 * muri_fleet_submit_finish().
 */
void muri_fleet_request_async (MuriFleet *fleet, MuriRequest *request, GCancellable *cancellable,
                               GAsyncReadyCallback callback, gpointer user_data);
MuriOperation *muri_fleet_submit_finish (MuriFleet *fleet, GAsyncResult *result, GError **error);

/* What has not begun becomes cancelled. Only for this console's own operations. */
void muri_fleet_cancel (MuriFleet *fleet, MuriOperation *operation);

/* ---- pacing: this console sends the batches ---- */

/* Targets that are still to be sent by operations that are not held. */
guint muri_fleet_get_n_unsent (MuriFleet *fleet);
guint muri_fleet_get_n_held (MuriFleet *fleet);

/* After the batch that is under way no more is sent: the operation is held. */
void muri_fleet_stop_sending (MuriFleet *fleet, MuriOperation *operation);

/* Sends on what was held; or gives it up: what was not sent becomes cancelled. */
void muri_fleet_continue (MuriFleet *fleet, MuriOperation *operation);
void muri_fleet_drop (MuriFleet *fleet, MuriOperation *operation);

/* ---- saved searches ---- */

/* As muri_query_complete(), with the names of hosts and groups. */
char **muri_fleet_complete_query (MuriFleet *fleet, const char *text, guint cursor, guint *start);

GListModel *muri_fleet_get_smart_groups (MuriFleet *fleet); /* of MuriSmartGroup */
MuriSmartGroup *muri_fleet_find_smart_group (MuriFleet *fleet, const char *id);

/* @name: as of any group, not taken by another saved search; @text: as MuriQuery explains.
 * NULL: @error is a sentence. Transfer none. */
MuriSmartGroup *
muri_fleet_add_smart_group (MuriFleet *fleet, const char *name, const char *text, GError **error);
gboolean muri_fleet_change_smart_group (MuriFleet *fleet, MuriSmartGroup *group, const char *name,
                                        const char *text, GError **error);
void muri_fleet_remove_smart_group (MuriFleet *fleet, MuriSmartGroup *group);

/* When this console ran last and was opened again; FALSE: it was not away. */
gboolean muri_fleet_get_absence (MuriFleet *fleet, gint64 *from, gint64 *to);

/* An unreachable node that will not come back: removed from the models and from the store. */
void muri_fleet_forget_node (MuriFleet *fleet, MuriNode *node);

G_END_DECLS
