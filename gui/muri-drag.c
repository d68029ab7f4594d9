/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "muri-drag.h"

#include <glib/gi18n.h>

#include "muri-drag-escape.h"

GdkContentProvider *
muri_drag_provide (MuriMembers *members)
{
  return muri_members_get_n (members) > 0
             ? gdk_content_provider_new_typed (MURI_TYPE_MEMBERS, members)
             : NULL;
}

static MuriMembers *
members_of (GdkDrag *drag)
{
  GValue value = G_VALUE_INIT;
  MuriMembers *members = NULL;

  g_value_init (&value, MURI_TYPE_MEMBERS);
  if (gdk_content_provider_get_value (gdk_drag_get_content (drag), &value, NULL))
    members = g_value_dup_object (&value);
  g_value_unset (&value);
  return members;
}

MuriMembers *
muri_drag_get_members (GdkDrop *drop)
{
  GdkDrag *drag = drop ? gdk_drop_get_drag (drop) : NULL;

  return drag ? members_of (drag) : NULL;
}

static const char *
icon_name_of (MuriMembers *members)
{
  GPtrArray *objects = muri_members_get_objects (members);

  if (muri_members_get_template (members))
    return "muri-template-symbolic";
  if (muri_members_get_groups (members)->len > 0)
    return "muri-group-symbolic";
  return MURI_IS_VM (objects->pdata[0]) ? "muri-vm-symbolic" : "muri-host-symbolic";
}

void
muri_drag_begin (GdkDrag *drag)
{
  g_autoptr (MuriMembers) members = members_of (drag);
  g_autofree char *text = members ? muri_members_describe (members) : NULL;
  GtkWidget *box;

  if (!members)
    return;
  box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  gtk_widget_add_css_class (box, "drag-icon");
  /* Where nothing can shine through, it has no shadow and no round corners. */
  if (!gdk_display_is_composited (gdk_drag_get_display (drag)))
    gtk_widget_add_css_class (box, "opaque");
  gtk_box_append (GTK_BOX (box), gtk_image_new_from_icon_name (icon_name_of (members)));
  gtk_box_append (GTK_BOX (box), gtk_label_new (text));
  gtk_drag_icon_set_child (GTK_DRAG_ICON (gtk_drag_icon_get_for_drag (drag)), box);
  /* Below the row under the pointer, which says what would happen. */
  gdk_drag_set_hotspot (drag, -14, -18);
  muri_drag_hear_escape (drag);
}
