/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "muri-segment-list.h"
#include "muri-target-key.h"

G_BEGIN_DECLS

/* ---- what history's thread is asked while gaps are filled; each with a task that has no source
 * object ---- */

/* A span of a tier of a node, in seconds since the epoch by this console's clock. */
typedef struct
{
  guint tier;
  gint64 from;
  gint64 to;
} MuriHistorySpan;

/* What an agent has of it, in its own format and by its own clock. */
typedef struct
{
  muri_v1_Uuid node;
  GBytes *bytes; /* a segment or a log */
  gint64 ahead;  /* microseconds that the agent's clock is ahead */
} MuriHistoryPatch;

void muri_history_patch_free (MuriHistoryPatch *patch);

/* What became known, seconds; @from > @to: nothing. */
typedef struct
{
  gint64 from;
  gint64 to;
  guint n_damaged; /* chunks that could not be read */
} MuriHistoryPatched;

G_END_DECLS
