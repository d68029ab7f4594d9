/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "muri-sidebar-row.h"

#include <glib/gi18n.h>

#include "muri-alarm-badge.h"
#include "muri-cell.h"
#include "muri-clock.h"
#include "muri-counted.h"
#include "muri-format.h"
#include "muri-sidebar-item.h"
#include "muri-padlock.h"
#include "muri-row-label.h"
#include "muri-state-icon.h"

struct _MuriSidebarRow
{
  GtkWidget parent_instance;

  GtkWidget *image;
  GtkWidget *icon;
  GtkWidget *name;
  GtkWidget *lock;
  GtkWidget *badge;
  GtkWidget *alarm;
  GtkWidget *age;
  GtkWidget *count;

  GObject *item;
  char *hint; /* shown in place of the name */
  gulong handler;
  gulong clock_handler;
  guint tick; /* until the next frame, which shows what has changed since this one */
};

G_DEFINE_FINAL_TYPE (MuriSidebarRow, muri_sidebar_row, GTK_TYPE_WIDGET)

static void
set_text (GtkWidget *label, const char *text)
{
  gtk_widget_set_visible (label, text && *text);
  if (g_strcmp0 (gtk_label_get_text (GTK_LABEL (label)), text) != 0)
    gtk_label_set_text (GTK_LABEL (label), text ? text : "");
}

/* GTK asks the screen where the pointer is, each time, and waits for it. */
static void
set_tooltip (GtkWidget *widget, const char *text)
{
  if (g_strcmp0 (gtk_widget_get_tooltip_text (widget), text) != 0)
    gtk_widget_set_tooltip_text (widget, text);
}

static void
set_count (MuriSidebarRow *self, guint count)
{
  g_autofree char *text = muri_counted ("%u", count);

  set_text (self->count, text);
}

static void
set_dim (MuriSidebarRow *self, gboolean dim)
{
  if (dim)
    gtk_widget_add_css_class (self->name, "dim-label");
  else
    gtk_widget_remove_css_class (self->name, "dim-label");
}

static void
set_image (MuriSidebarRow *self, const char *icon_name)
{
  gtk_widget_set_visible (self->image, icon_name != NULL);
  if (icon_name)
    gtk_image_set_from_icon_name (GTK_IMAGE (self->image), icon_name);
}

static void
set_heading (MuriSidebarRow *self, gboolean heading)
{
  if (heading)
    gtk_widget_add_css_class (self->name, "section");
  else
    gtk_widget_remove_css_class (self->name, "section");
}

static char *
title_of (MuriSidebarItem *item)
{
  switch (muri_sidebar_item_get_kind (item))
    {
    case MURI_SIDEBAR_GROUPS:
      return g_strdup (_ ("Groups"));
    case MURI_SIDEBAR_FLEET:
      return g_strdup (_ ("All Hosts"));
    case MURI_SIDEBAR_ZONE:
      return g_strdup_printf (_ ("Zone %u"), muri_sidebar_item_get_zone (item));
    case MURI_SIDEBAR_MORE:
    case MURI_SIDEBAR_NO_GROUPS:
    default:
      return muri_counted (_ ("Show All %u"), muri_sidebar_item_get_count (item));
    }
}

static void
update_item (MuriSidebarRow *self, MuriSidebarItem *item)
{
  MuriSidebarKind kind = muri_sidebar_item_get_kind (item);
  gboolean section = kind == MURI_SIDEBAR_FLEET || kind == MURI_SIDEBAR_GROUPS;
  g_autofree char *name = title_of (item);

  gtk_widget_set_visible (self->icon, FALSE);
  set_image (self, NULL);
  set_text (self->name, name);
  set_text (self->age, NULL);
  set_dim (self, !section);
  set_heading (self, section);
  if (kind == MURI_SIDEBAR_MORE || kind == MURI_SIDEBAR_GROUPS)
    set_text (self->count, NULL);
  else
    set_count (self, muri_sidebar_item_get_count (item));
  muri_row_label_set (GTK_WIDGET (self), name);
}

/* What is wrong with its VMs, by the worst. */
static void
update_badge (MuriSidebarRow *self, GListModel *vms)
{
  guint n = g_list_model_get_n_items (vms);
  guint crashed = 0, unknown = 0;
  g_autofree char *crashed_text = NULL;
  g_autofree char *unknown_text = NULL;

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (MuriVm) vm = g_list_model_get_item (vms, i);

      if (!muri_vm_is_known (vm))
        unknown++;
      else if (muri_vm_get_state (vm) == MURI_VM_STATE_CRASHED)
        crashed++;
    }
  /* One sign is enough: an alarm says more. */
  gtk_widget_set_visible (self->badge,
                          crashed + unknown > 0 && !gtk_widget_get_visible (self->alarm));
  muri_state_icon_set_vm_state (MURI_STATE_ICON (self->badge),
                                crashed > 0 ? MURI_VM_STATE_CRASHED : MURI_VM_STATE_RUNNING,
                                crashed > 0);
  crashed_text = muri_counted (ngettext ("%u crashed", "%u crashed", crashed), crashed);
  unknown_text = muri_counted (ngettext ("%u unreachable", "%u unreachable", unknown), unknown);
  set_tooltip (self->badge, crashed > 0 ? crashed_text : unknown_text);
}

static void
update_group (MuriSidebarRow *self, MuriGroup *group)
{
  guint n = muri_group_get_n_vms (group);
  g_autofree char *label = NULL;

  gtk_widget_set_visible (self->icon, FALSE);
  set_image (self, "muri-group-symbolic");
  set_heading (self, FALSE);
  set_text (self->name, muri_group_get_name (group));
  set_text (self->age, NULL);
  set_count (self, n);
  set_dim (self, FALSE);
  update_badge (self, muri_group_get_all_vms (group));
  /* Translators: what a screen reader says of a group: its name, its VMs, how many run */
  label =
      muri_counted (ngettext ("%s, group, %u VM, %u running", "%s, group, %u VMs, %u running", n),
                    muri_group_get_name (group), n, muri_group_get_n_running (group));
  muri_row_label_set (GTK_WIDGET (self), label);
}

static void
update_smart (MuriSidebarRow *self, MuriSmartGroup *smart)
{
  guint n = muri_smart_group_get_n_vms (smart);
  const char *problem = muri_smart_group_get_problem (smart);
  g_autofree char *label = NULL;

  gtk_widget_set_visible (self->icon, FALSE);
  set_image (self, "muri-smart-group-symbolic");
  set_heading (self, FALSE);
  set_text (self->name, muri_smart_group_get_name (smart));
  set_text (self->age, NULL);
  set_count (self, n);
  set_dim (self, problem != NULL);
  set_tooltip (GTK_WIDGET (self), problem ? problem : muri_smart_group_get_text (smart));
  /* Translators: what a screen reader says of a saved search: its name, the VMs that it finds */
  label = muri_counted (ngettext ("%s, saved search, %u VM", "%s, saved search, %u VMs", n),
                        muri_smart_group_get_name (smart), n);
  muri_row_label_set (GTK_WIDGET (self), label);
}

static void
update_node (MuriSidebarRow *self, MuriNode *node)
{
  gboolean reachable = muri_node_is_reachable (node);
  g_autofree char *age = reachable || muri_node_get_heard (node) == 0
                             ? NULL
                             : muri_format_age (muri_node_get_heard (node));

  set_text (self->name, muri_node_get_name (node));
  set_text (self->age, age);
  set_count (self, muri_node_get_n_vms (node));
  set_dim (self, !reachable);
  muri_cell_label_row (GTK_WIDGET (self), node);
}

static void
update_vm (MuriSidebarRow *self, MuriVm *vm)
{
  set_text (self->name, muri_vm_get_name (vm));
  set_text (self->age, NULL);
  set_text (self->count, NULL);
  set_dim (self, !muri_vm_is_known (vm));
  muri_cell_label_row (GTK_WIDGET (self), vm);
}

static void
update_content (MuriSidebarRow *self)
{
  if (!MURI_IS_GROUP (self->item))
    gtk_widget_set_visible (self->badge, FALSE);
  if (!MURI_IS_SMART_GROUP (self->item))
    set_tooltip (GTK_WIDGET (self), NULL);
  if (MURI_IS_SIDEBAR_ITEM (self->item))
    {
      update_item (self, MURI_SIDEBAR_ITEM (self->item));
      return;
    }
  if (MURI_IS_GROUP (self->item))
    {
      update_group (self, MURI_GROUP (self->item));
      return;
    }
  if (MURI_IS_SMART_GROUP (self->item))
    {
      update_smart (self, MURI_SMART_GROUP (self->item));
      return;
    }
  set_image (self, NULL);
  set_heading (self, FALSE);
  gtk_widget_set_visible (self->icon, TRUE);
  if (MURI_IS_NODE (self->item))
    update_node (self, MURI_NODE (self->item));
  else
    update_vm (self, MURI_VM (self->item));
}

static void
update (MuriSidebarRow *self)
{
  update_content (self);
  if (!self->hint)
    return;
  set_text (self->name, self->hint);
  set_text (self->age, NULL);
  set_text (self->count, NULL);
  gtk_widget_set_visible (self->badge, FALSE);
}

void
muri_sidebar_row_set_hint (MuriSidebarRow *self, const char *text, gboolean allowed)
{
  if (g_strcmp0 (self->hint, text) != 0)
    {
      g_free (self->hint);
      self->hint = g_strdup (text);
    }
  gtk_widget_remove_css_class (self->name, "drop-hint");
  gtk_widget_remove_css_class (self->name, "drop-refusal");
  if (text)
    gtk_widget_add_css_class (self->name, allowed ? "drop-hint" : "drop-refusal");
  if (self->item)
    update (self);
}

static gboolean
on_tick (GtkWidget *widget, GdkFrameClock *clock, gpointer user_data)
{
  MuriSidebarRow *self = MURI_SIDEBAR_ROW (widget);

  self->tick = 0;
  if (self->item)
    update (self);
  return G_SOURCE_REMOVE;
}

/* Of a group a thousand things change at once. */
static void
update_with_frame (MuriSidebarRow *self)
{
  if (self->tick == 0)
    self->tick = gtk_widget_add_tick_callback (GTK_WIDGET (self), on_tick, NULL, NULL);
}

static void
on_notify (MuriSidebarRow *self, GParamSpec *pspec)
{
  static const char *const shown[] = { "name",      "state", "known",   "n-vms", "heard", "count",
                                       "n-running", "text",  "problem", "facts", NULL };

  /* An agent is heard every second; that is news only once it is not. */
  if (MURI_IS_NODE (self->item) && g_str_equal (pspec->name, "heard")
      && muri_item_is_known (self->item))
    return;
  if (g_strv_contains (shown, pspec->name))
    update_with_frame (self);
}

static void
on_alarm (MuriSidebarRow *self)
{
  if (MURI_IS_GROUP (self->item))
    update (self);
}

static void
on_clock (MuriSidebarRow *self)
{
  if (!MURI_IS_NODE (self->item) || !muri_item_is_known (self->item))
    update (self);
}

static void
follow (MuriSidebarRow *self, gboolean on)
{
  if (self->handler)
    g_signal_handler_disconnect (self->item, self->handler);
  if (self->clock_handler)
    muri_clock_disconnect (self->clock_handler);
  self->handler = self->clock_handler = 0;
  muri_alarm_badge_set_item (MURI_ALARM_BADGE (self->alarm), on ? self->item : NULL);
  if (!on || !self->item)
    return;

  self->handler = g_signal_connect_swapped (self->item, "notify", G_CALLBACK (on_notify), self);
  if (MURI_IS_NODE (self->item) || MURI_IS_GROUP (self->item))
    self->clock_handler = muri_clock_connect (G_CALLBACK (on_clock), self);
}

void
muri_sidebar_row_set_item (MuriSidebarRow *self, gpointer item)
{
  if (self->item == item)
    return;
  follow (self, FALSE);
  g_set_object (&self->item, item);
  g_object_set (self->icon, "vm", MURI_IS_VM (item) ? item : NULL, NULL);
  muri_padlock_set_vm (MURI_PADLOCK (self->lock), MURI_IS_VM (item) ? item : NULL);
  if (MURI_IS_NODE (item))
    g_object_set (self->icon, "node", item, NULL);
  if (!item)
    return;
  update (self);
  follow (self, gtk_widget_get_mapped (GTK_WIDGET (self)));
}

static void
muri_sidebar_row_map (GtkWidget *widget)
{
  MuriSidebarRow *self = MURI_SIDEBAR_ROW (widget);

  if (self->item)
    update (self);
  follow (self, TRUE);
  GTK_WIDGET_CLASS (muri_sidebar_row_parent_class)->map (widget);
}

static void
muri_sidebar_row_unmap (GtkWidget *widget)
{
  MuriSidebarRow *self = MURI_SIDEBAR_ROW (widget);

  follow (self, FALSE);
  if (self->tick != 0)
    gtk_widget_remove_tick_callback (widget, self->tick);
  self->tick = 0;
  GTK_WIDGET_CLASS (muri_sidebar_row_parent_class)->unmap (widget);
}

static void
muri_sidebar_row_dispose (GObject *object)
{
  MuriSidebarRow *self = MURI_SIDEBAR_ROW (object);
  GtkWidget *child;

  if (self->icon)
    muri_sidebar_row_set_item (self, NULL);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))))
    gtk_widget_unparent (child);
  self->icon = NULL;
  g_clear_pointer (&self->hint, g_free);

  G_OBJECT_CLASS (muri_sidebar_row_parent_class)->dispose (object);
}

static void
muri_sidebar_row_class_init (MuriSidebarRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = muri_sidebar_row_dispose;
  widget_class->map = muri_sidebar_row_map;
  widget_class->unmap = muri_sidebar_row_unmap;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BOX_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "sidebarrow");
}

static GtkWidget *
add_label (MuriSidebarRow *self, const char *style)
{
  GtkWidget *label = gtk_label_new (NULL);

  if (style)
    gtk_widget_add_css_class (label, style);
  gtk_widget_set_parent (label, GTK_WIDGET (self));
  return label;
}

static void
muri_sidebar_row_init (MuriSidebarRow *self)
{
  gtk_widget_set_hexpand (GTK_WIDGET (self), TRUE);
  gtk_box_layout_set_spacing (GTK_BOX_LAYOUT (gtk_widget_get_layout_manager (GTK_WIDGET (self))),
                              8);
  self->image = gtk_image_new ();
  gtk_widget_set_parent (self->image, GTK_WIDGET (self));
  self->icon = muri_state_icon_new ();
  gtk_widget_set_parent (self->icon, GTK_WIDGET (self));

  self->name = add_label (self, NULL);
  gtk_label_set_xalign (GTK_LABEL (self->name), 0);
  gtk_label_set_ellipsize (GTK_LABEL (self->name), PANGO_ELLIPSIZE_END);
  gtk_widget_set_hexpand (self->name, TRUE);
  self->lock = muri_padlock_new ();
  gtk_widget_set_parent (self->lock, GTK_WIDGET (self));
  self->badge = muri_state_icon_new ();
  gtk_widget_set_parent (self->badge, GTK_WIDGET (self));
  self->age = add_label (self, "dim-label");
  gtk_widget_add_css_class (self->age, "caption");
  self->count = add_label (self, "dim-label");
  gtk_widget_add_css_class (self->count, "numeric");
  gtk_label_set_width_chars (GTK_LABEL (self->count), 2);
  gtk_label_set_xalign (GTK_LABEL (self->count), 1);
}

GtkWidget *
muri_sidebar_row_new (MuriAlarms *alarms)
{
  MuriSidebarRow *self = g_object_new (MURI_TYPE_SIDEBAR_ROW, NULL);

  self->alarm = muri_alarm_badge_new (alarms);
  gtk_widget_insert_after (self->alarm, GTK_WIDGET (self), self->badge);
  g_signal_connect_object (self->alarm, "notify::visible", G_CALLBACK (on_alarm), self,
                           G_CONNECT_SWAPPED);
  return GTK_WIDGET (self);
}
