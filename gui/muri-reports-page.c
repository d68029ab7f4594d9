/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-config.h"

#include "muri-reports-page.h"

#include <glib/gi18n.h>

#include "muri-advice-view.h"
#include "muri-export.h"
#include "muri-report-span.h"
#include "muri-report.h"
#include "muri-time-words.h"
#include "muri-usage-view.h"

/* Milliseconds: while the graphs' span is dragged, no report is made of every step. */
#define PAUSE 400

struct _MuriReportsPage
{
  MuriPage parent_instance;

  /* Template widgets */
  GtkToggleButton *advice_toggle;
  GtkToggleButton *usage_toggle;
  GtkDropDown *table;
  GtkDropDown *span;
  GtkLabel *summary;
  GtkSpinner *spinner;
  GtkStack *stack;
  AdwBin *advice_bin;
  AdwBin *usage_bin;
  AdwStatusPage *problem;

  MuriAdviceView *advice;
  MuriUsageView *usage;

  /* Owned */
  MuriReport *report;
  MuriTimeRange *range; /* while started */
  GTimeZone *zone;
  guint timeout;
};

G_DEFINE_FINAL_TYPE (MuriReportsPage, muri_reports_page, MURI_TYPE_PAGE)

enum
{
  PROP_SHOWS_USAGE = 1,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static gboolean
shows_advice (MuriReportsPage *self)
{
  return gtk_toggle_button_get_active (self->advice_toggle);
}

static MuriReportTable
chosen_table (MuriReportsPage *self)
{
  return MIN (gtk_drop_down_get_selected (self->table), MURI_REPORT_GROUPS);
}

/* (nullable): all VMs, or where there are none all hosts. */
static MuriUsageRow *
get_total (MuriReportsPage *self)
{
  MuriUsageRow *vms = muri_report_get_total (self->report, MURI_REPORT_VMS);

  return vms ? vms : muri_report_get_total (self->report, MURI_REPORT_HOSTS);
}

static void
update_summary (MuriReportsPage *self)
{
  MuriUsageRow *total = get_total (self);
  g_autofree char *time = muri_time_words_range (muri_report_get_from (self->report),
                                                 muri_report_get_to (self->report), self->zone);
  g_autofree char *known = total ? muri_usage_row_format (total, MURI_USAGE_KNOWN) : NULL;
  g_autofree char *text = NULL;

  if (known == NULL || muri_report_is_busy (self->report))
    text = g_strdup (time);
  else
    /* Translators: a span of time, and what share of it is known */
    text = g_strdup_printf (_ ("%s · %s of the time known"), time, known);
  gtk_label_set_text (self->summary, text);
}

static const char *
choose_child (MuriReportsPage *self, guint n)
{
  if (muri_report_get_problem (self->report))
    return "problem";
  if (n > 0)
    return shows_advice (self) ? "advice" : "usage";
  if (muri_report_is_busy (self->report))
    return "wait";
  if (shows_advice (self) && get_total (self) && muri_usage_row_get_known (get_total (self)) > 0)
    return "fine";
  return "empty";
}

static void
on_report_changed (MuriReportsPage *self)
{
  gboolean busy = muri_report_is_busy (self->report);
  GListModel *model = shows_advice (self)
                          ? muri_report_get_advice (self->report)
                          : muri_report_get_rows (self->report, chosen_table (self));
  const char *problem = muri_report_get_problem (self->report);

  muri_advice_view_show (self->advice, self->report);
  muri_usage_view_show (self->usage, self->report, chosen_table (self));
  gtk_spinner_set_spinning (self->spinner, busy);
  gtk_widget_set_visible (GTK_WIDGET (self->spinner), busy);
  gtk_widget_set_visible (GTK_WIDGET (self->table), !shows_advice (self));
  adw_status_page_set_description (self->problem, problem);
  gtk_stack_set_visible_child_name (self->stack,
                                    choose_child (self, g_list_model_get_n_items (model)));
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "reports.export",
                                 g_list_model_get_n_items (model) > 0);
  update_summary (self);
}

static void
on_toggled (MuriReportsPage *self)
{
  on_report_changed (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SHOWS_USAGE]);
}

static void
ask (MuriReportsPage *self)
{
  MuriScope *scope = muri_page_get_scope (MURI_PAGE (self));
  gint64 from, to;

  if (self->range == NULL || scope == NULL)
    return;
  muri_report_span_get (gtk_drop_down_get_selected (self->span), g_get_real_time (), self->zone,
                        self->range, &from, &to);
  muri_report_ask (self->report, scope, from, to);
}

static gboolean
on_timeout (gpointer user_data)
{
  MuriReportsPage *self = user_data;

  self->timeout = 0;
  ask (self);
  return G_SOURCE_REMOVE;
}

static void
on_range_changed (MuriReportsPage *self)
{
  if (gtk_drop_down_get_selected (self->span) != MURI_REPORT_AS_GRAPHS)
    return;
  g_clear_handle_id (&self->timeout, g_source_remove);
  self->timeout = g_timeout_add (PAUSE, on_timeout, self);
}

static void
export_csv (GtkWidget *widget, const char *action, GVariant *parameter)
{
  MuriReportsPage *self = MURI_REPORTS_PAGE (widget);
  MuriScope *scope = muri_page_get_scope (MURI_PAGE (self));
  gboolean advice = shows_advice (self);
  g_autofree char *name =
      g_strdup_printf ("%s %s.csv", scope ? muri_scope_get_title (scope) : "Muri",
                       advice ? _ ("Idle and Hot") : _ ("Usage"));

  muri_export_text (widget, _ ("Export Report"), name,
                    advice ? muri_advice_view_to_csv (self->advice)
                           : muri_usage_view_to_csv (self->usage));
}

static void
muri_reports_page_start (MuriPage *page)
{
  MuriReportsPage *self = MURI_REPORTS_PAGE (page);

  self->range = g_object_ref (muri_page_get_time_range (page));
  muri_time_range_set_now (self->range, g_get_real_time ());
  g_signal_connect_swapped (self->range, "changed", G_CALLBACK (on_range_changed), self);
  ask (self);
}

static void
muri_reports_page_stop (MuriPage *page)
{
  MuriReportsPage *self = MURI_REPORTS_PAGE (page);

  g_clear_handle_id (&self->timeout, g_source_remove);
  g_signal_handlers_disconnect_by_data (self->range, self);
  g_clear_object (&self->range);
  muri_report_ask (self->report, NULL, 0, 0);
}

static void
muri_reports_page_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_SHOWS_USAGE)
    g_value_set_boolean (value, !shows_advice (MURI_REPORTS_PAGE (object)));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
muri_reports_page_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  MuriReportsPage *self = MURI_REPORTS_PAGE (object);

  if (id == PROP_SHOWS_USAGE)
    gtk_toggle_button_set_active (
        g_value_get_boolean (value) ? self->usage_toggle : self->advice_toggle, TRUE);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
muri_reports_page_dispose (GObject *object)
{
  MuriReportsPage *self = MURI_REPORTS_PAGE (object);

  G_OBJECT_CLASS (muri_reports_page_parent_class)->dispose (object);
  g_clear_object (&self->report);
  g_clear_pointer (&self->zone, g_time_zone_unref);
}

static void
muri_reports_page_class_init (MuriReportsPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  MuriPageClass *page_class = MURI_PAGE_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = muri_reports_page_dispose;
  page_class->start = muri_reports_page_start;
  page_class->stop = muri_reports_page_stop;

  G_OBJECT_CLASS (klass)->get_property = muri_reports_page_get_property;
  G_OBJECT_CLASS (klass)->set_property = muri_reports_page_set_property;
  properties[PROP_SHOWS_USAGE] =
      g_param_spec_boolean ("shows-usage", NULL, NULL, FALSE,
                            G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (G_OBJECT_CLASS (klass), N_PROPS, properties);

  gtk_widget_class_install_action (widget_class, "reports.export", NULL, export_csv);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/muri/Muri/ui/muri-reports-page.ui");
  gtk_widget_class_bind_template_child (widget_class, MuriReportsPage, advice_toggle);
  gtk_widget_class_bind_template_child (widget_class, MuriReportsPage, usage_toggle);
  gtk_widget_class_bind_template_child (widget_class, MuriReportsPage, table);
  gtk_widget_class_bind_template_child (widget_class, MuriReportsPage, span);
  gtk_widget_class_bind_template_child (widget_class, MuriReportsPage, summary);
  gtk_widget_class_bind_template_child (widget_class, MuriReportsPage, spinner);
  gtk_widget_class_bind_template_child (widget_class, MuriReportsPage, stack);
  gtk_widget_class_bind_template_child (widget_class, MuriReportsPage, advice_bin);
  gtk_widget_class_bind_template_child (widget_class, MuriReportsPage, usage_bin);
  gtk_widget_class_bind_template_child (widget_class, MuriReportsPage, problem);
}

static void
fill_spans (MuriReportsPage *self)
{
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);

  for (guint i = 0; i < MURI_N_REPORT_SPANS; i++)
    gtk_string_list_append (names, muri_report_span_get_name (i));
  gtk_drop_down_set_model (self->span, G_LIST_MODEL (names));
  gtk_drop_down_set_selected (self->span, MURI_REPORT_WEEK);
}

static void
muri_reports_page_init (MuriReportsPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->zone = g_time_zone_new_local ();
  self->report = muri_report_new ();
  self->advice = MURI_ADVICE_VIEW (muri_advice_view_new ());
  self->usage = MURI_USAGE_VIEW (muri_usage_view_new ());
  adw_bin_set_child (self->advice_bin, GTK_WIDGET (self->advice));
  adw_bin_set_child (self->usage_bin, GTK_WIDGET (self->usage));
  fill_spans (self);
  g_signal_connect_object (self->report, "changed", G_CALLBACK (on_report_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->advice_toggle, "toggled", G_CALLBACK (on_toggled), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->table, "notify::selected", G_CALLBACK (on_report_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->span, "notify::selected", G_CALLBACK (ask), self,
                           G_CONNECT_SWAPPED);
  on_report_changed (self);
}
