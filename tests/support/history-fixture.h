/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "agent-history-ring.h"
#include "muri-figure.h"

G_BEGIN_DECLS

/* Figures that anybody can compute for any second, and a look at what a ring has of them. */

#define HISTORY_VMS_MAX 64

/* Rows of seconds from @first on, of the node and @n_vms; @world: another one has other figures.
 * Free with history_rows_free(). */
AgentHistoryRow *history_rows (gint64 first, guint n_rows, guint n_vms, guint world);
void history_rows_free (AgentHistoryRow *rows, guint n_rows);

muri_v1_Uuid history_vm (guint index);

/* What is kept of a figure in that second; NaN: it is not known then. @vm 0: the node. */
float history_expected (gint64 second, guint vm, MuriFigure figure, guint world);

/* What lies in a directory, of whoever it is, by its second and tier. */
typedef struct
{
  GHashTable *chunks[AGENT_HISTORY_N_KINDS]; /* object -> GPtrArray of MuriChunk */
  guint n_files;
  guint64 size;
} HistoryContents;

HistoryContents *history_read (const char *directory);
void history_contents_free (HistoryContents *contents);

/* What @vm (0: the node) had over @step seconds from @start; @step 1, 10 or 60. Fails the test
 * where two say different things of the same slot. */
MuriRollup
history_get (HistoryContents *contents, guint vm, MuriFigure figure, gint64 start, guint step);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HistoryContents, history_contents_free)

G_END_DECLS
