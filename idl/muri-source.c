/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-source.h"

#include <string.h>

#include "muri-uuid.h"

/**
 * muri_source_parse:
 * @text: a host that serves templates: "10.0.0.1:41234" or "[fe80::1]:41234"; where it speaks TLS,
 *   its node and a "@" before it
 * @node: (out): that node; zeros: it speaks without TLS
 *
 * Who it is has to be known before it is asked, since its certificate names the node and no
 * address.
 *
 * Returns: (nullable): within @text, what follows; whether that is an address, the caller finds
 *   out. %NULL: what stands before the "@" is no node
 */
const char *
muri_source_parse (const char *text, muri_v1_Uuid *node)
{
  const char *at = strchr (text, '@');
  char uuid[MURI_UUID_TEXT];

  *node = (muri_v1_Uuid){ 0 };
  if (at == NULL)
    return text;
  if (at - text != MURI_UUID_TEXT - 1)
    return NULL;
  g_strlcpy (uuid, text, sizeof uuid);
  return muri_uuid_parse (uuid, node) && !muri_uuid_is_zero (node) ? at + 1 : NULL;
}

/**
 * muri_source_format:
 * @node: (nullable): who it is, if it speaks TLS
 * @address: an IP address
 * @port: of its HTTP service
 *
 * Returns: (transfer full): as muri_source_parse() takes it
 */
char *
muri_source_format (const muri_v1_Uuid *node, const char *address, guint port)
{
  gboolean v6 = strchr (address, ':') != NULL;
  char uuid[MURI_UUID_TEXT] = "";

  if (node != NULL)
    muri_uuid_format (node, uuid);
  return g_strdup_printf ("%s%s%s%s%s:%u", uuid, node != NULL ? "@" : "", v6 ? "[" : "", address,
                          v6 ? "]" : "", port);
}
