/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-config.h"

#include "muri-overview-page.h"

#include <glib/gi18n.h>
#include <math.h>

#include "muri-absence.h"
#include "muri-attention.h"
#include "muri-column-layout.h"
#include "muri-counted.h"
#include "muri-fleet-sum.h"
#include "muri-format.h"
#include "muri-graph.h"
#include "muri-moment-view.h"
#include "muri-range-bar.h"
#include "muri-recent-operations.h"
#include "muri-state-counts.h"
#include "muri-state-icon.h"
#include "muri-tile.h"
#include "muri-top-list.h"

#define SECONDS 320
#define MAX_ATTENTION 8

struct _MuriOverviewPage
{
  MuriPage parent_instance;

  /* Template widgets */
  MuriAbsence *absence;
  GtkListBox *attention_list;
  GtkLabel *attention_more;
  GtkWidget *well_list;
  AdwActionRow *well_row;
  MuriTile *hosts_tile;
  MuriTile *vms_tile;
  MuriTile *vcpus_tile;
  MuriTile *memory_tile;
  MuriRangeBar *range_bar;
  GtkBox *graphs;
  MuriMomentView *moment;
  GtkBox *tops;
  MuriRecentOperations *operations;

  /* Owned */
  GListStore *attention;
  MuriGraphGroup *group;
  MuriGraphSource *source;
  MuriSeries *series;

  MuriStateCounts *counts;
  MuriGraph *memory_graph;
  MuriTopList *top_lists[2];
};

G_DEFINE_FINAL_TYPE (MuriOverviewPage, muri_overview_page, MURI_TYPE_PAGE)

static void
update_hosts (MuriOverviewPage *self, const MuriFleetSum *sum)
{
  g_autofree char *value = NULL;
  guint down = sum->n_items - sum->n_up;
  g_autofree char *note = NULL;

  /* Translators: hosts that are up, of all that are known: "3 of 4" */
  value = muri_counted (C_ ("hosts", "%u of %u"), sum->n_up, sum->n_items);
  if (down == 0)
    note = g_strdup (C_ ("hosts", "All up"));
  else
    note = muri_counted (ngettext ("%u is not up", "%u are not up", down), down);
  muri_tile_set (self->hosts_tile, value, note);
}

static void
update_vms (MuriOverviewPage *self, MuriFleet *fleet)
{
  GListModel *vms = muri_fleet_get_vms (fleet);
  guint n = g_list_model_get_n_items (vms);
  guint known = 0;
  guint vcpus = 0, busy = 0;
  g_autofree char *value = NULL;
  g_autofree char *note = NULL;
  g_autofree char *vcpus_value = NULL;

  muri_state_counts_update (self->counts, vms);
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (MuriVm) vm = g_list_model_get_item (vms, i);
      const MuriVmFacts *facts = muri_vm_get_facts (vm);

      vcpus += facts->vcpus;
      if (!muri_vm_is_known (vm))
        continue;
      known++;
      busy += muri_vm_get_state (vm) == MURI_VM_STATE_RUNNING ? facts->vcpus : 0;
    }
  value = muri_counted ("%u", n);
  if (known < n)
    /* Translators: VMs whose state is known, of all: "28 of 34 known" */
    note = muri_counted (C_ ("VMs", "%u of %u known"), known, n);
  muri_tile_set (self->vms_tile, value, note);
  vcpus_value = muri_counted ("%u", vcpus);
  g_free (note);
  /* Translators: vCPUs of running VMs */
  note = muri_counted (C_ ("vCPUs", "%u running"), busy);
  muri_tile_set (self->vcpus_tile, vcpus_value, note);
}

static void
update_memory (MuriOverviewPage *self, const MuriFleetSum *sum)
{
  double total = sum->n_memory ? sum->memory : NAN;
  g_autofree char *value = muri_format_memory (sum->values[MURI_FIGURE_MEMORY], total);
  g_autofree char *note = NULL;

  if (sum->n_memory < sum->n_items)
    /* Translators: hosts whose use of memory is known, of all: "28 of 34 hosts known" */
    note = muri_counted (C_ ("memory", "%u of %u hosts known"), sum->n_memory, sum->n_items);
  else
    note = g_strdup (C_ ("memory", "Of all hosts"));
  muri_tile_set (self->memory_tile, value, note);
  muri_graph_set_total (self->memory_graph, isfinite (total) ? total : 0);
}

static void
update_attention (MuriOverviewPage *self, MuriFleet *fleet)
{
  guint all = muri_attention_update (self->attention, fleet, MAX_ATTENTION);
  guint more = all > MAX_ATTENTION ? all - MAX_ATTENTION : 0;
  guint n_hosts = g_list_model_get_n_items (muri_fleet_get_nodes (fleet));
  guint n_vms = g_list_model_get_n_items (muri_fleet_get_vms (fleet));
  g_autofree char *text = muri_counted (ngettext ("And %u more", "And %u more", more), more);
  g_autofree char *hosts = muri_counted (ngettext ("%u host", "%u hosts", n_hosts), n_hosts);
  g_autofree char *vms = muri_counted (ngettext ("%u VM", "%u VMs", n_vms), n_vms);
  /* Translators: "3 hosts, 36 VMs" */
  g_autofree char *both = g_strdup_printf (C_ ("hosts and VMs", "%s, %s"), hosts, vms);

  gtk_label_set_text (self->attention_more, text);
  gtk_widget_set_visible (GTK_WIDGET (self->attention_more), more > 0);
  gtk_widget_set_visible (GTK_WIDGET (self->attention_list), all > 0);
  gtk_widget_set_visible (self->well_list, all == 0);
  if (g_strcmp0 (adw_action_row_get_subtitle (self->well_row), both) != 0)
    adw_action_row_set_subtitle (self->well_row, both);
}

static void
on_tick (MuriOverviewPage *self)
{
  MuriFleet *fleet = muri_page_get_fleet (MURI_PAGE (self));
  MuriFleetSum sum;

  muri_fleet_sum_now (muri_fleet_get_nodes (fleet), &sum);
  muri_fleet_sum_push (self->series, muri_graph_group_get_now (self->group), &sum);
  update_hosts (self, &sum);
  update_vms (self, fleet);
  update_memory (self, &sum);
  update_attention (self, fleet);
  for (guint i = 0; i < G_N_ELEMENTS (self->top_lists); i++)
    muri_top_list_update (self->top_lists[i], muri_fleet_get_vms (fleet));
}

static void
on_figures (MuriOverviewPage *self)
{
  muri_graph_group_touch (self->group);
}

static void
on_nodes_changed (MuriOverviewPage *self)
{
  MuriFleet *fleet = muri_page_get_fleet (MURI_PAGE (self));

  muri_graph_source_set_one (
      self->source, muri_fleet_get_history (fleet),
      muri_graph_part_new_sum (NULL, self->series, muri_fleet_get_nodes (fleet)));
}

static void
muri_overview_page_start (MuriPage *page)
{
  MuriOverviewPage *self = MURI_OVERVIEW_PAGE (page);
  MuriFleet *fleet = muri_page_get_fleet (page);

  self->series = muri_fleet_sum_series (muri_fleet_get_nodes (fleet), g_get_real_time (), SECONDS);
  muri_graph_group_set_range (self->group, muri_page_get_time_range (page));
  if (muri_page_get_scope (page))
    muri_graph_marks_watch (muri_graph_group_get_marks (self->group), muri_page_get_scope (page));
  on_nodes_changed (self);
  g_signal_connect_swapped (muri_fleet_get_nodes (fleet), "items-changed",
                            G_CALLBACK (on_nodes_changed), self);
  if (muri_page_get_scope (page))
    muri_moment_view_watch (self->moment, muri_page_get_scope (page),
                            muri_page_get_time_range (page));
  muri_absence_set_fleet (self->absence, fleet);
  muri_recent_operations_watch (self->operations, fleet, NULL);
  g_signal_connect_swapped (fleet, "notify::figures", G_CALLBACK (on_figures), self);
  on_tick (self);
}

static void
muri_overview_page_stop (MuriPage *page)
{
  MuriOverviewPage *self = MURI_OVERVIEW_PAGE (page);

  g_signal_handlers_disconnect_by_data (muri_page_get_fleet (page), self);
  g_signal_handlers_disconnect_by_data (muri_fleet_get_nodes (muri_page_get_fleet (page)), self);
  muri_absence_set_fleet (self->absence, NULL);
  muri_recent_operations_unwatch (self->operations);
  muri_moment_view_unwatch (self->moment);
  muri_graph_source_set (self->source, NULL, NULL);
  muri_graph_marks_watch (muri_graph_group_get_marks (self->group), NULL);
  g_clear_pointer (&self->series, muri_series_unref);
}

static GtkWidget *
make_attention_icon (MuriAttention *item)
{
  GtkWidget *icon;

  if (muri_attention_get_node (item) || muri_attention_get_vm (item))
    {
      icon = muri_state_icon_new ();
      if (muri_attention_get_node (item))
        muri_state_icon_set_node (MURI_STATE_ICON (icon), muri_attention_get_node (item));
      else
        muri_state_icon_set_vm (MURI_STATE_ICON (icon), muri_attention_get_vm (item));
      return icon;
    }
  if (muri_attention_get_operation (item))
    {
      icon = muri_state_icon_new ();
      muri_state_icon_set_outcome (MURI_STATE_ICON (icon), MURI_OUTCOME_FAILED);
      return icon;
    }
  icon = gtk_image_new_from_icon_name ("dialog-warning-symbolic");
  gtk_widget_add_css_class (icon, "warning");
  return icon;
}

static GtkWidget *
make_attention_row (gpointer object, gpointer user_data)
{
  MuriAttention *item = object;
  GtkWidget *row = adw_action_row_new ();

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_action_row_set_title_lines (ADW_ACTION_ROW (row), 2);
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (row), 2);
  g_object_bind_property (item, "title", row, "title", G_BINDING_SYNC_CREATE);
  g_object_bind_property (item, "detail", row, "subtitle", G_BINDING_SYNC_CREATE);
  adw_action_row_add_prefix (ADW_ACTION_ROW (row), make_attention_icon (item));
  if (muri_attention_get_node (item) || muri_attention_get_vm (item)
      || muri_attention_get_operation (item))
    {
      adw_action_row_add_suffix (ADW_ACTION_ROW (row),
                                 gtk_image_new_from_icon_name ("go-next-symbolic"));
      gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
    }
  return row;
}

static void
on_attention_activated (MuriOverviewPage *self, GtkListBoxRow *row)
{
  g_autoptr (MuriAttention) item =
      g_list_model_get_item (G_LIST_MODEL (self->attention), gtk_list_box_row_get_index (row));
  g_autofree char *id = NULL;

  if (item == NULL)
    return;
  if (muri_attention_get_operation (item))
    {
      gtk_widget_activate_action (GTK_WIDGET (self), "win.show-operation", "s",
                                  muri_operation_get_id (muri_attention_get_operation (item)));
      return;
    }
  if (muri_attention_get_node (item))
    id = g_strconcat ("node:", muri_node_get_id (muri_attention_get_node (item)), NULL);
  else if (muri_attention_get_vm (item))
    id = g_strconcat ("vm:", muri_vm_get_id (muri_attention_get_vm (item)), NULL);
  if (id)
    gtk_widget_activate_action (GTK_WIDGET (self), "win.show-scope", "s", id);
}

static void
muri_overview_page_dispose (GObject *object)
{
  MuriOverviewPage *self = MURI_OVERVIEW_PAGE (object);

  G_OBJECT_CLASS (muri_overview_page_parent_class)->dispose (object);
  g_clear_object (&self->source);
  g_clear_object (&self->group);
  g_clear_object (&self->attention);
}

static void
muri_overview_page_class_init (MuriOverviewPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  MuriPageClass *page_class = MURI_PAGE_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = muri_overview_page_dispose;
  page_class->start = muri_overview_page_start;
  page_class->stop = muri_overview_page_stop;

  g_type_ensure (MURI_TYPE_ABSENCE);
  g_type_ensure (MURI_TYPE_COLUMN_LAYOUT);
  g_type_ensure (MURI_TYPE_MOMENT_VIEW);
  g_type_ensure (MURI_TYPE_RANGE_BAR);
  g_type_ensure (MURI_TYPE_RECENT_OPERATIONS);
  g_type_ensure (MURI_TYPE_TILE);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/muri/Muri/ui/muri-overview-page.ui");
  gtk_widget_class_bind_template_child (widget_class, MuriOverviewPage, absence);
  gtk_widget_class_bind_template_child (widget_class, MuriOverviewPage, attention_list);
  gtk_widget_class_bind_template_child (widget_class, MuriOverviewPage, attention_more);
  gtk_widget_class_bind_template_child (widget_class, MuriOverviewPage, well_list);
  gtk_widget_class_bind_template_child (widget_class, MuriOverviewPage, well_row);
  gtk_widget_class_bind_template_child (widget_class, MuriOverviewPage, hosts_tile);
  gtk_widget_class_bind_template_child (widget_class, MuriOverviewPage, vms_tile);
  gtk_widget_class_bind_template_child (widget_class, MuriOverviewPage, vcpus_tile);
  gtk_widget_class_bind_template_child (widget_class, MuriOverviewPage, memory_tile);
  gtk_widget_class_bind_template_child (widget_class, MuriOverviewPage, range_bar);
  gtk_widget_class_bind_template_child (widget_class, MuriOverviewPage, graphs);
  gtk_widget_class_bind_template_child (widget_class, MuriOverviewPage, moment);
  gtk_widget_class_bind_template_child (widget_class, MuriOverviewPage, tops);
  gtk_widget_class_bind_template_child (widget_class, MuriOverviewPage, operations);
  gtk_widget_class_bind_template_callback (widget_class, on_attention_activated);
}

static MuriGraph *
add_graph (MuriOverviewPage *self, const char *title, MuriUnit unit)
{
  GtkWidget *graph = muri_graph_new (title, unit, self->group);

  muri_graph_set_source (MURI_GRAPH (graph), self->source);
  gtk_box_append (self->graphs, graph);
  return MURI_GRAPH (graph);
}

static void
add_graphs (MuriOverviewPage *self)
{
  MuriGraph *cpu = add_graph (self, _ ("CPU"), MURI_UNIT_SHARE);
  MuriGraph *memory = add_graph (self, _ ("Memory"), MURI_UNIT_BYTES);
  MuriGraph *disk = add_graph (self, _ ("Disk"), MURI_UNIT_RATE);
  MuriGraph *network = add_graph (self, _ ("Network"), MURI_UNIT_RATE);

  muri_graph_add_line (cpu, NULL, MURI_FIGURE_CPU);
  muri_graph_add_line (memory, NULL, MURI_FIGURE_MEMORY);
  muri_graph_add_line (disk, C_ ("disk", "Read"), MURI_FIGURE_DISK_READ);
  muri_graph_add_line (disk, C_ ("disk", "Written"), MURI_FIGURE_DISK_WRITE);
  muri_graph_add_line (network, C_ ("network", "Received"), MURI_FIGURE_NET_RX);
  muri_graph_add_line (network, C_ ("network", "Sent"), MURI_FIGURE_NET_TX);
  self->memory_graph = memory;
}

static void
muri_overview_page_init (MuriOverviewPage *self)
{
  GtkWidget *counts = g_object_new (MURI_TYPE_STATE_COUNTS, NULL);
  GtkWidget *cpu, *memory;

  gtk_widget_init_template (GTK_WIDGET (self));
  self->group = muri_graph_group_new ();
  self->source = muri_graph_source_new (self->group);
  muri_range_bar_set_group (self->range_bar, self->group);
  self->counts = MURI_STATE_COUNTS (counts);
  muri_tile_append (self->vms_tile, counts);
  add_graphs (self);
  cpu = muri_top_list_new (_ ("Most CPU of Their Hosts"), MURI_FIGURE_HOST_CPU);
  memory = muri_top_list_new (_ ("Most Memory"), MURI_FIGURE_MEMORY);
  gtk_box_append (self->tops, cpu);
  gtk_box_append (self->tops, memory);
  self->top_lists[0] = MURI_TOP_LIST (cpu);
  self->top_lists[1] = MURI_TOP_LIST (memory);

  self->attention = g_list_store_new (MURI_TYPE_ATTENTION);
  gtk_list_box_bind_model (self->attention_list, G_LIST_MODEL (self->attention), make_attention_row,
                           NULL, NULL);
  /* First of the group's handlers: the graphs draw what is pushed here. */
  g_signal_connect_object (self->group, "tick", G_CALLBACK (on_tick), self, G_CONNECT_SWAPPED);
}
