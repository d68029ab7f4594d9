/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-config.h"

#include "muri-alarm-line.h"

#include <glib/gi18n.h>

#include "muri-alarm-words.h"
#include "muri-clock.h"
#include "muri-event-words.h"
#include "muri-format.h"
#include "muri-row-label.h"

struct _MuriAlarmLine
{
  GtkWidget parent_instance;

  MuriAlarm *alarm;
  gulong clock_handler;
  GtkWidget *icon;
  GtkWidget *object;
  GtkWidget *words;
  GtkWidget *span;
  GtkWidget *acknowledge;
  GtkWidget *menu;
};

G_DEFINE_FINAL_TYPE (MuriAlarmLine, muri_alarm_line, GTK_TYPE_WIDGET)

static void
update_object (MuriAlarmLine *self)
{
  g_autofree char *id = muri_alarm_words_scope_id (self->alarm);
  g_autofree char *link =
      g_markup_printf_escaped ("<a href=\"%s\">%s</a>", id, muri_alarm_words_object (self->alarm));
  g_autofree char *host = g_markup_escape_text (muri_alarm_get_node_name (self->alarm), -1);
  /* Translators: a VM and its host: "web-001 on seoul-1" */
  g_autofree char *both = g_strdup_printf (C_ ("VM and host", "%s on %s"), link, host);

  gtk_label_set_markup (GTK_LABEL (self->object), muri_alarm_get_vm_id (self->alarm) ? both : link);
}

/* "since 14:02, 12 min", or "14:02, for 12 min". */
static char *
describe_time (MuriAlarm *alarm)
{
  gint64 since = muri_alarm_get_since (alarm);
  gint64 until = muri_alarm_get_until (alarm);
  gint64 end = until != 0 ? until : g_get_real_time ();
  g_autofree char *when = muri_format_time (since);
  g_autofree char *span = muri_format_duration (MAX (end - since, 0));

  if (until == 0)
    /* Translators: when an alarm began, and how long it has been so by now */
    return g_strdup_printf (_ ("Since %s, %s by now"), when, span);
  /* Translators: when an alarm began, and how long it lasted */
  return g_strdup_printf (_ ("%s, for %s"), when, span);
}

static char *
describe_state (MuriAlarm *alarm)
{
  gint64 acknowledged = muri_alarm_get_acknowledged (alarm);
  g_autofree char *when = NULL;

  if (muri_alarm_was_found_later (alarm))
    return g_strdup (_ ("Found later, while Muri did not run"));
  if (acknowledged != 0)
    {
      when = muri_format_clock (acknowledged);
      /* Translators: at a time of the day */
      return g_strdup_printf (_ ("Acknowledged %s"), when);
    }
  return muri_alarm_is_active (alarm) && muri_alarm_is_muted (alarm) ? g_strdup (_ ("Muted"))
                                                                     : NULL;
}

static void
update_span (MuriAlarmLine *self)
{
  g_autofree char *time = describe_time (self->alarm);
  g_autofree char *state = describe_state (self->alarm);
  g_autofree char *both = state ? g_strdup_printf ("%s · %s", time, state) : NULL;

  gtk_label_set_text (GTK_LABEL (self->span), both ? both : time);
}

static void
update (MuriAlarmLine *self)
{
  gboolean active = muri_alarm_is_active (self->alarm);
  g_autofree char *words = muri_alarm_words (self->alarm);
  g_autofree char *label = NULL;

  muri_event_words_set_icon (GTK_IMAGE (self->icon), muri_alarm_get_severity (self->alarm));
  update_object (self);
  gtk_label_set_text (GTK_LABEL (self->words), words);
  update_span (self);
  gtk_widget_set_visible (self->acknowledge,
                          active && muri_alarm_get_acknowledged (self->alarm) == 0);
  gtk_actionable_set_action_target (GTK_ACTIONABLE (self->acknowledge), "s",
                                    muri_alarm_get_id (self->alarm));
  if (active)
    gtk_widget_remove_css_class (GTK_WIDGET (self), "lost");
  else
    gtk_widget_add_css_class (GTK_WIDGET (self), "lost");
  label = g_strdup_printf ("%s, %s", muri_alarm_words_object (self->alarm), words);
  muri_row_label_set (GTK_WIDGET (self), label);
}

static void
on_clock (MuriAlarmLine *self)
{
  if (self->alarm && muri_alarm_is_active (self->alarm))
    update_span (self);
}

static gboolean
on_link (MuriAlarmLine *self, const char *uri)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "win.show-scope", "s", uri);
  return TRUE;
}

/* ---- the menu ---- */

static void
add_mutes (GMenu *menu, const char *label, const char *what)
{
  static const struct
  {
    const char *label;
    gint64 seconds;
  } spans[] = {
    { N_ ("For an Hour"), 3600 },
    { N_ ("For Eight Hours"), 8 * 3600 },
    { N_ ("For a Week"), 7 * 24 * 3600 },
    { N_ ("Not Any More"), 0 },
  };
  g_autoptr (GMenu) submenu = g_menu_new ();

  for (guint i = 0; i < G_N_ELEMENTS (spans); i++)
    {
      g_autoptr (GMenuItem) item = g_menu_item_new (_ (spans[i].label), NULL);

      g_menu_item_set_action_and_target (item, "win.mute-alarms", "(sx)", what, spans[i].seconds);
      g_menu_append_item (submenu, item);
    }
  g_menu_append_submenu (menu, label, G_MENU_MODEL (submenu));
}

static void
create_menu (GtkMenuButton *button, gpointer user_data)
{
  MuriAlarmLine *self = user_data;
  g_autoptr (GMenu) menu = g_menu_new ();
  g_autofree char *scope = NULL;
  g_autofree char *rule = NULL;
  g_autofree char *label = NULL;

  if (self->alarm == NULL)
    return;
  scope = muri_alarm_words_scope_id (self->alarm);
  rule = g_strconcat ("rule:", muri_alarm_get_rule_id (self->alarm), NULL);
  /* Translators: the name of a host or VM */
  label = g_strdup_printf (_ ("Mute %s"), muri_alarm_words_object (self->alarm));
  add_mutes (menu, label, scope);
  add_mutes (menu, _ ("Mute This Rule"), rule);
  g_menu_append (menu, _ ("_Rules…"), "win.alarm-rules");
  gtk_menu_button_set_menu_model (button, G_MENU_MODEL (menu));
}

/* ---- the widget ---- */

static void
muri_alarm_line_map (GtkWidget *widget)
{
  MuriAlarmLine *self = MURI_ALARM_LINE (widget);

  GTK_WIDGET_CLASS (muri_alarm_line_parent_class)->map (widget);
  self->clock_handler = muri_clock_connect (G_CALLBACK (on_clock), self);
}

static void
muri_alarm_line_unmap (GtkWidget *widget)
{
  MuriAlarmLine *self = MURI_ALARM_LINE (widget);

  if (self->clock_handler)
    muri_clock_disconnect (self->clock_handler);
  self->clock_handler = 0;
  GTK_WIDGET_CLASS (muri_alarm_line_parent_class)->unmap (widget);
}

static void
muri_alarm_line_dispose (GObject *object)
{
  MuriAlarmLine *self = MURI_ALARM_LINE (object);
  GtkWidget *child;

  muri_alarm_line_set_alarm (self, NULL);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))))
    gtk_widget_unparent (child);
  G_OBJECT_CLASS (muri_alarm_line_parent_class)->dispose (object);
}

static void
muri_alarm_line_class_init (MuriAlarmLineClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = muri_alarm_line_dispose;
  widget_class->map = muri_alarm_line_map;
  widget_class->unmap = muri_alarm_line_unmap;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BOX_LAYOUT);
}

static GtkWidget *
make_label (GtkWidget *box, const char *css_class)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  if (css_class)
    gtk_widget_add_css_class (label, css_class);
  gtk_box_append (GTK_BOX (box), label);
  return label;
}

static void
add_texts (MuriAlarmLine *self)
{
  GtkWidget *texts = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);

  self->object = make_label (texts, NULL);
  g_signal_connect_swapped (self->object, "activate-link", G_CALLBACK (on_link), self);
  self->words = make_label (texts, NULL);
  gtk_label_set_ellipsize (GTK_LABEL (self->words), PANGO_ELLIPSIZE_NONE);
  gtk_label_set_wrap (GTK_LABEL (self->words), TRUE);
  self->span = make_label (texts, "dim-label");
  gtk_widget_add_css_class (self->span, "caption");
  gtk_widget_add_css_class (self->span, "numeric");
  gtk_widget_set_hexpand (texts, TRUE);
  gtk_widget_set_valign (texts, GTK_ALIGN_CENTER);
  gtk_widget_set_parent (texts, GTK_WIDGET (self));
}

static void
muri_alarm_line_init (MuriAlarmLine *self)
{
  GtkLayoutManager *layout = gtk_widget_get_layout_manager (GTK_WIDGET (self));

  gtk_box_layout_set_spacing (GTK_BOX_LAYOUT (layout), 12);
  gtk_widget_add_css_class (GTK_WIDGET (self), "row-content");
  self->icon = gtk_image_new ();
  gtk_widget_set_parent (self->icon, GTK_WIDGET (self));
  add_texts (self);

  self->acknowledge = gtk_button_new_with_label (_ ("Acknowledge"));
  gtk_actionable_set_action_target (GTK_ACTIONABLE (self->acknowledge), "s", "");
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->acknowledge), "win.acknowledge-alarm");
  gtk_widget_set_valign (self->acknowledge, GTK_ALIGN_CENTER);
  gtk_widget_set_parent (self->acknowledge, GTK_WIDGET (self));

  self->menu = gtk_menu_button_new ();
  gtk_menu_button_set_icon_name (GTK_MENU_BUTTON (self->menu), "view-more-symbolic");
  gtk_menu_button_set_create_popup_func (GTK_MENU_BUTTON (self->menu), create_menu, self, NULL);
  gtk_widget_add_css_class (self->menu, "flat");
  gtk_widget_set_valign (self->menu, GTK_ALIGN_CENTER);
  gtk_widget_set_tooltip_text (self->menu, _ ("More Actions"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->menu), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("More Actions"), -1);
  gtk_widget_set_parent (self->menu, GTK_WIDGET (self));
}

GtkWidget *
muri_alarm_line_new (void)
{
  return g_object_new (MURI_TYPE_ALARM_LINE, NULL);
}

void
muri_alarm_line_set_alarm (MuriAlarmLine *self, MuriAlarm *alarm)
{
  g_return_if_fail (MURI_IS_ALARM_LINE (self));

  if (self->alarm == alarm)
    return;
  if (self->alarm)
    g_signal_handlers_disconnect_by_data (self->alarm, self);
  g_set_object (&self->alarm, alarm);
  if (alarm == NULL)
    return;
  g_signal_connect_swapped (alarm, "notify", G_CALLBACK (update), self);
  update (self);
}
