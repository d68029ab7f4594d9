/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* MuriGraphReadout: the key of a graph's line and its value: a swatch, a name and a figure. */
#define MURI_TYPE_GRAPH_READOUT (muri_graph_readout_get_type ())
G_DECLARE_FINAL_TYPE (MuriGraphReadout, muri_graph_readout, MURI, GRAPH_READOUT, GtkWidget)

GtkWidget *muri_graph_readout_new (const char *name, guint line);
void muri_graph_readout_set_name (MuriGraphReadout *self, const char *name);

/* @peak: (nullable): the largest, where it is not the same */
void muri_graph_readout_set_value (MuriGraphReadout *self, const char *value, const char *peak);

/* Whether there is room for it; a screen reader is told anyway. */
void muri_graph_readout_show_peak (MuriGraphReadout *self, gboolean shown);

/* Room for a value of so many characters, that what stands behind it does not move about. */
void muri_graph_readout_reserve (MuriGraphReadout *self, int chars);

/* "Read 12 MB/s, at most 40 MB/s", for a screen reader. */
char *muri_graph_readout_get_words (MuriGraphReadout *self);

G_END_DECLS
