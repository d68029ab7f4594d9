/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent-sha256.h"

#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <string.h>

/* Nothing asked of it can fail but for memory, as in all of GLib. */
struct _AgentSha256
{
  gnutls_hash_hd_t handle;
};

AgentSha256 *
agent_sha256_new (void)
{
  AgentSha256 *sha256 = g_new0 (AgentSha256, 1);
  if (gnutls_hash_init (&sha256->handle, GNUTLS_DIG_SHA256) != 0)
    g_error ("SHA-256 is not to be had");
  return sha256;
}

void
agent_sha256_update (AgentSha256 *sha256, gconstpointer data, gsize length)
{
  if (gnutls_hash (sha256->handle, data, length) != 0)
    g_error ("SHA-256 failed");
}

void
agent_sha256_take (AgentSha256 *sha256, guint8 digest[AGENT_SHA256_SIZE])
{
  gnutls_hash_output (sha256->handle, digest);
}

void
agent_sha256_free (AgentSha256 *sha256)
{
  gnutls_hash_deinit (sha256->handle, NULL);
  g_free (sha256);
}

void
agent_sha256_of (gconstpointer data, gsize length, guint8 digest[AGENT_SHA256_SIZE])
{
  if (gnutls_hash_fast (GNUTLS_DIG_SHA256, data, length, digest) != 0)
    g_error ("SHA-256 failed");
}

char *
agent_sha256_to_text (const guint8 digest[AGENT_SHA256_SIZE])
{
  GString *text = g_string_sized_new (2 * AGENT_SHA256_SIZE + 1);
  for (guint i = 0; i < AGENT_SHA256_SIZE; i++)
    g_string_append_printf (text, "%02x", digest[i]);
  return g_string_free (text, FALSE);
}

gboolean
agent_sha256_parse (const char *text, guint8 digest[AGENT_SHA256_SIZE])
{
  if (text == NULL || strlen (text) != 2 * AGENT_SHA256_SIZE)
    return FALSE;
  for (guint i = 0; i < 2 * AGENT_SHA256_SIZE; i++)
    if (!g_ascii_isxdigit (text[i]))
      return FALSE;
  for (guint i = 0; i < AGENT_SHA256_SIZE; i++)
    digest[i] =
        (guint8)(g_ascii_xdigit_value (text[2 * i]) << 4 | g_ascii_xdigit_value (text[2 * i + 1]));
  return TRUE;
}
