/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-advice-private.h"

#include <math.h>

#include "muri-words.h"

/* Of the time, so much must be known. */
#define LEAST_KNOWN 0.1

/* Of what is known, it must have run for so much. */
#define LEAST_ON 0.05

/* Idle is who ran most of the time and stayed below all of these. */
#define IDLE_ON 0.5
#define IDLE_CPU 0.03    /* on average */
#define IDLE_CPU_95 0.06 /* in 95 of 100 seconds */
#define IDLE_NET 4e3     /* bytes a second */
#define IDLE_DISK 40e3   /* bytes a second */

/* What would do is filled so far at most. */
#define WELL_FILLED 0.6
#define MEMORY_UNIT (256.0 * 1024 * 1024)
#define MEMORY_SPARE 1.3
#define OVERSIZED_MEMORY 0.5

#define STARVED_CPU 0.9
#define STARVED_MEMORY 0.93

/* A host is filled no further. */
#define HOST_CPU 0.8
#define HOST_MEMORY 0.9

G_DEFINE_FINAL_TYPE (MuriAdvice, muri_advice, G_TYPE_OBJECT)

static void
muri_advice_finalize (GObject *object)
{
  MuriAdvice *self = MURI_ADVICE (object);

  g_clear_object (&self->vm);
  g_clear_object (&self->node);
  g_ptr_array_unref (self->places);
  g_array_unref (self->n_there);
  G_OBJECT_CLASS (muri_advice_parent_class)->finalize (object);
}

static void
muri_advice_class_init (MuriAdviceClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = muri_advice_finalize;
}

static void
muri_advice_init (MuriAdvice *self)
{
  self->places = g_ptr_array_new_with_free_func (g_object_unref);
  self->n_there = g_array_new (FALSE, FALSE, sizeof (guint));
}

MuriAdvice *
muri_advice_new (MuriAdviceKind kind, const MuriAdviceInput *input)
{
  MuriAdvice *self = g_object_new (MURI_TYPE_ADVICE, NULL);
  gboolean vm = MURI_IS_VM (input->object);

  self->kind = kind;
  self->vm = vm ? g_object_ref (input->object) : NULL;
  self->node = g_object_ref (vm ? muri_vm_get_node (input->object) : input->object);
  self->usage = input->usage;
  return self;
}

MuriAdviceKind
muri_advice_get_kind (MuriAdvice *advice)
{
  return advice->kind;
}

gpointer
muri_advice_get_object (MuriAdvice *advice)
{
  return advice->vm ? (gpointer)advice->vm : (gpointer)advice->node;
}

MuriVm *
muri_advice_get_vm (MuriAdvice *advice)
{
  return advice->vm;
}

MuriNode *
muri_advice_get_node (MuriAdvice *advice)
{
  return advice->node;
}

const MuriUsage *
muri_advice_get_usage (MuriAdvice *advice)
{
  return &advice->usage;
}

guint
muri_advice_get_wanted_cpus (MuriAdvice *advice)
{
  return advice->wanted_cpus;
}

double
muri_advice_get_wanted_memory (MuriAdvice *advice)
{
  return advice->wanted_memory;
}

double
muri_advice_get_free_cpus (MuriAdvice *advice)
{
  return advice->free_cpus;
}

double
muri_advice_get_free_memory (MuriAdvice *advice)
{
  return advice->free_memory;
}

GPtrArray *
muri_advice_get_places (MuriAdvice *advice)
{
  return advice->places;
}

guint
muri_advice_get_n_for_place (MuriAdvice *advice, guint place)
{
  g_return_val_if_fail (place < advice->n_there->len, 0);

  return g_array_index (advice->n_there, guint, place);
}

/* ---- VMs ---- */

static double
memory_of (MuriVm *vm)
{
  return (double)muri_vm_get_facts (vm)->memory * 1024;
}

static gboolean
is_idle (const MuriUsage *usage)
{
  double on = MAX (usage->on, 1);

  return usage->on >= IDLE_ON * usage->known && usage->cpu_average < IDLE_CPU
         && usage->cpu_95 < IDLE_CPU_95 && (usage->received + usage->sent) / on < IDLE_NET
         && (usage->read + usage->written) / on < IDLE_DISK;
}

static gboolean
is_starved (const MuriUsage *usage, MuriVm *vm)
{
  return usage->cpu_95 > STARVED_CPU
         || (isfinite (usage->memory_average) && memory_of (vm) > 0
             && usage->memory_average > STARVED_MEMORY * memory_of (vm));
}

static guint
find_wanted_cpus (const MuriUsage *usage, MuriVm *vm)
{
  guint has = muri_vm_get_facts (vm)->vcpus;
  guint wanted;

  if (has < 2 || !isfinite (usage->cpu_95))
    return 0;
  wanted = MAX (1, (guint)ceil (usage->cpu_95 * has / WELL_FILLED));
  /* One of sixteen is not worth the trouble. */
  return wanted * 4 <= has * 3 ? wanted : 0;
}

static double
find_wanted_memory (const MuriUsage *usage, MuriVm *vm)
{
  double has = memory_of (vm);

  if (!isfinite (usage->memory_max) || has < 4 * MEMORY_UNIT
      || usage->memory_max > OVERSIZED_MEMORY * has)
    return 0;
  return MAX (2, ceil (usage->memory_max * MEMORY_SPARE / MEMORY_UNIT)) * MEMORY_UNIT;
}

static MuriAdvice *
judge_vm (const MuriAdviceInput *input)
{
  const MuriUsage *usage = &input->usage;
  MuriAdvice *advice;

  if (usage->on <= 0)
    return muri_advice_new (MURI_ADVICE_OFF, input);
  /* Of minutes nothing follows. */
  if (usage->on < LEAST_ON * usage->known)
    return NULL;
  if (is_idle (usage))
    return muri_advice_new (MURI_ADVICE_IDLE, input);
  if (is_starved (usage, input->object))
    return muri_advice_new (MURI_ADVICE_STARVED, input);
  advice = muri_advice_new (MURI_ADVICE_OVERSIZED, input);
  advice->wanted_cpus = find_wanted_cpus (usage, input->object);
  advice->wanted_memory = find_wanted_memory (usage, input->object);
  if (advice->wanted_cpus == 0 && advice->wanted_memory == 0)
    g_clear_object (&advice);
  return advice;
}

/* ---- hosts ---- */

double
muri_advice_room_for_cpus (MuriNode *node)
{
  return HOST_CPU * muri_node_get_facts (node)->cpus;
}

double
muri_advice_room_for_memory (MuriNode *node)
{
  return HOST_MEMORY * (double)muri_node_get_facts (node)->memory * 1024;
}

static MuriAdvice *
judge_node (const MuriAdviceInput *input)
{
  MuriNode *node = input->object;
  const MuriUsage *usage = &input->usage;
  double cpus = muri_node_get_facts (node)->cpus;
  MuriAdvice *advice = muri_advice_new (MURI_ADVICE_ROOM, input);

  advice->free_cpus = MAX (0, muri_advice_room_for_cpus (node) - usage->cpu_95 * cpus);
  advice->free_memory = MAX (0, muri_advice_room_for_memory (node) - usage->memory_max);
  if (advice->free_cpus == 0 || advice->free_memory == 0)
    advice->kind = MURI_ADVICE_HOT;
  return advice;
}

static gboolean
is_enough (const MuriAdviceInput *input, double span)
{
  const MuriUsage *usage = &input->usage;

  if (usage->known < LEAST_KNOWN * span)
    return FALSE;
  return MURI_IS_VM (input->object)
         || (isfinite (usage->cpu_95) && isfinite (usage->memory_max)
             && muri_node_get_facts (input->object)->cpus > 0);
}

static GPtrArray *
judge_hosts (GArray *inputs, double span)
{
  GPtrArray *hosts = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < inputs->len; i++)
    {
      const MuriAdviceInput *input = &g_array_index (inputs, MuriAdviceInput, i);

      if (MURI_IS_NODE (input->object) && is_enough (input, span))
        g_ptr_array_add (hosts, judge_node (input));
    }
  return hosts;
}

/* What it holds that could be used otherwise: bytes. */
static double
weight_of (MuriAdvice *advice)
{
  if (advice->vm == NULL)
    return (double)muri_node_get_facts (advice->node)->memory * 1024;
  if (advice->kind == MURI_ADVICE_OVERSIZED && advice->wanted_memory > 0)
    return memory_of (advice->vm) - advice->wanted_memory;
  return memory_of (advice->vm);
}

/* The gravest first. */
static guint
rank_of (MuriAdvice *advice)
{
  static const guint ranks[MURI_N_ADVICE_KINDS] = {
    [MURI_ADVICE_HOT] = 0,  [MURI_ADVICE_STARVED] = 1,   [MURI_ADVICE_EMPTIABLE] = 2,
    [MURI_ADVICE_IDLE] = 3, [MURI_ADVICE_OVERSIZED] = 4, [MURI_ADVICE_OFF] = 5,
    [MURI_ADVICE_ROOM] = 6,
  };

  return ranks[advice->kind];
}

static int
compare (gconstpointer a, gconstpointer b)
{
  MuriAdvice *first = *(MuriAdvice *const *)a;
  MuriAdvice *second = *(MuriAdvice *const *)b;

  if (rank_of (first) != rank_of (second))
    return rank_of (first) < rank_of (second) ? -1 : 1;
  if (weight_of (first) != weight_of (second))
    return weight_of (first) > weight_of (second) ? -1 : 1;
  return 0;
}

GPtrArray *
muri_advice_find (GArray *inputs, double span)
{
  GPtrArray *found = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GPtrArray) hosts = judge_hosts (inputs, span);

  for (guint i = 0; i < inputs->len; i++)
    {
      const MuriAdviceInput *input = &g_array_index (inputs, MuriAdviceInput, i);
      MuriAdvice *advice =
          MURI_IS_VM (input->object) && is_enough (input, span) ? judge_vm (input) : NULL;

      if (advice)
        g_ptr_array_add (found, advice);
    }
  for (guint i = 0; i < hosts->len; i++)
    {
      MuriAdvice *emptied = muri_advice_empty (hosts->pdata[i], hosts, inputs);

      g_ptr_array_add (found, emptied ? emptied : g_object_ref (hosts->pdata[i]));
    }
  g_ptr_array_sort (found, compare);
  return found;
}
