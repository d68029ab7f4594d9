/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fleet-fixture.h"

#include "muri-deletion.h"

static void
add_disks (muri_v1_Vm *vm, const char *const *disks, guint n)
{
  vm->disks._buffer = memset (dds_alloc (n * sizeof (muri_v1_Disk)), 0, n * sizeof (muri_v1_Disk));
  vm->disks._length = vm->disks._maximum = n;
  vm->disks._release = TRUE;
  for (guint i = 0; i < n; i++)
    {
      muri_v1_Disk *disk = &vm->disks._buffer[i];

      g_snprintf (disk->target, sizeof disk->target, "vd%c", 'a' + i);
      g_strlcpy (disk->device, g_str_has_suffix (disks[i], ".iso") ? "cdrom" : "disk",
                 sizeof disk->device);
      g_strlcpy (disk->source, disks[i], sizeof disk->source);
      disk->allocation = 1000;
    }
}

static MuriVm *
fold_vm (MuriFleet *fleet, guint vm, guint state, const char *const *disks, guint n)
{
  MuriChange change = fixture_vm (1, vm, state);

  add_disks (change.sample, disks, n);
  fixture_fold_one (fleet, change);
  return fixture_find_vm (fleet, 1, vm);
}

static const MuriDeletionItem *
item_of (MuriDeletion *deletion, guint i)
{
  return deletion->items->pdata[i];
}

static const MuriDeletionVolume *
volume_of (MuriDeletion *deletion, guint item, guint i)
{
  return item_of (deletion, item)->volumes->pdata[i];
}

static const char *
volumes_of (MuriRequest *request)
{
  g_autoptr (GVariant) parameters = muri_request_get_parameters (request);
  const char *value = NULL;

  g_assert_true (g_variant_lookup (parameters, MURI_PARAMETER_VOLUMES, "&s", &value));
  return g_intern_string (value);
}

static void
test_volumes (void)
{
  MuriFleet *fleet = fixture_open (NULL);
  static const char *const first[] = { "/a.qcow2", "/data.raw", "/cd.iso", "/base.qcow2" };
  static const char *const second[] = { "/b.qcow2", "/data.raw" };
  g_autoptr (GPtrArray) vms = g_ptr_array_new ();
  g_autoptr (GPtrArray) requests = NULL;
  g_autoptr (MuriDeletion) deletion = NULL;
  MuriChange change = fixture_vm (1, 100, MURI_VM_STATE_OFF);

  fixture_fold_one (fleet, fixture_host (1, 2));
  add_disks (change.sample, first, G_N_ELEMENTS (first));
  ((muri_v1_Vm *)change.sample)->disks._buffer[3].shared = true;
  ((muri_v1_Vm *)change.sample)->uefi = true;
  fixture_fold_one (fleet, change);
  g_ptr_array_add (vms, fixture_find_vm (fleet, 1, 100));
  fold_vm (fleet, 101, MURI_VM_STATE_RUNNING, second, G_N_ELEMENTS (second));
  deletion = muri_deletion_new (vms, TRUE);

  g_assert_cmpuint (deletion->n_possible, ==, 1);
  g_assert_true (item_of (deletion, 0)->nvram);
  g_assert_true (volume_of (deletion, 0, 0)->chosen);
  g_assert_cmpint (volume_of (deletion, 0, 1)->stay, ==, MURI_DELETION_SHARED);
  g_assert_cmpstr (volume_of (deletion, 0, 1)->users[0], ==, "vm-101");
  g_assert_cmpint (volume_of (deletion, 0, 2)->stay, ==, MURI_DELETION_MEDIUM);
  g_assert_cmpint (volume_of (deletion, 0, 3)->stay, ==, MURI_DELETION_SHARED);
  g_assert_null (volume_of (deletion, 0, 3)->users[0]);
  g_assert_cmpuint (muri_deletion_count_volumes (deletion), ==, 1);
  g_assert_cmpuint (muri_deletion_sum_allocation (deletion), ==, 1000);

  requests = muri_deletion_make_requests (deletion);
  g_assert_cmpuint (requests->len, ==, 1);
  g_assert_cmpstr (volumes_of (requests->pdata[0]), ==, "vda");
  g_clear_pointer (&requests, g_ptr_array_unref);
  muri_deletion_choose (deletion, NULL, NULL, FALSE);
  requests = muri_deletion_make_requests (deletion);
  g_assert_cmpstr (volumes_of (requests->pdata[0]), ==, MURI_VOLUMES_NONE);
  g_clear_pointer (&requests, g_ptr_array_unref);
  g_clear_pointer (&deletion, muri_deletion_free);
  fixture_close (fleet);
}

/* One operation for each choice. */
static void
test_choices (void)
{
  MuriFleet *fleet = fixture_open (NULL);
  g_autoptr (GPtrArray) vms = g_ptr_array_new ();
  g_autoptr (GPtrArray) requests = NULL;
  g_autoptr (MuriDeletion) deletion = NULL;

  fixture_fold_one (fleet, fixture_host (1, 6));
  for (guint i = 0; i < 6; i++)
    {
      g_autofree char *a = g_strdup_printf ("/%u-a", i);
      g_autofree char *b = g_strdup_printf ("/%u-b", i);
      const char *const disks[] = { a, b };

      g_ptr_array_add (vms, fold_vm (fleet, 100 + i, MURI_VM_STATE_OFF, disks, 2));
    }
  deletion = muri_deletion_new (vms, TRUE);
  g_assert_true (muri_deletion_is_large (deletion));
  muri_deletion_choose (deletion, deletion->items->pdata[0],
                        (MuriDeletionVolume *)volume_of (deletion, 0, 1), FALSE);
  g_assert_cmpuint (muri_deletion_count_volumes (deletion), ==, 11);
  requests = muri_deletion_make_requests (deletion);
  g_assert_cmpuint (requests->len, ==, 2);
  g_assert_cmpstr (volumes_of (requests->pdata[0]), ==, "vda");
  g_assert_cmpuint (muri_request_get_vms (requests->pdata[0])->len, ==, 1);
  g_assert_cmpstr (volumes_of (requests->pdata[1]), ==, "vda vdb");
  g_assert_cmpuint (muri_request_get_vms (requests->pdata[1])->len, ==, 5);
  g_clear_pointer (&requests, g_ptr_array_unref);
  g_clear_pointer (&deletion, muri_deletion_free);
  fixture_close (fleet);
}

static void
test_why_not (void)
{
  MuriFleet *fleet = fixture_open (NULL);
  g_autoptr (GPtrArray) vms = g_ptr_array_new ();
  g_autoptr (MuriDeletion) deletion = NULL;
  g_autoptr (GPtrArray) requests = NULL;
  MuriChange guarded = fixture_vm (1, 100, MURI_VM_STATE_OFF);
  MuriChange other = fixture_host (2, 1);

  ((muri_v1_Vm *)guarded.sample)->guarded = true;
  ((muri_v1_Node *)other.sample)->unsupported = G_GUINT64_CONSTANT (1) << MURI_VERB_DELETE;
  fixture_fold_one (fleet, fixture_host (1, 2));
  fixture_fold_one (fleet, guarded);
  fixture_fold_one (fleet, fixture_vm (1, 101, MURI_VM_STATE_RUNNING));
  fixture_fold_one (fleet, other);
  fixture_fold_one (fleet, fixture_vm (2, 102, MURI_VM_STATE_OFF));
  fixture_fold_one (fleet, fixture_host (3, 1));
  fixture_fold_one (fleet, fixture_vm (3, 103, MURI_VM_STATE_OFF));
  fixture_fold_one (fleet, fixture_with_life (fixture_host (3, 1), MURI_LIFE_NO_WRITERS));
  g_ptr_array_add (vms, fixture_find_vm (fleet, 1, 100));
  g_ptr_array_add (vms, fixture_find_vm (fleet, 1, 101));
  g_ptr_array_add (vms, fixture_find_vm (fleet, 2, 102));
  g_ptr_array_add (vms, fixture_find_vm (fleet, 3, 103));
  deletion = muri_deletion_new (vms, TRUE);
  g_assert_cmpint (item_of (deletion, 0)->reason, ==, MURI_DELETION_GUARDED);
  g_assert_cmpint (item_of (deletion, 1)->reason, ==, MURI_DELETION_RUNNING);
  g_assert_cmpint (item_of (deletion, 2)->reason, ==, MURI_DELETION_UNSUPPORTED);
  g_assert_cmpint (item_of (deletion, 3)->reason, ==, MURI_DELETION_UNREACHABLE);
  g_assert_cmpuint (deletion->n_possible, ==, 0);
  requests = muri_deletion_make_requests (deletion);
  g_assert_cmpuint (requests->len, ==, 0);
  g_clear_pointer (&requests, g_ptr_array_unref);
  g_clear_pointer (&deletion, muri_deletion_free);
  fixture_close (fleet);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/fleet/deletion/volumes", test_volumes);
  g_test_add_func ("/fleet/deletion/choices", test_choices);
  g_test_add_func ("/fleet/deletion/why-not", test_why_not);
  return g_test_run ();
}
