/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fleet-fixture.h"

#include "muri-placement.h"
#include "muri-uuid.h"

#define GIB (G_GUINT64_CONSTANT (1) << 30)

static MuriTemplate *
find_template (MuriFleet *fleet)
{
  muri_v1_Uuid uuid = fixture_uuid (50);
  char text[MURI_UUID_TEXT];

  return muri_fleet_find_template (fleet, muri_uuid_format (&uuid, text));
}

static GPtrArray *
list_nodes (MuriFleet *fleet)
{
  GPtrArray *nodes = g_ptr_array_new_with_free_func (g_object_unref);
  GListModel *model = muri_fleet_get_nodes (fleet);

  for (guint i = 0; i < g_list_model_get_n_items (model); i++)
    g_ptr_array_add (nodes, g_list_model_get_item (model, i));
  return nodes;
}

/* A host with a VM that has @gib of its 16 GiB. */
static void
fold_host (MuriFleet *fleet, guint node, guint gib)
{
  MuriChange vm = fixture_vm (node, 100 * node, MURI_VM_STATE_RUNNING);

  ((muri_v1_Vm *)vm.sample)->memory = (guint64)gib << 20;
  ((muri_v1_Vm *)vm.sample)->vcpus = 1;
  fixture_fold_one (fleet, fixture_host (node, 1));
  fixture_fold_one (fleet, vm);
  fixture_fold_one (fleet, fixture_sample (node, 0.1f, 0, 0));
}

static MuriFleet *
open_three (guint first, guint second, guint third)
{
  MuriFleet *fleet = fixture_open (NULL);

  fold_host (fleet, 1, first);
  fold_host (fleet, 2, second);
  fold_host (fleet, 3, third);
  fixture_fold_one (fleet, fixture_template (1, 50));
  return fleet;
}

static MuriPlacement *
place (MuriFleet *fleet, const MuriPlacementWish *wish)
{
  g_autoptr (GPtrArray) nodes = list_nodes (fleet);

  return muri_placement_new (fleet, nodes, wish);
}

static const MuriPlacementHost *
host_of (MuriPlacement *placement, guint node)
{
  muri_v1_Uuid uuid = fixture_uuid (node);

  for (guint i = 0; i < placement->hosts->len; i++)
    {
      const MuriPlacementHost *host = placement->hosts->pdata[i];

      if (muri_uuid_equal (muri_node_get_uuid (host->node), &uuid))
        return host;
    }
  g_assert_not_reached ();
}

static void
assert_spread (MuriPlacement *placement, guint first, guint second, guint third)
{
  g_assert_cmpuint (host_of (placement, 1)->n, ==, first);
  g_assert_cmpuint (host_of (placement, 2)->n, ==, second);
  g_assert_cmpuint (host_of (placement, 3)->n, ==, third);
  g_assert_cmpuint (placement->n_placed, ==, first + second + third);
}

static void
test_spread (void)
{
  MuriFleet *fleet = open_three (2, 2, 10);
  g_autoptr (MuriPlacement) placement = NULL;
  MuriPlacementWish wish;

  muri_placement_wish_init (&wish, find_template (fleet));
  wish.count = 4;
  placement = place (fleet, &wish);
  assert_spread (placement, 2, 1, 1);
  g_assert_cmpint (host_of (placement, 3)->reason, ==, MURI_PLACEMENT_FITS);
  g_assert_cmpuint (host_of (placement, 1)->most, ==, 4);
  g_assert_true (host_of (placement, 1)->holds);
  g_assert_false (host_of (placement, 2)->holds);
  g_clear_pointer (&placement, muri_placement_free);
  fixture_close (fleet);
}

/* Of those that are as full, who has the image. */
static void
test_holder_first (void)
{
  MuriFleet *fleet = open_three (2, 2, 2);
  g_autoptr (MuriPlacement) placement = NULL;
  MuriPlacementWish wish;

  fixture_fold_one (fleet, fixture_with_life (fixture_template (1, 50), MURI_LIFE_DISPOSED));
  fixture_fold_one (fleet, fixture_template (3, 50));
  muri_placement_wish_init (&wish, find_template (fleet));
  placement = place (fleet, &wish);
  assert_spread (placement, 0, 0, 1);
  g_clear_pointer (&placement, muri_placement_free);
  fixture_close (fleet);
}

static void
test_pack (void)
{
  MuriFleet *fleet = open_three (2, 8, 4);
  g_autoptr (MuriPlacement) placement = NULL;
  MuriPlacementWish wish;

  muri_placement_wish_init (&wish, find_template (fleet));
  wish.count = 6;
  wish.mode = MURI_PLACEMENT_PACK;
  placement = place (fleet, &wish);
  /* 8 GiB are left there: four of 2 GiB; then the next full one. */
  assert_spread (placement, 0, 4, 2);
  g_assert_cmpint (host_of (placement, 2)->reason, ==, MURI_PLACEMENT_MEMORY);
  g_assert_cmpuint (host_of (placement, 2)->needed, ==, 2 << 20);
  g_assert_cmpuint (host_of (placement, 2)->available, ==, 0);
  g_clear_pointer (&placement, muri_placement_free);
  fixture_close (fleet);
}

static void
test_one_each (void)
{
  MuriFleet *fleet = open_three (2, 15, 4);
  g_autoptr (MuriPlacement) placement = NULL;
  MuriPlacementWish wish;

  muri_placement_wish_init (&wish, find_template (fleet));
  wish.count = G_MAXUINT;
  wish.mode = MURI_PLACEMENT_ONE_EACH;
  placement = place (fleet, &wish);
  assert_spread (placement, 1, 0, 1);
  g_assert_cmpuint (placement->n_wanted, ==, 3);
  g_assert_cmpint (host_of (placement, 2)->reason, ==, MURI_PLACEMENT_MEMORY);
  g_assert_cmpuint (host_of (placement, 2)->available, ==, 1 << 20);
  g_clear_pointer (&placement, muri_placement_free);
  fixture_close (fleet);
}

static void
test_overcommit (void)
{
  MuriFleet *fleet = open_three (15, 15, 15);
  g_autoptr (MuriPlacement) none = NULL;
  g_autoptr (MuriPlacement) some = NULL;
  g_autoptr (MuriPlacement) off = NULL;
  MuriPlacementWish wish;

  muri_placement_wish_init (&wish, find_template (fleet));
  none = place (fleet, &wish);
  g_assert_cmpuint (none->n_placed, ==, 0);
  wish.overcommit_memory = 1.5;
  some = place (fleet, &wish);
  g_assert_cmpuint (some->n_placed, ==, 1);
  /* What is not started needs no memory yet. */
  wish.overcommit_memory = 1;
  wish.start = FALSE;
  off = place (fleet, &wish);
  g_assert_cmpuint (off->n_placed, ==, 1);
  g_clear_pointer (&none, muri_placement_free);
  g_clear_pointer (&some, muri_placement_free);
  g_clear_pointer (&off, muri_placement_free);
  fixture_close (fleet);
}

/* What its processes use beside the VMs is not there for more. */
static void
test_measured (void)
{
  MuriFleet *fleet = open_three (2, 15, 15);
  g_autoptr (MuriPlacement) placement = NULL;
  MuriChange sample = fixture_sample (1, 0.1f, 0, 0);
  muri_v1_NodeFigures *figures = &((muri_v1_Sample *)sample.sample)->host._buffer[0];
  MuriPlacementWish wish;

  figures->known |= MURI_NODE_FIGURE_MEMORY;
  figures->memory = 15 << 20;
  fixture_fold_one (fleet, sample);
  muri_placement_wish_init (&wish, find_template (fleet));
  placement = place (fleet, &wish);
  g_assert_cmpuint (placement->n_placed, ==, 0);
  g_assert_cmpuint (host_of (placement, 1)->memory_free, ==, 1 << 20);
  g_clear_pointer (&placement, muri_placement_free);
  fixture_close (fleet);
}

static void
test_processors (void)
{
  MuriFleet *fleet = open_three (2, 2, 2);
  g_autoptr (MuriPlacement) many = NULL;
  g_autoptr (MuriPlacement) shared = NULL;
  MuriPlacementWish wish;

  muri_placement_wish_init (&wish, find_template (fleet));
  wish.vcpus = 9;
  many = place (fleet, &wish);
  g_assert_cmpint (host_of (many, 1)->reason, ==, MURI_PLACEMENT_PROCESSORS);
  g_assert_cmpuint (host_of (many, 1)->available, ==, 8);
  wish.vcpus = 8;
  wish.memory = 1024;
  wish.count = 12;
  shared = place (fleet, &wish);
  /* 31 vCPUs are left on each: three of 8. */
  assert_spread (shared, 3, 3, 3);
  g_assert_cmpint (host_of (shared, 1)->reason, ==, MURI_PLACEMENT_CPU);
  g_assert_cmpuint (host_of (shared, 1)->available, ==, 7);
  g_clear_pointer (&many, muri_placement_free);
  g_clear_pointer (&shared, muri_placement_free);
  fixture_close (fleet);
}

static MuriChange
with_space (guint node, guint64 available)
{
  MuriChange change = fixture_host (node, 1);

  ((muri_v1_Node *)change.sample)->store_available = available;
  return change;
}

static void
test_space (void)
{
  MuriFleet *fleet = open_three (2, 2, 2);
  g_autoptr (MuriPlacement) full = NULL;
  g_autoptr (MuriPlacement) linked = NULL;
  MuriPlacementWish wish;

  /* Full copies of 1 GiB; who has no image gets that first. */
  fixture_fold_one (fleet, with_space (1, 2 * GIB));
  fixture_fold_one (fleet, with_space (2, 2 * GIB));
  fixture_fold_one (fleet, with_space (3, GIB / 2));
  muri_placement_wish_init (&wish, find_template (fleet));
  wish.linked = FALSE;
  wish.count = 5;
  full = place (fleet, &wish);
  assert_spread (full, 2, 1, 0);
  g_assert_cmpint (host_of (full, 3)->reason, ==, MURI_PLACEMENT_SPACE);
  g_assert_cmpuint (host_of (full, 3)->needed, ==, GIB);
  g_assert_true (host_of (full, 1)->outgrows);
  wish.linked = TRUE;
  linked = place (fleet, &wish);
  g_assert_cmpuint (linked->n_placed, ==, 5);
  g_assert_cmpuint (host_of (linked, 3)->n, ==, 0);
  g_clear_pointer (&full, muri_placement_free);
  g_clear_pointer (&linked, muri_placement_free);
  fixture_close (fleet);
}

static MuriPlacementReason
reason_of (MuriFleet *fleet, MuriChange change)
{
  g_autoptr (MuriPlacement) placement = NULL;
  MuriPlacementReason reason;
  MuriPlacementWish wish;

  fixture_fold_one (fleet, change);
  muri_placement_wish_init (&wish, find_template (fleet));
  wish.count = 20;
  placement = place (fleet, &wish);
  reason = host_of (placement, 2)->reason;
  g_assert_cmpuint (host_of (placement, 2)->n, ==, 0);
  g_assert_cmpuint (host_of (placement, 2)->most, ==, 0);
  g_clear_pointer (&placement, muri_placement_free);
  return reason;
}

static void
test_why_not (void)
{
  MuriFleet *fleet = open_three (2, 2, 2);
  MuriChange changes[6];
  muri_v1_Node *node[6];

  for (guint i = 0; i < G_N_ELEMENTS (changes); i++)
    {
      changes[i] = fixture_host (2, 1);
      node[i] = changes[i].sample;
    }
  node[0]->maintenance = true;
  node[1]->unsupported = G_GUINT64_CONSTANT (1) << MURI_VERB_CLONE;
  node[2]->store[0] = '\0';
  g_strlcpy (node[3]->hypervisor, "TEST", sizeof node[3]->hypervisor);
  node[4]->connection = MURI_CONNECTION_DOWN;
  node[5]->presence = MURI_PRESENCE_LEAVING;
  g_assert_cmpint (reason_of (fleet, changes[0]), ==, MURI_PLACEMENT_MAINTENANCE);
  g_assert_cmpint (reason_of (fleet, changes[1]), ==, MURI_PLACEMENT_UNSUPPORTED);
  g_assert_cmpint (reason_of (fleet, changes[2]), ==, MURI_PLACEMENT_NO_STORE);
  g_assert_cmpint (reason_of (fleet, changes[3]), ==, MURI_PLACEMENT_OTHER_HYPERVISOR);
  g_assert_cmpint (reason_of (fleet, changes[4]), ==, MURI_PLACEMENT_HYPERVISOR_DOWN);
  g_assert_cmpint (reason_of (fleet, changes[5]), ==, MURI_PLACEMENT_UNREACHABLE);
  fixture_fold_one (fleet, fixture_host (2, 1));
  g_assert_cmpint (reason_of (fleet, fixture_with_life (fixture_host (1, 1), MURI_LIFE_NO_WRITERS)),
                   ==, MURI_PLACEMENT_NO_IMAGE);
  fixture_close (fleet);
}

/* Its kernel is not in its image. */
static void
test_bound (void)
{
  MuriFleet *fleet = open_three (1, 1, 1);
  MuriChange change = fixture_template (1, 50);
  MuriPlacement *placement;
  MuriPlacementWish wish;

  ((muri_v1_Template *)change.sample)->host_bound = true;
  fixture_fold_one (fleet, change);
  muri_placement_wish_init (&wish, find_template (fleet));
  wish.count = 6;
  placement = place (fleet, &wish);
  g_assert_cmpuint (host_of (placement, 1)->n, ==, placement->n_placed);
  g_assert_cmpint (host_of (placement, 2)->reason, ==, MURI_PLACEMENT_BOUND);
  g_assert_cmpint (host_of (placement, 3)->reason, ==, MURI_PLACEMENT_BOUND);
  muri_placement_free (placement);
  fixture_close (fleet);
}

/* Who asks again at once does not get the same room once more. */
static void
test_promised (void)
{
  MuriFleet *fleet = open_three (2, 15, 15);
  g_autoptr (MuriRequest) request = muri_request_new (MURI_VERB_CLONE);
  g_autoptr (MuriOperation) operation = NULL;
  g_autoptr (MuriPlacement) first = NULL;
  g_autoptr (MuriPlacement) second = NULL;
  static const char *const names[] = { "a", "b", "c", "d", "e", NULL };
  MuriPlacementWish wish;

  muri_placement_wish_init (&wish, find_template (fleet));
  wish.count = 5;
  first = place (fleet, &wish);
  assert_spread (first, 5, 0, 0);
  muri_placement_set_names (first, names);
  g_assert_cmpstr (host_of (first, 1)->names[4], ==, "e");
  muri_request_set_parameter (request, MURI_PARAMETER_TEMPLATE,
                              muri_template_get_id (find_template (fleet)));
  muri_request_set_parameter (request, MURI_PARAMETER_START, "1");
  muri_placement_add_to (first, request);
  operation = fixture_ask (fleet, request, NULL);
  fixture_report_all (fleet, operation, MURI_OUTCOME_QUEUED);

  second = place (fleet, &wish);
  assert_spread (second, 2, 0, 0);
  g_clear_pointer (&first, muri_placement_free);
  g_clear_pointer (&second, muri_placement_free);
  g_clear_object (&operation);
  g_clear_pointer (&request, muri_request_unref);
  fixture_close (fleet);
}

/* In the order that they are placed in. */
static void
test_names (void)
{
  MuriFleet *fleet = open_three (2, 2, 2);
  g_autoptr (MuriPlacement) placement = NULL;
  static const char *const names[] = { "a", "b", "c", "d", NULL };
  MuriPlacementWish wish;

  muri_placement_wish_init (&wish, find_template (fleet));
  wish.count = 4;
  placement = place (fleet, &wish);
  muri_placement_set_names (placement, names);
  g_assert_cmpstr (host_of (placement, 1)->names[0], ==, "a");
  g_assert_cmpstr (host_of (placement, 1)->names[1], ==, "d");
  g_assert_cmpstr (host_of (placement, 2)->names[0], ==, "b");
  g_assert_cmpstr (host_of (placement, 3)->names[0], ==, "c");
  g_assert_null (host_of (placement, 3)->names[1]);
  g_clear_pointer (&placement, muri_placement_free);
  fixture_close (fleet);
}

static void
test_small (void)
{
  MuriFleet *fleet = fixture_open (NULL);
  MuriChange change = fixture_template (1, 50);
  MuriPlacementWish wish;

  ((muri_v1_Template *)change.sample)->memory_min = 2 << 20;
  fixture_fold_one (fleet, fixture_host (1, 0));
  fixture_fold_one (fleet, change);
  muri_placement_wish_init (&wish, find_template (fleet));
  g_assert_false (muri_placement_wish_is_small (&wish));
  wish.memory--;
  g_assert_true (muri_placement_wish_is_small (&wish));
  fixture_close (fleet);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/fleet/placement/spread", test_spread);
  g_test_add_func ("/fleet/placement/holder-first", test_holder_first);
  g_test_add_func ("/fleet/placement/pack", test_pack);
  g_test_add_func ("/fleet/placement/one-each", test_one_each);
  g_test_add_func ("/fleet/placement/overcommit", test_overcommit);
  g_test_add_func ("/fleet/placement/measured", test_measured);
  g_test_add_func ("/fleet/placement/processors", test_processors);
  g_test_add_func ("/fleet/placement/space", test_space);
  g_test_add_func ("/fleet/placement/why-not", test_why_not);
  g_test_add_func ("/fleet/placement/bound", test_bound);
  g_test_add_func ("/fleet/placement/promised", test_promised);
  g_test_add_func ("/fleet/placement/names", test_names);
  g_test_add_func ("/fleet/placement/small", test_small);
  return g_test_run ();
}
