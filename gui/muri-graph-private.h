/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "muri-graph-picture.h"
#include "muri-graph-readout.h"
#include "muri-graph.h"

G_BEGIN_DECLS

typedef struct
{
  char *name;
  MuriFigure figure;
} MuriGraphLine;

typedef enum
{
  MURI_GRAPH_DRAG_NONE,
  MURI_GRAPH_DRAG_CHOICE,
  MURI_GRAPH_DRAG_PAN,
} MuriGraphDrag;

struct _MuriGraph
{
  GtkWidget parent_instance;

  GtkWidget *title;
  GtkWidget *time;
  GtkWidget *menu_button;
  GtkWidget *readouts;
  GtkWidget *plot;

  /* Owned */
  char *subject;
  MuriGraphGroup *group;
  MuriGraphSource *source;
  MuriTimeRange *range; /* while mapped */
  GArray *lines;        /* of MuriGraphLine; of parts: one */
  MuriGraphPicture *picture;

  gboolean of_parts;
  double total;
  gboolean known; /* there is something in the picture */

  /* muri-graph-view.c */
  GtkWidget *viewport; /* while mapped, nullable: it holds the graph */
  gboolean stale;      /* something changed while it was scrolled out of view */

  /* muri-graph-input.c */
  gboolean over; /* the pointer is over the plot, and moved there */
  double pointer_x;
  double pointer_y;
  MuriGraphDrag drag;
  gint64 choice_from;
  gint64 choice_to;
  double panned; /* pixels, of this drag */
  double pinch;  /* scale, as it was used last */
};

/* muri-graph-plot.c: what is shown and read */
void muri_graph_init_plot (MuriGraph *self);
void muri_graph_update (MuriGraph *self);
void muri_graph_update_readouts (MuriGraph *self);
void muri_graph_update_description (MuriGraph *self);
gint64 muri_graph_snap (MuriGraph *self, gint64 time);

/* The moment that is read: under the crosshair, else the pinned one; 0: neither. */
gint64 muri_graph_get_read_time (MuriGraph *self);
GtkWidget *muri_graph_add_readout (MuriGraph *self, const char *name);

/* muri-graph-view.c: what is scrolled out of view is drawn when it comes into view */
void muri_graph_watch_view (MuriGraph *self);
void muri_graph_unwatch_view (MuriGraph *self);
gboolean muri_graph_is_in_view (MuriGraph *self);

/* All of it anew. */
void muri_graph_refresh (MuriGraph *self);

/* muri-graph-input.c */
void muri_graph_init_input (MuriGraph *self);
void muri_graph_point (MuriGraph *self);

/* muri-graph-menu.c */
void muri_graph_install_menu (GtkWidgetClass *widget_class);
void muri_graph_init_menu (MuriGraph *self);

G_END_DECLS
