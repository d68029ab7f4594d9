/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-config.h"

#include "muri-vm-page.h"

#include <glib/gi18n.h>

#include "muri-bar.h"
#include "muri-column-layout.h"
#include "muri-format.h"
#include "muri-graph.h"
#include "muri-power-buttons.h"
#include "muri-range-bar.h"
#include "muri-recent-events.h"
#include "muri-recent-operations.h"
#include "muri-state-icon.h"
#include "muri-title-layout.h"
#include "muri-vm-properties.h"

#define N_GRAPHS 6

struct _MuriVmPage
{
  MuriPage parent_instance;

  /* Template widgets */
  GtkBox *outer;
  GtkWidget *content;
  MuriStateIcon *icon;
  GtkLabel *name;
  GtkLabel *status;
  MuriPowerButtons *buttons;
  MuriRangeBar *range_bar;
  GtkBox *graphs;
  AdwPreferencesGroup *machine_group;
  AdwPreferencesGroup *network_group;
  AdwPreferencesGroup *disks_group;
  MuriRecentOperations *operations;
  MuriRecentEvents *events;

  /* Owned */
  MuriGraphGroup *group;
  MuriGraphSource *source;
  MuriVm *vm; /* while started */
  MuriVmProperties properties;

  MuriBar *bar;
  MuriGraph *all_graphs[N_GRAPHS];
  MuriGraph *memory_graph;
};

G_DEFINE_FINAL_TYPE (MuriVmPage, muri_vm_page, MURI_TYPE_PAGE)

static char *
format_notice (MuriVm *vm)
{
  MuriNode *node = muri_vm_get_node (vm);
  gint64 unanswered = muri_vm_get_facts (vm)->unanswered;
  g_autofree char *heard = muri_format_time (muri_vm_get_heard (vm));
  g_autofree char *since = muri_format_time (unanswered);

  if (!muri_vm_is_known (vm) && muri_node_get_state (node) == MURI_NODE_HYPERVISOR_DOWN)
    return g_strdup_printf (_ ("The hypervisor of %s does not answer. This was known of the VM at "
                               "%s; the agent keeps trying to connect."),
                            muri_node_get_name (node), heard);
  if (!muri_vm_is_known (vm))
    return g_strdup_printf (_ ("%s cannot be heard. This was known of the VM at %s; Muri keeps "
                               "listening."),
                            muri_node_get_name (node), heard);
  if (unanswered)
    return g_strdup_printf (_ ("This VM has not answered its hypervisor since %s. Its figures are "
                               "shown again when it does."),
                            since);
  return NULL;
}

static void
update_header (MuriVmPage *self)
{
  MuriNode *node = muri_vm_get_node (self->vm);
  g_autofree char *state = muri_format_vm_status (self->vm);
  /* Translators: a VM's state and its host: "Running on seoul-1" */
  g_autofree char *status = g_strdup_printf (_ ("%s on %s"), state, muri_node_get_name (node));
  g_autofree char *notice = format_notice (self->vm);

  if (!g_str_equal (gtk_label_get_text (self->name), muri_vm_get_name (self->vm)))
    gtk_label_set_text (self->name, muri_vm_get_name (self->vm));
  if (!g_str_equal (gtk_label_get_text (self->status), status))
    gtk_label_set_text (self->status, status);
  muri_bar_set_text (self->bar, notice);
  if (muri_vm_is_known (self->vm))
    gtk_widget_remove_css_class (self->content, "lost");
  else
    gtk_widget_add_css_class (self->content, "lost");
}

static void
on_state (MuriVmPage *self)
{
  update_header (self);
  muri_power_buttons_update (self->buttons);
}

static void
on_facts (MuriVmPage *self)
{
  on_state (self);
  muri_vm_properties_update (&self->properties, self->vm);
  muri_graph_set_total (self->memory_graph, muri_vm_get_facts (self->vm)->memory * 1024.0);
}

static void
on_figures (MuriVmPage *self)
{
  muri_graph_group_touch (self->group);
}

static void
on_tick (MuriVmPage *self)
{
  if (self->vm == NULL)
    return;
  update_header (self);
  muri_vm_properties_update_times (&self->properties, self->vm);
}

static void
connect_vm (MuriVmPage *self)
{
  static const char *const state[] = { "notify::state", "notify::known", "notify::pending",
                                       "notify::name" };

  for (guint i = 0; i < G_N_ELEMENTS (state); i++)
    g_signal_connect_swapped (self->vm, state[i], G_CALLBACK (on_state), self);
  g_signal_connect_swapped (self->vm, "notify::facts", G_CALLBACK (on_facts), self);
  g_signal_connect_swapped (self->vm, "notify::figures", G_CALLBACK (on_figures), self);
  g_signal_connect_swapped (muri_vm_get_node (self->vm), "notify::state", G_CALLBACK (on_state),
                            self);
  /* What its hypervisor cannot do. */
  g_signal_connect_swapped (muri_vm_get_node (self->vm), "notify::facts", G_CALLBACK (on_state),
                            self);
}

static void
muri_vm_page_start (MuriPage *page)
{
  MuriVmPage *self = MURI_VM_PAGE (page);

  self->vm = muri_scope_get_vm (muri_page_get_scope (page));
  if (self->vm == NULL)
    return;
  g_object_ref (self->vm);
  muri_state_icon_set_vm (self->icon, self->vm);
  muri_power_buttons_set_vm (self->buttons, self->vm);
  muri_graph_group_set_range (self->group, muri_page_get_time_range (page));
  muri_graph_marks_watch (muri_graph_group_get_marks (self->group), muri_page_get_scope (page));
  muri_graph_source_set_one (self->source, muri_fleet_get_history (muri_page_get_fleet (page)),
                             muri_graph_part_new (NULL, muri_vm_get_series (self->vm), self->vm));
  for (guint i = 0; i < N_GRAPHS; i++)
    muri_graph_set_subject (self->all_graphs[i], muri_vm_get_name (self->vm));
  muri_recent_operations_watch (self->operations, muri_page_get_fleet (page),
                                muri_vm_get_id (self->vm));
  muri_recent_events_watch (self->events, muri_page_get_fleet (page), muri_vm_get_id (self->vm));
  connect_vm (self);
  on_facts (self);
  on_tick (self);
}

static void
muri_vm_page_stop (MuriPage *page)
{
  MuriVmPage *self = MURI_VM_PAGE (page);

  if (self->vm == NULL)
    return;
  g_signal_handlers_disconnect_by_data (muri_vm_get_node (self->vm), self);
  g_signal_handlers_disconnect_by_data (self->vm, self);
  muri_state_icon_set_vm (self->icon, NULL);
  muri_power_buttons_set_vm (self->buttons, NULL);
  muri_recent_operations_unwatch (self->operations);
  muri_recent_events_unwatch (self->events);
  muri_graph_source_set (self->source, NULL, NULL);
  muri_graph_marks_watch (muri_graph_group_get_marks (self->group), NULL);
  g_clear_object (&self->vm);
}

static void
muri_vm_page_dispose (GObject *object)
{
  MuriVmPage *self = MURI_VM_PAGE (object);

  G_OBJECT_CLASS (muri_vm_page_parent_class)->dispose (object);
  muri_vm_properties_clear (&self->properties);
  g_clear_object (&self->source);
  g_clear_object (&self->group);
}

static void
bind_children (GtkWidgetClass *widget_class)
{
  gtk_widget_class_bind_template_child (widget_class, MuriVmPage, outer);
  gtk_widget_class_bind_template_child (widget_class, MuriVmPage, content);
  gtk_widget_class_bind_template_child (widget_class, MuriVmPage, icon);
  gtk_widget_class_bind_template_child (widget_class, MuriVmPage, name);
  gtk_widget_class_bind_template_child (widget_class, MuriVmPage, status);
  gtk_widget_class_bind_template_child (widget_class, MuriVmPage, buttons);
  gtk_widget_class_bind_template_child (widget_class, MuriVmPage, range_bar);
  gtk_widget_class_bind_template_child (widget_class, MuriVmPage, graphs);
  gtk_widget_class_bind_template_child (widget_class, MuriVmPage, machine_group);
  gtk_widget_class_bind_template_child (widget_class, MuriVmPage, network_group);
  gtk_widget_class_bind_template_child (widget_class, MuriVmPage, disks_group);
  gtk_widget_class_bind_template_child (widget_class, MuriVmPage, operations);
  gtk_widget_class_bind_template_child (widget_class, MuriVmPage, events);
}

static void
muri_vm_page_class_init (MuriVmPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  MuriPageClass *page_class = MURI_PAGE_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = muri_vm_page_dispose;
  page_class->start = muri_vm_page_start;
  page_class->stop = muri_vm_page_stop;

  g_type_ensure (MURI_TYPE_COLUMN_LAYOUT);
  g_type_ensure (MURI_TYPE_POWER_BUTTONS);
  g_type_ensure (MURI_TYPE_RANGE_BAR);
  g_type_ensure (MURI_TYPE_RECENT_EVENTS);
  g_type_ensure (MURI_TYPE_RECENT_OPERATIONS);
  g_type_ensure (MURI_TYPE_STATE_ICON);
  g_type_ensure (MURI_TYPE_TITLE_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/muri/Muri/ui/muri-vm-page.ui");
  bind_children (widget_class);
}

static MuriGraph *
add_graph (MuriVmPage *self, guint i, const char *title, MuriUnit unit)
{
  GtkWidget *graph = muri_graph_new (title, unit, self->group);

  muri_graph_set_source (MURI_GRAPH (graph), self->source);
  gtk_box_append (self->graphs, graph);
  self->all_graphs[i] = MURI_GRAPH (graph);
  return self->all_graphs[i];
}

static void
add_graphs (MuriVmPage *self)
{
  MuriGraph *graph = add_graph (self, 0, _ ("CPU"), MURI_UNIT_SHARE);

  muri_graph_add_line (graph, C_ ("CPU", "Of its vCPUs"), MURI_FIGURE_CPU);
  muri_graph_add_line (graph, C_ ("CPU", "Of host"), MURI_FIGURE_HOST_CPU);
  graph = add_graph (self, 1, _ ("Memory"), MURI_UNIT_BYTES);
  muri_graph_add_line (graph, NULL, MURI_FIGURE_MEMORY);
  self->memory_graph = graph;
  graph = add_graph (self, 2, _ ("Network"), MURI_UNIT_RATE);
  muri_graph_add_line (graph, C_ ("network", "Received"), MURI_FIGURE_NET_RX);
  muri_graph_add_line (graph, C_ ("network", "Sent"), MURI_FIGURE_NET_TX);
  graph = add_graph (self, 3, _ ("Disk"), MURI_UNIT_RATE);
  muri_graph_add_line (graph, C_ ("disk", "Read"), MURI_FIGURE_DISK_READ);
  muri_graph_add_line (graph, C_ ("disk", "Written"), MURI_FIGURE_DISK_WRITE);
  graph = add_graph (self, 4, _ ("Disk Requests"), MURI_UNIT_REQUESTS);
  muri_graph_add_line (graph, NULL, MURI_FIGURE_DISK_REQUESTS);
  graph = add_graph (self, 5, _ ("Disk Latency"), MURI_UNIT_SECONDS);
  muri_graph_add_line (graph, NULL, MURI_FIGURE_DISK_LATENCY);
}

static void
muri_vm_page_init (MuriVmPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->bar = MURI_BAR (muri_bar_new (MURI_BAR_WARNING, NULL, NULL));
  gtk_box_prepend (self->outer, GTK_WIDGET (self->bar));
  self->group = muri_graph_group_new ();
  self->source = muri_graph_source_new (self->group);
  muri_range_bar_set_group (self->range_bar, self->group);
  add_graphs (self);
  muri_vm_properties_init (&self->properties, self->machine_group, self->network_group,
                           self->disks_group);
  g_signal_connect_object (self->group, "tick", G_CALLBACK (on_tick), self, G_CONNECT_SWAPPED);
}
