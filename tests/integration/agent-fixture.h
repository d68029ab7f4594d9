/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "muri-bus.h"
#include "muri-test.h"
#include "muri-uuid.h"
#include "muri-words.h"

G_BEGIN_DECLS

/**
 * Fixture: a console's side of the data space.
 */
typedef struct
{
  MuriBus *bus;
  MuriZone *zone;
  muri_v1_Uuid console;
  GHashTable *nodes;    /* node to muri_v1_Node */
  GHashTable *vms;      /* VM to muri_v1_Vm; the tests' VMs have different ones */
  GHashTable *reports;  /* operation to muri_v1_Report */
  GHashTable *received; /* operation to how many reports of it came */
  GPtrArray *events;    /* muri_v1_Event, as they came */
  GPtrArray *templates; /* muri_v1_Template: those that are there, of every node */
} Fixture;

#define FIXTURE_DEADLINE 20 /* seconds */

/* An operation that has fewer seconds is meant to run out; others have so many at least, for busy
 * machines. */
#define FIXTURE_ENOUGH 20
#define FIXTURE_LIFE 55

#define fixture_await(condition) muri_test_await (condition, FIXTURE_DEADLINE)

void fixture_set_up (Fixture *fixture, gconstpointer data);
void fixture_tear_down (Fixture *fixture, gconstpointer data);

/* A node file of the test driver with VMs "vm-0" … whose UUIDs fixture_vm() gives; each is in the
 * state that @states has a letter for: r(unning), o(ff), p(aused). Returns its URI. */
char *fixture_node_file (const char *states);
muri_v1_Uuid fixture_vm (guint index);

/* Until it is there and has its hypervisor. */
muri_v1_Uuid fixture_await_node (Fixture *fixture, const char *name);

muri_v1_Operation *fixture_operation (Fixture *fixture, guint verb, gint64 seconds);
void
fixture_add_target (muri_v1_Operation *operation, const muri_v1_Uuid *node, const muri_v1_Uuid *vm);
void fixture_add_parameter (muri_v1_Operation *operation, const char *name, const char *value);
void fixture_add_argument (muri_v1_Operation *operation, const muri_v1_Uuid *node,
                           const muri_v1_Uuid *vm, const char *text);
void fixture_set_document (muri_v1_Operation *operation, const char *text);
/* Publishes a copy. */
void fixture_publish (Fixture *fixture, const muri_v1_Operation *operation);
muri_v1_Operation *fixture_operation_copy (const muri_v1_Operation *operation);

const muri_v1_Report *fixture_report (Fixture *fixture, const muri_v1_Operation *operation);
const muri_v1_Report *fixture_await_complete (Fixture *fixture, const muri_v1_Operation *operation);
const muri_v1_Outcome *fixture_outcome (const muri_v1_Report *report, const muri_v1_Uuid *vm);
/* How many events of that kind have come, of @vm unless NULL. */
guint fixture_count_events (Fixture *fixture, guint kind, const muri_v1_Uuid *vm);
/* NULL: @node does not say that it has it. */
const muri_v1_Template *
fixture_template (Fixture *fixture, const muri_v1_Uuid *node, const muri_v1_Uuid *id);
guint fixture_vm_state (Fixture *fixture, const muri_v1_Uuid *vm);

static inline void
fixture_operation_free (muri_v1_Operation *operation)
{
  muri_topic_sample_free (MURI_TOPIC_OPERATION, operation);
}

typedef muri_v1_Operation FixtureOperation;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FixtureOperation, fixture_operation_free)

G_END_DECLS
