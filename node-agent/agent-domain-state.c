/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent-domain-state.h"

#include <libvirt/libvirt.h>

#include "muri-words.h"

static guint
map_paused (int reason)
{
  switch (reason)
    {
    case VIR_DOMAIN_PAUSED_STARTING_UP:
      return MURI_VM_STATE_STARTING;
    case VIR_DOMAIN_PAUSED_MIGRATION:
    case VIR_DOMAIN_PAUSED_POSTCOPY:
      return MURI_VM_STATE_MIGRATING;
    case VIR_DOMAIN_PAUSED_SHUTTING_DOWN:
      return MURI_VM_STATE_STOPPING;
    case VIR_DOMAIN_PAUSED_CRASHED:
      return MURI_VM_STATE_CRASHED;
    default:
      return MURI_VM_STATE_PAUSED;
    }
}

guint
agent_domain_state_map (int state, int reason, gboolean managed_save)
{
  switch (state)
    {
    case VIR_DOMAIN_RUNNING:
    case VIR_DOMAIN_BLOCKED:
      return MURI_VM_STATE_RUNNING;
    case VIR_DOMAIN_PAUSED:
      return map_paused (reason);
    case VIR_DOMAIN_SHUTDOWN:
      return MURI_VM_STATE_STOPPING;
    case VIR_DOMAIN_SHUTOFF:
      if (managed_save)
        return MURI_VM_STATE_SAVED;
      return reason == VIR_DOMAIN_SHUTOFF_CRASHED ? MURI_VM_STATE_CRASHED : MURI_VM_STATE_OFF;
    case VIR_DOMAIN_CRASHED:
      return MURI_VM_STATE_CRASHED;
    case VIR_DOMAIN_PMSUSPENDED:
      return MURI_VM_STATE_SUSPENDED;
    default:
      return MURI_VM_STATE_UNKNOWN;
    }
}

gboolean
agent_domain_state_is_active (guint vm_state)
{
  switch (vm_state)
    {
    case MURI_VM_STATE_RUNNING:
    case MURI_VM_STATE_PAUSED:
    case MURI_VM_STATE_STARTING:
    case MURI_VM_STATE_STOPPING:
    case MURI_VM_STATE_SUSPENDED:
    case MURI_VM_STATE_MIGRATING:
      return TRUE;
    default:
      return FALSE;
    }
}
