/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

#include "muri.h"

G_BEGIN_DECLS

/**
 * AgentParameters: what an operation says beside its verb, checked.
 * @group, @from, @to: (nullable): paths of groups
 * @grace: seconds; 0 without @power_off
 * @power_off: what did not shut down within @grace is powered off
 * @per_node: at most so many targets at once; 0 any number
 * @stop_after: with so many failures no more begin; 0 never
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
} AgentParameters;

#define AGENT_PARAMETERS_ERROR (agent_parameters_error_quark ())
GQuark agent_parameters_error_quark (void);

/* As they are kept and compared: "a{ss}", not floating. */
GVariant *agent_parameters_take (const dds_sequence_muri_v1_Parameter *parameters);

/* NULL: something is missing or not acceptable for @verb; the message says what, to a person. */
AgentParameters *agent_parameters_new (guint verb, GVariant *given, GError **error);
AgentParameters *agent_parameters_ref (AgentParameters *parameters);
void agent_parameters_unref (AgentParameters *parameters);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AgentParameters, agent_parameters_unref)

G_END_DECLS
