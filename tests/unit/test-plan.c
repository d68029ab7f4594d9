/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fleet-fixture.h"

#include "muri-options.h"
#include "muri-plan.h"
#include "muri-scope.h"

static MuriFleet *
open_fleet (void)
{
  MuriFleet *fleet = fixture_open (NULL);
  MuriChange changes[] = {
    fixture_node (1, 3),
    fixture_vm (1, 101, MURI_VM_STATE_RUNNING),
    fixture_vm (1, 102, MURI_VM_STATE_OFF),
    fixture_vm (1, 103, MURI_VM_STATE_PAUSED),
    fixture_node (2, 1),
    fixture_vm (2, 201, MURI_VM_STATE_RUNNING),
    fixture_node (3, 1),
    fixture_vm (3, 301, MURI_VM_STATE_RUNNING),
  };

  fixture_fold (fleet, changes, G_N_ELEMENTS (changes));
  fixture_fold_one (fleet, fixture_with_life (fixture_node (3, 1), MURI_LIFE_NO_WRITERS));
  return fleet;
}

static void
test_kinds (void)
{
  MuriFleet *fleet = open_fleet ();
  MuriVm *running = fixture_find_vm (fleet, 1, 101);
  MuriVm *off = fixture_find_vm (fleet, 1, 102);
  MuriVm *paused = fixture_find_vm (fleet, 1, 103);
  MuriVm *lost = fixture_find_vm (fleet, 3, 301);

  g_assert_cmpint (muri_plan_kind (running, MURI_VERB_SHUTDOWN), ==, MURI_PLAN_ABLE);
  g_assert_cmpint (muri_plan_kind (off, MURI_VERB_SHUTDOWN), ==, MURI_PLAN_ALREADY);
  g_assert_cmpint (muri_plan_kind (off, MURI_VERB_REBOOT), ==, MURI_PLAN_UNSUITED);
  g_assert_cmpint (muri_plan_kind (paused, MURI_VERB_RESUME), ==, MURI_PLAN_ABLE);
  g_assert_cmpint (muri_plan_kind (running, MURI_VERB_POWER_ON), ==, MURI_PLAN_ALREADY);
  g_assert_cmpint (muri_plan_kind (lost, MURI_VERB_SHUTDOWN), ==, MURI_PLAN_UNREACHABLE);
  g_assert_null (muri_plan_reason (running, MURI_VERB_SHUTDOWN));
  fixture_close (fleet);
}

/* Every verb that stops a guest asks, even for one. */
static void
test_asks (void)
{
  for (guint verb = 1; muri_verb_to_nick (verb); verb++)
    g_assert_cmpint (muri_plan_asks (verb, 1), ==,
                     verb != MURI_VERB_POWER_ON && verb != MURI_VERB_RESUME);
  g_assert_false (muri_plan_asks (MURI_VERB_POWER_ON, 20));
  g_assert_true (muri_plan_asks (MURI_VERB_POWER_ON, 21));
  g_assert_false (muri_plan_wants_number (50));
  g_assert_true (muri_plan_wants_number (51));
}

static void
test_sentence (void)
{
  MuriFleet *fleet = open_fleet ();
  g_autoptr (GPtrArray) targets = g_ptr_array_new ();
  g_autoptr (GPtrArray) others = g_ptr_array_new ();
  g_autofree char *sentence = NULL;
  g_autofree char *alone = NULL;

  g_ptr_array_add (targets, fixture_find_vm (fleet, 1, 101));
  g_ptr_array_add (targets, fixture_find_vm (fleet, 2, 201));
  alone = muri_plan_describe (targets, others, MURI_VERB_SHUTDOWN);
  g_assert_cmpstr (alone, ==, "Shut down 2 VMs on 2 hosts.");

  g_ptr_array_add (others, fixture_find_vm (fleet, 1, 102));
  g_ptr_array_add (others, fixture_find_vm (fleet, 3, 301));
  sentence = muri_plan_describe (targets, others, MURI_VERB_SHUTDOWN);
  g_assert_cmpstr (sentence, ==,
                   "Shut down 2 VMs on 2 hosts. 1 is already off, node-3 is unreachable.");
  fixture_close (fleet);
}

static void
test_scope_ids (void)
{
  MuriFleet *fleet = open_fleet ();
  MuriScope *scopes[] = { muri_scope_new_fleet (fleet),
                          muri_scope_new_node (fleet, fixture_find_node (fleet, 1)),
                          muri_scope_new_vm (fleet, fixture_find_vm (fleet, 1, 101)) };

  for (guint i = 0; i < G_N_ELEMENTS (scopes); i++)
    {
      g_autofree char *id = muri_scope_to_id (scopes[i]);
      g_autoptr (MuriScope) same = muri_scope_new_from_id (fleet, id);

      g_assert_true (muri_scope_equal (scopes[i], same));
      g_assert_false (muri_scope_equal (scopes[i], scopes[(i + 1) % G_N_ELEMENTS (scopes)]));
    }
  g_assert_null (muri_scope_new_from_id (fleet, "node:nonsense"));
  g_assert_null (muri_scope_new_from_id (fleet, "vm:"));
  g_assert_null (muri_scope_new_from_id (fleet, ""));
  g_assert_cmpuint (g_list_model_get_n_items (muri_scope_get_vms (scopes[1])), ==, 3);
  g_assert_cmpuint (g_list_model_get_n_items (muri_scope_get_vms (scopes[2])), ==, 1);
  for (guint i = 0; i < G_N_ELEMENTS (scopes); i++)
    g_assert_finalize_object (scopes[i]);
  fixture_close (fleet);
}

static MuriOptions *
parse (const char *zone, const char *interface, const char *peer, GError **error)
{
  g_autoptr (GVariantDict) dict = g_variant_dict_new (NULL);
  const char *zones[] = { "3", zone, NULL };
  const char *peers[] = { peer, NULL };

  if (zone)
    g_variant_dict_insert (dict, "zone", "^as", zones);
  if (interface)
    g_variant_dict_insert (dict, "interface", "s", interface);
  if (peer)
    g_variant_dict_insert (dict, "peer", "^as", peers);
  return muri_options_new (dict, error);
}

static void
test_options (void)
{
  g_autoptr (GError) bad_zone = NULL;
  g_autoptr (GError) bad_interface = NULL;
  g_autoptr (GError) bad_peer = NULL;
  MuriOptions *options = parse ("232", "lo", "host-1", NULL);
  g_autoptr (GArray) zones = NULL;
  g_auto (GStrv) peers = NULL;

  g_assert_nonnull (options);
  g_assert_true (muri_options_has_interface (options));
  zones = muri_options_dup_zones (options, NULL);
  g_assert_cmpuint (zones->len, ==, 2);
  g_assert_cmpuint (g_array_index (zones, guint, 1), ==, 232);
  peers = muri_options_dup_peers (options, NULL);
  g_assert_cmpstr (peers[0], ==, "host-1");
  muri_options_free (options);

  g_assert_null (parse ("233", NULL, NULL, &bad_zone));
  g_assert_error (bad_zone, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE);
  g_assert_null (parse (NULL, "nothing0", NULL, &bad_interface));
  g_assert_error (bad_interface, G_FILE_ERROR, G_FILE_ERROR_NODEV);
  g_assert_null (parse (NULL, NULL, "a b", &bad_peer));
  g_assert_error (bad_peer, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE);
}

static void
test_arguments (void)
{
  const struct
  {
    const char *arguments[5];
    gboolean right;
  } cases[] = {
    { { "muri", NULL }, TRUE },           { { "muri", "--zone", "1", "--zone=2", NULL }, TRUE },
    { { "muri", "--help", NULL }, TRUE }, { { "muri", "--gapplication-service", NULL }, TRUE },
    { { "muri", "--zoo", NULL }, FALSE }, { { "muri", "--zone", NULL }, FALSE },
    { { "muri", "file", NULL }, FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_cmpint (muri_options_check_arguments ((char **)cases[i].arguments, &error), ==,
                       cases[i].right);
      g_assert_cmpint (error == NULL, ==, cases[i].right);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/plan/kinds", test_kinds);
  g_test_add_func ("/plan/asks", test_asks);
  g_test_add_func ("/plan/sentence", test_sentence);
  g_test_add_func ("/scope/ids", test_scope_ids);
  g_test_add_func ("/options/values", test_options);
  g_test_add_func ("/options/arguments", test_arguments);
  return g_test_run ();
}
