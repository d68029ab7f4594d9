/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-config.h"

#include "muri-operation-menu.h"

#include <glib/gi18n.h>

#include "muri-format.h"

typedef gboolean (*ChooseFunc) (guint state);

static gboolean
is_failed (guint state)
{
  return muri_target_state_is_final (state) && !muri_target_state_is_success (state)
         && state != MURI_OUTCOME_CANCELLED && state != MURI_OUTCOME_NOT_HERE;
}

static gboolean
is_timed_out (guint state)
{
  return state == MURI_OUTCOME_TIMED_OUT;
}

/* What was stopped by it, and not before. */
static gboolean
is_done (guint state)
{
  return state == MURI_OUTCOME_DONE;
}

/* The ids of VMs that are still known, as a target for win.act; NULL when there are none. */
static GVariant *
choose (MuriFleet *fleet, MuriOperation *operation, ChooseFunc func, guint verb, guint *n)
{
  GVariantBuilder builder;
  guint n_targets = g_list_model_get_n_items (G_LIST_MODEL (operation));

  *n = 0;
  g_variant_builder_init (&builder, G_VARIANT_TYPE ("as"));
  for (guint i = 0; i < n_targets; i++)
    {
      g_autoptr (MuriTarget) target = g_list_model_get_item (G_LIST_MODEL (operation), i);
      const char *id = muri_target_get_vm_id (target);

      if (!func (muri_target_get_state (target)) || muri_fleet_find_vm (fleet, id) == NULL)
        continue;
      g_variant_builder_add (&builder, "s", id);
      (*n)++;
    }
  if (*n == 0)
    {
      g_variant_builder_clear (&builder);
      return NULL;
    }
  return g_variant_new ("(s@as)", muri_verb_to_nick (verb), g_variant_builder_end (&builder));
}

/* Takes @label. */
static void
add (GMenu *menu, char *label, const char *action, GVariant *target)
{
  g_autoptr (GMenuItem) item = g_menu_item_new (label, NULL);

  g_menu_item_set_action_and_target_value (item, action, target);
  g_menu_append_item (menu, item);
  g_free (label);
}

static void
add_retry (GMenu *menu, MuriFleet *fleet, MuriOperation *operation)
{
  guint n;
  GVariant *target = choose (fleet, operation, is_failed, muri_operation_get_verb (operation), &n);

  if (target)
    add (menu, g_strdup_printf (ngettext ("Retry %u Failed…", "Retry %u Failed…", n), n), "win.act",
         target);
}

static void
add_force (GMenu *menu, MuriFleet *fleet, MuriOperation *operation)
{
  guint n;
  GVariant *target;

  if (muri_operation_get_verb (operation) != MURI_VERB_SHUTDOWN)
    return;
  target = choose (fleet, operation, is_timed_out, MURI_VERB_POWER_OFF, &n);
  if (target)
    add (menu, g_strdup_printf (ngettext ("Force Off %u…", "Force Off %u…", n), n), "win.act",
         target);
}

static void
add_undo (GMenu *menu, MuriFleet *fleet, MuriOperation *operation)
{
  guint verb = muri_operation_get_verb (operation);
  guint n;
  GVariant *target;

  if ((verb != MURI_VERB_SHUTDOWN && verb != MURI_VERB_POWER_OFF)
      || !muri_operation_is_finished (operation))
    return;
  target = choose (fleet, operation, is_done, MURI_VERB_POWER_ON, &n);
  if (target)
    add (menu, g_strdup (_ ("Start These Again")), "win.act", target);
}

GMenuModel *
muri_operation_menu_new (MuriFleet *fleet, MuriOperation *operation)
{
  GMenu *menu = g_menu_new ();
  g_autoptr (GMenu) acting = g_menu_new ();
  g_autoptr (GMenu) rest = g_menu_new ();
  const char *id = muri_operation_get_id (operation);

  if (muri_operation_is_own (operation) && muri_operation_get_n_open (operation) > 0)
    add (acting, g_strdup (_ ("Cancel Rest")), "win.cancel-operation", g_variant_new_string (id));
  add_retry (acting, fleet, operation);
  add_force (acting, fleet, operation);
  add_undo (acting, fleet, operation);
  add (rest, g_strdup (_ ("Copy Details")), "operations.copy", g_variant_new_string (id));
  g_menu_append_section (menu, NULL, G_MENU_MODEL (acting));
  g_menu_append_section (menu, NULL, G_MENU_MODEL (rest));
  return G_MENU_MODEL (menu);
}

char *
muri_target_words (MuriTarget *target)
{
  guint state = muri_target_get_state (target);
  guint vm_state = MURI_VM_STATE_UNKNOWN;

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
      g_autofree char *words = muri_target_words (target);
      const char *message = muri_target_get_message (target);

      g_string_append_printf (text, "%s\t%s\t%s\t%s\n", muri_target_get_name (target),
                              muri_target_get_node_name (target), words, message ? message : "");
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}
