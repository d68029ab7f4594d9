/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "muri-facts.h"

G_BEGIN_DECLS

/* How facts are kept on disk: a dictionary of the members by name, so that a later version may
 * add some and leave out others. Any thread. */
GBytes *muri_facts_encode (MuriFacts *facts);
MuriFacts *muri_facts_decode (MuriTopic topic, const muri_v1_Uuid *node, const muri_v1_Uuid *vm,
                              gconstpointer data, gsize size);

G_END_DECLS
