/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-config.h"

#include "muri-history-preferences.h"

#include <glib/gi18n.h>

#include "muri-format.h"

#define HOUR (G_GINT64_CONSTANT (3600))
#define DAY (24 * HOUR)
#define MIB (1024.0 * 1024)

#define CHOICES 5

/* What a large fleet would keep is told of so many VMs. */
#define LARGE 2000

struct _MuriHistoryPreferences
{
  AdwPreferencesPage parent_instance;

  /* Template widgets */
  AdwPreferencesGroup *group;
  GtkSpinButton *cap;
  AdwComboRow *tier_0;
  AdwComboRow *tier_1;
  AdwComboRow *tier_2;
  AdwComboRow *tier_3;
  GtkLabel *meaning;

  /* Owned */
  GSettings *settings;
  MuriFleet *fleet;
  gboolean reading;
};

G_DEFINE_FINAL_TYPE (MuriHistoryPreferences, muri_history_preferences, ADW_TYPE_PREFERENCES_PAGE)

/* In the order of the tiers; 0: not kept. */
static const gint64 choices[MURI_N_TIERS][CHOICES] = {
  { 0, HOUR, 6 * HOUR, DAY, 7 * DAY },
  { 0, DAY, 7 * DAY, 30 * DAY, 90 * DAY },
  { 0, 7 * DAY, 30 * DAY, 90 * DAY, 365 * DAY },
  { 30 * DAY, 90 * DAY, 365 * DAY, 3 * 365 * DAY, 5 * 365 * DAY },
};

static AdwComboRow *
get_row (MuriHistoryPreferences *self, guint tier)
{
  AdwComboRow *rows[] = { self->tier_0, self->tier_1, self->tier_2, self->tier_3 };

  return rows[tier];
}

/* ---- settings ---- */

static void
read_settings (GSettings *settings, MuriHistorySettings *history)
{
  g_autoptr (GVariant) keep = g_settings_get_value (settings, "history-keep");

  muri_history_settings_init (history);
  history->cap = g_settings_get_uint64 (settings, "history-size");
  for (gsize i = 0; i < MIN (g_variant_n_children (keep), MURI_N_TIERS); i++)
    g_variant_get_child (keep, i, "x", &history->keep[i]);
  for (guint i = 0; i < MURI_N_TIERS; i++)
    history->keep[i] = MAX (history->keep[i], 0);
}

static void
apply (GSettings *settings, const char *key, MuriHistory *history)
{
  MuriHistorySettings wanted;

  read_settings (settings, &wanted);
  muri_history_set_settings (history, &wanted);
}

void
muri_history_settings_bind (GSettings *settings, MuriHistory *history)
{
  g_signal_connect_object (settings, "changed::history-size", G_CALLBACK (apply), history, 0);
  g_signal_connect_object (settings, "changed::history-keep", G_CALLBACK (apply), history, 0);
  apply (settings, NULL, history);
}

/* ---- what it means ---- */

static char *
format_span (gint64 seconds)
{
  guint n;

  if (seconds <= 0)
    return g_strdup (_ ("not kept"));
  if (seconds >= 2 * 365 * DAY)
    return g_strdup_printf (ngettext ("%u year", "%u years", (guint)(seconds / (365 * DAY))),
                            (guint)(seconds / (365 * DAY)));
  if (seconds == 365 * DAY)
    return g_strdup (_ ("1 year"));
  n = (guint)(seconds / DAY);
  if (n >= 2 || seconds % DAY == 0)
    return g_strdup_printf (ngettext ("%u day", "%u days", n), n);
  n = (guint)MAX (seconds / HOUR, 1);
  return g_strdup_printf (ngettext ("%u hour", "%u hours", n), n);
}

static char *
describe (MuriHistoryPreferences *self, const MuriHistorySettings *settings, guint n_vms,
          guint n_nodes)
{
  MuriHistoryEstimate estimate;
  g_autofree char *coarse = NULL;
  g_autofree char *fine = NULL;
  g_autofree char *size = NULL;

  muri_history_estimate (muri_fleet_get_history (self->fleet), settings, n_vms, n_nodes, &estimate);
  coarse = format_span (estimate.keep[3]);
  fine = format_span (estimate.keep[2]);
  size = muri_format_size ((double)estimate.size);
  if (estimate.keep[2] <= 0)
    /* Translators: a number of VMs; how far back history reaches; the size of the file then */
    return g_strdup_printf (
        ngettext ("A fleet of %u VM keeps %s in %s.", "A fleet of %u VMs keeps %s in %s.", n_vms),
        n_vms, coarse, size);
  /* Translators: a number of VMs; how far back history reaches; how far with a value a minute; the
   * size of the file then */
  return g_strdup_printf (ngettext ("A fleet of %u VM keeps %s, %s of it by the minute, in %s.",
                                    "A fleet of %u VMs keeps %s, %s of it by the minute, in %s.",
                                    n_vms),
                          n_vms, coarse, fine, size);
}

static void
update_meaning (MuriHistoryPreferences *self)
{
  guint n_vms = g_list_model_get_n_items (muri_fleet_get_vms (self->fleet));
  guint n_nodes = g_list_model_get_n_items (muri_fleet_get_nodes (self->fleet));
  MuriHistorySettings settings;
  g_autofree char *own = NULL;
  g_autofree char *large = NULL;
  g_autofree char *text = NULL;

  read_settings (self->settings, &settings);
  large = describe (self, &settings, LARGE, MAX (n_nodes, LARGE / 20));
  own = n_vms > 0 ? describe (self, &settings, n_vms, n_nodes) : NULL;
  text = own ? g_strdup_printf ("%s %s", own, large) : g_strdup (large);
  gtk_label_set_text (self->meaning, text);
}

static void
update_size (MuriHistoryPreferences *self)
{
  MuriHistory *history = muri_fleet_get_history (self->fleet);
  const char *problem = muri_history_get_problem (history);
  g_autofree char *size = muri_format_size ((double)muri_history_get_size (history));
  g_autofree char *text = g_strdup_printf (_ ("The file is %s large now."), size);
  g_autofree char *escaped = problem ? g_markup_escape_text (problem, -1) : NULL;

  adw_preferences_group_set_description (self->group, escaped ? escaped : text);
}

/* ---- choosing ---- */

static void
write_keep (MuriHistoryPreferences *self)
{
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("ax"));
  for (guint i = 0; i < MURI_N_TIERS; i++)
    {
      guint chosen = adw_combo_row_get_selected (get_row (self, i));

      g_variant_builder_add (&builder, "x", choices[i][MIN (chosen, CHOICES - 1)]);
    }
  g_settings_set_value (self->settings, "history-keep", g_variant_builder_end (&builder));
}

static void
on_tier (MuriHistoryPreferences *self)
{
  if (self->reading)
    return;
  write_keep (self);
  update_meaning (self);
}

static void
on_cap (MuriHistoryPreferences *self)
{
  if (self->reading)
    return;
  g_settings_set_uint64 (self->settings, "history-size",
                         (guint64)(gtk_spin_button_get_value (self->cap) * MIB));
  update_meaning (self);
}

/* The nearest choice stands for what was set by hand. */
static guint
find_choice (guint tier, gint64 seconds)
{
  guint best = 0;

  for (guint i = 0; i < CHOICES; i++)
    if (ABS (choices[tier][i] - seconds) < ABS (choices[tier][best] - seconds))
      best = i;
  return best;
}

static void
show_settings (MuriHistoryPreferences *self)
{
  MuriHistorySettings settings;

  read_settings (self->settings, &settings);
  self->reading = TRUE;
  gtk_spin_button_set_value (self->cap, (double)settings.cap / MIB);
  for (guint tier = 0; tier < MURI_N_TIERS; tier++)
    {
      g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);

      for (guint i = 0; i < CHOICES; i++)
        {
          g_autofree char *name =
              choices[tier][i] > 0 ? format_span (choices[tier][i]) : g_strdup (_ ("Not Kept"));

          gtk_string_list_append (names, name);
        }
      adw_combo_row_set_model (get_row (self, tier), G_LIST_MODEL (names));
      adw_combo_row_set_selected (get_row (self, tier), find_choice (tier, settings.keep[tier]));
    }
  self->reading = FALSE;
  update_meaning (self);
}

static void
muri_history_preferences_dispose (GObject *object)
{
  MuriHistoryPreferences *self = MURI_HISTORY_PREFERENCES (object);

  self->reading = TRUE;
  g_clear_object (&self->settings);
  g_clear_object (&self->fleet);
  G_OBJECT_CLASS (muri_history_preferences_parent_class)->dispose (object);
}

static void
muri_history_preferences_class_init (MuriHistoryPreferencesClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = muri_history_preferences_dispose;
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/muri/Muri/ui/muri-history-preferences.ui");
  gtk_widget_class_bind_template_child (widget_class, MuriHistoryPreferences, group);
  gtk_widget_class_bind_template_child (widget_class, MuriHistoryPreferences, cap);
  gtk_widget_class_bind_template_child (widget_class, MuriHistoryPreferences, tier_0);
  gtk_widget_class_bind_template_child (widget_class, MuriHistoryPreferences, tier_1);
  gtk_widget_class_bind_template_child (widget_class, MuriHistoryPreferences, tier_2);
  gtk_widget_class_bind_template_child (widget_class, MuriHistoryPreferences, tier_3);
  gtk_widget_class_bind_template_child (widget_class, MuriHistoryPreferences, meaning);
  gtk_widget_class_bind_template_callback (widget_class, on_cap);
  gtk_widget_class_bind_template_callback (widget_class, on_tier);
}

static void
muri_history_preferences_init (MuriHistoryPreferences *self)
{
  self->reading = TRUE;
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
muri_history_preferences_new (GSettings *settings, MuriFleet *fleet)
{
  MuriHistoryPreferences *self = g_object_new (MURI_TYPE_HISTORY_PREFERENCES, NULL);
  MuriHistory *history = muri_fleet_get_history (fleet);

  self->settings = g_object_ref (settings);
  self->fleet = g_object_ref (fleet);
  g_signal_connect_object (history, "notify::size", G_CALLBACK (update_size), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (history, "notify::problem", G_CALLBACK (update_size), self,
                           G_CONNECT_SWAPPED);
  show_settings (self);
  update_size (self);
  return GTK_WIDGET (self);
}
