/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent-parameters-private.h"

#include <string.h>

#include "muri-group-path.h"
#include "muri-words.h"

#define GRACE_MAX 86400

G_DEFINE_QUARK (agent - parameters - error - quark, agent_parameters_error)

gboolean
agent_parameters_wrong (GError **error, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  if (error != NULL)
    *error = g_error_new_valist (AGENT_PARAMETERS_ERROR, 0, format, args);
  va_end (args);
  return FALSE;
}

GVariant *
agent_parameters_take (const dds_sequence_muri_v1_Parameter *parameters)
{
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a{ss}"));
  for (guint32 i = 0; i < parameters->_length; i++)
    g_variant_builder_add (&builder, "{ss}", parameters->_buffer[i].name,
                           parameters->_buffer[i].value);
  return g_variant_ref_sink (g_variant_builder_end (&builder));
}

static gboolean
check_once (GVariant *given, GError **error)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  GVariantIter iter;
  const char *name;

  g_variant_iter_init (&iter, given);
  while (g_variant_iter_next (&iter, "{&s&s}", &name, NULL))
    if (!g_hash_table_add (seen, (gpointer)name))
      return wrong (error, "its parameter “%s” is given twice", name);
  return TRUE;
}

gboolean
agent_parameters_get_text (GVariant *given, const char *name, const char **text, GError **error)
{
  if (!g_variant_lookup (given, name, "&s", text))
    return wrong (error, "its parameter “%s” is missing", name);
  return TRUE;
}

static gboolean
get_path (GVariant *given, const char *name, char **path, GError **error)
{
  g_autoptr (GError) local = NULL;
  const char *text;

  if (!get_text (given, name, &text, error))
    return FALSE;
  if (!muri_group_path_check (text, &local))
    return wrong (error, "its parameter “%s” is no group: %s", name, local->message);
  *path = g_strdup (text);
  return TRUE;
}

gboolean
agent_parameters_get_number (GVariant *given, const char *name, gint64 low, gint64 high,
                             gint64 *number, GError **error)
{
  const char *text;

  if (!g_variant_lookup (given, name, "&s", &text)
      || g_ascii_string_to_signed (text, 10, low, high, number, NULL))
    return TRUE;
  return wrong (error,
                "its parameter “%s” is “%.60s”, not a number from %" G_GINT64_FORMAT
                " to %" G_GINT64_FORMAT,
                name, text, low, high);
}

static gboolean
read_membership (AgentParameters *parameters, GVariant *given, GError **error)
{
  gint64 order = 0, delay = 0;

  if (!get_path (given, MURI_PARAMETER_GROUP, &parameters->group, error)
      || !get_number (given, MURI_PARAMETER_ORDER, G_MININT32, G_MAXINT32, &order, error)
      || !get_number (given, MURI_PARAMETER_DELAY, 0, MURI_START_DELAY_MAX, &delay, error))
    return FALSE;
  parameters->order = (gint32)order;
  parameters->delay = (guint32)delay;
  return TRUE;
}

static gboolean
read_move (AgentParameters *parameters, GVariant *given, GError **error)
{
  g_autoptr (GError) local = NULL;
  gint64 only = 0;

  if (!get_path (given, MURI_PARAMETER_FROM, &parameters->from, error)
      || !get_path (given, MURI_PARAMETER_TO, &parameters->to, error)
      || !get_number (given, MURI_PARAMETER_ONLY, 0, 1, &only, error))
    return FALSE;
  parameters->only = only != 0;
  if (!parameters->only && !muri_group_path_can_move (parameters->from, parameters->to, &local))
    return wrong (error, "the group cannot be moved: %s", local->message);
  return TRUE;
}

static gboolean
read_mac (AgentParameters *parameters, GVariant *given, GError **error)
{
  const char *text;
  gboolean good;

  if (!get_text (given, MURI_PARAMETER_MAC, &text, error))
    return FALSE;
  good = strlen (text) == 17;
  for (guint i = 0; good && i < 6; i++)
    {
      const char *at = text + 3 * i;

      good = g_ascii_isxdigit (at[0]) && g_ascii_isxdigit (at[1]) && at[2] == (i < 5 ? ':' : '\0');
      parameters->mac_bytes[i] =
          good ? (guint8)(g_ascii_xdigit_value (at[0]) << 4 | g_ascii_xdigit_value (at[1])) : 0;
    }
  if (!good)
    return wrong (error,
                  "its parameter “" MURI_PARAMETER_MAC "” is “%.60s”, not an address like %s", text,
                  "52:54:00:12:34:56");
  parameters->mac = g_strdup (text);
  return TRUE;
}

static gboolean
read_shutdown (AgentParameters *parameters, GVariant *given, GError **error)
{
  const char *then;
  gint64 grace = 0;

  if (!g_variant_lookup (given, MURI_PARAMETER_THEN, "&s", &then))
    return TRUE;
  if (strcmp (then, MURI_THEN_POWER_OFF) != 0)
    return wrong (
        error, "its parameter “" MURI_PARAMETER_THEN "” is “%.60s”, not “" MURI_THEN_POWER_OFF "”",
        then);
  if (!get_number (given, MURI_PARAMETER_GRACE, 1, GRACE_MAX, &grace, error))
    return FALSE;
  if (grace == 0)
    return wrong (error, "its parameter “" MURI_PARAMETER_GRACE "” is missing");
  parameters->grace = (guint)grace;
  parameters->power_off = TRUE;
  return TRUE;
}

static gboolean
read_pace (AgentParameters *parameters, GVariant *given, GError **error)
{
  gint64 per_node = 0, stop_after = 0;

  if (!get_number (given, MURI_PARAMETER_PER_NODE, 1, MURI_OPERATION_TARGETS_MAX, &per_node, error)
      || !get_number (given, MURI_PARAMETER_STOP_AFTER, 1, MURI_OPERATION_TARGETS_MAX, &stop_after,
                      error))
    return FALSE;
  parameters->per_node = (guint)per_node;
  parameters->stop_after = (guint)stop_after;
  return TRUE;
}

static gboolean
read_of_verb (AgentParameters *parameters, guint verb, GVariant *given, GError **error)
{
  switch (verb)
    {
    case MURI_VERB_SHUTDOWN:
      return read_shutdown (parameters, given, error);
    case MURI_VERB_JOIN_GROUP:
      return read_membership (parameters, given, error);
    case MURI_VERB_LEAVE_GROUP:
      return get_path (given, MURI_PARAMETER_GROUP, &parameters->group, error);
    case MURI_VERB_MOVE_GROUP:
      return read_move (parameters, given, error);
    case MURI_VERB_WAKE:
      return read_mac (parameters, given, error);
    case MURI_VERB_CLONE:
      return agent_parameters_read_clone (parameters, given, error);
    case MURI_VERB_DELETE:
      return agent_parameters_read_delete (parameters, given, error);
    case MURI_VERB_RESIZE:
      return agent_parameters_read_resize (parameters, given, error);
    case MURI_VERB_MAKE_TEMPLATE:
    case MURI_VERB_RECEIVE_TEMPLATE:
    case MURI_VERB_FETCH_TEMPLATE:
    case MURI_VERB_CHANGE_TEMPLATE:
    case MURI_VERB_DELETE_TEMPLATE:
    case MURI_VERB_GENERALISE_TEMPLATE:
      return agent_parameters_read_of_template (parameters, verb, given, error);
    default:
      return TRUE;
    }
}

AgentParameters *
agent_parameters_new (guint verb, GVariant *given, GError **error)
{
  g_autoptr (AgentParameters) parameters = g_atomic_rc_box_new0 (AgentParameters);

  if (!check_once (given, error) || !read_pace (parameters, given, error)
      || !read_of_verb (parameters, verb, given, error))
    return NULL;
  return g_steal_pointer (&parameters);
}

AgentParameters *
agent_parameters_ref (AgentParameters *parameters)
{
  return g_atomic_rc_box_acquire (parameters);
}

static void
clear (gpointer data)
{
  AgentParameters *parameters = data;

  g_free (parameters->group);
  g_free (parameters->from);
  g_free (parameters->to);
  g_free (parameters->mac);
  g_free (parameters->sources);
  g_free (parameters->ssh_key);
  g_free (parameters->network);
  g_strfreev (parameters->groups);
  g_strfreev (parameters->volumes);
  g_free (parameters->name);
  g_free (parameters->os);
  g_free (parameters->url);
  g_free (parameters->format);
  g_free (parameters->machine);
}

void
agent_parameters_unref (AgentParameters *parameters)
{
  g_atomic_rc_box_release_full (parameters, clear);
}
