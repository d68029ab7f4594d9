/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "agent-domain-events.h"
#include "agent-vm-reader.h"

G_BEGIN_DECLS

/**
 * AgentInventoryRequest: what a worker shall read, and what it read.
 *
 * Belongs to the main context but for the time of its run.
 * @all: all VMs, or those of @wishes
 * @wishes: (element-type muri_v1_Uuid AgentVmWish): what is known to have happened to which
 * @func: (nullable): also register for events, once
 * @attachment: for the asker
 */
typedef struct
{
  virConnectPtr connection;
  muri_v1_Uuid node;
  gboolean all;
  GHashTable *wishes;
  gboolean find_boot;
  AgentDomainEventFunc func;
  guint attachment;

  GObject *receiver;
  AgentDomainEvents *events;
  AgentVmReading *reading;
} AgentInventoryRequest;

AgentInventoryRequest *
agent_inventory_request_new (virConnectPtr connection, const muri_v1_Uuid *node);
void agent_inventory_request_free (AgentInventoryRequest *request);

/* Takes @request, which is the task's data. @receiver is the user data of @callback, and gets the
 * events. It is no source object: a task may drop that on its worker, and @receiver's last
 * reference must go on the main context. The caller keeps one until @callback. */
void agent_inventory_request_run_async (AgentInventoryRequest *request, GObject *receiver,
                                        GAsyncReadyCallback callback);

/* Gives both back on a thread, since that may talk to libvirt. Either may be NULL. */
void agent_inventory_release (virConnectPtr connection, AgentDomainEvents *events);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AgentInventoryRequest, agent_inventory_request_free)

G_END_DECLS
