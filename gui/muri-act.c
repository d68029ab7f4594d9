/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "muri-act.h"

#include <glib/gi18n.h>

#include "muri-ask.h"
#include "muri-format.h"
#include "muri-review-dialog.h"

typedef struct
{
  MuriFleet *fleet;
  guint verb;
  GPtrArray *targets;
  MuriActFunc done;
  gpointer user_data;
} Act;

static void
act_free (gpointer data)
{
  Act *act = data;

  g_object_unref (act->fleet);
  g_ptr_array_unref (act->targets);
  g_free (act);
}

static GPtrArray *
pick_able (GPtrArray *vms, guint verb)
{
  GPtrArray *able = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < vms->len; i++)
    if (muri_plan_kind (vms->pdata[i], verb) == MURI_PLAN_ABLE)
      g_ptr_array_add (able, g_object_ref (vms->pdata[i]));
  return able;
}

static void
on_submitted (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Act *act = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (MuriOperation) operation =
      muri_fleet_submit_finish (MURI_FLEET (object), result, &error);

  if (!operation)
    {
      g_autofree char *what = muri_format_verb_count (act->verb, act->targets->len);
      /* Translators: "Shut Down 3 VMs", then a sentence that says why not */
      g_autofree char *problem =
          g_strdup_printf (_ ("“%s” was not sent. %s"), what, error->message);

      act->done (NULL, problem, act->user_data);
    }
  else
    act->done (operation, NULL, act->user_data);
  act_free (act);
}

static void
submit (Act *act, GPtrArray *targets)
{
  Act *own = g_new0 (Act, 1);

  *own = (Act){ .fleet = g_object_ref (act->fleet),
                .verb = act->verb,
                .targets = g_ptr_array_ref (targets),
                .done = act->done,
                .user_data = act->user_data };
  muri_fleet_submit_async (act->fleet, act->verb, targets, NULL, 0, NULL, on_submitted, own);
}

static void
on_yes (gpointer data)
{
  Act *act = data;

  submit (act, act->targets);
}

static void
on_confirmed (MuriReviewDialog *dialog, GPtrArray *targets, Act *act)
{
  submit (act, targets);
}

static void
free_closure (gpointer data, GClosure *closure)
{
  act_free (data);
}

static void
ask (GtkWindow *parent, Act *act, GPtrArray *vms)
{
  if (vms->len == 1)
    {
      g_autofree char *name =
          muri_format_verb_name (act->verb, muri_vm_get_name (act->targets->pdata[0]));
      /* Translators: "Shut Down web-001", as a question */
      g_autofree char *heading = g_strdup_printf (_ ("%s?"), name);

      muri_ask (parent, heading, muri_plan_consequence (act->verb), muri_format_verb (act->verb),
                on_yes, act, act_free);
    }
  else
    {
      MuriReviewDialog *dialog = muri_review_dialog_new (parent, act->verb, vms);

      g_signal_connect_data (dialog, "confirmed", G_CALLBACK (on_confirmed), act, free_closure, 0);
      gtk_window_present (GTK_WINDOW (dialog));
    }
}

static char *
why_none (guint verb, GPtrArray *vms)
{
  g_autofree char *reason = NULL;

  if (vms->len != 1)
    /* Translators: a verb: "Shut Down" */
    return g_strdup_printf (_ ("“%s” can be done with none of these VMs now"),
                            muri_format_verb (verb));
  reason = muri_plan_reason (vms->pdata[0], verb);
  /* Translators: a VM's name, then "is already running" */
  return g_strdup_printf (C_ ("VM, reason", "%s: %s"), muri_vm_get_name (vms->pdata[0]), reason);
}

void
muri_act (GtkWindow *parent, MuriFleet *fleet, guint verb, GPtrArray *vms, MuriActFunc done,
          gpointer user_data)
{
  g_autoptr (GPtrArray) able = pick_able (vms, verb);
  Act *act;

  if (able->len == 0)
    {
      g_autofree char *problem = why_none (verb, vms);

      done (NULL, problem, user_data);
      return;
    }

  act = g_new0 (Act, 1);
  *act = (Act){ .fleet = g_object_ref (fleet),
                .verb = verb,
                .targets = g_steal_pointer (&able),
                .done = done,
                .user_data = user_data };
  if (muri_plan_asks (verb, act->targets->len))
    ask (parent, act, vms);
  else
    {
      submit (act, act->targets);
      act_free (act);
    }
}
