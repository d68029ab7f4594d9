/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the fleet is told of templates. */
#include "agent-store-private.h"

#include "muri-topics.h"
#include "muri-uuid.h"

/* Between two samples that differ in the percentage only. */
#define PERCENT_EVERY (500 * G_TIME_SPAN_MILLISECOND)

static gboolean
differs_in_percent_only (const AgentTemplate *a, const AgentTemplate *b)
{
  return a != NULL && a->state == b->state && a->percent != b->percent;
}

void
agent_store_publish (AgentStore *self, const AgentTemplate *before, const AgentTemplate *now)
{
  gint64 time = g_get_monotonic_time ();
  const gint64 *last = g_hash_table_lookup (self->told, &now->id);
  if (differs_in_percent_only (before, now) && last != NULL && time - *last < PERCENT_EVERY)
    return;
  g_hash_table_replace (self->told, g_memdup2 (&now->id, sizeof now->id),
                        g_memdup2 (&time, sizeof time));
  agent_published_add (self->published, &now->id);
  if (self->zone != NULL)
    muri_zone_publish (self->zone, MURI_TOPIC_TEMPLATE, agent_template_to_wire (now, &self->node));
}

/* Remembered as published for as long as it may matter to a console that was away: with the next
 * life of the agent it is disposed once more, and forgotten then. */
void
agent_store_dispose_template (AgentStore *self, const muri_v1_Uuid *id)
{
  muri_v1_Template *key;
  g_hash_table_remove (self->told, id);
  if (self->zone == NULL)
    return;
  key = muri_topic_sample_new (MURI_TOPIC_TEMPLATE);
  key->node = self->node;
  key->template_id = *id;
  muri_zone_mark_disposed (self->zone, MURI_TOPIC_TEMPLATE, key);
}

void
agent_store_disown (AgentStore *self, const muri_v1_Uuid *id)
{
  if (g_hash_table_contains (self->templates, id))
    return;
  agent_published_add (self->published, id);
  agent_store_dispose_template (self, id);
}

static void
dispose_vanished (AgentStore *self)
{
  g_autoptr (GArray) list = agent_published_list (self->published);
  for (guint i = 0; i < list->len; i++)
    {
      const muri_v1_Uuid *id = &g_array_index (list, muri_v1_Uuid, i);
      if (g_hash_table_contains (self->templates, id))
        continue;
      agent_store_dispose_template (self, id);
      agent_published_remove (self->published, id);
    }
}

void
agent_store_publish_all (AgentStore *self)
{
  GHashTableIter iter;
  gpointer template;
  if (self->zone == NULL)
    return;
  g_hash_table_iter_init (&iter, self->templates);
  while (g_hash_table_iter_next (&iter, NULL, &template))
    agent_store_publish (self, NULL, template);
  dispose_vanished (self);
}
