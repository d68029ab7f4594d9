/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "muri-fleet.h"

G_BEGIN_DECLS

/* MuriTemplateCard: a template in the gallery. It can be dragged onto a host or a group. */
#define MURI_TYPE_TEMPLATE_CARD (muri_template_card_get_type ())
G_DECLARE_FINAL_TYPE (MuriTemplateCard, muri_template_card, MURI, TEMPLATE_CARD, GtkBox)

GtkWidget *muri_template_card_new (void);
void muri_template_card_set_template (MuriTemplateCard *self, MuriTemplate *shown);
MuriTemplate *muri_template_card_get_template (MuriTemplateCard *self);

G_END_DECLS
