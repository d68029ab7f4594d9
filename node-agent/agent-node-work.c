/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent-work-private.h"

#include "agent-error.h"
#include "agent-host-facts.h"
#include "agent-logind.h"
#include "agent-membership.h"
#include "agent-wake.h"
#include "muri-words.h"

/* ---- groups and maintenance --------------------------------------------------------------- */

static void
say_unchanged (AgentWork *work)
{
  g_autofree char *message = NULL;

  if (work->kind == AGENT_WORK_FIND)
    {
      agent_work_say (work, MURI_OUTCOME_DONE, "");
      return;
    }
  if (work->verb == MURI_VERB_MAINTENANCE_ON)
    message = g_strdup ("it is in maintenance already");
  else if (work->verb == MURI_VERB_MAINTENANCE_OFF)
    message = g_strdup ("it is not in maintenance");
  else
    message = agent_membership_explain_already (work->verb, work->parameters);
  agent_work_say (work, MURI_OUTCOME_ALREADY, message);
}

static void
change_state (AgentWork *work, const AgentWorkContext *context)
{
  g_autoptr (GError) error = NULL;
  gboolean change = FALSE;

  if (!agent_node_state_would_change (context->state, work->verb, work->parameters, &change,
                                      &error))
    agent_work_say_error (work, MURI_OUTCOME_FAILED, error);
  else if (!change)
    say_unchanged (work);
  else if (work->kind == AGENT_WORK_FIND)
    agent_work_say (work, MURI_OUTCOME_INTERRUPTED, "the agent was stopped while it acted");
  else if (agent_work_begin (work, context))
    {
      work->begun = TRUE;
      if (agent_node_state_change (context->state, work->verb, work->parameters, &error))
        agent_work_say (work, MURI_OUTCOME_DONE, NULL);
      else
        agent_work_say_error (work, MURI_OUTCOME_FAILED, error);
    }
}

/* ---- storage ------------------------------------------------------------------------------ */

/* All of them, also after one that fails. */
static void
refresh_pools (AgentWork *work, virStoragePoolPtr *pools, int n)
{
  g_autoptr (GString) failures = g_string_new (NULL);
  g_autofree char *message = g_strdup_printf (n == 1 ? "%d pool" : "%d pools", n);

  for (int i = 0; i < n; i++)
    {
      g_autoptr (GError) error = NULL;

      if (virStoragePoolRefresh (pools[i], 0) == 0)
        continue;
      error = agent_error_new_from_libvirt ();
      work->target.error = error->code;
      g_string_append_printf (failures, "%s%s: %s", failures->len > 0 ? "; " : "",
                              virStoragePoolGetName (pools[i]), error->message);
    }
  if (failures->len > 0)
    agent_work_say (work, MURI_OUTCOME_FAILED, failures->str);
  else
    agent_work_say (work, MURI_OUTCOME_DONE, message);
}

static void
refresh_storage (AgentWork *work, const AgentWorkContext *context, virConnectPtr connection)
{
  g_autofree virStoragePoolPtr *pools = NULL;
  g_autoptr (GError) error = NULL;
  int n = virConnectListAllStoragePools (connection, &pools, VIR_CONNECT_LIST_STORAGE_POOLS_ACTIVE);

  if (n < 0)
    {
      error = agent_error_new_from_libvirt ();
      work->unsupported = agent_error_is_no_support (error);
      if (work->unsupported)
        agent_work_say_error (work, MURI_OUTCOME_UNSUPPORTED, error);
      else
        agent_work_say_unreadable (work, error);
      return;
    }
  if (agent_work_begin (work, context))
    {
      work->begun = TRUE;
      refresh_pools (work, pools, n);
    }
  for (int i = 0; i < n; i++)
    virStoragePoolFree (pools[i]);
}

/* ---- power -------------------------------------------------------------------------------- */

/* One that runs here and has its padlock. NULL without @error: none. */
static char *
find_guarded (const AgentWorkContext *context, virConnectPtr connection, GError **error)
{
  g_autofree virDomainPtr *domains = NULL;
  g_autoptr (GError) local = NULL;
  int n = virConnectListAllDomains (connection, &domains, VIR_CONNECT_LIST_DOMAINS_ACTIVE);
  char *name = NULL;

  if (n < 0)
    agent_error_set_from_libvirt (&local);
  for (int i = 0; i < n; i++)
    {
      gboolean guarded = FALSE;

      if (name == NULL && local == NULL
          && !agent_membership_read_guard (context, domains[i], &guarded, &local)
          && agent_error_is_no_domain (local))
        g_clear_error (&local);
      if (guarded)
        name = g_strdup (virDomainGetName (domains[i]));
      virDomainFree (domains[i]);
    }
  if (local != NULL && name == NULL)
    g_propagate_error (error, g_steal_pointer (&local));
  return name;
}

static void
power (AgentWork *work, const AgentWorkContext *context, virConnectPtr connection)
{
  gboolean reboot = work->verb == MURI_VERB_HOST_REBOOT;
  g_autoptr (GError) error = NULL;
  g_autofree char *guarded = find_guarded (context, connection, &error);

  if (error != NULL)
    {
      agent_work_say_unreadable (work, error);
      return;
    }
  if (guarded != NULL)
    {
      g_autofree char *message = g_strdup_printf ("“%s” runs here and is protected", guarded);

      agent_work_say (work, MURI_OUTCOME_PROTECTED, message);
      return;
    }
  if (!agent_work_begin (work, context))
    return;
  work->begun = TRUE;
  if (agent_logind_power (reboot, &error))
    agent_work_say (work, MURI_OUTCOME_DONE,
                    reboot ? "the server is restarting" : "the server is shutting down");
  else
    agent_work_say_error (work, MURI_OUTCOME_FAILED, error);
}

/* Who was told to switch its machine off does not see the end of it. */
static void
find_power (AgentWork *work)
{
  if (agent_host_facts_read_boot () > work->target.started)
    agent_work_say (work, MURI_OUTCOME_DONE, "the server was started again since");
  else
    agent_work_say (work, MURI_OUTCOME_INTERRUPTED, "the agent was stopped while it acted");
}

/* ---- the network -------------------------------------------------------------------------- */

static void
wake (AgentWork *work, const AgentWorkContext *context)
{
  g_autofree char *message = NULL;
  g_autoptr (GError) error = NULL;

  if (!agent_work_begin (work, context))
    return;
  work->begun = TRUE;
  message = g_strdup_printf ("a packet to wake %s was sent on %s", work->parameters->mac,
                             context->interface);
  if (agent_wake_send (context->interface, work->parameters->mac_bytes, &error))
    agent_work_say (work, MURI_OUTCOME_DONE, message);
  else
    agent_work_say_error (work, MURI_OUTCOME_FAILED, error);
}

/* ---- all ---------------------------------------------------------------------------------- */

static void
run_on_hypervisor (AgentWork *work, const AgentWorkContext *context)
{
  g_autoptr (GError) error = NULL;
  virConnectPtr connection = agent_connections_borrow (context->connections, &error);

  if (connection == NULL)
    {
      agent_work_say_error (work, work->target.state, error);
      work->result = AGENT_WORK_LOST;
      return;
    }
  if (work->verb == MURI_VERB_REFRESH_STORAGE)
    refresh_storage (work, context, connection);
  else
    power (work, context, connection);
  agent_connections_give_back (context->connections, connection);
}

static gboolean
is_power (guint verb)
{
  return verb == MURI_VERB_HOST_SHUTDOWN || verb == MURI_VERB_HOST_REBOOT;
}

void
agent_node_work (AgentWork *work, const AgentWorkContext *context)
{
  gboolean begun = work->kind != AGENT_WORK_ACT;

  if (agent_membership_is_verb (work->verb) || work->verb == MURI_VERB_MAINTENANCE_ON
      || work->verb == MURI_VERB_MAINTENANCE_OFF)
    change_state (work, context);
  else if (begun && is_power (work->verb))
    find_power (work);
  else if (begun)
    agent_work_say (work, MURI_OUTCOME_INTERRUPTED, "the agent was stopped while it acted");
  else if (is_power (work->verb) && !context->allow_power)
    agent_work_say (work, MURI_OUTCOME_UNSUPPORTED,
                    "this agent's configuration does not allow it: [host] allow-power");
  else if (work->verb == MURI_VERB_WAKE)
    wake (work, context);
  else
    run_on_hypervisor (work, context);
}
