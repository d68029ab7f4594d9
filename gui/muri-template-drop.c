/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-config.h"

#include "muri-template-drop.h"

#include <glib/gi18n.h>

#include "muri-drag.h"
#include "muri-format.h"

char *
muri_template_why_not (MuriVm *vm)
{
  guint state = muri_vm_get_state (vm);
  const muri_v1_Node *node = muri_node_get_facts (muri_vm_get_node (vm));

  if (!muri_vm_is_known (vm))
    return g_strdup (_ ("its host is unreachable"));
  if (state != MURI_VM_STATE_OFF && state != MURI_VM_STATE_CRASHED)
    {
      g_autofree char *word = g_utf8_strdown (muri_format_vm_state (state), -1);

      /* Translators: a state: "is running, shut it down first" */
      return g_strdup_printf (_ ("is %s, shut it down first"), word);
    }
  if (!muri_node_supports (muri_vm_get_node (vm), MURI_VERB_MAKE_TEMPLATE))
    return g_strdup (_ ("its hypervisor cannot do this"));
  if (node->store[0] == '\0')
    return g_strdup (_ ("its host has no store for templates"));
  return NULL;
}

/* What a drop would do, in @text. NULL: nothing. */
static MuriVm *
judge (MuriMembers *members, char **text)
{
  GPtrArray *objects = muri_members_get_objects (members);
  MuriVm *vm = objects->len > 0 && MURI_IS_VM (objects->pdata[0]) ? objects->pdata[0] : NULL;
  g_autofree char *why = vm ? muri_template_why_not (vm) : NULL;

  if (!vm || muri_members_get_groups (members)->len > 0)
    *text = g_strdup (_ ("Only a VM can become a template"));
  else if (objects->len > 1)
    *text = g_strdup (_ ("One VM at a time"));
  else if (why)
    /* Translators: a VM's name, then "is running, shut it down first" */
    *text = g_strdup_printf (C_ ("VM, reason", "%s: %s"), muri_vm_get_name (vm), why);
  else
    {
      *text = g_strdup_printf (_ ("Make a template of %s…"), muri_vm_get_name (vm));
      return vm;
    }
  return NULL;
}

static void
say (GtkLabel *hint, const char *text, gboolean possible)
{
  gtk_label_set_text (hint, text ? text : "");
  gtk_widget_set_visible (GTK_WIDGET (hint), text != NULL);
  if (possible)
    gtk_widget_remove_css_class (GTK_WIDGET (hint), "drop-refusal");
  else
    gtk_widget_add_css_class (GTK_WIDGET (hint), "drop-refusal");
}

static GdkDragAction
on_motion (GtkDropTarget *target, double x, double y, GtkLabel *hint)
{
  g_autoptr (MuriMembers) members =
      muri_drag_get_members (gtk_drop_target_get_current_drop (target));
  g_autofree char *text = NULL;
  MuriVm *vm = NULL;

  /* A template that is dragged away from its gallery has nothing to do here. */
  if (!members || muri_members_get_template (members))
    return 0;
  vm = judge (members, &text);
  say (hint, text, vm != NULL);
  if (!vm)
    return 0;
  return gdk_drop_get_actions (gtk_drop_target_get_current_drop (target)) & GDK_ACTION_COPY
             ? GDK_ACTION_COPY
             : GDK_ACTION_MOVE;
}

static void
on_leave (GtkDropTarget *target, GtkLabel *hint)
{
  say (hint, NULL, TRUE);
}

static gboolean
on_drop (GtkDropTarget *target, const GValue *value, double x, double y, GtkLabel *hint)
{
  MuriMembers *members = g_value_get_object (value);
  g_autofree char *text = NULL;
  MuriVm *vm = muri_members_get_template (members) ? NULL : judge (members, &text);

  say (hint, NULL, TRUE);
  if (!vm)
    return FALSE;
  gtk_widget_activate_action (GTK_WIDGET (hint), "win.make-template", "s", muri_vm_get_id (vm));
  return TRUE;
}

void
muri_template_drop_add (GtkWidget *widget, GtkLabel *hint)
{
  GtkDropTarget *target =
      gtk_drop_target_new (MURI_TYPE_MEMBERS, GDK_ACTION_COPY | GDK_ACTION_MOVE);

  g_signal_connect_object (target, "enter", G_CALLBACK (on_motion), hint, 0);
  g_signal_connect_object (target, "motion", G_CALLBACK (on_motion), hint, 0);
  g_signal_connect_object (target, "leave", G_CALLBACK (on_leave), hint, 0);
  g_signal_connect_object (target, "drop", G_CALLBACK (on_drop), hint, 0);
  gtk_widget_add_controller (widget, GTK_EVENT_CONTROLLER (target));
}
