/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-config.h"

#include "muri-compare-window.h"

#include <glib/gi18n.h>

#include "muri-column-layout.h"
#include "muri-counted.h"
#include "muri-fleet-sum.h"
#include "muri-graph.h"
#include "muri-range-bar.h"

/* Of live figures of sums. */
#define SECONDS 320

struct _MuriCompareWindow
{
  AdwWindow parent_instance;

  MuriRangeBar *range_bar;
  GtkLabel *note;
  GtkBox *graphs;

  /* Owned */
  MuriFleet *fleet;
  MuriGraphGroup *group;
  MuriGraphSource *source;
  GPtrArray *parts;  /* of MuriGraphPart */
  GPtrArray *models; /* of GListModel, as many: what a part is the sum of, or NULL */
};

G_DEFINE_FINAL_TYPE (MuriCompareWindow, muri_compare_window, ADW_TYPE_WINDOW)

static void
clear_model (gpointer model)
{
  if (model)
    g_object_unref (model);
}

static void
on_figures (MuriCompareWindow *self)
{
  muri_graph_group_touch (self->group);
}

static void
on_tick (MuriCompareWindow *self)
{
  for (guint i = 0; i < self->parts->len; i++)
    {
      MuriGraphPart *part = self->parts->pdata[i];
      MuriFleetSum sum;

      if (self->models->pdata[i] == NULL)
        continue;
      muri_fleet_sum_now (self->models->pdata[i], &sum);
      muri_fleet_sum_push (part->live, muri_graph_group_get_now (self->group), &sum);
    }
}

static void
muri_compare_window_dispose (GObject *object)
{
  MuriCompareWindow *self = MURI_COMPARE_WINDOW (object);

  G_OBJECT_CLASS (muri_compare_window_parent_class)->dispose (object);
  g_clear_object (&self->source);
  g_clear_object (&self->group);
  g_clear_object (&self->fleet);
  g_clear_pointer (&self->parts, g_ptr_array_unref);
  g_clear_pointer (&self->models, g_ptr_array_unref);
}

static void
muri_compare_window_class_init (MuriCompareWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = muri_compare_window_dispose;
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_w, GDK_CONTROL_MASK, "window.close",
                                       NULL);
}

static GtkWidget *
make_content (MuriCompareWindow *self)
{
  GtkWidget *content = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  GtkWidget *clamp = adw_clamp_new ();

  self->note = GTK_LABEL (gtk_label_new (NULL));
  gtk_label_set_xalign (self->note, 0);
  gtk_label_set_wrap (self->note, TRUE);
  gtk_widget_add_css_class (GTK_WIDGET (self->note), "dim-label");
  self->range_bar = MURI_RANGE_BAR (muri_range_bar_new ());
  self->graphs = GTK_BOX (gtk_box_new (GTK_ORIENTATION_VERTICAL, 0));
  gtk_widget_set_layout_manager (
      GTK_WIDGET (self->graphs),
      g_object_new (MURI_TYPE_COLUMN_LAYOUT, "column-width", 400, "max-columns", 2, NULL));
  gtk_box_append (GTK_BOX (content), GTK_WIDGET (self->note));
  gtk_box_append (GTK_BOX (content), GTK_WIDGET (self->range_bar));
  gtk_box_append (GTK_BOX (content), GTK_WIDGET (self->graphs));
  gtk_widget_add_css_class (content, "page-content");
  adw_clamp_set_maximum_size (ADW_CLAMP (clamp), 1240);
  adw_clamp_set_tightening_threshold (ADW_CLAMP (clamp), 1000);
  adw_clamp_set_child (ADW_CLAMP (clamp), content);
  return clamp;
}

static void
muri_compare_window_init (MuriCompareWindow *self)
{
  GtkWidget *outer = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *scroller = gtk_scrolled_window_new ();

  self->parts = g_ptr_array_new_with_free_func ((GDestroyNotify)muri_graph_part_unref);
  self->models = g_ptr_array_new_with_free_func (clear_model);
  self->group = muri_graph_group_new ();
  muri_graph_group_set_pins (self->group, FALSE);
  self->source = muri_graph_source_new (self->group);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), make_content (self));
  gtk_widget_set_vexpand (scroller, TRUE);
  gtk_box_append (GTK_BOX (outer), adw_header_bar_new ());
  gtk_box_append (GTK_BOX (outer), scroller);
  adw_window_set_content (ADW_WINDOW (self), outer);
  gtk_window_set_default_size (GTK_WINDOW (self), 960, 700);
  g_signal_connect_object (self->group, "tick", G_CALLBACK (on_tick), self, G_CONNECT_SWAPPED);
}

static void
add_graph (MuriCompareWindow *self, const char *title, MuriUnit unit, MuriFigure figure)
{
  GtkWidget *graph = muri_graph_new (title, unit, self->group);

  muri_graph_set_parts (MURI_GRAPH (graph), figure, FALSE);
  muri_graph_set_source (MURI_GRAPH (graph), self->source);
  muri_graph_set_subject (MURI_GRAPH (graph), gtk_window_get_title (GTK_WINDOW (self)));
  gtk_box_append (self->graphs, graph);
}

/* What every kind of object has. */
static void
add_graphs (MuriCompareWindow *self)
{
  add_graph (self, _ ("CPU"), MURI_UNIT_SHARE, MURI_FIGURE_CPU);
  add_graph (self, _ ("Memory"), MURI_UNIT_BYTES, MURI_FIGURE_MEMORY);
  add_graph (self, _ ("Disk, Read"), MURI_UNIT_RATE, MURI_FIGURE_DISK_READ);
  add_graph (self, _ ("Disk, Written"), MURI_UNIT_RATE, MURI_FIGURE_DISK_WRITE);
  add_graph (self, _ ("Network, Received"), MURI_UNIT_RATE, MURI_FIGURE_NET_RX);
  add_graph (self, _ ("Network, Sent"), MURI_UNIT_RATE, MURI_FIGURE_NET_TX);
}

static void
add_part (MuriCompareWindow *self, MuriScope *scope)
{
  const char *name = muri_scope_get_title (scope);
  GListModel *vms = muri_scope_get_vms (scope);
  g_autoptr (MuriSeries) live = NULL;

  switch (muri_scope_get_kind (scope))
    {
    case MURI_SCOPE_VM:
      g_ptr_array_add (self->parts,
                       muri_graph_part_new (name, muri_vm_get_series (muri_scope_get_vm (scope)),
                                            muri_scope_get_vm (scope)));
      g_ptr_array_add (self->models, NULL);
      break;
    case MURI_SCOPE_NODE:
      g_ptr_array_add (self->parts, muri_graph_part_new (
                                        name, muri_node_get_series (muri_scope_get_node (scope)),
                                        muri_scope_get_node (scope)));
      g_ptr_array_add (self->models, NULL);
      break;
    default:
      live = muri_fleet_sum_series (vms, g_get_real_time (), SECONDS);
      g_ptr_array_add (self->parts, muri_graph_part_new_sum (name, live, vms));
      g_ptr_array_add (self->models, g_object_ref (vms));
    }
}

static void
name_it (MuriCompareWindow *self, guint n_all)
{
  guint n = self->parts->len;
  const char *first = ((MuriGraphPart *)self->parts->pdata[0])->name;
  const char *second = ((MuriGraphPart *)self->parts->pdata[1])->name;
  g_autofree char *title = NULL;
  g_autofree char *note = NULL;

  if (n == 2)
    /* Translators: two objects that are compared */
    title = g_strdup_printf (_ ("%s and %s"), first, second);
  else
    title = muri_counted (ngettext ("Comparison of %u", "Comparison of %u", n), n);
  gtk_window_set_title (GTK_WINDOW (self), title);
  note = muri_counted (_ ("These are the first %u of %u that were selected: more could not be "
                          "told apart."),
                       n, n_all);
  gtk_label_set_text (self->note, note);
  gtk_widget_set_visible (GTK_WIDGET (self->note), n < n_all);
}

GtkWindow *
muri_compare_window_new (GtkWindow *parent, MuriFleet *fleet, MuriTimeRange *range,
                         const char *const *ids)
{
  MuriCompareWindow *self = g_object_new (MURI_TYPE_COMPARE_WINDOW, "transient-for", parent,
                                          "destroy-with-parent", TRUE, NULL);
  g_autoptr (GPtrArray) scopes = g_ptr_array_new_with_free_func (g_object_unref);
  guint n_all = 0;

  self->fleet = g_object_ref (fleet);
  for (guint i = 0; ids[i]; i++)
    {
      g_autoptr (MuriScope) scope = muri_scope_new_from_id (fleet, ids[i]);

      if (!scope || n_all++ >= MURI_GRAPH_HUES)
        continue;
      add_part (self, scope);
      g_ptr_array_add (scopes, g_steal_pointer (&scope));
    }
  if (self->parts->len < 2)
    {
      gtk_window_destroy (GTK_WINDOW (self));
      return NULL;
    }
  name_it (self, n_all);
  muri_graph_group_set_range (self->group, range);
  /* What a mark leads to is shown in the window that this was asked for in. */
  gtk_widget_insert_action_group (GTK_WIDGET (self), "win", G_ACTION_GROUP (parent));
  muri_graph_marks_watch_all (muri_graph_group_get_marks (self->group), scopes);
  muri_range_bar_set_group (self->range_bar, self->group);
  muri_graph_source_set (self->source, muri_fleet_get_history (fleet), self->parts);
  add_graphs (self);
  g_signal_connect_object (fleet, "notify::figures", G_CALLBACK (on_figures), self,
                           G_CONNECT_SWAPPED);
  return GTK_WINDOW (self);
}
