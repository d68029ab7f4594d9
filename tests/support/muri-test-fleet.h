/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "muri-fleet.h"
#include "muri-test.h"

G_BEGIN_DECLS

/* A fleet as a console has it: opened on @data_dir, and in this test's zone on lo. */
MuriFleet *muri_test_fleet_new (const char *data_dir);

/* The same in @zones. */
MuriFleet *muri_test_fleet_new_in (const char *data_dir, const guint *zones, gsize n_zones);

/* The same on @interface. */
MuriFleet *muri_test_fleet_new_on (const char *data_dir, const char *interface, const guint *zones,
                                   gsize n_zones);

/* Leaves the zone and closes the store. */
void muri_test_fleet_free (MuriFleet *fleet);

/* By name; NULL when there is none. Transfer none. */
MuriVm *muri_test_find_vm (MuriFleet *fleet, const char *name);
MuriNode *muri_test_find_node (MuriFleet *fleet, const char *name);

/* Until it is there, reachable (the node) or current (the VM). Transfer none. */
MuriVm *muri_test_await_vm (MuriFleet *fleet, const char *name, double seconds);
MuriNode *muri_test_await_node (MuriFleet *fleet, const char *name, double seconds);

/* Until the VM is known to be in @state (MURI_VM_STATE_*). */
void muri_test_await_vm_state (MuriVm *vm, guint state, double seconds);

/* Submits @verb for @vm, or for all of @vms (element-type MuriVm), with a deadline after @timeout
 * seconds (0: the verb's default), and waits until it is published. Transfer none. */
MuriOperation *muri_test_submit (MuriFleet *fleet, guint verb, MuriVm *vm, guint timeout);
MuriOperation *muri_test_submit_many (MuriFleet *fleet, guint verb, GPtrArray *vms, guint timeout);

/* Until every target of it is final. */
void muri_test_await_finished (MuriOperation *operation, double seconds);

/* State (MURI_OUTCOME_*, MURI_TARGET_*) of the target at @index. */
guint muri_test_target_state (MuriOperation *operation, guint index);

/* Submits, awaits the end, asserts that its one target succeeded. */
void muri_test_operate (MuriFleet *fleet, guint verb, MuriVm *vm, double seconds);

G_END_DECLS
