/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "muri-usage.h"
#include "muri-vm.h"

G_BEGIN_DECLS

/**
 * MuriAdviceKind:
 * @MURI_ADVICE_OFF: the VM was off all the time, and holds its disks
 * @MURI_ADVICE_IDLE: the VM ran and did next to nothing
 * @MURI_ADVICE_OVERSIZED: the VM has more processors or memory than it used
 * @MURI_ADVICE_STARVED: the VM used nearly all that it has
 * @MURI_ADVICE_HOT: the host used nearly all that it has
 * @MURI_ADVICE_EMPTIABLE: all VMs of the host would find room on others
 * @MURI_ADVICE_ROOM: the host has room left, or not
 */
typedef enum
{
  MURI_ADVICE_OFF,
  MURI_ADVICE_IDLE,
  MURI_ADVICE_OVERSIZED,
  MURI_ADVICE_STARVED,
  MURI_ADVICE_HOT,
  MURI_ADVICE_EMPTIABLE,
  MURI_ADVICE_ROOM,
  MURI_N_ADVICE_KINDS
} MuriAdviceKind;

/**
 * MuriAdvice: what somebody could do about a VM or a host, and why; immutable.
 */
#define MURI_TYPE_ADVICE (muri_advice_get_type ())
G_DECLARE_FINAL_TYPE (MuriAdvice, muri_advice, MURI, ADVICE, GObject)

MuriAdviceKind muri_advice_get_kind (MuriAdvice *advice);
gpointer muri_advice_get_object (MuriAdvice *advice); /* a MuriVm or a MuriNode */
MuriVm *muri_advice_get_vm (MuriAdvice *advice);      /* (nullable) */
MuriNode *muri_advice_get_node (MuriAdvice *advice);  /* of a VM its host */

/* What the reasons are. */
const MuriUsage *muri_advice_get_usage (MuriAdvice *advice);

/* Of a VM that is oversized: what would do; 0: as many or as much as it has. */
guint muri_advice_get_wanted_cpus (MuriAdvice *advice);
double muri_advice_get_wanted_memory (MuriAdvice *advice); /* bytes */

/* Of a host: processors and bytes that are left when it is busiest. */
double muri_advice_get_free_cpus (MuriAdvice *advice);
double muri_advice_get_free_memory (MuriAdvice *advice);

/* Of a host that could be emptied: (element-type MuriNode), each once, and how many VMs go there.
 */
GPtrArray *muri_advice_get_places (MuriAdvice *advice);
guint muri_advice_get_n_for_place (MuriAdvice *advice, guint place);

/* A VM or a host, and what it used. */
typedef struct
{
  gpointer object;
  MuriUsage usage;
} MuriAdviceInput;

/**
 * muri_advice_find:
 * @inputs: (element-type MuriAdviceInput): hosts, and VMs of these hosts
 * @span: seconds that was looked at
 *
 * Nothing is said of what was known for less than a tenth of the time.
 *
 * Returns: (element-type MuriAdvice) (transfer full): what holds most first
 */
GPtrArray *muri_advice_find (GArray *inputs, double span);

G_END_DECLS
