/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is served to other hosts, and what consoles may send. */
#include "agent-store-images.h"

#include "muri-uuid.h"
#include "muri-words.h"

typedef struct
{
  AgentStoreWork *work;
  char *path; /* NULL: offered */
  guint64 size;
} Call;

static void
call_free (gpointer data)
{
  Call *call = data;
  agent_store_work_unref (call->work);
  g_free (call->path);
  g_free (call);
}

static void
offer_part (AgentStoreWork *work)
{
  AgentStore *self = work->store;
  g_autofree char *part = agent_store_work_part (work);
  g_autofree char *map = g_strconcat (part, ".map", NULL);
  g_autofree char *facts = g_strconcat (part, ".facts", NULL);
  g_autofree char *description = g_strconcat (part, ".xml", NULL);
  const AgentOffer offer = { part, map, facts, description, FALSE };
  agent_grants_offer (self->grants, &work->order.id, &offer);
}

static gboolean
on_call (gpointer data)
{
  Call *call = data;
  AgentStoreWork *work = call->work;
  if (work->store == NULL || work->thread == NULL || work->store->grants == NULL)
    return G_SOURCE_REMOVE;
  if (call->path != NULL)
    agent_grants_announce (work->store->grants, &work->order.id, call->path, call->size);
  else
    offer_part (work);
  return G_SOURCE_REMOVE;
}

void
agent_store_work_announce (AgentStoreWork *work, const char *path, guint64 size)
{
  Call *call = g_new0 (Call, 1);
  call->work = agent_store_work_ref (work);
  call->path = g_strdup (path);
  call->size = size;
  g_idle_add_full (G_PRIORITY_DEFAULT, on_call, call, call_free);
}

void
agent_store_work_offer (AgentStoreWork *work)
{
  Call *call = g_new0 (Call, 1);
  call->work = agent_store_work_ref (work);
  g_idle_add_full (G_PRIORITY_DEFAULT, on_call, call, call_free);
}

void
agent_store_on_received (AgentStore *self, const muri_v1_Uuid *id, guint64 bytes)
{
  AgentStoreWork *work = g_hash_table_lookup (self->works, id);
  guint64 size;
  if (work == NULL || work->order.verb != MURI_VERB_RECEIVE_TEMPLATE)
    return;
  size = work->order.parameters->size;
  agent_store_work_percent (MIN (bytes * 100.0 / size, 100), work);
  g_mutex_lock (&work->lock);
  work->received = bytes;
  g_cond_signal (&work->more);
  g_mutex_unlock (&work->lock);
}

static char *
beside (AgentStore *self, const muri_v1_Uuid *id, const char *suffix)
{
  char uuid[MURI_UUID_TEXT];
  g_autofree char *name = g_strconcat (muri_uuid_format (id, uuid), suffix, NULL);
  return g_build_filename (self->directory, name, NULL);
}

/* Of what is whole. What is under way says so itself. */
void
agent_store_serve (AgentStore *self, const muri_v1_Uuid *id)
{
  const AgentTemplate *template = agent_store_peek (self, id);
  g_autofree char *facts = beside (self, id, ".ini");
  g_autofree char *description = beside (self, id, ".xml");
  g_autofree char *map = beside (self, id, ".chunks");
  if (self->grants == NULL)
    return;
  if (template == NULL || template->state == MURI_TEMPLATE_STATE_BROKEN)
    agent_grants_withdraw (self->grants, id);
  else if (template->state == MURI_TEMPLATE_STATE_READY)
    {
      const AgentOffer offer = { .image = template->path,
                                 .map = map,
                                 .facts = facts,
                                 .description = description,
                                 .complete = TRUE };
      agent_grants_offer (self->grants, id, &offer);
    }
}
