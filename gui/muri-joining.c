/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-joining.h"

#include <glib/gi18n.h>

#include "muri-counted.h"

#define LOOK_MS 500
/* What does not go on for so long is not under way. */
#define PATIENCE (5 * G_TIME_SPAN_SECOND)
/* Most joins are over by then. */
#define SHOWN_AFTER (G_TIME_SPAN_SECOND)

/* Of a zone, or of all. */
typedef struct
{
  guint zone;
  guint hosts;
  guint heard;
  guint vms;
  guint told; /* of their VMs */
} Count;

typedef struct
{
  GtkProgressBar *bar;
  MuriFleet *fleet;
  guint timeout;
  gint64 begun;
  gint64 moved; /* when something came last */
  guint64 last;
} Joining;

static void
add (Count *count, MuriNode *node)
{
  MuriNodeState state = muri_node_get_state (node);
  guint told = muri_node_get_n_vms (node);

  count->hosts++;
  if (state == MURI_NODE_UNREACHABLE || state == MURI_NODE_STOPPED)
    return;
  count->heard++;
  count->told += told;
  count->vms += MAX (told, muri_node_get_facts (node)->vms);
}

static Count *
find_zone (GArray *zones, guint zone)
{
  Count count = { .zone = zone };

  for (guint i = 0; i < zones->len; i++)
    if (g_array_index (zones, Count, i).zone == zone)
      return &g_array_index (zones, Count, i);
  g_array_append_val (zones, count);
  return &g_array_index (zones, Count, zones->len - 1);
}

static Count
count_all (MuriFleet *fleet, GArray *zones)
{
  GListModel *nodes = muri_fleet_get_nodes (fleet);
  Count all = { 0 };

  for (guint i = 0; i < g_list_model_get_n_items (nodes); i++)
    {
      g_autoptr (MuriNode) node = g_list_model_get_item (nodes, i);

      add (&all, node);
      add (find_zone (zones, muri_node_get_zone (node)), node);
    }
  return all;
}

static int
compare_zones (gconstpointer a, gconstpointer b)
{
  return (int)((const Count *)a)->zone - (int)((const Count *)b)->zone;
}

static char *
describe_zones (GArray *zones)
{
  GString *text = g_string_new (NULL);

  g_array_sort (zones, compare_zones);
  for (guint i = 0; i < zones->len; i++)
    {
      const Count *count = &g_array_index (zones, Count, i);

      /* Translators: a number, then how many hosts of it were heard, of how many */
      muri_counted_append (text, _ ("Zone %u: %u of %u hosts"), count->zone, count->heard,
                           count->hosts);
      if (i + 1 < zones->len)
        g_string_append_c (text, '\n');
    }
  return g_string_free (text, FALSE);
}

static void
show (Joining *self, const Count *all, GArray *zones)
{
  /* Translators: hosts heard of how many, VMs known of how many */
  g_autofree char *text = muri_counted (_ ("Joining: %u of %u hosts, %u of %u VMs"), all->heard,
                                        all->hosts, all->told, all->vms);
  g_autofree char *by_zone = describe_zones (zones);

  gtk_progress_bar_set_text (self->bar, text);
  gtk_progress_bar_set_fraction (self->bar, (double)(all->heard + all->told)
                                                / (double)MAX (1, all->hosts + all->vms));
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->bar), by_zone);
}

static gboolean
on_timeout (gpointer data)
{
  Joining *self = data;
  g_autoptr (GArray) zones = g_array_new (FALSE, FALSE, sizeof (Count));
  const Count all = count_all (self->fleet, zones);
  const guint64 come = (guint64)all.heard + all.told;
  gint64 now = g_get_monotonic_time ();
  gboolean whole = all.heard == all.hosts && all.told == all.vms;

  if (come > self->last)
    self->moved = now;
  self->last = come;
  if (whole || now - self->moved > PATIENCE)
    {
      gtk_widget_set_visible (GTK_WIDGET (self->bar), FALSE);
      self->timeout = 0;
      return G_SOURCE_REMOVE;
    }
  show (self, &all, zones);
  gtk_widget_set_visible (GTK_WIDGET (self->bar),
                          self->moved > self->begun && now - self->begun > SHOWN_AFTER);
  return G_SOURCE_CONTINUE;
}

static void
begin (Joining *self)
{
  if (self->timeout != 0)
    return;
  self->begun = self->moved = g_get_monotonic_time ();
  self->timeout = g_timeout_add (LOOK_MS, on_timeout, self);
}

static void
joining_free (gpointer data)
{
  Joining *self = data;

  g_clear_handle_id (&self->timeout, g_source_remove);
  g_signal_handlers_disconnect_by_data (muri_fleet_get_nodes (self->fleet), self);
  g_signal_handlers_disconnect_by_data (self->fleet, self);
  g_object_unref (self->fleet);
  g_free (self);
}

void
muri_joining_show (GtkProgressBar *bar, MuriFleet *fleet)
{
  Joining *self = g_new0 (Joining, 1);

  self->bar = bar;
  self->fleet = g_object_ref (fleet);
  g_object_set_data_full (G_OBJECT (bar), "muri-joining", self, joining_free);
  g_signal_connect_swapped (muri_fleet_get_nodes (fleet), "items-changed", G_CALLBACK (begin),
                            self);
  g_signal_connect_swapped (fleet, "notify::n-running", G_CALLBACK (begin), self);
  begin (self);
}
