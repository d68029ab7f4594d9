/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "muri-first-start.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "muri-hearing.h"
#include "muri-interface-question.h"
#include "muri-interfaces.h"

/* As long as the first hosts need to be heard on a quiet network. */
#define LOOK_SECONDS 3

/* Computers with containers have dozens of networks. */
#define NETWORKS_MAX 8

struct _MuriFirstStart
{
  GtkWidget parent_instance;

  /* Template widgets */
  GtkStack *stack;
  AdwStatusPage *looking;
  GtkSpinner *spinner;
  AdwStatusPage *choose;
  AdwPreferencesGroup *interfaces;
  GtkLabel *command;

  /* Owned */
  MuriNetwork *network;
  MuriFleet *fleet;
  GSettings *settings;
  GPtrArray *rows;  /* borrowed from the group */
  GPtrArray *heard; /* MuriHeard, of the networks that are not in use */
  GCancellable *looking_around;
};

G_DEFINE_FINAL_TYPE (MuriFirstStart, muri_first_start, GTK_TYPE_WIDGET)

static void
on_use (MuriFirstStart *self, GtkButton *button)
{
  const MuriInterface *interface = g_object_get_data (G_OBJECT (button), "interface");

  muri_interface_question_ask (GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))), self->settings,
                               interface->name, interface->loopback);
}

static void
interface_free (gpointer data)
{
  MuriInterface *interface = data;

  g_free (interface->name);
  g_free (interface->address);
  g_free (interface);
}

static const MuriHeard *
find_heard (MuriFirstStart *self, const char *interface)
{
  for (guint i = 0; self->heard != NULL && i < self->heard->len; i++)
    {
      const MuriHeard *heard = g_ptr_array_index (self->heard, i);

      if (g_str_equal (heard->interface, interface))
        return heard;
    }
  return NULL;
}

static GtkWidget *
suffix_of (MuriFirstStart *self, const MuriInterface *interface, gboolean recommended)
{
  MuriInterface *copy = g_new (MuriInterface, 1);
  GtkWidget *button;

  if (g_strcmp0 (interface->name, muri_network_get_interface (self->network)) == 0)
    {
      GtkWidget *label = gtk_label_new (_ ("In Use"));

      gtk_widget_add_css_class (label, "dim-label");
      g_free (copy);
      return label;
    }
  *copy = *interface;
  copy->name = g_strdup (interface->name);
  copy->address = g_strdup (interface->address);
  button = gtk_button_new_with_label (_ ("Use This Network"));
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_set_sensitive (button, !muri_network_is_fixed (self->network));
  if (recommended)
    gtk_widget_add_css_class (button, "suggested-action");
  g_object_set_data_full (G_OBJECT (button), "interface", copy, interface_free);
  g_signal_connect_object (button, "clicked", G_CALLBACK (on_use), self, G_CONNECT_SWAPPED);
  return button;
}

static char *
subtitle_of (const MuriInterface *interface, const MuriHeard *heard)
{
  GString *text = g_string_new (interface->address);

  if (interface->loopback)
    g_string_append_printf (text, " · %s", _ ("this computer only"));
  if (heard != NULL && heard->problem != NULL)
    g_string_append_printf (text, " · %s", heard->problem);
  else if (heard != NULL && heard->n_hosts == 0 && heard->n_refused > 0)
    {
      g_string_append (text, " · ");
      g_string_append_printf (text,
                              ngettext ("Heard but refused: %u message",
                                        "Heard but refused: %u messages", heard->n_refused),
                              heard->n_refused);
    }
  else if (heard != NULL)
    {
      g_string_append (text, " · ");
      if (heard->n_hosts == 0)
        g_string_append (text, _ ("no host heard"));
      else
        g_string_append_printf (text, ngettext ("%u host heard", "%u hosts heard", heard->n_hosts),
                                heard->n_hosts);
    }
  return g_string_free (text, FALSE);
}

static void
add_row (MuriFirstStart *self, const MuriInterface *interface)
{
  const MuriHeard *heard = find_heard (self, interface->name);
  g_autofree char *subtitle = subtitle_of (interface, heard);
  GtkWidget *row = adw_action_row_new ();

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), interface->name);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row),
                             suffix_of (self, interface, heard != NULL && heard->n_hosts > 0));
  adw_preferences_group_add (self->interfaces, row);
  g_ptr_array_add (self->rows, row);
}

static void
update_command (MuriFirstStart *self)
{
  const char *name = muri_network_get_interface (self->network);
  g_autofree char *command = NULL;

  if (muri_network_get_exposed (self->network))
    command = g_strdup_printf ("sudo muri-agent --interface %s --insecure", name);
  else
    command = g_strdup ("sudo muri-agent");
  gtk_label_set_text (self->command, command);
}

static char *
describe (MuriFirstStart *self, gboolean elsewhere)
{
  const char *name = muri_network_get_interface (self->network);
  guint refused = muri_fleet_get_refused (self->fleet);
  GString *text = g_string_new (NULL);

  if (elsewhere)
    /* Translators: %s is a network, like eth0 */
    g_string_append_printf (text, _ ("No agent speaks on %s, but on another network."), name);
  else
    g_string_append_printf (text, _ ("No agent speaks on %s."), name);
  if (refused > 0)
    {
      g_string_append_c (text, ' ');
      g_string_append_printf (
          text,
          ngettext ("Heard but refused: %u message", "Heard but refused: %u messages", refused),
          refused);
    }
  return g_string_free (text, FALSE);
}

static void
update (MuriFirstStart *self)
{
  g_autoptr (GPtrArray) interfaces = muri_interfaces_list ();
  g_autofree char *description = NULL;
  g_autofree char *markup = NULL;
  gboolean elsewhere = FALSE;

  for (guint i = 0; self->heard != NULL && i < self->heard->len; i++)
    {
      const MuriHeard *heard = g_ptr_array_index (self->heard, i);

      elsewhere |= heard->n_hosts > 0;
    }
  description = describe (self, elsewhere);
  markup = g_markup_escape_text (description, -1);
  adw_status_page_set_title (self->choose,
                             elsewhere ? _ ("Choose a Network") : _ ("No Hosts Heard"));
  adw_status_page_set_description (self->choose, markup);

  for (guint i = 0; i < self->rows->len; i++)
    adw_preferences_group_remove (self->interfaces, self->rows->pdata[i]);
  g_ptr_array_set_size (self->rows, 0);
  for (guint i = 0; i < interfaces->len; i++)
    add_row (self, g_ptr_array_index (interfaces, i));
  update_command (self);
}

static void
on_heard (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (MuriFirstStart) self = user_data;
  g_autoptr (GPtrArray) heard = muri_hear_finish (result, NULL);

  if (heard == NULL)
    return;
  g_clear_object (&self->looking_around);
  g_clear_pointer (&self->heard, g_ptr_array_unref);
  self->heard = g_steal_pointer (&heard);
  update (self);
  gtk_stack_set_visible_child_name (self->stack, "choose");
  gtk_spinner_stop (self->spinner);
}

static void
stop_looking (MuriFirstStart *self)
{
  g_cancellable_cancel (self->looking_around);
  g_clear_object (&self->looking_around);
}

/* The network in use is listened on anyway; where the command line decides, there is no choice. */
static char **
other_networks (MuriFirstStart *self)
{
  g_autoptr (GPtrArray) interfaces = muri_interfaces_list ();
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();
  guint n = 0;

  if (muri_network_is_fixed (self->network))
    return g_new0 (char *, 1);
  for (guint i = 0; i < interfaces->len && n < NETWORKS_MAX; i++)
    {
      const MuriInterface *interface = g_ptr_array_index (interfaces, i);

      if (g_strcmp0 (interface->name, muri_network_get_interface (self->network)) == 0)
        continue;
      g_strv_builder_add (names, interface->name);
      n++;
    }
  return g_strv_builder_end (names);
}

static void
look (MuriFirstStart *self)
{
  g_autofree char *description =
      g_markup_printf_escaped (_ ("On %s"), muri_network_get_interface (self->network));
  g_auto (GStrv) names = other_networks (self);
  g_autoptr (GArray) zones = NULL;
  g_auto (GStrv) peers = NULL;
  gboolean fixed;

  stop_looking (self);
  self->looking_around = g_cancellable_new ();
  zones = muri_network_dup_zones (self->network, &fixed);
  peers = muri_network_dup_peers (self->network, &fixed);

  adw_status_page_set_description (self->looking, description);
  gtk_stack_set_visible_child_name (self->stack, "looking");
  gtk_spinner_start (self->spinner);
  muri_hear_async ((const char *const *)names, (const guint *)(gpointer)zones->data, zones->len,
                   (const char *const *)peers, LOOK_SECONDS, self->looking_around, on_heard,
                   g_object_ref (self));
}

static void
on_network_changed (MuriFirstStart *self)
{
  if (gtk_widget_get_mapped (GTK_WIDGET (self)))
    look (self);
}

static void
on_copy (MuriFirstStart *self)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "win.copy", "s",
                              gtk_label_get_text (self->command));
}

static void
muri_first_start_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (muri_first_start_parent_class)->map (widget);
  look (MURI_FIRST_START (widget));
}

static void
muri_first_start_unmap (GtkWidget *widget)
{
  MuriFirstStart *self = MURI_FIRST_START (widget);

  stop_looking (self);
  gtk_spinner_stop (self->spinner);
  GTK_WIDGET_CLASS (muri_first_start_parent_class)->unmap (widget);
}

static void
muri_first_start_dispose (GObject *object)
{
  MuriFirstStart *self = MURI_FIRST_START (object);

  stop_looking (self);
  gtk_widget_dispose_template (GTK_WIDGET (self), MURI_TYPE_FIRST_START);
  g_clear_object (&self->network);
  g_clear_object (&self->fleet);
  g_clear_object (&self->settings);
  g_clear_pointer (&self->rows, g_ptr_array_unref);
  g_clear_pointer (&self->heard, g_ptr_array_unref);

  G_OBJECT_CLASS (muri_first_start_parent_class)->dispose (object);
}

static void
muri_first_start_class_init (MuriFirstStartClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = muri_first_start_dispose;
  widget_class->map = muri_first_start_map;
  widget_class->unmap = muri_first_start_unmap;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/muri/Muri/ui/muri-first-start.ui");
  gtk_widget_class_bind_template_child (widget_class, MuriFirstStart, stack);
  gtk_widget_class_bind_template_child (widget_class, MuriFirstStart, looking);
  gtk_widget_class_bind_template_child (widget_class, MuriFirstStart, spinner);
  gtk_widget_class_bind_template_child (widget_class, MuriFirstStart, choose);
  gtk_widget_class_bind_template_child (widget_class, MuriFirstStart, interfaces);
  gtk_widget_class_bind_template_child (widget_class, MuriFirstStart, command);
  gtk_widget_class_bind_template_callback (widget_class, on_copy);
  gtk_widget_class_bind_template_callback (widget_class, look);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}

static void
muri_first_start_init (MuriFirstStart *self)
{
  self->rows = g_ptr_array_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
muri_first_start_set_network (MuriFirstStart *self, MuriNetwork *network, MuriFleet *fleet,
                              GSettings *settings)
{
  g_set_object (&self->network, network);
  g_set_object (&self->fleet, fleet);
  g_set_object (&self->settings, settings);
  g_signal_connect_object (network, "notify::interface", G_CALLBACK (on_network_changed), self,
                           G_CONNECT_SWAPPED);
}
