/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "muri-operation.h"

G_BEGIN_DECLS

/* A VM of a node, or with a zero @vm the node itself. */
typedef struct
{
  muri_v1_Uuid node;
  muri_v1_Uuid vm;
} MuriTargetKey;

guint muri_target_key_hash (gconstpointer key);
gboolean muri_target_key_equal (gconstpointer a, gconstpointer b);

/* What became of a target, by whoever says so. */
typedef struct
{
  guint state;
  guint vm_state;
  gint error;
  gint64 started;
  gint64 finished;
  const char *message; /* nullable */
} MuriTargetOutcome;

/* Not public: a target is a part of its operation. */
MuriTarget *
muri_target_new (const MuriTargetKey *key, guint zone, const char *name, const char *node_name);
const MuriTargetKey *muri_target_get_key (MuriTarget *target);
guint muri_target_get_zone (MuriTarget *target);
guint muri_target_get_position (MuriTarget *target);
void muri_target_set_position (MuriTarget *target, guint position);
gint muri_target_get_error (MuriTarget *target);
guint muri_target_get_vm_state (MuriTarget *target);
gboolean muri_target_set_outcome (MuriTarget *target, const MuriTargetOutcome *outcome);
void muri_target_set_names (MuriTarget *target, const char *name, const char *node_name);

typedef struct
{
  muri_v1_Uuid uuid;
  muri_v1_Uuid console;
  guint verb;
  gint64 issued;
  gint64 deadline; /* 0 unknown: another console's */
  const char *issuer;
  const char *group;    /* nullable */
  GVariant *parameters; /* a{ss}, nullable */
  gboolean own;
} MuriOperationBody;

MuriOperation *muri_operation_new (const MuriOperationBody *body);
const muri_v1_Uuid *muri_operation_get_console (MuriOperation *operation);
GVariant *muri_operation_get_parameters (MuriOperation *operation);
void muri_operation_add_targets (MuriOperation *operation, GPtrArray *targets);
MuriTarget *muri_operation_find_target (MuriOperation *operation, const MuriTargetKey *key);
MuriTarget *muri_operation_peek_target (MuriOperation *operation, guint position);
gboolean muri_operation_set_outcome (MuriOperation *operation, MuriTarget *target,
                                     const MuriTargetOutcome *outcome);

/* Counts again and notifies, after any of the above. @now: the epoch's. Returns whether the
 * operation was finished just now, for the first time. */
gboolean muri_operation_settle (MuriOperation *operation, gint64 now);

/* The targets that changed since the last time; with references. */
GPtrArray *muri_operation_take_changed (MuriOperation *operation);

void muri_operation_restore_finished (MuriOperation *operation, gint64 finished);

gboolean muri_operation_is_published (MuriOperation *operation);
void muri_operation_set_published (MuriOperation *operation);
gboolean muri_operation_is_restored (MuriOperation *operation);
void muri_operation_set_restored (MuriOperation *operation);
gboolean muri_operation_is_cancelled (MuriOperation *operation);
void muri_operation_set_cancelled (MuriOperation *operation);

/* The zones of its targets; ascending. */
GArray *muri_operation_list_zones (MuriOperation *operation);

/* The sample that is published to @zone, the same every time but for its control. */
muri_v1_Operation *muri_operation_to_sample (MuriOperation *operation, guint zone);

G_END_DECLS
