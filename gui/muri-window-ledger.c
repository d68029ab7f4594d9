/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <glib/gi18n.h>

#include "muri-export.h"
#include "muri-ledger.h"
#include "muri-window-private.h"

static MuriOperation *
find (MuriWindow *self, GVariant *parameter)
{
  return muri_fleet_find_operation (self->fleet, g_variant_get_string (parameter, NULL));
}

static gboolean
is_own (MuriOperation *operation)
{
  return operation && muri_operation_is_own (operation);
}

static void
cancel_operation (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  MuriWindow *self = user_data;
  MuriOperation *operation = find (self, parameter);

  if (is_own (operation))
    muri_fleet_cancel (self->fleet, operation);
}

/* ---- once more ---- */

/* Takes @request. */
static void
ask (MuriWindow *self, MuriRequest *request)
{
  if (request)
    muri_window_ask_request (self, request);
  else
    muri_window_say (self, _ ("None of these exists any more"));
}

static void
retry (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  MuriWindow *self = user_data;
  MuriOperation *operation = find (self, parameter);

  if (operation)
    ask (self, muri_fleet_retry (self->fleet, operation, 0));
}

static void
start_again (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  MuriWindow *self = user_data;
  MuriOperation *operation = find (self, parameter);

  if (operation)
    ask (self, muri_fleet_start_again (self->fleet, operation));
}

static void
force_off_rest (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  MuriWindow *self = user_data;
  MuriOperation *operation = find (self, parameter);

  if (operation)
    ask (self,
         muri_fleet_follow_up (self->fleet, operation, MURI_VERB_POWER_OFF, MURI_LEDGER_TIMED_OUT));
}

/* What becomes of them is asked: they may have been used since. */
static void
delete_created (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  MuriWindow *self = user_data;
  MuriOperation *operation = find (self, parameter);

  if (operation && muri_operation_get_verb (operation) == MURI_VERB_CLONE)
    ask (self, muri_fleet_follow_up (self->fleet, operation, MURI_VERB_DELETE, MURI_LEDGER_DONE));
}

/* ---- what is not sent ---- */

static void
hold (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  MuriWindow *self = user_data;
  MuriOperation *operation = find (self, parameter);

  if (is_own (operation))
    muri_fleet_stop_sending (self->fleet, operation);
}

static void
send_rest (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  MuriWindow *self = user_data;
  MuriOperation *operation = find (self, parameter);

  if (is_own (operation))
    muri_fleet_continue (self->fleet, operation);
}

static void
drop_rest (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  MuriWindow *self = user_data;
  MuriOperation *operation = find (self, parameter);

  if (is_own (operation))
    muri_fleet_drop (self->fleet, operation);
}

/* ---- taken elsewhere ---- */

static void
copy_commands (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  MuriWindow *self = user_data;
  MuriOperation *operation = find (self, parameter);
  g_autofree char *commands =
      operation ? muri_fleet_to_commands (self->fleet, operation) : g_strdup ("");

  if (*commands)
    gtk_widget_activate_action (GTK_WIDGET (self), "win.copy", "s", commands);
  else
    muri_window_say (self, _ ("There is no command of virsh for this"));
}

static char *
suggest_name (MuriOperation *operation)
{
  g_autoptr (GDateTime) issued =
      g_date_time_new_from_unix_local (muri_operation_get_issued (operation) / G_TIME_SPAN_SECOND);
  g_autofree char *time = g_date_time_format (issued, "%Y-%m-%d-%H%M");

  return g_strdup_printf ("muri-%s-%s.csv", muri_verb_to_nick (muri_operation_get_verb (operation)),
                          time);
}

static void
export_operation (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  MuriWindow *self = user_data;
  MuriOperation *operation = find (self, parameter);
  g_autofree char *name = operation ? suggest_name (operation) : NULL;

  if (operation)
    muri_export_text (GTK_WIDGET (self), _ ("Export Operation"), name,
                      muri_operation_to_csv (operation));
}

void
muri_window_add_ledger (MuriWindow *self)
{
  static const GActionEntry entries[] = {
    { "cancel-operation", cancel_operation, "s", NULL, NULL, { 0 } },
    { "retry-operation", retry, "s", NULL, NULL, { 0 } },
    { "start-again", start_again, "s", NULL, NULL, { 0 } },
    { "delete-created", delete_created, "s", NULL, NULL, { 0 } },
    { "force-off-rest", force_off_rest, "s", NULL, NULL, { 0 } },
    { "hold-operation", hold, "s", NULL, NULL, { 0 } },
    { "send-rest", send_rest, "s", NULL, NULL, { 0 } },
    { "drop-rest", drop_rest, "s", NULL, NULL, { 0 } },
    { "copy-commands", copy_commands, "s", NULL, NULL, { 0 } },
    { "export-operation", export_operation, "s", NULL, NULL, { 0 } },
  };

  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries), self);
}
