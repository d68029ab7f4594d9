/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent-work.h"

#include <libvirt/virterror.h>

#include "agent-domain-state.h"
#include "agent-error.h"
#include "agent-verbs.h"
#include "muri-words.h"

static void
say (AgentWork *work, guint outcome, const char *message)
{
  work->result = AGENT_WORK_FINAL;
  work->target.state = outcome;
  if (message != NULL)
    {
      g_free (work->target.message);
      work->target.message = g_strdup (message);
    }
}

static void
say_error (AgentWork *work, guint outcome, const GError *error)
{
  say (work, outcome, error->message);
  work->target.error = error->domain == AGENT_LIBVIRT_ERROR ? error->code : 0;
}

/* A transient VM vanishes when it ends. */
static gboolean
is_ending (guint verb)
{
  return verb == MURI_VERB_POWER_OFF || verb == MURI_VERB_SHUTDOWN;
}

static void
say_gone (AgentWork *work)
{
  work->target.vm_state = MURI_VM_STATE_GONE;
  if (work->kind == AGENT_WORK_FIND)
    say (work, MURI_OUTCOME_INTERRUPTED, "the agent was stopped while it acted");
  else if (work->begun && is_ending (work->verb))
    say (work, MURI_OUTCOME_DONE, NULL);
  else
    say (work, MURI_OUTCOME_NOT_HERE, "this node has no such VM");
}

/* An error of a call that changes nothing. */
static void
say_unreadable (AgentWork *work, const GError *error)
{
  if (agent_error_is_no_domain (error))
    say_gone (work);
  else if (agent_error_is_disconnected (error))
    {
      say_error (work, work->target.state, error);
      work->result = AGENT_WORK_LOST;
    }
  else
    say_error (work, work->kind == AGENT_WORK_FIND ? MURI_OUTCOME_INTERRUPTED : MURI_OUTCOME_FAILED,
               error);
}

static void
say_failure (AgentWork *work, virDomainPtr domain, const GError *error)
{
  guint state = work->target.vm_state;
  if (agent_error_is_no_support (error))
    {
      work->unsupported = TRUE;
      say_error (work, MURI_OUTCOME_UNSUPPORTED, error);
      return;
    }
  if (agent_error_is_no_domain (error) || agent_error_is_disconnected (error))
    {
      say_unreadable (work, error);
      return;
    }
  /* Somebody else may have been quicker. */
  if (agent_verbs_read_state (domain, &state, NULL))
    work->target.vm_state = state;
  if (agent_verbs_goal (work->verb, state) == AGENT_GOAL_REACHED)
    say (work, MURI_OUTCOME_ALREADY, NULL);
  else
    say_error (work, MURI_OUTCOME_FAILED, error);
}

/* The claim first: whoever gave this target up while the worker was on its way has said so. */
static gboolean
begin (AgentWork *work, AgentJournal *journal)
{
  g_autoptr (GError) error = NULL;
  if (!g_atomic_int_compare_and_exchange (&work->claim, AGENT_WORK_FREE, AGENT_WORK_ACTING))
    return FALSE;
  work->target.started = g_get_real_time ();
  if (work->target.started >= work->deadline)
    say (work, MURI_OUTCOME_EXPIRED, NULL);
  else if (!agent_journal_mark_acting (journal, &work->operation, &work->target.vm,
                                       work->target.started, &error))
    say_error (work, MURI_OUTCOME_FAILED, error);
  else
    return TRUE;
  return FALSE;
}

static void
act (AgentWork *work, virConnectPtr connection, virDomainPtr domain, gboolean again)
{
  g_autoptr (GError) error = NULL;
  work->begun = TRUE;
  if (!agent_verbs_act (domain, work->verb, work->target.vm_state, again, &error))
    {
      /* What was asked before may still be under way. */
      if (again && !agent_error_is_no_domain (error) && !agent_error_is_disconnected (error))
        work->result = AGENT_WORK_WAIT;
      else
        say_failure (work, domain, error);
      return;
    }

  guint state;
  AgentVerbWait wait = agent_verbs_wait (connection, work->verb);
  if (agent_verbs_read_state (domain, &state, &error))
    work->target.vm_state = state;
  else if (agent_error_is_no_domain (error))
    {
      say_gone (work);
      return;
    }
  if (wait == AGENT_VERB_WAIT_NOT
      || (wait == AGENT_VERB_WAIT_STATE
          && agent_verbs_goal (work->verb, work->target.vm_state) == AGENT_GOAL_REACHED))
    say (work, MURI_OUTCOME_DONE, NULL);
  else
    work->result = AGENT_WORK_WAIT;
}

static void
start (AgentWork *work, AgentJournal *journal, virConnectPtr connection, virDomainPtr domain)
{
  switch (agent_verbs_goal (work->verb, work->target.vm_state))
    {
    case AGENT_GOAL_REACHED:
      say (work, MURI_OUTCOME_ALREADY, NULL);
      break;
    case AGENT_GOAL_REFUSED:
      say (work, MURI_OUTCOME_FAILED, "the guest is not running and could not follow");
      break;
    case AGENT_GOAL_AHEAD:
      if (begin (work, journal))
        act (work, connection, domain, FALSE);
      break;
    }
}

static void
look (AgentWork *work, virConnectPtr connection, virDomainPtr domain)
{
  AgentVerbWait wait = agent_verbs_wait (connection, work->verb);
  if (agent_verbs_goal (work->verb, work->target.vm_state) == AGENT_GOAL_REACHED || work->rebooted)
    say (work, MURI_OUTCOME_DONE, "");
  else if (wait == AGENT_VERB_WAIT_REBOOT && !agent_domain_state_is_active (work->target.vm_state))
    say (work, MURI_OUTCOME_FAILED, "the guest ended instead");
  else if (wait == AGENT_VERB_WAIT_NOT)
    say (work, MURI_OUTCOME_INTERRUPTED, "the connection to the hypervisor was lost meanwhile");
  else if (work->kind == AGENT_WORK_AGAIN)
    act (work, connection, domain, TRUE);
  else
    work->result = AGENT_WORK_WAIT;
}

static void
run_on (AgentWork *work, AgentJournal *journal, virConnectPtr connection, virDomainPtr domain)
{
  g_autoptr (GError) error = NULL;
  guint state;
  if (!agent_verbs_read_state (domain, &state, &error))
    {
      say_unreadable (work, error);
      return;
    }
  work->target.vm_state = state;
  switch (work->kind)
    {
    case AGENT_WORK_ACT:
      start (work, journal, connection, domain);
      break;
    case AGENT_WORK_CHECK:
    case AGENT_WORK_AGAIN:
      look (work, connection, domain);
      break;
    case AGENT_WORK_FIND:
      say (work, MURI_OUTCOME_INTERRUPTED, "the agent was stopped while it acted");
      break;
    }
}

void
agent_work_run (AgentWork *work, AgentConnections *connections, AgentJournal *journal)
{
  g_autoptr (GError) error = NULL;
  virConnectPtr connection = agent_connections_borrow (connections, &error);
  if (connection == NULL)
    {
      say_error (work, work->target.state, error);
      work->result = AGENT_WORK_LOST;
      return;
    }

  virDomainPtr domain = virDomainLookupByUUID (connection, work->target.vm.b);
  if (domain != NULL)
    {
      run_on (work, journal, connection, domain);
      virDomainFree (domain);
    }
  else
    {
      error = agent_error_new_from_libvirt ();
      say_unreadable (work, error);
    }
  if (work->result == AGENT_WORK_FINAL)
    work->target.finished = g_get_real_time ();
  agent_connections_give_back (connections, connection);
}
