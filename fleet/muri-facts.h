/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "muri-topics.h"

G_BEGIN_DECLS

/*
 * MuriFacts: a received sample of a node or a VM, shared between the model and the storage
 * thread. Nothing of it changes after it was made, so any thread may read it.
 */
typedef struct _MuriFacts MuriFacts;

MuriFacts *muri_facts_new (MuriTopic topic, gpointer sample);
MuriFacts *muri_facts_ref (MuriFacts *facts);
void muri_facts_unref (MuriFacts *facts);
MuriTopic muri_facts_get_topic (MuriFacts *facts);
gconstpointer muri_facts_get (MuriFacts *facts);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MuriFacts, muri_facts_unref)

G_END_DECLS
