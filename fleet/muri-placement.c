/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-placement.h"

#include "muri-fleet-private.h"
#include "muri-room.h"
#include "muri-uuid.h"

#include <math.h>

/* A new linked volume and its seed, bytes. */
#define LINKED_SIZE (2 * 1024 * 1024)

/* Loads that differ by less are the same. */
#define STEPS 32

/* A host while VMs are placed. */
typedef struct
{
  MuriPlacementHost *host;
  MuriRoom room;
  double space; /* bytes; infinite where it is not known */
} Place;

typedef struct
{
  MuriFleet *fleet;
  const MuriPlacementWish *wish;
  GArray *places;
  double image; /* bytes that a host without the image gets once */
  double copy;  /* bytes of each clone */
  gboolean available;
  const char *hypervisor; /* of a holder; NULL: nobody knows */
} Placing;

static void
host_free (gpointer data)
{
  MuriPlacementHost *host = data;

  g_object_unref (host->node);
  g_strfreev (host->names);
  g_free (host);
}

/* ---- what is there ---- */

/* What is being made does not run yet, and needs its room all the same. */
static void
take_promised (MuriFleet *fleet, MuriOperation *operation, MuriNode *node, MuriRoom *room)
{
  const char *memory = muri_operation_get_parameter (operation, MURI_PARAMETER_MEMORY);
  const char *vcpus = muri_operation_get_parameter (operation, MURI_PARAMETER_VCPUS);
  MuriTemplate *template = muri_fleet_find_template (
      fleet, muri_operation_get_parameter (operation, MURI_PARAMETER_TEMPLATE));
  const muri_v1_Template *facts = template != NULL ? muri_template_get_facts (template) : NULL;
  double kib = memory != NULL ? g_ascii_strtod (memory, NULL) : facts ? (double)facts->memory : 0;
  double number = vcpus != NULL ? g_ascii_strtod (vcpus, NULL) : facts ? facts->vcpus : 0;

  for (guint i = 0; i < muri_operation_get_n_targets (operation); i++)
    {
      MuriTarget *target = muri_operation_peek_target (operation, i);
      const MuriTargetKey *key = muri_target_get_key (target);
      MuriVm *vm = muri_uuid_equal (&key->node, muri_node_get_uuid (node))
                       ? muri_node_find_vm (node, &key->vm)
                       : NULL;

      if (muri_uuid_equal (&key->node, muri_node_get_uuid (node))
          && !muri_target_state_is_final (muri_target_get_state (target))
          && (vm == NULL || !muri_room_state_counts (muri_vm_get_state (vm))))
        muri_room_take (room, kib, number);
    }
}

static void
measure (Placing *placing, MuriNode *node, MuriRoom *room)
{
  GHashTableIter iter;
  gpointer operation;

  muri_room_measure (room, node, placing->wish->overcommit_memory, placing->wish->overcommit_cpu);
  g_hash_table_iter_init (&iter, placing->fleet->open_operations);
  while (g_hash_table_iter_next (&iter, &operation, NULL))
    if (muri_operation_get_verb (operation) == MURI_VERB_CLONE
        && g_strcmp0 (muri_operation_get_parameter (operation, MURI_PARAMETER_START), "1") == 0)
      take_promised (placing->fleet, operation, node, room);
}

static void
add_place (Placing *placing, MuriPlacement *placement, MuriNode *node)
{
  MuriPlacementHost *host = g_new0 (MuriPlacementHost, 1);
  MuriHolder *holder = muri_template_find_holder (placing->wish->template, node);
  const muri_v1_Node *facts = muri_node_get_facts (node);
  Place place = { .host = host };

  host->node = g_object_ref (node);
  host->names = g_new0 (char *, 1);
  host->holds = holder != NULL && muri_holder_get_state (holder) == MURI_TEMPLATE_STATE_READY;
  host->cpu = muri_node_get_figure (node, MURI_FIGURE_CPU);
  measure (placing, node, &place.room);
  host->memory_free = (guint64)MAX (0, place.room.memory);
  host->vcpus_free = (guint)MAX (0, place.room.vcpus);
  place.space = facts->store_size > 0 ? (double)facts->store_available : INFINITY;
  if (!host->holds)
    place.space -= placing->image;
  g_ptr_array_add (placement->hosts, host);
  g_array_append_val (placing->places, place);
}

static void
look_at_holders (Placing *placing)
{
  GListModel *holders = muri_template_get_holders (placing->wish->template);

  placing->available = FALSE;
  for (guint i = 0; i < g_list_model_get_n_items (holders); i++)
    {
      g_autoptr (MuriHolder) holder = g_list_model_get_item (holders, i);

      if (muri_holder_get_state (holder) != MURI_TEMPLATE_STATE_READY)
        continue;
      placing->hypervisor = muri_node_get_facts (muri_holder_get_node (holder))->hypervisor;
      placing->available |= muri_holder_is_source (holder);
    }
}

/* ---- whether one more fits ---- */

static MuriPlacementReason
judge_node (const Placing *placing, const MuriPlacementHost *host)
{
  const muri_v1_Node *facts = muri_node_get_facts (host->node);
  MuriNodeState state = muri_node_get_state (host->node);

  if (state == MURI_NODE_UNREACHABLE || state == MURI_NODE_STOPPED)
    return MURI_PLACEMENT_UNREACHABLE;
  if (state == MURI_NODE_HYPERVISOR_DOWN)
    return MURI_PLACEMENT_HYPERVISOR_DOWN;
  if (facts->maintenance)
    return MURI_PLACEMENT_MAINTENANCE;
  if (!muri_node_supports (host->node, MURI_VERB_CLONE))
    return MURI_PLACEMENT_UNSUPPORTED;
  if (facts->store[0] == '\0')
    return MURI_PLACEMENT_NO_STORE;
  if (!host->holds && muri_template_get_facts (placing->wish->template)->host_bound)
    return MURI_PLACEMENT_BOUND;
  if (!host->holds && placing->hypervisor != NULL
      && !g_str_equal (placing->hypervisor, facts->hypervisor))
    return MURI_PLACEMENT_OTHER_HYPERVISOR;
  if (!host->holds && !placing->available)
    return MURI_PLACEMENT_NO_IMAGE;
  return MURI_PLACEMENT_FITS;
}

static MuriPlacementReason
explain (MuriPlacementHost *host, MuriPlacementReason reason, double needed, double available)
{
  host->needed = (guint64)MAX (0, needed);
  host->available = (guint64)MAX (0, available);
  return reason;
}

static MuriPlacementReason
judge_room (const Placing *placing, const Place *place)
{
  const MuriPlacementWish *wish = placing->wish;
  const muri_v1_Node *facts = muri_node_get_facts (place->host->node);
  const MuriRoom *room = &place->room;
  double memory = wish->start ? room->memory : room->memory_limit;

  if (facts->cpus > 0 && wish->vcpus > facts->cpus)
    return explain (place->host, MURI_PLACEMENT_PROCESSORS, wish->vcpus, facts->cpus);
  if (facts->memory > 0 && (double)wish->memory > memory)
    return explain (place->host, MURI_PLACEMENT_MEMORY, (double)wish->memory, memory);
  if (wish->start && facts->cpus > 0 && wish->vcpus > room->vcpus)
    return explain (place->host, MURI_PLACEMENT_CPU, wish->vcpus, room->vcpus);
  if (placing->copy > place->space)
    return explain (place->host, MURI_PLACEMENT_SPACE, placing->copy, place->space);
  return explain (place->host, MURI_PLACEMENT_FITS, 0, 0);
}

static MuriPlacementReason
judge (const Placing *placing, const Place *place)
{
  MuriPlacementReason reason = judge_node (placing, place->host);

  return reason == MURI_PLACEMENT_FITS ? judge_room (placing, place) : reason;
}

static void
put_one (const Placing *placing, Place *place)
{
  muri_room_take (&place->room, (double)placing->wish->memory, placing->wish->vcpus);
  place->space -= placing->copy;
}

/* How many it could take, were all for it. */
static guint
count_most (const Placing *placing, const Place *place)
{
  Place tried = *place;
  guint n = 0;

  while (n < placing->wish->count && n < MURI_OPERATION_TARGETS_MAX
         && judge (placing, &tried) == MURI_PLACEMENT_FITS)
    {
      put_one (placing, &tried);
      n++;
    }
  return n;
}

/* ---- choice ---- */

/* Whether @place is to be taken before @best. To spread is to have as few of these VMs on one host
 * as there is room for: should it fail, the fewest fail with it. Those that are as full are the
 * same, and then one that holds the image saves its way. */
static gboolean
is_better (const Placing *placing, const Place *place, const Place *best)
{
  gboolean pack = placing->wish->mode == MURI_PLACEMENT_PACK;
  int load = (int)(muri_room_get_load (&place->room) * STEPS);
  int other = (int)(muri_room_get_load (&best->room) * STEPS);

  if (pack && place->host->n != best->host->n && MIN (place->host->n, best->host->n) == 0)
    return place->host->n > 0;
  if (!pack && place->host->n != best->host->n)
    return place->host->n < best->host->n;
  if (load != other)
    return pack ? load > other : load < other;
  return place->host->holds && !best->host->holds;
}

/* Returns: (nullable) */
static Place *
choose (const Placing *placing)
{
  Place *best = NULL;

  for (guint i = 0; i < placing->places->len; i++)
    {
      Place *place = &g_array_index (placing->places, Place, i);

      if (placing->wish->mode == MURI_PLACEMENT_ONE_EACH && place->host->n > 0)
        continue;
      if (judge (placing, place) == MURI_PLACEMENT_FITS
          && (best == NULL || is_better (placing, place, best)))
        best = place;
    }
  return best;
}

static void
place_all (Placing *placing, MuriPlacement *placement)
{
  while (placement->n_placed < placement->n_wanted)
    {
      Place *place = choose (placing);
      guint index;

      if (place == NULL)
        return;
      index = (guint)(place - (Place *)(gpointer)placing->places->data);
      put_one (placing, place);
      place->host->n++;
      placement->n_placed++;
      g_array_append_val (placement->order, index);
    }
}

/* What a disk could become, were every block of it written. */
static void
conclude (const Placing *placing, Place *place)
{
  const muri_v1_Template *facts = muri_template_get_facts (placing->wish->template);
  const muri_v1_Node *node = muri_node_get_facts (place->host->node);
  double full = (double)MAX (facts->size, placing->wish->disk) * place->host->n;

  place->host->outgrows = node->store_size > 0 && full > (double)node->store_available;
  place->host->reason = judge (placing, place);
}

/**
 * muri_placement_new:
 * @fleet: a fleet
 * @nodes: (element-type MuriNode): those of it that may be chosen
 * @wish: what is to be placed
 *
 * Returns: (transfer full): which host gets how many, and why not the others
 */
MuriPlacement *
muri_placement_new (MuriFleet *fleet, GPtrArray *nodes, const MuriPlacementWish *wish)
{
  MuriPlacement *placement = g_new0 (MuriPlacement, 1);
  g_autoptr (GArray) places = g_array_new (FALSE, TRUE, sizeof (Place));
  const muri_v1_Template *facts = muri_template_get_facts (wish->template);
  Placing placing = { .fleet = fleet, .wish = wish, .places = places };

  placing.image = (double)facts->allocation;
  placing.copy = wish->linked ? LINKED_SIZE : (double)facts->allocation;
  look_at_holders (&placing);
  placement->hosts = g_ptr_array_new_with_free_func (host_free);
  placement->order = g_array_new (FALSE, FALSE, sizeof (guint));
  for (guint i = 0; i < nodes->len; i++)
    add_place (&placing, placement, nodes->pdata[i]);
  for (guint i = 0; i < places->len; i++)
    {
      Place *place = &g_array_index (places, Place, i);

      place->host->most = count_most (&placing, place);
    }
  placement->n_wanted =
      wish->mode == MURI_PLACEMENT_ONE_EACH ? MIN (wish->count, nodes->len) : wish->count;
  place_all (&placing, placement);
  for (guint i = 0; i < places->len; i++)
    conclude (&placing, &g_array_index (places, Place, i));
  return placement;
}

/**
 * muri_placement_free:
 * @placement: (transfer full): a placement
 */
void
muri_placement_free (MuriPlacement *placement)
{
  g_ptr_array_unref (placement->hosts);
  g_array_unref (placement->order);
  g_free (placement);
}

/**
 * muri_placement_set_names:
 * @placement: a placement
 * @names: (array zero-terminated=1): as many as were placed at least
 */
void
muri_placement_set_names (MuriPlacement *placement, const char *const *names)
{
  guint n_names = g_strv_length ((char **)names);

  for (guint i = 0; i < placement->hosts->len; i++)
    {
      MuriPlacementHost *host = placement->hosts->pdata[i];
      guint n = 0;

      g_strfreev (host->names);
      host->names = g_new0 (char *, host->n + 1);
      for (guint j = 0; j < MIN (placement->order->len, n_names); j++)
        if (g_array_index (placement->order, guint, j) == i)
          host->names[n++] = g_strdup (names[j]);
    }
}

/**
 * muri_placement_add_to:
 * @placement: a placement that has names
 * @request: a request of %MURI_VERB_CLONE
 *
 * Adds a creation for each name, on the host that gets it.
 */
void
muri_placement_add_to (MuriPlacement *placement, MuriRequest *request)
{
  for (guint i = 0; i < placement->hosts->len; i++)
    {
      MuriPlacementHost *host = placement->hosts->pdata[i];

      for (guint j = 0; host->names[j] != NULL; j++)
        muri_request_add_creation (request, host->node, host->names[j]);
    }
}

/**
 * muri_placement_wish_init:
 * @wish: (out caller-allocates): a wish
 * @template: what is cloned; has to outlive @wish
 *
 * One linked clone as the template says, wherever most is free, started.
 */
void
muri_placement_wish_init (MuriPlacementWish *wish, MuriTemplate *template)
{
  const muri_v1_Template *facts = muri_template_get_facts (template);

  *wish = (MuriPlacementWish){
    .template = template,
    .count = 1,
    .mode = MURI_PLACEMENT_SPREAD,
    .linked = TRUE,
    .start = TRUE,
    .vcpus = facts->vcpus,
    .memory = facts->memory,
    .overcommit_memory = MURI_OVERCOMMIT_MEMORY,
    .overcommit_cpu = MURI_OVERCOMMIT_CPU,
  };
}

/**
 * muri_placement_wish_is_small:
 * @wish: a wish
 *
 * Returns: whether it has less memory than the template says that it needs
 */
gboolean
muri_placement_wish_is_small (const MuriPlacementWish *wish)
{
  return wish->memory < muri_template_get_facts (wish->template)->memory_min;
}
