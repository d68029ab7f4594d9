/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "muri-fleet.h"
#include "muri-history.h"

G_BEGIN_DECLS

/**
 * MuriGraphPart: what a curve is of: a VM, a host, or several of them added up. Immutable.
 *
 * Of several, CPU is the share of all their processors, and MURI_FIGURE_LOAD1 how many of these are
 * busy.
 */
typedef struct
{
  gatomicrefcount refs;
  char *name;       /* (nullable) */
  MuriSeries *live; /* (nullable): its last minutes */
  GArray *keys;     /* of MuriTargetKey */
  GArray *cpus;     /* of float: how many processors, as many */
  gboolean added_up;
} MuriGraphPart;

/* @object: (nullable): a MuriVm or a MuriNode */
MuriGraphPart *muri_graph_part_new (const char *name, MuriSeries *live, gpointer object);

/* @objects: a model of MuriVm or MuriNode, as it is now */
MuriGraphPart *muri_graph_part_new_sum (const char *name, MuriSeries *live, GListModel *objects);
MuriGraphPart *muri_graph_part_ref (MuriGraphPart *part);
void muri_graph_part_unref (MuriGraphPart *part);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MuriGraphPart, muri_graph_part_unref)

G_END_DECLS
