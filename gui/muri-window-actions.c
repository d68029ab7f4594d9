/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <glib/gi18n.h>

#include "muri-ask.h"
#include "muri-button-names.h"
#include "muri-compare-window.h"
#include "muri-jump.h"
#include "muri-window-private.h"

static void
show_scope (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  MuriWindow *self = user_data;
  g_autoptr (MuriScope) scope =
      muri_scope_new_from_id (self->fleet, g_variant_get_string (parameter, NULL));

  if (scope)
    muri_window_set_scope (self, scope);
}

static void
show_view (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  MuriView view;

  if (muri_view_from_name (g_variant_get_string (parameter, NULL), &view))
    muri_window_set_view (user_data, view);
}

static void
show_operations (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  muri_window_show_operations (user_data, NULL);
}

static void
show_operation (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  muri_window_show_operations (user_data, g_variant_get_string (parameter, NULL));
}

/* Long enough to see what came before and after. */
#define MOMENT_MIN (10 * G_TIME_SPAN_MINUTE)
#define MOMENT_MAX G_TIME_SPAN_HOUR

/* An object, and its graphs about a moment. */
static void
show_moment (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  MuriWindow *self = user_data;
  g_autoptr (MuriScope) scope = NULL;
  const char *id;
  gint64 time, span;

  g_variant_get (parameter, "(&sx)", &id, &time);
  scope = muri_scope_new_from_id (self->fleet, id);
  if (!scope)
    {
      muri_window_say (self, _ ("That is not there any more"));
      return;
    }
  span = CLAMP (muri_time_range_get_span (self->range), MOMENT_MIN, MOMENT_MAX);
  muri_time_range_set_now (self->range, g_get_real_time ());
  muri_time_range_set (self->range, time - span / 2, time - span / 2 + span);
  muri_window_set_scope (self, scope);
  muri_window_set_view (self, MURI_VIEW_OVERVIEW);
}

static void
show_report (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  MuriWindow *self = user_data;
  const char *report = g_variant_get_string (parameter, NULL);
  GtkWidget *page;

  muri_window_set_view (self, MURI_VIEW_REPORTS);
  page = muri_window_get_page (self);
  if (g_object_class_find_property (G_OBJECT_GET_CLASS (page), "shows-usage"))
    g_object_set (page, "shows-usage", g_str_equal (report, "usage"), NULL);
}

static void
show_span (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  MuriWindow *self = user_data;
  gint64 span = muri_time_range_span_from_name (g_variant_get_string (parameter, NULL));

  if (span > 0)
    muri_time_range_set_span (self->range, span);
}

static void
compare (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  MuriWindow *self = user_data;
  g_autofree const char **ids = g_variant_get_strv (parameter, NULL);
  GtkWindow *window = muri_compare_window_new (GTK_WINDOW (self), self->fleet, self->range, ids);

  if (window)
    {
      muri_button_names_set (GTK_WIDGET (window));
      gtk_window_present (window);
    }
}

static void
say (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  muri_window_say (user_data, g_variant_get_string (parameter, NULL));
}

static void
toggle_sidebar (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  muri_window_toggle_sidebar (user_data);
}

static void
next_pane (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  muri_window_next_pane (user_data, 1);
}

static void
previous_pane (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  muri_window_next_pane (user_data, -1);
}

static void
jump (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  MuriWindow *self = user_data;
  GtkWindow *window = GTK_WINDOW (muri_jump_new (GTK_WINDOW (self), self->fleet));

  gtk_window_present (window);
}

/* What the view cannot filter is looked for everywhere. */
static void
search (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  GtkWidget *page = muri_window_get_page (user_data);

  if (!page || !gtk_widget_activate_action (page, "page.search", NULL))
    jump (action, NULL, user_data);
}

typedef struct
{
  MuriFleet *fleet;
  MuriNode *node;
} Forgetting;

static void
forget (gpointer data)
{
  Forgetting *forgetting = data;

  muri_fleet_forget_node (forgetting->fleet, forgetting->node);
}

static void
forgetting_free (gpointer data)
{
  Forgetting *forgetting = data;

  g_object_unref (forgetting->fleet);
  g_object_unref (forgetting->node);
  g_free (forgetting);
}

static Forgetting *
forgetting_new (MuriFleet *fleet, MuriNode *node)
{
  Forgetting *forgetting = g_new0 (Forgetting, 1);

  forgetting->fleet = g_object_ref (fleet);
  forgetting->node = g_object_ref (node);
  return forgetting;
}

static void
forget_node (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  MuriWindow *self = user_data;
  MuriNode *node = muri_fleet_find_node (self->fleet, g_variant_get_string (parameter, NULL));
  g_autofree char *heading = NULL;

  if (!node)
    return;
  heading = g_strdup_printf (_ ("Forget %s?"), muri_node_get_name (node));
  muri_ask (GTK_WINDOW (self), heading,
            _ ("What was last known of it and of its VMs is removed from this console. "
               "It appears again as soon as its agent is heard."),
            _ ("Forget Host"), forget, forgetting_new (self->fleet, node), forgetting_free);
}

static void
dismiss_refused (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  MuriWindow *self = user_data;

  self->refused_seen = muri_fleet_get_refused (self->fleet);
  muri_window_update_status (self);
}

static void
try_again (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  MuriWindow *self = user_data;

  muri_network_start (self->network);
}

static void
copy (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  MuriWindow *self = user_data;

  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)),
                          g_variant_get_string (parameter, NULL));
  muri_window_say (self, _ ("Copied"));
}

void
muri_window_add_actions (MuriWindow *self)
{
  static const GActionEntry entries[] = {
    { "show-scope", show_scope, "s", NULL, NULL, { 0 } },
    { "show-view", show_view, "s", NULL, NULL, { 0 } },
    { "show-operations", show_operations, NULL, NULL, NULL, { 0 } },
    { "show-operation", show_operation, "s", NULL, NULL, { 0 } },
    { "show-moment", show_moment, "(sx)", NULL, NULL, { 0 } },
    { "compare", compare, "as", NULL, NULL, { 0 } },
    { "show-report", show_report, "s", NULL, NULL, { 0 } },
    { "show-span", show_span, "s", NULL, NULL, { 0 } },
    { "say", say, "s", NULL, NULL, { 0 } },
    { "toggle-sidebar", toggle_sidebar, NULL, NULL, NULL, { 0 } },
    { "next-pane", next_pane, NULL, NULL, NULL, { 0 } },
    { "previous-pane", previous_pane, NULL, NULL, NULL, { 0 } },
    { "jump", jump, NULL, NULL, NULL, { 0 } },
    { "search", search, NULL, NULL, NULL, { 0 } },
    { "dismiss-refused", dismiss_refused, NULL, NULL, NULL, { 0 } },
    { "try-again", try_again, NULL, NULL, NULL, { 0 } },
    { "forget-node", forget_node, "s", NULL, NULL, { 0 } },
    { "copy", copy, "s", NULL, NULL, { 0 } },
  };

  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries), self);
}
