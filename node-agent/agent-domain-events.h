/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>
#include <libvirt/libvirt.h>

#include "agent-mirror.h"
#include "agent-vm-wish.h"
#include "muri.h"

G_BEGIN_DECLS

/**
 * AgentDomainEvent: something that libvirt says happened to a domain.
 * @kind: MURI_EVENT_*, or MURI_EVENT_UNKNOWN when it only means that the domain differs now
 * @severity: MURI_SEVERITY_*
 * @domain: for the time of the call, or for who takes a reference
 * @depth: what may differ of it now
 * @booted: the guest began anew
 * @causes: AGENT_MIRROR_*: what it says of the metadata that is found now
 * @detail: in words, may be empty
 */
typedef struct
{
  muri_v1_Uuid vm;
  const char *name;
  virDomainPtr domain;
  AgentReadDepth depth;
  guint kind;
  guint severity;
  gboolean booted;
  guint causes;
  const char *detail;
} AgentDomainEvent;

typedef void (*AgentDomainEventFunc) (GObject *receiver, const AgentDomainEvent *event);

/**
 * AgentDomainEvents: libvirt's callbacks of one connection.
 *
 * @func is called on the main context (where agent_event_loop_register() delivers) while @receiver
 * lives. Both calls talk to libvirt and block: for worker threads.
 */
typedef struct _AgentDomainEvents AgentDomainEvents;

AgentDomainEvents *
agent_domain_events_register (virConnectPtr connection, AgentDomainEventFunc func,
                              GObject *receiver, GError **error);
void agent_domain_events_unregister (AgentDomainEvents *events);

G_END_DECLS
