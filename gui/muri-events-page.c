/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-config.h"

#include "muri-events-page.h"

#include <glib/gi18n.h>

#include "muri-counted.h"
#include "muri-event-words.h"
#include "muri-export.h"
#include "muri-format.h"
#include "muri-row-label.h"
#include "muri-scope-match.h"

/* Where a column for the host has room. */
#define WIDE 560

struct _MuriEventsPage
{
  MuriPage parent_instance;

  /* Template widgets */
  GtkLabel *summary;
  GtkDropDown *severity;
  GtkDropDown *theme;
  GtkDropDown *span;
  GtkSearchBar *filter_bar;
  GtkEditable *filter_entry;
  GtkStack *stack;
  GtkColumnView *view;
  GtkColumnViewColumn *time_column;
  GtkColumnViewColumn *what_column;
  GtkColumnViewColumn *object_column;
  GtkColumnViewColumn *host_column;

  /* Owned */
  GtkFilter *scope_filter;
  GtkFilter *choice_filter;
  GtkFilterListModel *of_scope;
  GtkFilterListModel *chosen;
  char *needle; /* folded; NULL: all */

  guint least;
  MuriEventTheme wanted;
  gint64 earliest;
  guint idle;
  gboolean wide;
};

G_DEFINE_FINAL_TYPE (MuriEventsPage, muri_events_page, MURI_TYPE_PAGE)

static gboolean
is_of_scope (gpointer item, gpointer user_data)
{
  MuriScope *scope = muri_page_get_scope (user_data);

  return scope != NULL && muri_scope_has_event (scope, item);
}

/* Of today, from midnight on where the person is. */
static gint64
find_earliest (MuriEventsPage *self)
{
  static const gint64 spans[] = { 0, G_TIME_SPAN_HOUR, 0, 7 * G_TIME_SPAN_DAY,
                                  30 * G_TIME_SPAN_DAY };
  guint chosen = MIN (gtk_drop_down_get_selected (self->span), G_N_ELEMENTS (spans) - 1);
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autoptr (GDateTime) midnight = NULL;

  if (chosen == 0)
    return G_MININT64;
  if (spans[chosen] > 0)
    return g_get_real_time () - spans[chosen];
  midnight = g_date_time_new_local (g_date_time_get_year (now), g_date_time_get_month (now),
                                    g_date_time_get_day_of_month (now), 0, 0, 0);
  return g_date_time_to_unix (midnight) * G_TIME_SPAN_SECOND;
}

static gboolean
is_chosen (gpointer item, gpointer user_data)
{
  MuriEventsPage *self = user_data;
  g_autofree char *words = NULL;
  g_autofree char *all = NULL;
  g_autofree char *folded = NULL;

  if (muri_event_get_severity (item) < self->least || muri_event_get_time (item) < self->earliest
      || (self->wanted != MURI_THEME_ALL && muri_event_get_theme (item) != self->wanted))
    return FALSE;
  if (self->needle == NULL)
    return TRUE;
  words = muri_event_words (item);
  all = g_strjoin ("\n", muri_event_words_object (item), words, NULL);
  if (muri_event_get_node_name (item))
    {
      g_autofree char *without = g_steal_pointer (&all);

      all = g_strjoin ("\n", without, muri_event_get_node_name (item), NULL);
    }
  folded = g_utf8_casefold (all, -1);
  return strstr (folded, self->needle) != NULL;
}

static void
update (MuriEventsPage *self)
{
  guint n_all = g_list_model_get_n_items (G_LIST_MODEL (self->of_scope));
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->chosen));
  g_autofree char *text = NULL;

  gtk_stack_set_visible_child_name (self->stack, n > 0 ? "list" : n_all > 0 ? "none" : "empty");
  if (n == n_all)
    text = muri_counted (ngettext ("%u event", "%u events", n), n);
  else
    text = muri_counted (ngettext ("%u of %u event", "%u of %u events", n_all), n, n_all);
  gtk_label_set_text (self->summary, text);
}

static void
on_filter_changed (MuriEventsPage *self)
{
  static const guint least[] = { MURI_SEVERITY_INFO, MURI_SEVERITY_WARNING, MURI_SEVERITY_ERROR };
  const char *text = gtk_editable_get_text (self->filter_entry);

  g_clear_pointer (&self->needle, g_free);
  if (*text)
    self->needle = g_utf8_casefold (text, -1);
  self->wanted = gtk_drop_down_get_selected (self->theme);
  self->earliest = find_earliest (self);
  self->least = least[MIN (gtk_drop_down_get_selected (self->severity), 2)];
  gtk_filter_changed (self->choice_filter, GTK_FILTER_CHANGE_DIFFERENT);
}

static void
on_show_all (MuriEventsPage *self)
{
  gtk_editable_set_text (self->filter_entry, "");
  gtk_drop_down_set_selected (self->severity, 0);
  gtk_drop_down_set_selected (self->theme, 0);
  gtk_drop_down_set_selected (self->span, 0);
  on_filter_changed (self);
}

static char *
make_scope_id (MuriEvent *event)
{
  const char *vm = muri_event_get_vm_id (event);

  if (vm)
    return g_strconcat ("vm:", vm, NULL);
  return g_strconcat ("node:", muri_event_get_node_id (event), NULL);
}

static void
on_activate (MuriEventsPage *self, guint position)
{
  g_autoptr (MuriEvent) event = g_list_model_get_item (G_LIST_MODEL (self->chosen), position);
  g_autofree char *id = event ? make_scope_id (event) : NULL;

  if (id)
    gtk_widget_activate_action (GTK_WIDGET (self), "win.show-moment", "(sx)", id,
                                muri_event_get_time (event));
}

static gboolean
on_link (GtkLabel *label, const char *uri, gpointer user_data)
{
  gtk_widget_activate_action (GTK_WIDGET (label), "win.show-scope", "s", uri);
  return TRUE;
}

static GtkWidget *
make_label (const char *css_class)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  if (css_class)
    gtk_widget_add_css_class (label, css_class);
  return label;
}

static void
set_up_time (GtkListItemFactory *factory, GtkListItem *item)
{
  gtk_list_item_set_child (item, make_label ("numeric"));
}

static void
bind_time (GtkListItemFactory *factory, GtkListItem *item)
{
  g_autofree char *time = muri_format_time (muri_event_get_time (gtk_list_item_get_item (item)));

  gtk_label_set_text (GTK_LABEL (gtk_list_item_get_child (item)), time);
}

static void
set_up_what (GtkListItemFactory *factory, GtkListItem *item)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *label = make_label (NULL);

  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_box_append (GTK_BOX (box), gtk_image_new ());
  gtk_box_append (GTK_BOX (box), label);
  gtk_list_item_set_child (item, box);
}

static void
bind_what (GtkListItemFactory *factory, GtkListItem *item)
{
  GtkWidget *box = gtk_list_item_get_child (item);
  MuriEvent *event = gtk_list_item_get_item (item);
  g_autofree char *words = muri_event_words (event);
  GtkWidget *label = gtk_widget_get_last_child (box);
  g_autofree char *row = NULL;

  muri_event_words_set_icon (GTK_IMAGE (gtk_widget_get_first_child (box)),
                             muri_event_get_severity (event));
  gtk_label_set_text (GTK_LABEL (label), words);
  gtk_widget_set_tooltip_text (label, words);
  row = g_strdup_printf ("%s, %s", muri_event_words_object (event), words);
  muri_row_label_set (box, row);
}

static void
set_up_link (GtkListItemFactory *factory, GtkListItem *item)
{
  GtkWidget *label = make_label (NULL);

  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_label_set_width_chars (GTK_LABEL (label), 12);
  gtk_label_set_use_markup (GTK_LABEL (label), TRUE);
  g_signal_connect (label, "activate-link", G_CALLBACK (on_link), NULL);
  gtk_list_item_set_child (item, label);
}

static void
set_link (GtkListItem *item, const char *id, const char *name)
{
  g_autofree char *markup = g_markup_printf_escaped ("<a href=\"%s\">%s</a>", id, name ? name : "");

  gtk_label_set_markup (GTK_LABEL (gtk_list_item_get_child (item)), markup);
}

static void
bind_object (GtkListItemFactory *factory, GtkListItem *item)
{
  MuriEvent *event = gtk_list_item_get_item (item);
  g_autofree char *id = make_scope_id (event);

  set_link (item, id, muri_event_words_object (event));
}

static void
bind_host (GtkListItemFactory *factory, GtkListItem *item)
{
  MuriEvent *event = gtk_list_item_get_item (item);
  g_autofree char *id = g_strconcat ("node:", muri_event_get_node_id (event), NULL);

  set_link (item, id, muri_event_get_node_name (event));
}

static void
set_factory (GtkColumnViewColumn *column, GCallback set_up, GCallback bind)
{
  g_autoptr (GtkListItemFactory) factory = gtk_signal_list_item_factory_new ();

  g_signal_connect (factory, "setup", set_up, NULL);
  g_signal_connect (factory, "bind", bind, NULL);
  gtk_column_view_column_set_factory (column, factory);
}

static void
search (GtkWidget *widget, const char *action, GVariant *parameter)
{
  MuriEventsPage *self = MURI_EVENTS_PAGE (widget);

  gtk_search_bar_set_search_mode (self->filter_bar, TRUE);
  gtk_widget_grab_focus (GTK_WIDGET (self->filter_entry));
}

static void
export_csv (GtkWidget *widget, const char *action, GVariant *parameter)
{
  MuriEventsPage *self = MURI_EVENTS_PAGE (widget);
  MuriScope *scope = muri_page_get_scope (MURI_PAGE (self));
  g_autofree char *name =
      g_strdup_printf ("%s %s.csv", scope ? muri_scope_get_title (scope) : "Muri", _ ("Events"));

  muri_export_text (widget, _ ("Export Events"), name,
                    muri_events_to_csv (G_LIST_MODEL (self->chosen)));
}

static void
muri_events_page_start (MuriPage *page)
{
  MuriEventsPage *self = MURI_EVENTS_PAGE (page);

  gtk_filter_list_model_set_model (self->of_scope,
                                   muri_fleet_get_events (muri_page_get_fleet (page)));
  gtk_filter_changed (self->scope_filter, GTK_FILTER_CHANGE_DIFFERENT);
  update (self);
}

static void
muri_events_page_stop (MuriPage *page)
{
  gtk_filter_list_model_set_model (MURI_EVENTS_PAGE (page)->of_scope, NULL);
}

static gboolean
on_idle (gpointer user_data)
{
  MuriEventsPage *self = user_data;

  self->idle = 0;
  gtk_column_view_column_set_visible (self->host_column, self->wide);
  /* GTK 4.8 counts the widths of hidden columns when it shares out what is left. */
  gtk_column_view_column_set_fixed_width (self->host_column, self->wide ? -1 : 0);
  return G_SOURCE_REMOVE;
}

static void
on_page_size (MuriEventsPage *self, GParamSpec *property, GtkAdjustment *adjustment)
{
  gboolean wide = gtk_adjustment_get_page_size (adjustment) >= WIDE;

  if (self->wide == wide)
    return;
  self->wide = wide;
  /* Not in the midst of an allocation. */
  if (self->idle == 0)
    self->idle = g_idle_add (on_idle, self);
}

static void
muri_events_page_dispose (GObject *object)
{
  MuriEventsPage *self = MURI_EVENTS_PAGE (object);

  G_OBJECT_CLASS (muri_events_page_parent_class)->dispose (object);
  g_clear_handle_id (&self->idle, g_source_remove);
  g_clear_object (&self->chosen);
  g_clear_object (&self->of_scope);
  g_clear_pointer (&self->needle, g_free);
}

static void
muri_events_page_class_init (MuriEventsPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  MuriPageClass *page_class = MURI_PAGE_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = muri_events_page_dispose;
  page_class->start = muri_events_page_start;
  page_class->stop = muri_events_page_stop;

  gtk_widget_class_install_action (widget_class, "page.search", NULL, search);
  gtk_widget_class_install_action (widget_class, "events.export", NULL, export_csv);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/muri/Muri/ui/muri-events-page.ui");
  gtk_widget_class_bind_template_child (widget_class, MuriEventsPage, summary);
  gtk_widget_class_bind_template_child (widget_class, MuriEventsPage, severity);
  gtk_widget_class_bind_template_child (widget_class, MuriEventsPage, theme);
  gtk_widget_class_bind_template_child (widget_class, MuriEventsPage, span);
  gtk_widget_class_bind_template_child (widget_class, MuriEventsPage, filter_bar);
  gtk_widget_class_bind_template_child (widget_class, MuriEventsPage, filter_entry);
  gtk_widget_class_bind_template_child (widget_class, MuriEventsPage, stack);
  gtk_widget_class_bind_template_child (widget_class, MuriEventsPage, view);
  gtk_widget_class_bind_template_child (widget_class, MuriEventsPage, time_column);
  gtk_widget_class_bind_template_child (widget_class, MuriEventsPage, what_column);
  gtk_widget_class_bind_template_child (widget_class, MuriEventsPage, object_column);
  gtk_widget_class_bind_template_child (widget_class, MuriEventsPage, host_column);
  gtk_widget_class_bind_template_callback (widget_class, on_activate);
  gtk_widget_class_bind_template_callback (widget_class, on_filter_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_show_all);
}

static void
muri_events_page_init (MuriEventsPage *self)
{
  g_autoptr (GtkSelectionModel) selection = NULL;

  self->wide = TRUE;
  self->scope_filter = GTK_FILTER (gtk_custom_filter_new (is_of_scope, self, NULL));
  self->choice_filter = GTK_FILTER (gtk_custom_filter_new (is_chosen, self, NULL));
  self->of_scope = gtk_filter_list_model_new (NULL, self->scope_filter);
  self->chosen =
      gtk_filter_list_model_new (g_object_ref (G_LIST_MODEL (self->of_scope)), self->choice_filter);

  gtk_widget_init_template (GTK_WIDGET (self));
  self->wide = TRUE;
  gtk_search_bar_connect_entry (self->filter_bar, self->filter_entry);
  set_factory (self->time_column, G_CALLBACK (set_up_time), G_CALLBACK (bind_time));
  set_factory (self->what_column, G_CALLBACK (set_up_what), G_CALLBACK (bind_what));
  set_factory (self->object_column, G_CALLBACK (set_up_link), G_CALLBACK (bind_object));
  set_factory (self->host_column, G_CALLBACK (set_up_link), G_CALLBACK (bind_host));
  selection =
      GTK_SELECTION_MODEL (gtk_single_selection_new (g_object_ref (G_LIST_MODEL (self->chosen))));
  gtk_single_selection_set_autoselect (GTK_SINGLE_SELECTION (selection), FALSE);
  gtk_single_selection_set_can_unselect (GTK_SINGLE_SELECTION (selection), TRUE);
  gtk_column_view_set_model (self->view, selection);
  g_signal_connect_object (gtk_scrollable_get_hadjustment (GTK_SCROLLABLE (self->view)),
                           "notify::page-size", G_CALLBACK (on_page_size), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->chosen, "items-changed", G_CALLBACK (update), self,
                           G_CONNECT_SWAPPED);
}
