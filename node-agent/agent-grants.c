/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent-grants.h"

#include "muri-uuid.h"

/* One of them; its strings are its own. */
typedef struct
{
  muri_v1_Uuid id;
  AgentOffer offer;
  char *path; /* announced */
  guint64 size;
} Grant;

struct _AgentGrants
{
  GObject parent_instance;
  GHashTable *grants; /* &Grant.id -> Grant */
};

G_DEFINE_FINAL_TYPE (AgentGrants, agent_grants, G_TYPE_OBJECT)

enum
{
  SIGNAL_CHANGED,
  SIGNAL_RECEIVED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

static void
clear_offer (AgentOffer *offer)
{
  g_free ((char *)offer->image);
  g_free ((char *)offer->map);
  g_free ((char *)offer->facts);
  g_free ((char *)offer->description);
  *offer = (AgentOffer){ 0 };
}

static void
grant_free (gpointer data)
{
  Grant *grant = data;
  clear_offer (&grant->offer);
  g_free (grant->path);
  g_free (grant);
}

static Grant *
find (AgentGrants *self, const muri_v1_Uuid *id)
{
  return g_hash_table_lookup (self->grants, id);
}

static Grant *
ensure (AgentGrants *self, const muri_v1_Uuid *id)
{
  Grant *grant = find (self, id);
  if (grant == NULL)
    {
      grant = g_new0 (Grant, 1);
      grant->id = *id;
      g_hash_table_insert (self->grants, &grant->id, grant);
    }
  return grant;
}

static void
tell (AgentGrants *self, const muri_v1_Uuid *id)
{
  const muri_v1_Uuid copy = *id;
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0, &copy);
}

void
agent_grants_offer (AgentGrants *self, const muri_v1_Uuid *id, const AgentOffer *offer)
{
  Grant *grant = ensure (self, id);
  const AgentOffer copy = {
    .image = g_strdup (offer->image),
    .map = g_strdup (offer->map),
    .facts = g_strdup (offer->facts),
    .description = g_strdup (offer->description),
    .complete = offer->complete,
  };
  clear_offer (&grant->offer);
  grant->offer = copy;
  tell (self, id);
}

void
agent_grants_announce (AgentGrants *self, const muri_v1_Uuid *id, const char *path, guint64 size)
{
  Grant *grant = ensure (self, id);
  char *copy = g_strdup (path);
  g_free (grant->path);
  grant->path = copy;
  grant->size = size;
  tell (self, id);
}

void
agent_grants_withdraw (AgentGrants *self, const muri_v1_Uuid *id)
{
  const muri_v1_Uuid copy = *id;
  if (g_hash_table_remove (self->grants, id))
    tell (self, &copy);
}

const AgentOffer *
agent_grants_peek_offer (AgentGrants *self, const muri_v1_Uuid *id)
{
  Grant *grant = find (self, id);
  return grant != NULL && grant->offer.image != NULL ? &grant->offer : NULL;
}

const char *
agent_grants_peek_announced (AgentGrants *self, const muri_v1_Uuid *id, guint64 *size)
{
  Grant *grant = find (self, id);
  if (grant == NULL || grant->path == NULL)
    return NULL;
  *size = grant->size;
  return grant->path;
}

GArray *
agent_grants_list_announced (AgentGrants *self)
{
  GArray *ids = g_array_new (FALSE, FALSE, sizeof (muri_v1_Uuid));
  GHashTableIter iter;
  gpointer value;
  g_hash_table_iter_init (&iter, self->grants);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    if (((Grant *)value)->path != NULL)
      g_array_append_val (ids, ((Grant *)value)->id);
  return ids;
}

void
agent_grants_note_received (AgentGrants *self, const muri_v1_Uuid *id, guint64 bytes)
{
  Grant *grant = find (self, id);
  const muri_v1_Uuid copy = *id;
  if (grant != NULL && grant->path != NULL && bytes <= grant->size)
    g_signal_emit (self, signals[SIGNAL_RECEIVED], 0, &copy, bytes);
}

AgentGrants *
agent_grants_new (void)
{
  return g_object_new (AGENT_TYPE_GRANTS, NULL);
}

static void
agent_grants_finalize (GObject *object)
{
  g_hash_table_unref (AGENT_GRANTS (object)->grants);
  G_OBJECT_CLASS (agent_grants_parent_class)->finalize (object);
}

static void
agent_grants_class_init (AgentGrantsClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = agent_grants_finalize;
  signals[SIGNAL_CHANGED] = g_signal_new ("changed", AGENT_TYPE_GRANTS, G_SIGNAL_RUN_LAST, 0, NULL,
                                          NULL, NULL, G_TYPE_NONE, 1, G_TYPE_POINTER);
  signals[SIGNAL_RECEIVED] =
      g_signal_new ("received", AGENT_TYPE_GRANTS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                    G_TYPE_NONE, 2, G_TYPE_POINTER, G_TYPE_UINT64);
}

static void
agent_grants_init (AgentGrants *self)
{
  self->grants = g_hash_table_new_full (muri_uuid_hash, muri_uuid_equal, NULL, grant_free);
}
