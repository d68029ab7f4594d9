/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent-found-domains.h"

#include "muri-uuid.h"

/* From then on it is an operation on many: one call that lists all is cheaper than one for each. */
#define LIST_AT 3

struct _AgentFoundDomains
{
  virConnectPtr connection;
  GHashTable *domains; /* muri_v1_Uuid to virDomainPtr */
  guint missed;        /* look-ups since all were listed */
};

static void
free_domain (gpointer domain)
{
  virDomainFree (domain);
}

AgentFoundDomains *
agent_found_domains_new (virConnectPtr connection)
{
  AgentFoundDomains *found = g_new0 (AgentFoundDomains, 1);

  found->connection = connection;
  found->domains = g_hash_table_new_full (muri_uuid_hash, muri_uuid_equal, g_free, free_domain);
  return found;
}

void
agent_found_domains_free (AgentFoundDomains *found)
{
  g_hash_table_unref (found->domains);
  g_free (found);
}

/* Takes @domain. */
static void
add (AgentFoundDomains *found, virDomainPtr domain)
{
  muri_v1_Uuid *uuid = g_new (muri_v1_Uuid, 1);

  if (virDomainGetUUID (domain, uuid->b) == 0)
    g_hash_table_replace (found->domains, uuid, domain);
  else
    {
      g_free (uuid);
      virDomainFree (domain);
    }
}

/* Those that are gone are forgotten with it. */
static void
list_all (AgentFoundDomains *found)
{
  g_autofree virDomainPtr *domains = NULL;
  int n = virConnectListAllDomains (found->connection, &domains, 0);

  if (n < 0)
    return;
  found->missed = 0;
  g_hash_table_remove_all (found->domains);
  for (int i = 0; i < n; i++)
    add (found, domains[i]);
}

virDomainPtr
agent_found_domains_find (AgentFoundDomains *found, const guint8 uuid[16])
{
  virDomainPtr domain = g_hash_table_lookup (found->domains, uuid);

  if (domain == NULL && ++found->missed >= LIST_AT)
    {
      list_all (found);
      domain = g_hash_table_lookup (found->domains, uuid);
    }
  if (domain == NULL && (domain = virDomainLookupByUUID (found->connection, uuid)) != NULL)
    add (found, domain);
  if (domain != NULL)
    virDomainRef (domain);
  return domain;
}
