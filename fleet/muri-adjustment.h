/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * MuriAdjustmentKind: how a number is changed.
 * @MURI_ADJUSTMENT_NONE: not at all
 * @MURI_ADJUSTMENT_TO: it becomes the value
 * @MURI_ADJUSTMENT_BY: the value is added
 * @MURI_ADJUSTMENT_PERCENT: so many percent are added
 */
typedef enum
{
  MURI_ADJUSTMENT_NONE,
  MURI_ADJUSTMENT_TO,
  MURI_ADJUSTMENT_BY,
  MURI_ADJUSTMENT_PERCENT,
} MuriAdjustmentKind;

/**
 * MuriAdjustment: a change of vCPUs, or of memory in KiB.
 */
typedef struct
{
  MuriAdjustmentKind kind;
  gint64 value;
} MuriAdjustment;

/* "4", "+1", "-1", "+25 %"; memory says its unit: "6 GiB", "512 MiB", "+1 GiB", "-25 %". An empty
 * text is none. FALSE: it is none of these. */
gboolean muri_adjustment_parse_vcpus (const char *text, MuriAdjustment *adjustment);
gboolean muri_adjustment_parse_memory (const char *text, MuriAdjustment *adjustment);

/* As an operation's parameter has it; NULL for none. Transfer full. */
char *muri_adjustment_print (const MuriAdjustment *adjustment);

/* What becomes of @value; 0 where nothing would be left of it. */
guint64 muri_adjustment_apply (const MuriAdjustment *adjustment, guint64 value);

G_END_DECLS
