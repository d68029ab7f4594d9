/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "muri-members.h"

G_BEGIN_DECLS

/* Where on a row of the sidebar something is held. */
typedef enum
{
  MURI_DROP_INTO,
  MURI_DROP_BEFORE,
  MURI_DROP_AFTER,
} MuriDropPlace;

/* What the keyboard says: Shift moves, Ctrl adds. */
typedef enum
{
  MURI_DROP_EITHER,
  MURI_DROP_MOVE,
  MURI_DROP_ADD,
} MuriDropWish;

typedef enum
{
  MURI_DROP_FORBIDDEN,
  MURI_DROP_JOIN,      /* objects into a group */
  MURI_DROP_TRANSFER,  /* objects from their group into another one */
  MURI_DROP_NEST,      /* groups into a group, or to the top */
  MURI_DROP_ORDER,     /* a group beside another one */
  MURI_DROP_NEW_GROUP, /* objects into a group that is to be made */
  MURI_DROP_CLONE,     /* a template onto a host or a group: new VMs there */
} MuriDropKind;

/**
 * MuriDrop: what letting go would do, and what the row under the pointer says of it.
 * @text: "Add 40 to web", or why not
 * @group: the path that is meant; NULL: the top
 * @place: of MURI_DROP_CLONE: "node:<id>", "group:<path>"
 * @before: of MURI_DROP_ORDER: the path that comes next; NULL: at the end
 */
typedef struct
{
  MuriDropKind kind;
  char *text;
  char *group;
  char *before;
  char *place;
} MuriDrop;

/* @item: of the row; @above: (nullable): of the row that it is below; @next: (nullable): the
 * group that follows it among its siblings */
MuriDrop *muri_drop_new (MuriFleet *fleet, MuriMembers *members, gpointer item, gpointer above,
                         MuriGroup *next, MuriDropPlace place, MuriDropWish wish);
void muri_drop_free (MuriDrop *drop);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MuriDrop, muri_drop_free)

G_END_DECLS
