/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent-verbs.h"

#include <libvirt/virterror.h>
#include <string.h>

#include "agent-domain-state.h"
#include "agent-error.h"
#include "muri-words.h"

gboolean
agent_verbs_read_state (virDomainPtr domain, guint *state, GError **error)
{
  int value, reason, saved = 0;
  if (virDomainGetState (domain, &value, &reason, 0) < 0)
    {
      agent_error_set_from_libvirt (error);
      return FALSE;
    }
  if (value == VIR_DOMAIN_SHUTOFF)
    saved = virDomainHasManagedSaveImage (domain, 0);
  *state = agent_domain_state_map (value, reason, saved == 1);
  return TRUE;
}

gboolean
agent_verbs_knows (guint verb)
{
  return (verb >= MURI_VERB_POWER_ON && verb <= MURI_VERB_SAVE)
         || (verb >= MURI_VERB_JOIN_GROUP && verb <= MURI_VERB_UNGUARD)
         || (verb >= MURI_VERB_REFRESH_STORAGE && verb <= MURI_VERB_WAKE);
}

static gboolean
is_off (guint state)
{
  return state == MURI_VM_STATE_OFF || state == MURI_VM_STATE_SAVED;
}

AgentGoal
agent_verbs_goal (guint verb, guint state)
{
  gboolean reached = FALSE;
  switch (verb)
    {
    case MURI_VERB_POWER_ON:
    case MURI_VERB_RESUME:
      reached = state == MURI_VM_STATE_RUNNING;
      break;
    case MURI_VERB_POWER_OFF:
      reached = is_off (state);
      break;
    case MURI_VERB_SHUTDOWN:
      /* A guest that does not run cannot answer, and would shut down whenever it is resumed. */
      if (state == MURI_VM_STATE_PAUSED || state == MURI_VM_STATE_SUSPENDED)
        return AGENT_GOAL_REFUSED;
      reached = is_off (state);
      break;
    case MURI_VERB_PAUSE:
      reached = state == MURI_VM_STATE_PAUSED;
      break;
    case MURI_VERB_SAVE:
      reached = state == MURI_VM_STATE_SAVED;
      break;
    case MURI_VERB_REBOOT:
      if (state == MURI_VM_STATE_PAUSED || state == MURI_VM_STATE_SUSPENDED)
        return AGENT_GOAL_REFUSED;
      break;
    default:
      break;
    }
  return reached ? AGENT_GOAL_REACHED : AGENT_GOAL_AHEAD;
}

guint
agent_verbs_get_result (guint verb, guint before)
{
  switch (verb)
    {
    case MURI_VERB_POWER_ON:
      return before == MURI_VM_STATE_OFF || before == MURI_VM_STATE_PAUSED ? MURI_VM_STATE_RUNNING
                                                                           : MURI_VM_STATE_UNKNOWN;
    case MURI_VERB_RESUME:
      return before == MURI_VM_STATE_PAUSED ? MURI_VM_STATE_RUNNING : MURI_VM_STATE_UNKNOWN;
    case MURI_VERB_PAUSE:
      return before == MURI_VM_STATE_RUNNING ? MURI_VM_STATE_PAUSED : MURI_VM_STATE_UNKNOWN;
    case MURI_VERB_POWER_OFF:
      return before == MURI_VM_STATE_RUNNING || before == MURI_VM_STATE_PAUSED
                 ? MURI_VM_STATE_OFF
                 : MURI_VM_STATE_UNKNOWN;
    default:
      return MURI_VM_STATE_UNKNOWN;
    }
}

/* Over a connection the one without flags asks libvirtd a second time, for the number that the
 * guest has got. */
static int
create (virDomainPtr domain)
{
  int rc = virDomainCreateWithFlags (domain, 0);

  return rc < 0 && virGetLastErrorCode () == VIR_ERR_NO_SUPPORT ? virDomainCreate (domain) : rc;
}

static int
power_on (virDomainPtr domain, guint state)
{
  switch (state)
    {
    case MURI_VM_STATE_PAUSED:
      return virDomainResume (domain);
    case MURI_VM_STATE_SUSPENDED:
      return virDomainPMWakeup (domain, 0);
    default:
      return create (domain);
    }
}

/* Without flags a driver takes the guest agent where one answers, and ACPI otherwise. Asked
 * again it is ACPI, since then the first way was in vain; drivers without it refuse the flag. */
static int
shut_down (virDomainPtr domain, gboolean again)
{
  if (again && virDomainShutdownFlags (domain, VIR_DOMAIN_SHUTDOWN_ACPI_POWER_BTN) == 0)
    return 0;
  if (again && virGetLastErrorCode () != VIR_ERR_INVALID_ARG
      && virGetLastErrorCode () != VIR_ERR_CONFIG_UNSUPPORTED
      && virGetLastErrorCode () != VIR_ERR_ARGUMENT_UNSUPPORTED)
    return -1;
  return virDomainShutdownFlags (domain, 0);
}

/* @state is where the VM was found, @again that this is not the first time for this operation. */
gboolean
agent_verbs_act (virDomainPtr domain, guint verb, guint state, gboolean again, GError **error)
{
  int rc = -1;
  virResetLastError ();
  switch (verb)
    {
    case MURI_VERB_POWER_ON:
      rc = power_on (domain, state);
      break;
    case MURI_VERB_RESUME:
      rc = state == MURI_VM_STATE_SUSPENDED ? virDomainPMWakeup (domain, 0)
                                            : virDomainResume (domain);
      break;
    case MURI_VERB_POWER_OFF:
      rc = virDomainDestroy (domain);
      break;
    case MURI_VERB_SHUTDOWN:
      rc = shut_down (domain, again);
      break;
    case MURI_VERB_RESET:
      rc = virDomainReset (domain, 0);
      break;
    case MURI_VERB_REBOOT:
      rc = virDomainReboot (domain, 0);
      break;
    case MURI_VERB_PAUSE:
      rc = virDomainSuspend (domain);
      break;
    case MURI_VERB_SAVE:
      rc = virDomainManagedSave (domain, 0);
      break;
    default:
      g_set_error (error, AGENT_LIBVIRT_ERROR, VIR_ERR_NO_SUPPORT, "verb %u is not known here",
                   verb);
      return FALSE;
    }
  if (rc < 0)
    agent_error_set_from_libvirt (error);
  return rc >= 0;
}

/* The test driver reboots within the call and raises no event. */
AgentVerbWait
agent_verbs_wait (virConnectPtr connection, guint verb)
{
  if (verb == MURI_VERB_SHUTDOWN)
    return AGENT_VERB_WAIT_STATE;
  if (verb != MURI_VERB_REBOOT)
    return AGENT_VERB_WAIT_NOT;
  const char *type = virConnectGetType (connection);
  return g_strcmp0 (type, "QEMU") == 0 || g_strcmp0 (type, "LXC") == 0 ? AGENT_VERB_WAIT_REBOOT
                                                                       : AGENT_VERB_WAIT_NOT;
}
