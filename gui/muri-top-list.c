/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-config.h"

#include "muri-top-list.h"

#include <glib/gi18n.h>
#include <math.h>

#include "muri-format.h"
#include "muri-meter.h"

#define N_ROWS 5
#define RANK_PAUSE (3 * G_TIME_SPAN_SECOND)

typedef struct
{
  MuriVm *vm;
  GtkWidget *row;
  GtkWidget *name;
  GtkWidget *host;
  GtkWidget *meter;
} Row;

struct _MuriTopList
{
  GtkWidget parent_instance;

  MuriFigure figure;
  gint64 ranked;
  gboolean pointed;
  GtkWidget *title;
  GtkWidget *list;
  GtkWidget *empty;
  Row rows[N_ROWS];
};

G_DEFINE_FINAL_TYPE (MuriTopList, muri_top_list, GTK_TYPE_WIDGET)

typedef struct
{
  MuriVm *vm;
  double value;
} Entry;

/* Keeps the @N_ROWS largest, largest first. */
static void
consider (Entry *best, guint *n, MuriVm *vm, double value)
{
  guint at = *n;

  if (!isfinite (value) || value <= 0)
    return;
  while (at > 0 && value > best[at - 1].value)
    at--;
  if (at >= N_ROWS)
    return;
  if (*n < N_ROWS)
    (*n)++;
  else
    g_object_unref (best[N_ROWS - 1].vm);
  memmove (best + at + 1, best + at, (*n - 1 - at) * sizeof *best);
  best[at] = (Entry){ g_object_ref (vm), value };
}

static void
set_row_vm (Row *row, MuriVm *vm)
{
  if (row->vm == vm)
    return;
  g_set_object (&row->vm, vm);
  gtk_widget_set_visible (row->row, vm != NULL);
  if (vm == NULL)
    return;
  gtk_label_set_text (GTK_LABEL (row->name), muri_vm_get_name (vm));
  gtk_label_set_text (GTK_LABEL (row->host), muri_node_get_name (muri_vm_get_node (vm)));
  gtk_accessible_update_property (GTK_ACCESSIBLE (row->row), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  muri_vm_get_name (vm), -1);
}

static void
rank (MuriTopList *self, GListModel *vms)
{
  Entry best[N_ROWS + 1];
  guint n_best = 0;
  guint n = g_list_model_get_n_items (vms);

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (MuriVm) vm = g_list_model_get_item (vms, i);

      consider (best, &n_best, vm, muri_vm_get_figure (vm, self->figure));
    }
  for (guint i = 0; i < N_ROWS; i++)
    {
      set_row_vm (&self->rows[i], i < n_best ? best[i].vm : NULL);
      if (i < n_best)
        g_object_unref (best[i].vm);
    }
  gtk_widget_set_visible (self->empty, n_best == 0);
}

static void
update_row (MuriTopList *self, Row *row)
{
  double value = muri_vm_get_figure (row->vm, self->figure);
  g_autofree char *text = NULL;

  if (self->figure == MURI_FIGURE_MEMORY)
    {
      double total = muri_vm_get_facts (row->vm)->memory * 1024.0;

      text = muri_format_memory (value, total);
      muri_meter_set (MURI_METER (row->meter), text, total > 0 ? value / total : NAN);
      return;
    }
  text = muri_format_share (value);
  muri_meter_set (MURI_METER (row->meter), text, value);
}

static void
on_activated (MuriTopList *self, GtkListBoxRow *activated)
{
  int i = gtk_list_box_row_get_index (activated);
  g_autofree char *id = NULL;

  if (i < 0 || i >= N_ROWS || self->rows[i].vm == NULL)
    return;
  id = g_strconcat ("vm:", muri_vm_get_id (self->rows[i].vm), NULL);
  gtk_widget_activate_action (GTK_WIDGET (self), "win.show-scope", "s", id);
}

static void
on_enter (MuriTopList *self)
{
  self->pointed = TRUE;
}

static void
on_leave (MuriTopList *self)
{
  self->pointed = FALSE;
}

static void
muri_top_list_dispose (GObject *object)
{
  MuriTopList *self = MURI_TOP_LIST (object);
  GtkWidget *child;

  for (guint i = 0; i < N_ROWS; i++)
    g_clear_object (&self->rows[i].vm);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))))
    gtk_widget_unparent (child);
  G_OBJECT_CLASS (muri_top_list_parent_class)->dispose (object);
}

static void
muri_top_list_class_init (MuriTopListClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = muri_top_list_dispose;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BOX_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "toplist");
}

static GtkWidget *
make_label (const char *css_class)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  if (css_class)
    gtk_widget_add_css_class (label, css_class);
  return label;
}

static void
make_row (MuriTopList *self, Row *row)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);

  row->name = make_label (NULL);
  gtk_label_set_width_chars (GTK_LABEL (row->name), 8);
  gtk_box_append (GTK_BOX (box), row->name);
  row->host = make_label ("dim-label");
  gtk_widget_set_hexpand (row->host, TRUE);
  gtk_box_append (GTK_BOX (box), row->host);
  row->meter = muri_meter_new ();
  gtk_widget_set_size_request (row->meter, 110, -1);
  gtk_widget_set_valign (row->meter, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (box), row->meter);
  gtk_widget_add_css_class (box, "row-content");

  row->row = gtk_list_box_row_new ();
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row->row), box);
  gtk_widget_set_visible (row->row, FALSE);
  gtk_list_box_append (GTK_LIST_BOX (self->list), row->row);
}

static void
make_empty (MuriTopList *self)
{
  GtkWidget *label = make_label ("dim-label");

  gtk_label_set_text (GTK_LABEL (label), _ ("No running VM is known"));
  gtk_widget_add_css_class (label, "row-content");
  self->empty = gtk_list_box_row_new ();
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (self->empty), FALSE);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (self->empty), label);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->empty), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  gtk_label_get_text (GTK_LABEL (label)), -1);
  gtk_list_box_append (GTK_LIST_BOX (self->list), self->empty);
}

static void
muri_top_list_init (MuriTopList *self)
{
  GtkLayoutManager *layout = gtk_widget_get_layout_manager (GTK_WIDGET (self));
  GtkEventController *motion = gtk_event_controller_motion_new ();

  gtk_orientable_set_orientation (GTK_ORIENTABLE (layout), GTK_ORIENTATION_VERTICAL);
  gtk_box_layout_set_spacing (GTK_BOX_LAYOUT (layout), 12);
  self->title = make_label ("heading");
  gtk_widget_set_parent (self->title, GTK_WIDGET (self));
  self->list = gtk_list_box_new ();
  gtk_list_box_set_selection_mode (GTK_LIST_BOX (self->list), GTK_SELECTION_NONE);
  gtk_widget_add_css_class (self->list, "boxed-list");
  gtk_widget_set_valign (self->list, GTK_ALIGN_START);
  g_signal_connect_swapped (self->list, "row-activated", G_CALLBACK (on_activated), self);
  gtk_widget_set_parent (self->list, GTK_WIDGET (self));
  for (guint i = 0; i < N_ROWS; i++)
    make_row (self, &self->rows[i]);
  make_empty (self);

  g_signal_connect_swapped (motion, "enter", G_CALLBACK (on_enter), self);
  g_signal_connect_swapped (motion, "leave", G_CALLBACK (on_leave), self);
  gtk_widget_add_controller (GTK_WIDGET (self), motion);
}

GtkWidget *
muri_top_list_new (const char *title, MuriFigure figure)
{
  MuriTopList *self = g_object_new (MURI_TYPE_TOP_LIST, NULL);

  self->figure = figure;
  gtk_label_set_text (GTK_LABEL (self->title), title);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->list), GTK_ACCESSIBLE_PROPERTY_LABEL, title,
                                  -1);
  return GTK_WIDGET (self);
}

void
muri_top_list_update (MuriTopList *self, GListModel *vms)
{
  gint64 now = g_get_monotonic_time ();
  gboolean held;

  g_return_if_fail (MURI_IS_TOP_LIST (self));

  held = self->rows[0].vm != NULL
         && (self->pointed || gtk_widget_get_focus_child (GTK_WIDGET (self)) != NULL);
  if (!held && (self->ranked == 0 || now - self->ranked >= RANK_PAUSE))
    {
      rank (self, vms);
      self->ranked = now;
    }
  for (guint i = 0; i < N_ROWS; i++)
    if (self->rows[i].vm)
      update_row (self, &self->rows[i]);
}
