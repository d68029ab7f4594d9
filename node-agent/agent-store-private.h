/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The store's own parts. Main context only, but for what says otherwise. */
#pragma once

#include "agent-grants.h"
#include "agent-published.h"
#include "agent-store-pool.h"
#include "agent-store.h"

typedef struct _AgentStoreWork AgentStoreWork;
typedef struct _AgentStoreLook AgentStoreLook;

struct _AgentStore
{
  GObject parent_instance;

  muri_v1_Uuid node;
  char *directory; /* of what is kept */
  char *wanted_pool, *wanted_path, *wanted_clones;
  guint64 size_max; /* bytes */
  guint64 rate;     /* bytes a second; 0: any */
  gboolean looks;   /* into images */
  char **security;  /* files: certificate, key, authority; NULL: none */
  AgentConnections *connections;
  AgentInventory *inventory;

  AgentGrants *grants; /* NULL: nothing is served here */
  guint16 port;

  GHashTable *templates; /* AgentTemplate, by id */
  GHashTable *holds;     /* guint, by id */
  GHashTable *works;     /* AgentStoreWork, by id: what is under way */
  GArray *unfinished;    /* muri_v1_Uuid: a former life's, which are taken back */
  AgentStorePool *pool;  /* NULL: none yet, or @error says why */
  char *error;
  GCancellable *cancellable;
  AgentStoreLook *look; /* into an image; NULL: none is looked into */
  GHashTable *looked;   /* muri_v1_Uuid: by this life, or it is being done */
  gboolean opening, again;
  guint measure;   /* timer */
  guint recount;   /* idle */
  guint unclaimed; /* timer */

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

void agent_store_recount (AgentStore *self);

/* Of a VM: the template that it was cloned from; zero: of none. */
void agent_store_find_parent (AgentStore *self, const muri_v1_Uuid *vm, muri_v1_Uuid *parent);

/* agent-store-ensure.c */
void agent_store_return (AgentStore *self, GTask *task, const AgentTemplate *template,
                         const char *message);

/* agent-store-work.c */
GHashTable *agent_store_works_new (void);
void agent_store_run_task (AgentStore *self, const AgentStoreOrder *order, GTask *task,
                           AgentStoreProgress progress, gpointer progress_data);
void agent_store_drop_unclaimed (AgentStore *self);
void agent_store_begin_waiting (AgentStore *self);
void agent_store_abandon_works (AgentStore *self);

/* agent-store-look.c: whether templates are generalised. */
void agent_store_look (AgentStore *self);
void agent_store_end_look (AgentStore *self, const muri_v1_Uuid *id);

/* agent-store-serve.c */
void agent_store_serve (AgentStore *self, const muri_v1_Uuid *id);
void agent_store_on_received (AgentStore *self, const muri_v1_Uuid *id, guint64 bytes);

/* agent-store-open.c */
void agent_store_open (AgentStore *self);
void agent_store_measure (AgentStore *self);

/* agent-store-publish.c */
void agent_store_publish (AgentStore *self, const AgentTemplate *before, const AgentTemplate *now);
void agent_store_publish_all (AgentStore *self);
void agent_store_dispose_template (AgentStore *self, const muri_v1_Uuid *id);
