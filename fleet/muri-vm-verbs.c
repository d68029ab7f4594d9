/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-vm.h"

#include "muri-words.h"

static gboolean
verb_fits (guint verb, guint state)
{
  const guint bit = 1u << MIN (state, 31);
  const guint running = 1u << MURI_VM_STATE_RUNNING;
  const guint paused = 1u << MURI_VM_STATE_PAUSED;
  const guint stopping = 1u << MURI_VM_STATE_STOPPING;
  const guint off = 1u << MURI_VM_STATE_OFF | 1u << MURI_VM_STATE_CRASHED;

  switch (verb)
    {
    case MURI_VERB_POWER_ON:
    case MURI_VERB_DELETE:
      return bit & (off | 1u << MURI_VM_STATE_SAVED);
    case MURI_VERB_MAKE_TEMPLATE:
      return bit & off;
    case MURI_VERB_FLATTEN:
      return bit & (off | running | paused);
    case MURI_VERB_RESIZE:
      return bit & (off | running | paused | 1u << MURI_VM_STATE_SAVED);
    case MURI_VERB_RESUME:
      return bit & (paused | 1u << MURI_VM_STATE_SUSPENDED);
    case MURI_VERB_PAUSE:
    case MURI_VERB_SHUTDOWN:
    case MURI_VERB_REBOOT:
      return bit & running;
    case MURI_VERB_SAVE:
      return bit & (running | paused);
    case MURI_VERB_RESET:
      return bit & (running | paused | stopping);
    case MURI_VERB_POWER_OFF:
      return bit
             & (running | paused | stopping | 1u << MURI_VM_STATE_STARTING
                | 1u << MURI_VM_STATE_SUSPENDED);
    default:
      return FALSE;
    }
}

/**
 * muri_vm_can:
 * @vm: a VM
 * @verb: MURI_VERB_*
 *
 * Returns: whether @verb makes sense in its state, its host can be reached and can do it
 */
gboolean
muri_vm_can (MuriVm *vm, guint verb)
{
  return muri_vm_is_known (vm) && muri_node_supports (muri_vm_get_node (vm), verb)
         && (verb != MURI_VERB_FLATTEN || muri_vm_is_linked (vm))
         && verb_fits (verb, muri_vm_get_state (vm));
}
