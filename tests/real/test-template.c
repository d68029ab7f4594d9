/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From a guest to a template, to a clone that boots, and back to nothing. Run by with-libvirtd
 * with one guest. */
#include <gio/gio.h>
#include <string.h>

#include "agent-fixture.h"

typedef struct
{
  Fixture fixture;
  MuriTestLibvirtd *libvirtd;
  MuriTestAgent *agent;
  virDomainPtr domain;
  muri_v1_Uuid node, vm, id;
} Guest;

static gboolean
has_store (Guest *t)
{
  const muri_v1_Node *node = g_hash_table_lookup (t->fixture.nodes, &t->node);
  return node != NULL && node->store[0] != '\0';
}

static void
set_up (Guest *t, gconstpointer data)
{
  fixture_set_up (&t->fixture, NULL);
  t->libvirtd = muri_test_libvirtd_from_environment ();
  g_assert_nonnull (t->libvirtd);
  t->domain = virDomainLookupByName (muri_test_libvirtd_get_connection (t->libvirtd), "guest-1");
  g_assert_nonnull (t->domain);
  virDomainGetUUID (t->domain, t->vm.b);
  if (virDomainIsActive (t->domain) == 1)
    g_assert_cmpint (virDomainDestroy (t->domain), ==, 0);
  t->agent = muri_test_agent_spawn ("real", muri_test_libvirtd_get_uri (t->libvirtd), NULL);
  t->node = fixture_await_node (&t->fixture, "real");
  fixture_await (g_hash_table_contains (t->fixture.vms, &t->vm) && has_store (t));
  muri_uuid_generate (&t->id);
}

static void
tear_down (Guest *t, gconstpointer data)
{
  virDomainFree (t->domain);
  muri_test_agent_free (t->agent);
  muri_test_libvirtd_free (t->libvirtd);
  fixture_tear_down (&t->fixture, NULL);
}

/* @vm NULL: of the node. */
static muri_v1_Operation *
operation_new (Guest *t, guint verb, const muri_v1_Uuid *id, const muri_v1_Uuid *vm)
{
  muri_v1_Operation *operation = fixture_operation (&t->fixture, verb, 120);
  char uuid[MURI_UUID_TEXT];
  fixture_add_target (operation, &t->node, vm);
  fixture_add_parameter (operation, MURI_PARAMETER_TEMPLATE, muri_uuid_format (id, uuid));
  return operation;
}

static const muri_v1_Outcome *
run (Guest *t, const muri_v1_Operation *operation)
{
  const muri_v1_Report *report = NULL;
  fixture_publish (&t->fixture, operation);
  muri_test_await ((report = fixture_report (&t->fixture, operation)) != NULL && report->complete,
                   120);
  g_test_message ("%s", report->outcomes._buffer[0].message);
  return &report->outcomes._buffer[0];
}

static guint
make (Guest *t, const muri_v1_Uuid *vm, const muri_v1_Uuid *id)
{
  g_autoptr (FixtureOperation) operation = operation_new (t, MURI_VERB_MAKE_TEMPLATE, id, vm);
  fixture_add_parameter (operation, MURI_PARAMETER_NAME, "tiny");
  return run (t, operation)->state;
}

static guint
state_of (Guest *t, const muri_v1_Uuid *id)
{
  const muri_v1_Template *template = fixture_template (&t->fixture, &t->node, id);
  return template != NULL ? template->state : MURI_TEMPLATE_STATE_UNKNOWN;
}

static const muri_v1_Vm *
clone_it (Guest *t, muri_v1_Uuid *vm)
{
  g_autoptr (FixtureOperation) operation = NULL;
  const muri_v1_Vm *known = NULL;
  muri_uuid_generate (vm);
  operation = operation_new (t, MURI_VERB_CLONE, &t->id, vm);
  fixture_add_argument (operation, &t->node, vm, "copy-1");
  fixture_add_parameter (operation, MURI_PARAMETER_LINKED, "1");
  fixture_add_parameter (operation, MURI_PARAMETER_START, "1");
  g_assert_cmpuint (run (t, operation)->state, ==, MURI_OUTCOME_DONE);
  fixture_await ((known = g_hash_table_lookup (t->fixture.vms, vm)) != NULL
                 && known->state == MURI_VM_STATE_RUNNING);
  return known;
}

static void
ask (Guest *t, guint verb, const muri_v1_Uuid *vm)
{
  g_autoptr (FixtureOperation) operation = operation_new (t, verb, &t->id, vm);
  if (verb == MURI_VERB_DELETE)
    fixture_add_parameter (operation, MURI_PARAMETER_VOLUMES, MURI_VOLUMES_ALL);
  g_assert_cmpuint (run (t, operation)->state, ==, MURI_OUTCOME_DONE);
}

static void
test_round (Guest *t, gconstpointer data)
{
  g_autoptr (FixtureOperation) early = NULL;
  const muri_v1_Vm *copy;
  const muri_v1_Outcome *outcome;
  muri_v1_Uuid vm, child;
  g_assert_cmpuint (make (t, &t->vm, &t->id), ==, MURI_OUTCOME_DONE);
  fixture_await (state_of (t, &t->id) == MURI_TEMPLATE_STATE_READY);
  g_assert_cmpint (virDomainIsActive (t->domain), ==, 0);

  copy = clone_it (t, &vm);
  g_assert_true (muri_uuid_equal (&copy->template_id, &t->id));
  g_assert_true (copy->linked);
  fixture_await (fixture_template (&t->fixture, &t->node, &t->id)->clones == 1);

  /* It reads the image. */
  early = operation_new (t, MURI_VERB_DELETE_TEMPLATE, &t->id, NULL);
  outcome = run (t, early);
  g_assert_cmpuint (outcome->state, ==, MURI_OUTCOME_FAILED);
  g_assert_nonnull (strstr (outcome->message, "copy-1"));
  g_assert_cmpuint (state_of (t, &t->id), ==, MURI_TEMPLATE_STATE_READY);

  /* A template of the clone reads no other's image, and says where it comes from. */
  muri_uuid_generate (&child);
  g_assert_cmpuint (make (t, &vm, &child), ==, MURI_OUTCOME_FAILED); /* it runs */
  ask (t, MURI_VERB_POWER_OFF, &vm);
  g_assert_cmpuint (make (t, &vm, &child), ==, MURI_OUTCOME_DONE);
  fixture_await (state_of (t, &child) == MURI_TEMPLATE_STATE_READY);
  g_assert_true (
      muri_uuid_equal (&fixture_template (&t->fixture, &t->node, &child)->parent, &t->id));

  ask (t, MURI_VERB_DELETE, &vm);
  ask (t, MURI_VERB_DELETE_TEMPLATE, NULL);
  fixture_await (fixture_template (&t->fixture, &t->node, &t->id) == NULL);
  t->id = child;
  ask (t, MURI_VERB_DELETE_TEMPLATE, NULL);
  fixture_await (t->fixture.templates->len == 0);
}

static void
test_running (Guest *t, gconstpointer data)
{
  g_assert_cmpint (virDomainCreate (t->domain), ==, 0);
  g_assert_cmpuint (make (t, &t->vm, &t->id), ==, MURI_OUTCOME_FAILED);
  fixture_await (fixture_template (&t->fixture, &t->node, &t->id) == NULL);
  g_assert_cmpint (virDomainDestroy (t->domain), ==, 0);
}

int
main (int argc, char **argv)
{
  muri_test_init (&argc, &argv);
  g_test_add ("/real/template/round", Guest, NULL, set_up, test_round, tear_down);
  g_test_add ("/real/template/running", Guest, NULL, set_up, test_running, tear_down);
  return muri_test_run ();
}
