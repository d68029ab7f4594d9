/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "muri-topics.h"

G_BEGIN_DECLS

/*
 * MuriFacts: a received sample, shared between the model and the storage thread; of a VM packed,
 * since there are many. Nothing of it changes after it was made, so any thread may read it.
 */
typedef struct _MuriFacts MuriFacts;

MuriFacts *muri_facts_new (MuriTopic topic, gpointer sample);
MuriFacts *muri_facts_new_vm (const muri_v1_Vm *sample);
MuriFacts *muri_facts_ref (MuriFacts *facts);
void muri_facts_unref (MuriFacts *facts);
MuriTopic muri_facts_get_topic (MuriFacts *facts);

/* A const MuriVmFacts * of a VM, else a sample of the topic's type. */
gconstpointer muri_facts_get (MuriFacts *facts);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MuriFacts, muri_facts_unref)

G_END_DECLS
