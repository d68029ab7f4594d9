/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-config.h"

#include "muri-template-questions.h"

#include <glib/gi18n.h>

#include "muri-counted.h"
#include "muri-format.h"
#include "muri-host-picks.h"

#define CLONES_NAMED 6

typedef struct
{
  AdwMessageDialog *dialog;
  MuriFleet *fleet; /* nullable */
  MuriTemplate *meant;
  MuriTickPicker *picker; /* nullable */
  GPtrArray *clones;
  MuriTemplateAnswer answer;
  gpointer data;
  GDestroyNotify destroy;
} Question;

static void
question_free (gpointer data, GClosure *closure)
{
  Question *question = data;

  g_clear_object (&question->fleet);
  g_object_unref (question->meant);
  g_clear_pointer (&question->clones, g_ptr_array_unref);
  if (question->destroy)
    question->destroy (question->data);
  g_free (question);
}

static Question *
question_new (GtkWindow *parent, MuriFleet *fleet, MuriTemplate *meant, const char *heading,
              const char *body, const char *button)
{
  GtkWidget *widget = adw_message_dialog_new (parent, heading, body);
  Question *question = g_new0 (Question, 1);

  question->dialog = ADW_MESSAGE_DIALOG (widget);
  question->fleet = fleet ? g_object_ref (fleet) : NULL;
  question->meant = g_object_ref (meant);
  adw_message_dialog_add_responses (question->dialog, "no", _ ("_Cancel"), "yes", button, NULL);
  adw_message_dialog_set_close_response (question->dialog, "no");
  return question;
}

static GPtrArray *
holders_of (MuriTemplate *meant)
{
  GListModel *holders = muri_template_get_holders (meant);
  GPtrArray *nodes = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < g_list_model_get_n_items (holders); i++)
    {
      g_autoptr (MuriHolder) holder = g_list_model_get_item (holders, i);

      g_ptr_array_add (nodes, g_object_ref (muri_holder_get_node (holder)));
    }
  return nodes;
}

static void
on_response (AdwMessageDialog *dialog, const char *response, Question *question)
{
  g_autoptr (GPtrArray) nodes = NULL;

  if (!g_str_equal (response, "yes"))
    return;
  nodes = question->picker ? muri_host_picks_get (question->picker, question->fleet)
                           : holders_of (question->meant);
  if (nodes->len > 0)
    question->answer (question->meant, nodes, question->clones, question->data);
}

static void
present (Question *question, MuriTemplateAnswer answer, gpointer data, GDestroyNotify destroy)
{
  question->answer = answer;
  question->data = data;
  question->destroy = destroy;
  g_signal_connect_data (question->dialog, "response", G_CALLBACK (on_response), question,
                         question_free, 0);
  gtk_window_present (GTK_WINDOW (question->dialog));
}

/* ---- copies ---- */

static void
on_picked (Question *question)
{
  g_autoptr (GPtrArray) nodes = muri_host_picks_get (question->picker, question->fleet);
  g_autofree char *label =
      muri_counted (ngettext ("Copy to %u Host", "Copy to %u Hosts", nodes->len), nodes->len);

  adw_message_dialog_set_response_label (question->dialog, "yes", label);
  adw_message_dialog_set_response_enabled (question->dialog, "yes", nodes->len > 0);
}

void
muri_template_ask_copy (GtkWindow *parent, MuriFleet *fleet, MuriTemplate *meant,
                        MuriTemplateAnswer answer, gpointer data, GDestroyNotify destroy)
{
  g_autofree char *heading = g_strdup_printf (_ ("Copy %s"), muri_template_get_name (meant));
  Question *question = question_new (
      parent, fleet, meant, heading,
      _ ("Hosts get it from those that hold it, and pass on what they have. A host that has it "
         "makes clones at once."),
      _ ("Copy"));

  question->picker = g_object_new (MURI_TYPE_TICK_PICKER, "halign", GTK_ALIGN_CENTER, NULL);
  muri_tick_picker_set_up (question->picker, _ ("Choose hosts…"), FALSE, NULL);
  muri_host_picks_fill (question->picker, fleet, MURI_VERB_FETCH_TEMPLATE, meant);
  g_signal_connect_swapped (question->picker, "changed", G_CALLBACK (on_picked), question);
  adw_message_dialog_set_extra_child (question->dialog, GTK_WIDGET (question->picker));
  adw_message_dialog_set_response_appearance (question->dialog, "yes", ADW_RESPONSE_SUGGESTED);
  adw_message_dialog_set_default_response (question->dialog, "yes");
  on_picked (question);
  present (question, answer, data, destroy);
}

/* ---- deletion ---- */

static char *
name_clones (GPtrArray *clones)
{
  GString *text = g_string_new (NULL);
  guint n = MIN (clones->len, CLONES_NAMED);

  for (guint i = 0; i < n; i++)
    g_string_append_printf (text, "%s%s", i > 0 ? C_ ("list separator", ", ") : "",
                            muri_vm_get_name (clones->pdata[i]));
  if (clones->len > n)
    muri_counted_append (text, C_ ("chosen", " and %u more"), clones->len - n);
  return g_string_free (text, FALSE);
}

/* As long as they read its disk it stays. What becomes of them is asked in a window of its own. */
static void
add_clones (Question *question)
{
  guint n = question->clones->len;
  g_autofree char *names = name_clones (question->clones);
  g_autofree char *text = g_strdup_printf (
      ngettext ("%s is a linked clone and reads its disk: the template cannot go before that one. "
                "Make it independent, or delete both.",
                "%s are linked clones and read its disk: the template cannot go before them. Make "
                "them independent, or delete all.",
                n),
      names);
  g_autofree char *label =
      muri_counted (ngettext ("_Delete with %u Clone…", "_Delete with %u Clones…", n), n);

  adw_message_dialog_set_body (question->dialog, text);
  adw_message_dialog_set_response_label (question->dialog, "yes", label);
}

static char *
describe_holders (MuriTemplate *meant)
{
  guint n = g_list_model_get_n_items (muri_template_get_holders (meant));
  guint lost = 0;
  g_autoptr (GPtrArray) nodes = holders_of (meant);
  g_autofree char *size = muri_format_size ((double)muri_template_get_facts (meant)->allocation);
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < nodes->len; i++)
    lost += !muri_node_is_reachable (nodes->pdata[i]);
  /* Translators: a number of hosts, a size */
  muri_counted_append (text,
                       ngettext ("It is deleted on %u host, which frees %s there.",
                                 "It is deleted on %u hosts, which frees %s on each.", n),
                       n, size);
  if (lost > 0)
    g_string_append_printf (text, " %s",
                            _ ("Hosts that cannot be reached keep it until they are asked again."));
  return g_string_free (text, FALSE);
}

void
muri_template_ask_delete (GtkWindow *parent, MuriFleet *fleet, MuriTemplate *meant,
                          MuriTemplateAnswer answer, gpointer data, GDestroyNotify destroy)
{
  g_autofree char *heading =
      g_strdup_printf (_ ("Delete Template %s?"), muri_template_get_name (meant));
  g_autofree char *body = describe_holders (meant);
  Question *question = question_new (parent, fleet, meant, heading, body, _ ("Delete Template"));
  g_autoptr (GPtrArray) clones = muri_fleet_list_clones (fleet, meant, TRUE);

  adw_message_dialog_set_response_appearance (question->dialog, "yes", ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_default_response (question->dialog, "no");
  if (clones->len > 0)
    {
      question->clones = g_ptr_array_ref (clones);
      add_clones (question);
    }
  present (question, answer, data, destroy);
}
