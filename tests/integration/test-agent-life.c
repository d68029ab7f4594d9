/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "clone-fixture.h"

#include <libvirt/virterror.h>
#include <string.h>

/* Deleting and resizing VMs of libvirt's test driver. */

static const char machine[] = "<domain type='kvm'><memory unit='KiB'>131072</memory><vcpu>1</vcpu>"
                              "<os><type arch='x86_64'>hvm</type></os><devices>"
                              "<disk type='file' device='disk'><driver name='qemu' type='qcow2'/>"
                              "<target dev='vda' bus='virtio'/></disk></devices></domain>";

static void
set_up (CloneFixture *f, gconstpointer data)
{
  clone_fixture_begin (f, muri_test_libvirtd_spawn (), machine, NULL);
}

static void
tear_down (CloneFixture *f, gconstpointer data)
{
  clone_fixture_end (f);
}

static const muri_v1_Vm *
find_vm (CloneFixture *f, const muri_v1_Uuid *vm)
{
  return g_hash_table_lookup (f->fixture.vms, vm);
}

static muri_v1_Uuid
make (CloneFixture *f, const char *name, gboolean start)
{
  g_autoptr (FixtureOperation) operation = clone_fixture_operation (f, name, 1);
  muri_v1_Uuid vm = *clone_fixture_target (operation, 0);

  fixture_add_parameter (operation, "linked", "1");
  fixture_add_parameter (operation, "seed", "1");
  fixture_add_parameter (operation, "start", start ? "1" : "0");
  g_assert_cmpuint (clone_fixture_run (f, operation)->state, ==, MURI_OUTCOME_DONE);
  fixture_await (find_vm (f, &vm) != NULL);
  return vm;
}

static void
expect (CloneFixture *f, const muri_v1_Uuid *vm, guint verb, const char *parameters, guint state,
        const char *part)
{
  g_autoptr (FixtureOperation) operation = fixture_operation (&f->fixture, verb, 60);
  g_auto (GStrv) words = g_strsplit (parameters, ";", -1);
  const muri_v1_Outcome *outcome;

  for (guint i = 0; words[i] != NULL && words[i + 1] != NULL; i += 2)
    fixture_add_parameter (operation, words[i], words[i + 1]);
  fixture_add_target (operation, &f->node, vm);
  outcome = clone_fixture_run (f, operation);
  if (outcome->state != state || strstr (outcome->message, part) == NULL)
    g_error ("%s: %s, “%s”", parameters, muri_outcome_to_nick (outcome->state), outcome->message);
}

static gboolean
is_defined (CloneFixture *f, const muri_v1_Uuid *vm)
{
  virDomainPtr domain =
      virDomainLookupByUUID (muri_test_libvirtd_get_connection (f->libvirtd), vm->b);

  if (domain != NULL)
    virDomainFree (domain);
  return domain != NULL;
}

static gboolean
has_volume (CloneFixture *f, const muri_v1_Uuid *vm, const char *prefix, const char *end)
{
  virStoragePoolPtr pool =
      virStoragePoolLookupByName (muri_test_libvirtd_get_connection (f->libvirtd), "muri");
  char id[MURI_UUID_TEXT];
  g_autofree char *name = g_strdup_printf ("%s-1-%.8s%s", prefix, muri_uuid_format (vm, id), end);
  virStorageVolPtr volume = virStorageVolLookupByName (pool, name);

  if (volume != NULL)
    virStorageVolFree (volume);
  virStoragePoolFree (pool);
  return volume != NULL;
}

static void
test_delete (CloneFixture *f, gconstpointer data)
{
  muri_v1_Uuid a = make (f, "a", TRUE), b = make (f, "b", FALSE), c = make (f, "c", FALSE), none;

  muri_uuid_generate (&none);
  expect (f, &none, MURI_VERB_DELETE, "volumes;all", MURI_OUTCOME_NOT_HERE, "no such VM");
  expect (f, &a, MURI_VERB_DELETE, "volumes;all", MURI_OUTCOME_FAILED, "running");
  expect (f, &b, MURI_VERB_DELETE, "volumes;vdq", MURI_OUTCOME_REFUSED, "no disk vdq");
  expect (f, &b, MURI_VERB_DELETE, "", MURI_OUTCOME_REFUSED, "volumes");
  expect (f, &b, MURI_VERB_GUARD, "", MURI_OUTCOME_DONE, "");
  expect (f, &b, MURI_VERB_DELETE, "volumes;all", MURI_OUTCOME_PROTECTED, "padlock");
  expect (f, &b, MURI_VERB_UNGUARD, "", MURI_OUTCOME_DONE, "");
  g_assert_true (has_volume (f, &b, "b", ".qcow2") && has_volume (f, &b, "b", "-seed.iso"));
  expect (f, &b, MURI_VERB_DELETE, "volumes;all", MURI_OUTCOME_DONE, "2 volumes");
  g_assert_false (is_defined (f, &b));
  g_assert_false (has_volume (f, &b, "b", ".qcow2") || has_volume (f, &b, "b", "-seed.iso"));
  expect (f, &c, MURI_VERB_DELETE, "volumes;none", MURI_OUTCOME_DONE, "");
  g_assert_true (has_volume (f, &c, "c", ".qcow2"));
  g_assert_true (is_defined (f, &a));
}

/* Another VM's disk, and a template. */
static void
define_reader (CloneFixture *f, const char *name, const char *path, muri_v1_Uuid *vm)
{
  g_autofree char *xml = g_strdup_printf (
      "<domain type='test'><name>%s</name><memory>65536</memory><os><type>hvm</type></os><devices>"
      "<disk type='file' device='disk'><source file='%s'/><target dev='vda' bus='virtio'/></disk>"
      "</devices></domain>",
      name, path);
  virDomainPtr domain = virDomainDefineXML (muri_test_libvirtd_get_connection (f->libvirtd), xml);

  g_assert_nonnull (domain);
  virDomainGetUUID (domain, vm->b);
  virDomainFree (domain);
  fixture_await (find_vm (f, vm) != NULL);
}

static void
test_shared (CloneFixture *f, gconstpointer data)
{
  muri_v1_Uuid a = make (f, "a", FALSE), other, thief;
  const muri_v1_Vm *vm = find_vm (f, &a);

  define_reader (f, "other", vm->disks._buffer[0].source, &other);
  define_reader (f, "thief", f->image, &thief);
  fixture_await (find_vm (f, &a)->disks._buffer[0].shared);
  fixture_await (find_vm (f, &thief)->disks._buffer[0].shared);
  g_assert_false (find_vm (f, &a)->disks._buffer[1].shared);
  expect (f, &a, MURI_VERB_DELETE, "volumes;all", MURI_OUTCOME_DONE, "kept: vda: “other” reads");
  g_assert_true (has_volume (f, &a, "a", ".qcow2"));
  g_assert_false (has_volume (f, &a, "a", "-seed.iso"));
  expect (f, &thief, MURI_VERB_DELETE, "volumes;vda", MURI_OUTCOME_DONE, "template “tiny”");
  g_assert_false (is_defined (f, &thief));
  fixture_await (!find_vm (f, &other)->disks._buffer[0].shared);
  expect (f, &other, MURI_VERB_DELETE, "volumes;vda", MURI_OUTCOME_DONE, "1 volume");
  g_assert_false (has_volume (f, &a, "a", ".qcow2"));
}

#define N_PAIRS 8

/* Of two VMs with one volume that are deleted at the same time, the last one takes it along. */
static void
test_together (CloneFixture *f, gconstpointer data)
{
  g_autoptr (FixtureOperation) operation = fixture_operation (&f->fixture, MURI_VERB_DELETE, 60);
  muri_v1_Uuid first[N_PAIRS], second;
  const muri_v1_Report *report;

  fixture_add_parameter (operation, "volumes", "all");
  for (guint i = 0; i < N_PAIRS; i++)
    {
      g_autofree char *name = g_strdup_printf ("p%u", i);

      first[i] = make (f, name, FALSE);
      define_reader (f, name, find_vm (f, &first[i])->disks._buffer[0].source, &second);
      fixture_add_target (operation, &f->node, &first[i]);
      fixture_add_target (operation, &f->node, &second);
    }
  fixture_publish (&f->fixture, operation);
  report = fixture_await_complete (&f->fixture, operation);
  g_assert_cmpuint (clone_fixture_count (report, MURI_OUTCOME_DONE), ==, 2 * N_PAIRS);
  for (guint i = 0; i < N_PAIRS; i++)
    {
      g_autofree char *name = g_strdup_printf ("p%u", i);

      g_assert_false (has_volume (f, &first[i], name, ".qcow2"));
      g_assert_false (has_volume (f, &first[i], name, "-seed.iso"));
    }
}

static void
test_resize (CloneFixture *f, gconstpointer data)
{
  muri_v1_Uuid a = make (f, "a", FALSE), b = make (f, "b", TRUE);

  expect (f, &a, MURI_VERB_RESIZE, "vcpus;4;memory;+25%", MURI_OUTCOME_DONE,
          "4 vCPUs with the next boot; 160 MiB with the next boot");
  fixture_await (find_vm (f, &a)->vcpus == 4 && find_vm (f, &a)->memory == 163840);
  expect (f, &a, MURI_VERB_RESIZE, "vcpus;4", MURI_OUTCOME_ALREADY, "4 vCPUs");
  expect (f, &a, MURI_VERB_RESIZE, "vcpus;-3;memory;131072", MURI_OUTCOME_DONE, "1 vCPU ");
  expect (f, &a, MURI_VERB_RESIZE, "vcpus;2;when;now", MURI_OUTCOME_FAILED, "not running");
  expect (f, &a, MURI_VERB_RESIZE, "vcpus;4000", MURI_OUTCOME_REFUSED, "processors in all");
  expect (f, &a, MURI_VERB_RESIZE, "memory;+10000%", MURI_OUTCOME_REFUSED, "memory in all");

  expect (f, &b, MURI_VERB_RESIZE, "vcpus;2;memory;196608", MURI_OUTCOME_DONE,
          "2 vCPUs with the next boot: the guest's maximum is 1 vCPU; "
          "192 MiB with the next boot: the guest's maximum is 128 MiB");
  fixture_await (find_vm (f, &b)->vcpus_next == 2 && find_vm (f, &b)->memory_next == 196608);
  g_assert_cmpuint (find_vm (f, &b)->vcpus, ==, 1);
  expect (f, &b, MURI_VERB_RESIZE, "memory;196608;when;now", MURI_OUTCOME_FAILED, "maximum");
}

int
main (int argc, char **argv)
{
  muri_test_init (&argc, &argv);
#define ADD(name, func) g_test_add ("/life/" name, CloneFixture, NULL, set_up, func, tear_down)
  ADD ("delete", test_delete);
  ADD ("shared", test_shared);
  ADD ("together", test_together);
  ADD ("resize", test_resize);
  return muri_test_run ();
}
