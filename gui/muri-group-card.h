/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "muri-group.h"

G_BEGIN_DECLS

/* MuriGroupCard: a group within another one: its name and the states of its VMs. Opens it. */
#define MURI_TYPE_GROUP_CARD (muri_group_card_get_type ())
G_DECLARE_FINAL_TYPE (MuriGroupCard, muri_group_card, MURI, GROUP_CARD, GtkButton)

GtkWidget *muri_group_card_new (MuriGroup *group);

/* Counts again. */
void muri_group_card_update (MuriGroupCard *card);

G_END_DECLS
