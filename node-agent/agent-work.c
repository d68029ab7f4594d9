/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent-work-private.h"

#include <libvirt/virterror.h>

#include "agent-domain-state.h"
#include "agent-error.h"
#include "agent-membership.h"
#include "agent-verbs.h"
#include "muri-uuid.h"
#include "muri-words.h"

void
agent_work_say (AgentWork *work, guint outcome, const char *message)
{
  work->result = AGENT_WORK_FINAL;
  work->target.state = outcome;
  if (message != NULL)
    {
      g_free (work->target.message);
      work->target.message = g_strdup (message);
    }
}

void
agent_work_say_error (AgentWork *work, guint outcome, const GError *error)
{
  agent_work_say (work, outcome, error->message);
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
    agent_work_say (work, MURI_OUTCOME_INTERRUPTED, "the agent was stopped while it acted");
  else if (work->begun && is_ending (work->verb))
    agent_work_say (work, MURI_OUTCOME_DONE, NULL);
  else
    agent_work_say (work, MURI_OUTCOME_NOT_HERE, "this node has no such VM");
}

void
agent_work_say_unreadable (AgentWork *work, const GError *error)
{
  if (agent_error_is_no_domain (error))
    say_gone (work);
  else if (agent_error_is_disconnected (error))
    {
      agent_work_say_error (work, work->target.state, error);
      work->result = AGENT_WORK_LOST;
    }
  else
    agent_work_say_error (
        work, work->kind == AGENT_WORK_FIND ? MURI_OUTCOME_INTERRUPTED : MURI_OUTCOME_FAILED,
        error);
}

static void
say_failure (AgentWork *work, virDomainPtr domain, const GError *error)
{
  guint state = work->target.vm_state;
  if (agent_error_is_no_support (error))
    {
      work->unsupported = TRUE;
      agent_work_say_error (work, MURI_OUTCOME_UNSUPPORTED, error);
      return;
    }
  if (agent_error_is_no_domain (error) || agent_error_is_disconnected (error))
    {
      agent_work_say_unreadable (work, error);
      return;
    }
  /* Somebody else may have been quicker. */
  if (agent_verbs_read_state (domain, &state, NULL))
    work->target.vm_state = state;
  if (agent_verbs_goal (work->verb, state) == AGENT_GOAL_REACHED)
    agent_work_say (work, MURI_OUTCOME_ALREADY, NULL);
  else
    agent_work_say_error (work, MURI_OUTCOME_FAILED, error);
}

/* The claim first: whoever gave this target up while the worker was on its way has said so. */
gboolean
agent_work_begin (AgentWork *work, const AgentWorkContext *context)
{
  g_autoptr (GError) error = NULL;
  if (!g_atomic_int_compare_and_exchange (&work->claim, AGENT_WORK_FREE, AGENT_WORK_ACTING))
    return FALSE;
  work->target.started = g_get_real_time ();
  if (work->target.started >= work->deadline)
    agent_work_say (work, MURI_OUTCOME_EXPIRED, NULL);
  else if (!agent_journal_mark_acting (context->journal, &work->operation, &work->target.vm,
                                       work->target.started, &error))
    agent_work_say_error (work, MURI_OUTCOME_FAILED, error);
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

  guint state = agent_verbs_get_result (work->verb, work->known);
  AgentVerbWait wait = agent_verbs_wait (connection, work->verb);
  if (state != MURI_VM_STATE_UNKNOWN || agent_verbs_read_state (domain, &state, &error))
    work->target.vm_state = state;
  else if (agent_error_is_no_domain (error))
    {
      say_gone (work);
      return;
    }
  if (wait == AGENT_VERB_WAIT_NOT
      || (wait == AGENT_VERB_WAIT_STATE
          && agent_verbs_goal (work->verb, work->target.vm_state) == AGENT_GOAL_REACHED))
    agent_work_say (work, MURI_OUTCOME_DONE, NULL);
  else
    work->result = AGENT_WORK_WAIT;
}

#define PROTECTED "it is protected: take its padlock off first"

/* FALSE: it was said that the VM is protected, or that nobody knows whether it is. */
static gboolean
may_stop (AgentWork *work, const AgentWorkContext *context, virDomainPtr domain,
          const char *otherwise)
{
  g_autoptr (GError) error = NULL;
  gboolean guarded = FALSE;

  if (!muri_verb_is_guarded (work->verb))
    return TRUE;
  if (!agent_membership_read_guard (context, domain, &guarded, &error))
    agent_work_say_unreadable (work, error);
  else if (guarded)
    agent_work_say (work, MURI_OUTCOME_PROTECTED, otherwise);
  else
    return TRUE;
  return FALSE;
}

static void
start (AgentWork *work, const AgentWorkContext *context, virConnectPtr connection,
       virDomainPtr domain)
{
  switch (agent_verbs_goal (work->verb, work->target.vm_state))
    {
    case AGENT_GOAL_REACHED:
      agent_work_say (work, MURI_OUTCOME_ALREADY, NULL);
      break;
    case AGENT_GOAL_REFUSED:
      if (!work->parameters->power_off)
        agent_work_say (work, MURI_OUTCOME_FAILED, "the guest is not running and could not follow");
      else if (may_stop (work, context, domain, PROTECTED) && agent_work_begin (work, context))
        {
          work->begun = TRUE;
          work->result = AGENT_WORK_WAIT;
        }
      break;
    case AGENT_GOAL_AHEAD:
      if (may_stop (work, context, domain, PROTECTED) && agent_work_begin (work, context))
        act (work, connection, domain, FALSE);
      break;
    }
}

/* The guest was asked, and had its time. */
static void
force (AgentWork *work, const AgentWorkContext *context, virConnectPtr connection,
       virDomainPtr domain)
{
  g_autofree char *message = NULL;

  if (agent_verbs_goal (MURI_VERB_POWER_OFF, work->target.vm_state) == AGENT_GOAL_REACHED)
    {
      agent_work_say (work, MURI_OUTCOME_DONE, "");
      return;
    }
  if (!may_stop (work, context, domain,
                 "it did not go down in time, and was not powered off: it is protected by now"))
    return;

  work->verb = MURI_VERB_POWER_OFF;
  act (work, connection, domain, FALSE);
  if (work->result != AGENT_WORK_FINAL || !muri_outcome_is_success (work->target.state))
    return;
  message = g_strdup_printf ("it did not go down within %u s and was powered off",
                             work->parameters->grace);
  agent_work_say (work, MURI_OUTCOME_DONE, message);
}

static void
look (AgentWork *work, const AgentWorkContext *context, virConnectPtr connection,
      virDomainPtr domain)
{
  gboolean guarded = FALSE;

  AgentVerbWait wait = agent_verbs_wait (connection, work->verb);
  if (agent_verbs_goal (work->verb, work->target.vm_state) == AGENT_GOAL_REACHED || work->rebooted)
    agent_work_say (work, MURI_OUTCOME_DONE, "");
  else if (wait == AGENT_VERB_WAIT_REBOOT && !agent_domain_state_is_active (work->target.vm_state))
    agent_work_say (work, MURI_OUTCOME_FAILED, "the guest ended instead");
  else if (wait == AGENT_VERB_WAIT_NOT)
    agent_work_say (work, MURI_OUTCOME_INTERRUPTED,
                    "the connection to the hypervisor was lost meanwhile");
  /* Who has got a padlock meanwhile is not asked once more. */
  else if (work->kind == AGENT_WORK_AGAIN
           && agent_membership_read_guard (context, domain, &guarded, NULL) && !guarded)
    act (work, connection, domain, TRUE);
  else
    work->result = AGENT_WORK_WAIT;
}

/* What the events say is good enough to act on, since libvirt refuses what does not fit any more.
 * That there is nothing to do is said of what was looked at. */
static gboolean
is_known (const AgentWork *work)
{
  return work->kind == AGENT_WORK_ACT && work->known != MURI_VM_STATE_UNKNOWN
         && (agent_membership_is_verb (work->verb)
             || agent_verbs_goal (work->verb, work->known) == AGENT_GOAL_AHEAD);
}

static void
run_on (AgentWork *work, const AgentWorkContext *context, virConnectPtr connection,
        virDomainPtr domain)
{
  g_autoptr (GError) error = NULL;
  guint state = work->known;
  if (!is_known (work) && !agent_verbs_read_state (domain, &state, &error))
    {
      agent_work_say_unreadable (work, error);
      return;
    }
  work->target.vm_state = state;
  if (agent_membership_is_verb (work->verb))
    {
      agent_membership_work (work, context, domain);
      return;
    }
  switch (work->kind)
    {
    case AGENT_WORK_ACT:
      start (work, context, connection, domain);
      break;
    case AGENT_WORK_CHECK:
    case AGENT_WORK_AGAIN:
      look (work, context, connection, domain);
      break;
    case AGENT_WORK_FORCE:
      force (work, context, connection, domain);
      break;
    case AGENT_WORK_FIND:
      agent_work_say (work, MURI_OUTCOME_INTERRUPTED, "the agent was stopped while it acted");
      break;
    }
}

static void
run_on_vm (AgentWork *work, const AgentWorkContext *context)
{
  g_autoptr (GError) error = NULL;
  virConnectPtr connection = agent_connections_borrow (context->connections, &error);
  virDomainPtr domain;

  if (connection == NULL)
    {
      agent_work_say_error (work, work->target.state, error);
      work->result = AGENT_WORK_LOST;
      return;
    }
  domain = agent_connections_find_domain (context->connections, connection, work->target.vm.b);
  if (domain != NULL)
    {
      run_on (work, context, connection, domain);
      virDomainFree (domain);
    }
  else
    {
      error = agent_error_new_from_libvirt ();
      agent_work_say_unreadable (work, error);
    }
  agent_connections_give_back (context->connections, connection);
}

void
agent_work_run (AgentWork *work, const AgentWorkContext *context)
{
  if (muri_uuid_is_zero (&work->target.vm))
    agent_node_work (work, context);
  else
    run_on_vm (work, context);
  if (work->result == AGENT_WORK_FINAL)
    work->target.finished = g_get_real_time ();
}
