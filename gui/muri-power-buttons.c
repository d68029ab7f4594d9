/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-config.h"

#include "muri-power-buttons.h"

#include <glib/gi18n.h>

#include "muri-format.h"
#include "muri-verb-menu.h"

/* What has a button of its own; Resume takes the place of Start for a VM that is paused. */
static const guint shown[] = {
  MURI_VERB_POWER_ON,
  MURI_VERB_RESUME,
  MURI_VERB_SHUTDOWN,
  MURI_VERB_REBOOT,
};

static const guint in_menu[] = {
  MURI_VERB_PAUSE, MURI_VERB_SAVE, MURI_VERB_POWER_OFF, MURI_VERB_RESET, MURI_VERB_NONE,
};

struct _MuriPowerButtons
{
  GtkWidget parent_instance;

  MuriVm *vm;
  GtkWidget *spinner;
  GtkWidget *pending;
  GtkWidget *buttons[G_N_ELEMENTS (shown)];
  GtkWidget *menu;
};

G_DEFINE_FINAL_TYPE (MuriPowerButtons, muri_power_buttons, GTK_TYPE_WIDGET)

/* An action that does not exist makes the button insensitive, as one that is off does. */
static void
set_action (MuriPowerButtons *self, guint i)
{
  GtkActionable *button = GTK_ACTIONABLE (self->buttons[i]);
  const char *name = muri_vm_can (self->vm, shown[i]) ? "win.act" : "win.act-impossible";

  if (g_strcmp0 (gtk_actionable_get_action_name (button), name) != 0)
    gtk_actionable_set_action_name (button, name);
}

static void
set_target (MuriPowerButtons *self, guint i)
{
  const char *ids[] = { muri_vm_get_id (self->vm), NULL };

  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->buttons[i]), NULL);
  gtk_actionable_set_action_target (GTK_ACTIONABLE (self->buttons[i]), "(s^as)",
                                    muri_verb_to_nick (shown[i]), ids);
}

static void
create_menu (GtkMenuButton *button, gpointer user_data)
{
  MuriPowerButtons *self = user_data;
  g_autoptr (GListStore) vms = g_list_store_new (MURI_TYPE_VM);
  g_autoptr (GMenuModel) menu = NULL;

  if (self->vm)
    g_list_store_append (vms, self->vm);
  menu = muri_verb_menu_new (G_LIST_MODEL (vms), in_menu);
  gtk_menu_button_set_menu_model (button, menu);
}

static void
muri_power_buttons_dispose (GObject *object)
{
  MuriPowerButtons *self = MURI_POWER_BUTTONS (object);
  GtkWidget *child;

  g_clear_object (&self->vm);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))))
    gtk_widget_unparent (child);
  G_OBJECT_CLASS (muri_power_buttons_parent_class)->dispose (object);
}

static void
muri_power_buttons_class_init (MuriPowerButtonsClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = muri_power_buttons_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BOX_LAYOUT);
}

static void
muri_power_buttons_init (MuriPowerButtons *self)
{
  GtkLayoutManager *layout = gtk_widget_get_layout_manager (GTK_WIDGET (self));

  gtk_box_layout_set_spacing (GTK_BOX_LAYOUT (layout), 6);
  self->spinner = gtk_spinner_new ();
  gtk_widget_set_parent (self->spinner, GTK_WIDGET (self));
  self->pending = gtk_label_new (NULL);
  gtk_label_set_ellipsize (GTK_LABEL (self->pending), PANGO_ELLIPSIZE_END);
  gtk_widget_add_css_class (self->pending, "dim-label");
  gtk_widget_set_parent (self->pending, GTK_WIDGET (self));
  for (guint i = 0; i < G_N_ELEMENTS (shown); i++)
    {
      self->buttons[i] = gtk_button_new_with_label (muri_format_verb (shown[i]));
      gtk_widget_set_parent (self->buttons[i], GTK_WIDGET (self));
    }
  self->menu = gtk_menu_button_new ();
  gtk_menu_button_set_icon_name (GTK_MENU_BUTTON (self->menu), "view-more-symbolic");
  gtk_menu_button_set_create_popup_func (GTK_MENU_BUTTON (self->menu), create_menu, self, NULL);
  gtk_widget_set_tooltip_text (self->menu, _ ("More Actions"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->menu), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("More Actions"), -1);
  gtk_widget_set_parent (self->menu, GTK_WIDGET (self));
}

void
muri_power_buttons_set_vm (MuriPowerButtons *self, MuriVm *vm)
{
  g_return_if_fail (MURI_IS_POWER_BUTTONS (self));

  if (!g_set_object (&self->vm, vm) || !vm)
    return;
  for (guint i = 0; i < G_N_ELEMENTS (shown); i++)
    set_target (self, i);
  muri_power_buttons_update (self);
}

static void
update_pending (MuriPowerButtons *self)
{
  guint verb = muri_vm_get_pending (self->vm);
  g_autofree char *text = NULL;

  gtk_widget_set_visible (self->spinner, verb != MURI_VERB_NONE);
  gtk_widget_set_visible (self->pending, verb != MURI_VERB_NONE);
  gtk_spinner_set_spinning (GTK_SPINNER (self->spinner), verb != MURI_VERB_NONE);
  if (verb == MURI_VERB_NONE)
    return;
  /* Translators: what is being done with a VM: "Shutting down…" */
  text = g_strdup_printf (_ ("%s…"), muri_format_verb_ing (verb));
  gtk_label_set_text (GTK_LABEL (self->pending), text);
}

void
muri_power_buttons_update (MuriPowerButtons *self)
{
  gboolean can_menu = FALSE;
  gboolean resume;

  g_return_if_fail (MURI_IS_POWER_BUTTONS (self));

  if (self->vm == NULL)
    return;
  resume = muri_vm_can (self->vm, MURI_VERB_RESUME);
  for (guint i = 0; i < G_N_ELEMENTS (shown); i++)
    {
      set_action (self, i);
      if (shown[i] == MURI_VERB_RESUME)
        gtk_widget_set_visible (self->buttons[i], resume);
      else if (shown[i] == MURI_VERB_POWER_ON)
        gtk_widget_set_visible (self->buttons[i], !resume);
    }
  for (guint i = 0; in_menu[i] != MURI_VERB_NONE; i++)
    can_menu = can_menu || muri_vm_can (self->vm, in_menu[i]);
  gtk_widget_set_sensitive (self->menu, can_menu);
  update_pending (self);
}
