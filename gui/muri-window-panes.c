/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "muri-table-page.h"
#include "muri-window-private.h"

/* Folded, the sidebar is a page of its own; else it is shown or not, as a person likes it. */
static void
update_sidebar (MuriWindow *self)
{
  gboolean wanted = g_settings_get_boolean (self->settings, "sidebar-visible");
  const char *body = gtk_stack_get_visible_child_name (self->body);
  gboolean alone = g_strcmp0 (body, "first-start") == 0 || g_strcmp0 (body, "trouble") == 0;

  gtk_widget_set_visible (GTK_WIDGET (self->sidebar_button),
                          !alone && !adw_leaflet_get_folded (self->leaflet));
  muri_view_title_set_icons (self->switcher_title, !adw_leaflet_get_folded (self->leaflet));
  gtk_widget_set_visible (self->sidebar_pane,
                          !alone && (wanted || adw_leaflet_get_folded (self->leaflet)));
}

void
muri_window_toggle_sidebar (MuriWindow *self)
{
  if (!adw_leaflet_get_folded (self->leaflet))
    g_settings_set_boolean (self->settings, "sidebar-visible",
                            !g_settings_get_boolean (self->settings, "sidebar-visible"));
  else if (adw_leaflet_get_visible_child (self->leaflet) == self->sidebar_pane)
    adw_leaflet_set_visible_child (self->leaflet, self->content_pane);
  else
    adw_leaflet_set_visible_child (self->leaflet, self->sidebar_pane);
}

/* Whatever had the focus is out of sight: what was asked for gets it, and never by chance a
 * button that stops something. */
void
muri_window_focus (MuriWindow *self, GtkWidget *pane)
{
  GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (self));

  if (focus && gtk_widget_is_ancestor (focus, pane))
    return;
  if (!gtk_widget_get_mapped (pane) || !gtk_widget_grab_focus (pane))
    gtk_window_set_focus (GTK_WINDOW (self), NULL);
}

static gboolean
focus_pane (GtkWidget *pane)
{
  return gtk_widget_get_mapped (pane)
         && (gtk_widget_grab_focus (pane) || gtk_widget_child_focus (pane, GTK_DIR_TAB_FORWARD));
}

void
muri_window_next_pane (MuriWindow *self, int step)
{
  GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (self));
  GtkWidget *page = muri_window_get_page (self);
  GtkWidget *bar = MURI_IS_TABLE_PAGE (page) ? gtk_widget_get_last_child (page) : NULL;
  GtkWidget *panes[] = { GTK_WIDGET (self->sidebar), page ? page : GTK_WIDGET (self->body),
                         bar ? bar : GTK_WIDGET (self->body),
                         gtk_widget_get_first_child (self->content_pane) };
  int n = G_N_ELEMENTS (panes);
  int current = 0;

  /* The last that matches: the selection bar is inside of its page. */
  for (int i = 0; i < n; i++)
    if (focus && (focus == panes[i] || gtk_widget_is_ancestor (focus, panes[i])))
      current = i;
  for (int i = 1; i < n; i++)
    if (focus_pane (panes[(current + step * i + n * n) % n]))
      return;
}

/* A minimized window keeps its widgets mapped in GTK 4.8: they would go on to draw. */
static void
on_surface_state (MuriWindow *self, GParamSpec *pspec, GdkToplevel *toplevel)
{
  gboolean minimized = (gdk_toplevel_get_state (toplevel) & GDK_TOPLEVEL_STATE_MINIMIZED) != 0;

  gtk_widget_set_child_visible (GTK_WIDGET (self->toasts), !minimized);
}

static void
on_realize (MuriWindow *self)
{
  GdkSurface *surface = gtk_native_get_surface (GTK_NATIVE (self));

  g_signal_connect_object (surface, "notify::state", G_CALLBACK (on_surface_state), self,
                           G_CONNECT_SWAPPED);
}

/* A leaflet gives its shadows their style classes again whenever it is laid out, that is in each
 * frame of a list that scrolls, and what comes after them among its children is styled anew by
 * that: all of the window. So they come last. */
static void
move_shadows (GtkWidget *leaflet)
{
  static const char *const names[] = { "dimming", "shadow", "border", "outline", NULL };
  GtkWidget *last = gtk_widget_get_last_child (leaflet);
  GtkWidget *child = gtk_widget_get_first_child (leaflet);
  gboolean done = FALSE;

  while (child && !done)
    {
      GtkWidget *next = gtk_widget_get_next_sibling (child);

      done = child == last;
      if (g_strv_contains (names, gtk_widget_get_css_name (child)))
        gtk_widget_insert_before (child, leaflet, NULL);
      child = next;
    }
}

void
muri_window_add_panes (MuriWindow *self)
{
  g_settings_bind (self->settings, "sidebar-visible", self->sidebar_button, "active",
                   G_SETTINGS_BIND_DEFAULT);
  g_signal_connect_object (self->settings, "changed::sidebar-visible", G_CALLBACK (update_sidebar),
                           self, G_CONNECT_SWAPPED);
  move_shadows (GTK_WIDGET (self->leaflet));
  g_signal_connect_object (self->leaflet, "notify::folded", G_CALLBACK (update_sidebar), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->body, "notify::visible-child", G_CALLBACK (update_sidebar), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self, "realize", G_CALLBACK (on_realize), self, G_CONNECT_SWAPPED);
  update_sidebar (self);
}
