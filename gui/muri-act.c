/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "muri-act.h"

#include <glib/gi18n.h>

#include "muri-ask.h"
#include "muri-format.h"
#include "muri-review-dialog.h"

MuriIntent *
muri_intent_new (guint verb, GPtrArray *vms)
{
  MuriIntent *intent = g_new0 (MuriIntent, 1);

  intent->verb = verb;
  intent->vms = g_ptr_array_ref (vms);
  return intent;
}

void
muri_intent_free (MuriIntent *intent)
{
  g_ptr_array_unref (intent->vms);
  g_clear_pointer (&intent->host_vms, g_ptr_array_unref);
  g_free (intent->hosts);
  g_free (intent->group);
  g_free (intent->order_group);
  g_free (intent->parent);
  g_free (intent);
}

MuriRequest *
muri_intent_to_request (const MuriIntent *intent, GPtrArray *vms, const MuriPacing *pacing)
{
  MuriRequest *request = muri_request_new (intent->verb);

  muri_request_add_vms (request, vms);
  if (intent->group)
    muri_request_set_group (request, intent->group);
  if (intent->parent)
    muri_request_set_parent (request, intent->parent);
  muri_request_set_pacing (request, pacing, intent->order_group);
  return request;
}

/* ---- submitting ---- */

typedef struct
{
  MuriFleet *fleet;
  MuriIntent *intent; /* while it is asked about */
  MuriRequest *request;
  MuriActFunc done;
  gpointer user_data;
  GDestroyNotify destroy;
} Act;

static void
act_free (gpointer data)
{
  Act *act = data;

  g_object_unref (act->fleet);
  g_clear_pointer (&act->intent, muri_intent_free);
  g_clear_pointer (&act->request, muri_request_unref);
  if (act->destroy)
    act->destroy (act->user_data);
  g_free (act);
}

static char *
describe (MuriRequest *request)
{
  guint verb = muri_request_get_verb (request);
  GPtrArray *vms = muri_request_get_vms (request);
  GPtrArray *nodes = muri_request_get_nodes (request);

  if (vms->len == 0 && nodes->len == 1)
    return muri_format_verb_name (verb, muri_node_get_name (nodes->pdata[0]));
  return muri_format_verb_count (verb, vms->len + nodes->len);
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
      g_autofree char *what = describe (act->request);
      /* Translators: "Shut Down 3 VMs", then a sentence that says why not */
      g_autofree char *problem =
          g_strdup_printf (_ ("“%s” was not sent. %s"), what, error->message);

      act->done (NULL, problem, act->user_data);
    }
  else
    act->done (operation, NULL, act->user_data);
  act_free (act);
}

void
muri_act_submit (MuriFleet *fleet, MuriRequest *request, MuriActFunc done, gpointer user_data,
                 GDestroyNotify destroy)
{
  Act *act = g_new0 (Act, 1);

  *act = (Act){ .fleet = g_object_ref (fleet),
                .request = request,
                .done = done,
                .user_data = user_data,
                .destroy = destroy };
  muri_fleet_request_async (fleet, request, NULL, on_submitted, act);
}

/* The question goes, what was asked about stays. */
static void
submit (Act *act, GPtrArray *vms, const MuriPacing *pacing)
{
  muri_act_submit (act->fleet, muri_intent_to_request (act->intent, vms, pacing), act->done,
                   act->user_data, act->destroy);
  act->destroy = NULL;
}

/* ---- asking ---- */

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
on_yes (gpointer data)
{
  Act *act = data;

  submit (act, act->intent->vms, &act->intent->pacing);
}

static void
on_confirmed (MuriReviewDialog *dialog, GPtrArray *targets, const MuriPacing *pacing, Act *act)
{
  submit (act, targets, pacing);
}

static void
free_closure (gpointer data, GClosure *closure)
{
  act_free (data);
}

static void
review (GtkWindow *parent, Act *act)
{
  MuriReviewDialog *dialog = muri_review_dialog_new (parent, act->fleet, act->intent);

  g_signal_connect_data (dialog, "confirmed", G_CALLBACK (on_confirmed), act, free_closure, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
ask_one (GtkWindow *parent, Act *act)
{
  guint verb = act->intent->verb;
  g_autofree char *name =
      muri_format_verb_name (verb, muri_vm_get_name (act->intent->vms->pdata[0]));
  /* Translators: "Shut Down web-001", as a question */
  g_autofree char *heading = g_strdup_printf (_ ("%s?"), name);

  muri_ask (parent, heading, muri_plan_consequence (verb), muri_format_verb (verb), on_yes, act,
            act_free);
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
muri_act (GtkWindow *parent, MuriFleet *fleet, MuriIntent *intent, MuriActFunc done,
          gpointer user_data, GDestroyNotify destroy)
{
  g_autoptr (GPtrArray) able = pick_able (intent->vms, intent->verb);
  gboolean more = intent->host_vms && intent->host_vms->len > 0;
  Act *act = g_new0 (Act, 1);

  *act = (Act){ .fleet = g_object_ref (fleet),
                .intent = intent,
                .done = done,
                .user_data = user_data,
                .destroy = destroy };
  if (able->len == 0 && !more)
    {
      g_autofree char *problem = why_none (intent->verb, intent->vms);

      done (NULL, problem, user_data);
      act_free (act);
    }
  else if (!more && !muri_plan_asks (intent->verb, able->len))
    {
      submit (act, able, &intent->pacing);
      act_free (act);
    }
  else if (!more && intent->vms->len == 1)
    ask_one (parent, act);
  else
    review (parent, act);
}
