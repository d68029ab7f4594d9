/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "muri-facts.h"
#include "muri-vm.h"

G_BEGIN_DECLS

MuriVm *muri_vm_new (MuriNode *node, MuriFacts *facts);
gboolean muri_vm_set_facts (MuriVm *vm, MuriFacts *facts);
MuriFacts *muri_vm_peek_facts (MuriVm *vm);
void muri_vm_set_pending (MuriVm *vm, guint verb);

/* From now on every sample goes to its series. */
void muri_vm_record (MuriVm *vm);

/* They have become many: only what somebody looks at is recorded. */
void muri_vm_record_if_asked (MuriVm *vm);

/* Whether it was heard of, since its node was found or lost. */
gboolean muri_vm_is_live (MuriVm *vm);
void muri_vm_set_live (MuriVm *vm, gboolean live);

/* Returns whether a figure changed. @time: the epoch's, @now: monotonic */
gboolean
muri_vm_take_figures (MuriVm *vm, const muri_v1_VmFigures *figures, gint64 time, gint64 now);

/* Figures that were not renewed since @before (monotonic) become unknown. */
gboolean muri_vm_expire_figures (MuriVm *vm, gint64 before);

/* Its node's state changed what is known of it. */
void muri_vm_notify_known (MuriVm *vm);

G_END_DECLS
