/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "muri.h"

#include <glib-object.h>

G_BEGIN_DECLS

/* What groups an object is in, by value; and what each verb would make of that, the same as its
 * agent. A VM's padlock is a part of it. */
typedef struct
{
  char *group;
  gint32 order;
  guint32 delay;
} MuriPlace;

typedef struct
{
  GArray *places; /* MuriPlace */
  gboolean guarded;
} MuriMemberships;

/* @object: a MuriVm or MuriNode; as its agent says now */
MuriMemberships *muri_memberships_of (gpointer object);
MuriMemberships *muri_memberships_copy (const MuriMemberships *memberships);
void muri_memberships_free (MuriMemberships *memberships);

gboolean muri_memberships_equal (const MuriMemberships *a, const MuriMemberships *b);
const MuriPlace *muri_memberships_find (const MuriMemberships *memberships, const char *group);

void muri_memberships_join (MuriMemberships *memberships, const MuriPlace *place);
void muri_memberships_leave (MuriMemberships *memberships, const char *group);
void muri_memberships_move (MuriMemberships *memberships, const char *from, const char *to,
                            gboolean only);

/* The paths of an object's groups alone, borrowed from its facts. */
typedef struct
{
  guint n;
  const char *paths[64];
} MuriGroupPaths;

/* @object: a MuriVm or MuriNode */
void muri_group_paths_of (gpointer object, MuriGroupPaths *paths);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MuriMemberships, muri_memberships_free)

G_END_DECLS
