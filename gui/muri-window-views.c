/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "muri-window-private.h"

#include <glib/gi18n.h>

static MuriView
current_view (MuriWindow *self)
{
  MuriView view = MURI_VIEW_OVERVIEW;

  muri_view_from_name (adw_view_stack_get_visible_child_name (self->views), &view);
  return view;
}

static GtkWidget *
page_of_type (AdwBin *bin, GType type)
{
  GtkWidget *child = adw_bin_get_child (bin);

  if (!child || G_OBJECT_TYPE (child) != type)
    {
      child = g_object_new (type, NULL);
      adw_bin_set_child (bin, child);
    }
  return child;
}

static void
give (GtkWidget *page, const char *property, gpointer value)
{
  if (g_object_class_find_property (G_OBJECT_GET_CLASS (page), property))
    g_object_set (page, property, value, NULL);
}

/* Only the view that is looked at has a page with a scope: the others cost nothing. */
void
muri_window_fill_view (MuriWindow *self)
{
  MuriView shown = current_view (self);

  for (guint i = 0; i < MURI_N_VIEWS; i++)
    {
      GtkWidget *child = adw_bin_get_child (self->view_bins[i]);

      if (i == shown && self->scope)
        {
          GType type = muri_pages_get (i, muri_scope_get_kind (self->scope));

          if (type == G_TYPE_INVALID)
            continue;
          child = page_of_type (self->view_bins[i], type);
          give (child, "fleet", self->fleet);
          give (child, "scope", self->scope);
        }
      else if (child)
        give (child, "scope", NULL);
    }
}

static void
update_visible_views (MuriWindow *self)
{
  MuriScopeKind kind = muri_scope_get_kind (self->scope);

  for (guint i = 0; i < MURI_N_VIEWS; i++)
    {
      AdwViewStackPage *page =
          adw_view_stack_get_page (self->views, GTK_WIDGET (self->view_bins[i]));

      adw_view_stack_page_set_visible (page, muri_pages_get (i, kind) != G_TYPE_INVALID);
    }
  if (muri_pages_get (current_view (self), kind) == G_TYPE_INVALID)
    muri_window_set_view (self, MURI_VIEW_OVERVIEW);
}

static void
show_views (MuriWindow *self)
{
  gtk_stack_set_visible_child_name (self->body, "views");
  adw_view_switcher_title_set_view_switcher_enabled (self->switcher_title, TRUE);
  adw_view_switcher_title_set_title (self->switcher_title, muri_scope_get_title (self->scope));
  adw_leaflet_set_visible_child (self->leaflet, self->content_pane);
}

void
muri_window_set_scope (MuriWindow *self, MuriScope *scope)
{
  g_return_if_fail (MURI_IS_SCOPE (scope));

  if (!muri_scope_equal (self->scope, scope))
    {
      g_set_object (&self->scope, scope);
      update_visible_views (self);
    }
  show_views (self);
  muri_window_fill_view (self);
}

void
muri_window_set_view (MuriWindow *self, MuriView view)
{
  if (muri_pages_get (view, muri_scope_get_kind (self->scope)) == G_TYPE_INVALID)
    return;
  adw_view_stack_set_visible_child (self->views, GTK_WIDGET (self->view_bins[view]));
  show_views (self);
}

void
muri_window_show_operations (MuriWindow *self, const char *operation_id)
{
  gtk_stack_set_visible_child_name (self->body, "operations");
  adw_view_switcher_title_set_view_switcher_enabled (self->switcher_title, FALSE);
  adw_view_switcher_title_set_title (self->switcher_title, _ ("Operations"));
  adw_leaflet_set_visible_child (self->leaflet, self->content_pane);
}
