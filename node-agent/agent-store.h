/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "agent-config.h"
#include "agent-connections.h"
#include "agent-grants.h"
#include "agent-inventory.h"
#include "agent-parameters.h"
#include "agent-template.h"
#include "agent-volumes.h"
#include "muri-bus.h"

G_BEGIN_DECLS

/**
 * AgentStore: the templates that this node holds, and the libvirt pool that they are in.
 *
 * What is under way is on disk before it is begun, so that a new life of the agent finishes it or
 * takes it back. Main context only; libvirt, files and programs are on threads and in processes.
 *
 * Signals:
 * - "changed" (const muri_v1_Uuid *): of that template, or it is gone
 * - "event" (const muri_v1_Event *): something to tell the fleet; the publisher fills in the rest
 * - "facts" : name, size, room or error of the pool are others than before
 */
#define AGENT_TYPE_STORE (agent_store_get_type ())
G_DECLARE_FINAL_TYPE (AgentStore, agent_store, AGENT, STORE, GObject)

#define AGENT_STORE_ERROR (agent_store_error_quark ())
GQuark agent_store_error_quark (void);

/**
 * AgentStoreError:
 * @AGENT_STORE_ERROR_MISSING: this node does not hold that template
 * @AGENT_STORE_ERROR_BUSY: something else is under way with it, or it is used
 * @AGENT_STORE_ERROR_NO_STORE: there is no pool to keep templates in
 * @AGENT_STORE_ERROR_NO_SPACE: it has not enough room
 * @AGENT_STORE_ERROR_REFUSED: an image or a request is not acceptable
 * @AGENT_STORE_ERROR_UNSUPPORTED: what it needs is not there
 * @AGENT_STORE_ERROR_FAILED: something else went wrong
 */
typedef enum
{
  AGENT_STORE_ERROR_MISSING,
  AGENT_STORE_ERROR_BUSY,
  AGENT_STORE_ERROR_NO_STORE,
  AGENT_STORE_ERROR_NO_SPACE,
  AGENT_STORE_ERROR_REFUSED,
  AGENT_STORE_ERROR_UNSUPPORTED,
  AGENT_STORE_ERROR_FAILED,
} AgentStoreError;

/* Reads what is kept in the state directory. */
AgentStore *agent_store_new (const muri_v1_Uuid *node, const AgentConfig *config,
                             AgentConnections *connections, AgentInventory *inventory);

/* By whom images are served and received, and at which port; before it is attached. */
void agent_store_set_grants (AgentStore *store, AgentGrants *grants, guint16 port);

/* Where templates are published; all are written at once. NULL: nowhere, until the next. */
void agent_store_set_zone (AgentStore *store, MuriZone *zone);

/* The hypervisor answers: opens the pool, making it if need be, on a thread. */
void agent_store_attach (AgentStore *store);

/* Ends what is under way, as a kill would, and waits for its threads. */
void agent_store_stop (AgentStore *store);

/**
 * AgentStoreFacts: of the pool. Transfer none, until the main context goes on.
 * @pool: NULL while there is none
 * @path: of its directory
 * @error: why there is none; or NULL
 * @clones_pool, @clones_path: where disks of clones are made
 * @volumes: (nullable): the same, where these are no files
 */
typedef struct
{
  const char *pool, *path;
  const char *clones_pool, *clones_path;
  const AgentVolumes *volumes;
  guint64 size, available;
  const char *error;
} AgentStoreFacts;

/* Bit N: verb N cannot be done on this host. @simulated: with disks that have nothing in them. */
guint64 agent_store_get_unsupported (gboolean simulated);

void agent_store_get_facts (AgentStore *store, AgentStoreFacts *facts);

/* Transfer none; NULL: this node knows nothing of it. In any state: see AgentTemplate.state. */
const AgentTemplate *agent_store_peek (AgentStore *store, const muri_v1_Uuid *id);
void agent_store_foreach (AgentStore *store, void (*func) (const AgentTemplate *, gpointer),
                          gpointer user_data);

/* This node does not hold it, though a former life may have told so before it was on disk. */
void agent_store_disown (AgentStore *store, const muri_v1_Uuid *id);

/* Nobody deletes or changes its image until as many releases; also of one that is not there yet.
 * Not kept over a restart: linked clones count by what libvirt has. */
void agent_store_hold (AgentStore *store, const muri_v1_Uuid *id);
void agent_store_release (AgentStore *store, const muri_v1_Uuid *id);

/* @percent: MURI_PERCENT_UNKNOWN too. @from: the host that it comes from, or "". */
typedef void (*AgentStoreProgress) (guint step, guint percent, const char *from,
                                    gpointer user_data);

/**
 * Ends when the template is READY here. It is fetched from @sources ("address:port …"; may be
 * NULL) if this node does not hold it. Several who want the same share one fetch; it is taken
 * back when the last of them has cancelled.
 */
void
agent_store_ensure_async (AgentStore *store, const muri_v1_Uuid *id, const char *sources,
                          GCancellable *cancellable, AgentStoreProgress progress,
                          gpointer progress_data, GAsyncReadyCallback callback, gpointer user_data);

/**
 * @template, which is held, gets the volume that linked clones read, where these are no files: at
 * once if it is there. Progress is told on any thread.
 */
void agent_store_prepare_async (AgentStore *store, const AgentTemplate *template,
                                GCancellable *cancellable, AgentStoreProgress progress,
                                gpointer progress_data, GAsyncReadyCallback callback,
                                gpointer user_data);

/* Its name. Transfer full. */
char *agent_store_prepare_finish (AgentStore *store, GAsyncResult *result, GError **error);

/**
 * AgentStoreOrder: what is to be done with a template.
 * @verb: MURI_VERB_MAKE_TEMPLATE, _RECEIVE_TEMPLATE, …
 * @vm: that it is made of
 * @parameters: (nullable): as an operation has them
 * @notes: (nullable): what people are to read
 * @sources: (nullable): holders
 * @origin: the template that @id is to be a generalised copy of
 */
typedef struct
{
  guint verb;
  muri_v1_Uuid id;
  muri_v1_Uuid vm;
  AgentParameters *parameters;
  const char *notes;
  const char *sources;
  muri_v1_Uuid origin;
} AgentStoreOrder;

/* Everything of @order is copied. Cancelled, what was made is taken back before it ends. */
void
agent_store_run_async (AgentStore *store, const AgentStoreOrder *order, GCancellable *cancellable,
                       AgentStoreProgress progress, gpointer progress_data,
                       GAsyncReadyCallback callback, gpointer user_data);

/* @message: (out) (nullable): what there is to say of it. */
gboolean
agent_store_run_finish (AgentStore *store, GAsyncResult *result, char **message, GError **error);

/* Transfer full; with its hold, which the caller releases by agent_store_release(). */
AgentTemplate *agent_store_ensure_finish (AgentStore *store, GAsyncResult *result, GError **error);

G_END_DECLS
