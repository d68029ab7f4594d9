/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent-slow-call.h"

#include <libvirt/virterror.h>
#include <string.h>

#include "agent-error.h"

#define GROUPS (VIR_DOMAIN_STATS_BALLOON | VIR_DOMAIN_STATS_BLOCK)

void
agent_slow_call_clear (AgentSlowCall *call)
{
  g_strfreev (call->disks);
}

static gboolean
fail (AgentSlowCall *call)
{
  g_autoptr (GError) error = agent_error_new_from_libvirt ();

  call->result = AGENT_SLOW_FAILED;
  if (agent_error_is_timeout (error))
    call->result = AGENT_SLOW_TIMED_OUT;
  else if (agent_error_is_disconnected (error))
    call->result = AGENT_SLOW_NOT_ASKED;
  return !agent_error_is_no_support (error)
         && !g_error_matches (error, AGENT_LIBVIRT_ERROR, VIR_ERR_ARGUMENT_UNSUPPORTED);
}

gboolean
agent_slow_call_groups (AgentSlowCall *call, virDomainPtr domain)
{
  virDomainPtr domains[] = { domain, NULL };
  virDomainStatsRecordPtr *records = NULL;
  int n = virDomainListGetStats (domains, GROUPS, &records,
                                 VIR_CONNECT_GET_ALL_DOMAINS_STATS_NOWAIT
                                     | VIR_CONNECT_GET_ALL_DOMAINS_STATS_ENFORCE_STATS);

  if (n < 0)
    return fail (call);

  /* None: it stopped meanwhile. */
  call->result = AGENT_SLOW_FAILED;
  if (n > 0)
    {
      call->has_memory =
          agent_stats_read_memory (records[0]->params, records[0]->nparams, &call->memory);
      call->has_block =
          agent_stats_read_block (records[0]->params, records[0]->nparams, &call->block);
      call->result = call->has_block ? AGENT_SLOW_ANSWERED : AGENT_SLOW_PARTIAL;
    }
  virDomainStatsRecordListFree (records);
  return TRUE;
}

static void
read_disk (AgentSlowCall *call, virDomainPtr domain, const char *target)
{
  AgentBlockStats *block = &call->block;
  virDomainBlockStatsStruct stats;
  virDomainBlockInfo info;
  AgentDiskSize *disk;

  if (block->n_disks == G_N_ELEMENTS (block->disks))
    return;
  disk = &block->disks[block->n_disks++];
  memset (disk, 0, sizeof *disk);
  AGENT_TEXT_COPY (disk->target, target);
  if (virDomainBlockStats (domain, target, &stats, sizeof stats) == 0)
    {
      call->has_block = TRUE;
      block->read += MAX (stats.rd_bytes, 0);
      block->written += MAX (stats.wr_bytes, 0);
      block->requests += MAX (stats.rd_req, 0) + MAX (stats.wr_req, 0);
    }
  if (virDomainGetBlockInfo (domain, target, &info, 0) == 0)
    {
      disk->capacity = info.capacity;
      disk->allocation = info.allocation;
    }
}

void
agent_slow_call_singly (AgentSlowCall *call, virDomainPtr domain)
{
  virDomainMemoryStatStruct stats[VIR_DOMAIN_MEMORY_STAT_NR];
  int n = virDomainMemoryStats (domain, stats, G_N_ELEMENTS (stats), 0);

  call->result = AGENT_SLOW_ANSWERED;
  if (n >= 0)
    call->has_memory = agent_stats_memory_from_tags (stats, n, &call->memory);
  for (guint i = 0; call->disks[i]; i++)
    read_disk (call, domain, call->disks[i]);
}
