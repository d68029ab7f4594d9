/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-vm-facts.h"

#include "muri-topics.h"

#include <string.h>

G_STATIC_ASSERT (offsetof (MuriVmFacts, name)
                 == offsetof (MuriVmFacts, texts_size) + sizeof (gsize));
G_STATIC_ASSERT (offsetof (MuriVmFacts, texts_size)
                 == offsetof (MuriVmFacts, n_groups) + sizeof (guint8));

/* Where the next text goes; without a place, only how long it is counts. */
typedef struct
{
  char *at;
  gsize size;
} Texts;

/* ---- packing ---- */

static const char *
take_text (Texts *texts, const char *text, gsize room)
{
  const gsize length = strnlen (text, room - 1);
  char *at = texts->at;

  texts->size += length + 1;
  if (at == NULL)
    return NULL;
  memcpy (at, text, length);
  at[length] = '\0';
  texts->at += length + 1;
  return at;
}

#define TAKE(texts, member) take_text ((texts), (member), sizeof (member))

static MuriDisk
take_disk (Texts *texts, const muri_v1_Disk *disk)
{
  MuriDisk taken = { .capacity = disk->capacity,
                     .allocation = disk->allocation,
                     .shared = disk->shared };

  taken.target = TAKE (texts, disk->target);
  taken.device = TAKE (texts, disk->device);
  taken.bus = TAKE (texts, disk->bus);
  taken.source = TAKE (texts, disk->source);
  return taken;
}

static MuriNic
take_nic (Texts *texts, const muri_v1_Nic *nic)
{
  MuriNic taken;

  taken.mac = TAKE (texts, nic->mac);
  taken.model = TAKE (texts, nic->model);
  taken.network = TAKE (texts, nic->network);
  taken.target = TAKE (texts, nic->target);
  return taken;
}

static MuriMember
take_group (Texts *texts, const muri_v1_Membership *membership)
{
  return (MuriMember){ .group = TAKE (texts, membership->group),
                       .start_order = membership->start_order,
                       .start_delay = membership->start_delay };
}

/* Right behind the facts, and behind them the texts. All NULL: only measured. */
typedef struct
{
  MuriDisk *disks;
  MuriNic *nics;
  MuriMember *groups;
  const char **addresses;
} Lists;

static gsize
lists_size (const muri_v1_Vm *sample)
{
  return sample->disks._length * sizeof (MuriDisk) + sample->nics._length * sizeof (MuriNic)
         + sample->groups._length * sizeof (MuriMember)
         + sample->addresses._length * sizeof (const char *);
}

/* Returns where the texts begin. */
static char *
place_lists (Lists *lists, const muri_v1_Vm *sample, gpointer at)
{
  lists->disks = at;
  lists->nics = (gpointer)(lists->disks + sample->disks._length);
  lists->groups = (gpointer)(lists->nics + sample->nics._length);
  lists->addresses = (gpointer)(lists->groups + sample->groups._length);
  return (gpointer)(lists->addresses + sample->addresses._length);
}

static void
take_lists (Lists *lists, Texts *texts, const muri_v1_Vm *sample)
{
  for (guint32 i = 0; i < sample->disks._length; i++)
    {
      const MuriDisk disk = take_disk (texts, &sample->disks._buffer[i]);

      if (lists->disks != NULL)
        lists->disks[i] = disk;
    }
  for (guint32 i = 0; i < sample->nics._length; i++)
    {
      const MuriNic nic = take_nic (texts, &sample->nics._buffer[i]);

      if (lists->nics != NULL)
        lists->nics[i] = nic;
    }
  for (guint32 i = 0; i < sample->groups._length; i++)
    {
      const MuriMember group = take_group (texts, &sample->groups._buffer[i]);

      if (lists->groups != NULL)
        lists->groups[i] = group;
    }
  for (guint32 i = 0; i < sample->addresses._length; i++)
    {
      const char *address = TAKE (texts, sample->addresses._buffer[i]);

      if (lists->addresses != NULL)
        lists->addresses[i] = address;
    }
}

static void
take_texts (MuriVmFacts *facts, Lists *lists, Texts *texts, const muri_v1_Vm *sample)
{
  facts->name = TAKE (texts, sample->name);
  facts->title = TAKE (texts, sample->title);
  facts->os = TAKE (texts, sample->os);
  facts->arch = TAKE (texts, sample->arch);
  facts->machine = TAKE (texts, sample->machine);
  facts->metadata_error = TAKE (texts, sample->metadata_error);
  take_lists (lists, texts, sample);
}

/* What is the same in both but for the lengths of the lists. */
#define COPY_PLAIN(to, from)                                                                       \
  G_STMT_START                                                                                     \
  {                                                                                                \
    (to)->node = (from)->node;                                                                     \
    (to)->vm = (from)->vm;                                                                         \
    (to)->template_id = (from)->template_id;                                                       \
    (to)->since = (from)->since;                                                                   \
    (to)->booted = (from)->booted;                                                                 \
    (to)->unanswered = (from)->unanswered;                                                         \
    (to)->memory = (from)->memory;                                                                 \
    (to)->memory_max = (from)->memory_max;                                                         \
    (to)->memory_next = (from)->memory_next;                                                       \
    (to)->memory_max_next = (from)->memory_max_next;                                               \
    (to)->vcpus = (from)->vcpus;                                                                   \
    (to)->vcpus_max = (from)->vcpus_max;                                                           \
    (to)->vcpus_next = (from)->vcpus_next;                                                         \
    (to)->vcpus_max_next = (from)->vcpus_max_next;                                                 \
    (to)->reason = (from)->reason;                                                                 \
    (to)->state = (from)->state;                                                                   \
    (to)->persistent = (from)->persistent;                                                         \
    (to)->autostart = (from)->autostart;                                                           \
    (to)->managed_save = (from)->managed_save;                                                     \
    (to)->guest_agent = (from)->guest_agent;                                                       \
    (to)->guarded = (from)->guarded;                                                               \
    (to)->linked = (from)->linked;                                                                 \
    (to)->uefi = (from)->uefi;                                                                     \
  }                                                                                                \
  G_STMT_END

/**
 * muri_vm_facts_pack:
 * @sample: what was received of a VM, and is acceptable: its lists have no more than the type says
 *
 * Returns: (transfer full): the same in as little memory as it needs; free with
 *   muri_vm_facts_free()
 */
MuriVmFacts *
muri_vm_facts_pack (const muri_v1_Vm *sample)
{
  const gsize lists_end = sizeof (MuriVmFacts) + lists_size (sample);
  MuriVmFacts measured;
  MuriVmFacts *facts;
  Lists lists = { NULL };
  Texts texts = { NULL };

  take_texts (&measured, &lists, &texts, sample);
  facts = g_malloc0 (lists_end + texts.size);
  facts->texts_size = texts.size;
  texts.at = place_lists (&lists, sample, facts + 1);
  take_texts (facts, &lists, &texts, sample);
  COPY_PLAIN (facts, sample);
  facts->n_addresses = (guint8)sample->addresses._length;
  facts->n_disks = (guint8)sample->disks._length;
  facts->n_nics = (guint8)sample->nics._length;
  facts->n_groups = (guint8)sample->groups._length;
  facts->addresses = lists.addresses;
  facts->disks = lists.disks;
  facts->nics = lists.nics;
  facts->groups = lists.groups;
  return facts;
}

/**
 * muri_vm_facts_free:
 * @facts: (transfer full): packed facts
 */
void
muri_vm_facts_free (MuriVmFacts *facts)
{
  g_free (facts);
}

/* ---- unpacking ---- */

#define MAKE_LIST(sequence, n)                                                                     \
  G_STMT_START                                                                                     \
  {                                                                                                \
    const gsize size = (n) * sizeof *(sequence)._buffer;                                           \
                                                                                                   \
    (sequence)._length = (sequence)._maximum = (n);                                                \
    (sequence)._release = TRUE;                                                                    \
    (sequence)._buffer = (n) > 0 ? memset (dds_alloc (size), 0, size) : NULL;                      \
  }                                                                                                \
  G_STMT_END

#define PUT(member, text) g_strlcpy ((member), (text), sizeof (member))

static void
put_disks (muri_v1_Vm *sample, const MuriVmFacts *facts)
{
  MAKE_LIST (sample->disks, facts->n_disks);
  for (guint i = 0; i < facts->n_disks; i++)
    {
      muri_v1_Disk *disk = &sample->disks._buffer[i];

      PUT (disk->target, facts->disks[i].target);
      PUT (disk->device, facts->disks[i].device);
      PUT (disk->bus, facts->disks[i].bus);
      PUT (disk->source, facts->disks[i].source);
      disk->capacity = facts->disks[i].capacity;
      disk->allocation = facts->disks[i].allocation;
      disk->shared = facts->disks[i].shared;
    }
}

static void
put_network (muri_v1_Vm *sample, const MuriVmFacts *facts)
{
  MAKE_LIST (sample->addresses, facts->n_addresses);
  for (guint i = 0; i < facts->n_addresses; i++)
    PUT (sample->addresses._buffer[i], facts->addresses[i]);

  MAKE_LIST (sample->nics, facts->n_nics);
  for (guint i = 0; i < facts->n_nics; i++)
    {
      muri_v1_Nic *nic = &sample->nics._buffer[i];

      PUT (nic->mac, facts->nics[i].mac);
      PUT (nic->model, facts->nics[i].model);
      PUT (nic->network, facts->nics[i].network);
      PUT (nic->target, facts->nics[i].target);
    }
}

static void
put_groups (muri_v1_Vm *sample, const MuriVmFacts *facts)
{
  MAKE_LIST (sample->groups, facts->n_groups);
  for (guint i = 0; i < facts->n_groups; i++)
    {
      muri_v1_Membership *membership = &sample->groups._buffer[i];

      PUT (membership->group, facts->groups[i].group);
      membership->start_order = facts->groups[i].start_order;
      membership->start_delay = facts->groups[i].start_delay;
    }
}

/**
 * muri_vm_facts_unpack:
 * @facts: packed facts
 *
 * Returns: (transfer full): a sample of %MURI_TOPIC_VM; free with muri_topic_sample_free()
 */
muri_v1_Vm *
muri_vm_facts_unpack (const MuriVmFacts *facts)
{
  muri_v1_Vm *sample = muri_topic_sample_new (MURI_TOPIC_VM);

  COPY_PLAIN (sample, facts);
  PUT (sample->name, facts->name);
  PUT (sample->title, facts->title);
  PUT (sample->os, facts->os);
  PUT (sample->arch, facts->arch);
  PUT (sample->machine, facts->machine);
  PUT (sample->metadata_error, facts->metadata_error);
  put_disks (sample, facts);
  put_network (sample, facts);
  put_groups (sample, facts);
  return sample;
}

/* ---- comparing ---- */

/**
 * muri_vm_facts_equal:
 * @a: packed facts
 * @b: packed facts
 *
 * Two runs over memory and one over the disks and groups: cheap enough for each that comes.
 *
 * Returns: whether they say the same
 */
gboolean
muri_vm_facts_equal (const MuriVmFacts *a, const MuriVmFacts *b)
{
  /* As many texts of the same bytes, each with its end, are the same texts. */
  if (memcmp (a, b, offsetof (MuriVmFacts, name)) != 0
      || memcmp (a->name, b->name, a->texts_size) != 0)
    return FALSE;

  for (guint i = 0; i < a->n_disks; i++)
    if (a->disks[i].capacity != b->disks[i].capacity
        || a->disks[i].allocation != b->disks[i].allocation
        || a->disks[i].shared != b->disks[i].shared)
      return FALSE;
  for (guint i = 0; i < a->n_groups; i++)
    if (a->groups[i].start_order != b->groups[i].start_order
        || a->groups[i].start_delay != b->groups[i].start_delay)
      return FALSE;
  return TRUE;
}
