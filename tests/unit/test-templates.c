/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fleet-fixture.h"

#include "muri-check.h"
#include "muri-ledger.h"
#include "muri-uuid.h"

/* Templates as agents tell of them, and what is asked for with them. */

static MuriTemplate *
find (MuriFleet *fleet, guint template)
{
  muri_v1_Uuid uuid = fixture_uuid (template);
  char text[MURI_UUID_TEXT];

  return muri_fleet_find_template (fleet, muri_uuid_format (&uuid, text));
}

static guint
count (MuriFleet *fleet)
{
  return g_list_model_get_n_items (muri_fleet_get_templates (fleet));
}

static MuriChange
with_state (guint node, guint template, guint state, guint percent)
{
  MuriChange change = fixture_template (node, template);
  muri_v1_Template *sample = change.sample;

  sample->state = (uint8_t)state;
  sample->percent = (uint8_t)percent;
  return change;
}

/* ---- the model ---- */

static void
test_holders (void)
{
  MuriFleet *fleet = fixture_open (NULL);
  MuriChange both[] = { fixture_template (2, 50), fixture_host (1, 0), fixture_host (2, 0),
                        fixture_template (1, 50) };
  MuriTemplate *template;

  fixture_fold (fleet, both, G_N_ELEMENTS (both));
  g_assert_cmpuint (count (fleet), ==, 1);
  template = find (fleet, 50);
  g_assert_cmpstr (muri_template_get_name (template), ==, "template-50");
  g_assert_cmpuint (muri_template_get_n_ready (template), ==, 2);
  g_assert_nonnull (muri_template_find_holder (template, fixture_find_node (fleet, 2)));
  g_assert_true (muri_template_is_available (template));

  fixture_fold_one (fleet, fixture_with_life (fixture_template (1, 50), MURI_LIFE_DISPOSED));
  g_assert_cmpuint (muri_template_get_n_ready (template), ==, 1);
  g_assert_null (muri_template_find_holder (template, fixture_find_node (fleet, 1)));
  fixture_fold_one (fleet, fixture_with_life (fixture_template (2, 50), MURI_LIFE_DISPOSED));
  g_assert_cmpuint (count (fleet), ==, 0);
  g_assert_null (find (fleet, 50));
  fixture_close (fleet);
}

/* A ready one says more than one that is about to be. */
static void
test_best_word (void)
{
  MuriFleet *fleet = fixture_open (NULL);
  MuriTemplate *template;
  guint *states;

  fixture_fold_one (fleet, fixture_host (1, 0));
  fixture_fold_one (fleet, fixture_host (2, 0));
  fixture_fold_one (fleet, with_state (1, 50, MURI_TEMPLATE_STATE_FETCHING, 40));
  template = find (fleet, 50);
  states = fixture_count (template, "state");
  g_assert_cmpuint (muri_template_get_state (template), ==, MURI_TEMPLATE_STATE_FETCHING);
  g_assert_cmpuint (muri_template_get_facts (template)->percent, ==, 40);
  g_assert_false (muri_template_is_available (template));

  fixture_fold_one (fleet, fixture_template (2, 50));
  g_assert_cmpuint (muri_template_get_state (template), ==, MURI_TEMPLATE_STATE_READY);
  fixture_fold_one (fleet, with_state (1, 50, MURI_TEMPLATE_STATE_FETCHING, 60));
  g_assert_cmpuint (muri_template_get_state (template), ==, MURI_TEMPLATE_STATE_READY);
  g_assert_cmpuint (*states, ==, 1);
  g_assert_cmpuint (
      muri_holder_get_percent (muri_template_find_holder (template, fixture_find_node (fleet, 1))),
      ==, 60);
  fixture_close (fleet);
}

/* What is lost is still known, and nobody can get it from there. */
static void
test_lost (void)
{
  MuriFleet *fleet = fixture_open (NULL);
  MuriTemplate *template;
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;

  fixture_fold_one (fleet, fixture_host (1, 0));
  fixture_fold_one (fleet, fixture_template (1, 50));
  template = find (fleet, 50);
  before = muri_template_list_sources (template, FIXTURE_ZONE);
  g_assert_cmpstr (before, ==, "10.0.0.1:8001");

  fixture_fold_one (fleet, fixture_with_life (fixture_template (1, 50), MURI_LIFE_NO_WRITERS));
  fixture_fold_one (fleet, fixture_with_life (fixture_host (1, 0), MURI_LIFE_NO_WRITERS));
  g_assert_cmpuint (count (fleet), ==, 1);
  g_assert_cmpuint (muri_template_get_state (template), ==, MURI_TEMPLATE_STATE_READY);
  g_assert_false (muri_template_is_available (template));
  after = muri_template_list_sources (template, FIXTURE_ZONE);
  g_assert_cmpstr (after, ==, "");
  fixture_close (fleet);
}

/* Deleted while nobody listened: its node is back for long, and has not told of it. */
static void
test_deleted_meanwhile (void)
{
  g_autofree char *directory = fixture_directory ();
  MuriFleet *fleet = fixture_open (directory);
  gint64 later;

  fixture_fold_one (fleet, fixture_host (1, 0));
  fixture_fold_one (fleet, fixture_template (1, 50));
  fixture_fold_one (fleet, fixture_template (1, 51));
  fixture_close (fleet);

  fleet = fixture_open (directory);
  g_assert_cmpuint (count (fleet), ==, 2);
  g_assert_cmpstr (muri_template_get_name (find (fleet, 51)), ==, "template-51");
  g_assert_false (muri_template_is_available (find (fleet, 51)));
  fixture_fold_one (fleet, fixture_host (1, 0));
  fixture_fold_one (fleet, fixture_template (1, 51));
  muri_fleet_pass_time (fleet, g_get_monotonic_time ());
  g_assert_cmpuint (count (fleet), ==, 2);
  later = g_get_monotonic_time () + 20 * G_TIME_SPAN_SECOND;
  muri_fleet_pass_time (fleet, later);
  g_assert_cmpuint (count (fleet), ==, 1);
  g_assert_nonnull (find (fleet, 51));
  fixture_close (fleet);

  fleet = fixture_open (directory);
  g_assert_cmpuint (count (fleet), ==, 1);
  fixture_close (fleet);
  fixture_remove_directory (directory);
}

static void
test_node_forgotten (void)
{
  g_autofree char *directory = fixture_directory ();
  MuriFleet *fleet = fixture_open (directory);

  fixture_fold_one (fleet, fixture_host (1, 0));
  fixture_fold_one (fleet, fixture_host (2, 0));
  fixture_fold_one (fleet, fixture_template (1, 50));
  fixture_fold_one (fleet, fixture_template (2, 50));
  fixture_fold_one (fleet, fixture_template (1, 51));
  muri_fleet_forget_node (fleet, fixture_find_node (fleet, 1));
  g_assert_cmpuint (count (fleet), ==, 1);
  g_assert_cmpuint (muri_template_get_n_ready (find (fleet, 50)), ==, 1);
  fixture_close (fleet);

  fleet = fixture_open (directory);
  g_assert_cmpuint (count (fleet), ==, 1);
  fixture_close (fleet);
  fixture_remove_directory (directory);
}

/* All that an agent says of it is there after a restart. */
static void
test_kept (void)
{
  g_autofree char *directory = fixture_directory ();
  MuriFleet *fleet = fixture_open (directory);
  MuriChange change = fixture_template (1, 50);
  muri_v1_Template *sample = change.sample;
  muri_v1_Uuid parent = fixture_uuid (49);
  const muri_v1_Template *facts;

  sample->parent = parent;
  sample->generalised = MURI_GENERALISED_NO;
  sample->memory_min = 1 << 20;
  for (guint i = 0; i < sizeof sample->sha256; i++)
    sample->sha256[i] = (uint8_t)i;
  g_strlcpy (sample->notes, "한글\nzwei", sizeof sample->notes);
  fixture_fold_one (fleet, fixture_host (1, 0));
  fixture_fold_one (fleet, change);
  fixture_close (fleet);

  fleet = fixture_open (directory);
  facts = muri_template_get_facts (find (fleet, 50));
  g_assert_cmpstr (facts->notes, ==, "한글\nzwei");
  g_assert_cmpuint (facts->size, ==, G_GUINT64_CONSTANT (10) << 30);
  g_assert_cmpuint (facts->generalised, ==, MURI_GENERALISED_NO);
  g_assert_cmpuint (facts->percent, ==, MURI_PERCENT_UNKNOWN);
  g_assert_cmpuint (facts->sha256[31], ==, 31);
  g_assert_true (muri_uuid_equal (&facts->parent, &parent));
  fixture_close (fleet);
  fixture_remove_directory (directory);
}

/* What one holder has found out is true of the image, wherever it is. */
static void
test_generalised (void)
{
  MuriFleet *fleet = fixture_open (NULL);
  MuriChange blind = fixture_template (1, 50), seeing = fixture_template (2, 50);
  muri_v1_Template *first = blind.sample, *second = seeing.sample;

  first->sha256[0] = second->sha256[0] = 7;
  g_strlcpy (first->generalised_note, "cannot look", sizeof first->generalised_note);
  second->generalised = MURI_GENERALISED_NO;
  fixture_fold_one (fleet, fixture_host (1, 0));
  fixture_fold_one (fleet, fixture_host (2, 0));
  fixture_fold_one (fleet, blind);
  g_assert_cmpuint (muri_template_get_generalised (find (fleet, 50)), ==, MURI_GENERALISED_UNKNOWN);
  g_assert_cmpstr (muri_template_get_generalised_note (find (fleet, 50)), ==, "cannot look");
  fixture_fold_one (fleet, seeing);
  g_assert_cmpuint (muri_template_get_generalised (find (fleet, 50)), ==, MURI_GENERALISED_NO);
  g_assert_cmpstr (muri_template_get_generalised_note (find (fleet, 50)), ==, "");
  g_assert_false (muri_template_has_conflict (find (fleet, 50)));
  fixture_close (fleet);
}

/* Two images under one id are not made one. */
static void
test_conflict (void)
{
  MuriFleet *fleet = fixture_open (NULL);
  MuriChange one = fixture_template (1, 50), other = fixture_template (2, 50);
  MuriChange gone = fixture_template (2, 50);
  muri_v1_Template *first = one.sample, *second = other.sample;

  first->sha256[0] = 7;
  second->sha256[0] = 8;
  second->generalised = MURI_GENERALISED_YES;
  gone.life = MURI_LIFE_DISPOSED;
  fixture_fold_one (fleet, fixture_host (1, 0));
  fixture_fold_one (fleet, fixture_host (2, 0));
  fixture_fold_one (fleet, one);
  fixture_fold_one (fleet, other);
  g_assert_true (muri_template_has_conflict (find (fleet, 50)));
  g_assert_cmpuint (muri_template_get_n_ready (find (fleet, 50)), ==, 2);
  g_assert_cmpuint (muri_template_get_generalised (find (fleet, 50)), ==,
                    muri_template_get_facts (find (fleet, 50))->generalised);
  fixture_fold_one (fleet, gone);
  g_assert_false (muri_template_has_conflict (find (fleet, 50)));
  fixture_close (fleet);
}

static MuriChange
clone_of (guint node, guint vm, guint template, gboolean linked)
{
  MuriChange change = fixture_vm (node, vm, MURI_VM_STATE_OFF);
  muri_v1_Vm *sample = change.sample;

  sample->template_id = fixture_uuid (template);
  sample->linked = linked;
  sample->vcpus = 2;
  sample->vcpus_next = 4;
  sample->memory = 1 << 20;
  return change;
}

static void
test_lineage (void)
{
  MuriFleet *fleet = fixture_open (NULL);
  MuriChange child = fixture_template (1, 51);
  MuriChange all[] = { fixture_host (1, 2), clone_of (1, 100, 50, TRUE),
                       clone_of (1, 101, 50, FALSE), fixture_template (1, 50), child };
  g_autoptr (GPtrArray) linked = NULL;
  g_autoptr (GPtrArray) clones = NULL;
  g_autoptr (GPtrArray) children = NULL;
  MuriResources next;
  MuriVm *vm;

  ((muri_v1_Template *)child.sample)->parent = fixture_uuid (50);
  fixture_fold (fleet, all, G_N_ELEMENTS (all));
  linked = muri_fleet_list_clones (fleet, find (fleet, 50), TRUE);
  clones = muri_fleet_list_clones (fleet, find (fleet, 50), FALSE);
  children = muri_fleet_list_children (fleet, find (fleet, 50));
  g_assert_cmpuint (linked->len, ==, 1);
  g_assert_cmpuint (clones->len, ==, 2);
  g_assert_cmpuint (children->len, ==, 1);
  g_assert_true (children->pdata[0] == find (fleet, 51));

  vm = linked->pdata[0];
  g_assert_cmpstr (muri_vm_get_template_id (vm), ==, muri_template_get_id (find (fleet, 50)));
  muri_vm_get_resources (vm, NULL, &next);
  g_assert_cmpuint (next.vcpus, ==, 4);
  g_assert_cmpuint (next.memory, ==, 1 << 20);
  g_clear_pointer (&linked, g_ptr_array_unref);
  g_clear_pointer (&clones, g_ptr_array_unref);
  g_clear_pointer (&children, g_ptr_array_unref);
  fixture_close (fleet);
}

/* ---- asking ---- */

static MuriOperation *
clone_two (MuriFleet *fleet)
{
  g_autoptr (MuriRequest) request = muri_request_new (MURI_VERB_CLONE);
  g_autoptr (GError) error = NULL;
  MuriOperation *operation;

  muri_request_set_parameter (request, MURI_PARAMETER_TEMPLATE,
                              muri_template_get_id (find (fleet, 50)));
  muri_request_set_parameter (request, MURI_PARAMETER_LINKED, "1");
  muri_request_set_document (request, "#cloud-config\nlocale: ko_KR\n");
  muri_request_add_creation (request, fixture_find_node (fleet, 1), "web-001");
  muri_request_add_creation (request, fixture_find_node (fleet, 2), "web-002");
  operation = fixture_ask (fleet, request, &error);
  g_assert_no_error (error);
  return operation;
}

static void
fold_two_hosts (MuriFleet *fleet)
{
  fixture_fold_one (fleet, fixture_host (1, 0));
  fixture_fold_one (fleet, fixture_host (2, 0));
  fixture_fold_one (fleet, fixture_template (1, 50));
}

static const char *
parameter_of (const muri_v1_Operation *sample, const char *name)
{
  for (guint32 i = 0; i < sample->parameters._length; i++)
    if (g_str_equal (sample->parameters._buffer[i].name, name))
      return sample->parameters._buffer[i].value;
  return NULL;
}

static void
assert_sample (const muri_v1_Operation *sample)
{
  static const char document[] = "#cloud-config\nlocale: ko_KR\n";

  g_assert_null (muri_check_operation (sample));
  g_assert_cmpuint (sample->targets._length, ==, 2);
  g_assert_cmpuint (sample->arguments._length, ==, 2);
  g_assert_cmpstr (sample->arguments._buffer[0].text, ==, "web-001");
  g_assert_cmpstr (sample->arguments._buffer[1].text, ==, "web-002");
  g_assert_true (muri_uuid_equal (&sample->arguments._buffer[0].vm,
                                  &sample->targets._buffer[0].vms._buffer[0]));
  g_assert_cmpmem (sample->document._buffer, sample->document._length, document,
                   sizeof document - 1);
  g_assert_cmpstr (parameter_of (sample, MURI_PARAMETER_SOURCES), ==, "10.0.0.1:8001");
  g_assert_cmpuint (sample->parameters._length, ==, 3);
}

/* Agents compare what they are told again with what they were told. */
static void
test_same_sample (void)
{
  g_autofree char *directory = fixture_directory ();
  MuriFleet *fleet = fixture_open (directory);
  g_autoptr (MuriOperation) operation = NULL;
  g_autoptr (MuriTarget) target = NULL;
  g_autofree char *id = NULL;
  muri_v1_Operation *before;
  muri_v1_Operation *after;

  fold_two_hosts (fleet);
  operation = clone_two (fleet);
  before = muri_operation_to_sample (operation, 1, FIXTURE_ZONE);
  assert_sample (before);
  target = g_list_model_get_item (G_LIST_MODEL (operation), 1);
  id = g_strdup (muri_target_get_vm_id (target));
  g_assert_cmpstr (muri_target_get_name (target), ==, "web-002");
  g_clear_object (&target);
  g_clear_object (&operation);
  fixture_close (fleet);

  fleet = fixture_open (directory);
  operation = g_list_model_get_item (muri_fleet_get_operations (fleet), 0);
  after = muri_operation_to_sample (operation, 1, FIXTURE_ZONE);
  assert_sample (after);
  g_assert_true (
      muri_uuid_equal (&before->arguments._buffer[1].vm, &after->arguments._buffer[1].vm));
  target = g_list_model_get_item (G_LIST_MODEL (operation), 1);
  g_assert_cmpstr (muri_target_get_vm_id (target), ==, id);
  g_assert_cmpstr (muri_target_get_argument (target), ==, "web-002");
  muri_topic_sample_free (MURI_TOPIC_OPERATION, before);
  muri_topic_sample_free (MURI_TOPIC_OPERATION, after);
  g_clear_object (&target);
  g_clear_object (&operation);
  fixture_close (fleet);
  fixture_remove_directory (directory);
}

/* Each zone is told of its own holders first, and of nobody else's list. */
static void
test_sources_of_zones (void)
{
  MuriFleet *fleet = fixture_open (NULL);
  g_autoptr (MuriOperation) operation = NULL;
  MuriChange other = fixture_host (2, 0);
  muri_v1_Operation *sample;

  fixture_fold_one (fleet, fixture_host (1, 0));
  muri_fleet_fold (fleet, FIXTURE_ZONE + 1, &other, 1);
  muri_topic_sample_free (other.topic, other.sample);
  fixture_fold_one (fleet, fixture_template (1, 50));
  fixture_fold_one (fleet, fixture_template (2, 50));
  operation = clone_two (fleet);
  sample = muri_operation_to_sample (operation, 1, FIXTURE_ZONE);
  g_assert_cmpuint (sample->arguments._length, ==, 1);
  g_assert_cmpstr (parameter_of (sample, MURI_PARAMETER_SOURCES), ==,
                   "10.0.0.1:8001 10.0.0.2:8002");
  muri_topic_sample_free (MURI_TOPIC_OPERATION, sample);
  sample = muri_operation_to_sample (operation, 1, FIXTURE_ZONE + 1);
  g_assert_cmpstr (sample->arguments._buffer[0].text, ==, "web-002");
  g_assert_cmpstr (parameter_of (sample, MURI_PARAMETER_SOURCES), ==,
                   "10.0.0.2:8002 10.0.0.1:8001");
  muri_topic_sample_free (MURI_TOPIC_OPERATION, sample);
  g_clear_object (&operation);
  fixture_close (fleet);
}

static void
report (MuriFleet *fleet, MuriOperation *operation, guint state, guint step, guint percent,
        const char *message)
{
  MuriChange change = fixture_report (1, 1, 100, 1, state);
  muri_v1_Report *sample = change.sample;
  MuriTarget *target = muri_operation_peek_target (operation, 0);

  muri_batch_get_uuid (muri_operation_get_uuid (operation), 1, &sample->operation);
  sample->outcomes._buffer[0].vm = muri_target_get_key (target)->vm;
  sample->outcomes._buffer[0].step = (uint8_t)step;
  sample->outcomes._buffer[0].percent = (uint8_t)percent;
  g_strlcpy (sample->outcomes._buffer[0].message, message,
             sizeof sample->outcomes._buffer[0].message);
  fixture_fold_one (fleet, change);
}

static void
test_steps (void)
{
  MuriFleet *fleet = fixture_open (NULL);
  g_autoptr (MuriOperation) operation = NULL;
  MuriTarget *target;
  MuriChange appears;
  guint *percents;
  g_autoptr (GHashTable) names = NULL;

  fold_two_hosts (fleet);
  operation = clone_two (fleet);
  target = muri_operation_peek_target (operation, 0);
  percents = fixture_count (target, "percent");
  report (fleet, operation, MURI_OUTCOME_RUNNING, MURI_STEP_FETCHING, 10, "node-2");
  report (fleet, operation, MURI_OUTCOME_RUNNING, MURI_STEP_FETCHING, 42, "node-2");
  g_assert_cmpuint (muri_target_get_step (target), ==, MURI_STEP_FETCHING);
  g_assert_cmpuint (muri_target_get_percent (target), ==, 42);
  g_assert_cmpstr (muri_target_get_message (target), ==, "node-2");
  g_assert_cmpuint (*percents, ==, 2);

  /* It appears before its outcome does, and is busy until then. */
  appears = fixture_vm (1, 100, MURI_VM_STATE_OFF);
  ((muri_v1_Vm *)appears.sample)->vm = muri_target_get_key (target)->vm;
  fixture_fold_one (fleet, appears);
  g_assert_cmpuint (
      muri_vm_get_pending (muri_fleet_find_vm (fleet, muri_target_get_vm_id (target))), ==,
      MURI_VERB_CLONE);
  report (fleet, operation, MURI_OUTCOME_DONE, MURI_STEP_READYING, 42, "");
  g_assert_cmpuint (muri_target_get_step (target), ==, MURI_STEP_NONE);
  g_assert_cmpuint (muri_target_get_percent (target), ==, MURI_PERCENT_UNKNOWN);
  g_assert_cmpuint (
      muri_vm_get_pending (muri_fleet_find_vm (fleet, muri_target_get_vm_id (target))), ==,
      MURI_VERB_NONE);
  g_clear_object (&operation);
  fixture_close (fleet);
}

/* What failed is made once more, as another VM of the same name. */
static void
test_retry (void)
{
  MuriFleet *fleet = fixture_open (NULL);
  g_autoptr (MuriOperation) operation = NULL;
  g_autoptr (MuriOperation) again = NULL;
  g_autoptr (MuriRequest) request = NULL;

  fold_two_hosts (fleet);
  operation = clone_two (fleet);
  report (fleet, operation, MURI_OUTCOME_FAILED, 0, MURI_PERCENT_UNKNOWN, "no space");
  request = muri_fleet_retry (fleet, operation, MURI_LEDGER_FAILED);
  g_assert_nonnull (request);
  g_assert_cmpstr (muri_request_get_document (request), ==, "#cloud-config\nlocale: ko_KR\n");
  again = fixture_ask (fleet, request, NULL);
  g_assert_cmpuint (muri_operation_get_n_targets (again), ==, 1);
  g_assert_cmpstr (muri_target_get_argument (muri_operation_peek_target (again, 0)), ==, "web-001");
  g_assert_cmpstr (muri_target_get_vm_id (muri_operation_peek_target (again, 0)), !=,
                   muri_target_get_vm_id (muri_operation_peek_target (operation, 0)));
  g_clear_pointer (&request, muri_request_unref);
  g_clear_object (&operation);
  g_clear_object (&again);
  fixture_close (fleet);
}

static void
test_document_too_long (void)
{
  MuriFleet *fleet = fixture_open (NULL);
  g_autoptr (MuriRequest) request = muri_request_new (MURI_VERB_CLONE);
  g_autofree char *text = g_strnfill (65537, 'x');
  g_autoptr (GError) error = NULL;

  fold_two_hosts (fleet);
  muri_request_add_creation (request, fixture_find_node (fleet, 1), "web");
  muri_request_set_document (request, text);
  g_assert_null (fixture_ask (fleet, request, &error));
  g_assert_error (error, MURI_FLEET_ERROR, MURI_FLEET_ERROR_TARGETS);
  g_clear_pointer (&request, muri_request_unref);
  fixture_close (fleet);
}

/* ---- as commands ---- */

static void
test_commands (void)
{
  MuriFleet *fleet = fixture_open (NULL);
  g_autoptr (MuriOperation) operation = NULL;
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;

  fold_two_hosts (fleet);
  operation = clone_two (fleet);
  text = muri_fleet_to_commands (fleet, operation);
  lines = g_strsplit (text, "\n", -1);
  g_assert_cmpuint (g_strv_length (lines), ==, 5);
  g_assert_true (g_pattern_match_simple (
      "virsh -c 'qemu+ssh://node-1/system' vol-create-as 'muri' 'web-001-????????.qcow2' "
      "10737418240 --format qcow2 --backing-vol muri-*.qcow2 --backing-vol-format qcow2",
      lines[0]));
  g_assert_true (g_pattern_match_simple (
      "virt-install --connect 'qemu+ssh://node-1/system' --import --name 'web-001' --uuid * "
      "--vcpus 2 --memory 2048 --disk vol='muri'/'web-001-????????.qcow2' *",
      lines[1]));
  g_assert_true (g_pattern_match_simple ("*node-2*'web-002'*", lines[3]));
  g_clear_object (&operation);
  fixture_close (fleet);
}

static char *
ask_of_vm (MuriFleet *fleet, guint verb, const char *name, const char *value)
{
  g_autoptr (MuriRequest) request = muri_request_new (verb);
  g_autoptr (MuriOperation) operation = NULL;

  muri_request_add_vm (request, fixture_find_vm (fleet, 1, 100));
  if (name != NULL)
    muri_request_set_parameter (request, name, value);
  operation = fixture_ask (fleet, request, NULL);
  return muri_fleet_to_commands (fleet, operation);
}

static void
test_commands_of_life (void)
{
  MuriFleet *fleet = fixture_open (NULL);
  g_autofree char *delete = NULL;
  g_autofree char *none = NULL;
  g_autofree char *vcpus = NULL;
  g_autofree char *memory = NULL;

  fixture_fold_one (fleet, fixture_host (1, 1));
  fixture_fold_one (fleet, clone_of (1, 100, 50, TRUE));
  delete = ask_of_vm (fleet, MURI_VERB_DELETE, MURI_PARAMETER_VOLUMES, "vda vdb");
  g_assert_cmpstr (delete, ==,
                   "virsh -c 'qemu+ssh://node-1/system' undefine --domain 'vm-100' --managed-save"
                   " --snapshots-metadata --nvram --storage 'vda,vdb'\n");
  none = ask_of_vm (fleet, MURI_VERB_DELETE, MURI_PARAMETER_VOLUMES, MURI_VOLUMES_NONE);
  g_assert_true (g_str_has_suffix (none, " --nvram\n"));
  vcpus = ask_of_vm (fleet, MURI_VERB_RESIZE, MURI_PARAMETER_VCPUS, "+1");
  g_assert_true (g_str_has_suffix (vcpus, "setvcpus --domain 'vm-100' --count 5 --config\n"));
  memory = ask_of_vm (fleet, MURI_VERB_RESIZE, MURI_PARAMETER_MEMORY, "+25%");
  g_assert_true (g_str_has_suffix (memory, " --size 1310720KiB --config\n"));
  fixture_close (fleet);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/fleet/templates/holders", test_holders);
  g_test_add_func ("/fleet/templates/best-word", test_best_word);
  g_test_add_func ("/fleet/templates/lost", test_lost);
  g_test_add_func ("/fleet/templates/deleted-meanwhile", test_deleted_meanwhile);
  g_test_add_func ("/fleet/templates/node-forgotten", test_node_forgotten);
  g_test_add_func ("/fleet/templates/kept", test_kept);
  g_test_add_func ("/fleet/templates/generalised", test_generalised);
  g_test_add_func ("/fleet/templates/conflict", test_conflict);
  g_test_add_func ("/fleet/templates/lineage", test_lineage);
  g_test_add_func ("/fleet/templates/same-sample", test_same_sample);
  g_test_add_func ("/fleet/templates/sources-of-zones", test_sources_of_zones);
  g_test_add_func ("/fleet/templates/steps", test_steps);
  g_test_add_func ("/fleet/templates/retry", test_retry);
  g_test_add_func ("/fleet/templates/document-too-long", test_document_too_long);
  g_test_add_func ("/fleet/templates/commands", test_commands);
  g_test_add_func ("/fleet/templates/commands-of-life", test_commands_of_life);
  return g_test_run ();
}
