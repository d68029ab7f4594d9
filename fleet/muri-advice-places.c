/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-advice-private.h"

#include <math.h>

/* A VM that needs a place, as it is: all of its memory, the processors that it used. */
typedef struct
{
  double cpus;
  double memory;
} Need;

/* What is left on a host. */
typedef struct
{
  MuriNode *node;
  double cpus;
  double memory;
  guint n;
} Room;

/* The largest first: small ones find a place last, too. */
static int
compare_needs (gconstpointer a, gconstpointer b)
{
  double first = ((const Need *)a)->memory;
  double second = ((const Need *)b)->memory;

  return first > second ? -1 : first < second;
}

/* A VM that was off needs none. */
static GArray *
collect_needs (MuriNode *node, GArray *inputs)
{
  GArray *needs = g_array_new (FALSE, FALSE, sizeof (Need));

  for (guint i = 0; i < inputs->len; i++)
    {
      const MuriAdviceInput *input = &g_array_index (inputs, MuriAdviceInput, i);
      MuriVm *vm = MURI_IS_VM (input->object) ? input->object : NULL;
      Need need;

      if (vm == NULL || muri_vm_get_node (vm) != node || input->usage.on <= 0)
        continue;
      need.memory = (double)muri_vm_get_facts (vm)->memory * 1024;
      need.cpus = isfinite (input->usage.cpu_95)
                      ? input->usage.cpu_95 * MAX (muri_vm_get_facts (vm)->vcpus, 1)
                      : 0;
      g_array_append_val (needs, need);
    }
  g_array_sort (needs, compare_needs);
  return needs;
}

/* Another host, at work, and of the same kind. */
static gboolean
can_take (MuriNode *host, MuriNode *from)
{
  const muri_v1_Node *facts = muri_node_get_facts (host);
  const muri_v1_Node *others = muri_node_get_facts (from);

  return host != from && muri_node_get_state (host) == MURI_NODE_UP && !facts->maintenance
         && facts->simulated == others->simulated
         && g_str_equal (facts->hypervisor, others->hypervisor);
}

static GArray *
collect_rooms (MuriNode *node, GPtrArray *hosts)
{
  GArray *rooms = g_array_new (FALSE, FALSE, sizeof (Room));

  for (guint i = 0; i < hosts->len; i++)
    {
      MuriAdvice *host = hosts->pdata[i];
      Room room = { host->node, host->free_cpus, host->free_memory, 0 };

      if (can_take (host->node, node))
        g_array_append_val (rooms, room);
    }
  return rooms;
}

/* The host that it fills best; NULL: none has room. */
static Room *
find_room (GArray *rooms, const Need *need)
{
  Room *best = NULL;

  for (guint i = 0; i < rooms->len; i++)
    {
      Room *room = &g_array_index (rooms, Room, i);

      if (room->cpus >= need->cpus && room->memory >= need->memory
          && (best == NULL || room->memory < best->memory))
        best = room;
    }
  return best;
}

static gboolean
place_all (GArray *needs, GArray *rooms)
{
  for (guint i = 0; i < needs->len; i++)
    {
      const Need *need = &g_array_index (needs, Need, i);
      Room *room = find_room (rooms, need);

      if (room == NULL)
        return FALSE;
      room->cpus -= need->cpus;
      room->memory -= need->memory;
      room->n++;
    }
  return TRUE;
}

MuriAdvice *
muri_advice_empty (MuriAdvice *host, GPtrArray *hosts, GArray *inputs)
{
  g_autoptr (GArray) needs = collect_needs (host->node, inputs);
  g_autoptr (GArray) rooms = collect_rooms (host->node, hosts);
  const MuriAdviceInput input = { host->node, host->usage };
  MuriAdvice *advice;

  if (host->kind == MURI_ADVICE_HOT || needs->len == 0 || !place_all (needs, rooms))
    return NULL;
  advice = muri_advice_new (MURI_ADVICE_EMPTIABLE, &input);
  advice->free_cpus = host->free_cpus;
  advice->free_memory = host->free_memory;
  for (guint i = 0; i < rooms->len; i++)
    {
      Room *room = &g_array_index (rooms, Room, i);

      if (room->n == 0)
        continue;
      g_ptr_array_add (advice->places, g_object_ref (room->node));
      g_array_append_val (advice->n_there, room->n);
    }
  return advice;
}
