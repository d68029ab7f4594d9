/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent-security.h"

#include <gio/gio.h>
#include <sys/stat.h>

#include "muri-identity.h"
#include "muri-uuid.h"

/* Days before the end of a certificate that it is spoken of. */
#define WARN_BEFORE 30

G_GNUC_PRINTF (2, 3)
static gboolean
wrong (GError **error, const char *format, ...)
{
  va_list args;
  va_start (args, format);
  if (error != NULL)
    *error = g_error_new_valist (AGENT_CONFIG_ERROR, AGENT_CONFIG_ERROR_VALUE, format, args);
  va_end (args);
  return FALSE;
}

static gboolean
check_secret (const char *path, GError **error)
{
  struct stat st;
  if (stat (path, &st) == 0 && (st.st_mode & 077) != 0)
    return wrong (error,
                  "[security] key: other users of this host may read “%s”; make it its owner's "
                  "alone (chmod 600)",
                  path);
  return TRUE;
}

static const char *
advice (const GError *error)
{
  switch (error->code)
    {
    case MURI_IDENTITY_ERROR_EXPIRED:
    case MURI_IDENTITY_ERROR_EARLY:
      return "have a new one signed, or set this host's clock right";
    case MURI_IDENTITY_ERROR_FOREIGN:
      return "[security] authority must be the one that has signed it";
    case MURI_IDENTITY_ERROR_MISMATCH:
      return "[security] certificate and key must have been made together";
    default:
      return "docs/security.md says how such files are made";
    }
}

static void
warn_of_end (MuriIdentity *identity, const char *path)
{
  const gint64 left = muri_identity_get_expiry (identity) - g_get_real_time () / G_USEC_PER_SEC;
  const gint64 days = left / (24 * 60 * 60);
  if (days < WARN_BEFORE)
    g_message ("The certificate “%s” expires in %d days; then nobody speaks with this host any "
               "more",
               path, (int)days);
}

gboolean
agent_security_check (const AgentConfig *config, const muri_v1_Uuid *node, GError **error)
{
  g_autoptr (MuriIdentity) identity = NULL;
  g_autoptr (GError) local = NULL;
  char text[MURI_UUID_TEXT];
  muri_v1_Uuid its;
  if (config->certificate == NULL)
    return TRUE;
  identity = muri_identity_load (config->certificate, config->key, config->authority, &local);
  if (identity == NULL)
    return wrong (error, "[security] %s; %s", local->message, advice (local));
  if (muri_identity_parse_name (muri_identity_get_name (identity), &its) != MURI_IDENTITY_NODE
      || !muri_uuid_equal (&its, node))
    return wrong (error,
                  "[security] certificate: “%s” is of “%s”, and this node is “node.%s”; have one "
                  "signed for that name",
                  config->certificate, muri_identity_get_name (identity),
                  muri_uuid_format (node, text));
  if (!check_secret (config->key, error))
    return FALSE;
  warn_of_end (identity, config->certificate);
  return TRUE;
}
