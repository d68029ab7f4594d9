/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "muri-facts.h"
#include "muri-node.h"
#include "muri-vm.h"

G_BEGIN_DECLS

/* Three samples of one second, and what the fourth may be late. */
#define MURI_STALE_AFTER (G_GINT64_CONSTANT (3500) * G_TIME_SPAN_MILLISECOND)

/* A node of which nothing is known but its UUID; unreachable. */
MuriNode *muri_node_new (const muri_v1_Uuid *uuid);

/* Breaks the circle of the node and its VMs. */
void muri_node_clear (MuriNode *node);

/* From now on every sample goes to its series. */
void muri_node_record (MuriNode *node);

/* They have become many: only what somebody looks at is recorded. */
void muri_node_record_if_asked (MuriNode *node);

/* What was known in an earlier session. */
void muri_node_restore (MuriNode *node, MuriFacts *facts, guint zone, gint64 heard);

MuriFacts *muri_node_peek_facts (MuriNode *node);
gboolean muri_node_has_facts (MuriNode *node);

/* What was received; @time: the epoch's, @now: monotonic, both of the reception. */
void muri_node_set_facts (MuriNode *node, MuriFacts *facts, guint zone);
void muri_node_hear (MuriNode *node, gint64 time, gint64 now);
void muri_node_lose (MuriNode *node, gint64 now);
gboolean
muri_node_take_sample (MuriNode *node, const muri_v1_Sample *sample, gint64 time, gint64 now);

/* Follows the clock (monotonic): returns whether its state changed. */
gboolean muri_node_update (MuriNode *node, gint64 now);

/* Figures that were not renewed become unknown: returns whether there were any. */
gboolean muri_node_expire_figures (MuriNode *node, gint64 now);

gboolean muri_node_was_silent_since (MuriNode *node, gint64 then);
gboolean muri_node_is_live (MuriNode *node);

/* Monotonic; only of one that is live. */
gint64 muri_node_get_live_since (MuriNode *node);
gboolean muri_node_knows_vms (MuriNode *node);
gint64 muri_node_get_vms_known (MuriNode *node);

MuriVm *muri_node_find_vm (MuriNode *node, const muri_v1_Uuid *uuid);
void muri_node_add_vm (MuriNode *node, MuriVm *vm);
void muri_node_remove_vms (MuriNode *node, GPtrArray *vms);
GPtrArray *muri_node_list_vms (MuriNode *node);

/* Makes additions visible and counts again. */
void muri_node_flush (MuriNode *node);

G_END_DECLS
