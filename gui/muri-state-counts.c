/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-config.h"

#include "muri-state-counts.h"

#include <glib/gi18n.h>

#include "muri-column-layout.h"
#include "muri-counted.h"
#include "muri-format.h"
#include "muri-state-icon.h"

typedef enum
{
  RUNNING,
  PAUSED,
  BETWEEN,
  OFF,
  SAVED,
  CRASHED,
  UNKNOWN,
  N_KINDS
} Kind;

struct _MuriStateCounts
{
  GtkWidget parent_instance;

  GtkWidget *boxes[N_KINDS];
  GtkWidget *labels[N_KINDS];
  guint counts[N_KINDS];
};

G_DEFINE_FINAL_TYPE (MuriStateCounts, muri_state_counts, GTK_TYPE_WIDGET)

/* The state whose shape and word stand for a kind. */
static const guint states[N_KINDS] = {
  MURI_VM_STATE_RUNNING, MURI_VM_STATE_PAUSED,  MURI_VM_STATE_STARTING, MURI_VM_STATE_OFF,
  MURI_VM_STATE_SAVED,   MURI_VM_STATE_CRASHED, MURI_VM_STATE_UNKNOWN,
};

static Kind
kind_of (MuriVm *vm)
{
  if (!muri_vm_is_known (vm))
    return UNKNOWN;
  switch (muri_vm_get_state (vm))
    {
    case MURI_VM_STATE_RUNNING:
      return RUNNING;
    case MURI_VM_STATE_PAUSED:
    case MURI_VM_STATE_SUSPENDED:
      return PAUSED;
    case MURI_VM_STATE_STARTING:
    case MURI_VM_STATE_STOPPING:
    case MURI_VM_STATE_MIGRATING:
      return BETWEEN;
    case MURI_VM_STATE_OFF:
      return OFF;
    case MURI_VM_STATE_SAVED:
      return SAVED;
    case MURI_VM_STATE_CRASHED:
      return CRASHED;
    default:
      return UNKNOWN;
    }
}

static const char *
format_kind (Kind kind)
{
  return kind == BETWEEN ? C_ ("VM state", "Changing") : muri_format_vm_state (states[kind]);
}

void
muri_state_counts_update (MuriStateCounts *self, GListModel *vms)
{
  guint counts[N_KINDS] = { 0 };
  guint n = g_list_model_get_n_items (vms);

  g_return_if_fail (MURI_IS_STATE_COUNTS (self));

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (MuriVm) vm = g_list_model_get_item (vms, i);

      counts[kind_of (vm)]++;
    }
  for (guint i = 0; i < N_KINDS; i++)
    {
      g_autofree char *text = NULL;
      g_autofree char *words = NULL;

      if (self->counts[i] == counts[i])
        continue;
      self->counts[i] = counts[i];
      text = muri_counted ("%u", counts[i]);
      /* Translators: a state of VMs and their number: "Running: 28" */
      words = g_strdup_printf (_ ("%s: %s"), format_kind (i), text);
      gtk_label_set_text (GTK_LABEL (self->labels[i]), text);
      gtk_widget_set_tooltip_text (self->boxes[i], words);
      gtk_widget_set_visible (self->boxes[i], counts[i] > 0);
    }
}

static void
muri_state_counts_dispose (GObject *object)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (object))))
    gtk_widget_unparent (child);
  G_OBJECT_CLASS (muri_state_counts_parent_class)->dispose (object);
}

static void
muri_state_counts_class_init (MuriStateCountsClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = muri_state_counts_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), MURI_TYPE_COLUMN_LAYOUT);
}

static void
muri_state_counts_init (MuriStateCounts *self)
{
  g_object_set (gtk_widget_get_layout_manager (GTK_WIDGET (self)), "column-width", 36,
                "max-columns", N_KINDS, "spacing", 4, NULL);
  gtk_widget_set_halign (GTK_WIDGET (self), GTK_ALIGN_START);
  for (guint i = 0; i < N_KINDS; i++)
    {
      GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 4);
      GtkWidget *icon = muri_state_icon_new ();

      muri_state_icon_set_vm_state (MURI_STATE_ICON (icon), states[i], i != UNKNOWN);
      self->labels[i] = gtk_label_new ("0");
      gtk_widget_add_css_class (self->labels[i], "caption");
      gtk_widget_add_css_class (self->labels[i], "numeric");
      gtk_box_append (GTK_BOX (box), icon);
      gtk_box_append (GTK_BOX (box), self->labels[i]);
      gtk_widget_set_visible (box, FALSE);
      gtk_widget_set_parent (box, GTK_WIDGET (self));
      self->boxes[i] = box;
    }
}
