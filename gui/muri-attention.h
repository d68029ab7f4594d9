/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "muri-fleet.h"

G_BEGIN_DECLS

/**
 * MuriAttention: one thing that a person should look at.
 *
 * Properties, each with notify: title, detail (strings). Its object is one of node, vm and
 * operation; the others are NULL, all are when it is about the whole fleet.
 */
#define MURI_TYPE_ATTENTION (muri_attention_get_type ())
G_DECLARE_FINAL_TYPE (MuriAttention, muri_attention, MURI, ATTENTION, GObject)

const char *muri_attention_get_title (MuriAttention *self);
const char *muri_attention_get_detail (MuriAttention *self);
MuriNode *muri_attention_get_node (MuriAttention *self);
MuriVm *muri_attention_get_vm (MuriAttention *self);
MuriOperation *muri_attention_get_operation (MuriAttention *self);

/* Brings @store up to date with @fleet: the worst first, at most @max; what stays keeps its object.
 * Returns how many there are in all. */
guint muri_attention_update (GListStore *store, MuriFleet *fleet, guint max);

G_END_DECLS
