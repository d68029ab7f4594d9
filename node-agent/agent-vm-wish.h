/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libvirt/libvirt.h>

#include "agent-vm.h"

G_BEGIN_DECLS

/**
 * AgentReadDepth: what may differ of a VM since it was read last. Each level is a few calls.
 */
typedef enum
{
  AGENT_READ_STATE, /* its state; one that began or ended meanwhile is noticed */
  AGENT_READ_POWER, /* it began or ended: what the hypervisor adds to a running guest */
  AGENT_READ_ALL,
} AgentReadDepth;

/**
 * AgentVmWish: one VM that is to be read; free with agent_vm_wish_free().
 * @causes: AGENT_MIRROR_*: what is known to have happened to it
 * @domain: (nullable): saves looking it up
 * @before: (nullable): as it was; without it everything is read
 * @definition: (nullable): Muri's metadata in the definition, as @before was read
 */
typedef struct
{
  guint causes;
  AgentReadDepth depth;
  virDomainPtr domain;
  muri_v1_Vm *before;
  char *definition;
} AgentVmWish;

AgentVmWish *agent_vm_wish_new (void);
void agent_vm_wish_free (AgentVmWish *wish);

/* One more thing happened. */
void agent_vm_wish_add (AgentVmWish *wish, guint causes, AgentReadDepth depth, virDomainPtr domain);

G_END_DECLS
