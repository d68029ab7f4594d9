/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "http-rights.h"

#include <string.h>

#include "http-server.h"
#include "http-upload.h"
#include "muri-uuid.h"

/* What is asked for. */
typedef enum
{
  RIGHT_HISTORY = 1 << 0,
  RIGHT_FACTS = 1 << 1,  /* of a template, and how it is cut into chunks */
  RIGHT_IMAGE = 1 << 2,  /* its data */
  RIGHT_UPLOAD = 1 << 3, /* what was announced */
} Right;

/* The table of docs/security.md. */
static const guint rights[] = {
  [MURI_IDENTITY_UNKNOWN] = 0,
  [MURI_IDENTITY_NODE] = RIGHT_FACTS | RIGHT_IMAGE,
  [MURI_IDENTITY_OPERATOR] = RIGHT_HISTORY | RIGHT_FACTS | RIGHT_IMAGE | RIGHT_UPLOAD,
  [MURI_IDENTITY_VIEWER] = RIGHT_HISTORY | RIGHT_FACTS,
};

static gboolean
is_template (const char *path)
{
  return g_str_has_prefix (path, HTTP_TEMPLATES_PATH "/");
}

static Right
right_for (SoupServerMessage *message, const char *path)
{
  const char *id = path + strlen (HTTP_TEMPLATES_PATH "/");
  const char *resource;
  if (!is_template (path))
    return RIGHT_HISTORY;
  resource = strlen (id) >= MURI_UUID_TEXT - 1 ? id + MURI_UUID_TEXT - 1 : "";
  if (soup_server_message_get_method (message) == SOUP_METHOD_PUT
      || strcmp (resource, HTTP_UPLOAD_SUFFIX) == 0)
    return RIGHT_UPLOAD;
  return g_str_has_prefix (resource, "/image") || g_str_has_prefix (resource, "/chunks/")
             ? RIGHT_IMAGE
             : RIGHT_FACTS;
}

static void
refuse (SoupServerMessage *message, const char *format, const char *name)
{
  g_autofree char *text = g_strdup_printf (format, name);
  soup_server_message_set_response (message, "text/plain; charset=utf-8", SOUP_MEMORY_COPY, text,
                                    strlen (text));
  soup_server_message_set_status (message, SOUP_STATUS_FORBIDDEN, NULL);
}

gboolean
http_rights_check (HttpService *service, SoupServerMessage *message, const char *path)
{
  const char *name = NULL;
  if (service->identity == NULL)
    {
      if (!is_template (path)
          || http_network_is_near (service->network,
                                   soup_server_message_get_remote_address (message)))
        return TRUE;
      refuse (message, "Without security templates are for the networks of this host.\n", NULL);
      return FALSE;
    }
  name = http_callers_get_name (service->callers, message);
  if (name != NULL
      && (rights[muri_identity_parse_name (name, NULL)] & right_for (message, path)) != 0)
    return TRUE;
  refuse (message, "The certificate of %s does not give that right.\n",
          name != NULL ? name : "nobody");
  return FALSE;
}
