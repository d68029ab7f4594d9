/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "muri-smart-dialog.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "muri-counted.h"
#include "muri-group-edits.h"
#include "muri-group-path.h"
#include "muri-query-completion.h"

typedef struct
{
  AdwMessageDialog *dialog;
  GtkEditable *name;
  GtkEditable *text;
  GtkLabel *name_problem;
  GtkLabel *text_problem;
  MuriFleet *fleet;
  MuriSmartGroup *group;
  MuriSmartFunc done;
  gpointer data;
  GDestroyNotify destroy;
  guint timeout;
} Question;

/* What it finds changes while it is written. */
#define COUNT_SECONDS 2

static void
question_free (gpointer data, GClosure *closure)
{
  Question *question = data;

  g_clear_handle_id (&question->timeout, g_source_remove);
  if (question->destroy)
    question->destroy (question->data);
  g_clear_object (&question->group);
  g_object_unref (question->fleet);
  g_free (question);
}

static char *
stripped (GtkEditable *entry)
{
  return g_strstrip (g_strdup (gtk_editable_get_text (entry)));
}

static gboolean
is_taken (Question *question, const char *name)
{
  GListModel *groups = muri_fleet_get_smart_groups (question->fleet);

  for (guint i = 0; i < g_list_model_get_n_items (groups); i++)
    {
      g_autoptr (MuriSmartGroup) group = g_list_model_get_item (groups, i);

      if (group != question->group && g_str_equal (muri_smart_group_get_name (group), name))
        return TRUE;
    }
  return FALSE;
}

static char *
check_name (Question *question, const char *name)
{
  g_autoptr (GError) error = NULL;

  if (!muri_group_name_check (name, &error))
    return g_strdup (muri_group_problem (error));
  if (is_taken (question, name))
    return g_strdup_printf (_ ("There is a smart group “%s” already."), name);
  return NULL;
}

static guint
count (Question *question, MuriQuery *query)
{
  GListModel *vms = muri_fleet_get_vms (question->fleet);
  guint n = 0;

  for (guint i = 0; i < g_list_model_get_n_items (vms); i++)
    {
      g_autoptr (MuriVm) vm = g_list_model_get_item (vms, i);

      n += muri_query_matches (query, vm);
    }
  return n;
}

static void
set_wrong (GtkEditable *entry, gboolean wrong)
{
  if (wrong)
    gtk_widget_add_css_class (GTK_WIDGET (entry), "error");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (entry), "error");
  gtk_accessible_update_state (GTK_ACCESSIBLE (entry), GTK_ACCESSIBLE_STATE_INVALID,
                               wrong ? GTK_ACCESSIBLE_INVALID_TRUE : GTK_ACCESSIBLE_INVALID_FALSE,
                               -1);
}

static void
on_changed (Question *question)
{
  g_autofree char *name = stripped (question->name);
  g_autofree char *text = stripped (question->text);
  g_autofree char *problem = check_name (question, name);
  g_autoptr (GError) error = NULL;
  g_autoptr (MuriQuery) query = muri_query_parse (text, NULL, &error);
  guint n = query && *text ? count (question, query) : 0;
  g_autofree char *found = muri_counted (ngettext ("Finds %u VM now", "Finds %u VMs now", n), n);

  set_wrong (question->name, problem && *name);
  gtk_label_set_text (question->name_problem, problem && *name ? problem : "");
  set_wrong (question->text, error != NULL);
  gtk_label_set_text (question->text_problem, error   ? error->message
                                              : *text ? found
                                                      : _ ("Ctrl+Space shows what can be "
                                                           "looked for"));
  adw_message_dialog_set_response_enabled (question->dialog, "yes", !problem && query && *text);
}

static gboolean
on_timeout (gpointer question)
{
  on_changed (question);
  return G_SOURCE_CONTINUE;
}

static void
on_response (AdwMessageDialog *dialog, const char *response, Question *question)
{
  g_autofree char *name = stripped (question->name);
  g_autofree char *text = stripped (question->text);
  MuriSmartGroup *group = question->group;
  g_autoptr (GError) error = NULL;

  /* A window that is closed may last a while yet. */
  g_clear_handle_id (&question->timeout, g_source_remove);
  if (!g_str_equal (response, "yes"))
    return;
  if (!group)
    group = muri_fleet_add_smart_group (question->fleet, name, text, &error);
  else if (!muri_fleet_change_smart_group (question->fleet, group, name, text, &error))
    group = NULL;
  question->done (group, error ? muri_group_problem (error) : NULL, question->data);
}

static GtkEditable *
add_entry (Question *question, GtkBox *box, const char *title, const char *text, GtkLabel **note)
{
  GtkWidget *label = gtk_label_new (title);
  GtkWidget *entry = gtk_entry_new ();
  GtkWidget *below = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_add_css_class (label, "caption-heading");
  gtk_editable_set_text (GTK_EDITABLE (entry), text);
  gtk_entry_set_activates_default (GTK_ENTRY (entry), TRUE);
  gtk_editable_set_max_width_chars (GTK_EDITABLE (entry), 44);
  gtk_accessible_update_property (GTK_ACCESSIBLE (entry), GTK_ACCESSIBLE_PROPERTY_LABEL, title, -1);
  gtk_label_set_xalign (GTK_LABEL (below), 0);
  gtk_label_set_wrap (GTK_LABEL (below), TRUE);
  gtk_label_set_max_width_chars (GTK_LABEL (below), 44);
  gtk_widget_add_css_class (below, "caption");
  gtk_box_append (box, label);
  gtk_box_append (box, entry);
  gtk_box_append (box, below);
  g_signal_connect_swapped (entry, "changed", G_CALLBACK (on_changed), question);
  *note = GTK_LABEL (below);
  return GTK_EDITABLE (entry);
}

static void
add_entries (Question *question, const char *name, const char *text)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  MuriQueryCompletion *completion;

  question->name = add_entry (question, GTK_BOX (box), _ ("Name"), name, &question->name_problem);
  question->text = add_entry (question, GTK_BOX (box), _ ("Search"), text, &question->text_problem);
  gtk_entry_set_placeholder_text (GTK_ENTRY (question->text), "state:running cpu>80");
  completion = muri_query_completion_new (GTK_WIDGET (question->text));
  muri_query_completion_set_fleet (completion, question->fleet);
  adw_message_dialog_set_extra_child (question->dialog, box);
}

void
muri_smart_dialog_present (GtkWindow *parent, MuriFleet *fleet, MuriSmartGroup *group,
                           const char *text, MuriSmartFunc done, gpointer data,
                           GDestroyNotify destroy)
{
  GtkWidget *widget =
      adw_message_dialog_new (parent, group ? _ ("Edit Smart Group") : _ ("New Smart Group"),
                              _ ("It holds all VMs that a search finds, as they come and go."));
  Question *question = g_new0 (Question, 1);

  *question = (Question){ .dialog = ADW_MESSAGE_DIALOG (widget),
                          .fleet = g_object_ref (fleet),
                          .group = group ? g_object_ref (group) : NULL,
                          .done = done,
                          .data = data,
                          .destroy = destroy };
  adw_message_dialog_add_responses (question->dialog, "no", _ ("_Cancel"), "yes",
                                    group ? _ ("_Apply") : _ ("C_reate"), NULL);
  adw_message_dialog_set_response_appearance (question->dialog, "yes", ADW_RESPONSE_SUGGESTED);
  adw_message_dialog_set_default_response (question->dialog, "yes");
  adw_message_dialog_set_close_response (question->dialog, "no");
  add_entries (question, group ? muri_smart_group_get_name (group) : "", text);
  g_signal_connect_data (widget, "response", G_CALLBACK (on_response), question, question_free, 0);
  on_changed (question);
  question->timeout = g_timeout_add_seconds (COUNT_SECONDS, on_timeout, question);
  gtk_window_present (GTK_WINDOW (widget));
  gtk_widget_grab_focus (GTK_WIDGET (question->name));
}
