/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Parameters of what makes, changes and deletes VMs. */
#include "agent-parameters-private.h"

#include <string.h>

#include "muri-group-path.h"
#include "muri-source.h"
#include "muri-uuid.h"
#include "muri-words.h"

#define NAME_MAX_BYTES 200 /* with what is put behind it, still a file's */
#define NETWORK_MAX_BYTES 255
#define GROUPS_MAX 64
#define READY_MAX 86400
#define VCPUS_MAX 4096
#define MEMORY_MIN 1024                          /* KiB */
#define MEMORY_MAX (G_GINT64_CONSTANT (1) << 40) /* KiB */
#define DISK_MIN (G_GINT64_CONSTANT (1) << 20)   /* bytes */
#define DISK_MAX (G_GINT64_CONSTANT (1) << 50)   /* bytes */
#define PERCENT_MAX 10000

static gboolean
has_control (const char *text)
{
  for (const char *c = text; *c != '\0'; c = g_utf8_next_char (c))
    if (g_unichar_iscntrl (g_utf8_get_char (c)))
      return TRUE;
  return FALSE;
}

gboolean
agent_parameters_check_name (const char *name, GError **error)
{
  if (name == NULL || *name == '\0')
    return wrong (error, "it is given no name");
  if (!g_utf8_validate (name, -1, NULL) || has_control (name) || strchr (name, '/') != NULL
      || *name == '.' || *name == '-' || g_ascii_isspace (*name)
      || g_ascii_isspace (name[strlen (name) - 1]))
    return wrong (error, "“%.60s” is no name for a VM", name);
  if (strlen (name) > NAME_MAX_BYTES)
    return wrong (error, "its name is longer than %d bytes", NAME_MAX_BYTES);
  return TRUE;
}

gboolean
agent_parameters_read_template (AgentParameters *parameters, GVariant *given, GError **error)
{
  const char *text;

  if (!get_text (given, MURI_PARAMETER_TEMPLATE, &text, error))
    return FALSE;
  if (muri_uuid_parse (text, &parameters->template_id)
      && !muri_uuid_is_zero (&parameters->template_id))
    return TRUE;
  return wrong (error, "its parameter “" MURI_PARAMETER_TEMPLATE "” is “%.60s”, not a UUID", text);
}

/* "address:port"; an IPv6 address stands in brackets. */
static gboolean
is_source (const char *source)
{
  muri_v1_Uuid node;
  const char *text = muri_source_parse (source, &node);
  const char *colon = text != NULL ? strrchr (text, ':') : NULL;
  g_autofree char *address = colon != NULL ? g_strndup (text, colon - text) : NULL;
  gsize length = address != NULL ? strlen (address) : 0;
  guint64 port;

  if (length < 2 || !g_ascii_string_to_unsigned (colon + 1, 10, 1, G_MAXUINT16, &port, NULL))
    return FALSE;
  if (address[0] != '[')
    return strchr (address, ':') == NULL && g_hostname_is_ip_address (address);
  if (address[length - 1] != ']')
    return FALSE;
  address[length - 1] = '\0';
  return g_hostname_is_ip_address (address + 1);
}

gboolean
agent_parameters_read_sources (AgentParameters *parameters, GVariant *given, GError **error)
{
  g_auto (GStrv) sources = NULL;
  const char *text;

  if (!g_variant_lookup (given, MURI_PARAMETER_SOURCES, "&s", &text) || *text == '\0')
    return TRUE;
  sources = g_strsplit (text, " ", -1);
  for (guint i = 0; sources[i] != NULL; i++)
    if (!is_source (sources[i]))
      return wrong (error,
                    "its parameter “" MURI_PARAMETER_SOURCES "” has “%.60s”, not an address like "
                    "10.0.0.1:8080",
                    sources[i]);
  parameters->sources = g_strdup (text);
  return TRUE;
}

static gboolean
get_flag (GVariant *given, const char *name, gboolean *flag, GError **error)
{
  gint64 number = 0;

  if (!get_number (given, name, 0, 1, &number, error))
    return FALSE;
  *flag = number != 0;
  return TRUE;
}

/* One line as authorized_keys has it: a type, the key, maybe words. */
static gboolean
is_ssh_key (const char *text)
{
  g_auto (GStrv) words = g_strsplit (text, " ", 3);
  const char *key = words[0] != NULL ? words[1] : NULL;

  if (key == NULL || strlen (key) < 16 || has_control (text)
      || !(g_str_has_prefix (text, "ssh-") || g_str_has_prefix (text, "ecdsa-sha2-")
           || g_str_has_prefix (text, "sk-")))
    return FALSE;
  return strspn (key, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=")
         == strlen (key);
}

static gboolean
read_words (AgentParameters *parameters, GVariant *given, GError **error)
{
  const char *text;

  if (g_variant_lookup (given, MURI_PARAMETER_SSH_KEY, "&s", &text))
    {
      if (!is_ssh_key (text))
        return wrong (error, "its parameter “" MURI_PARAMETER_SSH_KEY "” is no public key");
      parameters->ssh_key = g_strdup (text);
    }
  if (g_variant_lookup (given, MURI_PARAMETER_NETWORK, "&s", &text))
    {
      if (*text == '\0' || has_control (text) || strchr (text, '/') != NULL
          || strlen (text) > NETWORK_MAX_BYTES)
        return wrong (error, "its parameter “" MURI_PARAMETER_NETWORK "” is no network's name");
      parameters->network = g_strdup (text);
    }
  return TRUE;
}

static gboolean
read_groups (AgentParameters *parameters, GVariant *given, GError **error)
{
  g_auto (GStrv) groups = NULL;
  const char *text;

  if (!g_variant_lookup (given, MURI_PARAMETER_GROUPS, "&s", &text) || *text == '\0')
    return TRUE;
  groups = g_strsplit (text, "\n", -1);
  for (guint i = 0; groups[i] != NULL; i++)
    {
      g_autoptr (GError) local = NULL;

      if (i >= GROUPS_MAX)
        return wrong (error, "it names more than %d groups", GROUPS_MAX);
      if (!muri_group_path_check (groups[i], &local))
        return wrong (error, "its parameter “" MURI_PARAMETER_GROUPS "” has no group: %s",
                      local->message);
      for (guint j = 0; j < i; j++)
        if (strcmp (groups[i], groups[j]) == 0)
          return wrong (error, "it names the group “%s” twice", groups[i]);
    }
  parameters->groups = g_steal_pointer (&groups);
  return TRUE;
}

/* "4"; where that makes sense also "+1", "-1", "+25%", "-25%". */
static gboolean
get_amount (GVariant *given, const char *name, gint64 low, gint64 high, gboolean may_change,
            AgentAmount *amount, GError **error)
{
  g_autofree char *digits = NULL;
  const char *text;
  gsize length;

  if (!g_variant_lookup (given, name, "&s", &text))
    return TRUE;
  amount->given = TRUE;
  amount->relative = *text == '+' || *text == '-';
  length = strlen (text);
  amount->percent = amount->relative && length > 1 && text[length - 1] == '%';
  digits = g_strndup (text + amount->relative, length - amount->relative - amount->percent);
  if (amount->relative)
    low = 1;
  if (amount->percent)
    high = PERCENT_MAX;
  if ((amount->relative && !may_change)
      || !g_ascii_string_to_signed (digits, 10, low, high, &amount->value, NULL) || *digits == '+'
      || *digits == '-')
    return wrong (error, "its parameter “%s” is “%.60s”, not a number%s", name, text,
                  may_change ? ", or a change of one" : "");
  if (*text == '-')
    amount->value = -amount->value;
  return TRUE;
}

gboolean
agent_parameters_read_clone (AgentParameters *parameters, GVariant *given, GError **error)
{
  gint64 disk = 0, ready = 0;

  if (!agent_parameters_read_template (parameters, given, error)
      || !agent_parameters_read_sources (parameters, given, error)
      || !get_flag (given, MURI_PARAMETER_LINKED, &parameters->linked, error)
      || !get_flag (given, MURI_PARAMETER_START, &parameters->start, error)
      || !get_flag (given, MURI_PARAMETER_SEED, &parameters->seed, error)
      || !read_words (parameters, given, error) || !read_groups (parameters, given, error)
      || !get_number (given, MURI_PARAMETER_DISK, DISK_MIN, DISK_MAX, &disk, error)
      || !get_number (given, MURI_PARAMETER_READY, 1, READY_MAX, &ready, error)
      || !get_amount (given, MURI_PARAMETER_VCPUS, 1, VCPUS_MAX, FALSE, &parameters->vcpus, error)
      || !get_amount (given, MURI_PARAMETER_MEMORY, MEMORY_MIN, MEMORY_MAX, FALSE,
                      &parameters->memory, error))
    return FALSE;
  if (ready > 0 && !parameters->start)
    return wrong (error, "it waits for guests that it does not start");
  if (parameters->ssh_key != NULL && !parameters->seed)
    return wrong (error, "it has a key and no seed to put it in");
  parameters->disk = (guint64)disk;
  parameters->ready = (guint)ready;
  return TRUE;
}

static gboolean
is_target (const char *text)
{
  gsize length = strlen (text);

  for (const char *c = text; *c != '\0'; c++)
    if (!g_ascii_isalnum (*c))
      return FALSE;
  return length > 0 && length < 32;
}

gboolean
agent_parameters_read_delete (AgentParameters *parameters, GVariant *given, GError **error)
{
  g_auto (GStrv) volumes = NULL;
  const char *text;

  if (!get_text (given, MURI_PARAMETER_VOLUMES, &text, error))
    return FALSE;
  if (strcmp (text, MURI_VOLUMES_NONE) == 0)
    return TRUE;
  parameters->all_volumes = strcmp (text, MURI_VOLUMES_ALL) == 0;
  if (parameters->all_volumes)
    return TRUE;
  volumes = g_strsplit (text, " ", -1);
  for (guint i = 0; volumes[i] != NULL; i++)
    if (!is_target (volumes[i]))
      return wrong (error, "its parameter “" MURI_PARAMETER_VOLUMES "” has “%.60s”, not a disk",
                    volumes[i]);
  if (volumes[0] == NULL)
    return wrong (error, "its parameter “" MURI_PARAMETER_VOLUMES "” is empty");
  parameters->volumes = g_steal_pointer (&volumes);
  return TRUE;
}

gboolean
agent_parameters_read_resize (AgentParameters *parameters, GVariant *given, GError **error)
{
  const char *when = MURI_WHEN_BOTH;

  if (!get_amount (given, MURI_PARAMETER_VCPUS, 1, VCPUS_MAX, TRUE, &parameters->vcpus, error)
      || !get_amount (given, MURI_PARAMETER_MEMORY, MEMORY_MIN, MEMORY_MAX, TRUE,
                      &parameters->memory, error))
    return FALSE;
  if (!parameters->vcpus.given && !parameters->memory.given)
    return wrong (error, "it names neither vCPUs nor memory");
  g_variant_lookup (given, MURI_PARAMETER_WHEN, "&s", &when);
  if (strcmp (when, MURI_WHEN_NOW) == 0)
    parameters->when = AGENT_WHEN_NOW;
  else if (strcmp (when, MURI_WHEN_NEXT) == 0)
    parameters->when = AGENT_WHEN_NEXT;
  else if (strcmp (when, MURI_WHEN_BOTH) == 0)
    parameters->when = AGENT_WHEN_NOW | AGENT_WHEN_NEXT;
  else
    return wrong (error, "its parameter “" MURI_PARAMETER_WHEN "” is “%.60s”", when);
  return TRUE;
}
