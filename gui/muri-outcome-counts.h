/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "muri-fleet.h"

G_BEGIN_DECLS

/* What targets of an operation are counted as; each as exactly one, in this order. */
typedef enum
{
  MURI_COUNT_UNSENT,
  MURI_COUNT_WAITING,
  MURI_COUNT_UNDER_WAY,
  MURI_COUNT_DONE,
  MURI_COUNT_FAILED,
  MURI_COUNT_TIMED_OUT,
  MURI_COUNT_UNREACHABLE,
  MURI_COUNT_PROTECTED,
  MURI_COUNT_CANCELLED,
  MURI_N_COUNTS,
} MuriCount;

MuriCount muri_outcome_count_of (MuriTarget *target);
void muri_outcome_counts (MuriOperation *operation, guint counts[MURI_N_COUNTS]);

/* "2 timed out"; (transfer full) */
char *muri_outcome_count_words (MuriCount count, guint n);

/* The outcome whose shape stands for it. */
guint muri_outcome_count_shape (MuriCount count);

/* "34 done", "2 failed", "1 unreachable", with @separator between them; (transfer full) */
char *muri_outcome_counts_join (MuriOperation *operation, const char *separator);

G_END_DECLS
