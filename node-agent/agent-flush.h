/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libvirt/libvirt.h>

#include "agent-job.h"

G_BEGIN_DECLS

/**
 * AgentFlush: what became of it.
 * @AGENT_FLUSH_DONE: what the hypervisor wrote to the VM's disks outlives the hypervisor
 * @AGENT_FLUSH_WAITS: the VM is paused, so nothing makes the hypervisor do it: ask again
 * @AGENT_FLUSH_STOPPED: the guest was paused for it and could not be resumed: agent_flush_resume()
 * @AGENT_FLUSH_OFF: the VM is off, and had time to do so
 * @AGENT_FLUSH_LOST: the hypervisor ended before it had done so, or that cannot be excluded
 * @AGENT_FLUSH_FAILED: libvirt's error
 */
typedef enum
{
  AGENT_FLUSH_DONE,
  AGENT_FLUSH_WAITS,
  AGENT_FLUSH_STOPPED,
  AGENT_FLUSH_OFF,
  AGENT_FLUSH_LOST,
  AGENT_FLUSH_FAILED,
} AgentFlush;

/**
 * QEMU keeps in its memory where on a disk it has put what it copied there, until the guest asks
 * for a flush or is paused. So the guest is paused, and goes on at once; what is much to be written
 * of
 * @path is written before. @paused and @after are the job's notes meanwhile and from then on.
 * Blocks.
 */
AgentFlush agent_flush (AgentJob *job, virDomainPtr domain, const char *path, const char *paused,
                        const char *after, GError **error);

/* A guest that agent_flush() has paused goes on. */
AgentFlush
agent_flush_resume (AgentJob *job, virDomainPtr domain, const char *after, GError **error);

G_END_DECLS
