/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "muri-edit.h"
#include "muri-fleet.h"

G_BEGIN_DECLS

/*
 * What a person does with groups. Objects are MuriVm and MuriNode, mixed; each counts once.
 *
 * All of these check first, begin at once and return what can be taken back; or NULL with @error, a
 * sentence for a person: MURI_GROUP_ERROR_* of a name, a path or a cycle,
 * MURI_FLEET_ERROR_TARGETS when there is nothing to do, MURI_FLEET_ERROR_STORE.
 *
 * What becomes of each object is in the operations of the edit. Objects whose host cannot be
 * reached get MURI_TARGET_WAITING: that is kept on disk, and done when the host is heard of again.
 */

/* Adds; those that are in it already keep their order and delay. */
MuriEdit *
muri_fleet_join_group (MuriFleet *fleet, GPtrArray *objects, const char *group, GError **error);

/* From exactly @from to exactly @to, with order and delay; other memberships stay. */
MuriEdit *muri_fleet_move_to_group (MuriFleet *fleet, GPtrArray *objects, const char *from,
                                    const char *to, GError **error);

/* Exactly @group. */
MuriEdit *
muri_fleet_leave_group (MuriFleet *fleet, GPtrArray *objects, const char *group, GError **error);

/* Renames or moves @from with everything in it and below it. Where @to exists the two become one.
 * The console's empty groups and their order go with it. */
MuriEdit *
muri_fleet_rename_group (MuriFleet *fleet, const char *from, const char *to, GError **error);

/* What muri_fleet_rename_group() would refuse, for a forbidden drop. */
gboolean
muri_fleet_can_rename_group (MuriFleet *fleet, const char *from, const char *to, GError **error);

/* All its members leave it and all groups below it; the objects themselves stay. */
MuriEdit *muri_fleet_delete_group (MuriFleet *fleet, const char *group, GError **error);

/* @order: lower starts first and stops last, 0 none; @delay: seconds after it was started */
MuriEdit *muri_fleet_set_start_order (MuriFleet *fleet, GPtrArray *objects, const char *group,
                                      gint order, guint delay, GError **error);

/* FALSE: not a member of exactly @group. @object: a MuriVm or MuriNode */
gboolean muri_group_get_start_order (const char *group, gpointer object, gint *order, guint *delay);

/* The padlock. */
MuriEdit *
muri_fleet_set_guarded (MuriFleet *fleet, GPtrArray *vms, gboolean guarded, GError **error);

/* ---- taking back ---- */

/* The edit that Ctrl+Z takes back; NULL when there is none. Property undo of MuriFleet. */
MuriEdit *muri_fleet_get_undo (MuriFleet *fleet);

/* Takes back @edit, or with NULL the last one. Objects that someone else changed since are left
 * alone and counted: muri_edit_get_n_skipped(). */
MuriEdit *muri_fleet_undo (MuriFleet *fleet, MuriEdit *edit, GError **error);

/* ---- what this console alone knows ---- */

/* Makes an empty group, which stays while it is empty. */
MuriGroup *muri_fleet_keep_group (MuriFleet *fleet, const char *group, GError **error);

/* A free name in @parent (nullable): "New Group", "New Group 2"; transfer full. */
char *muri_fleet_propose_group (MuriFleet *fleet, const char *parent);

/* Puts @group in front of its sibling @before (a path; NULL: at the end). */
gboolean
muri_fleet_place_group (MuriFleet *fleet, const char *group, const char *before, GError **error);

G_END_DECLS
