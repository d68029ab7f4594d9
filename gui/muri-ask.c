/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "muri-ask.h"

#include <adwaita.h>
#include <glib/gi18n.h>

typedef struct
{
  MuriAskFunc on_yes;
  gpointer data;
  GDestroyNotify destroy;
  char *typed;
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
  g_free (question->typed);
  g_free (question);
}

static AdwMessageDialog *
dialog_new (GtkWindow *parent, const char *heading, const char *body, const char *button,
            Question *question)
{
  GtkWidget *widget = adw_message_dialog_new (parent, heading, body);
  AdwMessageDialog *dialog = ADW_MESSAGE_DIALOG (widget);

  adw_message_dialog_add_response (dialog, "no", _ ("_Cancel"));
  adw_message_dialog_add_response (dialog, "yes", button);
  adw_message_dialog_set_response_appearance (dialog, "yes", ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_default_response (dialog, "no");
  adw_message_dialog_set_close_response (dialog, "no");
  g_signal_connect_data (dialog, "response", G_CALLBACK (on_response), question, question_free, 0);
  return dialog;
}

void
muri_ask (GtkWindow *parent, const char *heading, const char *body, const char *button,
          MuriAskFunc on_yes, gpointer data, GDestroyNotify destroy)
{
  Question *question = g_new0 (Question, 1);

  *question = (Question){ on_yes, data, destroy, NULL };
  gtk_window_present (GTK_WINDOW (dialog_new (parent, heading, body, button, question)));
}

static void
on_typed (GtkEditable *entry, Question *question)
{
  GtkRoot *dialog = gtk_widget_get_root (GTK_WIDGET (entry));
  g_autofree char *text = g_strstrip (g_strdup (gtk_editable_get_text (entry)));

  adw_message_dialog_set_response_enabled (ADW_MESSAGE_DIALOG (dialog), "yes",
                                           g_str_equal (text, question->typed));
}

void
muri_ask_typed (GtkWindow *parent, const char *heading, const char *body, const char *button,
                const char *typed, MuriAskFunc on_yes, gpointer data, GDestroyNotify destroy)
{
  Question *question = g_new0 (Question, 1);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  GtkWidget *entry = gtk_entry_new ();
  g_autofree char *prompt = g_strdup_printf (_ ("Type %s to confirm."), typed);
  GtkWidget *label = gtk_label_new (prompt);
  AdwMessageDialog *dialog;

  *question = (Question){ on_yes, data, destroy, g_strdup (typed) };
  dialog = dialog_new (parent, heading, body, button, question);
  gtk_accessible_update_property (GTK_ACCESSIBLE (entry), GTK_ACCESSIBLE_PROPERTY_LABEL, prompt,
                                  -1);
  gtk_box_append (GTK_BOX (box), label);
  gtk_box_append (GTK_BOX (box), entry);
  adw_message_dialog_set_extra_child (dialog, box);
  adw_message_dialog_set_response_enabled (dialog, "yes", FALSE);
  g_signal_connect (entry, "changed", G_CALLBACK (on_typed), question);
  gtk_window_present (GTK_WINDOW (dialog));
  gtk_widget_grab_focus (entry);
}

void
muri_tell (GtkWindow *parent, const char *heading, const char *body)
{
  GtkWidget *dialog = adw_message_dialog_new (parent, heading, body);

  adw_message_dialog_add_response (ADW_MESSAGE_DIALOG (dialog), "close", _ ("_Close"));
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "close");
  gtk_window_present (GTK_WINDOW (dialog));
}
