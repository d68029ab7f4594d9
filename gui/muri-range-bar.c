/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-config.h"

#include "muri-range-bar.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "muri-time-picker.h"
#include "muri-time-words.h"

/* As muri_time_range_presets; in full for a tooltip and a list. */
static const struct
{
  const char *label;
  const char *name;
} presets[MURI_TIME_RANGE_PRESETS] = {
  { NC_ ("range", "5 min"), N_ ("5 minutes") }, { NC_ ("range", "1 h"), N_ ("1 hour") },
  { NC_ ("range", "6 h"), N_ ("6 hours") },     { NC_ ("range", "1 d"), N_ ("1 day") },
  { NC_ ("range", "1 w"), N_ ("1 week") },      { NC_ ("range", "1 m"), N_ ("1 month") },
  { NC_ ("range", "1 y"), N_ ("1 year") },
};

struct _MuriRangeBar
{
  GtkWidget parent_instance;

  GtkWidget *toggles[MURI_TIME_RANGE_PRESETS];
  GtkWidget *drop_down;
  GtkWidget *words;
  GtkWidget *now;
  GtkWidget *go_to;

  /* Owned */
  MuriGraphGroup *group;
  MuriTimeRange *range;
  GTimeZone *zone;
  GtkStringList *names;
  gboolean updating;
};

G_DEFINE_FINAL_TYPE (MuriRangeBar, muri_range_bar, GTK_TYPE_WIDGET)

static guint
find_preset (gint64 span)
{
  for (guint i = 0; i < MURI_TIME_RANGE_PRESETS; i++)
    if (muri_time_range_presets[i] == span)
      return i;
  return MURI_TIME_RANGE_PRESETS;
}

/* While it follows its length says it all; else also when it is. */
static void
update_words (MuriRangeBar *self, guint preset)
{
  gint64 span = muri_time_range_get_span (self->range);
  g_autofree char *text = NULL;

  if (!muri_time_range_is_following (self->range))
    text = muri_time_words_range (muri_time_range_get_from (self->range),
                                  muri_time_range_get_to (self->range), self->zone);
  else if (preset == MURI_TIME_RANGE_PRESETS)
    {
      g_autofree char *length = muri_time_words_span (span);

      /* Translators: a span of time until now: "Last 45 min" */
      text = g_strdup_printf (_ ("Last %s"), length);
    }
  gtk_label_set_text (GTK_LABEL (self->words), text ? text : "");
}

/* A span that is none of those offered is an entry of its own. */
static void
update_drop_down (MuriRangeBar *self, guint preset)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->names));
  g_autofree char *other = muri_time_words_span (muri_time_range_get_span (self->range));
  const char *const additions[] = { preset == MURI_TIME_RANGE_PRESETS ? other : NULL, NULL };

  gtk_string_list_splice (self->names, MURI_TIME_RANGE_PRESETS, n - MURI_TIME_RANGE_PRESETS,
                          additions);
  gtk_drop_down_set_selected (GTK_DROP_DOWN (self->drop_down), preset);
}

static void
update (MuriRangeBar *self)
{
  guint preset = find_preset (muri_time_range_get_span (self->range));

  self->updating = TRUE;
  for (guint i = 0; i < MURI_TIME_RANGE_PRESETS; i++)
    gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (self->toggles[i]), i == preset);
  update_drop_down (self, preset);
  update_words (self, preset);
  gtk_widget_set_visible (self->now, !muri_time_range_is_following (self->range));
  self->updating = FALSE;
}

static void
choose (MuriRangeBar *self, guint preset)
{
  if (self->updating || !self->range || preset >= MURI_TIME_RANGE_PRESETS)
    return;
  muri_time_range_set_span (self->range, muri_time_range_presets[preset]);
  /* What is chosen again stays chosen. */
  update (self);
}

static void
on_toggled (MuriRangeBar *self, GtkToggleButton *toggle)
{
  for (guint i = 0; i < MURI_TIME_RANGE_PRESETS; i++)
    if (self->toggles[i] == GTK_WIDGET (toggle))
      choose (self, i);
}

static void
on_selected (MuriRangeBar *self)
{
  choose (self, gtk_drop_down_get_selected (GTK_DROP_DOWN (self->drop_down)));
}

static void
on_now (MuriRangeBar *self)
{
  if (self->range)
    muri_time_range_follow (self->range);
}

/* The time that was asked for is in the middle. */
static void
on_picked (gint64 time, gpointer user_data)
{
  MuriRangeBar *self = user_data;
  gint64 span;

  if (!self->range)
    return;
  span = muri_time_range_get_span (self->range);
  muri_time_range_set (self->range, time - span / 2, time - span / 2 + span);
}

static void
create_picker (GtkMenuButton *button, gpointer user_data)
{
  MuriRangeBar *self = user_data;
  gint64 middle;

  if (!self->range)
    return;
  middle = muri_time_range_get_to (self->range) - muri_time_range_get_span (self->range) / 2;
  gtk_menu_button_set_popover (button, muri_time_picker_new (middle, on_picked, self));
}

static void
drop_range (MuriRangeBar *self)
{
  if (self->range)
    g_signal_handlers_disconnect_by_data (self->range, self);
  g_clear_object (&self->range);
}

static void
on_range (MuriRangeBar *self)
{
  drop_range (self);
  self->range = g_object_ref (muri_graph_group_get_range (self->group));
  g_signal_connect_swapped (self->range, "changed", G_CALLBACK (update), self);
  update (self);
}

static void
muri_range_bar_dispose (GObject *object)
{
  MuriRangeBar *self = MURI_RANGE_BAR (object);
  GtkWidget *child;

  drop_range (self);
  if (self->group)
    g_signal_handlers_disconnect_by_data (self->group, self);
  g_clear_object (&self->group);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))))
    gtk_widget_unparent (child);
  g_clear_object (&self->names);
  g_clear_pointer (&self->zone, g_time_zone_unref);
  G_OBJECT_CLASS (muri_range_bar_parent_class)->dispose (object);
}

static void
muri_range_bar_class_init (MuriRangeBarClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = muri_range_bar_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BOX_LAYOUT);
  gtk_widget_class_set_accessible_role (GTK_WIDGET_CLASS (klass), GTK_ACCESSIBLE_ROLE_GROUP);
}

static GtkWidget *
make_toggles (MuriRangeBar *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);

  gtk_widget_add_css_class (box, "linked");
  for (guint i = 0; i < MURI_TIME_RANGE_PRESETS; i++)
    {
      const char *label = g_dpgettext2 (NULL, "range", presets[i].label);

      self->toggles[i] = gtk_toggle_button_new_with_label (label);
      gtk_widget_set_tooltip_text (self->toggles[i], _ (presets[i].name));
      g_signal_connect_swapped (self->toggles[i], "toggled", G_CALLBACK (on_toggled), self);
      gtk_box_append (GTK_BOX (box), self->toggles[i]);
    }
  return box;
}

static GtkWidget *
make_drop_down (MuriRangeBar *self)
{
  self->names = gtk_string_list_new (NULL);
  for (guint i = 0; i < MURI_TIME_RANGE_PRESETS; i++)
    gtk_string_list_append (self->names, _ (presets[i].name));
  self->drop_down = gtk_drop_down_new (G_LIST_MODEL (g_object_ref (self->names)), NULL);
  gtk_widget_set_halign (self->drop_down, GTK_ALIGN_START);
  gtk_widget_set_tooltip_text (self->drop_down, _ ("Span of time"));
  g_signal_connect_swapped (self->drop_down, "notify::selected", G_CALLBACK (on_selected), self);
  return self->drop_down;
}

static GtkWidget *
make_squeezer (MuriRangeBar *self)
{
  GtkWidget *squeezer = adw_squeezer_new ();

  adw_squeezer_add (ADW_SQUEEZER (squeezer), make_toggles (self));
  adw_squeezer_add (ADW_SQUEEZER (squeezer), make_drop_down (self));
  adw_squeezer_set_xalign (ADW_SQUEEZER (squeezer), 0);
  return squeezer;
}

static void
muri_range_bar_init (MuriRangeBar *self)
{
  GtkLayoutManager *layout = gtk_widget_get_layout_manager (GTK_WIDGET (self));

  gtk_box_layout_set_spacing (GTK_BOX_LAYOUT (layout), 6);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Span of time"), -1);
  self->zone = g_time_zone_new_local ();
  gtk_widget_set_parent (make_squeezer (self), GTK_WIDGET (self));

  self->words = gtk_label_new (NULL);
  gtk_label_set_xalign (GTK_LABEL (self->words), 1);
  gtk_label_set_ellipsize (GTK_LABEL (self->words), PANGO_ELLIPSIZE_END);
  gtk_widget_set_hexpand (self->words, TRUE);
  gtk_widget_add_css_class (self->words, "dim-label");
  gtk_widget_add_css_class (self->words, "numeric");
  gtk_widget_set_parent (self->words, GTK_WIDGET (self));

  /* Translators: a button that brings graphs back to the present */
  self->now = gtk_button_new_with_label (C_ ("graphs", "Now"));
  gtk_widget_set_tooltip_text (self->now, _ ("Follow what is measured now"));
  g_signal_connect_swapped (self->now, "clicked", G_CALLBACK (on_now), self);
  gtk_widget_set_parent (self->now, GTK_WIDGET (self));

  self->go_to = gtk_menu_button_new ();
  gtk_menu_button_set_icon_name (GTK_MENU_BUTTON (self->go_to), "x-office-calendar-symbolic");
  gtk_widget_set_tooltip_text (self->go_to, _ ("Go to Time…"));
  gtk_menu_button_set_create_popup_func (GTK_MENU_BUTTON (self->go_to), create_picker, self, NULL);
  gtk_widget_set_parent (self->go_to, GTK_WIDGET (self));
}

GtkWidget *
muri_range_bar_new (void)
{
  return g_object_new (MURI_TYPE_RANGE_BAR, NULL);
}

void
muri_range_bar_set_group (MuriRangeBar *self, MuriGraphGroup *group)
{
  g_return_if_fail (MURI_IS_RANGE_BAR (self));
  g_return_if_fail (MURI_IS_GRAPH_GROUP (group));
  g_return_if_fail (self->group == NULL);

  self->group = g_object_ref (group);
  g_signal_connect_swapped (group, "notify::range", G_CALLBACK (on_range), self);
  on_range (self);
}
