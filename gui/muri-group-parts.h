/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "muri-graph-part.h"

G_BEGIN_DECLS

/**
 * MuriGroupParts: what a group is made of, as a stack of areas shows it: the groups in it, or its
 * VMs. The busiest have a part of their own, all others one together; every VM is in one part.
 */
typedef struct _MuriGroupParts MuriGroupParts;

/* @group: (nullable): whose groups the parts are; @vms: all that there are; @seconds: of live
 * figures that are kept */
MuriGroupParts *muri_group_parts_new (MuriGroup *group, GListModel *vms, guint seconds);
void muri_group_parts_free (MuriGroupParts *parts);

/* (element-type MuriGraphPart) (transfer none): at most MURI_GRAPH_HUES, the busiest first */
GPtrArray *muri_group_parts_get (MuriGroupParts *parts);

/* The figures of now go to the ends of the parts' live series. */
void muri_group_parts_push (MuriGroupParts *parts, gint64 now);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MuriGroupParts, muri_group_parts_free)

G_END_DECLS
