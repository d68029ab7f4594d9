/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent-node-state.h"

#include "agent-keep.h"
#include "agent-membership.h"
#include "muri-words.h"

#define GROUPS "groups"
#define MAINTENANCE "maintenance"

struct _AgentNodeState
{
  GObject parent_instance;
  AgentJournal *journal;

  GMutex changing; /* one change at a time, over the disk */
  GMutex lock;
  char *groups; /* as a VM's metadata in its plain form; NULL none */
  gboolean maintenance;
};

G_DEFINE_FINAL_TYPE (AgentNodeState, agent_node_state, G_TYPE_OBJECT)

enum
{
  CHANGED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

static gboolean
emit_changed (gpointer self)
{
  g_signal_emit (self, signals[CHANGED], 0);
  return G_SOURCE_REMOVE;
}

static char *
dup_groups (AgentNodeState *self)
{
  char *groups;

  g_mutex_lock (&self->lock);
  groups = g_strdup (self->groups);
  g_mutex_unlock (&self->lock);
  return groups;
}

guint
agent_node_state_get_groups (AgentNodeState *self, muri_v1_Membership **memberships)
{
  g_autofree char *groups = dup_groups (self);
  g_autoptr (AgentMetadata) metadata = groups != NULL ? agent_metadata_parse (groups, NULL) : NULL;

  *memberships = NULL;
  return metadata != NULL ? agent_metadata_get_memberships (metadata, memberships) : 0;
}

gboolean
agent_node_state_get_maintenance (AgentNodeState *self)
{
  gboolean maintenance;

  g_mutex_lock (&self->lock);
  maintenance = self->maintenance;
  g_mutex_unlock (&self->lock);
  return maintenance;
}

static gboolean
is_of_groups (guint verb)
{
  return verb != MURI_VERB_MAINTENANCE_ON && verb != MURI_VERB_MAINTENANCE_OFF;
}

gboolean
agent_node_state_would_change (AgentNodeState *self, guint verb, const AgentParameters *parameters,
                               gboolean *change, GError **error)
{
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;

  if (!is_of_groups (verb))
    {
      *change = agent_node_state_get_maintenance (self) != (verb == MURI_VERB_MAINTENANCE_ON);
      return TRUE;
    }
  before = dup_groups (self);
  if (!agent_membership_apply (before, verb, parameters, &after, error))
    return FALSE;
  *change = g_strcmp0 (before, after) != 0;
  return TRUE;
}

static gboolean
change_groups (AgentNodeState *self, guint verb, const AgentParameters *parameters, GError **error)
{
  g_autofree char *before = dup_groups (self);
  char *after;

  if (!agent_membership_apply (before, verb, parameters, &after, error))
    return FALSE;
  if (!agent_keep_set_value (self->journal, GROUPS, after, error))
    {
      g_free (after);
      return FALSE;
    }
  g_mutex_lock (&self->lock);
  g_free (self->groups);
  self->groups = after;
  g_mutex_unlock (&self->lock);
  return TRUE;
}

static gboolean
change_maintenance (AgentNodeState *self, gboolean maintenance, GError **error)
{
  if (!agent_keep_set_value (self->journal, MAINTENANCE, maintenance ? "1" : NULL, error))
    return FALSE;
  g_mutex_lock (&self->lock);
  self->maintenance = maintenance;
  g_mutex_unlock (&self->lock);
  return TRUE;
}

gboolean
agent_node_state_change (AgentNodeState *self, guint verb, const AgentParameters *parameters,
                         GError **error)
{
  gboolean good;

  g_mutex_lock (&self->changing);
  good = is_of_groups (verb) ? change_groups (self, verb, parameters, error)
                             : change_maintenance (self, verb == MURI_VERB_MAINTENANCE_ON, error);
  g_mutex_unlock (&self->changing);
  if (good)
    g_idle_add_full (G_PRIORITY_DEFAULT, emit_changed, g_object_ref (self), g_object_unref);
  return good;
}

AgentNodeState *
agent_node_state_new (AgentJournal *journal, GError **error)
{
  g_autoptr (AgentNodeState) self = g_object_new (AGENT_TYPE_NODE_STATE, NULL);
  g_autofree char *maintenance = NULL;

  self->journal = g_object_ref (journal);
  if (!agent_keep_get_value (journal, GROUPS, &self->groups, error)
      || !agent_keep_get_value (journal, MAINTENANCE, &maintenance, error))
    return NULL;
  self->maintenance = maintenance != NULL;
  return g_steal_pointer (&self);
}

static void
agent_node_state_finalize (GObject *object)
{
  AgentNodeState *self = AGENT_NODE_STATE (object);

  g_free (self->groups);
  g_clear_object (&self->journal);
  g_mutex_clear (&self->lock);
  g_mutex_clear (&self->changing);
  G_OBJECT_CLASS (agent_node_state_parent_class)->finalize (object);
}

static void
agent_node_state_class_init (AgentNodeStateClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = agent_node_state_finalize;
  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 0);
}

static void
agent_node_state_init (AgentNodeState *self)
{
  g_mutex_init (&self->lock);
  g_mutex_init (&self->changing);
}
