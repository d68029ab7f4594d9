/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-config.h"

#include "muri-operation-menu.h"

#include <glib/gi18n.h>

#include "muri-counted.h"
#include "muri-format.h"
#include "muri-ledger.h"

/* Takes @label. */
static void
add (GMenu *menu, char *label, const char *action, const char *id)
{
  g_autoptr (GMenuItem) item = g_menu_item_new (label, NULL);

  g_menu_item_set_action_and_target (item, action, "s", id);
  g_menu_append_item (menu, item);
  g_free (label);
}

/* What is under way ends too, and leaves nothing behind. */
static gboolean
undoes (MuriOperation *operation)
{
  switch (muri_operation_get_verb (operation))
    {
    case MURI_VERB_CLONE:
    case MURI_VERB_FLATTEN:
    case MURI_VERB_MAKE_TEMPLATE:
    case MURI_VERB_RECEIVE_TEMPLATE:
    case MURI_VERB_FETCH_TEMPLATE:
    case MURI_VERB_GENERALISE_TEMPLATE:
      return TRUE;
    default:
      return FALSE;
    }
}

static void
add_sending (GMenu *menu, MuriOperation *operation)
{
  const char *id = muri_operation_get_id (operation);
  guint n = muri_operation_get_n_unsent (operation);

  if (!muri_operation_is_own (operation) || muri_operation_is_finished (operation))
    return;
  if (muri_operation_is_held (operation))
    {
      add (menu, muri_counted (_ ("Send the Other %u"), n), "win.send-rest", id);
      add (menu, muri_counted (_ ("Give Up the Other %u"), n), "win.drop-rest", id);
      return;
    }
  if (n > 0)
    add (menu, g_strdup (_ ("Hold After This Batch")), "win.hold-operation", id);
  add (menu, g_strdup (undoes (operation) ? _ ("Cancel and Undo") : _ ("Cancel Rest")),
       "win.cancel-operation", id);
}

static guint
count_targets (MuriRequest *request)
{
  return request ? muri_request_get_vms (request)->len + muri_request_get_nodes (request)->len : 0;
}

/* What went down after its time is left alone. */
static guint
count_up (MuriRequest *request)
{
  GPtrArray *vms = request ? muri_request_get_vms (request) : NULL;
  guint n = 0;

  for (guint i = 0; vms && i < vms->len; i++)
    n += muri_vm_can (vms->pdata[i], MURI_VERB_POWER_OFF);
  return n;
}

/* What it made, as far as that is still there: the way back. */
static MuriRequest *
created (MuriFleet *fleet, MuriOperation *operation)
{
  return muri_operation_get_verb (operation) == MURI_VERB_CLONE
                 && muri_operation_is_finished (operation)
             ? muri_fleet_follow_up (fleet, operation, MURI_VERB_DELETE, MURI_LEDGER_DONE)
             : NULL;
}

static void
add_again (GMenu *menu, MuriFleet *fleet, MuriOperation *operation)
{
  const char *id = muri_operation_get_id (operation);
  g_autoptr (MuriRequest) retry = muri_fleet_retry (fleet, operation, 0);
  g_autoptr (MuriRequest) start =
      muri_operation_is_finished (operation) ? muri_fleet_start_again (fleet, operation) : NULL;
  g_autoptr (MuriRequest) late = NULL;
  g_autoptr (MuriRequest) made = created (fleet, operation);
  guint n = count_targets (retry);

  if (muri_operation_get_verb (operation) == MURI_VERB_SHUTDOWN)
    late = muri_fleet_follow_up (fleet, operation, MURI_VERB_POWER_OFF, MURI_LEDGER_TIMED_OUT);
  if (n > 0)
    add (menu, muri_counted (ngettext ("Retry %u Failed…", "Retry %u Failed…", n), n),
         "win.retry-operation", id);
  n = count_up (late);
  if (n > 0)
    add (menu, muri_counted (ngettext ("Force Off %u…", "Force Off %u…", n), n),
         "win.force-off-rest", id);
  if (made)
    {
      n = count_targets (made);
      add (menu, muri_counted (ngettext ("Delete the %u Created…", "Delete the %u Created…", n), n),
           "win.delete-created", id);
    }
  if (start)
    add (menu, g_strdup (_ ("Start These Again")), "win.start-again", id);
}

GMenuModel *
muri_operation_menu_new (MuriFleet *fleet, MuriOperation *operation)
{
  GMenu *menu = g_menu_new ();
  g_autoptr (GMenu) acting = g_menu_new ();
  g_autoptr (GMenu) rest = g_menu_new ();
  const char *id = muri_operation_get_id (operation);
  const char *parent = muri_operation_get_parent (operation);

  add_sending (acting, operation);
  add_again (acting, fleet, operation);
  if (parent && muri_fleet_find_operation (fleet, parent))
    add (rest, g_strdup (_ ("Show the Earlier Operation")), "win.show-operation", parent);
  add (rest, g_strdup (_ ("Copy Details")), "operations.copy", id);
  if (muri_operation_get_verb (operation) <= MURI_VERB_SAVE)
    add (rest, g_strdup (_ ("Copy as Command")), "win.copy-commands", id);
  add (rest, g_strdup (_ ("Export…")), "win.export-operation", id);
  g_menu_append_section (menu, NULL, G_MENU_MODEL (acting));
  g_menu_append_section (menu, NULL, G_MENU_MODEL (rest));
  return G_MENU_MODEL (menu);
}

static gboolean
unparent (gpointer popover)
{
  gtk_widget_unparent (popover);
  return G_SOURCE_REMOVE;
}

/* Its items are activated after it has closed. */
static void
on_closed (GtkWidget *popover, GtkWidget *at)
{
  gtk_widget_grab_focus (at);
  g_idle_add_full (G_PRIORITY_DEFAULT_IDLE, unparent, g_object_ref (popover), g_object_unref);
}

/* It is no menu of a button in a row: arrows do not get through a list to such a one. */
void
muri_operation_menu_pop_up (GtkWidget *parent, GtkWidget *at, MuriFleet *fleet,
                            MuriOperation *operation)
{
  g_autoptr (GMenuModel) menu = muri_operation_menu_new (fleet, operation);
  GtkWidget *popover;
  graphene_rect_t bounds;

  if (!gtk_widget_compute_bounds (at, parent, &bounds))
    return;
  popover = gtk_popover_menu_new_from_model (menu);
  gtk_widget_set_parent (popover, parent);
  gtk_popover_set_pointing_to (GTK_POPOVER (popover),
                               &(GdkRectangle){ (int)bounds.origin.x, (int)bounds.origin.y,
                                                (int)bounds.size.width, (int)bounds.size.height });
  g_signal_connect_object (popover, "closed", G_CALLBACK (on_closed), at, 0);
  gtk_popover_popup (GTK_POPOVER (popover));
}

/* Agents know each other by addresses, people by names. */
static const char *
name_of_source (MuriFleet *fleet, const char *source)
{
  GListModel *nodes = fleet ? muri_fleet_get_nodes (fleet) : NULL;

  for (guint i = 0; nodes && i < g_list_model_get_n_items (nodes); i++)
    {
      g_autoptr (MuriNode) node = g_list_model_get_item (nodes, i);
      const muri_v1_Node *facts = muri_node_get_facts (node);
      g_autofree char *address = g_strdup_printf ("%s:%u", facts->address, facts->http_port);

      if (g_str_equal (address, source))
        return muri_node_get_name (node); /* the fleet holds it */
    }
  return source;
}

/* "Fetching 42 % from host-2". */
static char *
step_words (MuriTarget *target, MuriFleet *fleet)
{
  guint step = muri_target_get_step (target);
  guint percent = muri_target_get_percent (target);
  const char *from = muri_target_get_message (target);
  g_autofree char *share = percent <= 100 ? muri_format_share (percent / 100.0) : NULL;

  if (step == MURI_STEP_FETCHING && share && from && *from)
    /* Translators: how much of a template was fetched, and from which host: "Fetching 42 % from
     * host-2" */
    return g_strdup_printf (_ ("Fetching %s from %s"), share, name_of_source (fleet, from));
  if (!share)
    return g_strdup (muri_format_step (step));
  /* Translators: "Copying", "42 %" */
  return g_strdup_printf (C_ ("progress", "%s %s"), muri_format_step (step), share);
}

char *
muri_target_words (MuriTarget *target, MuriFleet *fleet)
{
  guint state = muri_target_get_state (target);
  guint vm_state = MURI_VM_STATE_UNKNOWN;

  if (state == MURI_OUTCOME_RUNNING && muri_target_get_step (target) != MURI_STEP_NONE)
    return step_words (target, fleet);
  if (state != MURI_OUTCOME_TIMED_OUT && state != MURI_OUTCOME_INTERRUPTED)
    return g_strdup (muri_format_outcome (state));
  g_object_get (target, "vm-state", &vm_state, NULL);
  if (vm_state == MURI_VM_STATE_UNKNOWN)
    return g_strdup (muri_format_outcome (state));
  /* Translators: an outcome, and the state that the VM was found in: "Timed out (Running)" */
  return g_strdup_printf (_ ("%s (%s)"), muri_format_outcome (state),
                          muri_format_vm_state (vm_state));
}

char *
muri_operation_details (MuriOperation *operation)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *title = muri_format_operation (operation);
  g_autofree char *time = muri_format_time (muri_operation_get_issued (operation));
  g_autofree char *counts = muri_format_operation_counts (operation);
  guint n = g_list_model_get_n_items (G_LIST_MODEL (operation));

  g_string_append_printf (text, "%s\n%s, %s\n%s\n%s\n", title,
                          muri_operation_get_issuer (operation), time, counts,
                          muri_operation_get_id (operation));
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (MuriTarget) target = g_list_model_get_item (G_LIST_MODEL (operation), i);
      g_autofree char *words = muri_target_words (target, NULL);
      const char *message = muri_target_get_message (target);

      g_string_append_printf (text, "%s\t%s\t%s\t%s\n", muri_target_get_name (target),
                              muri_target_get_node_name (target), words, message ? message : "");
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}
