/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libvirt/libvirt.h>

#include "agent-parameters.h"

G_BEGIN_DECLS

/** One of what a VM has: 0 is unknown, or not asked for. */
typedef struct
{
  guint64 now, max_now;   /* of the running guest */
  guint64 next, max_next; /* of the definition */
} AgentResizeState;

/**
 * AgentResize: vCPUs and memory of one VM, as they are and as they are to be.
 * @when: AGENT_WHEN_*, that the VM has: one that is off has no now, a transient one no next
 * @memory, @wanted_memory: KiB
 * @wanted_vcpus, @wanted_memory: 0: not asked for
 */
typedef struct
{
  guint when;
  AgentResizeState vcpus, memory;
  guint64 wanted_vcpus, wanted_memory;
} AgentResize;

/* @base changed by @amount, to the nearest, from 1. */
guint64 agent_resize_apply (guint64 base, const AgentAmount *amount);

/* "512 MiB", "1.5 GiB". Transfer full. */
char *agent_resize_format_memory (guint64 kib);

/* Blocks in libvirt, as do the others. */
gboolean agent_resize_read (AgentResize *resize, virDomainPtr domain, GError **error);

/* What became of one of them, in words; appended to @said. @reached: something is as it was to be;
 * @changed: by that. FALSE: nothing is, and the words say why. */
gboolean agent_resize_set_vcpus (AgentResize *resize, virDomainPtr domain, guint when,
                                 GString *said, gboolean *changed);
gboolean agent_resize_set_memory (AgentResize *resize, virDomainPtr domain, guint when,
                                  GString *said, gboolean *changed);

G_END_DECLS
