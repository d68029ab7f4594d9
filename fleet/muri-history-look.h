/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "muri-http-host.h"
#include "muri-identity.h"
#include "muri-target-key.h"

G_BEGIN_DECLS

/*
 * MuriHistoryLook: asks agents for what is looked at and not kept here.
 *
 * Of a segment only its head and the chunks of the objects in question, of a log what it grew by;
 * what came is held for a while. Main context only.
 */
typedef struct _MuriHistoryLook MuriHistoryLook;

/* Objects that agents are asked for at once. */
#define MURI_HISTORY_LOOK_MAX 32

/* A chunk as its agent has it, by that one's clock. */
typedef struct
{
  guint key; /* of the object, its place among those that were asked for */
  GBytes *bytes;
  gint64 ahead; /* microseconds that the agent's clock is */
} MuriHistoryPiece;

MuriHistoryLook *muri_history_look_new (void);

/* Whoever waits gets what there is. */
void muri_history_look_close (MuriHistoryLook *look);

/* As muri_history_fill_set_identity() and muri_history_fill_set_agent(). */
void muri_history_look_set_identity (MuriHistoryLook *look, MuriIdentity *identity);
void muri_history_look_set_agent (MuriHistoryLook *look, const MuriHttpHost *host);

/* @tiers: a bit for each that is wanted, of a coarser one what is older than the finer one;
 * @from, @to: seconds by our clock */
void muri_history_look_async (MuriHistoryLook *look, const MuriTargetKey *keys, guint n_keys,
                              guint tiers, gint64 from, gint64 to, GCancellable *cancellable,
                              GAsyncReadyCallback callback, gpointer user_data);

/* (element-type MuriHistoryPiece) (transfer full): NULL when it was cancelled; agents that do not
 * answer are left out. */
GArray *muri_history_look_finish (GAsyncResult *result, GError **error);

G_END_DECLS
