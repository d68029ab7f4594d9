/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>

#include "fleet-fixture.h"
#include "muri-advice.h"

#define SPAN 604800.0
#define GIB 1073741824.0

typedef struct
{
  MuriFleet *fleet;
  GArray *inputs;
} Stage;

static void
add_input (Stage *stage, gpointer object, const MuriUsage *usage)
{
  MuriAdviceInput input = { object, *usage };

  g_array_append_val (stage->inputs, input);
}

/* 16 processors, 64 GiB, of which so much was in use. */
static void
add_node (Stage *stage, guint number, double cpu, double memory)
{
  MuriChange change = fixture_node (number, 0);
  muri_v1_Node *sample = change.sample;
  MuriUsage usage;

  sample->cpus = 16;
  sample->memory = 64 * 1048576;
  fixture_fold_one (stage->fleet, change);
  muri_usage_init (&usage);
  usage.known = usage.on = SPAN;
  usage.cpu_average = cpu / 2;
  usage.cpu_95 = usage.cpu_max = cpu;
  usage.memory_average = usage.memory_max = memory * GIB;
  add_input (stage, fixture_find_node (stage->fleet, number), &usage);
}

/* It ran all the time: @cpu in 95 of 100 seconds. */
static void
add_vm (Stage *stage, guint node, guint number, guint vcpus, double gib, double cpu, double memory)
{
  MuriChange change = fixture_vm (node, number, MURI_VM_STATE_RUNNING);
  muri_v1_Vm *sample = change.sample;
  MuriUsage usage;

  sample->vcpus = vcpus;
  sample->memory = (guint64)(gib * 1048576);
  fixture_fold_one (stage->fleet, change);
  muri_usage_init (&usage);
  usage.known = usage.on = SPAN;
  usage.cpu_average = cpu / 2;
  usage.cpu_95 = cpu;
  usage.cpu_max = 1;
  usage.memory_average = usage.memory_max = memory * GIB;
  usage.sent = usage.received = usage.read = usage.written = cpu * 1e5 * SPAN;
  add_input (stage, fixture_find_vm (stage->fleet, node, number), &usage);
}

static MuriUsage *
last_usage (Stage *stage)
{
  return &g_array_index (stage->inputs, MuriAdviceInput, stage->inputs->len - 1).usage;
}

static void
set_up (Stage *stage, gconstpointer data)
{
  stage->fleet = fixture_open (NULL);
  stage->inputs = g_array_new (FALSE, FALSE, sizeof (MuriAdviceInput));
}

static void
tear_down (Stage *stage, gconstpointer data)
{
  g_array_unref (stage->inputs);
  fixture_close (stage->fleet);
}

static MuriAdvice *
find_about (GPtrArray *found, gpointer object)
{
  for (guint i = 0; i < found->len; i++)
    if (muri_advice_get_object (found->pdata[i]) == object)
      return found->pdata[i];
  return NULL;
}

static void
assert_kind (GPtrArray *found, gpointer object, MuriAdviceKind kind)
{
  MuriAdvice *advice = find_about (found, object);

  g_assert_nonnull (advice);
  g_assert_cmpuint (muri_advice_get_kind (advice), ==, kind);
}

static void
test_vms (Stage *stage, gconstpointer data)
{
  g_autoptr (GPtrArray) found = NULL;
  MuriAdvice *advice;

  add_node (stage, 1, 0.5, 40);
  add_vm (stage, 1, 101, 2, 4, 0.01, 2);  /* idle */
  add_vm (stage, 1, 102, 8, 16, 0.1, 3);  /* more than it needs */
  add_vm (stage, 1, 103, 4, 8, 0.97, 5);  /* less than it needs */
  add_vm (stage, 1, 104, 4, 8, 0.3, 7.8); /* less memory than it needs */
  add_vm (stage, 1, 105, 4, 8, 0.55, 5);  /* just right */
  add_vm (stage, 1, 106, 4, 8, 0, 0);     /* off */
  last_usage (stage)->on = 0;
  add_vm (stage, 1, 107, 4, 8, 0.01, 2); /* hardly known */
  last_usage (stage)->known = last_usage (stage)->on = SPAN / 20;
  add_vm (stage, 1, 108, 1, 1, 0.01, 0.4); /* talks */
  last_usage (stage)->sent = 1e6 * SPAN;

  found = muri_advice_find (stage->inputs, SPAN);
  assert_kind (found, fixture_find_vm (stage->fleet, 1, 101), MURI_ADVICE_IDLE);
  assert_kind (found, fixture_find_vm (stage->fleet, 1, 103), MURI_ADVICE_STARVED);
  assert_kind (found, fixture_find_vm (stage->fleet, 1, 104), MURI_ADVICE_STARVED);
  assert_kind (found, fixture_find_vm (stage->fleet, 1, 106), MURI_ADVICE_OFF);
  g_assert_null (find_about (found, fixture_find_vm (stage->fleet, 1, 105)));
  g_assert_null (find_about (found, fixture_find_vm (stage->fleet, 1, 107)));
  advice = find_about (found, fixture_find_vm (stage->fleet, 1, 102));
  g_assert_cmpuint (muri_advice_get_kind (advice), ==, MURI_ADVICE_OVERSIZED);
  g_assert_cmpuint (muri_advice_get_wanted_cpus (advice), ==, 2);
  g_assert_cmpfloat (muri_advice_get_wanted_memory (advice), ==, 4 * GIB);
  advice = find_about (found, fixture_find_vm (stage->fleet, 1, 108));
  g_assert_true (advice == NULL || muri_advice_get_kind (advice) != MURI_ADVICE_IDLE);

  /* The gravest first. */
  g_assert_cmpuint (muri_advice_get_kind (found->pdata[0]), ==, MURI_ADVICE_STARVED);
}

static void
test_hosts (Stage *stage, gconstpointer data)
{
  g_autoptr (GPtrArray) found = NULL;
  MuriAdvice *advice;

  add_node (stage, 1, 0.1, 12);
  add_node (stage, 2, 0.4, 30);
  add_node (stage, 3, 0.95, 20);
  add_vm (stage, 1, 101, 2, 8, 0.5, 5);
  add_vm (stage, 1, 102, 2, 4, 0.5, 2.5);
  add_vm (stage, 2, 103, 16, 60, 0.5, 20);

  found = muri_advice_find (stage->inputs, SPAN);
  assert_kind (found, fixture_find_node (stage->fleet, 3), MURI_ADVICE_HOT);
  /* What is on the second is too large for the first. */
  advice = find_about (found, fixture_find_node (stage->fleet, 2));
  g_assert_cmpuint (muri_advice_get_kind (advice), ==, MURI_ADVICE_ROOM);
  g_assert_cmpfloat_with_epsilon (muri_advice_get_free_cpus (advice), 16 * 0.4, 1e-6);
  g_assert_cmpfloat_with_epsilon (muri_advice_get_free_memory (advice) / GIB, 64 * 0.9 - 30, 1e-6);
  advice = find_about (found, fixture_find_node (stage->fleet, 1));
  g_assert_cmpuint (muri_advice_get_kind (advice), ==, MURI_ADVICE_EMPTIABLE);
  g_assert_cmpuint (muri_advice_get_places (advice)->len, ==, 1);
  g_assert_true (muri_advice_get_places (advice)->pdata[0] == fixture_find_node (stage->fleet, 2));
  g_assert_cmpuint (muri_advice_get_n_for_place (advice, 0), ==, 2);
}

/* A host that cannot be heard takes nothing. */
static void
test_no_place (Stage *stage, gconstpointer data)
{
  g_autoptr (GPtrArray) found = NULL;

  add_node (stage, 1, 0.1, 12);
  add_node (stage, 2, 0.1, 12);
  add_vm (stage, 1, 101, 2, 8, 0.5, 5);
  fixture_fold_one (stage->fleet, fixture_with_life (fixture_node (2, 0), MURI_LIFE_NO_WRITERS));
  found = muri_advice_find (stage->inputs, SPAN);
  assert_kind (found, fixture_find_node (stage->fleet, 1), MURI_ADVICE_ROOM);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/advice/vms", Stage, NULL, set_up, test_vms, tear_down);
  g_test_add ("/advice/hosts", Stage, NULL, set_up, test_hosts, tear_down);
  g_test_add ("/advice/no-place", Stage, NULL, set_up, test_no_place, tear_down);
  return g_test_run ();
}
