/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "muri-node.h"
#include "muri-vm-facts.h"

G_BEGIN_DECLS

/**
 * MuriVm: a libvirt domain of a node, as last heard.
 *
 * Properties, each notified only when it changed, main context only:
 * - id (string): "<node uuid>/<vm uuid>", unique in the fleet
 * - name, title (string), state (guint, MURI_VM_STATE_*: the last known one)
 * - known (gboolean): the state is current; else it is the last known one, since
 * muri_vm_get_heard()
 * - node (MuriNode)
 * - address (string, nullable): the first IP address
 * - figures (guint): a counter that changes when any figure did
 * - facts (guint): a counter that changes when anything of muri_vm_get_facts() did
 * - pending (guint): MURI_VERB_* of an operation that is under way for it, or 0
 * - template-id (string, nullable): the template that it was cloned from
 * - linked (gboolean): its disk still reads that template's image
 * - vcpus-next (guint), memory-next (guint64, KiB): with the next boot; where nothing changes, what
 *   it has now
 */
#define MURI_TYPE_VM (muri_vm_get_type ())
G_DECLARE_FINAL_TYPE (MuriVm, muri_vm, MURI, VM, GObject)

const muri_v1_Uuid *muri_vm_get_uuid (MuriVm *vm);
const char *muri_vm_get_id (MuriVm *vm);
const char *muri_vm_get_name (MuriVm *vm);
char *muri_vm_get_sort_key (MuriVm *vm);
MuriNode *muri_vm_get_node (MuriVm *vm);
guint muri_vm_get_state (MuriVm *vm);
gboolean muri_vm_is_known (MuriVm *vm);
gint64 muri_vm_get_heard (MuriVm *vm);
const char *muri_vm_get_address (MuriVm *vm);
guint muri_vm_get_pending (MuriVm *vm);

const char *muri_vm_get_template_id (MuriVm *vm);
gboolean muri_vm_is_linked (MuriVm *vm);

/**
 * MuriResources: what a VM may use. Memory is KiB.
 */
typedef struct
{
  guint vcpus;
  guint vcpus_max;
  guint64 memory;
  guint64 memory_max;
} MuriResources;

/* Now, and with the next boot. */
void muri_vm_get_resources (MuriVm *vm, MuriResources *now, MuriResources *next);

/* Everything else that the agent says of it; never NULL. */
const MuriVmFacts *muri_vm_get_facts (MuriVm *vm);

/* Whether @verb makes sense in its state and can be done there now. */
gboolean muri_vm_can (MuriVm *vm, guint verb);

/* The current figure; NaN when it is unknown (not running, stale, unreachable). */
double muri_vm_get_figure (MuriVm *vm, MuriFigure figure);

/* The last two minutes of CPU for a sparkline: writes at most @n values of 0 to 1 or NaN, one a
 * second, the newest last, and returns how many. */
guint muri_vm_get_recent_cpu (MuriVm *vm, float *values, guint n);

/* Minutes of all figures. In large fleets recorded only from the first call on. */
MuriSeries *muri_vm_get_series (MuriVm *vm);

G_END_DECLS
