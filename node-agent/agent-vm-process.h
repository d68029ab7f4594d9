/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "muri.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * AgentVmProcesses: the processes of QEMU guests on this machine, whose clocks tell the CPU time
 * that libvirt would be asked for, in one system call and to the nanosecond.
 *
 * A process is found by the UUID on its command line, which anybody can write there. So it counts
 * only after its clock has agreed with what libvirt said of the VM. One thread at a time.
 */
typedef struct _AgentVmProcesses AgentVmProcesses;

AgentVmProcesses *agent_vm_processes_new (void);
void agent_vm_processes_free (AgentVmProcesses *processes);

/* A new reading of all VMs begins: looks for processes of those that have none, now and then.
 * @now: monotonic. */
void agent_vm_processes_begin (AgentVmProcesses *processes, gint64 now);

/* Nanoseconds. FALSE: libvirt has to be asked, which agent_vm_processes_ask() does. */
gboolean
agent_vm_processes_read (AgentVmProcesses *processes, const muri_v1_Uuid *vm, guint64 *cpu);

/* Asks libvirt by @func, and compares its answer with the clock before and after. Returns what
 * @func returned. */
gboolean agent_vm_processes_ask (AgentVmProcesses *processes, const muri_v1_Uuid *vm,
                                 gboolean (*func) (gpointer user_data, guint64 *cpu),
                                 gpointer user_data, guint64 *cpu);

/* The reading is over: VMs that it did not have are forgotten. */
void agent_vm_processes_end (AgentVmProcesses *processes);

G_END_DECLS
