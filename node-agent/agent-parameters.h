/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

#include "muri.h"

G_BEGIN_DECLS

/**
 * AgentAmount: a number, or how it is to change.
 * @given: else nothing is said
 * @relative: added to what there is
 * @percent: of what there is; only with @relative
 */
typedef struct
{
  gboolean given, relative, percent;
  gint64 value;
} AgentAmount;

enum /* AgentParameters.when */
{
  AGENT_WHEN_NOW = 1 << 0,
  AGENT_WHEN_NEXT = 1 << 1,
};

/**
 * AgentParameters: what an operation says beside its verb, checked.
 * @group, @from, @to: (nullable): paths of groups
 * @grace: seconds; 0 without @power_off
 * @power_off: what did not shut down within @grace is powered off
 * @per_node: at most so many targets at once; 0 any number
 * @stop_after: with so many failures no more begin; 0 never
 * @sources, @ssh_key, @network, @groups: (nullable)
 * @groups: (array zero-terminated=1): each once
 * @disk: bytes; 0 as the template's
 * @ready: seconds; 0 without a wait
 * @memory: KiB
 * @volumes: (nullable) (array zero-terminated=1): targets of disks
 * @name, @os, @url, @format, @machine: (nullable): of a template
 * @size: bytes of the file that comes
 * @into: the new template that is made of @template_id; @replace: which goes then
 *
 * Nothing of it changes after it was made: any thread.
 */
typedef struct
{
  char *group, *from, *to;
  gboolean only;
  gint32 order;
  guint32 delay;
  char *mac;
  guint8 mac_bytes[6];
  guint grace;
  gboolean power_off;
  guint per_node;
  guint stop_after;

  /* Of templates and what is made of them. */
  muri_v1_Uuid template_id, into;
  gboolean replace;
  char *sources;
  gboolean linked, start, seed;
  char *ssh_key, *network;
  guint64 disk;
  char **groups;
  guint ready;
  AgentAmount vcpus, memory;
  guint when;
  gboolean all_volumes;
  char **volumes;
  char *name, *os, *url, *format, *machine;
  guint64 size;
  gboolean has_sha256;
  guint8 sha256[32];
  gboolean has_memory_min;
  guint64 memory_min; /* KiB */
} AgentParameters;

#define AGENT_PARAMETERS_ERROR (agent_parameters_error_quark ())
GQuark agent_parameters_error_quark (void);

/* As they are kept and compared: "a{ss}", not floating. */
GVariant *agent_parameters_take (const dds_sequence_muri_v1_Parameter *parameters);

/* NULL: something is missing or not acceptable for @verb; the message says what, to a person. */
AgentParameters *agent_parameters_new (guint verb, GVariant *given, GError **error);

/* Of a VM that is to be made. */
gboolean agent_parameters_check_name (const char *name, GError **error);

AgentParameters *agent_parameters_ref (AgentParameters *parameters);
void agent_parameters_unref (AgentParameters *parameters);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AgentParameters, agent_parameters_unref)

G_END_DECLS
