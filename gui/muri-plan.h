/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "muri-fleet.h"

G_BEGIN_DECLS

/* What a verb means for a VM now. */
typedef enum
{
  MURI_PLAN_ABLE,
  MURI_PLAN_ALREADY,     /* is in the wanted state */
  MURI_PLAN_UNSUITED,    /* makes no sense in its state */
  MURI_PLAN_UNSUPPORTED, /* its hypervisor cannot */
  MURI_PLAN_BUSY,        /* another operation is under way for it */
  MURI_PLAN_PROTECTED,   /* has a padlock */
  MURI_PLAN_UNREACHABLE,
} MuriPlanKind;

MuriPlanKind muri_plan_kind (MuriVm *vm, guint verb);

/* Whether the verb takes a guest away from those who use it: such a verb always asks. */
gboolean muri_plan_stops (guint verb);

/* Whether @n targets of @verb are asked about at all. */
gboolean muri_plan_asks (guint verb, guint n);

/* Whether @n targets are so many that the number is typed. */
gboolean muri_plan_wants_number (guint n);

/* "is already running"; why a VM is left alone, for its row. (nullable) */
char *muri_plan_reason (MuriVm *vm, guint verb);

/* The same of a VM that was in @state then. */
char *muri_plan_words (MuriPlanKind kind, guint state);

/* "Shut down 34 VMs on 6 hosts. 2 are already off, busan-1 is unreachable." */
char *muri_plan_describe (GPtrArray *targets, GPtrArray *left_alone, guint verb);

/* What becomes of one VM, for the question: "Power is cut at once…" */
const char *muri_plan_consequence (guint verb);

/* "Shut down 3 VMs", said afterwards. */
char *muri_plan_done (guint verb, guint n);

/* The sum of an operation's outcomes, said afterwards. */
char *muri_plan_outcome (MuriOperation *operation);

G_END_DECLS
