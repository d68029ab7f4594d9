/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "muri-operation-private.h"
#include "muri-uuid.h"

G_BEGIN_DECLS

/* For the modules of MuriOperation and for nobody else. */

/* Targets by what became of them. */
typedef enum
{
  MURI_TARGET_KIND_OPEN, /* sent */
  MURI_TARGET_KIND_UNSENT,
  MURI_TARGET_KIND_WAITING,
  MURI_TARGET_KIND_DONE,
  MURI_TARGET_KIND_FAILED,
  MURI_TARGET_KIND_UNREACHABLE,
  MURI_TARGET_KIND_CANCELLED,
  MURI_N_TARGET_KINDS
} MuriTargetKind;

/* How many of its properties count targets. */
#define MURI_N_OPERATION_COUNTS 8

/* What may change with any target, as it was notified of. */
typedef struct
{
  guint counts[MURI_N_OPERATION_COUNTS];
  gint64 deadline;
  gboolean held;
} MuriOperationTold;

struct _MuriOperation
{
  GObject parent_instance;

  muri_v1_Uuid uuid;
  muri_v1_Uuid console;
  char id[MURI_UUID_TEXT];
  guint verb;
  char *issuer;
  char *group;
  GVariant *parameters;
  char *document;
  gint64 issued;
  gint64 life;
  gboolean own;
  gboolean remembers;
  gboolean held;
  gboolean cancelled;
  gint64 finished;
  gboolean was_quiet;
  MuriPacing pacing;
  char *order_group;
  char *parent;
  MuriBatches *batches;

  GPtrArray *targets;
  GHashTable *targets_by_key; /* key in the target */
  guint counts[MURI_N_TARGET_KINDS];
  MuriOperationTold told;
  guint progress;
  gboolean changed;            /* since the last settling */
  GHashTable *changed_targets; /* a set; since they were taken */
};

/* What a target that is in this state counts as. */
MuriTargetKind muri_operation_kind_of (guint state);

/* @n: 1 when it has become one of its batch, -1 before it changes */
void muri_operation_count_in_batch (MuriOperation *self, MuriTarget *target, gint n);

/* Notes of each batch when its last target was final. */
void muri_operation_settle_batches (MuriOperation *self, gint64 now);

G_END_DECLS
