/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-graph-private.h"

/* It has seen nothing of the last changes, and may be seen now. */
static void
on_scrolled (MuriGraph *self)
{
  if (!self->stale)
    return;
  self->stale = FALSE;
  muri_graph_refresh (self);
}

static GtkAdjustment *
get_adjustment (MuriGraph *self)
{
  return gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (self->viewport));
}

void
muri_graph_watch_view (MuriGraph *self)
{
  self->stale = FALSE;
  g_set_object (&self->viewport, gtk_widget_get_ancestor (GTK_WIDGET (self), GTK_TYPE_VIEWPORT));
  if (!self->viewport)
    return;
  g_signal_connect_swapped (get_adjustment (self), "value-changed", G_CALLBACK (on_scrolled), self);
  /* What is above it, or the window, has another size. */
  g_signal_connect_swapped (get_adjustment (self), "changed", G_CALLBACK (on_scrolled), self);
}

void
muri_graph_unwatch_view (MuriGraph *self)
{
  if (self->viewport)
    g_signal_handlers_disconnect_by_data (get_adjustment (self), self);
  g_clear_object (&self->viewport);
}

/* Before it has a place it is. */
gboolean
muri_graph_is_in_view (MuriGraph *self)
{
  graphene_rect_t bounds;
  graphene_rect_t view;

  if (!self->viewport || gtk_widget_get_height (GTK_WIDGET (self)) == 0
      || !gtk_widget_compute_bounds (GTK_WIDGET (self), self->viewport, &bounds))
    return TRUE;
  graphene_rect_init (&view, 0, 0, (float)gtk_widget_get_width (self->viewport),
                      (float)gtk_widget_get_height (self->viewport));
  return graphene_rect_intersection (&bounds, &view, NULL);
}
