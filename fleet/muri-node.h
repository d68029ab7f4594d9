/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "muri-series.h"
#include "muri.h"

G_BEGIN_DECLS

/**
 * MuriNodeState: how a host is shown.
 * @MURI_NODE_UP: everything is well
 * @MURI_NODE_STALE: three samples or more are missing
 * @MURI_NODE_UNREACHABLE: its agent cannot be heard; all that is known of it is the last known
 * @MURI_NODE_STOPPED: its agent was stopped and said so
 * @MURI_NODE_HYPERVISOR_DOWN: the agent is there, libvirt is not: its VMs are unknown
 */
typedef enum
{
  MURI_NODE_UP,
  MURI_NODE_STALE,
  MURI_NODE_UNREACHABLE,
  MURI_NODE_STOPPED,
  MURI_NODE_HYPERVISOR_DOWN,
} MuriNodeState;

#define MURI_TYPE_NODE_STATE (muri_node_state_get_type ())
GType muri_node_state_get_type (void);

/**
 * MuriNode: a physical server with its agent, as last heard.
 *
 * Properties, each notified only when it changed, main context only:
 * - id (string, its UUID), name, state (MuriNodeState)
 * - heard (gint64): last heard of, microseconds since the epoch; 0 never in this session nor before
 * - since (gint64): in @state since
 * - n-vms (guint), n-running (guint): VMs known of it
 * - figures (guint): a counter that changes when any figure did; connect to this one for figures
 * - facts (guint): a counter that changes when anything of muri_node_get_facts() did
 * - vms (GListModel of MuriVm): its VMs
 * - zone (guint), simulated (gboolean), insecure (gboolean), clock-skew (gint64)
 */
#define MURI_TYPE_NODE (muri_node_get_type ())
G_DECLARE_FINAL_TYPE (MuriNode, muri_node, MURI, NODE, GObject)

const muri_v1_Uuid *muri_node_get_uuid (MuriNode *node);
const char *muri_node_get_id (MuriNode *node);
const char *muri_node_get_name (MuriNode *node);
char *muri_node_get_sort_key (MuriNode *node);
MuriNodeState muri_node_get_state (MuriNode *node);
gboolean muri_node_is_reachable (MuriNode *node);
gint64 muri_node_get_heard (MuriNode *node);
gint64 muri_node_get_since (MuriNode *node);
guint muri_node_get_zone (MuriNode *node);
guint muri_node_get_n_vms (MuriNode *node);
guint muri_node_get_n_running (MuriNode *node);
GListModel *muri_node_get_vms (MuriNode *node);

/* Everything else that the agent says of its host; never NULL. */
const muri_v1_Node *muri_node_get_facts (MuriNode *node);

/* Whether this driver can do @verb (MURI_VERB_*). */
gboolean muri_node_supports (MuriNode *node, guint verb);

/* The current figure; NaN when it is unknown, or the node is stale or unreachable. */
double muri_node_get_figure (MuriNode *node, MuriFigure figure);
MuriSeries *muri_node_get_series (MuriNode *node);

/* How far its clock is ahead of ours, microseconds; 0 when it is not known. */
gint64 muri_node_get_clock_skew (MuriNode *node);

G_END_DECLS
