/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-config.h"

#include "muri-node-page.h"

#include <glib/gi18n.h>

#include "muri-bar.h"
#include "muri-column-layout.h"
#include "muri-counted.h"
#include "muri-format.h"
#include "muri-graph.h"
#include "muri-moment-view.h"
#include "muri-node-properties.h"
#include "muri-range-bar.h"
#include "muri-recent-operations.h"
#include "muri-state-icon.h"
#include "muri-title-layout.h"
#include "muri-top-list.h"
#include "muri-verb-menu.h"

#define N_GRAPHS 6

struct _MuriNodePage
{
  MuriPage parent_instance;

  /* Template widgets */
  GtkBox *outer;
  GtkWidget *content;
  MuriStateIcon *icon;
  GtkLabel *name;
  GtkLabel *status;
  GtkMenuButton *vms_button;
  MuriRangeBar *range_bar;
  GtkBox *graphs;
  AdwPreferencesGroup *host_group;
  AdwPreferencesGroup *muri_group;
  MuriMomentView *moment;
  GtkBox *tops;
  MuriRecentOperations *operations;

  /* Owned */
  MuriGraphGroup *group;
  MuriGraphSource *source;
  MuriNode *node; /* while started */

  MuriBar *bar;
  MuriGraph *all_graphs[N_GRAPHS];
  MuriGraph *memory_graph;
  MuriTopList *top_lists[2];
  MuriNodeProperties properties;
};

G_DEFINE_FINAL_TYPE (MuriNodePage, muri_node_page, MURI_TYPE_PAGE)

static char *
format_notice (MuriNode *node)
{
  const char *name = muri_node_get_name (node);
  const char *words = muri_node_get_facts (node)->connection_error;
  g_autofree char *heard = muri_format_time (muri_node_get_heard (node));
  g_autofree char *since = muri_format_time (muri_node_get_since (node));

  switch (muri_node_get_state (node))
    {
    case MURI_NODE_UNREACHABLE:
      return g_strdup_printf (_ ("%s was last heard at %s. Muri keeps listening and shows what was "
                                 "known then."),
                              name, heard);
    case MURI_NODE_STOPPED:
      return g_strdup_printf (
          _ ("The agent of %s was stopped at %s. Muri shows what was known then "
             "until it is started again."),
          name, since);
    case MURI_NODE_HYPERVISOR_DOWN:
      return g_strdup_printf (_ ("The hypervisor of %s has not answered since %s: %s. Its agent "
                                 "keeps trying to connect."),
                              name, since, words && *words ? words : _ ("no reason given"));
    case MURI_NODE_STALE:
    case MURI_NODE_UP:
    default:
      return NULL;
    }
}

static void
update_notice (MuriNodePage *self)
{
  MuriNodeState state = muri_node_get_state (self->node);
  g_autofree char *text = format_notice (self->node);
  gboolean gone = state == MURI_NODE_UNREACHABLE || state == MURI_NODE_STOPPED;

  muri_bar_set_text (self->bar, text);
  muri_bar_set_action (self->bar, gone ? "win.forget-node" : NULL, muri_node_get_id (self->node));
  if (gone)
    gtk_widget_add_css_class (self->content, "lost");
  else
    gtk_widget_remove_css_class (self->content, "lost");
}

static char *
format_status (MuriNode *node)
{
  g_autofree char *state = muri_format_node_status (node);
  guint n = muri_node_get_n_vms (node);
  guint n_running = muri_node_get_n_running (node);
  g_autofree char *vms = NULL;

  if (!muri_node_is_reachable (node))
    vms = muri_counted (ngettext ("%u VM", "%u VMs", n), n);
  else
    vms = muri_counted (ngettext ("%u VM, %u running", "%u VMs, %u running", n), n, n_running);
  if (muri_node_get_facts (node)->simulated)
    return g_strdup_printf ("%s · %s · %s", state, vms, C_ ("host", "Simulated"));
  return g_strdup_printf ("%s · %s", state, vms);
}

static void
update_header (MuriNodePage *self)
{
  guint n = muri_node_get_n_vms (self->node);
  const char *name = muri_node_get_name (self->node);
  g_autofree char *status = format_status (self->node);
  /* Translators: a menu of what can be done with all VMs of a host: "All 14 VMs of seoul-1" */
  g_autofree char *all =
      muri_counted (ngettext ("The %u VM of %s", "All %u VMs of %s", n), n, name);

  gtk_label_set_text (self->name, name);
  if (!g_str_equal (gtk_label_get_text (self->status), status))
    gtk_label_set_text (self->status, status);
  if (g_strcmp0 (gtk_menu_button_get_label (self->vms_button), all) != 0)
    gtk_menu_button_set_label (self->vms_button, all);
  gtk_widget_set_sensitive (GTK_WIDGET (self->vms_button),
                            n > 0 && muri_node_is_reachable (self->node));
}

static void
on_state (MuriNodePage *self)
{
  update_header (self);
  update_notice (self);
}

static void
on_facts (MuriNodePage *self)
{
  update_header (self);
  muri_node_properties_update (&self->properties, self->node);
  muri_graph_set_total (self->memory_graph, muri_node_get_facts (self->node)->memory * 1024.0);
}

static void
on_figures (MuriNodePage *self)
{
  muri_graph_group_touch (self->group);
}

static void
on_tick (MuriNodePage *self)
{
  on_state (self);
  muri_node_properties_update_times (&self->properties, self->node);
  for (guint i = 0; i < G_N_ELEMENTS (self->top_lists); i++)
    muri_top_list_update (self->top_lists[i], muri_node_get_vms (self->node));
}

static void
create_menu (GtkMenuButton *button, gpointer user_data)
{
  MuriNodePage *self = user_data;
  g_autoptr (GMenuModel) menu = NULL;

  if (self->node == NULL)
    return;
  menu = muri_verb_menu_new (muri_node_get_vms (self->node), NULL);
  gtk_menu_button_set_menu_model (button, menu);
}

static void
muri_node_page_start (MuriPage *page)
{
  MuriNodePage *self = MURI_NODE_PAGE (page);

  self->node = muri_scope_get_node (muri_page_get_scope (page));
  if (self->node == NULL)
    return;
  g_object_ref (self->node);
  muri_state_icon_set_node (self->icon, self->node);
  muri_graph_group_set_range (self->group, muri_page_get_time_range (page));
  muri_graph_marks_watch (muri_graph_group_get_marks (self->group), muri_page_get_scope (page));
  muri_graph_source_set_one (
      self->source, muri_fleet_get_history (muri_page_get_fleet (page)),
      muri_graph_part_new (NULL, muri_node_get_series (self->node), self->node));
  for (guint i = 0; i < N_GRAPHS; i++)
    muri_graph_set_subject (self->all_graphs[i], muri_node_get_name (self->node));
  muri_moment_view_watch (self->moment, muri_page_get_scope (page),
                          muri_page_get_time_range (page));
  muri_recent_operations_watch (self->operations, muri_page_get_fleet (page),
                                muri_node_get_id (self->node));
  g_signal_connect_swapped (self->node, "notify::figures", G_CALLBACK (on_figures), self);
  g_signal_connect_swapped (self->node, "notify::facts", G_CALLBACK (on_facts), self);
  g_signal_connect_swapped (self->node, "notify::state", G_CALLBACK (on_state), self);
  on_facts (self);
  on_tick (self);
}

static void
muri_node_page_stop (MuriPage *page)
{
  MuriNodePage *self = MURI_NODE_PAGE (page);

  if (self->node == NULL)
    return;
  g_signal_handlers_disconnect_by_data (self->node, self);
  muri_state_icon_set_node (self->icon, NULL);
  muri_recent_operations_unwatch (self->operations);
  muri_moment_view_unwatch (self->moment);
  muri_graph_source_set (self->source, NULL, NULL);
  muri_graph_marks_watch (muri_graph_group_get_marks (self->group), NULL);
  g_clear_object (&self->node);
}

static void
on_group_tick (MuriNodePage *self)
{
  if (self->node)
    on_tick (self);
}

static void
muri_node_page_dispose (GObject *object)
{
  MuriNodePage *self = MURI_NODE_PAGE (object);

  G_OBJECT_CLASS (muri_node_page_parent_class)->dispose (object);
  g_clear_object (&self->source);
  g_clear_object (&self->group);
}

static void
muri_node_page_class_init (MuriNodePageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  MuriPageClass *page_class = MURI_PAGE_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = muri_node_page_dispose;
  page_class->start = muri_node_page_start;
  page_class->stop = muri_node_page_stop;

  g_type_ensure (MURI_TYPE_COLUMN_LAYOUT);
  g_type_ensure (MURI_TYPE_MOMENT_VIEW);
  g_type_ensure (MURI_TYPE_RANGE_BAR);
  g_type_ensure (MURI_TYPE_RECENT_OPERATIONS);
  g_type_ensure (MURI_TYPE_STATE_ICON);
  g_type_ensure (MURI_TYPE_TITLE_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/muri/Muri/ui/muri-node-page.ui");
  gtk_widget_class_bind_template_child (widget_class, MuriNodePage, outer);
  gtk_widget_class_bind_template_child (widget_class, MuriNodePage, content);
  gtk_widget_class_bind_template_child (widget_class, MuriNodePage, icon);
  gtk_widget_class_bind_template_child (widget_class, MuriNodePage, name);
  gtk_widget_class_bind_template_child (widget_class, MuriNodePage, status);
  gtk_widget_class_bind_template_child (widget_class, MuriNodePage, vms_button);
  gtk_widget_class_bind_template_child (widget_class, MuriNodePage, range_bar);
  gtk_widget_class_bind_template_child (widget_class, MuriNodePage, graphs);
  gtk_widget_class_bind_template_child (widget_class, MuriNodePage, host_group);
  gtk_widget_class_bind_template_child (widget_class, MuriNodePage, muri_group);
  gtk_widget_class_bind_template_child (widget_class, MuriNodePage, moment);
  gtk_widget_class_bind_template_child (widget_class, MuriNodePage, tops);
  gtk_widget_class_bind_template_child (widget_class, MuriNodePage, operations);
}

static MuriGraph *
add_graph (MuriNodePage *self, guint i, const char *title, MuriUnit unit)
{
  GtkWidget *graph = muri_graph_new (title, unit, self->group);

  muri_graph_set_source (MURI_GRAPH (graph), self->source);
  gtk_box_append (self->graphs, graph);
  self->all_graphs[i] = MURI_GRAPH (graph);
  return self->all_graphs[i];
}

static void
add_graphs (MuriNodePage *self)
{
  MuriGraph *graph = add_graph (self, 0, _ ("CPU"), MURI_UNIT_SHARE);

  muri_graph_add_line (graph, C_ ("CPU", "Busy"), MURI_FIGURE_CPU);
  muri_graph_add_line (graph, C_ ("CPU", "I/O wait"), MURI_FIGURE_IOWAIT);
  muri_graph_add_line (graph, C_ ("CPU", "Steal"), MURI_FIGURE_STEAL);
  graph = add_graph (self, 1, _ ("Memory"), MURI_UNIT_BYTES);
  muri_graph_add_line (graph, NULL, MURI_FIGURE_MEMORY);
  self->memory_graph = graph;
  graph = add_graph (self, 2, _ ("Pressure"), MURI_UNIT_SHARE);
  muri_graph_add_line (graph, C_ ("pressure", "CPU"), MURI_FIGURE_PRESSURE_CPU);
  muri_graph_add_line (graph, C_ ("pressure", "Memory"), MURI_FIGURE_PRESSURE_MEMORY);
  muri_graph_add_line (graph, C_ ("pressure", "I/O"), MURI_FIGURE_PRESSURE_IO);
  graph = add_graph (self, 3, _ ("Disk"), MURI_UNIT_RATE);
  muri_graph_add_line (graph, C_ ("disk", "Read"), MURI_FIGURE_DISK_READ);
  muri_graph_add_line (graph, C_ ("disk", "Written"), MURI_FIGURE_DISK_WRITE);
  graph = add_graph (self, 4, _ ("Network"), MURI_UNIT_RATE);
  muri_graph_add_line (graph, C_ ("network", "Received"), MURI_FIGURE_NET_RX);
  muri_graph_add_line (graph, C_ ("network", "Sent"), MURI_FIGURE_NET_TX);
  graph = add_graph (self, 5, _ ("Load"), MURI_UNIT_LOAD);
  muri_graph_add_line (graph, C_ ("load", "1 min"), MURI_FIGURE_LOAD1);
  muri_graph_add_line (graph, C_ ("load", "5 min"), MURI_FIGURE_LOAD5);
  muri_graph_add_line (graph, C_ ("load", "15 min"), MURI_FIGURE_LOAD15);
}

static void
muri_node_page_init (MuriNodePage *self)
{
  GtkWidget *cpu, *memory;

  gtk_widget_init_template (GTK_WIDGET (self));
  self->bar = MURI_BAR (muri_bar_new (MURI_BAR_WARNING, _ ("Forget Host…"), NULL));
  gtk_box_prepend (self->outer, GTK_WIDGET (self->bar));
  self->group = muri_graph_group_new ();
  self->source = muri_graph_source_new (self->group);
  muri_range_bar_set_group (self->range_bar, self->group);
  add_graphs (self);
  muri_node_properties_init (&self->properties, self->host_group, self->muri_group);
  cpu = muri_top_list_new (_ ("Most CPU"), MURI_FIGURE_HOST_CPU);
  memory = muri_top_list_new (_ ("Most Memory"), MURI_FIGURE_MEMORY);
  gtk_box_append (self->tops, cpu);
  gtk_box_append (self->tops, memory);
  self->top_lists[0] = MURI_TOP_LIST (cpu);
  self->top_lists[1] = MURI_TOP_LIST (memory);
  gtk_menu_button_set_create_popup_func (self->vms_button, create_menu, self, NULL);
  g_signal_connect_object (self->group, "tick", G_CALLBACK (on_group_tick), self,
                           G_CONNECT_SWAPPED);
}
