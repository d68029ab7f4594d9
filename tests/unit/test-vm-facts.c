/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Facts of a VM, packed: nothing is lost, nothing is read beyond its end, and what differs anywhere
 * is not equal. */
#include "muri-topics.h"
#include "muri-vm-facts.h"

#include <string.h>

/* The greatest lengths of the type. */
#define ADDRESSES 32
#define DISKS 64
#define NICS 32
#define GROUPS 64

#define MAKE_LIST(sequence, n)                                                                     \
  ((sequence)._length = (sequence)._maximum = (n), (sequence)._release = TRUE,                     \
   (sequence)._buffer =                                                                            \
       memset (dds_alloc ((n) * sizeof *(sequence)._buffer), 0, (n) * sizeof *(sequence)._buffer))

typedef void (*Change) (muri_v1_Vm *vm);

/* As long as it may be, and another each time. */
static void
fill (char *text, gsize size, guint number)
{
  memset (text, 'a' + (int)(number % 26), size - 1);
  text[size - 1] = '\0';
}

#define FILL(member, number) fill ((member), sizeof (member), (number))

static void
fill_lists (muri_v1_Vm *vm, guint addresses, guint disks, guint nics, guint groups)
{
  MAKE_LIST (vm->addresses, addresses);
  MAKE_LIST (vm->disks, disks);
  MAKE_LIST (vm->nics, nics);
  MAKE_LIST (vm->groups, groups);
  for (guint i = 0; i < addresses; i++)
    FILL (vm->addresses._buffer[i], i);
  for (guint i = 0; i < disks; i++)
    {
      FILL (vm->disks._buffer[i].target, i);
      FILL (vm->disks._buffer[i].device, i + 1);
      FILL (vm->disks._buffer[i].bus, i + 2);
      FILL (vm->disks._buffer[i].source, i + 3);
      vm->disks._buffer[i].capacity = G_GUINT64_CONSTANT (1) << i;
      vm->disks._buffer[i].allocation = i;
      vm->disks._buffer[i].shared = i % 2;
    }
  for (guint i = 0; i < nics; i++)
    {
      FILL (vm->nics._buffer[i].mac, i);
      FILL (vm->nics._buffer[i].model, i + 1);
      FILL (vm->nics._buffer[i].network, i + 2);
      FILL (vm->nics._buffer[i].target, i + 3);
    }
  for (guint i = 0; i < groups; i++)
    {
      FILL (vm->groups._buffer[i].group, i);
      vm->groups._buffer[i].start_order = -(gint32)i;
      vm->groups._buffer[i].start_delay = i;
    }
}

static muri_v1_Vm *
vm_new (void)
{
  muri_v1_Vm *vm = muri_topic_sample_new (MURI_TOPIC_VM);

  memset (vm->node.b, 1, sizeof vm->node.b);
  memset (vm->vm.b, 2, sizeof vm->vm.b);
  g_strlcpy (vm->name, "web-1", sizeof vm->name);
  g_strlcpy (vm->title, "한글", sizeof vm->title);
  g_strlcpy (vm->os, "debian12", sizeof vm->os);
  vm->state = 3;
  vm->vcpus = 4;
  vm->memory = G_GUINT64_CONSTANT (5000000000);
  return vm;
}

static muri_v1_Vm *
full_vm_new (void)
{
  muri_v1_Vm *vm = vm_new ();

  FILL (vm->name, 1);
  FILL (vm->title, 2);
  FILL (vm->os, 3);
  FILL (vm->arch, 4);
  FILL (vm->machine, 5);
  FILL (vm->metadata_error, 6);
  fill_lists (vm, ADDRESSES, DISKS, NICS, GROUPS);
  return vm;
}

static MuriVmFacts *
pack (muri_v1_Vm *vm)
{
  MuriVmFacts *facts = muri_vm_facts_pack (vm);

  muri_topic_sample_free (MURI_TOPIC_VM, vm);
  return facts;
}

/* ---- nothing is lost ---- */

/* A sample that was unpacked is the same sample, and has the same facts. */
static void
assert_same (muri_v1_Vm *vm)
{
  g_autoptr (MuriVmFacts) facts = muri_vm_facts_pack (vm);
  muri_v1_Vm *back = muri_vm_facts_unpack (facts);
  g_autoptr (MuriVmFacts) again = muri_vm_facts_pack (back);
  const gsize plain = sizeof *vm - offsetof (muri_v1_Vm, guarded);

  g_assert_true (muri_vm_facts_equal (facts, again));
  g_assert_cmpmem (&vm->guarded, plain, &back->guarded, plain);
  g_assert_cmpmem (vm, offsetof (muri_v1_Vm, addresses), back, offsetof (muri_v1_Vm, addresses));
#define ASSERT_LIST(list)                                                                          \
  g_assert_cmpmem (vm->list._buffer, vm->list._length * sizeof *vm->list._buffer,                  \
                   back->list._buffer, back->list._length * sizeof *back->list._buffer)
  ASSERT_LIST (addresses);
  ASSERT_LIST (disks);
  ASSERT_LIST (nics);
  ASSERT_LIST (groups);
  muri_topic_sample_free (MURI_TOPIC_VM, back);
  muri_topic_sample_free (MURI_TOPIC_VM, vm);
}

static void
test_round_trip (void)
{
  muri_v1_Vm *vm = vm_new ();

  fill_lists (vm, 2, 1, 3, 1);
  assert_same (muri_topic_sample_new (MURI_TOPIC_VM));
  assert_same (vm_new ());
  assert_same (vm);
}

static void
test_bounds (void)
{
  muri_v1_Vm *vm = full_vm_new ();
  g_autoptr (MuriVmFacts) facts = NULL;

  assert_same (full_vm_new ());
  /* One that does not end ends where its room does. */
  memset (vm->name, 'n', sizeof vm->name);
  memset (vm->disks._buffer[DISKS - 1].source, 's', sizeof vm->disks._buffer[0].source);
  facts = pack (vm);
  g_assert_cmpuint (strlen (facts->name), ==, sizeof vm->name - 1);
  g_assert_cmpuint (strlen (facts->disks[DISKS - 1].source), ==,
                    sizeof vm->disks._buffer[0].source - 1);
  g_assert_cmpuint (facts->n_disks, ==, DISKS);
  g_assert_cmpuint (facts->n_groups, ==, GROUPS);
}

/* ---- what differs ---- */

#define CHANGE(name, statement)                                                                    \
  static void change_##name (muri_v1_Vm *vm)                                                       \
  {                                                                                                \
    statement;                                                                                     \
  }

CHANGE (node, vm->node.b[15]++)
CHANGE (uuid, vm->vm.b[0]++)
CHANGE (template_id, vm->template_id.b[7]++)
CHANGE (state, vm->state++)
CHANGE (reason, vm->reason--)
CHANGE (since, vm->since++)
CHANGE (booted, vm->booted++)
CHANGE (unanswered, vm->unanswered++)
CHANGE (vcpus, vm->vcpus++)
CHANGE (vcpus_max, vm->vcpus_max++)
CHANGE (vcpus_next, vm->vcpus_next++)
CHANGE (vcpus_max_next, vm->vcpus_max_next++)
CHANGE (memory, vm->memory++)
CHANGE (memory_max, vm->memory_max++)
CHANGE (memory_next, vm->memory_next++)
CHANGE (memory_max_next, vm->memory_max_next++)
CHANGE (persistent, vm->persistent = !vm->persistent)
CHANGE (autostart, vm->autostart = !vm->autostart)
CHANGE (managed_save, vm->managed_save = !vm->managed_save)
CHANGE (guest_agent, vm->guest_agent = !vm->guest_agent)
CHANGE (guarded, vm->guarded = !vm->guarded)
CHANGE (linked, vm->linked = !vm->linked)
CHANGE (uefi, vm->uefi = !vm->uefi)
CHANGE (name, vm->name[0] = 'x')
CHANGE (title, vm->title[0] = '\0')
CHANGE (os, strcat (vm->os, "u"))
CHANGE (arch, strcpy (vm->arch, "x86_64"))
CHANGE (machine, strcpy (vm->machine, "q35"))
CHANGE (metadata_error, strcpy (vm->metadata_error, "?"))
CHANGE (moved_text, (strcpy (vm->title, vm->os), vm->os[0] = '\0'))
CHANGE (address, vm->addresses._buffer[1][0] = 'x')
CHANGE (fewer_addresses, vm->addresses._length--)
CHANGE (disk_target, vm->disks._buffer[1].target[0] = 'x')
CHANGE (disk_device, vm->disks._buffer[0].device[0] = 'x')
CHANGE (disk_bus, vm->disks._buffer[0].bus[0] = '\0')
CHANGE (disk_source, vm->disks._buffer[1].source[1000] = 'x')
CHANGE (disk_capacity, vm->disks._buffer[1].capacity++)
CHANGE (disk_allocation, vm->disks._buffer[0].allocation++)
CHANGE (disk_shared, vm->disks._buffer[0].shared = !vm->disks._buffer[0].shared)
CHANGE (nic_mac, vm->nics._buffer[0].mac[0] = 'x')
CHANGE (nic_model, vm->nics._buffer[0].model[0] = 'x')
CHANGE (nic_network, vm->nics._buffer[0].network[0] = 'x')
CHANGE (nic_target, vm->nics._buffer[0].target[0] = 'x')
CHANGE (group, vm->groups._buffer[0].group[0] = 'x')
CHANGE (group_order, vm->groups._buffer[0].start_order++)
CHANGE (group_delay, vm->groups._buffer[0].start_delay++)

static const Change changes[] = {
  change_node,           change_uuid,
  change_template_id,    change_state,
  change_reason,         change_since,
  change_booted,         change_unanswered,
  change_vcpus,          change_vcpus_max,
  change_vcpus_next,     change_vcpus_max_next,
  change_memory,         change_memory_max,
  change_memory_next,    change_memory_max_next,
  change_persistent,     change_autostart,
  change_managed_save,   change_guest_agent,
  change_guarded,        change_linked,
  change_uefi,           change_name,
  change_title,          change_os,
  change_arch,           change_machine,
  change_metadata_error, change_moved_text,
  change_address,        change_fewer_addresses,
  change_disk_target,    change_disk_device,
  change_disk_bus,       change_disk_source,
  change_disk_capacity,  change_disk_allocation,
  change_disk_shared,    change_nic_mac,
  change_nic_model,      change_nic_network,
  change_nic_target,     change_group,
  change_group_order,    change_group_delay,
};

static muri_v1_Vm *
some_vm_new (void)
{
  muri_v1_Vm *vm = vm_new ();

  fill_lists (vm, 2, 2, 1, 1);
  return vm;
}

static void
test_differences (void)
{
  g_autoptr (MuriVmFacts) facts = pack (some_vm_new ());
  g_autoptr (MuriVmFacts) same = pack (some_vm_new ());

  g_assert_true (muri_vm_facts_equal (facts, same));
  for (guint i = 0; i < G_N_ELEMENTS (changes); i++)
    {
      muri_v1_Vm *vm = some_vm_new ();
      g_autoptr (MuriVmFacts) other = NULL;

      changes[i](vm);
      other = pack (vm);
      g_assert_false (muri_vm_facts_equal (facts, other));
      g_assert_false (muri_vm_facts_equal (other, facts));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/vm-facts/round-trip", test_round_trip);
  g_test_add_func ("/vm-facts/bounds", test_bounds);
  g_test_add_func ("/vm-facts/differences", test_differences);
  return g_test_run ();
}
