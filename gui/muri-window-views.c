/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <glib/gi18n.h>

#include "muri-button-names.h"
#include "muri-table-page.h"
#include "muri-group-path.h"
#include "muri-moment-page.h"
#include "muri-window-private.h"

static MuriView
current_view (MuriWindow *self)
{
  MuriView view = MURI_VIEW_OVERVIEW;

  muri_view_from_name (adw_view_stack_get_visible_child_name (self->views), &view);
  return view;
}

static void
give (GtkWidget *page, const char *property, gpointer value)
{
  if (g_object_class_find_property (G_OBJECT_GET_CLASS (page), property))
    g_object_set (page, property, value, NULL);
}

static gboolean
has_selection (GtkWidget *page)
{
  guint n = 0;

  if (page && g_object_class_find_property (G_OBJECT_GET_CLASS (page), "n-selected"))
    g_object_get (page, "n-selected", &n, NULL);
  return n > 0;
}

/* Narrow, there is one bar at the foot: the selection's, or the views'. */
static void
update_switcher_bar (MuriWindow *self)
{
  gboolean narrow = muri_view_title_is_title_visible (self->switcher_title);
  gboolean views = g_strcmp0 (gtk_stack_get_visible_child_name (self->body), "views") == 0;

  adw_view_switcher_bar_set_reveal (
      self->switcher_bar, narrow && views && !has_selection (muri_window_get_page (self)));
}

static GtkWidget *
page_of_type (MuriWindow *self, AdwBin *bin, GType type)
{
  GtkWidget *child = adw_bin_get_child (bin);

  if (!child || G_OBJECT_TYPE (child) != type)
    {
      child = g_object_new (type, NULL);
      muri_button_names_set (child);
      give (child, "fleet", self->fleet);
      give (child, "time-range", self->range);
      if (g_object_class_find_property (G_OBJECT_GET_CLASS (child), "n-selected"))
        g_signal_connect_object (child, "notify::n-selected", G_CALLBACK (update_switcher_bar),
                                 self, G_CONNECT_SWAPPED);
      adw_bin_set_child (bin, child);
    }
  return child;
}

static AdwBin *
bin_of_place (MuriWindow *self, MuriPlace place)
{
  if (place == MURI_PLACE_TEMPLATES)
    return self->templates_bin;
  return place == MURI_PLACE_ALARMS ? self->alarms_bin : self->operations_bin;
}

GtkWidget *
muri_window_get_page (MuriWindow *self)
{
  if (self->place != MURI_PLACE_NONE)
    return adw_bin_get_child (bin_of_place (self, self->place));
  return adw_bin_get_child (self->view_bins[current_view (self)]);
}

/* While a moment is pinned, VMs are what they were then. */
static GType
type_of_view (MuriWindow *self, MuriView view)
{
  GType type = muri_pages_get (view, muri_scope_get_kind (self->scope));

  if (view == MURI_VIEW_VMS && type != G_TYPE_INVALID && muri_time_range_get_pin (self->range))
    return MURI_TYPE_MOMENT_PAGE;
  return type;
}

/* Who looks at another view of the same scope and comes back finds the same rows selected. */
static gboolean
keeps_selection (MuriWindow *self, GtkWidget *page)
{
  return MURI_IS_TABLE_PAGE (page)
         && muri_scope_equal (muri_table_page_get_scope (MURI_TABLE_PAGE (page)), self->scope);
}

/* Only the view that is looked at has a page with a scope: the others cost nothing. */
static void
fill_views (MuriWindow *self)
{
  MuriView shown = current_view (self);
  gboolean looked_at = g_strcmp0 (gtk_stack_get_visible_child_name (self->body), "views") == 0;

  for (guint i = 0; i < MURI_N_VIEWS; i++)
    {
      GtkWidget *child = adw_bin_get_child (self->view_bins[i]);
      GType type = type_of_view (self, i);

      if (i == shown && looked_at && type != G_TYPE_INVALID)
        give (page_of_type (self, self->view_bins[i], type), "scope", self->scope);
      else if (child && !keeps_selection (self, child))
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
    adw_view_stack_set_visible_child (self->views,
                                      GTK_WIDGET (self->view_bins[MURI_VIEW_OVERVIEW]));
}

static const char *
title_of_body (MuriWindow *self, const char *body)
{
  if (self->place != MURI_PLACE_NONE && g_str_equal (body, muri_place_to_name (self->place)))
    return muri_place_get_title (self->place);
  if (!g_str_equal (body, "views"))
    return "Muri";
  return muri_scope_get_title (self->scope);
}

void
muri_window_update_body (MuriWindow *self)
{
  /* Until the store was read nobody knows whether there are hosts. */
  gboolean empty = muri_fleet_is_ready (self->fleet)
                   && g_list_model_get_n_items (muri_fleet_get_nodes (self->fleet)) == 0;
  const char *body = "views";
  const char *title;

  if (muri_network_get_store_problem (self->network))
    body = "trouble";
  else if (self->place != MURI_PLACE_NONE)
    body = muri_place_to_name (self->place);
  else if (empty)
    body = "first-start";
  title = title_of_body (self, body);
  gtk_stack_set_visible_child_name (self->body, body);
  muri_view_title_set_switches (self->switcher_title, g_str_equal (body, "views"));
  muri_view_title_set_title (self->switcher_title, title);
  fill_views (self);
  update_switcher_bar (self);
}

static void
show (MuriWindow *self, MuriPlace place)
{
  self->place = place;
  muri_window_update_body (self);
  muri_sidebar_show (self->sidebar, place != MURI_PLACE_NONE ? NULL : self->scope, place);
  adw_leaflet_set_visible_child (self->leaflet, self->content_pane);
}

void
muri_window_set_scope (MuriWindow *self, MuriScope *scope)
{
  g_return_if_fail (MURI_IS_SCOPE (scope));

  if (!muri_scope_equal (self->scope, scope))
    {
      g_clear_pointer (&self->awaited_group, g_free);
      g_set_object (&self->scope, scope);
      update_visible_views (self);
    }
  show (self, MURI_PLACE_NONE);
  muri_window_focus (self, GTK_WIDGET (self->sidebar));
}

void
muri_window_set_view (MuriWindow *self, MuriView view)
{
  if (muri_pages_get (view, muri_scope_get_kind (self->scope)) == G_TYPE_INVALID)
    return;
  adw_view_stack_set_visible_child (self->views, GTK_WIDGET (self->view_bins[view]));
  show (self, MURI_PLACE_NONE);
  muri_window_focus (self, muri_window_get_page (self));
}

void
muri_window_show_place (MuriWindow *self, MuriPlace place)
{
  AdwBin *bin = bin_of_place (self, place);

  page_of_type (self, bin, muri_pages_get_place (place));
  show (self, place);
  muri_window_focus (self, GTK_WIDGET (bin));
}

void
muri_window_show_operations (MuriWindow *self, const char *operation_id)
{
  GtkWidget *page =
      page_of_type (self, self->operations_bin, muri_pages_get_place (MURI_PLACE_OPERATIONS));

  if (operation_id)
    g_object_set (page, "operation-id", operation_id, NULL);
  muri_tally_see (self->tally);
  muri_window_show_place (self, MURI_PLACE_OPERATIONS);
}

void
muri_window_show_template (MuriWindow *self, const char *template_id)
{
  GtkWidget *page =
      page_of_type (self, self->templates_bin, muri_pages_get_place (MURI_PLACE_TEMPLATES));

  g_object_set (page, "template-id", template_id, NULL);
  muri_window_show_place (self, MURI_PLACE_TEMPLATES);
}

/* The path that it gets, the nearest group above, or nothing. */
static MuriScope *
instead_of_group (MuriWindow *self)
{
  MuriGroups *groups = muri_fleet_get_groups (self->fleet);
  g_autofree char *path = g_strdup (muri_group_get_path (muri_scope_get_group (self->scope)));
  MuriGroup *group = self->awaited_group ? muri_groups_find (groups, self->awaited_group) : NULL;

  while (!group && path)
    {
      g_autofree char *own = path;

      path = muri_group_path_parent (own);
      group = path ? muri_groups_find (groups, path) : NULL;
    }
  return group ? muri_scope_new_group (self->fleet, group) : NULL;
}

/* What is shown may be gone, or be the first there is. */
static void
on_models_changed (MuriWindow *self)
{
  g_autofree char *id = muri_scope_to_id (self->scope);
  g_autoptr (MuriScope) still = muri_scope_new_from_id (self->fleet, id);
  g_autoptr (MuriScope) fallback = NULL;

  if (still)
    {
      /* One of the same path, that came after it was gone, is another group. */
      if (!muri_scope_equal (self->scope, still))
        g_set_object (&self->scope, still);
      muri_window_update_body (self);
      return;
    }
  if (muri_scope_get_kind (self->scope) == MURI_SCOPE_GROUP)
    fallback = instead_of_group (self);
  if (muri_scope_get_kind (self->scope) == MURI_SCOPE_VM)
    {
      g_autofree char *host =
          g_strconcat ("node:", muri_node_get_id (muri_scope_get_node (self->scope)), NULL);

      fallback = muri_scope_new_from_id (self->fleet, host);
    }
  if (!fallback)
    fallback = muri_scope_new_fleet (self->fleet);
  muri_window_set_scope (self, fallback);
}

static void
on_view_changed (MuriWindow *self)
{
  if (self->scope)
    muri_window_update_body (self);
}

void
muri_window_add_views (MuriWindow *self)
{
  static const struct
  {
    const char *title;
    const char *icon;
  } infos[MURI_N_VIEWS] = {
    [MURI_VIEW_OVERVIEW] = { N_ ("Overview"), "muri-overview-symbolic" },
    [MURI_VIEW_VMS] = { N_ ("VMs"), "muri-vm-symbolic" },
    [MURI_VIEW_HOSTS] = { N_ ("Hosts"), "muri-host-symbolic" },
    [MURI_VIEW_EVENTS] = { N_ ("Events"), "muri-events-symbolic" },
    [MURI_VIEW_REPORTS] = { N_ ("Reports"), "muri-reports-symbolic" },
  };

  for (guint i = 0; i < MURI_N_VIEWS; i++)
    {
      self->view_bins[i] = ADW_BIN (adw_bin_new ());
      adw_view_stack_add_titled_with_icon (self->views, GTK_WIDGET (self->view_bins[i]),
                                           muri_view_to_name (i), _ (infos[i].title),
                                           infos[i].icon);
    }
  muri_view_title_set_stack (self->switcher_title, self->views);
  g_signal_connect_object (self->views, "notify::visible-child", G_CALLBACK (on_view_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->switcher_title, "notify::title-visible",
                           G_CALLBACK (update_switcher_bar), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->fleet, "notify::ready", G_CALLBACK (muri_window_update_body), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (muri_fleet_get_nodes (self->fleet), "items-changed",
                           G_CALLBACK (on_models_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (muri_fleet_get_vms (self->fleet), "items-changed",
                           G_CALLBACK (on_models_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (muri_fleet_get_smart_groups (self->fleet), "items-changed",
                           G_CALLBACK (on_models_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (muri_fleet_get_groups (self->fleet), "changed",
                           G_CALLBACK (on_models_changed), self, G_CONNECT_SWAPPED);
}
