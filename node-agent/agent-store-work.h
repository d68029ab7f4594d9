/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One long piece of work at one template: on a thread of its own, for whoever waits for it. */
#pragma once

#include "agent-store-private.h"

typedef struct
{
  GTask *task;
  AgentStoreProgress progress;
  gpointer progress_data;
  GSource *watch; /* of its cancellable */
} AgentStoreWaiter;

/**
 * AgentStoreWork: what comes first is made with it and only read from then on; the thread's part
 * is the thread's while it runs; the rest is the main context's.
 */
struct _AgentStoreWork
{
  gatomicrefcount references;
  AgentStoreOrder order; /* its own copies */
  muri_v1_Uuid node;
  char *directory;
  AgentConnections *connections;
  AgentStorePool *pool; /* set before the thread begins */
  guint64 size_max;
  guint64 rate;          /* of fetching, bytes a second; 0: any */
  guint16 port;          /* of this agent's own HTTP */
  char **security;       /* files: certificate, key, authority; NULL: it speaks without */
  AgentTemplate *before; /* as it was; NULL: there was none */
  AgentTemplate *origin; /* NULL, or what it is to be a generalised copy of; held meanwhile */
  guint generalised;     /* what was found out of it */
  char *generalised_note;
  muri_v1_Uuid parent;
  guint held;
  GCancellable *cancellable;
  gint abandoned; /* atomic: the agent stops, and the next one goes on */

  /* The thread's. */
  AgentTemplate *template; /* as it becomes; NULL: it is gone */
  char *message;           /* of what was done, where there is something to say */
  gboolean aside;          /* it failed, and what came is kept and shown as broken */
  GError *error;

  /* Under lock: what it is at. */
  GMutex lock;
  guint step, percent;
  char *from;
  gboolean ringing;
  guint64 received; /* bytes that a console has sent */
  GCond more;

  AgentStore *store; /* NULL: nobody wants to know any more */
  GThread *thread;
  GPtrArray *waiters;
};

typedef gboolean (*AgentStoreFunc) (AgentStoreWork *work, GError **error);

/* ---- agent-store-work.c: any thread ---- */

AgentStoreWork *agent_store_work_ref (AgentStoreWork *work);
void agent_store_work_unref (gpointer work);

/* Told to the main context a moment later. */
void agent_store_work_step (AgentStoreWork *work, guint step, guint percent, const char *from);
void agent_store_work_percent (guint percent, gpointer work);

/* ---- agent-store-steps.c: its thread ---- */

/* What is not whole yet is written here. Transfer full. */
char *agent_store_work_part (AgentStoreWork *work);

/* On disk: what is known of it now. */
gboolean agent_store_work_save (AgentStoreWork *work, GError **error);

/* FALSE: the pool has not so much room. */
gboolean agent_store_work_check_space (AgentStoreWork *work, guint64 bytes, GError **error);

gboolean
agent_store_work_sum (AgentStoreWork *work, const char *path, guint8 sha256[32], GError **error);

/* The image is whole, and the template from now on READY. */
gboolean agent_store_work_finish (AgentStoreWork *work, GError **error);

/* It failed: nothing is left of it, unless it is kept aside. */
void agent_store_work_undo (AgentStoreWork *work);

/* Of what a former life, or this one, has begun and not ended. */
void agent_store_work_erase (const char *directory, AgentConnections *connections,
                             const AgentStorePool *pool, const muri_v1_Uuid *id);

/* And what linked clones of it read, where that is not @image itself. agent-store-base.c */
gboolean agent_store_work_make_base (AgentStoreWork *work, const char *image, GError **error);

/* What kind of domain this host makes: "kvm", "qemu", "test". */
gboolean agent_store_work_adapt (AgentStoreWork *work, GError **error);

/* ---- agent-store-fetch.c: its thread ---- */

/* The checksum of what is whole, and which chunks it has. */
gboolean agent_store_work_check (AgentStoreWork *work, const char *path, GError **error);

/* ---- by verb: its thread ---- */

gboolean agent_store_make (AgentStoreWork *work, GError **error);
gboolean agent_store_change (AgentStoreWork *work, GError **error);
gboolean agent_store_delete (AgentStoreWork *work, GError **error);
gboolean agent_store_receive (AgentStoreWork *work, GError **error);
gboolean agent_store_fetch (AgentStoreWork *work, GError **error);
gboolean agent_store_generalise (AgentStoreWork *work, GError **error);
gboolean agent_store_note (AgentStoreWork *work, GError **error);

/* No operation's: what was found out of a template is written down. */
#define AGENT_STORE_NOTE G_MAXUINT

/* Of work that nobody waits for. FALSE: it cannot begin now. */
gboolean agent_store_note_async (AgentStore *self, const muri_v1_Uuid *id, guint generalised,
                                 const char *note);
