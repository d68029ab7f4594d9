/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-fleet-private.h"

#include "muri-plan.h"
#include "muri-words.h"

#include <glib/gi18n-lib.h>

/* What moves images takes as long as they are large. */
static gint64
default_timeout (guint verb)
{
  switch (verb)
    {
    case MURI_VERB_CLONE:
    case MURI_VERB_FLATTEN:
    case MURI_VERB_MAKE_TEMPLATE:
    case MURI_VERB_RECEIVE_TEMPLATE:
    case MURI_VERB_FETCH_TEMPLATE:
    case MURI_VERB_GENERALISE_TEMPLATE:
      return 2 * G_TIME_SPAN_HOUR;
    case MURI_VERB_SHUTDOWN:
    case MURI_VERB_DELETE:
    case MURI_VERB_DELETE_TEMPLATE:
      return 5 * G_TIME_SPAN_MINUTE;
    default:
      return G_TIME_SPAN_MINUTE;
    }
}

/* Who holds the image: agents do not look for one another. Each zone is told of its own first. */
static void
add_sources (MuriFleet *self, MuriRequest *request, GPtrArray *targets)
{
  g_autoptr (GVariant) parameters = muri_request_get_parameters (request);
  guint verb = muri_request_get_verb (request);
  const char *id = NULL;
  MuriTemplate *template;

  if ((verb != MURI_VERB_CLONE && verb != MURI_VERB_FETCH_TEMPLATE) || parameters == NULL
      || g_variant_lookup (parameters, MURI_PARAMETER_SOURCES, "&s", NULL)
      || g_variant_lookup (parameters, MURI_PARAMETER_URL, "&s", NULL)
      || !g_variant_lookup (parameters, MURI_PARAMETER_TEMPLATE, "&s", &id))
    return;
  template = muri_fleet_find_template (self, id);
  if (template == NULL)
    return;

  for (guint i = 0; i < targets->len; i++)
    {
      guint zone = muri_target_get_zone (targets->pdata[i]);
      g_autofree char *name = g_strdup_printf (MURI_PARAMETER_SOURCES "@%u", zone);
      g_autofree char *sources = muri_template_list_sources (template, zone);

      if (*sources != '\0')
        muri_request_set_parameter (request, name, sources);
    }
}

static MuriOperation *
make_operation (MuriFleet *self, MuriRequest *request, GError **error)
{
  g_autoptr (GPtrArray) targets = muri_plan_make_targets (request);
  g_autoptr (GVariant) parameters = NULL;
  g_autoptr (MuriOperation) operation = NULL;
  const MuriPacing *pacing = muri_request_get_pacing (request);
  guint verb = muri_request_get_verb (request);
  guint timeout = muri_request_get_timeout (request);
  gint64 life = timeout > 0 ? timeout * G_TIME_SPAN_SECOND : default_timeout (verb);
  MuriOperationBody body = {
    .console = self->console,
    .verb = verb,
    .issued = g_get_real_time (),
    .life = CLAMP (life, (pacing->grace + 60) * G_TIME_SPAN_SECOND * (pacing->grace > 0),
                   MURI_OPERATION_LIFE_MAX),
    .issuer = self->issuer,
    .group = muri_request_get_group (request),
    .document = muri_request_get_document (request),
    .own = TRUE,
    .remembers = muri_request_remembers (request),
    .pacing = *pacing,
    .order_group = muri_request_get_order_group (request),
    .parent = muri_request_get_parent (request),
  };

  add_sources (self, request, targets);
  parameters = muri_request_get_parameters (request);
  body.parameters = parameters;
  muri_batch_generate_uuid (&body.uuid);
  operation = muri_operation_new (&body);
  muri_operation_add_targets (operation, targets);
  return muri_plan_check (operation, error) ? g_steal_pointer (&operation) : NULL;
}

/* Checked, and in no model yet. */
static MuriOperation *
prepare (MuriFleet *self, MuriRequest *request, GError **error)
{
  if (self->store != NULL)
    return make_operation (self, request, error);

  g_set_error_literal (error, MURI_FLEET_ERROR, MURI_FLEET_ERROR_STORE,
                       _ ("Nothing can be done while Muri’s database is not open"));
  return NULL;
}

/* @task: (nullable) (transfer full): as muri_fleet_send_next() has it */
static void
launch (MuriFleet *self, MuriOperation *operation, GTask *task)
{
  if (muri_operation_remembers (operation))
    muri_fleet_close_targets (self, operation, 0, MURI_TARGET_WAITING, NULL,
                              muri_fleet_target_is_away);
  muri_fleet_add_operation (self, operation);
  g_ptr_array_add (self->lingering, g_object_ref (operation));
  muri_fleet_touch_operation (self, operation);
  muri_fleet_send_next (self, operation, task);
  for (guint i = 0; i < muri_operation_get_n_targets (operation); i++)
    muri_fleet_update_pending (self, muri_operation_peek_target (operation, i));
}

/* Nobody waits until it is sent: what goes wrong is in its outcomes. */
MuriOperation *
muri_fleet_begin (MuriFleet *self, MuriRequest *request, GError **error)
{
  MuriOperation *operation = prepare (self, request, error);

  if (operation != NULL)
    launch (self, operation, NULL);
  return operation;
}

static void
on_sent (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  MuriOperation *operation = g_task_get_task_data (task);
  GError *error = NULL;

  if (g_task_propagate_boolean (G_TASK (result), &error))
    g_task_return_pointer (task, g_object_ref (operation), g_object_unref);
  else
    g_task_return_error (task, error);
}

/**
 * muri_fleet_submit_async:
 * @fleet: a fleet that is open
 * @verb: MURI_VERB_*
 * @vms: (element-type MuriVm): the targets; each counts once
 * @group: (nullable): in words, for the log
 * @timeout: seconds until the deadline, 0 for the verb's default
 * @cancellable: (nullable): its result is not wanted any more; see muri_fleet_cancel()
 * @callback: called when it is published
 * @user_data: for @callback
 *
 * Stores the operation durably, then publishes it: one sample a zone. The operation is in the
 * model from the start.
 */
void
muri_fleet_submit_async (MuriFleet *fleet, guint verb, GPtrArray *vms, const char *group,
                         guint timeout, GCancellable *cancellable, GAsyncReadyCallback callback,
                         gpointer user_data)
{
  g_autoptr (MuriRequest) request = muri_request_new (verb);

  muri_request_add_vms (request, vms);
  muri_request_set_group (request, group);
  muri_request_set_timeout (request, timeout);
  muri_fleet_request_async (fleet, request, cancellable, callback, user_data);
}

/**
 * muri_fleet_request_async:
 * @fleet: a fleet that is open
 * @request: what is asked for; not changed any more
 * @cancellable: (nullable): its result is not wanted any more; see muri_fleet_cancel()
 * @callback: called when it is published; calls muri_fleet_submit_finish()
 * @user_data: for @callback
 *
 * As muri_fleet_submit_async(), for whatever a request can say.
 */
void
muri_fleet_request_async (MuriFleet *fleet, MuriRequest *request, GCancellable *cancellable,
                          GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (fleet, cancellable, callback, user_data);
  g_autoptr (MuriOperation) operation = NULL;
  GError *error = NULL;

  g_task_set_name (task, "muri_fleet_request_async");
  operation = prepare (fleet, request, &error);
  if (operation == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  g_task_set_task_data (task, g_object_ref (operation), g_object_unref);
  launch (fleet, operation, g_task_new (NULL, NULL, on_sent, g_steal_pointer (&task)));
}

/**
 * muri_fleet_submit_finish:
 * @fleet: a fleet
 * @result: of muri_fleet_submit_async()
 * @error: %MURI_FLEET_ERROR_TARGETS, %MURI_FLEET_ERROR_STORE
 *
 * Returns: (transfer full): the operation, or %NULL with @error set
 */
MuriOperation *
muri_fleet_submit_finish (MuriFleet *fleet, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
