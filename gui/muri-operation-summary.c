/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-config.h"

#include "muri-operation-summary.h"

#include <glib/gi18n.h>

#include "muri-counted.h"
#include "muri-format.h"
#include "muri-outcome-counts.h"
#include "muri-progress.h"
#include "muri-row-label.h"
#include "muri-state-icon.h"
#include "muri-title-layout.h"

struct _MuriOperationSummary
{
  GtkWidget parent_instance;

  MuriOperation *operation;
  gulong handler; /* only while mapped */
  gulong held_handler;
  guint update_id;

  GtkWidget *title;
  GtkWidget *subtitle;
  GtkWidget *progress;
  GtkWidget *boxes[MURI_N_COUNTS];
  GtkWidget *labels[MURI_N_COUNTS];
};

G_DEFINE_FINAL_TYPE (MuriOperationSummary, muri_operation_summary, GTK_TYPE_WIDGET)

enum
{
  PROP_0,
  PROP_OPERATION,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static char *
format_who_and_when (MuriOperation *operation)
{
  const char *issuer = muri_operation_get_issuer (operation);
  g_autofree char *time = muri_format_time (muri_operation_get_issued (operation));
  gint64 finished = muri_operation_get_finished (operation);
  g_autofree char *span = NULL;

  if (!muri_operation_is_finished (operation) || finished == 0)
    /* Translators: who asked for it, and when */
    return g_strdup_printf (C_ ("operation", "%s, %s"), issuer, time);
  span = muri_format_duration (finished - muri_operation_get_issued (operation));
  /* Translators: who asked for it, when, and how long it took: "jiwoo, 14:02:11, took 3 s" */
  return g_strdup_printf (C_ ("operation", "%s, %s, took %s"), issuer, time, span);
}

static char *
format_subtitle (MuriOperation *operation)
{
  guint n_batches = muri_operation_get_n_batches (operation);
  GString *text = g_string_new (NULL);
  g_autofree char *who = format_who_and_when (operation);

  g_string_append (text, who);
  if (muri_operation_get_parent (operation))
    g_string_append_printf (text, " · %s", C_ ("operation", "follows an earlier one"));
  if (n_batches > 1 && !muri_operation_is_finished (operation))
    {
      /* Translators: of several batches one after the other */
      g_string_append (text, " · ");
      muri_counted_append (text, C_ ("operation", "batch %u of %u"),
                           muri_operation_get_n_batches_sent (operation), n_batches);
    }
  if (muri_operation_is_held (operation))
    g_string_append_printf (text, " · %s", C_ ("operation", "stopped midway"));
  return g_string_free (text, FALSE);
}

static void
update_counts (MuriOperationSummary *self)
{
  guint n_open = muri_operation_get_n_open (self->operation);
  guint counts[MURI_N_COUNTS];

  muri_outcome_counts (self->operation, counts);
  for (guint i = 0; i < MURI_N_COUNTS; i++)
    {
      g_autofree char *text = muri_outcome_count_words (i, counts[i]);

      gtk_widget_set_visible (self->boxes[i], counts[i] > 0);
      gtk_label_set_text (GTK_LABEL (self->labels[i]), text);
    }
  gtk_widget_set_visible (self->progress, n_open > 0);
  gtk_progress_bar_set_fraction (GTK_PROGRESS_BAR (self->progress),
                                 muri_operation_get_fraction (self->operation));
}

static void
label_row (MuriOperationSummary *self, const char *title, const char *subtitle)
{
  g_autofree char *counts = muri_format_operation_counts (self->operation);
  g_autofree char *words = g_strdup_printf ("%s, %s, %s", title, counts, subtitle);

  muri_row_label_set (GTK_WIDGET (self), words);
}

static void
update (MuriOperationSummary *self)
{
  g_autofree char *title = muri_format_operation (self->operation);
  g_autofree char *subtitle = format_subtitle (self->operation);

  gtk_label_set_text (GTK_LABEL (self->title), title);
  gtk_label_set_text (GTK_LABEL (self->subtitle), subtitle);
  update_counts (self);
  label_row (self, title, subtitle);
}

static gboolean
on_update (gpointer user_data)
{
  MuriOperationSummary *self = user_data;

  self->update_id = 0;
  update (self);
  return G_SOURCE_REMOVE;
}

/* Each zone says its part; all of them are counted once. */
static void
queue_update (MuriOperationSummary *self)
{
  if (self->update_id == 0)
    self->update_id = g_idle_add (on_update, self);
}

static void
disconnect (MuriOperationSummary *self)
{
  g_clear_handle_id (&self->update_id, g_source_remove);
  g_clear_signal_handler (&self->handler, self->operation);
  g_clear_signal_handler (&self->held_handler, self->operation);
}

static void
update_connection (MuriOperationSummary *self)
{
  gboolean wanted = self->operation && gtk_widget_get_mapped (GTK_WIDGET (self));

  if (wanted && self->handler == 0)
    {
      self->handler = g_signal_connect_swapped (self->operation, "notify::progress",
                                                G_CALLBACK (queue_update), self);
      self->held_handler = g_signal_connect_swapped (self->operation, "notify::held",
                                                     G_CALLBACK (queue_update), self);
      update (self);
    }
  else if (!wanted && self->operation)
    disconnect (self);
}

static void
muri_operation_summary_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (muri_operation_summary_parent_class)->map (widget);
  update_connection (MURI_OPERATION_SUMMARY (widget));
}

static void
muri_operation_summary_unmap (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (muri_operation_summary_parent_class)->unmap (widget);
  update_connection (MURI_OPERATION_SUMMARY (widget));
}

static void
muri_operation_summary_dispose (GObject *object)
{
  GtkWidget *child;

  muri_operation_summary_set_operation (MURI_OPERATION_SUMMARY (object), NULL);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (object))))
    gtk_widget_unparent (child);
  G_OBJECT_CLASS (muri_operation_summary_parent_class)->dispose (object);
}

static void
muri_operation_summary_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_OPERATION)
    g_value_set_object (value, MURI_OPERATION_SUMMARY (object)->operation);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
muri_operation_summary_set_property (GObject *object, guint id, const GValue *value,
                                     GParamSpec *pspec)
{
  if (id == PROP_OPERATION)
    muri_operation_summary_set_operation (MURI_OPERATION_SUMMARY (object),
                                          g_value_get_object (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
muri_operation_summary_class_init (MuriOperationSummaryClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = muri_operation_summary_dispose;
  object_class->get_property = muri_operation_summary_get_property;
  object_class->set_property = muri_operation_summary_set_property;
  widget_class->map = muri_operation_summary_map;
  widget_class->unmap = muri_operation_summary_unmap;
  properties[PROP_OPERATION] =
      g_param_spec_object ("operation", NULL, NULL, MURI_TYPE_OPERATION,
                           G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  gtk_widget_class_set_layout_manager_type (widget_class, MURI_TYPE_TITLE_LAYOUT);
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

static GtkWidget *
make_count (MuriOperationSummary *self, guint i)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *icon = muri_state_icon_new ();

  muri_state_icon_set_outcome (MURI_STATE_ICON (icon), muri_outcome_count_shape (i));
  self->labels[i] = gtk_label_new (NULL);
  gtk_widget_add_css_class (self->labels[i], "numeric");
  gtk_box_append (GTK_BOX (box), icon);
  gtk_box_append (GTK_BOX (box), self->labels[i]);
  gtk_widget_set_visible (box, FALSE);
  self->boxes[i] = box;
  return box;
}

static void
muri_operation_summary_init (MuriOperationSummary *self)
{
  GtkWidget *texts = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);
  GtkWidget *rest = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  GtkWidget *counts = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);

  self->title = make_label (NULL);
  self->subtitle = make_label ("dim-label");
  gtk_widget_add_css_class (self->subtitle, "caption");
  gtk_widget_add_css_class (self->subtitle, "numeric");
  gtk_box_append (GTK_BOX (texts), self->title);
  gtk_box_append (GTK_BOX (texts), self->subtitle);
  gtk_widget_set_valign (texts, GTK_ALIGN_CENTER);
  gtk_widget_set_parent (texts, GTK_WIDGET (self));

  for (guint i = 0; i < MURI_N_COUNTS; i++)
    gtk_box_append (GTK_BOX (counts), make_count (self, i));
  self->progress = gtk_progress_bar_new ();
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->progress), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Progress"), -1);
  gtk_box_append (GTK_BOX (rest), counts);
  gtk_box_append (GTK_BOX (rest), self->progress);
  gtk_widget_set_valign (rest, GTK_ALIGN_CENTER);
  gtk_widget_set_parent (rest, GTK_WIDGET (self));
}

GtkWidget *
muri_operation_summary_new (void)
{
  return g_object_new (MURI_TYPE_OPERATION_SUMMARY, NULL);
}

void
muri_operation_summary_set_operation (MuriOperationSummary *self, MuriOperation *operation)
{
  g_return_if_fail (MURI_IS_OPERATION_SUMMARY (self));

  if (self->operation == operation)
    return;
  if (self->operation)
    disconnect (self);
  g_set_object (&self->operation, operation);
  if (operation)
    update (self);
  update_connection (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_OPERATION]);
}

MuriOperation *
muri_operation_summary_get_operation (MuriOperationSummary *self)
{
  g_return_val_if_fail (MURI_IS_OPERATION_SUMMARY (self), NULL);

  return self->operation;
}
