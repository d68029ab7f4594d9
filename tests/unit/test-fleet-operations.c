/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fleet-fixture.h"

#include "muri-check.h"
#include "muri-uuid.h"
#include "muri-words.h"

/* A fleet whose nodes seem to be in a zone that it is not in: what it publishes goes nowhere, and
 * what agents would say is folded by hand. */

static void
fold_node_with_vms (MuriFleet *fleet, guint node, guint first, guint n)
{
  g_autofree MuriChange *changes = g_new (MuriChange, n + 1);

  changes[0] = fixture_node (node, n);
  for (guint i = 0; i < n; i++)
    changes[i + 1] = fixture_vm (node, first + i, MURI_VM_STATE_RUNNING);
  fixture_fold (fleet, changes, n + 1);
}

static MuriOperation *
submit (MuriFleet *fleet, GPtrArray *vms, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  muri_fleet_submit_async (fleet, MURI_VERB_SHUTDOWN, vms, "web", 0, NULL, fixture_keep, &result);
  fixture_await (result != NULL);
  return muri_fleet_submit_finish (fleet, result, error);
}

static GPtrArray *
all_vms (MuriFleet *fleet)
{
  GPtrArray *vms = g_ptr_array_new_with_free_func (g_object_unref);
  GListModel *model = muri_fleet_get_vms (fleet);

  for (guint i = 0; i < g_list_model_get_n_items (model); i++)
    g_ptr_array_add (vms, g_list_model_get_item (model, i));
  return vms;
}

static void
count_up (MuriFleet *fleet, MuriOperation *operation, gpointer data)
{
  (*(guint *)data)++;
}

static void
assert_counts (MuriOperation *operation, guint done, guint failed, guint unreachable, guint open)
{
  g_assert_cmpuint (muri_operation_get_n_done (operation), ==, done);
  g_assert_cmpuint (muri_operation_get_n_failed (operation), ==, failed);
  g_assert_cmpuint (muri_operation_get_n_unreachable (operation), ==, unreachable);
  g_assert_cmpuint (muri_operation_get_n_open (operation), ==, open);
  g_assert_cmpint (muri_operation_is_finished (operation), ==, open == 0);
}

/* A report on @operation as @node would send it. */
static void
report (MuriFleet *fleet, MuriOperation *operation, guint node, guint first, guint n, guint state)
{
  MuriChange change = fixture_report (1, node, first, n, state);

  ((muri_v1_Report *)change.sample)->operation = *muri_operation_get_uuid (operation);
  fixture_fold_one (fleet, change);
}

/* ---- submitting ---- */

static void
test_nothing (void)
{
  MuriFleet *fleet = fixture_open (NULL);
  g_autoptr (GPtrArray) none = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;

  g_assert_null (submit (fleet, none, &error));
  g_assert_error (error, MURI_FLEET_ERROR, MURI_FLEET_ERROR_TARGETS);
  g_assert_cmpuint (g_list_model_get_n_items (muri_fleet_get_operations (fleet)), ==, 0);
  fixture_close (fleet);
}

static void
test_too_many (void)
{
  MuriFleet *fleet = fixture_open (NULL);
  g_autoptr (GPtrArray) vms = NULL;
  g_autoptr (GError) error = NULL;

  fold_node_with_vms (fleet, 1, 100, MURI_OPERATION_TARGETS_MAX + 1);
  vms = all_vms (fleet);
  g_assert_null (submit (fleet, vms, &error));
  g_assert_error (error, MURI_FLEET_ERROR, MURI_FLEET_ERROR_TARGETS);
  g_clear_pointer (&vms, g_ptr_array_unref);
  fixture_close (fleet);
}

static void
test_not_open (void)
{
  MuriFleet *fleet = muri_fleet_new ("/nonexistent");
  g_autoptr (GPtrArray) none = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;

  g_assert_null (submit (fleet, none, &error));
  g_assert_error (error, MURI_FLEET_ERROR, MURI_FLEET_ERROR_STORE);
  g_assert_finalize_object (fleet);
}

/* Without its zone nothing can come of it, and that is said at once. */
static void
test_zone_missing (void)
{
  MuriFleet *fleet = fixture_open (NULL);
  g_autoptr (MuriOperation) operation = NULL;
  g_autoptr (GPtrArray) vms = NULL;
  guint finished = 0;

  g_signal_connect (fleet, "operation-finished", G_CALLBACK (count_up), &finished);
  fold_node_with_vms (fleet, 1, 100, 3);
  vms = all_vms (fleet);
  /* Each counts once. */
  g_ptr_array_add (vms, g_object_ref (g_ptr_array_index (vms, 0)));
  operation = submit (fleet, vms, NULL);
  assert_counts (operation, 0, 0, 3, 0);
  g_assert_cmpuint (finished, ==, 1);
  g_assert_cmpstr (muri_operation_get_group (operation), ==, "web");
  g_assert_cmpint (muri_operation_get_deadline (operation) - muri_operation_get_issued (operation),
                   ==, 5 * G_TIME_SPAN_MINUTE);
  g_clear_pointer (&vms, g_ptr_array_unref);
  fixture_close (fleet);
}

/* ---- reports ---- */

static void
test_late_report (void)
{
  MuriFleet *fleet = fixture_open (NULL);
  g_autoptr (MuriOperation) operation = NULL;
  g_autoptr (GPtrArray) vms = NULL;
  guint finished = 0;

  g_signal_connect (fleet, "operation-finished", G_CALLBACK (count_up), &finished);
  fold_node_with_vms (fleet, 1, 100, 3);
  fold_node_with_vms (fleet, 2, 200, 2);
  vms = all_vms (fleet);
  operation = submit (fleet, vms, NULL);
  g_clear_pointer (&vms, g_ptr_array_unref);
  assert_counts (operation, 0, 0, 5, 0);

  report (fleet, operation, 1, 100, 3, MURI_OUTCOME_RUNNING);
  assert_counts (operation, 0, 0, 2, 3);
  g_assert_cmpuint (muri_vm_get_pending (fixture_find_vm (fleet, 1, 100)), ==, MURI_VERB_SHUTDOWN);
  g_assert_cmpuint (muri_vm_get_pending (fixture_find_vm (fleet, 2, 200)), ==, MURI_VERB_NONE);

  report (fleet, operation, 1, 100, 3, MURI_OUTCOME_DONE);
  report (fleet, operation, 2, 200, 1, MURI_OUTCOME_FAILED);
  report (fleet, operation, 2, 201, 1, MURI_OUTCOME_ALREADY);
  assert_counts (operation, 4, 1, 0, 0);
  g_assert_cmpuint (muri_vm_get_pending (fixture_find_vm (fleet, 1, 100)), ==, MURI_VERB_NONE);
  /* It was finished before, and that was said. */
  g_assert_cmpuint (finished, ==, 1);
  fixture_close (fleet);
}

static void
test_of_others (void)
{
  MuriFleet *fleet = fixture_open (NULL);
  g_autoptr (MuriOperation) operation = NULL;
  g_autoptr (MuriTarget) target = NULL;
  guint finished = 0;

  g_signal_connect (fleet, "operation-finished", G_CALLBACK (count_up), &finished);
  fold_node_with_vms (fleet, 1, 100, 3);
  fixture_fold_one (fleet, fixture_report (77, 1, 100, 2, MURI_OUTCOME_RUNNING));
  g_assert_cmpuint (g_list_model_get_n_items (muri_fleet_get_operations (fleet)), ==, 1);
  operation = g_list_model_get_item (muri_fleet_get_operations (fleet), 0);
  g_assert_cmpstr (muri_operation_get_issuer (operation), ==, "jiwoo@desk");
  g_assert_cmpuint (muri_operation_get_verb (operation), ==, MURI_VERB_SHUTDOWN);
  assert_counts (operation, 0, 0, 0, 2);
  g_assert_cmpuint (muri_vm_get_pending (fixture_find_vm (fleet, 1, 101)), ==, MURI_VERB_SHUTDOWN);

  target = g_list_model_get_item (G_LIST_MODEL (operation), 1);
  g_assert_cmpstr (muri_target_get_name (target), ==, "vm-101");
  g_assert_cmpstr (muri_target_get_node_name (target), ==, "node-1");
  g_assert_cmpstr (muri_target_get_vm_id (target), ==,
                   muri_vm_get_id (fixture_find_vm (fleet, 1, 101)));

  fixture_fold_one (fleet, fixture_report (77, 1, 100, 3, MURI_OUTCOME_DONE));
  assert_counts (operation, 3, 0, 0, 0);
  g_assert_cmpuint (finished, ==, 0);
  fixture_close (fleet);
}

static void
fill_clone (muri_v1_Report *report, const char *const *names, guint32 n)
{
  report->verb = MURI_VERB_CLONE;
  g_strlcpy (report->group, "web-base", sizeof report->group);
  report->names._buffer = dds_alloc (n * sizeof *report->names._buffer);
  report->names._length = report->names._maximum = n;
  report->names._release = TRUE;
  for (guint32 i = 0; i < n; i++)
    g_strlcpy (report->names._buffer[i], names[i], sizeof report->names._buffer[i]);
}

static void
assert_name (MuriOperation *operation, guint i, const char *name)
{
  g_autoptr (MuriTarget) target = g_list_model_get_item (G_LIST_MODEL (operation), i);

  g_assert_cmpstr (muri_target_get_name (target), ==, name);
}

/* What another console makes has its names before it is there; one is missing, as of an agent that
 * was given none. */
static void
test_clones_of_others (void)
{
  static const char *const names[] = { "web-001", "" };
  MuriFleet *fleet = fixture_open (NULL);
  MuriChange change = fixture_report (77, 1, 100, 3, MURI_OUTCOME_RUNNING);
  g_autoptr (MuriOperation) operation = NULL;
  const muri_v1_Uuid uuid = fixture_uuid (101);
  char text[MURI_UUID_TEXT];

  fold_node_with_vms (fleet, 1, 200, 1);
  fill_clone (change.sample, names, G_N_ELEMENTS (names));
  g_assert_null (muri_check_report (change.sample));
  fixture_fold_one (fleet, change);

  operation = g_list_model_get_item (muri_fleet_get_operations (fleet), 0);
  g_assert_cmpstr (muri_operation_get_group (operation), ==, "web-base");
  assert_name (operation, 0, "web-001");
  assert_name (operation, 1, muri_uuid_format (&uuid, text));
  fixture_close (fleet);
}

/* No agent adds targets to what this console asked. */
static void
test_strange_target (void)
{
  MuriFleet *fleet = fixture_open (NULL);
  g_autoptr (MuriOperation) operation = NULL;
  g_autoptr (GPtrArray) vms = NULL;

  fold_node_with_vms (fleet, 1, 100, 1);
  vms = all_vms (fleet);
  operation = submit (fleet, vms, NULL);
  g_clear_pointer (&vms, g_ptr_array_unref);
  report (fleet, operation, 1, 100, 3, MURI_OUTCOME_DONE);
  g_assert_cmpuint (muri_operation_get_n_targets (operation), ==, 1);
  assert_counts (operation, 1, 0, 0, 0);
  fixture_close (fleet);
}

/* Whoever floods the zone with reports fills no more than a ledger. */
static void
test_flood (void)
{
  MuriFleet *fleet = fixture_open (NULL);
  GListModel *operations = muri_fleet_get_operations (fleet);
  guint n = 3 * MURI_STORE_LOAD_OPERATIONS;
  g_autofree MuriChange *changes = g_new (MuriChange, n);

  for (guint i = 0; i < n; i++)
    changes[i] = fixture_report (1000 + i, 1, 100, 1, MURI_OUTCOME_DONE);
  for (guint i = 0; i < n; i += 100)
    fixture_fold (fleet, changes + i, 100);
  g_assert_cmpuint (g_list_model_get_n_items (operations), ==, MURI_STORE_LOAD_OPERATIONS);

  for (guint i = 0; i < n; i++)
    changes[i] = fixture_report (10000 + i, 1, 100, 1, MURI_OUTCOME_RUNNING);
  for (guint i = 0; i < n; i += 100)
    fixture_fold (fleet, changes + i, 100);
  g_assert_cmpuint (g_list_model_get_n_items (operations), <=, 2 * MURI_STORE_LOAD_OPERATIONS);
  fixture_close (fleet);
}

/* A VM that is heard of after the report on it. */
static void
test_pending_before_vm (void)
{
  MuriFleet *fleet = fixture_open (NULL);

  fixture_fold_one (fleet, fixture_report (77, 1, 100, 1, MURI_OUTCOME_RUNNING));
  fold_node_with_vms (fleet, 1, 100, 1);
  g_assert_cmpuint (muri_vm_get_pending (fixture_find_vm (fleet, 1, 100)), ==, MURI_VERB_SHUTDOWN);
  fixture_close (fleet);
}

/* ---- deadlines and restarts ---- */

static MuriOperation *
stored_operation (MuriFleet *fleet, gboolean published, gint64 deadline)
{
  const MuriOperationBody body = { .uuid = fixture_uuid (50),
                                   .console = fleet->console,
                                   .verb = MURI_VERB_PAUSE,
                                   .issuer = "me@here",
                                   .issued = g_get_real_time (),
                                   .life = G_TIME_SPAN_MINUTE,
                                   .own = TRUE };
  g_autoptr (MuriOperation) operation = muri_operation_new (&body);
  g_autoptr (GPtrArray) targets = g_ptr_array_new_with_free_func (g_object_unref);
  const MuriTargetOutcome sent = { .state = MURI_TARGET_SENT };

  for (guint i = 0; i < 3; i++)
    {
      const MuriTargetKey key = { fixture_uuid (1), fixture_uuid (100 + i) };

      g_ptr_array_add (targets, muri_target_new (&key, FIXTURE_ZONE, "vm", "node"));
    }
  muri_operation_add_targets (operation, targets);
  muri_operation_begin_batch (operation, targets, body.issued, deadline);
  for (guint i = 0; published && i < 3; i++)
    muri_operation_set_outcome (operation, targets->pdata[i], &sent);
  if (published)
    muri_operation_set_published (operation, 1);
  muri_fleet_add_operation (fleet, operation);
  muri_fleet_touch_operation (fleet, operation);
  muri_fleet_settle_operations (fleet);
  return g_steal_pointer (&operation);
}

static void
test_deadline (void)
{
  MuriFleet *fleet = fixture_open (NULL);
  gint64 deadline = g_get_real_time () + G_TIME_SPAN_MINUTE;
  g_autoptr (MuriOperation) operation = NULL;

  fold_node_with_vms (fleet, 1, 100, 3);
  operation = stored_operation (fleet, TRUE, deadline);
  assert_counts (operation, 0, 0, 0, 3);
  report (fleet, operation, 1, 100, 1, MURI_OUTCOME_RUNNING);

  muri_fleet_pass_deadlines (fleet, deadline);
  assert_counts (operation, 0, 0, 0, 3);

  /* Those of which nothing was said; the one under way is waited for. */
  muri_fleet_pass_deadlines (fleet, deadline + 5 * G_TIME_SPAN_SECOND);
  assert_counts (operation, 0, 0, 2, 1);
  muri_fleet_pass_deadlines (fleet, deadline + 5 * G_TIME_SPAN_MINUTE);
  assert_counts (operation, 0, 0, 3, 0);
  report (fleet, operation, 1, 100, 3, MURI_OUTCOME_DONE);
  assert_counts (operation, 3, 0, 0, 0);
  fixture_close (fleet);
}

static void
test_deadline_of_a_dead_agent (void)
{
  MuriFleet *fleet = fixture_open (NULL);
  gint64 deadline = g_get_real_time () + G_TIME_SPAN_MINUTE;
  g_autoptr (MuriOperation) operation = NULL;

  fold_node_with_vms (fleet, 1, 100, 3);
  operation = stored_operation (fleet, TRUE, deadline);
  report (fleet, operation, 1, 100, 3, MURI_OUTCOME_RUNNING);
  fixture_fold_one (fleet, fixture_with_life (fixture_node (1, 3), MURI_LIFE_NO_WRITERS));
  muri_fleet_pass_deadlines (fleet, deadline + 5 * G_TIME_SPAN_SECOND);
  assert_counts (operation, 0, 0, 3, 0);
  fixture_close (fleet);
}

/* It was on disk, and nobody noted whether it was sent. */
static void
test_not_sent (void)
{
  g_autofree char *directory = fixture_directory ();
  MuriFleet *fleet = fixture_open (directory);
  gint64 deadline = g_get_real_time () + G_TIME_SPAN_MINUTE;
  MuriOperation *operation = stored_operation (fleet, FALSE, deadline);
  g_autoptr (MuriTarget) target = NULL;

  g_clear_object (&operation);
  fixture_close (fleet);

  fleet = fixture_open (directory);
  operation = g_list_model_get_item (muri_fleet_get_operations (fleet), 0);
  muri_fleet_pass_deadlines (fleet, deadline);
  assert_counts (operation, 0, 0, 0, 3);
  muri_fleet_pass_deadlines (fleet, deadline + 5 * G_TIME_SPAN_SECOND);
  g_assert_cmpuint (muri_operation_get_n_cancelled (operation), ==, 3);
  target = g_list_model_get_item (G_LIST_MODEL (operation), 0);
  g_assert_nonnull (muri_target_get_message (target));
  g_clear_object (&target);
  g_clear_object (&operation);
  fixture_close (fleet);
  fixture_remove_directory (directory);
}

/* An agent says that it was sent. */
static void
test_sent_after_all (void)
{
  g_autofree char *directory = fixture_directory ();
  MuriFleet *fleet = fixture_open (directory);
  gint64 deadline = g_get_real_time () + G_TIME_SPAN_MINUTE;
  MuriOperation *operation = stored_operation (fleet, FALSE, deadline);

  g_clear_object (&operation);
  fixture_close (fleet);

  fleet = fixture_open (directory);
  operation = g_list_model_get_item (muri_fleet_get_operations (fleet), 0);
  report (fleet, operation, 1, 100, 2, MURI_OUTCOME_DONE);
  assert_counts (operation, 2, 0, 0, 1);
  muri_fleet_pass_deadlines (fleet, deadline + 5 * G_TIME_SPAN_SECOND);
  assert_counts (operation, 2, 0, 1, 0);
  report (fleet, operation, 1, 102, 1, MURI_OUTCOME_EXPIRED);
  assert_counts (operation, 2, 1, 0, 0);
  g_clear_object (&operation);
  fixture_close (fleet);

  fleet = fixture_open (directory);
  operation = g_list_model_get_item (muri_fleet_get_operations (fleet), 0);
  assert_counts (operation, 2, 1, 0, 0);
  g_clear_object (&operation);
  fixture_close (fleet);
  fixture_remove_directory (directory);
}

/* What is published again after a restart is the same sample. */
static void
test_same_sample (void)
{
  g_autofree char *directory = fixture_directory ();
  MuriFleet *fleet = fixture_open (directory);
  gint64 deadline = g_get_real_time () + G_TIME_SPAN_MINUTE;
  MuriOperation *operation = stored_operation (fleet, TRUE, deadline);
  muri_v1_Operation *before = muri_operation_to_sample (operation, 1, FIXTURE_ZONE);
  muri_v1_Operation *after;

  g_assert_null (muri_check_operation (before));
  g_clear_object (&operation);
  fixture_close (fleet);

  fleet = fixture_open (directory);
  operation = g_list_model_get_item (muri_fleet_get_operations (fleet), 0);
  g_assert_false (muri_operation_is_finished (operation));
  after = muri_operation_to_sample (operation, 1, FIXTURE_ZONE);
  g_assert_true (muri_uuid_equal (&before->operation, &after->operation));
  g_assert_true (muri_uuid_equal (&before->console, &after->console));
  g_assert_cmpstr (before->issuer, ==, after->issuer);
  g_assert_cmpint (before->issued, ==, after->issued);
  g_assert_cmpint (before->deadline, ==, after->deadline);
  g_assert_cmpuint (after->targets._length, ==, 1);
  g_assert_cmpmem (before->targets._buffer[0].vms._buffer, 3 * sizeof (muri_v1_Uuid),
                   after->targets._buffer[0].vms._buffer,
                   after->targets._buffer[0].vms._length * sizeof (muri_v1_Uuid));
  muri_topic_sample_free (MURI_TOPIC_OPERATION, before);
  muri_topic_sample_free (MURI_TOPIC_OPERATION, after);
  g_clear_object (&operation);
  fixture_close (fleet);
  fixture_remove_directory (directory);
}

/* Bounds of the wire are kept between characters. */
static void
test_long_words (void)
{
  g_autofree char *issuer = g_strnfill (126, 'a');
  g_autofree char *korean = g_strconcat (issuer, "무리", NULL);
  const MuriOperationBody body = { .uuid = fixture_uuid (50),
                                   .console = fixture_uuid (51),
                                   .verb = MURI_VERB_PAUSE,
                                   .issuer = korean,
                                   .group = korean,
                                   .issued = 1,
                                   .life = 1,
                                   .own = TRUE };
  g_autoptr (MuriOperation) operation = muri_operation_new (&body);
  const MuriTargetKey key = { fixture_uuid (1), { { 0 } } };
  g_autoptr (GPtrArray) targets = g_ptr_array_new_with_free_func (g_object_unref);
  muri_v1_Operation *sample;

  g_ptr_array_add (targets, muri_target_new (&key, 0, "node", "node"));
  muri_operation_add_targets (operation, targets);
  muri_operation_begin_batch (operation, targets, 1, 2);
  sample = muri_operation_to_sample (operation, 1, 0);
  g_assert_null (muri_check_operation (sample));
  g_assert_cmpstr (sample->issuer, ==, issuer);
  g_assert_cmpstr (sample->group, ==, korean);
  g_assert_true (sample->targets._buffer[0].itself);
  muri_topic_sample_free (MURI_TOPIC_OPERATION, sample);
}

/* What a request says reaches the sample, now and after a restart. */
static void
test_request (void)
{
  g_autofree char *directory = fixture_directory ();
  MuriFleet *fleet = fixture_open (directory);
  MuriRequest *request = muri_request_new (MURI_VERB_JOIN_GROUP);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (MuriOperation) operation = NULL;
  muri_v1_Operation *sample;

  fold_node_with_vms (fleet, 1, 100, 2);
  muri_request_add_vm (request, fixture_find_vm (fleet, 1, 101));
  muri_request_add_vm (request, fixture_find_vm (fleet, 1, 101));
  muri_request_add_node (request, fixture_find_node (fleet, 1));
  muri_request_set_parameter (request, "order", "3");
  muri_request_set_parameter (request, "group", "운영/it's “web”");
  muri_request_set_parameter (request, "delay", "1");
  muri_request_set_parameter (request, "delay", NULL);
  muri_fleet_request_async (fleet, request, NULL, fixture_keep, &result);
  muri_request_unref (request);
  fixture_await (result != NULL);
  operation = muri_fleet_submit_finish (fleet, result, NULL);
  g_assert_cmpuint (muri_operation_get_n_targets (operation), ==, 2);
  g_clear_object (&result);
  g_clear_object (&operation);
  fixture_close (fleet);

  fleet = fixture_open (directory);
  operation = g_list_model_get_item (muri_fleet_get_operations (fleet), 0);
  g_assert_cmpstr (muri_operation_get_parameter (operation, "group"), ==, "운영/it's “web”");
  g_assert_null (muri_operation_get_parameter (operation, "delay"));
  sample = muri_operation_to_sample (operation, 1, FIXTURE_ZONE);
  g_assert_null (muri_check_operation (sample));
  g_assert_cmpuint (sample->parameters._length, ==, 2);
  g_assert_cmpstr (sample->parameters._buffer[0].name, ==, "group");
  g_assert_cmpstr (sample->parameters._buffer[1].value, ==, "3");
  g_assert_true (sample->targets._buffer[0].itself);
  g_assert_cmpuint (sample->targets._buffer[0].vms._length, ==, 1);
  muri_topic_sample_free (MURI_TOPIC_OPERATION, sample);
  g_clear_object (&operation);
  fixture_close (fleet);
  fixture_remove_directory (directory);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/fleet/operations/nothing", test_nothing);
  g_test_add_func ("/fleet/operations/too-many", test_too_many);
  g_test_add_func ("/fleet/operations/not-open", test_not_open);
  g_test_add_func ("/fleet/operations/zone-missing", test_zone_missing);
  g_test_add_func ("/fleet/operations/late-report", test_late_report);
  g_test_add_func ("/fleet/operations/clones-of-others", test_clones_of_others);
  g_test_add_func ("/fleet/operations/of-others", test_of_others);
  g_test_add_func ("/fleet/operations/strange-target", test_strange_target);
  g_test_add_func ("/fleet/operations/flood", test_flood);
  g_test_add_func ("/fleet/operations/pending-before-vm", test_pending_before_vm);
  g_test_add_func ("/fleet/operations/deadline", test_deadline);
  g_test_add_func ("/fleet/operations/deadline-of-a-dead-agent", test_deadline_of_a_dead_agent);
  g_test_add_func ("/fleet/operations/not-sent", test_not_sent);
  g_test_add_func ("/fleet/operations/sent-after-all", test_sent_after_all);
  g_test_add_func ("/fleet/operations/same-sample", test_same_sample);
  g_test_add_func ("/fleet/operations/long-words", test_long_words);
  g_test_add_func ("/fleet/operations/request", test_request);
  return g_test_run ();
}
