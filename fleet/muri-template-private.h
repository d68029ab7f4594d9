/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "muri-facts.h"
#include "muri-template.h"

G_BEGIN_DECLS

/* @facts: (transfer full): of MURI_TOPIC_TEMPLATE */
MuriHolder *muri_holder_new (MuriNode *node, MuriFacts *facts);
void muri_holder_set_facts (MuriHolder *holder, MuriFacts *facts);
MuriFacts *muri_holder_peek_facts (MuriHolder *holder);

/* Whether it was heard of, since its node was found or lost. */
gboolean muri_holder_is_live (MuriHolder *holder);
void muri_holder_set_live (MuriHolder *holder, gboolean live);

MuriTemplate *muri_template_new (const muri_v1_Uuid *uuid);
void muri_template_add_holder (MuriTemplate *self, MuriHolder *holder);
void muri_template_remove_holder (MuriTemplate *self, MuriHolder *holder);

/* A holder has news, or its node. */
void muri_template_update (MuriTemplate *self);

G_END_DECLS
