/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "muri-security-group.h"

#include <glib/gi18n.h>

static const struct
{
  const char *key, *title, *choose;
} files[] = {
  { "certificate", N_ ("Certificate"), N_ ("Choose a Certificate") },
  { "key", N_ ("Private key"), N_ ("Choose a Private Key") },
  { "authority", N_ ("Authority"), N_ ("Choose the Authority’s Certificate") },
};

typedef struct
{
  MuriSecurityGroup *group; /* borrowed */
  guint file;
  AdwActionRow *row; /* borrowed */
  GtkWidget *forget; /* borrowed */
} Row;

struct _MuriSecurityGroup
{
  AdwPreferencesGroup parent_instance;

  MuriSecurity *security;
  GSettings *settings;
  GtkFileChooserNative *chooser; /* while it is open */
  Row rows[G_N_ELEMENTS (files)];
};

G_DEFINE_FINAL_TYPE (MuriSecurityGroup, muri_security_group, ADW_TYPE_PREFERENCES_GROUP)

static void
update (MuriSecurityGroup *self)
{
  const char *problem = muri_security_get_problem (self->security);
  g_autofree char *who = muri_security_describe (self->security);
  g_autofree char *text = NULL;

  if (!problem && !who)
    text = g_strdup (_ ("Hosts with security send templates and history only to consoles that show "
                        "a certificate."));
  adw_preferences_group_set_description (ADW_PREFERENCES_GROUP (self), problem ? problem
                                                                       : who   ? who
                                                                               : text);
  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autofree char *path = g_settings_get_string (self->settings, files[i].key);

      adw_action_row_set_subtitle (self->rows[i].row, *path ? path : C_ ("file", "None"));
      gtk_widget_set_visible (self->rows[i].forget, *path != '\0');
      if (problem)
        gtk_widget_add_css_class (GTK_WIDGET (self->rows[i].row), "error");
      else
        gtk_widget_remove_css_class (GTK_WIDGET (self->rows[i].row), "error");
    }
}

static void
on_setting_changed (MuriSecurityGroup *self, const char *key)
{
  update (self);
}

static void
on_chosen (Row *row, int response, GtkNativeDialog *chooser)
{
  MuriSecurityGroup *self = row->group;
  g_autoptr (GFile) file = NULL;
  g_autofree char *path = NULL;

  if (response == GTK_RESPONSE_ACCEPT)
    file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (chooser));
  path = file ? g_file_get_path (file) : NULL;
  if (path)
    g_settings_set_string (self->settings, files[row->file].key, path);
  g_clear_object (&self->chooser);
}

static void
on_choose (Row *row)
{
  MuriSecurityGroup *self = row->group;
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));

  g_clear_object (&self->chooser);
  self->chooser =
      gtk_file_chooser_native_new (_ (files[row->file].choose), GTK_WINDOW (root),
                                   GTK_FILE_CHOOSER_ACTION_OPEN, _ ("_Choose"), _ ("_Cancel"));
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (self->chooser), TRUE);
  g_signal_connect_swapped (self->chooser, "response", G_CALLBACK (on_chosen), row);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (self->chooser));
}

static void
on_forget (Row *row)
{
  g_settings_reset (row->group->settings, files[row->file].key);
}

static void
add_row (MuriSecurityGroup *self, guint i)
{
  Row *row = &self->rows[i];
  GtkWidget *widget = adw_action_row_new ();
  GtkWidget *choose = gtk_button_new_from_icon_name ("document-open-symbolic");

  row->group = self;
  row->file = i;
  row->row = ADW_ACTION_ROW (widget);
  row->forget = gtk_button_new_from_icon_name ("edit-clear-symbolic");
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (widget), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (widget), _ (files[i].title));
  adw_action_row_set_subtitle_lines (row->row, 2);
  gtk_widget_set_tooltip_text (choose, _ (files[i].choose));
  gtk_widget_set_tooltip_text (row->forget, _ ("Use None"));
  gtk_widget_set_valign (choose, GTK_ALIGN_CENTER);
  gtk_widget_set_valign (row->forget, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (choose, "flat");
  gtk_widget_add_css_class (row->forget, "flat");
  g_signal_connect_swapped (choose, "clicked", G_CALLBACK (on_choose), row);
  g_signal_connect_swapped (row->forget, "clicked", G_CALLBACK (on_forget), row);
  adw_action_row_add_suffix (row->row, row->forget);
  adw_action_row_add_suffix (row->row, choose);
  adw_action_row_set_activatable_widget (row->row, choose);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (self), widget);
}

static void
muri_security_group_dispose (GObject *object)
{
  MuriSecurityGroup *self = MURI_SECURITY_GROUP (object);

  for (guint i = 0; self->chooser && i < G_N_ELEMENTS (files); i++)
    g_signal_handlers_disconnect_by_data (self->chooser, &self->rows[i]);
  g_clear_object (&self->chooser);
  g_clear_object (&self->security);
  g_clear_object (&self->settings);
  G_OBJECT_CLASS (muri_security_group_parent_class)->dispose (object);
}

static void
muri_security_group_class_init (MuriSecurityGroupClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = muri_security_group_dispose;
}

static void
muri_security_group_init (MuriSecurityGroup *self)
{
  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (self), _ ("Certificate"));
  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    add_row (self, i);
}

GtkWidget *
muri_security_group_new (MuriSecurity *security, GSettings *settings)
{
  MuriSecurityGroup *self = g_object_new (MURI_TYPE_SECURITY_GROUP, NULL);

  self->security = g_object_ref (security);
  self->settings = g_object_ref (settings);
  g_signal_connect_object (settings, "changed", G_CALLBACK (on_setting_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (security, "notify::problem", G_CALLBACK (update), self,
                           G_CONNECT_SWAPPED);
  update (self);
  return GTK_WIDGET (self);
}
