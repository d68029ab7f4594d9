/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-config.h"

#include "muri-group-page.h"

#include <glib/gi18n.h>
#include <math.h>

#include "muri-column-layout.h"
#include "muri-counted.h"
#include "muri-fleet-sum.h"
#include "muri-format.h"
#include "muri-graph.h"
#include "muri-moment-view.h"
#include "muri-group-card.h"
#include "muri-group-parts.h"
#include "muri-item-menu.h"
#include "muri-range-bar.h"
#include "muri-state-counts.h"
#include "muri-state-icon.h"
#include "muri-tile.h"
#include "muri-title-layout.h"
#include "muri-top-list.h"
#include "muri-verb-menu.h"

#define SECONDS 320

/* What a saved search finds may change every second; what graphs are made of need not. */
#define PARTS_AGE (5 * G_TIME_SPAN_SECOND)

struct _MuriGroupPage
{
  MuriPage parent_instance;

  /* Template widgets */
  GtkImage *icon;
  GtkLabel *name;
  GtkLabel *status;
  GtkMenuButton *vms_button;
  GtkMenuButton *group_button;
  AdwStatusPage *empty;
  GtkWidget *choose;
  GtkWidget *content;
  MuriTile *vms_tile;
  MuriTile *cpu_tile;
  MuriTile *memory_tile;
  MuriTile *hosts_tile;
  GtkWidget *graphs_part;
  MuriRangeBar *range_bar;
  GtkBox *graphs;
  GtkWidget *groups_part;
  GtkBox *cards;
  GtkWidget *hosts_part;
  GtkListBox *hosts;
  MuriMomentView *moment;
  GtkBox *tops;

  /* Owned */
  MuriGraphGroup *graph_group;
  MuriGraphSource *source;       /* all of it */
  MuriGraphSource *parts_source; /* what it is made of */
  MuriSeries *series;

  /* While started */
  GListModel *vms;
  MuriGroupParts *parts;
  gint64 parts_made; /* monotonic time */
  gboolean parts_stale;
  MuriGroup *group; /* one of these two */
  MuriSmartGroup *smart;

  MuriStateCounts *counts;
  MuriGraph *memory_graph;
  MuriTopList *top_lists[2];
};

G_DEFINE_FINAL_TYPE (MuriGroupPage, muri_group_page, MURI_TYPE_PAGE)

static char *
format_status (MuriGroup *group)
{
  guint n_vms = muri_group_get_n_vms (group);
  guint n_nodes = g_list_model_get_n_items (muri_group_get_nodes (group));
  guint running = muri_group_get_n_running (group);
  g_autofree char *vms =
      muri_counted (ngettext ("%u VM, %u running", "%u VMs, %u running", n_vms), n_vms, running);
  g_autofree char *nodes = muri_counted (ngettext ("%u host", "%u hosts", n_nodes), n_nodes);
  MuriGroup *parent = muri_group_get_parent (group);
  GString *text = g_string_new (NULL);

  if (parent)
    {
      /* Translators: the group that a group is in */
      g_string_append_printf (text, _ ("In %s"), muri_group_get_path (parent));
      g_string_append (text, " · ");
    }
  g_string_append (text, vms);
  if (n_nodes > 0)
    g_string_append_printf (text, " · %s", nodes);
  return g_string_free (text, FALSE);
}

static char *
format_smart_status (MuriSmartGroup *smart)
{
  const char *problem = muri_smart_group_get_problem (smart);

  if (problem)
    return g_strdup (problem);
  /* Translators: what a saved search looks for */
  return g_strdup_printf (_ ("Finds %s"), muri_smart_group_get_text (smart));
}

static void
update_header (MuriGroupPage *self)
{
  guint n = g_list_model_get_n_items (self->vms);
  const char *name = muri_scope_get_title (muri_page_get_scope (MURI_PAGE (self)));
  g_autofree char *status =
      self->group ? format_status (self->group) : format_smart_status (self->smart);
  g_autofree char *all =
      muri_counted (ngettext ("The %u VM of %s", "All %u VMs of %s", n), n, name);

  gtk_label_set_text (self->name, name);
  if (!g_str_equal (gtk_label_get_text (self->status), status))
    gtk_label_set_text (self->status, status);
  if (g_strcmp0 (gtk_menu_button_get_label (self->vms_button), all) != 0)
    gtk_menu_button_set_label (self->vms_button, all);
  gtk_widget_set_visible (GTK_WIDGET (self->vms_button), n > 0);
}

static guint
count (GListModel *model)
{
  return model ? g_list_model_get_n_items (model) : 0;
}

static void
update_parts (MuriGroupPage *self)
{
  guint n_vms = g_list_model_get_n_items (self->vms);
  guint n_nodes = count (self->group ? muri_group_get_nodes (self->group) : NULL);
  guint n_groups = count (self->group ? muri_group_get_groups (self->group) : NULL);
  gboolean empty = n_vms + n_nodes + n_groups == 0;

  gtk_widget_set_visible (GTK_WIDGET (self->empty), empty);
  gtk_widget_set_visible (self->content, !empty);
  gtk_widget_set_visible (self->groups_part, n_groups > 0);
  gtk_widget_set_visible (self->hosts_part, n_nodes > 0);
  gtk_widget_set_visible (GTK_WIDGET (self->tops),
                          n_vms > 0 && !gtk_widget_get_visible (GTK_WIDGET (self->moment)));
  gtk_widget_set_visible (self->graphs_part, n_vms > 0);
}

static void
update_vms (MuriGroupPage *self, const MuriFleetSum *sum)
{
  g_autoptr (GHashTable) hosts = g_hash_table_new (NULL, NULL);
  guint known = 0, vcpus = 0;
  g_autofree char *value = muri_counted ("%u", sum->n_items);
  g_autofree char *note = NULL;
  g_autofree char *cpu = muri_format_share (sum->values[MURI_FIGURE_CPU]);
  g_autofree char *cpu_note = NULL;
  g_autofree char *hosts_value = NULL;

  muri_state_counts_update (self->counts, self->vms);
  for (guint i = 0; i < sum->n_items; i++)
    {
      g_autoptr (MuriVm) vm = g_list_model_get_item (self->vms, i);

      g_hash_table_add (hosts, muri_vm_get_node (vm));
      known += muri_vm_is_known (vm);
      if (muri_vm_is_known (vm) && muri_vm_get_state (vm) == MURI_VM_STATE_RUNNING)
        vcpus += muri_vm_get_facts (vm)->vcpus;
    }
  if (known < sum->n_items)
    note = muri_counted (C_ ("VMs", "%u of %u known"), known, sum->n_items);
  muri_tile_set (self->vms_tile, value, note);
  cpu_note = muri_counted (ngettext ("Of %u running vCPU", "Of %u running vCPUs", vcpus), vcpus);
  muri_tile_set (self->cpu_tile, cpu, cpu_note);
  hosts_value = muri_counted ("%u", g_hash_table_size (hosts));
  muri_tile_set (self->hosts_tile, hosts_value, C_ ("group", "That its VMs are on"));
}

static void
update_memory (MuriGroupPage *self, const MuriFleetSum *sum)
{
  double total = sum->n_memory ? sum->memory : NAN;
  g_autofree char *value = muri_format_memory (sum->values[MURI_FIGURE_MEMORY], total);

  muri_tile_set (self->memory_tile, value, C_ ("group", "Of its running VMs"));
  muri_graph_set_total (self->memory_graph, isfinite (total) ? total : 0);
}

static void
update_sources (MuriGroupPage *self)
{
  MuriHistory *history = muri_fleet_get_history (muri_page_get_fleet (MURI_PAGE (self)));

  muri_graph_source_set_one (self->source, history,
                             muri_graph_part_new_sum (NULL, self->series, self->vms));
  g_clear_pointer (&self->parts, muri_group_parts_free);
  self->parts_made = g_get_monotonic_time ();
  self->parts_stale = FALSE;
  self->parts = muri_group_parts_new (self->group, self->vms, SECONDS);
  muri_graph_source_set (self->parts_source, history, muri_group_parts_get (self->parts));
}

static void
on_tick (MuriGroupPage *self)
{
  MuriFleetSum sum;

  if (!self->vms)
    return;
  if (self->parts_stale && g_get_monotonic_time () - self->parts_made >= PARTS_AGE)
    update_sources (self);
  muri_fleet_sum_now (self->vms, &sum);
  muri_fleet_sum_push (self->series, muri_graph_group_get_now (self->graph_group), &sum);
  muri_group_parts_push (self->parts, muri_graph_group_get_now (self->graph_group));
  update_header (self);
  update_parts (self);
  update_vms (self, &sum);
  update_memory (self, &sum);
  for (GtkWidget *card = gtk_widget_get_first_child (GTK_WIDGET (self->cards)); card;
       card = gtk_widget_get_next_sibling (card))
    muri_group_card_update (MURI_GROUP_CARD (card));
  for (guint i = 0; i < G_N_ELEMENTS (self->top_lists); i++)
    muri_top_list_update (self->top_lists[i], self->vms);
}

static void
on_figures (MuriGroupPage *self)
{
  muri_graph_group_touch (self->graph_group);
}

static void
fill_cards (MuriGroupPage *self)
{
  GListModel *groups = muri_group_get_groups (self->group);
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->cards))))
    gtk_box_remove (self->cards, child);
  for (guint i = 0; i < g_list_model_get_n_items (groups); i++)
    {
      g_autoptr (MuriGroup) group = g_list_model_get_item (groups, i);

      gtk_box_append (self->cards, muri_group_card_new (group));
    }
}

static void
on_members_changed (MuriGroupPage *self)
{
  update_header (self);
  update_parts (self);
}

static void
on_vms_changed (MuriGroupPage *self)
{
  self->parts_stale = TRUE;
  on_members_changed (self);
}

static void
on_groups_changed (MuriGroupPage *self)
{
  fill_cards (self);
  on_vms_changed (self);
}

static GtkWidget *
make_host_row (gpointer item, gpointer user_data)
{
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *icon = muri_state_icon_new ();

  muri_state_icon_set_node (MURI_STATE_ICON (icon), item);
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  g_object_bind_property (item, "name", row, "title", G_BINDING_SYNC_CREATE);
  adw_action_row_add_prefix (ADW_ACTION_ROW (row), icon);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row),
                             gtk_image_new_from_icon_name ("go-next-symbolic"));
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
  g_object_set_data_full (G_OBJECT (row), "node", g_object_ref (item), g_object_unref);
  return row;
}

static void
on_host_activated (MuriGroupPage *self, GtkListBoxRow *row)
{
  MuriNode *node = g_object_get_data (G_OBJECT (row), "node");
  g_autofree char *id = g_strconcat ("node:", muri_node_get_id (node), NULL);

  gtk_widget_activate_action (GTK_WIDGET (self), "win.show-scope", "s", id);
}

static void
on_choose (MuriGroupPage *self)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "win.show-scope", "s", "fleet");
  gtk_widget_activate_action (GTK_WIDGET (self), "win.show-view", "s", "vms");
}

static void
create_vms_menu (GtkMenuButton *button, gpointer user_data)
{
  MuriGroupPage *self = user_data;
  g_autoptr (GMenuModel) menu = NULL;

  if (!self->vms)
    return;
  menu = muri_verb_menu_new_for_scope (muri_page_get_scope (MURI_PAGE (self)));
  gtk_menu_button_set_menu_model (button, menu);
}

static void
create_group_menu (GtkMenuButton *button, gpointer user_data)
{
  MuriGroupPage *self = user_data;
  g_autoptr (GMenuModel) menu = NULL;

  if (self->group)
    menu = muri_item_menu_new_group (self->group);
  else if (self->smart)
    menu = muri_item_menu_new_smart (self->smart);
  gtk_menu_button_set_menu_model (button, menu);
}

static void
follow_group (MuriGroupPage *self)
{
  g_signal_connect_swapped (muri_group_get_groups (self->group), "items-changed",
                            G_CALLBACK (on_groups_changed), self);
  g_signal_connect_swapped (muri_group_get_nodes (self->group), "items-changed",
                            G_CALLBACK (on_members_changed), self);
  g_signal_connect_swapped (self->group, "notify::n-running", G_CALLBACK (on_members_changed),
                            self);
  gtk_list_box_bind_model (self->hosts, muri_group_get_nodes (self->group), make_host_row, NULL,
                           NULL);
  fill_cards (self);
}

static void
describe_empty (MuriGroupPage *self)
{
  adw_status_page_set_title (self->empty, self->group ? _ ("Empty Group") : _ ("No VMs Found"));
  adw_status_page_set_description (
      self->empty, self->group
                       ? _ ("Drag VMs, hosts or groups onto it in the sidebar, or select VMs in "
                            "the table and choose “Add to Group…”.")
                       : _ ("VMs appear here by themselves when the search finds them."));
  gtk_widget_set_visible (self->choose, self->group != NULL);
  gtk_image_set_from_icon_name (self->icon,
                                self->group ? "muri-group-symbolic" : "muri-smart-group-symbolic");
}

static void
muri_group_page_start (MuriPage *page)
{
  MuriGroupPage *self = MURI_GROUP_PAGE (page);
  MuriScope *scope = muri_page_get_scope (page);

  self->vms = g_object_ref (muri_scope_get_vms (scope));
  g_set_object (&self->group, muri_scope_get_group (scope));
  g_set_object (&self->smart, muri_scope_get_smart (scope));
  self->series = muri_fleet_sum_series (self->vms, g_get_real_time (), SECONDS);
  muri_graph_group_set_range (self->graph_group, muri_page_get_time_range (page));
  muri_graph_marks_watch (muri_graph_group_get_marks (self->graph_group), scope);
  muri_moment_view_watch (self->moment, scope, muri_page_get_time_range (page));
  update_sources (self);
  describe_empty (self);
  if (self->group)
    follow_group (self);
  else
    g_signal_connect_swapped (self->smart, "notify", G_CALLBACK (on_members_changed), self);
  g_signal_connect_swapped (self->vms, "items-changed", G_CALLBACK (on_vms_changed), self);
  g_signal_connect_swapped (muri_page_get_fleet (page), "notify::figures", G_CALLBACK (on_figures),
                            self);
  on_tick (self);
}

static void
muri_group_page_stop (MuriPage *page)
{
  MuriGroupPage *self = MURI_GROUP_PAGE (page);

  g_signal_handlers_disconnect_by_data (muri_page_get_fleet (page), self);
  g_signal_handlers_disconnect_by_data (self->vms, self);
  if (self->group)
    {
      g_signal_handlers_disconnect_by_data (muri_group_get_groups (self->group), self);
      g_signal_handlers_disconnect_by_data (muri_group_get_nodes (self->group), self);
      g_signal_handlers_disconnect_by_data (self->group, self);
    }
  if (self->smart)
    g_signal_handlers_disconnect_by_data (self->smart, self);
  gtk_list_box_bind_model (self->hosts, NULL, NULL, NULL, NULL);
  muri_moment_view_unwatch (self->moment);
  muri_graph_source_set (self->source, NULL, NULL);
  muri_graph_source_set (self->parts_source, NULL, NULL);
  g_clear_pointer (&self->parts, muri_group_parts_free);
  muri_graph_marks_watch (muri_graph_group_get_marks (self->graph_group), NULL);
  g_clear_pointer (&self->series, muri_series_unref);
  g_clear_object (&self->vms);
  g_clear_object (&self->group);
  g_clear_object (&self->smart);
}

static void
muri_group_page_dispose (GObject *object)
{
  MuriGroupPage *self = MURI_GROUP_PAGE (object);

  G_OBJECT_CLASS (muri_group_page_parent_class)->dispose (object);
  g_clear_object (&self->source);
  g_clear_object (&self->parts_source);
  g_clear_object (&self->graph_group);
}

static void
bind_template (GtkWidgetClass *widget_class)
{
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/muri/Muri/ui/muri-group-page.ui");
  gtk_widget_class_bind_template_child (widget_class, MuriGroupPage, icon);
  gtk_widget_class_bind_template_child (widget_class, MuriGroupPage, choose);
  gtk_widget_class_bind_template_child (widget_class, MuriGroupPage, name);
  gtk_widget_class_bind_template_child (widget_class, MuriGroupPage, status);
  gtk_widget_class_bind_template_child (widget_class, MuriGroupPage, vms_button);
  gtk_widget_class_bind_template_child (widget_class, MuriGroupPage, group_button);
  gtk_widget_class_bind_template_child (widget_class, MuriGroupPage, empty);
  gtk_widget_class_bind_template_child (widget_class, MuriGroupPage, content);
  gtk_widget_class_bind_template_child (widget_class, MuriGroupPage, vms_tile);
  gtk_widget_class_bind_template_child (widget_class, MuriGroupPage, cpu_tile);
  gtk_widget_class_bind_template_child (widget_class, MuriGroupPage, memory_tile);
  gtk_widget_class_bind_template_child (widget_class, MuriGroupPage, hosts_tile);
  gtk_widget_class_bind_template_child (widget_class, MuriGroupPage, graphs_part);
  gtk_widget_class_bind_template_child (widget_class, MuriGroupPage, range_bar);
  gtk_widget_class_bind_template_child (widget_class, MuriGroupPage, graphs);
  gtk_widget_class_bind_template_child (widget_class, MuriGroupPage, groups_part);
  gtk_widget_class_bind_template_child (widget_class, MuriGroupPage, cards);
  gtk_widget_class_bind_template_child (widget_class, MuriGroupPage, hosts_part);
  gtk_widget_class_bind_template_child (widget_class, MuriGroupPage, hosts);
  gtk_widget_class_bind_template_child (widget_class, MuriGroupPage, moment);
  gtk_widget_class_bind_template_child (widget_class, MuriGroupPage, tops);
  gtk_widget_class_bind_template_callback (widget_class, on_choose);
  gtk_widget_class_bind_template_callback (widget_class, on_host_activated);
}

static void
muri_group_page_class_init (MuriGroupPageClass *klass)
{
  MuriPageClass *page_class = MURI_PAGE_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = muri_group_page_dispose;
  page_class->start = muri_group_page_start;
  page_class->stop = muri_group_page_stop;

  g_type_ensure (MURI_TYPE_COLUMN_LAYOUT);
  g_type_ensure (MURI_TYPE_MOMENT_VIEW);
  g_type_ensure (MURI_TYPE_RANGE_BAR);
  g_type_ensure (MURI_TYPE_TILE);
  g_type_ensure (MURI_TYPE_TITLE_LAYOUT);
  bind_template (GTK_WIDGET_CLASS (klass));
}

static MuriGraph *
add_graph (MuriGroupPage *self, const char *title, MuriUnit unit, MuriGraphSource *source)
{
  GtkWidget *graph = muri_graph_new (title, unit, self->graph_group);

  muri_graph_set_source (MURI_GRAPH (graph), source);
  gtk_box_append (self->graphs, graph);
  return MURI_GRAPH (graph);
}

static void
add_graphs (MuriGroupPage *self)
{
  MuriGraph *graph = add_graph (self, _ ("vCPUs in Use"), MURI_UNIT_LOAD, self->parts_source);

  muri_graph_set_parts (graph, MURI_FIGURE_LOAD1, TRUE);
  self->memory_graph = add_graph (self, _ ("Memory"), MURI_UNIT_BYTES, self->parts_source);
  muri_graph_set_parts (self->memory_graph, MURI_FIGURE_MEMORY, TRUE);
  graph = add_graph (self, _ ("Disk"), MURI_UNIT_RATE, self->source);
  muri_graph_add_line (graph, C_ ("disk", "Read"), MURI_FIGURE_DISK_READ);
  muri_graph_add_line (graph, C_ ("disk", "Written"), MURI_FIGURE_DISK_WRITE);
  graph = add_graph (self, _ ("Network"), MURI_UNIT_RATE, self->source);
  muri_graph_add_line (graph, C_ ("network", "Received"), MURI_FIGURE_NET_RX);
  muri_graph_add_line (graph, C_ ("network", "Sent"), MURI_FIGURE_NET_TX);
}

static void
muri_group_page_init (MuriGroupPage *self)
{
  GtkWidget *counts = g_object_new (MURI_TYPE_STATE_COUNTS, NULL);
  GtkWidget *cpu, *memory;

  gtk_widget_init_template (GTK_WIDGET (self));
  self->graph_group = muri_graph_group_new ();
  self->source = muri_graph_source_new (self->graph_group);
  self->parts_source = muri_graph_source_new (self->graph_group);
  muri_range_bar_set_group (self->range_bar, self->graph_group);
  self->counts = MURI_STATE_COUNTS (counts);
  muri_tile_append (self->vms_tile, counts);
  add_graphs (self);
  cpu = muri_top_list_new (_ ("Most CPU of Their Hosts"), MURI_FIGURE_HOST_CPU);
  memory = muri_top_list_new (_ ("Most Memory"), MURI_FIGURE_MEMORY);
  gtk_box_append (self->tops, cpu);
  gtk_box_append (self->tops, memory);
  self->top_lists[0] = MURI_TOP_LIST (cpu);
  self->top_lists[1] = MURI_TOP_LIST (memory);
  gtk_menu_button_set_create_popup_func (self->vms_button, create_vms_menu, self, NULL);
  gtk_menu_button_set_create_popup_func (self->group_button, create_group_menu, self, NULL);
  g_signal_connect_object (self->graph_group, "tick", G_CALLBACK (on_tick), self,
                           G_CONNECT_SWAPPED);
}
