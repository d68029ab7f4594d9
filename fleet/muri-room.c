/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-room.h"

#include "muri-vm.h"
#include "muri-words.h"

#include <math.h>

gboolean
muri_room_state_counts (guint state)
{
  return state != MURI_VM_STATE_OFF && state != MURI_VM_STATE_SAVED
         && state != MURI_VM_STATE_CRASHED && state != MURI_VM_STATE_GONE;
}

static void
take_running (MuriRoom *room, MuriNode *node)
{
  GListModel *vms = muri_node_get_vms (node);

  for (guint i = 0; i < g_list_model_get_n_items (vms); i++)
    {
      g_autoptr (MuriVm) vm = g_list_model_get_item (vms, i);
      const MuriVmFacts *facts = muri_vm_get_facts (vm);

      if (muri_room_state_counts (facts->state))
        muri_room_take (room, (double)facts->memory, facts->vcpus);
    }
}

/* What others use beside the VMs counts too, as far as it may not be promised twice. */
void
muri_room_measure (MuriRoom *room, MuriNode *node, double overcommit_memory, double overcommit_cpu)
{
  const muri_v1_Node *facts = muri_node_get_facts (node);
  double used = muri_node_get_figure (node, MURI_FIGURE_MEMORY) / 1024;
  double busy = muri_node_get_figure (node, MURI_FIGURE_CPU);

  room->memory_limit = room->memory = (double)facts->memory * overcommit_memory;
  room->vcpus_limit = room->vcpus = facts->cpus * overcommit_cpu;
  room->busy = isfinite (busy) ? busy : 0;
  take_running (room, node);
  if (isfinite (used))
    room->memory = MIN (room->memory, ((double)facts->memory - used) * overcommit_memory);
}

void
muri_room_take (MuriRoom *room, double memory, double vcpus)
{
  room->memory -= memory;
  room->vcpus -= vcpus;
}

double
muri_room_get_load (const MuriRoom *room)
{
  double memory = room->memory_limit > 0 ? 1 - room->memory / room->memory_limit : 0;
  double vcpus = room->vcpus_limit > 0 ? 1 - room->vcpus / room->vcpus_limit : 0;

  return MAX (memory, MAX (vcpus, room->busy));
}
