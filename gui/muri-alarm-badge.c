/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-config.h"

#include "muri-alarm-badge.h"

#include <glib/gi18n.h>

#include "muri-sidebar-item.h"
#include "muri-words.h"

struct _MuriAlarmBadge
{
  GtkWidget parent_instance;

  GtkWidget *image;
  MuriAlarms *alarms;
  GObject *item;
  gulong handler;
};

G_DEFINE_FINAL_TYPE (MuriAlarmBadge, muri_alarm_badge, GTK_TYPE_WIDGET)

static guint severity_of (MuriAlarms *alarms, gpointer item);

static guint
worst_of (MuriAlarms *alarms, GListModel *items)
{
  guint worst = 0;

  for (guint i = 0; i < g_list_model_get_n_items (items); i++)
    {
      g_autoptr (GObject) item = g_list_model_get_item (items, i);

      worst = MAX (worst, severity_of (alarms, item));
    }
  return worst;
}

/* Its VMs stand in one list; the hosts in it and below it do not. */
static guint
worst_of_hosts (MuriAlarms *alarms, MuriGroup *group)
{
  GListModel *groups = muri_group_get_groups (group);
  guint worst = worst_of (alarms, muri_group_get_nodes (group));

  for (guint i = 0; i < g_list_model_get_n_items (groups); i++)
    {
      g_autoptr (MuriGroup) child = g_list_model_get_item (groups, i);

      worst = MAX (worst, worst_of_hosts (alarms, child));
    }
  return worst;
}

static guint
severity_of (MuriAlarms *alarms, gpointer item)
{
  guint worst = 0;

  if (MURI_IS_VM (item))
    return muri_alarms_get_severity_of (alarms, muri_vm_get_id (item));
  if (MURI_IS_NODE (item))
    return muri_alarms_get_severity_of (alarms, muri_node_get_id (item));
  if (MURI_IS_GROUP (item))
    return MAX (worst_of (alarms, muri_group_get_all_vms (item)), worst_of_hosts (alarms, item));
  if (muri_sidebar_item_is (item, MURI_SIDEBAR_ZONE))
    return worst_of (alarms, G_LIST_MODEL (muri_sidebar_item_get_nodes (item)));
  if (muri_sidebar_item_is (item, MURI_SIDEBAR_FLEET))
    g_object_get (alarms, "severity", &worst, NULL);
  return worst;
}

static void
set_class (GtkWidget *widget, const char *name, gboolean on)
{
  if (on)
    gtk_widget_add_css_class (widget, name);
  else
    gtk_widget_remove_css_class (widget, name);
}

static void
update (MuriAlarmBadge *self)
{
  gboolean any = self->item && muri_alarms_get_n_open (self->alarms) > 0;
  guint severity = any ? severity_of (self->alarms, self->item) : 0;

  gtk_widget_set_visible (GTK_WIDGET (self), severity > 0);
  set_class (self->image, "error", severity >= MURI_SEVERITY_ERROR);
  set_class (self->image, "warning", severity == MURI_SEVERITY_WARNING);
}

static void
follow (MuriAlarmBadge *self, gboolean on)
{
  g_clear_signal_handler (&self->handler, self->alarms);
  if (on)
    self->handler = g_signal_connect_swapped (self->alarms, "changed", G_CALLBACK (update), self);
}

void
muri_alarm_badge_set_item (MuriAlarmBadge *self, gpointer item)
{
  g_return_if_fail (MURI_IS_ALARM_BADGE (self));

  if (!g_set_object (&self->item, item))
    return;
  follow (self, item != NULL);
  update (self);
}

static void
muri_alarm_badge_dispose (GObject *object)
{
  MuriAlarmBadge *self = MURI_ALARM_BADGE (object);

  if (self->alarms)
    follow (self, FALSE);
  g_clear_object (&self->item);
  g_clear_object (&self->alarms);
  g_clear_pointer (&self->image, gtk_widget_unparent);
  G_OBJECT_CLASS (muri_alarm_badge_parent_class)->dispose (object);
}

static void
muri_alarm_badge_class_init (MuriAlarmBadgeClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = muri_alarm_badge_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (GTK_WIDGET_CLASS (klass), "alarmbadge");
  gtk_widget_class_set_accessible_role (GTK_WIDGET_CLASS (klass), GTK_ACCESSIBLE_ROLE_IMG);
}

static void
muri_alarm_badge_init (MuriAlarmBadge *self)
{
  self->image = gtk_image_new_from_icon_name ("muri-alarm-symbolic");
  gtk_widget_set_parent (self->image, GTK_WIDGET (self));
  gtk_widget_set_tooltip_text (GTK_WIDGET (self), _ ("There is an alarm"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("There is an alarm"), -1);
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}

GtkWidget *
muri_alarm_badge_new (MuriAlarms *alarms)
{
  MuriAlarmBadge *self = g_object_new (MURI_TYPE_ALARM_BADGE, NULL);

  self->alarms = g_object_ref (alarms);
  return GTK_WIDGET (self);
}
