/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "muri-history.h"
#include "muri-http-host.h"
#include "muri-identity.h"

G_BEGIN_DECLS

/* A sample as it was received. */
typedef struct
{
  muri_v1_Sample *sample;
  gint64 time; /* microseconds since the epoch, by this console's clock */
} MuriHistorySample;

MuriHistory *muri_history_new (void);

/* Begins to store in @path; before, and when that cannot be, all is held in memory. */
void muri_history_open (MuriHistory *history, const char *path);

/* Waits until all is on disk. Blocks. */
void muri_history_close (MuriHistory *history);

/* An object that is there, by its names of now. @cpus: of a node its processors, else 0 */
void muri_history_note (MuriHistory *history, const MuriTargetKey *key, const char *name,
                        const char *node_name, guint cpus);

/* @samples: (transfer full): MuriHistorySample, muri_history_samples_new(). Those of objects that
 * were not noted are left out. */
void muri_history_take (MuriHistory *history, GArray *samples);
GArray *muri_history_samples_new (void);

/* As whom agents are asked. */
void muri_history_set_identity (MuriHistory *history, MuriIdentity *identity);

/* An agent, when it can be reached; its port is 0 when not. */
void muri_history_set_agent (MuriHistory *history, const MuriHttpHost *host);

/* As muri_history_fill_has_all(). */
gboolean
muri_history_has_all (MuriHistory *history, const muri_v1_Uuid *node, gint64 from, gint64 to);

/* Once a second: what time it is, microseconds since the epoch and monotonic. */
void muri_history_pass_time (MuriHistory *history, gint64 now, gint64 monotonic);

/* As if the disk had no more room than this many bytes; 0 as it is. For tests. */
void muri_history_limit (MuriHistory *history, guint64 size);

G_END_DECLS
