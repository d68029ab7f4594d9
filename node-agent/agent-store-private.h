/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The store's own parts. Main context only, but for what says otherwise. */
#pragma once

#include "agent-published.h"
#include "agent-store-pool.h"
#include "agent-store.h"

struct _AgentStore
{
  GObject parent_instance;

  muri_v1_Uuid node;
  char *directory; /* of what is kept */
  char *wanted_pool, *wanted_path, *wanted_clones;
  AgentConnections *connections;
  AgentInventory *inventory;

  GHashTable *templates; /* AgentTemplate, by id */
  GHashTable *holds;     /* guint, by id */
  AgentStorePool *pool;  /* NULL: none yet, or @error says why */
  char *error;
  GCancellable *cancellable;
  gboolean opening, again;
  guint measure; /* timer */
  guint recount; /* idle */

  MuriZone *zone;
  AgentPublished *published;
  GHashTable *told; /* gint64, monotonic, by id: when a mere percentage was published */
};

/* agent-store.c */
void agent_store_set_error (AgentStore *self, const char *message);

/* Takes @template, which is what is known from now on; NULL: @id is gone. */
void agent_store_put (AgentStore *self, const muri_v1_Uuid *id, AgentTemplate *template);
void
agent_store_tell (AgentStore *self, guint kind, guint severity, const char *name, const char *more);

/* agent-store-open.c */
void agent_store_open (AgentStore *self);
void agent_store_measure (AgentStore *self);

/* agent-store-publish.c */
void agent_store_publish (AgentStore *self, const AgentTemplate *before, const AgentTemplate *now);
void agent_store_publish_all (AgentStore *self);
void agent_store_dispose_template (AgentStore *self, const muri_v1_Uuid *id);
