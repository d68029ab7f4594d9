/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "muri-fleet.h"

G_BEGIN_DECLS

/**
 * MuriMembers: VMs, hosts and groups on their way, or a template: dragged, cut, copied, or picked
 * for a menu.
 *
 * It knows the group whose row or list they come from. Filled by one owner, then not changed.
 */
#define MURI_TYPE_MEMBERS (muri_members_get_type ())
G_DECLARE_FINAL_TYPE (MuriMembers, muri_members, MURI, MEMBERS, GObject)

/* @origin: (nullable): the path of a group */
MuriMembers *muri_members_new (const char *origin);
MuriMembers *muri_members_new_from_items (const char *origin, GPtrArray *items);

/* @item: a MuriVm, MuriNode or MuriGroup; others are left out. Each counts once. */
void muri_members_add (MuriMembers *members, gpointer item);

/* As they travel in actions: "vm:<id>", "node:<id>", "group:<path>". What is not there is left out.
 */
MuriMembers *
muri_members_new_from_refs (MuriFleet *fleet, const char *origin, const char *const *refs);
char **muri_members_dup_refs (MuriMembers *members);

/* A template on its way is alone. */
void muri_members_set_template (MuriMembers *members, MuriTemplate *dragged);
MuriTemplate *muri_members_get_template (MuriMembers *members); /* (nullable) */

const char *muri_members_get_origin (MuriMembers *members);
GPtrArray *muri_members_get_objects (MuriMembers *members); /* MuriVm, MuriNode */
GPtrArray *muri_members_get_groups (MuriMembers *members);  /* MuriGroup */
guint muri_members_get_n (MuriMembers *members);

/* Only MuriVm. (transfer container) */
GPtrArray *muri_members_dup_vms (MuriMembers *members);

/* Whether @object is in exactly @group. */
gboolean muri_member_is_in (gpointer object, const char *group);

/* The paths that @object is in, at or below @below (nullable: all). */
GPtrArray *muri_member_dup_groups (gpointer object, const char *below);

/* "web-001", "40 VMs", "3 VMs and 1 host". */
char *muri_members_describe (MuriMembers *members);

/* One name a line. */
char *muri_members_dup_names (MuriMembers *members);

/* Those of them that still exist. */
MuriMembers *muri_members_dup_living (MuriMembers *members, MuriFleet *fleet);

G_END_DECLS
