/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <glib/gi18n.h>

#include "muri-counted.h"
#include "muri-group-edits.h"
#include "muri-membership.h"
#include "muri-window-private.h"

/* So many can be taken back, as the fleet does it. */
#define GESTURES_MAX 100

typedef struct
{
  MuriWindow *window;
  MuriGroupEdits *edits;
} Offer;

static void
offer_free (gpointer data, GClosure *closure)
{
  Offer *offer = data;

  g_object_unref (offer->window);
  muri_group_edits_unref (offer->edits);
  g_free (offer);
}

static void
say_undone (MuriWindow *self, const char *what, guint skipped)
{
  g_autofree char *done = NULL;
  g_autofree char *text = NULL;

  /* Translators: what was taken back: "Moved 3 VMs to web" */
  done = g_strdup_printf (_ ("Undone: %s"), what);
  if (skipped == 0)
    {
      muri_window_say (self, done);
      return;
    }
  text =
      muri_counted (ngettext ("%s. %u was changed by someone else since and left alone.",
                              "%s. %u were changed by someone else since and left alone.", skipped),
                    done, skipped);
  muri_window_say (self, text);
}

static void
undo_gesture (MuriWindow *self, MuriGroupEdits *edits)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *label = muri_group_edits_dup_label (edits);
  guint skipped = muri_group_edits_undo (edits, self->fleet, &error);

  if (error)
    muri_window_say (self, muri_group_problem (error));
  else
    say_undone (self, label, skipped);
}

static void
on_undo_clicked (AdwToast *toast, Offer *offer)
{
  if (offer->window->fleet && muri_group_edits_can_undo (offer->edits))
    undo_gesture (offer->window, offer->edits);
}

static void
remember_gesture (MuriWindow *self, MuriGroupEdits *edits)
{
  g_ptr_array_add (self->gestures, muri_group_edits_ref (edits));
  if (self->gestures->len > GESTURES_MAX)
    g_ptr_array_remove_index (self->gestures, 0);
}

static MuriGroupEdits *
gesture_of (MuriWindow *self, MuriEdit *edit)
{
  for (guint i = self->gestures->len; i-- > 0;)
    if (muri_group_edits_has (self->gestures->pdata[i], edit))
      return self->gestures->pdata[i];
  return NULL;
}

/* @edits: (transfer full) (nullable): with @error when nothing was done */
void
muri_window_report_edits (MuriWindow *self, MuriGroupEdits *edits, GError *error)
{
  g_autofree char *label = NULL;
  AdwToast *toast;
  Offer *offer;

  if (!edits)
    {
      muri_window_say (self, muri_group_problem (error));
      return;
    }
  label = muri_group_edits_dup_label (edits);
  if (!label)
    {
      muri_group_edits_unref (edits);
      return;
    }
  remember_gesture (self, edits);
  offer = g_new0 (Offer, 1);
  offer->window = g_object_ref (self);
  offer->edits = edits;
  toast = muri_toaster_toast_new (label);
  adw_toast_set_button_label (toast, _ ("_Undo"));
  /* Who looked elsewhere has time to see it and to get there. */
  adw_toast_set_timeout (toast, MURI_TOAST_UNDO_SECONDS);
  g_signal_connect_data (toast, "button-clicked", G_CALLBACK (on_undo_clicked), offer, offer_free,
                         0);
  muri_toaster_show (self->toaster, MURI_TOAST_ANSWER, toast);
}

void
muri_window_report_edit (MuriWindow *self, MuriEdit *edit, GError *error)
{
  MuriGroupEdits *edits = edit ? muri_group_edits_new (NULL) : NULL;

  if (edits)
    muri_group_edits_take (edits, edit);
  muri_window_report_edits (self, edits, error);
}

static void
undo (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  MuriWindow *self = user_data;
  MuriEdit *last = muri_fleet_get_undo (self->fleet);
  MuriGroupEdits *gesture = last ? gesture_of (self, last) : NULL;

  if (gesture)
    undo_gesture (self, gesture);
}

static void
update_undo (MuriWindow *self)
{
  GAction *action = g_action_map_lookup_action (G_ACTION_MAP (self), "undo");

  g_simple_action_set_enabled (G_SIMPLE_ACTION (action), muri_fleet_get_undo (self->fleet) != NULL);
}

static void
add_undo_key (MuriWindow *self)
{
  GtkEventController *keys = gtk_shortcut_controller_new ();

  /* Not an accelerator of the application: those come before an entry's own undo. */
  gtk_shortcut_controller_add_shortcut (
      GTK_SHORTCUT_CONTROLLER (keys),
      gtk_shortcut_new (gtk_keyval_trigger_new (GDK_KEY_z, GDK_CONTROL_MASK),
                        gtk_named_action_new ("win.undo")));
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
}

void
muri_window_add_undo (MuriWindow *self)
{
  static const GActionEntry entries[] = {
    { "undo", undo, NULL, NULL, NULL, { 0 } },
  };

  self->gestures = g_ptr_array_new_with_free_func ((GDestroyNotify)muri_group_edits_unref);
  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries), self);
  add_undo_key (self);
  g_signal_connect_object (self->fleet, "notify::undo", G_CALLBACK (update_undo), self,
                           G_CONNECT_SWAPPED);
  update_undo (self);
}
