/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent-vm-wish.h"

AgentVmWish *
agent_vm_wish_new (void)
{
  return g_new0 (AgentVmWish, 1);
}

void
agent_vm_wish_free (AgentVmWish *wish)
{
  if (wish->domain)
    virDomainFree (wish->domain);
  agent_vm_free (wish->before);
  g_free (wish->definition);
  g_free (wish);
}

void
agent_vm_wish_add (AgentVmWish *wish, guint causes, AgentReadDepth depth, virDomainPtr domain)
{
  wish->causes |= causes;
  wish->depth = MAX (wish->depth, depth);
  if (domain != NULL && wish->domain == NULL && virDomainRef (domain) == 0)
    wish->domain = domain;
}
