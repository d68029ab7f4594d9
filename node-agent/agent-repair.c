/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent-repair.h"

#include "agent-domain-metadata.h"
#include "agent-error.h"
#include "agent-membership.h"

AgentRepair *
agent_repair_new (const muri_v1_Vm *vm, const char *seen, const char *wanted, guint generation)
{
  AgentRepair *repair = g_new0 (AgentRepair, 1);

  repair->vm = vm->vm;
  repair->name = g_strdup (vm->name);
  repair->seen = g_strdup (seen);
  repair->wanted = g_strdup (wanted);
  repair->lost = g_strcmp0 (seen, wanted) != 0;
  repair->generation = generation;
  return repair;
}

void
agent_repair_free (AgentRepair *repair)
{
  g_clear_error (&repair->error);
  g_free (repair->name);
  g_free (repair->seen);
  g_free (repair->wanted);
  g_free (repair);
}

/* Who wrote it since it was seen knows better. */
static gboolean
is_as_seen (AgentRepair *repair, virDomainPtr domain, AgentCopies *copies)
{
  g_autofree char *plain = NULL;
  g_autofree char *normal = NULL;

  return agent_domain_metadata_read (domain, &plain, &repair->error)
         && (plain == NULL || agent_membership_normalise (plain, &normal, &repair->error))
         && g_strcmp0 (normal, repair->seen) == 0
         && agent_copies_get_generation (copies, &repair->vm) == repair->generation;
}

static void
write_back (AgentRepair *repair, virDomainPtr domain, AgentCopies *copies)
{
  guint calls;

  agent_domain_metadata_lock (repair->vm.b);
  if (is_as_seen (repair, domain, copies))
    {
      agent_copies_begin_write (copies, &repair->vm);
      repair->written =
          agent_domain_metadata_write (domain, repair->wanted, &calls, &repair->error);
      repair->foreign =
          agent_copies_end_write (copies, &repair->vm, calls, repair->written, repair->wanted);
    }
  agent_domain_metadata_unlock (repair->vm.b);
}

void
agent_repair_run (AgentRepair *repair, AgentConnections *connections, AgentCopies *copies)
{
  virConnectPtr connection = agent_connections_borrow (connections, &repair->error);
  virDomainPtr domain;

  if (connection == NULL)
    return;
  domain = agent_connections_find_domain (connections, connection, repair->vm.b);
  if (domain != NULL)
    {
      write_back (repair, domain, copies);
      virDomainFree (domain);
    }
  else
    {
      agent_error_set_from_libvirt (&repair->error);
    }
  agent_connections_give_back (connections, connection);
}

static char *
list_groups (const char *plain)
{
  g_autoptr (AgentMetadata) metadata = plain != NULL ? agent_metadata_parse (plain, NULL) : NULL;
  muri_v1_Membership *memberships = NULL;
  guint n = metadata != NULL ? agent_metadata_get_memberships (metadata, &memberships) : 0;
  GString *list = g_string_new (NULL);

  for (guint i = 0; i < n; i++)
    g_string_append_printf (list, "%s%s", i > 0 ? ", " : "", memberships[i].group);
  if (metadata != NULL && agent_metadata_is_guarded (metadata))
    g_string_append_printf (list, "%sprotected", n > 0 ? "; " : "");
  dds_free (memberships);
  return g_string_free (list, FALSE);
}

char *
agent_repair_explain (const AgentRepair *repair)
{
  g_autofree char *list = list_groups (repair->wanted);

  if (!repair->written)
    return NULL;
  if (repair->lost)
    return g_strdup_printf ("a new definition or a snapshot had changed it; back are: %s", list);
  return g_strdup_printf ("the running guest had others than its definition; now it has: %s",
                          *list != '\0' ? list : "none");
}
