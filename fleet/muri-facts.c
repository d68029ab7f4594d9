/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-facts.h"

#include "muri-vm-facts.h"

struct _MuriFacts
{
  gatomicrefcount refs;
  MuriTopic topic;
  gpointer sample; /* of a VM: MuriVmFacts */
};

static MuriFacts *
new_facts (MuriTopic topic, gpointer sample)
{
  MuriFacts *facts = g_new (MuriFacts, 1);

  g_atomic_ref_count_init (&facts->refs);
  facts->topic = topic;
  facts->sample = sample;
  return facts;
}

MuriFacts *
muri_facts_new_vm (const muri_v1_Vm *sample)
{
  return new_facts (MURI_TOPIC_VM, muri_vm_facts_pack (sample));
}

/* @sample: (transfer full): of @topic's type */
MuriFacts *
muri_facts_new (MuriTopic topic, gpointer sample)
{
  MuriFacts *facts;

  if (topic != MURI_TOPIC_VM)
    return new_facts (topic, sample);
  facts = muri_facts_new_vm (sample);
  muri_topic_sample_free (topic, sample);
  return facts;
}

MuriFacts *
muri_facts_ref (MuriFacts *facts)
{
  g_atomic_ref_count_inc (&facts->refs);
  return facts;
}

void
muri_facts_unref (MuriFacts *facts)
{
  if (!g_atomic_ref_count_dec (&facts->refs))
    return;

  if (facts->topic == MURI_TOPIC_VM)
    muri_vm_facts_free (facts->sample);
  else
    muri_topic_sample_free (facts->topic, facts->sample);
  g_free (facts);
}

MuriTopic
muri_facts_get_topic (MuriFacts *facts)
{
  return facts->topic;
}

gconstpointer
muri_facts_get (MuriFacts *facts)
{
  return facts->sample;
}
