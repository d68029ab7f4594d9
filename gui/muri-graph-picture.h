/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "muri-graph-draw.h"

G_BEGIN_DECLS

/* What stands on the time axis. */
typedef enum
{
  MURI_GRAPH_MARK_EVENT,
  MURI_GRAPH_MARK_OPERATION,
} MuriGraphMarkKind;

typedef struct
{
  gint64 time;
  guint severity; /* MURI_SEVERITY_* */
  MuriGraphMarkKind kind;
} MuriGraphMark;

/**
 * MuriGraphPicture: all that a plot shows, without a widget: what is drawn on the screen is what is
 * exported.
 *
 * A copy shares the traces and may be drawn on another thread.
 */
typedef struct
{
  char *title;
  MuriUnit unit;
  double floor; /* the axis reaches at least this */
  gboolean stacked;
  gint64 from;
  gint64 to;
  GTimeZone *zone;
  GPtrArray *names;  /* of char *, (nullable) where the title says it all */
  GPtrArray *traces; /* of MuriGraphTrace, as many */
  GArray *marks;     /* of MuriGraphMark, ascending */
  GPtrArray *stack;  /* (nullable): of MuriGraphTrace, when it is stacked */

  /* As it was laid out last. */
  MuriGraphFrame frame;
  GArray *ticks;
  gint64 ticks_start;
  gint64 ticks_end;
  double ticks_width;
} MuriGraphPicture;

typedef struct
{
  GdkRGBA text;
  GdkRGBA dim;
  GdkRGBA rule;
  GdkRGBA warning;
  GdkRGBA error;
  GdkRGBA accent;
  gboolean dark;
} MuriGraphColors;

MuriGraphPicture *muri_graph_picture_new (const char *title, MuriUnit unit);
MuriGraphPicture *muri_graph_picture_copy (const MuriGraphPicture *picture);
void muri_graph_picture_free (MuriGraphPicture *picture);

void muri_graph_picture_clear_curves (MuriGraphPicture *picture);
void
muri_graph_picture_add_curve (MuriGraphPicture *picture, const char *name, MuriGraphTrace *trace);

void muri_graph_picture_set_time (MuriGraphPicture *picture, gint64 from, gint64 to);

/* After all curves were added: adds them up, when it is stacked. */
void muri_graph_picture_complete (MuriGraphPicture *picture);

/* What is seen of the nth curve: its own trace, or the stack's up to it. */
MuriGraphTrace *muri_graph_picture_get_shown (const MuriGraphPicture *picture, guint curve);
gboolean muri_graph_picture_has_known (const MuriGraphPicture *picture);

/* Fits axes into @width and @height; @layout has the font of labels. */
void
muri_graph_picture_lay_out (MuriGraphPicture *picture, PangoLayout *layout, int width, int height);

/* What lies below the curves, and the curves; as it was laid out. */
void muri_graph_picture_draw (MuriGraphPicture *picture, cairo_t *cr, PangoLayout *layout,
                              const MuriGraphColors *colors);

/* The marks that are drawn at @x, give or take; their indices @first to @last. */
gboolean muri_graph_picture_find_marks (const MuriGraphPicture *picture, double x, guint *first,
                                        guint *last);

/* Whether y is where the marks are. */
gboolean muri_graph_picture_is_on_axis (const MuriGraphPicture *picture, double y);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MuriGraphPicture, muri_graph_picture_free)

G_END_DECLS
