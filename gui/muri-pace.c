/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "muri-pace.h"

#include <glib/gi18n.h>

struct _MuriPace
{
  AdwBin parent_instance;

  /* Template widgets */
  AdwExpanderRow *expander;
  GtkWidget *ordered_row;
  GtkSwitch *ordered;
  GtkWidget *batch_row;
  GtkSpinButton *batch;
  GtkWidget *delay_row;
  GtkSpinButton *delay;
  GtkSpinButton *per_node;
  GtkSpinButton *stop_after;
  GtkSpinButton *stop_percent;
  GtkWidget *grace_row;
  GtkSpinButton *grace;
};

G_DEFINE_FINAL_TYPE (MuriPace, muri_pace, ADW_TYPE_BIN)

static guint changed_signal;

static void
append (GString *text, char *part)
{
  g_string_append (text, text->len > 0 ? C_ ("list separator", ", ") : "");
  g_string_append (text, part);
  g_free (part);
}

static void
append_limits (GString *text, const MuriPacing *pacing)
{
  guint minutes = (pacing->grace + 59) / 60;

  if (pacing->delay > 0)
    append (text, g_strdup_printf (
                      ngettext ("%u s between batches", "%u s between batches", pacing->delay),
                      pacing->delay));
  if (pacing->per_node > 0)
    append (text, g_strdup_printf (_ ("at most %u on one host"), pacing->per_node));
  if (pacing->stop_after > 0)
    append (text, g_strdup_printf (ngettext ("stop after %u failure", "stop after %u failures",
                                             pacing->stop_after),
                                   pacing->stop_after));
  if (pacing->stop_percent > 0)
    append (text, g_strdup_printf (_ ("stop when %u %% failed"), pacing->stop_percent));
  if (pacing->grace > 0)
    append (text, g_strdup_printf (_ ("force off after %u min"), minutes));
}

char *
muri_pace_describe (const MuriPacing *pacing)
{
  GString *text = g_string_new (NULL);

  if (pacing->ordered)
    g_string_append (text, _ ("In start order"));
  else if (pacing->batch > 0)
    g_string_append_printf (text, _ ("%u at a time"), pacing->batch);
  else
    g_string_append (text, _ ("All at once"));
  append_limits (text, pacing);
  return g_string_free (text, FALSE);
}

static void
on_changed (MuriPace *self)
{
  MuriPacing pacing;
  g_autofree char *text = NULL;
  gboolean ordered = gtk_switch_get_active (self->ordered);

  gtk_widget_set_sensitive (self->batch_row, !ordered);
  gtk_widget_set_sensitive (self->delay_row,
                            !ordered && gtk_spin_button_get_value_as_int (self->batch) > 0);
  muri_pace_get (self, &pacing);
  text = muri_pace_describe (&pacing);
  adw_expander_row_set_subtitle (self->expander, text);
  g_signal_emit (self, changed_signal, 0);
}

static void
muri_pace_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), MURI_TYPE_PACE);

  G_OBJECT_CLASS (muri_pace_parent_class)->dispose (object);
}

static void
muri_pace_class_init (MuriPaceClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = muri_pace_dispose;
  changed_signal = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/muri/Muri/ui/muri-pace.ui");
  gtk_widget_class_bind_template_child (widget_class, MuriPace, expander);
  gtk_widget_class_bind_template_child (widget_class, MuriPace, ordered_row);
  gtk_widget_class_bind_template_child (widget_class, MuriPace, ordered);
  gtk_widget_class_bind_template_child (widget_class, MuriPace, batch_row);
  gtk_widget_class_bind_template_child (widget_class, MuriPace, batch);
  gtk_widget_class_bind_template_child (widget_class, MuriPace, delay_row);
  gtk_widget_class_bind_template_child (widget_class, MuriPace, delay);
  gtk_widget_class_bind_template_child (widget_class, MuriPace, per_node);
  gtk_widget_class_bind_template_child (widget_class, MuriPace, stop_after);
  gtk_widget_class_bind_template_child (widget_class, MuriPace, stop_percent);
  gtk_widget_class_bind_template_child (widget_class, MuriPace, grace_row);
  gtk_widget_class_bind_template_child (widget_class, MuriPace, grace);
  gtk_widget_class_bind_template_callback (widget_class, on_changed);
}

static void
muri_pace_init (MuriPace *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

static gboolean
has_order (guint verb)
{
  return verb == MURI_VERB_POWER_ON || verb == MURI_VERB_SHUTDOWN || verb == MURI_VERB_SAVE
         || verb == MURI_VERB_POWER_OFF;
}

void
muri_pace_set_up (MuriPace *self, guint verb, gboolean ordered, const MuriPacing *pacing)
{
  gtk_widget_set_visible (self->ordered_row, ordered && has_order (verb));
  gtk_widget_set_visible (self->grace_row, verb == MURI_VERB_SHUTDOWN);
  gtk_switch_set_active (self->ordered, pacing->ordered && ordered);
  gtk_spin_button_set_value (self->batch, pacing->batch);
  gtk_spin_button_set_value (self->delay, pacing->delay);
  gtk_spin_button_set_value (self->per_node, pacing->per_node);
  gtk_spin_button_set_value (self->stop_after, pacing->stop_after);
  gtk_spin_button_set_value (self->grace, (pacing->grace + 59) / 60);
  gtk_spin_button_set_value (self->stop_percent, pacing->stop_percent);
  on_changed (self);
}

void
muri_pace_get (MuriPace *self, MuriPacing *pacing)
{
  gboolean ordered = gtk_switch_get_active (self->ordered);
  guint batch = ordered ? 0 : (guint)gtk_spin_button_get_value_as_int (self->batch);

  *pacing = (MuriPacing){
    .batch = batch,
    .delay = batch > 0 ? (guint)gtk_spin_button_get_value_as_int (self->delay) : 0,
    .per_node = (guint)gtk_spin_button_get_value_as_int (self->per_node),
    .stop_after = (guint)gtk_spin_button_get_value_as_int (self->stop_after),
    .stop_percent = (guint)gtk_spin_button_get_value_as_int (self->stop_percent),
    .grace = 60 * (guint)gtk_spin_button_get_value_as_int (self->grace),
    .ordered = ordered,
  };
}
