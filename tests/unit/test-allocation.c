/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fleet-fixture.h"

#include "muri-allocation.h"

#define GIB (1 << 20) /* KiB */

/* ---- what people write ---- */

static void
assert_vcpus (const char *text, const char *printed)
{
  MuriAdjustment adjustment;
  g_autofree char *again = NULL;

  g_assert_true (muri_adjustment_parse_vcpus (text, &adjustment));
  again = muri_adjustment_print (&adjustment);
  g_assert_cmpstr (again, ==, printed);
}

static void
assert_memory (const char *text, const char *printed)
{
  MuriAdjustment adjustment;
  g_autofree char *again = NULL;

  g_assert_true (muri_adjustment_parse_memory (text, &adjustment));
  again = muri_adjustment_print (&adjustment);
  g_assert_cmpstr (again, ==, printed);
}

static void
test_parse (void)
{
  static const char *const no_vcpus[] = { "x",     "0",   "4.5",  "+",     "25%", "+0%",
                                          "4 GiB", "--1", "5000", "+25%%", "1e3" };
  static const char *const no_memory[] = { "4",    "x GiB", "+1",      "0 GiB", "-0 MiB",
                                           "4 Gi", "GiB",   "1e9 GiB", "25 %",  "4 GiB 1" };
  MuriAdjustment adjustment;

  assert_vcpus ("4", "4");
  assert_vcpus (" +1 ", "+1");
  assert_vcpus ("- 1", "-1");
  assert_vcpus ("\xe2\x88\x92"
                "2",
                "-2");
  assert_vcpus ("+25 %", "+25%");
  assert_vcpus ("", NULL);
  assert_memory ("6 GiB", "6291456");
  assert_memory ("512M", "524288");
  assert_memory ("1.5 gib", "1572864");
  assert_memory ("1,5 GiB", "1572864");
  assert_memory ("+1 GiB", "+1048576");
  assert_memory ("-25%", "-25%");
  assert_memory ("  ", NULL);
  for (guint i = 0; i < G_N_ELEMENTS (no_vcpus); i++)
    g_assert_false (muri_adjustment_parse_vcpus (no_vcpus[i], &adjustment));
  for (guint i = 0; i < G_N_ELEMENTS (no_memory); i++)
    g_assert_false (muri_adjustment_parse_memory (no_memory[i], &adjustment));
}

static void
test_apply (void)
{
  const MuriAdjustment to = { MURI_ADJUSTMENT_TO, 4 };
  const MuriAdjustment less = { MURI_ADJUSTMENT_BY, -2 };
  const MuriAdjustment quarter = { MURI_ADJUSTMENT_PERCENT, 25 };
  const MuriAdjustment none = { MURI_ADJUSTMENT_PERCENT, -100 };

  g_assert_cmpuint (muri_adjustment_apply (&to, 1), ==, 4);
  g_assert_cmpuint (muri_adjustment_apply (&less, 3), ==, 1);
  g_assert_cmpuint (muri_adjustment_apply (&less, 2), ==, 0);
  g_assert_cmpuint (muri_adjustment_apply (&less, 1), ==, 0);
  g_assert_cmpuint (muri_adjustment_apply (&quarter, 4), ==, 5);
  g_assert_cmpuint (muri_adjustment_apply (&quarter, 2), ==, 3);
  g_assert_cmpuint (muri_adjustment_apply (&quarter, 1), ==, 1);
  g_assert_cmpuint (muri_adjustment_apply (&none, 7), ==, 0);
}

/* ---- what becomes of VMs ---- */

static void
fold_vm (MuriFleet *fleet, guint vm, guint state, guint memory)
{
  MuriChange change = fixture_vm (1, vm, state);
  muri_v1_Vm *sample = change.sample;

  sample->vcpus = 2;
  sample->vcpus_max = 4;
  sample->memory = (guint64)memory;
  sample->memory_max = 4 * GIB;
  fixture_fold_one (fleet, change);
}

static MuriFleet *
open_host (void)
{
  MuriFleet *fleet = fixture_open (NULL);

  fixture_fold_one (fleet, fixture_host (1, 3));
  fold_vm (fleet, 100, MURI_VM_STATE_RUNNING, 2 * GIB);
  fold_vm (fleet, 101, MURI_VM_STATE_OFF, 2 * GIB);
  fold_vm (fleet, 102, MURI_VM_STATE_RUNNING, 2 * GIB);
  return fleet;
}

static MuriAllocation *
plan (MuriFleet *fleet, guint first, guint n, const char *vcpus, const char *memory,
      MuriAllocationWhen when)
{
  g_autoptr (GPtrArray) vms = g_ptr_array_new ();
  MuriAllocationWish wish;

  for (guint i = 0; i < n; i++)
    g_ptr_array_add (vms, fixture_find_vm (fleet, 1, first + i));
  muri_allocation_wish_init (&wish);
  wish.when = when;
  g_assert_true (muri_adjustment_parse_vcpus (vcpus, &wish.vcpus));
  g_assert_true (muri_adjustment_parse_memory (memory, &wish.memory));
  return muri_allocation_new (vms, &wish);
}

static const MuriAllocationItem *
item_of (MuriAllocation *allocation, guint i)
{
  return allocation->items->pdata[i];
}

static void
test_live (void)
{
  MuriFleet *fleet = open_host ();
  g_autoptr (MuriAllocation) a = plan (fleet, 100, 2, "4", "+1 GiB", MURI_ALLOCATION_BOTH);

  g_assert_cmpuint (a->n_possible, ==, 2);
  g_assert_cmpuint (a->n_waiting, ==, 0);
  g_assert_cmpuint (item_of (a, 0)->then_now.vcpus, ==, 4);
  g_assert_cmpuint (item_of (a, 0)->then_now.memory, ==, 3 * GIB);
  g_assert_cmpuint (item_of (a, 0)->then_next.memory, ==, 3 * GIB);
  /* What is off has nothing now. */
  g_assert_cmpuint (item_of (a, 1)->then_now.vcpus, ==, 2);
  g_assert_cmpuint (item_of (a, 1)->then_next.vcpus, ==, 4);
  g_clear_pointer (&a, muri_allocation_free);
  fixture_close (fleet);
}

/* Beyond what it was booted with only the next boot leads. */
static void
test_next_boot (void)
{
  MuriFleet *fleet = open_host ();
  g_autoptr (MuriAllocation) both = plan (fleet, 100, 1, "6", "6 GiB", MURI_ALLOCATION_BOTH);
  g_autoptr (MuriAllocation) now = plan (fleet, 100, 1, "6", "", MURI_ALLOCATION_NOW);
  g_autoptr (MuriAllocation) off = plan (fleet, 101, 1, "4", "", MURI_ALLOCATION_NOW);
  g_autoptr (MuriAllocation) next = plan (fleet, 100, 1, "1", "", MURI_ALLOCATION_NEXT);
  g_autoptr (MuriAllocation) less = plan (fleet, 100, 1, "1", "", MURI_ALLOCATION_BOTH);

  g_assert_cmpuint (both->n_waiting, ==, 1);
  g_assert_true (item_of (both, 0)->vcpus_wait);
  g_assert_true (item_of (both, 0)->memory_waits);
  g_assert_cmpuint (item_of (both, 0)->then_now.vcpus, ==, 2);
  g_assert_cmpuint (item_of (both, 0)->then_next.vcpus, ==, 6);
  g_assert_cmpuint (item_of (both, 0)->then_next.vcpus_max, ==, 6);
  g_assert_cmpuint (item_of (both, 0)->then_next.memory_max, ==, 6 * GIB);
  g_assert_cmpint (item_of (now, 0)->reason, ==, MURI_ALLOCATION_BEYOND);
  g_assert_cmpint (item_of (off, 0)->reason, ==, MURI_ALLOCATION_OFF);
  g_clear_pointer (&off, muri_allocation_free);
  g_assert_cmpuint (item_of (next, 0)->then_now.vcpus, ==, 2);
  g_assert_cmpuint (item_of (next, 0)->then_next.vcpus, ==, 1);
  g_assert_true (item_of (less, 0)->guest_decides);
  g_clear_pointer (&both, muri_allocation_free);
  g_clear_pointer (&now, muri_allocation_free);
  g_clear_pointer (&next, muri_allocation_free);
  g_clear_pointer (&less, muri_allocation_free);
  fixture_close (fleet);
}

static void
test_limits (void)
{
  MuriFleet *fleet = open_host ();
  g_autoptr (MuriAllocation) same = plan (fleet, 100, 1, "2", "2 GiB", MURI_ALLOCATION_BOTH);
  g_autoptr (MuriAllocation) little = plan (fleet, 100, 1, "-2", "", MURI_ALLOCATION_BOTH);
  g_autoptr (MuriAllocation) cpus = plan (fleet, 100, 1, "9", "", MURI_ALLOCATION_BOTH);
  g_autoptr (MuriAllocation) memory = plan (fleet, 100, 1, "", "17 GiB", MURI_ALLOCATION_BOTH);

  g_assert_cmpint (item_of (same, 0)->reason, ==, MURI_ALLOCATION_SAME);
  g_assert_cmpint (item_of (little, 0)->reason, ==, MURI_ALLOCATION_LITTLE);
  g_assert_cmpint (item_of (cpus, 0)->reason, ==, MURI_ALLOCATION_PROCESSORS);
  g_assert_cmpuint (item_of (cpus, 0)->limit, ==, 8);
  g_assert_cmpint (item_of (memory, 0)->reason, ==, MURI_ALLOCATION_MEMORY);
  g_assert_cmpuint (item_of (memory, 0)->limit, ==, 16 * GIB);
  g_assert_null (muri_allocation_make_request (memory));
  g_clear_pointer (&same, muri_allocation_free);
  g_clear_pointer (&little, muri_allocation_free);
  g_clear_pointer (&cpus, muri_allocation_free);
  g_clear_pointer (&memory, muri_allocation_free);
  fixture_close (fleet);
}

/* 16 GiB for all that runs: what is left is given once. */
static void
test_together (void)
{
  MuriFleet *fleet = open_host ();
  g_autoptr (MuriAllocation) a = NULL;

  fold_vm (fleet, 100, MURI_VM_STATE_RUNNING, 3 * GIB);
  fold_vm (fleet, 102, MURI_VM_STATE_RUNNING, 3 * GIB);
  fold_vm (fleet, 103, MURI_VM_STATE_RUNNING, 9 * GIB);
  a = plan (fleet, 100, 3, "", "4 GiB", MURI_ALLOCATION_BOTH);
  g_assert_cmpint (item_of (a, 0)->reason, ==, MURI_ALLOCATION_POSSIBLE);
  g_assert_cmpint (item_of (a, 1)->reason, ==, MURI_ALLOCATION_POSSIBLE);
  g_assert_cmpint (item_of (a, 2)->reason, ==, MURI_ALLOCATION_OVERCOMMIT);
  g_assert_cmpuint (item_of (a, 2)->limit, ==, 3 * GIB);
  g_assert_cmpuint (a->n_possible, ==, 2);
  g_clear_pointer (&a, muri_allocation_free);
  fixture_close (fleet);
}

static void
test_request (void)
{
  MuriFleet *fleet = open_host ();
  g_autoptr (MuriAllocation) a = plan (fleet, 100, 3, "", "+25 %", MURI_ALLOCATION_NEXT);
  g_autoptr (MuriRequest) request = muri_allocation_make_request (a);
  g_autoptr (GVariant) parameters = muri_request_get_parameters (request);
  const char *value;

  g_assert_cmpuint (muri_request_get_vms (request)->len, ==, 3);
  g_assert_true (g_variant_lookup (parameters, MURI_PARAMETER_MEMORY, "&s", &value));
  g_assert_cmpstr (value, ==, "+25%");
  g_assert_true (g_variant_lookup (parameters, MURI_PARAMETER_WHEN, "&s", &value));
  g_assert_cmpstr (value, ==, MURI_WHEN_NEXT);
  g_assert_false (g_variant_lookup (parameters, MURI_PARAMETER_VCPUS, "&s", &value));
  g_clear_pointer (&a, muri_allocation_free);
  g_clear_pointer (&request, muri_request_unref);
  fixture_close (fleet);
}

static void
test_unreachable (void)
{
  MuriFleet *fleet = open_host ();
  g_autoptr (MuriAllocation) a = NULL;

  fixture_fold_one (fleet, fixture_with_life (fixture_host (1, 3), MURI_LIFE_NO_WRITERS));
  a = plan (fleet, 100, 1, "4", "", MURI_ALLOCATION_BOTH);
  g_assert_cmpint (item_of (a, 0)->reason, ==, MURI_ALLOCATION_UNREACHABLE);
  g_clear_pointer (&a, muri_allocation_free);
  fixture_close (fleet);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/fleet/allocation/parse", test_parse);
  g_test_add_func ("/fleet/allocation/apply", test_apply);
  g_test_add_func ("/fleet/allocation/live", test_live);
  g_test_add_func ("/fleet/allocation/next-boot", test_next_boot);
  g_test_add_func ("/fleet/allocation/limits", test_limits);
  g_test_add_func ("/fleet/allocation/together", test_together);
  g_test_add_func ("/fleet/allocation/request", test_request);
  g_test_add_func ("/fleet/allocation/unreachable", test_unreachable);
  return g_test_run ();
}
