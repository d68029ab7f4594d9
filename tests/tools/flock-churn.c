/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "flock-churn.h"

#include "muri-uuid.h"

#define TICK 50         /* ms */
#define AWAY_MIN 500    /* ms */
#define AWAY_MAX 3000   /* ms */
#define WAITING_MAX 100 /* jobs; a machine that is too slow for these rates has lower ones */

typedef enum
{
  JOB_CHANGE,
  JOB_MOVE,
  JOB_COME,
  JOB_GO,
} JobKind;

/* Belongs to the thread that does it. */
typedef struct
{
  JobKind kind;
  AgentConnections *at;
  AgentConnections *to;
  FlockChurn *churn;
} Job;

struct _FlockChurn
{
  GPtrArray *hosts;
  FlockRates rates; /* of this process */
  FlockRates due;
  guint timer;
  GHashTable *away; /* FlockHost to GSource id */
  GThreadPool *pool;
  gint waiting; /* atomic: jobs that are not done */
  int balance;  /* VMs that have come and not gone */
};

/* ---- one job, on the thread ---- */

static virConnectPtr
open_at (AgentConnections *connections)
{
  return agent_connections_acquire (connections, AGENT_CONNECTION_EVENTS, NULL);
}

/* One of its VMs; NULL if it has none. */
static virDomainPtr
pick_domain (virConnectPtr connection)
{
  g_autofree virDomainPtr *domains = NULL;
  int n = virConnectListAllDomains (connection, &domains, 0);
  int chosen = n > 0 ? g_random_int_range (0, n) : 0;
  virDomainPtr domain = n > 0 ? domains[chosen] : NULL;

  for (int i = 0; i < n; i++)
    if (i != chosen)
      virDomainFree (domains[i]);
  return domain;
}

static void
change_domain (virDomainPtr domain)
{
  int state = VIR_DOMAIN_NOSTATE;

  virDomainGetState (domain, &state, NULL, 0);
  if (state == VIR_DOMAIN_PAUSED)
    virDomainResume (domain);
  else if (state != VIR_DOMAIN_RUNNING)
    virDomainCreate (domain);
  else if (g_random_boolean ())
    virDomainSuspend (domain);
  else
    virDomainDestroy (domain);
}

static void
remove_domain (virDomainPtr domain)
{
  virDomainDestroy (domain);
  virDomainUndefineFlags (domain, VIR_DOMAIN_UNDEFINE_MANAGED_SAVE);
}

/* As a migration ends: it runs there before it is gone here. */
static void
move_domain (virDomainPtr domain, virConnectPtr to)
{
  g_autofree char *xml = virDomainGetXMLDesc (domain, VIR_DOMAIN_XML_INACTIVE);
  virDomainPtr moved = xml != NULL ? virDomainDefineXML (to, xml) : NULL;

  if (moved == NULL)
    return;
  if (virDomainIsActive (domain) == 1)
    virDomainCreate (moved);
  remove_domain (domain);
  virDomainFree (moved);
}

static void
add_domain (virConnectPtr connection)
{
  g_autofree char *uuid = g_uuid_string_random ();
  g_autofree char *name = g_strdup_printf ("new-%.8s", uuid);
  g_autofree char *xml = flock_domain_xml (name, uuid, g_random_int () & 0xffffff, ">");
  virDomainPtr domain = virDomainDefineXML (connection, xml);

  if (domain == NULL)
    return;
  virDomainCreate (domain);
  virDomainFree (domain);
}

static void
job_free (Job *job)
{
  agent_connections_unref (job->at);
  agent_connections_unref (job->to);
  g_free (job);
}

static void
do_job (gpointer data, gpointer user_data)
{
  Job *job = data;
  FlockChurn *churn = job->churn;
  virConnectPtr at = open_at (job->at);
  virConnectPtr to = open_at (job->to);
  virDomainPtr domain = at != NULL && job->kind != JOB_COME ? pick_domain (at) : NULL;

  if (domain != NULL && job->kind == JOB_CHANGE)
    change_domain (domain);
  else if (domain != NULL && job->kind == JOB_MOVE && to != NULL && to != at)
    move_domain (domain, to);
  else if (domain != NULL && job->kind == JOB_GO)
    remove_domain (domain);
  else if (at != NULL && job->kind == JOB_COME)
    add_domain (at);

  g_clear_pointer (&domain, virDomainFree);
  g_clear_pointer (&at, virConnectClose);
  g_clear_pointer (&to, virConnectClose);
  job_free (job);
  g_atomic_int_add (&churn->waiting, -1);
}

/* ---- what is to happen, on the main context ---- */

static FlockHost *
pick_host (FlockChurn *churn)
{
  FlockHost *host = churn->hosts->pdata[g_random_int_range (0, (gint32)churn->hosts->len)];

  return flock_host_is_ready (host) ? host : NULL;
}

static void
begin_job (FlockChurn *churn, JobKind kind)
{
  FlockHost *at = pick_host (churn);
  FlockHost *to = pick_host (churn);
  Job *job;

  if (at == NULL || to == NULL || g_atomic_int_get (&churn->waiting) >= WAITING_MAX)
    return;
  job = g_new0 (Job, 1);
  job->kind = kind;
  job->churn = churn;
  job->at = agent_connections_ref (agent_get_connections (at->agent));
  job->to = agent_connections_ref (agent_get_connections (to->agent));
  g_atomic_int_inc (&churn->waiting);
  g_thread_pool_push (churn->pool, job, NULL);
}

/* As many come as go, over time. */
static void
come_or_go (FlockChurn *churn)
{
  gboolean comes = churn->balance <= 0;

  churn->balance += comes ? 1 : -1;
  begin_job (churn, comes ? JOB_COME : JOB_GO);
}

typedef struct
{
  FlockChurn *churn;
  FlockHost *host;
} Return;

static gboolean
on_return (gpointer user_data)
{
  Return *back = user_data;

  g_hash_table_remove (back->churn->away, back->host);
  flock_host_start (back->host);
  return G_SOURCE_REMOVE;
}

static void
restart_one (FlockChurn *churn)
{
  FlockHost *host = pick_host (churn);
  Return *back;
  guint id;

  /* What is under way at its connection would not be remembered. */
  if (host == NULL || g_atomic_int_get (&churn->waiting) > 0)
    return;
  flock_host_stop (host);
  back = g_new (Return, 1);
  back->churn = churn;
  back->host = host;
  id = g_timeout_add_full (G_PRIORITY_DEFAULT, (guint)g_random_int_range (AWAY_MIN, AWAY_MAX),
                           on_return, back, g_free);
  g_hash_table_insert (churn->away, host, GUINT_TO_POINTER (id));
}

/* How many are due of what happens so often, with the rest of a whole one kept. */
static guint
take_due (double *due, double rate)
{
  guint n;

  *due += rate * TICK / 1000.0;
  n = (guint)*due;
  *due -= n;
  return n;
}

static gboolean
on_tick (gpointer user_data)
{
  FlockChurn *churn = user_data;

  for (guint n = take_due (&churn->due.changes, churn->rates.changes); n > 0; n--)
    begin_job (churn, JOB_CHANGE);
  for (guint n = take_due (&churn->due.moves, churn->rates.moves); n > 0; n--)
    begin_job (churn, JOB_MOVE);
  for (guint n = take_due (&churn->due.comings, churn->rates.comings); n > 0; n--)
    come_or_go (churn);
  for (guint n = take_due (&churn->due.restarts, churn->rates.restarts); n > 0; n--)
    restart_one (churn);
  return G_SOURCE_CONTINUE;
}

void
flock_churn_go (FlockChurn *churn)
{
  const FlockRates *rates = &churn->rates;

  if (churn->timer == 0 && rates->changes + rates->moves + rates->comings + rates->restarts > 0)
    churn->timer = g_timeout_add (TICK, on_tick, churn);
}

void
flock_churn_rest (FlockChurn *churn)
{
  g_clear_handle_id (&churn->timer, g_source_remove);
}

gboolean
flock_churn_is_calm (FlockChurn *churn)
{
  gboolean calm = churn->timer == 0 && g_atomic_int_get (&churn->waiting) == 0;

  for (guint i = 0; calm && i < churn->hosts->len; i++)
    calm = flock_host_is_ready (churn->hosts->pdata[i]);
  return calm;
}

FlockChurn *
flock_churn_new (const FlockPlan *plan, const FlockRates *rates, GPtrArray *hosts)
{
  FlockChurn *churn = g_new0 (FlockChurn, 1);
  double share = hosts->len / (double)plan->hosts;

  churn->hosts = hosts;
  churn->rates.changes = rates->changes * share;
  churn->rates.moves = rates->moves * share;
  churn->rates.comings = rates->comings * share;
  churn->rates.restarts = rates->restarts * share;
  churn->due.restarts = g_random_double ();
  churn->away = g_hash_table_new (NULL, NULL);
  churn->pool = g_thread_pool_new (do_job, NULL, 1, FALSE, NULL);
  return churn;
}

void
flock_churn_free (FlockChurn *churn)
{
  GHashTableIter iter;
  gpointer id;

  flock_churn_rest (churn);
  g_hash_table_iter_init (&iter, churn->away);
  while (g_hash_table_iter_next (&iter, NULL, &id))
    g_source_remove (GPOINTER_TO_UINT (id));
  g_thread_pool_free (churn->pool, FALSE, TRUE);
  g_hash_table_unref (churn->away);
  g_free (churn);
}
