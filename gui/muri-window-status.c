/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <glib/gi18n.h>

#include "muri-counted.h"
#include "muri-format.h"
#include "muri-plan.h"
#include "muri-window-private.h"

void
muri_window_say (MuriWindow *self, const char *text)
{
  muri_toaster_show (self->toaster, MURI_TOAST_ANSWER, muri_toaster_toast_new (text));
}

static void
on_notice (MuriWindow *self, const char *text)
{
  muri_toaster_show (self->toaster, MURI_TOAST_NOTICE, muri_toaster_toast_new (text));
}

static char *
sum_up (MuriWindow *self, MuriOperation *operation)
{
  if (self->toast_operations == 1)
    return muri_plan_outcome (operation);
  if (self->toast_failed == 0)
    return muri_counted (_ ("%u operations: %u done"), self->toast_operations, self->toast_done);
  return muri_counted (_ ("%u operations: %u done, %u failed"), self->toast_operations,
                       self->toast_done, self->toast_failed);
}

static gboolean
is_edit (guint verb)
{
  return verb >= MURI_VERB_JOIN_GROUP && verb <= MURI_VERB_UNGUARD;
}

/* Results that come together share one toast. */
static void
on_operation_finished (MuriWindow *self, MuriOperation *operation)
{
  guint n_targets = muri_operation_get_n_targets (operation);
  guint done = muri_operation_get_n_done (operation);
  g_autofree char *text = NULL;
  AdwToast *toast;

  /* A change of groups has said so already, with the offer to undo it. */
  if (is_edit (muri_operation_get_verb (operation)) && done == n_targets)
    return;
  if (!muri_toaster_has (self->toaster, MURI_TOAST_RESULT))
    self->toast_operations = self->toast_done = self->toast_failed = 0;
  self->toast_operations++;
  self->toast_done += done;
  self->toast_failed += n_targets - done;
  text = sum_up (self, operation);
  toast = muri_toaster_toast_new (text);
  if (self->toast_failed == 0 && self->toast_operations == 1
      && muri_operation_get_verb (operation) == MURI_VERB_CLONE)
    {
      adw_toast_set_button_label (toast, _ ("_Delete These…"));
      adw_toast_set_action_name (toast, "win.delete-created");
      adw_toast_set_action_target (toast, "s", muri_operation_get_id (operation));
      adw_toast_set_timeout (toast, MURI_TOAST_UNDO_SECONDS);
    }
  if (self->toast_failed > 0)
    {
      adw_toast_set_button_label (toast, _ ("_Show"));
      if (self->toast_operations == 1)
        {
          adw_toast_set_action_name (toast, "win.show-operation");
          adw_toast_set_action_target (toast, "s", muri_operation_get_id (operation));
        }
      else
        adw_toast_set_action_name (toast, "win.show-operations");
    }
  muri_toaster_show (self->toaster, MURI_TOAST_RESULT, toast);
}

static void
update_indicator (MuriWindow *self)
{
  guint open = muri_tally_get_n_open (self->tally);
  guint unseen = muri_tally_get_n_unseen (self->tally);
  g_autofree char *number = muri_counted ("%u", unseen > 0 ? unseen : open);
  g_autofree char *words = NULL;

  if (unseen > 0)
    words = muri_counted (ngettext ("%u target failed", "%u targets failed", unseen), unseen);
  else
    words =
        muri_counted (ngettext ("%u operation under way", "%u operations under way", open), open);

  gtk_widget_set_visible (self->operations_button, open > 0 || unseen > 0);
  gtk_image_set_from_icon_name (self->operations_image, unseen > 0 ? "muri-state-failed-symbolic"
                                                                   : "muri-operations-symbolic");
  if (unseen > 0)
    gtk_widget_add_css_class (GTK_WIDGET (self->operations_image), "error");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->operations_image), "error");
  gtk_label_set_text (self->operations_label, number);
  gtk_widget_set_tooltip_text (self->operations_button, words);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->operations_button),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, words, -1);
}

static char *
silence (MuriWindow *self)
{
  const char *interface = muri_network_get_interface (self->network);
  g_autofree char *when = NULL;
  gint64 since;

  g_object_get (self->fleet, "silent-since", &since, NULL);
  if (since == 0)
    return NULL;
  when = g_get_real_time () - since < G_TIME_SPAN_DAY ? muri_format_clock (since)
                                                      : muri_format_time (since);
  if (muri_network_get_exposed (self->network))
    /* Translators: a time, a network interface */
    return g_strdup_printf (_ ("Nothing heard since %s. Is %s connected?"), when, interface);
  return g_strdup_printf (_ ("Nothing heard since %s. Are the agents running?"), when);
}

/* Who ended in the midst, or was ended, is told so until it is decided. */
static void
update_held (MuriWindow *self)
{
  GListModel *operations = muri_fleet_get_operations (self->fleet);
  g_autoptr (MuriOperation) held = NULL;
  g_autofree char *what = NULL;
  g_autofree char *text = NULL;
  guint n_held = 0;

  for (guint i = 0; i < g_list_model_get_n_items (operations); i++)
    {
      g_autoptr (MuriOperation) operation = g_list_model_get_item (operations, i);

      if (!muri_operation_is_own (operation) || !muri_operation_is_held (operation)
          || muri_operation_get_n_unsent (operation) == 0)
        continue;
      n_held++;
      g_set_object (&held, operation);
    }
  if (n_held == 1)
    {
      guint n = muri_operation_get_n_unsent (held);

      what = muri_format_operation (held);
      /* Translators: a number, an operation: "Shut Down 8 VMs" */
      text = muri_counted (ngettext ("%u target of “%s” was not sent. It waits for you to go "
                                     "on.",
                                     "%u targets of “%s” were not sent. They wait for you to "
                                     "go on.",
                                     n),
                           n, what);
    }
  else if (n_held > 1)
    text =
        muri_counted (_ ("%u operations were stopped midway and wait for you to go on."), n_held);
  muri_bar_set_text (self->held_bar, text);
  if (n_held == 1)
    muri_bar_set_action (self->held_bar, "win.show-operation", muri_operation_get_id (held));
  else
    muri_bar_set_action (self->held_bar, "win.show-operations", NULL);
}

void
muri_window_update_status (MuriWindow *self)
{
  guint refused = muri_fleet_get_refused (self->fleet);
  gboolean first = g_strcmp0 (gtk_stack_get_visible_child_name (self->body), "first-start") == 0;
  g_autofree char *silent = first ? NULL : silence (self);
  const char *store = muri_network_get_store_problem (self->network);
  g_autofree char *problem = store ? g_markup_escape_text (store, -1) : NULL;
  const char *unsafe = muri_security_get_problem (muri_network_get_security (self->network));
  g_autofree char *asked = NULL;
  g_autofree char *exposed = NULL;
  g_autofree char *heard = NULL;

  if (muri_network_get_exposed (self->network))
    exposed = g_strdup_printf (_ ("%s is used without security: whoever is on that network can "
                                  "see and command these hosts."),
                               muri_network_get_interface (self->network));
  if (refused > self->refused_seen && !first)
    heard = muri_counted (ngettext ("%u message was heard but refused: it was malformed, or not "
                                    "its sender's to say.",
                                    "%u messages were heard but refused: they were malformed, "
                                    "or not their senders' to say.",
                                    refused - self->refused_seen),
                          refused - self->refused_seen);
  if (problem)
    adw_status_page_set_description (self->trouble, problem);
  muri_bar_set_text (self->problem_bar, muri_network_get_problem (self->network));
  muri_bar_set_text (self->silent_bar, silent);
  muri_bar_set_text (self->exposed_bar, exposed);
  muri_bar_set_text (self->refused_bar, heard);
  muri_bar_set_text (self->history_bar,
                     muri_history_get_problem (muri_fleet_get_history (self->fleet)));
  if (unsafe)
    /* Translators: a sentence that says why follows */
    asked = g_strdup_printf (_ ("No host is asked for templates and history. %s"), unsafe);
  muri_bar_set_text (self->security_bar, asked);
  update_held (self);
}

MuriBar *
muri_window_add_bar (MuriWindow *self, MuriBarStyle style, const char *button,
                     const char *action_name)
{
  GtkWidget *bar = muri_bar_new (style, button, action_name);

  gtk_box_append (self->bars, bar);
  return MURI_BAR (bar);
}

static void
connect_status (MuriWindow *self, gpointer object, const char *signal)
{
  g_signal_connect_object (object, signal, G_CALLBACK (muri_window_update_status), self,
                           G_CONNECT_SWAPPED);
}

void
muri_window_add_status (MuriWindow *self)
{
  self->problem_bar =
      muri_window_add_bar (self, MURI_BAR_ERROR, _ ("Preferences"), "app.preferences");
  self->silent_bar = muri_window_add_bar (self, MURI_BAR_WARNING, NULL, NULL);
  self->exposed_bar = muri_window_add_bar (self, MURI_BAR_WARNING, NULL, NULL);
  self->refused_bar =
      muri_window_add_bar (self, MURI_BAR_PLAIN, _ ("Dismiss"), "win.dismiss-refused");
  self->held_bar = muri_window_add_bar (self, MURI_BAR_PLAIN, _ ("Show"), "win.show-operations");

  self->history_bar = muri_window_add_bar (self, MURI_BAR_WARNING, NULL, NULL);
  self->security_bar =
      muri_window_add_bar (self, MURI_BAR_ERROR, _ ("Preferences"), "app.preferences");

  connect_status (self, muri_fleet_get_history (self->fleet), "notify::problem");
  connect_status (self, self->network, "notify::problem");
  connect_status (self, muri_network_get_security (self->network), "notify::problem");
  connect_status (self, self->network, "notify::store-problem");
  connect_status (self, self->network, "notify::interface");
  connect_status (self, self->network, "notify::exposed");
  connect_status (self, self->fleet, "notify::silent-since");
  connect_status (self, self->fleet, "notify::refused");
  connect_status (self, self->fleet, "notify::n-held");
  connect_status (self, self->body, "notify::visible-child");
  g_signal_connect_object (self->network, "notify::store-problem",
                           G_CALLBACK (muri_window_update_body), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->fleet, "notice", G_CALLBACK (on_notice), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->fleet, "operation-finished", G_CALLBACK (on_operation_finished),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->tally, "notify", G_CALLBACK (update_indicator), self,
                           G_CONNECT_SWAPPED);
  update_indicator (self);
  muri_window_update_status (self);
}
