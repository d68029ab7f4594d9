/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "muri-batches.h"
#include "muri-operation.h"
#include "muri-target-private.h"

G_BEGIN_DECLS

typedef struct
{
  muri_v1_Uuid uuid;
  muri_v1_Uuid console;
  guint verb;
  gint64 issued;
  gint64 life; /* of each batch, until its deadline; 0 unknown: another console's */
  const char *issuer;
  const char *group;    /* nullable */
  GVariant *parameters; /* a{ss}, nullable */
  const char *document; /* nullable */
  gboolean own;
  gboolean remembers; /* targets that cannot be reached wait for their host */
  MuriPacing pacing;
  const char *order_group; /* nullable */
  const char *parent;      /* nullable */
} MuriOperationBody;

MuriOperation *muri_operation_new (const MuriOperationBody *body);
const muri_v1_Uuid *muri_operation_get_console (MuriOperation *operation);
GVariant *muri_operation_get_parameters (MuriOperation *operation);
gint64 muri_operation_get_life (MuriOperation *operation);
gboolean muri_operation_remembers (MuriOperation *operation);
gboolean muri_operation_is_paced (MuriOperation *operation);
void muri_operation_set_held (MuriOperation *operation, gboolean held);

/* A new batch of these (element-type MuriTarget); they become MURI_TARGET_STORED. */
guint muri_operation_begin_batch (MuriOperation *operation, GPtrArray *targets, gint64 issued,
                                  gint64 deadline);
MuriBatches *muri_operation_peek_batches (MuriOperation *operation);
void muri_operation_set_batch (MuriOperation *operation, MuriTarget *target, guint number);

/* Targets that were sent and are not final. */
guint muri_operation_get_n_under_way (MuriOperation *operation);

/* Failures in the sense of MuriPacing: what was cancelled or is protected is none. */
guint muri_operation_count_failures (MuriOperation *operation);

void muri_operation_add_targets (MuriOperation *operation, GPtrArray *targets);
MuriTarget *muri_operation_find_target (MuriOperation *operation, const MuriTargetKey *key);
MuriTarget *muri_operation_peek_target (MuriOperation *operation, guint position);
gboolean muri_operation_set_outcome (MuriOperation *operation, MuriTarget *target,
                                     const MuriTargetOutcome *outcome);

/* Counts again and notifies, after any of the above. @now: the epoch's. Returns whether nothing
 * is to come just now for the first time, but for what waits for its host. */
gboolean muri_operation_settle (MuriOperation *operation, gint64 now);

/* The targets that changed since the last time; with references. */
GPtrArray *muri_operation_take_changed (MuriOperation *operation);

void muri_operation_restore_finished (MuriOperation *operation, gint64 finished);

void muri_operation_set_published (MuriOperation *operation, guint batch);
gboolean muri_operation_is_cancelled (MuriOperation *operation);
void muri_operation_set_cancelled (MuriOperation *operation);

/* The zones of the targets of a batch; ascending. */
GArray *muri_operation_list_zones (MuriOperation *operation, guint batch);

/* The sample that is published to @zone, the same every time but for its control. */
muri_v1_Operation *muri_operation_to_sample (MuriOperation *operation, guint batch, guint zone);

G_END_DECLS
