/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "muri-name-dialog.h"

#include <adwaita.h>
#include <glib/gi18n.h>

typedef struct
{
  AdwMessageDialog *dialog;
  GtkEditable *entry;
  GtkLabel *problem;
  MuriNameCheck check;
  MuriNameFunc on_name;
  gpointer data;
  GDestroyNotify destroy;
} Question;

static void
question_free (gpointer data, GClosure *closure)
{
  Question *question = data;

  if (question->destroy)
    question->destroy (question->data);
  g_free (question);
}

static char *
name_of (Question *question)
{
  return g_strstrip (g_strdup (gtk_editable_get_text (question->entry)));
}

static void
on_changed (Question *question)
{
  g_autofree char *name = name_of (question);
  gboolean usable = FALSE;
  g_autofree char *problem = question->check (name, &usable, question->data);
  gboolean wrong = problem && !usable;

  /* An empty entry says for itself what is missing. */
  gtk_label_set_text (question->problem, problem && *name ? problem : "");
  if (wrong && *name)
    gtk_widget_add_css_class (GTK_WIDGET (question->entry), "error");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (question->entry), "error");
  gtk_accessible_update_state (GTK_ACCESSIBLE (question->entry), GTK_ACCESSIBLE_STATE_INVALID,
                               wrong ? GTK_ACCESSIBLE_INVALID_TRUE : GTK_ACCESSIBLE_INVALID_FALSE,
                               -1);
  adw_message_dialog_set_response_enabled (question->dialog, "yes", !wrong);
}

static void
on_response (AdwMessageDialog *dialog, const char *response, Question *question)
{
  g_autofree char *name = name_of (question);

  if (g_str_equal (response, "yes"))
    question->on_name (name, question->data);
}

static void
add_entry (Question *question, const char *label, const char *name)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  GtkWidget *entry = gtk_entry_new ();
  GtkWidget *problem = gtk_label_new (NULL);

  question->entry = GTK_EDITABLE (entry);
  question->problem = GTK_LABEL (problem);
  gtk_entry_set_activates_default (GTK_ENTRY (entry), TRUE);
  gtk_editable_set_text (question->entry, name);
  gtk_editable_set_max_width_chars (question->entry, 40);
  gtk_accessible_update_property (GTK_ACCESSIBLE (entry), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  gtk_label_set_wrap (question->problem, TRUE);
  gtk_label_set_xalign (question->problem, 0);
  gtk_label_set_max_width_chars (question->problem, 40);
  gtk_widget_add_css_class (problem, "caption");
  gtk_box_append (GTK_BOX (box), entry);
  gtk_box_append (GTK_BOX (box), problem);
  adw_message_dialog_set_extra_child (question->dialog, box);
  g_signal_connect_swapped (entry, "changed", G_CALLBACK (on_changed), question);
}

void
muri_name_dialog_present (GtkWindow *parent, const char *heading, const char *body,
                          const char *button, const char *name, MuriNameCheck check,
                          MuriNameFunc on_name, gpointer data, GDestroyNotify destroy)
{
  GtkWidget *widget = adw_message_dialog_new (parent, heading, body);
  Question *question = g_new0 (Question, 1);

  *question = (Question){ .dialog = ADW_MESSAGE_DIALOG (widget),
                          .check = check,
                          .on_name = on_name,
                          .data = data,
                          .destroy = destroy };
  adw_message_dialog_add_responses (question->dialog, "no", _ ("_Cancel"), "yes", button, NULL);
  adw_message_dialog_set_response_appearance (question->dialog, "yes", ADW_RESPONSE_SUGGESTED);
  adw_message_dialog_set_default_response (question->dialog, "yes");
  adw_message_dialog_set_close_response (question->dialog, "no");
  add_entry (question, heading, name);
  g_signal_connect_data (widget, "response", G_CALLBACK (on_response), question, question_free, 0);
  on_changed (question);
  gtk_window_present (GTK_WINDOW (widget));
  gtk_widget_grab_focus (GTK_WIDGET (question->entry));
  gtk_editable_select_region (question->entry, 0, -1);
}
