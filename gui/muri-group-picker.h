/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "muri-members.h"

G_BEGIN_DECLS

/**
 * MuriGroupPicker: a group chosen by typing: those that match, and one that would be made.
 *
 * Signals: "picked" (const char *): a path; "/" for the top, which only groups can go to.
 */
#define MURI_TYPE_GROUP_PICKER (muri_group_picker_get_type ())
G_DECLARE_FINAL_TYPE (MuriGroupPicker, muri_group_picker, MURI, GROUP_PICKER, AdwWindow)

/* @move: else they are added */
MuriGroupPicker *
muri_group_picker_new (GtkWindow *parent, MuriFleet *fleet, MuriMembers *members, gboolean move);

G_END_DECLS
