/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-fleet-private.h"
#include "muri-groups.h"
#include "muri-words.h"

#include <string.h>

static void
receive (MuriFleet *fleet, MuriTopic topic, gpointer sample, MuriLife life)
{
  MuriChange received = { .topic = topic,
                          .life = life,
                          .valid = life == MURI_LIFE_ALIVE,
                          .sample = sample,
                          .source_time = g_get_real_time (),
                          .received = g_get_monotonic_time () };

  muri_fleet_fold (fleet, 0, &received, 1);
  muri_topic_sample_free (topic, received.sample);
}

static muri_v1_Membership *
memberships_new (const char *paths, uint32_t *n)
{
  g_auto (GStrv) split = g_strsplit (paths, ",", -1);
  muri_v1_Membership *memberships;

  *n = g_strv_length (split);
  if (*n == 0)
    return NULL;
  memberships = dds_alloc (*n * sizeof *memberships);
  memset (memberships, 0, *n * sizeof *memberships);
  for (guint i = 0; i < *n; i++)
    g_strlcpy (memberships[i].group, split[i], sizeof memberships[i].group);
  return memberships;
}

static void
receive_node (MuriFleet *fleet, const char *paths)
{
  muri_v1_Node *node = muri_topic_sample_new (MURI_TOPIC_NODE);

  node->node.b[0] = 1;
  g_strlcpy (node->name, "seoul-1", sizeof node->name);
  node->presence = MURI_PRESENCE_UP;
  node->groups._buffer = memberships_new (paths, &node->groups._length);
  node->groups._maximum = node->groups._length;
  node->groups._release = true;
  receive (fleet, MURI_TOPIC_NODE, node, MURI_LIFE_ALIVE);
}

static muri_v1_Vm *
vm_new (guint8 id, guint8 state, const char *paths)
{
  muri_v1_Vm *vm = muri_topic_sample_new (MURI_TOPIC_VM);

  vm->node.b[0] = 1;
  vm->vm.b[0] = id;
  g_snprintf (vm->name, sizeof vm->name, "vm-%u", id);
  vm->state = state;
  vm->groups._buffer = memberships_new (paths, &vm->groups._length);
  vm->groups._maximum = vm->groups._length;
  vm->groups._release = true;
  return vm;
}

static void
receive_vm (MuriFleet *fleet, guint8 id, guint8 state, const char *paths)
{
  receive (fleet, MURI_TOPIC_VM, vm_new (id, state, paths), MURI_LIFE_ALIVE);
}

/* Changes of one moment: so many VMs, and of each the groups. */
static void
receive_vms (MuriFleet *fleet, guint n, const guint8 *ids, const char *const *paths)
{
  g_autofree MuriChange *changes = g_new0 (MuriChange, n);

  for (guint i = 0; i < n; i++)
    changes[i] = (MuriChange){ .topic = MURI_TOPIC_VM,
                               .life = MURI_LIFE_ALIVE,
                               .valid = TRUE,
                               .sample = vm_new (ids[i], MURI_VM_STATE_RUNNING, paths[i]),
                               .source_time = g_get_real_time (),
                               .received = g_get_monotonic_time () };
  muri_fleet_fold (fleet, 0, changes, n);
  for (guint i = 0; i < n; i++)
    muri_topic_sample_free (MURI_TOPIC_VM, changes[i].sample);
}

static void
remove_vm (MuriFleet *fleet, guint8 id)
{
  muri_v1_Vm *vm = muri_topic_sample_new (MURI_TOPIC_VM);

  vm->node.b[0] = 1;
  vm->vm.b[0] = id;
  receive (fleet, MURI_TOPIC_VM, vm, MURI_LIFE_DISPOSED);
}

static MuriFleet *
fleet_new (void)
{
  MuriFleet *fleet = muri_fleet_new (NULL);

  receive_node (fleet, "");
  return fleet;
}

/* Also holds the models against the counters. */
static void
assert_group (MuriFleet *fleet, const char *path, guint own, guint all, guint running)
{
  MuriGroup *group = muri_groups_find (muri_fleet_get_groups (fleet), path);

  g_assert_nonnull (group);
  g_assert_cmpstr (muri_group_get_path (group), ==, path);
  g_assert_cmpuint (g_list_model_get_n_items (muri_group_get_vms (group)), ==, own);
  g_assert_cmpuint (g_list_model_get_n_items (muri_group_get_all_vms (group)), ==, all);
  g_assert_cmpuint (muri_group_get_n_vms (group), ==, all);
  g_assert_cmpuint (muri_group_get_n_running (group), ==, running);
}

static void
assert_none (MuriFleet *fleet, const char *path)
{
  g_assert_null (muri_groups_find (muri_fleet_get_groups (fleet), path));
}

static void
test_tree (void)
{
  MuriFleet *fleet = fleet_new ();
  GListModel *roots = muri_groups_get_roots (muri_fleet_get_groups (fleet));

  receive_vm (fleet, 1, MURI_VM_STATE_RUNNING, "Production/web");
  receive_vm (fleet, 2, MURI_VM_STATE_OFF, "Production/web,Production/db,Seoul");
  receive_vm (fleet, 3, MURI_VM_STATE_RUNNING, "Production");

  g_assert_cmpuint (g_list_model_get_n_items (roots), ==, 2);
  assert_group (fleet, "Production", 1, 3, 2);
  assert_group (fleet, "Production/web", 2, 2, 1);
  /* In two groups is still once above them. */
  assert_group (fleet, "Production/db", 1, 1, 0);
  assert_group (fleet, "Seoul", 1, 1, 0);

  receive_vm (fleet, 2, MURI_VM_STATE_RUNNING, "Production/web,Production/db,Seoul");
  assert_group (fleet, "Production", 1, 3, 3);
  assert_group (fleet, "Production/db", 1, 1, 1);

  receive_vm (fleet, 2, MURI_VM_STATE_RUNNING, "Production/web");
  assert_none (fleet, "Seoul");
  assert_none (fleet, "Production/db");
  assert_group (fleet, "Production", 1, 3, 3);

  remove_vm (fleet, 1);
  assert_group (fleet, "Production/web", 1, 1, 1);
  remove_vm (fleet, 2);
  assert_none (fleet, "Production/web");
  assert_group (fleet, "Production", 1, 1, 1);
  remove_vm (fleet, 3);
  g_assert_cmpuint (g_list_model_get_n_items (roots), ==, 0);

  g_assert_finalize_object (fleet);
}

static void
test_move (void)
{
  MuriFleet *fleet = fleet_new ();

  receive_vm (fleet, 1, MURI_VM_STATE_RUNNING, "a/b");
  receive_vm (fleet, 1, MURI_VM_STATE_OFF, "a/c");
  assert_none (fleet, "a/b");
  assert_group (fleet, "a", 0, 1, 0);
  assert_group (fleet, "a/c", 1, 1, 0);

  /* Twice the same, and what is no path at all. */
  receive_vm (fleet, 1, MURI_VM_STATE_RUNNING, "a/c,a/c,//");
  assert_group (fleet, "a/c", 1, 1, 1);
  receive_vm (fleet, 1, MURI_VM_STATE_RUNNING, "");
  assert_none (fleet, "a");

  g_assert_finalize_object (fleet);
}

static void
test_kept (void)
{
  MuriFleet *fleet = fleet_new ();
  MuriGroups *groups = muri_fleet_get_groups (fleet);
  g_auto (GStrv) kept = NULL;

  muri_groups_keep (groups, "Lab/new");
  assert_group (fleet, "Lab", 0, 0, 0);
  receive_vm (fleet, 1, MURI_VM_STATE_RUNNING, "Lab/new");
  receive_vm (fleet, 1, MURI_VM_STATE_RUNNING, "");
  assert_group (fleet, "Lab/new", 0, 0, 0);

  kept = muri_groups_get_kept (groups);
  g_assert_cmpuint (g_strv_length (kept), ==, 1);
  g_assert_cmpstr (kept[0], ==, "Lab/new");

  muri_groups_release (groups, "Lab/new");
  muri_groups_release (groups, "never");
  assert_none (fleet, "Lab");

  g_assert_finalize_object (fleet);
}

static void
test_nodes (void)
{
  MuriFleet *fleet = fleet_new ();
  MuriGroup *group;

  receive_node (fleet, "Rack 1,Seoul");
  group = muri_groups_find (muri_fleet_get_groups (fleet), "Rack 1");
  g_assert_nonnull (group);
  g_assert_cmpuint (g_list_model_get_n_items (muri_group_get_nodes (group)), ==, 1);
  /* A host in a group does not make its VMs members. */
  receive_vm (fleet, 1, MURI_VM_STATE_RUNNING, "");
  g_assert_cmpuint (muri_group_get_n_vms (group), ==, 0);
  receive_node (fleet, "Seoul");
  assert_none (fleet, "Rack 1");

  g_assert_finalize_object (fleet);
}

static void
count (guint *n)
{
  (*n)++;
}

/* What changes together is told together. */
static void
test_batch (void)
{
  MuriFleet *fleet = fleet_new ();
  MuriGroup *web;
  guint changes = 0, notified = 0;

  receive_vm (fleet, 1, MURI_VM_STATE_RUNNING, "a/web");
  web = muri_groups_find (muri_fleet_get_groups (fleet), "a/web");
  g_signal_connect_swapped (muri_group_get_all_vms (web), "items-changed", G_CALLBACK (count),
                            &changes);
  g_signal_connect_swapped (web, "notify::n-vms", G_CALLBACK (count), &notified);

  receive_vms (fleet, 3, (guint8[]){ 2, 3, 4 }, (const char *[]){ "a/web", "a/web", "a/web" });
  g_assert_cmpuint (changes, ==, 1);
  g_assert_cmpuint (notified, ==, 1);
  assert_group (fleet, "a/web", 4, 4, 4);
  assert_group (fleet, "a", 0, 4, 4);

  receive_vms (fleet, 2, (guint8[]){ 3, 4 }, (const char *[]){ "a/db", "a/db" });
  g_assert_cmpuint (changes, ==, 2);
  g_assert_cmpuint (notified, ==, 2);
  assert_group (fleet, "a/web", 2, 2, 2);
  assert_group (fleet, "a/db", 2, 2, 2);
  assert_group (fleet, "a", 0, 4, 4);

  /* There and back, and a group that comes and goes, within one moment. */
  receive_vms (fleet, 3, (guint8[]){ 1, 1, 5 }, (const char *[]){ "a/new", "a/web", "a/web" });
  g_assert_cmpuint (changes, ==, 3);
  assert_none (fleet, "a/new");
  assert_group (fleet, "a/web", 3, 3, 3);

  receive_vms (fleet, 5, (guint8[]){ 1, 2, 3, 4, 5 }, (const char *[]){ "", "", "", "", "" });
  assert_none (fleet, "a");
  g_assert_finalize_object (fleet);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/groups/tree", test_tree);
  g_test_add_func ("/groups/batch", test_batch);
  g_test_add_func ("/groups/move", test_move);
  g_test_add_func ("/groups/kept", test_kept);
  g_test_add_func ("/groups/nodes", test_nodes);
  return g_test_run ();
}
