/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-config.h"

#include "muri-generalise.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "muri-counted.h"
#include "muri-format.h"
#include "muri-template-words.h"
#include "muri-uuid.h"
#include "muri-words.h"

typedef struct
{
  AdwMessageDialog *dialog;
  MuriTemplate *meant;
  MuriNode *node; /* that makes it; nullable: none can */
  GtkEditable *name;
  GtkCheckButton *replace; /* nullable: it stays in any case */
  char *suggested;
  MuriGeneraliseAnswer answer;
  gpointer data;
  GDestroyNotify destroy;
} Question;

static void
question_free (gpointer data, GClosure *closure)
{
  Question *question = data;

  g_object_unref (question->meant);
  g_clear_object (&question->node);
  g_free (question->suggested);
  question->destroy (question->data);
  g_free (question);
}

/* Of those that hold it the first that has the program. */
static MuriNode *
find_node (MuriTemplate *meant)
{
  GListModel *holders = muri_template_get_holders (meant);

  for (guint i = 0; i < g_list_model_get_n_items (holders); i++)
    {
      g_autoptr (MuriHolder) holder = g_list_model_get_item (holders, i);
      MuriNode *node = muri_holder_get_node (holder);

      if (muri_holder_is_source (holder)
          && muri_node_supports (node, MURI_VERB_GENERALISE_TEMPLATE))
        return g_object_ref (node);
    }
  return NULL;
}

static void
on_response (AdwMessageDialog *dialog, const char *response, Question *question)
{
  g_autoptr (MuriRequest) request = NULL;
  g_autofree char *name = g_strstrip (g_strdup (gtk_editable_get_text (question->name)));
  char text[MURI_UUID_TEXT];
  muri_v1_Uuid into;

  if (!g_str_equal (response, "yes"))
    return;
  muri_uuid_generate (&into);
  request = muri_request_new (MURI_VERB_GENERALISE_TEMPLATE);
  muri_request_add_node (request, question->node);
  muri_request_set_parameter (request, MURI_PARAMETER_TEMPLATE,
                              muri_template_get_id (question->meant));
  muri_request_set_parameter (request, MURI_PARAMETER_INTO, muri_uuid_format (&into, text));
  muri_request_set_parameter (request, MURI_PARAMETER_NAME, name);
  if (question->replace && gtk_check_button_get_active (question->replace))
    muri_request_set_parameter (request, MURI_PARAMETER_REPLACE, "1");
  muri_request_set_group (request, muri_template_get_name (question->meant));
  question->answer (request, question->data);
}

/* ---- what is asked ---- */

static void
update (Question *question)
{
  g_autofree char *name = g_strstrip (g_strdup (gtk_editable_get_text (question->name)));
  g_autofree char *problem = muri_template_words_name_problem (name);

  adw_message_dialog_set_response_enabled (question->dialog, "yes",
                                           question->node != NULL && problem == NULL);
}

/* It takes the old one's name with its place, unless another was written. */
static void
on_replace (Question *question)
{
  gboolean replace = gtk_check_button_get_active (question->replace);
  const char *old = muri_template_get_name (question->meant);
  const char *shown = gtk_editable_get_text (question->name);

  if (g_str_equal (shown, replace ? question->suggested : old))
    gtk_editable_set_text (question->name, replace ? old : question->suggested);
}

/* NULL: the old one can go. */
static char *
why_it_stays (MuriTemplate *meant)
{
  guint clones = muri_template_get_n_clones (meant);
  guint holders = g_list_model_get_n_items (muri_template_get_holders (meant));

  if (clones > 0)
    return muri_counted (ngettext ("The old one stays: %u linked clone reads its disk.",
                                   "The old one stays: %u linked clones read its disk.", clones),
                         clones);
  if (holders > 1)
    return muri_counted (ngettext ("The old one stays: %u host holds it.",
                                   "The old one stays: %u hosts hold it.", holders),
                         holders);
  return NULL;
}

static GtkWidget *
make_label (const char *text)
{
  GtkWidget *label = g_object_new (GTK_TYPE_LABEL, "label", text, "wrap", TRUE, "xalign", 0.0,
                                   "max-width-chars", 48, NULL);

  gtk_widget_add_css_class (label, "dim-label");
  return label;
}

static GtkWidget *
make_form (Question *question)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  GtkWidget *name = gtk_entry_new ();
  GtkWidget *title = gtk_label_new_with_mnemonic (_ ("_Name of the new template"));
  g_autofree char *stays = why_it_stays (question->meant);
  GtkWidget *replace =
      stays ? NULL
            : gtk_check_button_new_with_mnemonic (_ ("_Delete the old one when the new one is "
                                                     "there"));

  question->name = GTK_EDITABLE (name);
  question->replace = (GtkCheckButton *)replace;
  gtk_label_set_mnemonic_widget (GTK_LABEL (title), name);
  gtk_label_set_xalign (GTK_LABEL (title), 0);
  gtk_entry_set_activates_default (GTK_ENTRY (name), TRUE);
  gtk_editable_set_text (question->name, question->suggested);
  g_signal_connect_swapped (name, "changed", G_CALLBACK (update), question);
  if (replace)
    g_signal_connect_swapped (replace, "toggled", G_CALLBACK (on_replace), question);
  gtk_box_append (GTK_BOX (box), title);
  gtk_box_append (GTK_BOX (box), name);
  gtk_box_append (GTK_BOX (box), stays ? make_label (stays) : replace);
  return box;
}

static char *
describe (Question *question)
{
  g_autofree char *size =
      muri_format_size ((double)muri_template_get_facts (question->meant)->allocation);

  if (!question->node)
    return g_strdup (_ ("None of the hosts that hold it and can be reached has virt-sysprep, which "
                        "does it. Install the package guestfs-tools on one of them."));
  /* Translators: a host, a size */
  return g_strdup_printf (
      _ ("%s makes a copy of it, %s, and empties there what clones must not share: machine ID, SSH "
         "host keys, host name, DHCP leases and logs. What users have stays. That takes some "
         "minutes, and can be cancelled; the template itself is not touched.\n\nNew SSH host keys "
         "come from cloud-init, or from the guest’s own system."),
      muri_node_get_name (question->node), size);
}

void
muri_generalise_ask (GtkWindow *parent, MuriTemplate *meant, MuriGeneraliseAnswer answer,
                     gpointer data, GDestroyNotify destroy)
{
  g_autofree char *heading = g_strdup_printf (_ ("Generalise %s?"), muri_template_get_name (meant));
  Question *question = g_new0 (Question, 1);
  g_autofree char *body = NULL;
  GtkWidget *form;

  question->meant = g_object_ref (meant);
  question->node = find_node (meant);
  question->answer = answer;
  question->data = data;
  question->destroy = destroy;
  /* Translators: the name of a template */
  question->suggested =
      g_strdup_printf (C_ ("template", "%s, generalised"), muri_template_get_name (meant));
  body = describe (question);
  question->dialog = ADW_MESSAGE_DIALOG (adw_message_dialog_new (parent, heading, body));
  adw_message_dialog_add_responses (question->dialog, "no", _ ("_Cancel"), "yes", _ ("Generalise"),
                                    NULL);
  adw_message_dialog_set_close_response (question->dialog, "no");
  adw_message_dialog_set_default_response (question->dialog, "yes");
  adw_message_dialog_set_response_appearance (question->dialog, "yes", ADW_RESPONSE_SUGGESTED);
  form = make_form (question);
  gtk_widget_set_visible (form, question->node != NULL);
  adw_message_dialog_set_extra_child (question->dialog, form);
  g_signal_connect_data (question->dialog, "response", G_CALLBACK (on_response), question,
                         question_free, 0);
  update (question);
  gtk_window_present (GTK_WINDOW (question->dialog));
}
