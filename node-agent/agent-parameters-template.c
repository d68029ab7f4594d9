/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Parameters of what makes, changes and deletes templates. */
#include "agent-parameters-private.h"

#include <string.h>

#include "agent-image.h"
#include "agent-template.h"
#include "muri-uuid.h"
#include "muri-words.h"

#define NAME_MAX_BYTES 255
#define OS_MAX_BYTES 127
#define URL_MAX_BYTES 1023
#define MACHINE_MAX_BYTES 63
#define VCPUS_MAX 4096
#define MEMORY_MAX (G_GINT64_CONSTANT (1) << 40) /* KiB */
#define SIZE_MAX_BYTES (G_GINT64_CONSTANT (1) << 50)

/* One line of text. */
static gboolean
read_line (GVariant *given, const char *name, gsize most, char **value, GError **error)
{
  const char *text;

  if (!g_variant_lookup (given, name, "&s", &text))
    return TRUE;
  for (const char *c = text; *c != '\0'; c = g_utf8_next_char (c))
    if (g_unichar_iscntrl (g_utf8_get_char (c)))
      return wrong (error, "its parameter “%s” has characters that nobody can read", name);
  if (strlen (text) > most)
    return wrong (error, "its parameter “%s” is longer than %" G_GSIZE_FORMAT " bytes", name, most);
  *value = g_strstrip (g_strdup (text));
  return TRUE;
}

static gboolean
read_name (AgentParameters *parameters, GVariant *given, gboolean needed, GError **error)
{
  if (!read_line (given, MURI_PARAMETER_NAME, NAME_MAX_BYTES, &parameters->name, error))
    return FALSE;
  if (parameters->name == NULL ? needed : parameters->name[0] == '\0')
    return wrong (error, "the template is given no name");
  return TRUE;
}

static gboolean
read_format (AgentParameters *parameters, GVariant *given, GError **error)
{
  const char *text;

  if (!get_text (given, MURI_PARAMETER_FORMAT, &text, error))
    return FALSE;
  if (!agent_image_knows (text))
    return wrong (error,
                  "its parameter “" MURI_PARAMETER_FORMAT "” is “%.60s”; taken are qcow2, raw, "
                  "vmdk and vhdx",
                  text);
  parameters->format = g_strdup (text);
  return TRUE;
}

static gboolean
read_checksum (AgentParameters *parameters, GVariant *given, gboolean needed, GError **error)
{
  const char *text;

  if (!g_variant_lookup (given, MURI_PARAMETER_SHA256, "&s", &text))
    return needed ? wrong (error, "its parameter “" MURI_PARAMETER_SHA256 "” is missing") : TRUE;
  parameters->has_sha256 = agent_template_parse_checksum (text, parameters->sha256);
  if (!parameters->has_sha256)
    return wrong (error,
                  "its parameter “" MURI_PARAMETER_SHA256 "” is “%.80s”, not 64 hexadecimal digits",
                  text);
  return TRUE;
}

/* The name of a file, but nothing of where it is. */
static gboolean
read_machine (AgentParameters *parameters, GVariant *given, GError **error)
{
  const char *text;

  if (!g_variant_lookup (given, MURI_PARAMETER_MACHINE, "&s", &text))
    return TRUE;
  if (*text == '\0' || strlen (text) > MACHINE_MAX_BYTES
      || strspn (text, "abcdefghijklmnopqrstuvwxyz0123456789-") != strlen (text))
    return wrong (error,
                  "its parameter “" MURI_PARAMETER_MACHINE "” is “%.60s”, not the name of a "
                  "description",
                  text);
  parameters->machine = g_strdup (text);
  return TRUE;
}

static gboolean
read_amount (GVariant *given, const char *name, gint64 high, AgentAmount *amount, GError **error)
{
  if (!get_number (given, name, 1, high, &amount->value, error))
    return FALSE;
  amount->given = amount->value > 0;
  return TRUE;
}

/* What may be said of it at any time. */
static gboolean
read_facts (AgentParameters *parameters, GVariant *given, GError **error)
{
  gint64 least = -1;

  if (!read_line (given, MURI_PARAMETER_OS, OS_MAX_BYTES, &parameters->os, error)
      || !read_amount (given, MURI_PARAMETER_VCPUS, VCPUS_MAX, &parameters->vcpus, error)
      || !read_amount (given, MURI_PARAMETER_MEMORY, MEMORY_MAX, &parameters->memory, error)
      || !get_number (given, MURI_PARAMETER_MEMORY_MIN, 0, MEMORY_MAX, &least, error))
    return FALSE;
  parameters->has_memory_min = least >= 0;
  parameters->memory_min = MAX (least, 0);
  return TRUE;
}

static gboolean
read_receive (AgentParameters *parameters, GVariant *given, GError **error)
{
  gint64 size = 0;

  if (!read_name (parameters, given, TRUE, error) || !read_format (parameters, given, error)
      || !read_checksum (parameters, given, TRUE, error) || !read_machine (parameters, given, error)
      || !get_number (given, MURI_PARAMETER_SIZE, 1, SIZE_MAX_BYTES, &size, error))
    return FALSE;
  if (size == 0)
    return wrong (error, "its parameter “" MURI_PARAMETER_SIZE "” is missing");
  parameters->size = size;
  return TRUE;
}

/* Of another holder everything is known there. */
static gboolean
read_fetch (AgentParameters *parameters, GVariant *given, GError **error)
{
  if (!read_line (given, MURI_PARAMETER_URL, URL_MAX_BYTES, &parameters->url, error))
    return FALSE;
  if (parameters->url == NULL)
    return agent_parameters_read_sources (parameters, given, error)
           && read_checksum (parameters, given, FALSE, error);
  if (!g_str_has_prefix (parameters->url, "http://")
      && !g_str_has_prefix (parameters->url, "https://"))
    return wrong (error, "its parameter “" MURI_PARAMETER_URL "” is no http or https address");
  return read_name (parameters, given, TRUE, error) && read_format (parameters, given, error)
         && read_checksum (parameters, given, FALSE, error)
         && read_machine (parameters, given, error);
}

static gboolean
read_generalise (AgentParameters *parameters, GVariant *given, GError **error)
{
  gint64 replace = 0;
  const char *text;

  if (!get_text (given, MURI_PARAMETER_INTO, &text, error)
      || !read_name (parameters, given, FALSE, error)
      || !get_number (given, MURI_PARAMETER_REPLACE, 0, 1, &replace, error))
    return FALSE;
  if (!muri_uuid_parse (text, &parameters->into) || muri_uuid_is_zero (&parameters->into)
      || muri_uuid_equal (&parameters->into, &parameters->template_id))
    return wrong (
        error, "its parameter “" MURI_PARAMETER_INTO "” is “%.60s”, not a UUID of its own", text);
  parameters->replace = replace != 0;
  return TRUE;
}

gboolean
agent_parameters_read_of_template (AgentParameters *parameters, guint verb, GVariant *given,
                                   GError **error)
{
  if (!agent_parameters_read_template (parameters, given, error)
      || !read_facts (parameters, given, error))
    return FALSE;
  switch (verb)
    {
    case MURI_VERB_MAKE_TEMPLATE:
      return read_name (parameters, given, TRUE, error);
    case MURI_VERB_RECEIVE_TEMPLATE:
      return read_receive (parameters, given, error);
    case MURI_VERB_FETCH_TEMPLATE:
      return read_fetch (parameters, given, error);
    case MURI_VERB_CHANGE_TEMPLATE:
      return read_name (parameters, given, FALSE, error);
    case MURI_VERB_GENERALISE_TEMPLATE:
      return read_generalise (parameters, given, error);
    default:
      return TRUE;
    }
}
