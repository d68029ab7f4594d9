/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "muri-group-card.h"

#include <glib/gi18n.h>

#include "muri-counted.h"
#include "muri-state-counts.h"

struct _MuriGroupCard
{
  GtkButton parent_instance;

  MuriGroup *group;
  GtkWidget *name;
  GtkWidget *note;
  GtkWidget *counts;
};

G_DEFINE_FINAL_TYPE (MuriGroupCard, muri_group_card, GTK_TYPE_BUTTON)

static void
muri_group_card_dispose (GObject *object)
{
  g_clear_object (&MURI_GROUP_CARD (object)->group);

  G_OBJECT_CLASS (muri_group_card_parent_class)->dispose (object);
}

static void
muri_group_card_class_init (MuriGroupCardClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = muri_group_card_dispose;
}

static void
muri_group_card_init (MuriGroupCard *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  GtkWidget *title = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);

  self->name = gtk_label_new (NULL);
  gtk_label_set_ellipsize (GTK_LABEL (self->name), PANGO_ELLIPSIZE_END);
  gtk_label_set_xalign (GTK_LABEL (self->name), 0);
  gtk_widget_set_hexpand (self->name, TRUE);
  gtk_widget_add_css_class (self->name, "heading");
  self->note = gtk_label_new (NULL);
  gtk_label_set_xalign (GTK_LABEL (self->note), 0);
  gtk_label_set_ellipsize (GTK_LABEL (self->note), PANGO_ELLIPSIZE_END);
  gtk_widget_add_css_class (self->note, "dim-label");
  gtk_widget_add_css_class (self->note, "caption");
  gtk_widget_add_css_class (self->note, "numeric");
  self->counts = g_object_new (MURI_TYPE_STATE_COUNTS, NULL);

  gtk_box_append (GTK_BOX (title), gtk_image_new_from_icon_name ("muri-group-symbolic"));
  gtk_box_append (GTK_BOX (title), self->name);
  gtk_box_append (GTK_BOX (box), title);
  gtk_box_append (GTK_BOX (box), self->note);
  gtk_box_append (GTK_BOX (box), self->counts);
  gtk_button_set_child (GTK_BUTTON (self), box);
  gtk_widget_add_css_class (GTK_WIDGET (self), "card");
  gtk_widget_add_css_class (GTK_WIDGET (self), "group-card");
}

void
muri_group_card_update (MuriGroupCard *self)
{
  guint n = muri_group_get_n_vms (self->group);
  guint groups = g_list_model_get_n_items (muri_group_get_groups (self->group));
  g_autofree char *vms = muri_counted (ngettext ("%u VM", "%u VMs", n), n);
  g_autofree char *below = muri_counted (ngettext ("%u group", "%u groups", groups), groups);
  /* Translators: "8 VMs, 2 groups" */
  g_autofree char *note =
      groups > 0 ? g_strdup_printf (C_ ("VMs and groups", "%s, %s"), vms, below) : g_strdup (vms);
  g_autofree char *label = NULL;

  gtk_label_set_text (GTK_LABEL (self->name), muri_group_get_name (self->group));
  gtk_label_set_text (GTK_LABEL (self->note), note);
  muri_state_counts_update (MURI_STATE_COUNTS (self->counts), muri_group_get_all_vms (self->group));
  label = g_strdup_printf (C_ ("row", "%s, %s"), muri_group_get_name (self->group), note);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
}

GtkWidget *
muri_group_card_new (MuriGroup *group)
{
  MuriGroupCard *self = g_object_new (MURI_TYPE_GROUP_CARD, NULL);
  g_autofree char *id = g_strconcat ("group:", muri_group_get_path (group), NULL);

  self->group = g_object_ref (group);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self), "win.show-scope");
  gtk_actionable_set_action_target (GTK_ACTIONABLE (self), "s", id);
  muri_group_card_update (self);
  return GTK_WIDGET (self);
}
