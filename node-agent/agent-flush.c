/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent-flush.h"

#include "agent-error.h"
#include "agent-sync.h"

static AgentFlush
fail (GError **error)
{
  agent_error_set_from_libvirt (error);
  return AGENT_FLUSH_FAILED;
}

/* When it ends by itself or is powered off, it flushes; when it is killed, it does not. */
static AgentFlush
judge_off (int reason)
{
  return reason == VIR_DOMAIN_SHUTOFF_CRASHED || reason == VIR_DOMAIN_SHUTOFF_UNKNOWN
                 || reason == VIR_DOMAIN_SHUTOFF_FAILED
             ? AGENT_FLUSH_LOST
             : AGENT_FLUSH_OFF;
}

static gboolean
is_paused_by_call (virDomainPtr domain)
{
  int state, reason;

  return virDomainGetState (domain, &state, &reason, 0) == 0 && state == VIR_DOMAIN_PAUSED
         && reason == VIR_DOMAIN_PAUSED_USER;
}

AgentFlush
agent_flush_resume (AgentJob *job, virDomainPtr domain, const char *after, GError **error)
{
  if (is_paused_by_call (domain) && virDomainResume (domain) < 0 && is_paused_by_call (domain))
    {
      agent_error_set_from_libvirt (error);
      return AGENT_FLUSH_STOPPED;
    }
  /* With the old ones a next life would resume it once more, which does no harm now. */
  agent_job_note (job, after, NULL);
  return AGENT_FLUSH_DONE;
}

static AgentFlush
pause_shortly (AgentJob *job, virDomainPtr domain, const char *paused, const char *after,
               GError **error)
{
  if (!agent_job_note (job, paused, error))
    return AGENT_FLUSH_FAILED;
  if (virDomainSuspend (domain) < 0 && !is_paused_by_call (domain))
    return fail (error);
  return agent_flush_resume (job, domain, after, error);
}

AgentFlush
agent_flush (AgentJob *job, virDomainPtr domain, const char *path, const char *paused,
             const char *after, GError **error)
{
  int state, reason;

  if (path != NULL)
    agent_sync_data (path, NULL);
  if (virDomainGetState (domain, &state, &reason, 0) < 0)
    return fail (error);
  switch (state)
    {
    case VIR_DOMAIN_SHUTOFF:
      return judge_off (reason);
    case VIR_DOMAIN_CRASHED:
      return AGENT_FLUSH_LOST;
    case VIR_DOMAIN_PAUSED:
    case VIR_DOMAIN_PMSUSPENDED:
    case VIR_DOMAIN_SHUTDOWN:
      return AGENT_FLUSH_WAITS;
    default:
      return pause_shortly (job, domain, paused, after, error);
    }
}
