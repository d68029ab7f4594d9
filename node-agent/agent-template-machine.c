/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Descriptions of machines for images that come without one. */
#include "agent-template-xml.h"

#include <gio/gio.h>

#include "agent-store.h"
#include "muri-agent-resources.h"
#include "muri-config.h"

#define RESOURCES "/io/github/muri/agent/templates"

char *
agent_template_machine_load (const char *name, GError **error)
{
  g_autofree char *file = g_strconcat (name, ".xml", NULL);
  g_autofree char *path = g_build_filename (MURI_SYSCONFDIR, "muri", "templates", file, NULL);
  g_autofree char *resource = g_build_path ("/", RESOURCES, file, NULL);
  g_autoptr (GBytes) bytes = NULL;
  char *text = NULL;
  if (g_file_get_contents (path, &text, NULL, NULL))
    return text;
  bytes = g_resource_lookup_data (muri_agent_get_resource (), resource,
                                  G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
  if (bytes != NULL)
    return g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  g_set_error (error, AGENT_STORE_ERROR, AGENT_STORE_ERROR_REFUSED,
               "there is no description “%s” of a machine, neither here nor in %s", name, path);
  return NULL;
}
