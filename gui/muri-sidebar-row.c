/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "muri-sidebar-row.h"

#include <glib/gi18n.h>

#include "muri-cell.h"
#include "muri-clock.h"
#include "muri-format.h"
#include "muri-sidebar-item.h"
#include "muri-row-label.h"
#include "muri-state-icon.h"

struct _MuriSidebarRow
{
  GtkWidget parent_instance;

  GtkWidget *image;
  GtkWidget *icon;
  GtkWidget *name;
  GtkWidget *age;
  GtkWidget *count;

  GObject *item;
  gulong handler;
  gulong clock_handler;
};

G_DEFINE_FINAL_TYPE (MuriSidebarRow, muri_sidebar_row, GTK_TYPE_WIDGET)

static void
set_text (GtkWidget *label, const char *text)
{
  gtk_widget_set_visible (label, text && *text);
  if (g_strcmp0 (gtk_label_get_text (GTK_LABEL (label)), text) != 0)
    gtk_label_set_text (GTK_LABEL (label), text ? text : "");
}

static void
set_count (MuriSidebarRow *self, guint count)
{
  g_autofree char *text = g_strdup_printf ("%u", count);

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
update_item (MuriSidebarRow *self, MuriSidebarItem *item)
{
  guint count = muri_sidebar_item_get_count (item);
  g_autofree char *name = NULL;

  switch (muri_sidebar_item_get_kind (item))
    {
    case MURI_SIDEBAR_FLEET:
      name = g_strdup (_ ("All Hosts"));
      break;
    case MURI_SIDEBAR_ZONE:
      name = g_strdup_printf (_ ("Zone %u"), muri_sidebar_item_get_zone (item));
      break;
    case MURI_SIDEBAR_MORE:
    default:
      name = g_strdup_printf (_ ("Show All %u"), count);
      break;
    }
  gtk_widget_set_visible (self->icon, FALSE);
  gtk_widget_set_visible (self->image, muri_sidebar_item_get_kind (item) == MURI_SIDEBAR_FLEET);
  set_text (self->name, name);
  set_text (self->age, NULL);
  set_dim (self, muri_sidebar_item_get_kind (item) != MURI_SIDEBAR_FLEET);
  if (muri_sidebar_item_get_kind (item) == MURI_SIDEBAR_MORE)
    set_text (self->count, NULL);
  else
    set_count (self, count);
  muri_row_label_set (GTK_WIDGET (self), name);
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
update (MuriSidebarRow *self)
{
  if (MURI_IS_SIDEBAR_ITEM (self->item))
    {
      update_item (self, MURI_SIDEBAR_ITEM (self->item));
      return;
    }
  gtk_widget_set_visible (self->image, FALSE);
  gtk_widget_set_visible (self->icon, TRUE);
  if (MURI_IS_NODE (self->item))
    update_node (self, MURI_NODE (self->item));
  else
    {
      set_text (self->name, muri_vm_get_name (MURI_VM (self->item)));
      set_text (self->age, NULL);
      set_text (self->count, NULL);
      set_dim (self, !muri_vm_is_known (MURI_VM (self->item)));
      muri_cell_label_row (GTK_WIDGET (self), self->item);
    }
}

static void
on_notify (MuriSidebarRow *self, GParamSpec *pspec)
{
  static const char *const shown[] = { "name", "state", "known", "n-vms", "heard", "count", NULL };

  /* An agent is heard every second; that is news only once it is not. */
  if (g_str_equal (pspec->name, "heard") && muri_item_is_known (self->item))
    return;
  if (g_strv_contains (shown, pspec->name))
    update (self);
}

static void
on_clock (MuriSidebarRow *self)
{
  if (!muri_item_is_known (self->item))
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
  if (!on || !self->item)
    return;

  self->handler = g_signal_connect_swapped (self->item, "notify", G_CALLBACK (on_notify), self);
  if (MURI_IS_NODE (self->item))
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
  follow (MURI_SIDEBAR_ROW (widget), FALSE);
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
  self->image = gtk_image_new_from_icon_name ("network-workgroup-symbolic");
  gtk_widget_set_parent (self->image, GTK_WIDGET (self));
  self->icon = muri_state_icon_new ();
  gtk_widget_set_parent (self->icon, GTK_WIDGET (self));

  self->name = add_label (self, NULL);
  gtk_label_set_xalign (GTK_LABEL (self->name), 0);
  gtk_label_set_ellipsize (GTK_LABEL (self->name), PANGO_ELLIPSIZE_END);
  gtk_widget_set_hexpand (self->name, TRUE);
  self->age = add_label (self, "dim-label");
  gtk_widget_add_css_class (self->age, "caption");
  self->count = add_label (self, "dim-label");
  gtk_widget_add_css_class (self->count, "numeric");
}

GtkWidget *
muri_sidebar_row_new (void)
{
  return g_object_new (MURI_TYPE_SIDEBAR_ROW, NULL);
}
