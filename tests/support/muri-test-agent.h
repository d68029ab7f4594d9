/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * MuriTestAgent: a muri-agent process in this test's zone, with a state directory of its own.
 *
 * The program is $MURI_TEST_AGENT. It dies with the test, also when that one aborts.
 */
typedef struct _MuriTestAgent MuriTestAgent;

/* Further arguments are options of muri-agent, ended by NULL. */
MuriTestAgent *
muri_test_agent_spawn (const char *name, const char *uri, ...) G_GNUC_NULL_TERMINATED;

/* Clocks of agents that are started from now on, and of those that were started so, are ahead by so
 * many seconds. FALSE: that cannot be done here. */
gboolean muri_test_agent_set_clock (gint64 seconds);

/* Agents that are started from now on have the right one. */
void muri_test_agent_right_clock (void);

/* SIGKILL, waits. */
void muri_test_agent_kill9 (MuriTestAgent *agent);

/* SIGTERM, waits: a clean stop, which must end with status 0. */
void muri_test_agent_stop (MuriTestAgent *agent);

/* Starts it again on its state directory; stopped before, if it still runs. */
void muri_test_agent_restart (MuriTestAgent *agent);

GPid muri_test_agent_get_pid (MuriTestAgent *agent); /* 0 while it does not run */
const char *muri_test_agent_get_name (MuriTestAgent *agent);
const char *muri_test_agent_get_state_dir (MuriTestAgent *agent);

/* What it wrote to its standard error by now. */
char *muri_test_agent_dup_log (MuriTestAgent *agent);

/* SIGKILL if it still runs; forgets it. */
void muri_test_agent_free (MuriTestAgent *agent);

/* A child that gets SIGKILL when this thread ends: for launchers' child setup. */
void muri_test_die_with_parent (gpointer user_data);

/**
 * muri_test_node_file:
 * @name: also the prefix of the VMs' names: NAME-001, NAME-002, …
 * @n_vms: how many
 * @n_off: the last of them are off, all others run
 *
 * Writes a node file of libvirt's test driver. Returns its URI; transfer full.
 */
char *muri_test_node_file (const char *name, guint n_vms, guint n_off);

/* The XML of a VM of the test driver. Transfer full. */
char *muri_test_domain_xml (const char *name, const char *run_state);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MuriTestAgent, muri_test_agent_free)

G_END_DECLS
