/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent-membership.h"

#include "muri-words.h"

gboolean
agent_membership_is_verb (guint verb)
{
  return verb >= MURI_VERB_JOIN_GROUP && verb <= MURI_VERB_UNGUARD;
}

static gboolean
join (AgentMetadata *metadata, const AgentParameters *parameters, GError **error)
{
  muri_v1_Membership membership = { .start_order = parameters->order,
                                    .start_delay = parameters->delay };

  g_strlcpy (membership.group, parameters->group, sizeof membership.group);
  return agent_metadata_join (metadata, &membership, error);
}

gboolean
agent_membership_apply (const char *plain, guint verb, const AgentParameters *parameters,
                        char **changed, GError **error)
{
  g_autoptr (AgentMetadata) metadata =
      plain != NULL ? agent_metadata_parse (plain, error) : agent_metadata_new ();
  gboolean good = metadata != NULL;

  *changed = NULL;
  if (!good)
    return FALSE;
  switch (verb)
    {
    case MURI_VERB_JOIN_GROUP:
      good = join (metadata, parameters, error);
      break;
    case MURI_VERB_LEAVE_GROUP:
      agent_metadata_leave (metadata, parameters->group);
      break;
    case MURI_VERB_MOVE_GROUP:
      good =
          agent_metadata_move (metadata, parameters->from, parameters->to, parameters->only, error);
      break;
    default:
      agent_metadata_set_guarded (metadata, verb == MURI_VERB_GUARD);
      break;
    }
  if (good)
    *changed = agent_metadata_to_plain (metadata);
  return good;
}

gboolean
agent_membership_normalise (const char *plain, char **normal, GError **error)
{
  g_autoptr (AgentMetadata) metadata = agent_metadata_parse (plain, error);

  *normal = metadata != NULL ? agent_metadata_to_plain (metadata) : NULL;
  return metadata != NULL;
}

char *
agent_membership_explain_already (guint verb, const AgentParameters *parameters)
{
  switch (verb)
    {
    case MURI_VERB_JOIN_GROUP:
      return g_strdup_printf ("it is in “%s” already", parameters->group);
    case MURI_VERB_LEAVE_GROUP:
      return g_strdup_printf ("it is not in “%s”", parameters->group);
    case MURI_VERB_MOVE_GROUP:
      return g_strdup_printf ("it is not in “%s”", parameters->from);
    case MURI_VERB_GUARD:
      return g_strdup ("it is protected already");
    default:
      return g_strdup ("it is not protected");
    }
}
