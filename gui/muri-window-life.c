/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <glib/gi18n.h>

#include "muri-act.h"
#include "muri-delete-window.h"
#include "muri-resources-window.h"
#include "muri-window-private.h"

/* Those that are still there. */
static GPtrArray *
find_vms (MuriWindow *self, GVariant *ids)
{
  GPtrArray *vms = g_ptr_array_new_with_free_func (g_object_unref);
  GVariantIter iter;
  const char *id;

  g_variant_iter_init (&iter, ids);
  while (g_variant_iter_next (&iter, "&s", &id))
    {
      MuriVm *vm = muri_fleet_find_vm (self->fleet, id);

      if (vm)
        g_ptr_array_add (vms, g_object_ref (vm));
    }
  return vms;
}

static void
submit_all (GtkWindow *window, GPtrArray *requests, MuriWindow *self)
{
  for (guint i = 0; i < requests->len; i++)
    muri_act_submit (self->fleet, muri_request_ref (requests->pdata[i]), muri_window_acted,
                     g_object_ref (self), g_object_unref);
}

/* ---- deletion ---- */

typedef struct
{
  MuriWindow *window;
  MuriRequest *last; /* nullable: when all of them are gone */
} Deleting;

static void
deleting_free (gpointer data, GClosure *closure)
{
  Deleting *deleting = data;

  g_object_unref (deleting->window);
  g_clear_pointer (&deleting->last, muri_request_unref);
  g_free (deleting);
}

/* Those that run go once they are off: an agent deletes nothing that runs. */
static void
on_delete (MuriDeleteWindow *window, GPtrArray *requests, GPtrArray *running, gboolean all,
           Deleting *deleting)
{
  g_autoptr (GPtrArray) stages = muri_window_stages_new ();
  gboolean last = deleting->last && all;

  if (running->len > 0)
    {
      MuriRequest *stop = muri_request_new (MURI_VERB_POWER_OFF);

      muri_request_add_vms (stop, running);
      muri_window_stages_add (stages, stop);
    }
  g_ptr_array_add (stages, g_ptr_array_ref (requests));
  if (last)
    muri_window_stages_add (stages, muri_request_ref (deleting->last));
  muri_window_submit_in_turn (deleting->window, stages,
                              last ? _ ("Not all clones could be deleted: the template stays")
                              : running->len > 0 ? _ ("Not all of these could be deleted")
                                                 : NULL);
}

static void
ask_deletion (MuriWindow *self, GPtrArray *vms, const char *owner, MuriRequest *last)
{
  MuriDeleteWindow *window = muri_delete_window_new (GTK_WINDOW (self), vms, owner);
  Deleting *deleting = g_new0 (Deleting, 1);

  *deleting = (Deleting){ g_object_ref (self), last };
  g_signal_connect_data (window, "confirmed", G_CALLBACK (on_delete), deleting, deleting_free, 0);
  gtk_window_present (GTK_WINDOW (window));
}

void
muri_window_delete_vms (MuriWindow *self, GPtrArray *vms)
{
  if (vms->len > 0)
    ask_deletion (self, vms, NULL, NULL);
}

void
muri_window_delete_clones (MuriWindow *self, GPtrArray *vms, MuriTemplate *meant, MuriRequest *last)
{
  ask_deletion (self, vms, muri_template_get_name (meant), last);
}

static void
delete_vms (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  MuriWindow *self = user_data;
  g_autoptr (GPtrArray) vms = find_vms (self, parameter);

  muri_window_delete_vms (self, vms);
}

/* ---- resources ---- */

static void
change_resources (MuriWindow *self, GPtrArray *vms, const char *group)
{
  MuriResourcesWindow *window;

  if (vms->len == 0)
    return;
  window = muri_resources_window_new (GTK_WINDOW (self), vms, group);
  g_signal_connect_object (window, "confirmed", G_CALLBACK (submit_all), self, 0);
  gtk_window_present (GTK_WINDOW (window));
}

static void
resources (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  g_autoptr (GPtrArray) vms = find_vms (user_data, parameter);

  change_resources (user_data, vms, NULL);
}

/* Of all VMs of a scope. */
static void
resources_of (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  MuriWindow *self = user_data;
  g_autoptr (MuriScope) scope =
      muri_scope_new_from_id (self->fleet, g_variant_get_string (parameter, NULL));
  g_autoptr (GPtrArray) vms = g_ptr_array_new_with_free_func (g_object_unref);
  GListModel *model = scope ? muri_scope_get_vms (scope) : NULL;
  MuriGroup *group = scope ? muri_scope_get_group (scope) : NULL;

  for (guint i = 0; model && i < g_list_model_get_n_items (model); i++)
    g_ptr_array_add (vms, g_list_model_get_item (model, i));
  if (scope)
    change_resources (self, vms,
                      group ? muri_group_get_path (group) : muri_scope_get_title (scope));
}

/* Only linked clones have something to be freed from. */
static void
flatten_vms (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  MuriWindow *self = user_data;
  g_autoptr (GPtrArray) vms = find_vms (self, parameter);

  for (guint i = vms->len; i > 0; i--)
    if (!muri_vm_is_linked (vms->pdata[i - 1]))
      g_ptr_array_remove_index (vms, i - 1);
  if (vms->len == 0)
    muri_window_say (self, _ ("None of these is a linked clone"));
  else
    muri_act (GTK_WINDOW (self), self->fleet, muri_intent_new (MURI_VERB_FLATTEN, vms),
              muri_window_acted, g_object_ref (self), g_object_unref);
}

void
muri_window_add_life (MuriWindow *self)
{
  static const GActionEntry entries[] = {
    { "delete-vms", delete_vms, "as", NULL, NULL, { 0 } },
    { "resources", resources, "as", NULL, NULL, { 0 } },
    { "resources-of", resources_of, "s", NULL, NULL, { 0 } },
    { "flatten-vms", flatten_vms, "as", NULL, NULL, { 0 } },
  };

  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries), self);
}
