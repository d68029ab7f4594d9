/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "agent-parameters.h"

G_BEGIN_DECLS

/*
 * What the readers of parameters share. All return FALSE with an error in words for a person.
 */

#define wrong agent_parameters_wrong
#define get_text agent_parameters_get_text
#define get_number agent_parameters_get_number

gboolean agent_parameters_wrong (GError **error, const char *format, ...) G_GNUC_PRINTF (2, 3);

/* One that must be given. */
gboolean
agent_parameters_get_text (GVariant *given, const char *name, const char **text, GError **error);

/* Where it is not given, @number stays as it is. */
gboolean agent_parameters_get_number (GVariant *given, const char *name, gint64 low, gint64 high,
                                      gint64 *number, GError **error);

/* Of agent-parameters-life.c. */
gboolean
agent_parameters_read_template (AgentParameters *parameters, GVariant *given, GError **error);
gboolean
agent_parameters_read_sources (AgentParameters *parameters, GVariant *given, GError **error);
gboolean agent_parameters_read_clone (AgentParameters *parameters, GVariant *given, GError **error);
gboolean
agent_parameters_read_delete (AgentParameters *parameters, GVariant *given, GError **error);
gboolean
agent_parameters_read_resize (AgentParameters *parameters, GVariant *given, GError **error);

/* Of agent-parameters-template.c. */
gboolean agent_parameters_read_of_template (AgentParameters *parameters, guint verb,
                                            GVariant *given, GError **error);

G_END_DECLS
