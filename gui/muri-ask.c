/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "muri-ask.h"

#include <adwaita.h>
#include <glib/gi18n.h>

typedef struct
{
  MuriAskFunc on_yes;
  gpointer data;
  GDestroyNotify destroy;
} Question;

static void
on_response (AdwMessageDialog *dialog, const char *response, Question *question)
{
  if (g_str_equal (response, "yes"))
    question->on_yes (question->data);
}

static void
question_free (gpointer data, GClosure *closure)
{
  Question *question = data;

  if (question->destroy)
    question->destroy (question->data);
  g_free (question);
}

void
muri_ask (GtkWindow *parent, const char *heading, const char *body, const char *button,
          MuriAskFunc on_yes, gpointer data, GDestroyNotify destroy)
{
  GtkWidget *widget = adw_message_dialog_new (parent, heading, body);
  AdwMessageDialog *dialog = ADW_MESSAGE_DIALOG (widget);
  Question *question = g_new0 (Question, 1);

  *question = (Question){ on_yes, data, destroy };
  adw_message_dialog_add_response (dialog, "no", _ ("_Cancel"));
  adw_message_dialog_add_response (dialog, "yes", button);
  adw_message_dialog_set_response_appearance (dialog, "yes", ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_default_response (dialog, "no");
  adw_message_dialog_set_close_response (dialog, "no");
  g_signal_connect_data (dialog, "response", G_CALLBACK (on_response), question, question_free, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}
