/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent-work-private.h"

#include "agent-domain-metadata.h"
#include "agent-error.h"
#include "agent-membership.h"
#include "muri-words.h"

/* So often somebody else may write between two looks. */
#define READINGS_MAX 4

static gboolean
read_once (virDomainPtr domain, char **normal, GError **error)
{
  g_autofree char *plain = NULL;

  *normal = NULL;
  return agent_domain_metadata_read (domain, &plain, error)
         && (plain == NULL || agent_membership_normalise (plain, normal, error));
}

/* What is kept of a VM, in the same text for what means the same: as it was meant. */
static gboolean
read_normal (const AgentWorkContext *context, virDomainPtr domain, const muri_v1_Uuid *vm,
             char **normal, GError **error)
{
  for (guint i = 0; i < READINGS_MAX; i++)
    {
      g_clear_pointer (normal, g_free);
      if (!read_once (domain, normal, error))
        return FALSE;
      switch (agent_mirror_judge (context->mirror, vm, *normal))
        {
        case AGENT_COPY_LOST:
          g_free (*normal);
          *normal = agent_mirror_dup (context->mirror, vm);
          return TRUE;
        case AGENT_COPY_CHANGED:
          break;
        default:
          return TRUE;
        }
    }
  return TRUE;
}

static gboolean
is_guarded (const char *normal)
{
  g_autoptr (AgentMetadata) metadata = normal != NULL ? agent_metadata_parse (normal, NULL) : NULL;

  return metadata != NULL && agent_metadata_is_guarded (metadata);
}

/* Of what makes no sense nobody takes the padlock off by that, nor as long as nobody knows whether
 * it was meant. */
gboolean
agent_membership_read_guard (const AgentWorkContext *context, virDomainPtr domain,
                             gboolean *guarded, GError **error)
{
  g_autofree char *normal = NULL;
  g_autofree char *copy = NULL;
  g_autoptr (GError) local = NULL;
  muri_v1_Uuid vm;

  virDomainGetUUID (domain, vm.b);
  if (!read_normal (context, domain, &vm, &normal, &local))
    {
      if (local->domain != AGENT_METADATA_ERROR)
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return FALSE;
        }
      normal = agent_mirror_dup (context->mirror, &vm);
    }
  copy = agent_mirror_dup (context->mirror, &vm);
  *guarded = is_guarded (normal) || (g_strcmp0 (copy, normal) != 0 && is_guarded (copy));
  return TRUE;
}

static void
say_wrong (AgentWork *work, const GError *error)
{
  guint outcome = work->kind == AGENT_WORK_FIND ? MURI_OUTCOME_INTERRUPTED : MURI_OUTCOME_FAILED;
  g_autofree char *message = NULL;

  if (g_error_matches (error, AGENT_METADATA_ERROR, AGENT_METADATA_ERROR_NONSENSE))
    message =
        g_strdup_printf ("its metadata makes no sense and is left as it is: %s", error->message);
  agent_work_say (work, outcome, message != NULL ? message : error->message);
}

static void
say_written (AgentWork *work, const GError *error)
{
  if (error == NULL)
    agent_work_say (work, MURI_OUTCOME_DONE, NULL);
  else if (agent_error_is_no_support (error))
    {
      work->unsupported = TRUE;
      agent_work_say_error (work, MURI_OUTCOME_UNSUPPORTED, error);
    }
  else
    agent_work_say_unreadable (work, error);
}

static void
say_unchanged (AgentWork *work)
{
  g_autofree char *message = agent_membership_explain_already (work->verb, work->parameters);

  if (work->kind == AGENT_WORK_ACT)
    agent_work_say (work, MURI_OUTCOME_ALREADY, message);
  else
    agent_work_say (work, MURI_OUTCOME_DONE, "");
}

static void
change (AgentWork *work, const AgentWorkContext *context, virDomainPtr domain)
{
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  g_autoptr (GError) error = NULL;
  gboolean good;
  guint calls;

  if (!read_normal (context, domain, &work->target.vm, &before, &error)
      || !agent_membership_apply (before, work->verb, work->parameters, &after, &error))
    {
      if (error->domain == AGENT_LIBVIRT_ERROR)
        agent_work_say_unreadable (work, error);
      else
        say_wrong (work, error);
      return;
    }

  if (g_strcmp0 (before, after) == 0)
    say_unchanged (work);
  else if (work->kind == AGENT_WORK_FIND)
    agent_work_say (work, MURI_OUTCOME_INTERRUPTED, "the agent was stopped while it acted");
  else if (work->kind != AGENT_WORK_ACT)
    agent_work_say (work, MURI_OUTCOME_INTERRUPTED,
                    "the connection to the hypervisor was lost meanwhile");
  else if (agent_work_begin (work, context))
    {
      work->begun = TRUE;
      agent_mirror_begin_write (context->mirror, &work->target.vm);
      good = agent_domain_metadata_write (domain, after, &calls, &error);
      agent_mirror_end_write (context->mirror, &work->target.vm, calls, good, after);
      say_written (work, error);
    }
}

void
agent_membership_work (AgentWork *work, const AgentWorkContext *context, virDomainPtr domain)
{
  agent_domain_metadata_lock (work->target.vm.b);
  change (work, context, domain);
  agent_domain_metadata_unlock (work->target.vm.b);
}
