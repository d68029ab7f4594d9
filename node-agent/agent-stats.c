/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent-stats.h"

#include <string.h>

static guint64
number_of (const virTypedParameter *param)
{
  switch (param->type)
    {
    case VIR_TYPED_PARAM_ULLONG:
      return param->value.ul;
    case VIR_TYPED_PARAM_LLONG:
      return MAX (param->value.l, 0);
    case VIR_TYPED_PARAM_UINT:
      return param->value.ui;
    case VIR_TYPED_PARAM_INT:
      return MAX (param->value.i, 0);
    default:
      return 0;
    }
}

/* "net.3.rx.bytes" after "net.": the index, and "rx.bytes". NULL for "net.count". */
static const char *
skip_index (const char *field, guint64 *index)
{
  char *end;

  *index = g_ascii_strtoull (field, &end, 10);
  return end != field && *end == '.' ? end + 1 : NULL;
}

gboolean
agent_stats_read_net (virTypedParameterPtr params, int n_params, guint64 *rx, guint64 *tx)
{
  gboolean answered = FALSE;

  *rx = *tx = 0;
  for (int i = 0; i < n_params; i++)
    {
      const char *field = params[i].field;
      guint64 index;

      if (strncmp (field, "net.", 4) != 0)
        continue;
      answered = TRUE;
      field = skip_index (field + 4, &index);
      if (field == NULL)
        continue;
      if (strcmp (field, "rx.bytes") == 0)
        *rx += number_of (&params[i]);
      else if (strcmp (field, "tx.bytes") == 0)
        *tx += number_of (&params[i]);
    }
  return answered;
}

/* Returns whether it is something that the monitor was asked for. */
static gboolean
read_block_field (AgentBlockStats *block, const char *field, const virTypedParameter *param)
{
  if (strcmp (field, "rd.reqs") == 0 || strcmp (field, "wr.reqs") == 0)
    block->requests += number_of (param);
  else if (strcmp (field, "rd.bytes") == 0)
    block->read += number_of (param);
  else if (strcmp (field, "wr.bytes") == 0)
    block->written += number_of (param);
  else if (strcmp (field, "rd.times") == 0 || strcmp (field, "wr.times") == 0)
    block->nanoseconds += number_of (param);
  else
    return FALSE;
  return TRUE;
}

gboolean
agent_stats_read_block (virTypedParameterPtr params, int n_params, AgentBlockStats *block)
{
  gboolean answered = FALSE;

  block->read = block->written = block->requests = block->nanoseconds = 0;
  block->n_disks = 0;
  for (int i = 0; i < n_params; i++)
    {
      const char *field = params[i].field;
      AgentDiskSize *disk;
      guint64 index;

      if (strncmp (field, "block.", 6) != 0)
        continue;
      if (strcmp (field, "block.count") == 0)
        {
          /* No disk is an answer too. */
          answered = answered || number_of (&params[i]) == 0;
          continue;
        }
      field = skip_index (field + 6, &index);
      if (field == NULL || index >= G_N_ELEMENTS (block->disks))
        continue;

      for (; block->n_disks <= index; block->n_disks++)
        memset (&block->disks[block->n_disks], 0, sizeof block->disks[0]);
      disk = &block->disks[index];
      if (strcmp (field, "name") == 0 && params[i].type == VIR_TYPED_PARAM_STRING)
        AGENT_TEXT_COPY (disk->target, params[i].value.s);
      else if (strcmp (field, "capacity") == 0)
        disk->capacity = number_of (&params[i]);
      else if (strcmp (field, "allocation") == 0)
        disk->allocation = MAX (disk->allocation, number_of (&params[i]));
      else if (strcmp (field, "physical") == 0 && number_of (&params[i]) < disk->capacity)
        /* A growing image: what was written since its start may be less than it holds. */
        disk->allocation = MAX (disk->allocation, number_of (&params[i]));
      else if (read_block_field (block, field, &params[i]))
        answered = TRUE;
    }
  return answered;
}

/* What of it the guest could not give to a new program; libvirt knows of two measures, the
 * better one only from newer guests. */
static gboolean
choose_memory (guint64 available, guint64 usable, guint64 unused, guint64 rss, guint64 *memory)
{
  guint64 rest = usable != G_MAXUINT64 ? usable : unused;

  if (available != G_MAXUINT64 && rest <= available)
    *memory = available - rest;
  else if (rss != G_MAXUINT64)
    *memory = rss;
  else
    return FALSE;
  return TRUE;
}

gboolean
agent_stats_read_memory (virTypedParameterPtr params, int n_params, guint64 *memory)
{
  guint64 available = G_MAXUINT64, usable = G_MAXUINT64, unused = G_MAXUINT64, rss = G_MAXUINT64;

  for (int i = 0; i < n_params; i++)
    {
      if (strcmp (params[i].field, "balloon.available") == 0)
        available = number_of (&params[i]);
      else if (strcmp (params[i].field, "balloon.usable") == 0)
        usable = number_of (&params[i]);
      else if (strcmp (params[i].field, "balloon.unused") == 0)
        unused = number_of (&params[i]);
      else if (strcmp (params[i].field, "balloon.rss") == 0)
        rss = number_of (&params[i]);
    }
  return choose_memory (available, usable, unused, rss, memory);
}

gboolean
agent_stats_memory_from_tags (const virDomainMemoryStatStruct *stats, int n_stats, guint64 *memory)
{
  guint64 available = G_MAXUINT64, usable = G_MAXUINT64, unused = G_MAXUINT64, rss = G_MAXUINT64;

  for (int i = 0; i < n_stats; i++)
    {
      if (stats[i].tag == VIR_DOMAIN_MEMORY_STAT_AVAILABLE)
        available = stats[i].val;
      else if (stats[i].tag == VIR_DOMAIN_MEMORY_STAT_USABLE)
        usable = stats[i].val;
      else if (stats[i].tag == VIR_DOMAIN_MEMORY_STAT_UNUSED)
        unused = stats[i].val;
      else if (stats[i].tag == VIR_DOMAIN_MEMORY_STAT_RSS)
        rss = stats[i].val;
    }
  return choose_memory (available, usable, unused, rss, memory);
}
