/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-config.h"

#include "muri-preferences.h"

#include <glib/gi18n.h>

#include "muri-history-preferences.h"
#include "muri-interface-question.h"
#include "muri-interfaces.h"
#include "muri-reach.h"
#include "muri-security-group.h"

static const char *const schemes[] = { "system", "light", "dark" };

struct _MuriPreferences
{
  AdwPreferencesWindow parent_instance;

  /* Template widgets */
  AdwPreferencesPage *network_page;
  AdwPreferencesGroup *interfaces_group;
  AdwEntryRow *zones_row;
  AdwEntryRow *peers_row;
  AdwPreferencesGroup *reach_group;
  AdwComboRow *color_row;
  GtkSwitch *comfortable;

  /* Owned */
  GSettings *settings;
  MuriNetwork *network;
  GPtrArray *checks; /* of GtkCheckButton, owned by their rows */
  gboolean updating;
};

G_DEFINE_FINAL_TYPE (MuriPreferences, muri_preferences, ADW_TYPE_PREFERENCES_WINDOW)

/* The check marks follow what is in use, whatever was just clicked. */
static void
update_interfaces (MuriPreferences *self)
{
  const char *used = muri_network_get_interface (self->network);

  self->updating = TRUE;
  for (guint i = 0; i < self->checks->len; i++)
    {
      const char *name = g_object_get_data (self->checks->pdata[i], "interface");

      gtk_check_button_set_active (self->checks->pdata[i], g_strcmp0 (name, used) == 0);
    }
  self->updating = FALSE;
}

static void
on_interface_toggled (MuriPreferences *self, GtkCheckButton *check)
{
  if (self->updating || !gtk_check_button_get_active (check))
    return;
  update_interfaces (self);
  muri_interface_question_ask (GTK_WINDOW (self), self->settings,
                               g_object_get_data (G_OBJECT (check), "interface"),
                               g_object_get_data (G_OBJECT (check), "loopback") != NULL);
}

static void
add_interface (MuriPreferences *self, const char *name, const char *subtitle, gboolean loopback,
               gboolean sensitive)
{
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *check = gtk_check_button_new ();

  if (self->checks->len > 0)
    gtk_check_button_set_group (GTK_CHECK_BUTTON (check), self->checks->pdata[0]);
  g_object_set_data_full (G_OBJECT (check), "interface", g_strdup (name), g_free);
  g_object_set_data (G_OBJECT (check), "loopback", GINT_TO_POINTER (loopback));
  gtk_widget_set_valign (check, GTK_ALIGN_CENTER);
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), name);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  adw_action_row_add_prefix (ADW_ACTION_ROW (row), check);
  adw_action_row_set_activatable_widget (ADW_ACTION_ROW (row), check);
  gtk_widget_set_sensitive (row, sensitive && !muri_network_is_fixed (self->network));
  adw_preferences_group_add (self->interfaces_group, row);
  g_ptr_array_add (self->checks, check);
  g_signal_connect_object (check, "toggled", G_CALLBACK (on_interface_toggled), self,
                           G_CONNECT_SWAPPED);
}

static void
add_interfaces (MuriPreferences *self)
{
  g_autoptr (GPtrArray) interfaces = muri_interfaces_list ();
  const char *used = muri_network_get_interface (self->network);

  self->updating = TRUE;
  for (guint i = 0; i < interfaces->len; i++)
    {
      const MuriInterface *interface = g_ptr_array_index (interfaces, i);
      g_autofree char *subtitle =
          interface->loopback ? g_strdup_printf (_ ("%s · this computer only"), interface->address)
                              : g_strdup (interface->address);

      add_interface (self, interface->name, subtitle, interface->loopback, TRUE);
    }
  if (used && muri_interfaces_find (interfaces, used) == NULL)
    add_interface (self, used, _ ("Not here now"), FALSE, FALSE);
  self->updating = FALSE;
  if (muri_network_is_fixed (self->network))
    adw_preferences_group_set_description (self->interfaces_group,
                                           _ ("Named on the command line of this Muri."));
  update_interfaces (self);
}

static void
set_wrong (AdwEntryRow *row, const char *wrong)
{
  if (wrong)
    gtk_widget_add_css_class (GTK_WIDGET (row), "error");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (row), "error");
}

/* One sentence for the two rows: what is wrong, else what may be written there. */
static void
update_description (MuriPreferences *self, const char *format, const char *wrong)
{
  g_autofree char *text = format ? g_strdup_printf (format, wrong) : NULL;

  adw_preferences_group_set_description (
      self->reach_group,
      text ? text : _ ("A zone is a number from 0 to 232, as in the configuration of the agents."));
}

static GArray *
parse_zones (MuriPreferences *self)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->zones_row));
  g_autofree char *wrong = NULL;
  GArray *zones = muri_reach_parse_zones (text, &wrong);

  set_wrong (self->zones_row, wrong);
  if (zones)
    update_description (self, NULL, NULL);
  else if (*wrong)
    update_description (self, _ ("“%s” is not a zone: zones are numbers from 0 to 232."), wrong);
  else
    update_description (self, "%s", _ ("At least one zone must be watched."));
  return zones;
}

static void
on_zones_changed (MuriPreferences *self)
{
  g_autoptr (GArray) zones = parse_zones (self);
}

static void
on_zones_applied (MuriPreferences *self)
{
  g_autoptr (GArray) zones = parse_zones (self);
  g_autofree char *text = NULL;

  if (zones == NULL)
    return;
  g_settings_set_value (
      self->settings, "zones",
      g_variant_new_fixed_array (G_VARIANT_TYPE_UINT32, zones->data, zones->len, sizeof (guint32)));
  text = muri_reach_format_zones ((const guint *)(gpointer)zones->data, zones->len);
  gtk_editable_set_text (GTK_EDITABLE (self->zones_row), text);
}

static char **
parse_peers (MuriPreferences *self)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->peers_row));
  g_autofree char *wrong = NULL;
  char **peers = muri_reach_parse_peers (text, &wrong);

  set_wrong (self->peers_row, wrong);
  update_description (self, wrong ? _ ("“%s” is not a host name or an address.") : NULL, wrong);
  return peers;
}

static void
on_peers_changed (MuriPreferences *self)
{
  g_auto (GStrv) peers = parse_peers (self);
}

static void
on_peers_applied (MuriPreferences *self)
{
  g_auto (GStrv) peers = parse_peers (self);

  if (peers)
    g_settings_set_strv (self->settings, "peers", (const char *const *)peers);
}

static void
on_color_selected (MuriPreferences *self)
{
  guint selected = adw_combo_row_get_selected (self->color_row);

  if (self->settings && selected < G_N_ELEMENTS (schemes))
    g_settings_set_string (self->settings, "color-scheme", schemes[selected]);
}

static void
read_reach (MuriPreferences *self)
{
  gboolean zones_fixed, peers_fixed;
  g_autoptr (GArray) zones = muri_network_dup_zones (self->network, &zones_fixed);
  g_auto (GStrv) peers = muri_network_dup_peers (self->network, &peers_fixed);
  g_autofree char *zones_text =
      muri_reach_format_zones ((const guint *)(gpointer)zones->data, zones->len);
  g_autofree char *peers_text = g_strjoinv (", ", peers);

  gtk_editable_set_text (GTK_EDITABLE (self->zones_row), zones_text);
  gtk_editable_set_text (GTK_EDITABLE (self->peers_row), peers_text);
  gtk_widget_set_sensitive (GTK_WIDGET (self->zones_row), !zones_fixed);
  gtk_widget_set_sensitive (GTK_WIDGET (self->peers_row), !peers_fixed);
  if (zones_fixed || peers_fixed)
    adw_preferences_group_set_description (self->reach_group,
                                           _ ("Named on the command line of this Muri."));
  else
    update_description (self, NULL, NULL);
}

static void
read_appearance (MuriPreferences *self)
{
  g_autofree char *scheme = g_settings_get_string (self->settings, "color-scheme");

  for (guint i = 0; i < G_N_ELEMENTS (schemes); i++)
    if (g_str_equal (schemes[i], scheme))
      adw_combo_row_set_selected (self->color_row, i);
  g_settings_bind (self->settings, "comfortable-rows", self->comfortable, "active",
                   G_SETTINGS_BIND_DEFAULT);
}

static void
muri_preferences_dispose (GObject *object)
{
  MuriPreferences *self = MURI_PREFERENCES (object);

  g_clear_pointer (&self->checks, g_ptr_array_unref);
  g_clear_object (&self->network);
  g_clear_object (&self->settings);
  G_OBJECT_CLASS (muri_preferences_parent_class)->dispose (object);
}

static void
muri_preferences_class_init (MuriPreferencesClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = muri_preferences_dispose;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/muri/Muri/ui/muri-preferences.ui");
  gtk_widget_class_bind_template_child (widget_class, MuriPreferences, network_page);
  gtk_widget_class_bind_template_child (widget_class, MuriPreferences, interfaces_group);
  gtk_widget_class_bind_template_child (widget_class, MuriPreferences, zones_row);
  gtk_widget_class_bind_template_child (widget_class, MuriPreferences, peers_row);
  gtk_widget_class_bind_template_child (widget_class, MuriPreferences, reach_group);
  gtk_widget_class_bind_template_child (widget_class, MuriPreferences, color_row);
  gtk_widget_class_bind_template_child (widget_class, MuriPreferences, comfortable);
  gtk_widget_class_bind_template_callback (widget_class, on_zones_applied);
  gtk_widget_class_bind_template_callback (widget_class, on_zones_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_peers_applied);
  gtk_widget_class_bind_template_callback (widget_class, on_peers_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_color_selected);
}

static void
muri_preferences_init (MuriPreferences *self)
{
  self->checks = g_ptr_array_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWindow *
muri_preferences_new (GSettings *settings, MuriNetwork *network, MuriFleet *fleet)
{
  MuriPreferences *self = g_object_new (MURI_TYPE_PREFERENCES, NULL);

  self->network = g_object_ref (network);
  add_interfaces (self);
  g_signal_connect_object (network, "notify::interface", G_CALLBACK (update_interfaces), self,
                           G_CONNECT_SWAPPED);
  self->settings = g_object_ref (settings);
  read_reach (self);
  adw_preferences_page_add (self->network_page,
                            ADW_PREFERENCES_GROUP (muri_security_group_new (
                                muri_network_get_security (network), settings)));
  read_appearance (self);
  adw_preferences_window_add (
      ADW_PREFERENCES_WINDOW (self),
      ADW_PREFERENCES_PAGE (muri_history_preferences_new (settings, fleet)));
  return GTK_WINDOW (self);
}
