/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "agent-connections.h"
#include "agent-vm-table.h"

G_BEGIN_DECLS

/** Microseconds between two questions to a guest's monitor, with few VMs. */
#define AGENT_SLOW_INTERVAL (5 * G_TIME_SPAN_SECOND)

/**
 * AgentSlowReader: a few threads that read what a guest's monitor must be asked for.
 *
 * One outstanding call a VM, and at most four on a connection, since libvirtd takes five. A VM
 * that does not answer within two seconds is quarantined: its call is left alone with its
 * connection and thread, all others go on with new ones, and it is asked again only when that
 * call has returned, at growing intervals.
 *
 * Used by one thread, which calls agent_slow_reader_tick() about once a second.
 */
typedef struct _AgentSlowReader AgentSlowReader;

AgentSlowReader *agent_slow_reader_new (AgentConnections *connections, AgentVmTable *table);

/* Begins what is due and notices what hangs. @now: monotonic. */
void agent_slow_reader_tick (AgentSlowReader *reader, gint64 now);

/* How often a VM is asked when there are @n_vms, in microseconds. */
gint64 agent_slow_reader_interval (guint n_vms);

/* Does not wait: what hangs is freed when it returns. */
void agent_slow_reader_stop (AgentSlowReader *reader);

G_END_DECLS
