/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <glib/gi18n.h>

#include "muri-counted.h"
#include "muri-window-private.h"

/* Of all operations that this console still sends. */
static void
count_batches (MuriFleet *fleet, guint *remain, guint *all)
{
  GListModel *operations = muri_fleet_get_operations (fleet);

  *remain = *all = 0;
  for (guint i = 0; i < g_list_model_get_n_items (operations); i++)
    {
      g_autoptr (MuriOperation) operation = g_list_model_get_item (operations, i);

      if (!muri_operation_is_own (operation) || muri_operation_is_held (operation)
          || muri_operation_get_n_unsent (operation) == 0)
        continue;
      *all += muri_operation_get_n_batches (operation);
      *remain +=
          muri_operation_get_n_batches (operation) - muri_operation_get_n_batches_sent (operation);
    }
}

static void
stop_sending (MuriFleet *fleet)
{
  GListModel *operations = muri_fleet_get_operations (fleet);

  for (guint i = 0; i < g_list_model_get_n_items (operations); i++)
    {
      g_autoptr (MuriOperation) operation = g_list_model_get_item (operations, i);

      if (muri_operation_is_own (operation) && muri_operation_get_n_unsent (operation) > 0)
        muri_fleet_stop_sending (fleet, operation);
    }
}

static gboolean
close_now (gpointer window)
{
  gtk_window_close (window);
  return G_SOURCE_REMOVE;
}

static void
on_response (GtkWindow *dialog, const char *response, MuriWindow *self)
{
  if (!self->fleet)
    return;
  if (!g_str_equal (response, "stop"))
    {
      muri_background_set_quitting (self->background, FALSE);
      return;
    }
  stop_sending (self->fleet);
  /* The question goes first, which goes by itself after its answer. */
  g_idle_add_full (G_PRIORITY_DEFAULT_IDLE, close_now, g_object_ref (self), g_object_unref);
}

static void
on_unsent (GtkWindow *dialog, GParamSpec *pspec, MuriFleet *fleet)
{
  g_autofree char *body = NULL;
  guint remain, all;

  count_batches (fleet, &remain, &all);
  /* The last one went out while this was read: there is nothing to ask any more. */
  if (remain == 0)
    {
      gtk_window_close (dialog);
      return;
    }
  body = muri_counted (
      ngettext ("This console sends the batches; %u of %u remains. What was sent goes on without "
                "it, and the rest can be sent when Muri is open again.",
                "This console sends the batches; %u of %u remain. What was sent goes on without "
                "it, and the rest can be sent when Muri is open again.",
                remain),
      remain, all);
  adw_message_dialog_set_body (ADW_MESSAGE_DIALOG (dialog), body);
}

gboolean
muri_window_may_close (MuriWindow *self)
{
  GtkWidget *dialog;

  if (!self->fleet)
    return TRUE;
  if (muri_fleet_get_n_unsent (self->fleet) == 0)
    return muri_background_may_close (self->background, GTK_WINDOW (self));
  if (self->close_question)
    {
      gtk_window_present (GTK_WINDOW (self->close_question));
      return FALSE;
    }
  dialog = adw_message_dialog_new (GTK_WINDOW (self), _ ("Stop in the Midst?"), NULL);
  g_set_weak_pointer (&self->close_question, dialog);
  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "keep", _ ("_Keep Running"),
                                    "stop", _ ("_Stop After This Batch"), NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "stop",
                                              ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "keep");
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "keep");
  g_signal_connect_object (dialog, "response", G_CALLBACK (on_response), self, 0);
  g_signal_connect_object (self->fleet, "notify::n-unsent", G_CALLBACK (on_unsent), dialog,
                           G_CONNECT_SWAPPED);
  on_unsent (GTK_WINDOW (dialog), NULL, self->fleet);
  gtk_window_present (GTK_WINDOW (dialog));
  return FALSE;
}
