/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "http-metalink.h"

#include <string.h>

#include "http-server.h"
#include "muri-source.h"
#include "muri-uuid.h"

static void
add_url (GString *text, const char *scheme, const char *host, const char *id, guint priority)
{
  g_autofree char *line = g_markup_printf_escaped (
      "    <url priority=\"%u\">%s://%s" HTTP_TEMPLATES_PATH "/%s/image</url>\n", priority, scheme,
      host, id);
  g_string_append (text, line);
}

static void
add_pieces (GString *text, const AgentChunkMap *map)
{
  g_string_append_printf (text, "    <pieces length=\"%u\" type=\"sha-256\">\n", AGENT_CHUNK_SIZE);
  for (guint i = 0; i < map->n_chunks; i++)
    {
      g_autofree char *hash = agent_sha256_to_text (agent_chunk_map_get_hash (map, i));
      g_string_append_printf (text, "      <hash>%s</hash>\n", hash);
    }
  g_string_append (text, "    </pieces>\n");
}

static gboolean
is_known (const AgentChunkMap *map)
{
  static const guint8 unknown[AGENT_SHA256_SIZE];
  return memcmp (map->sha256, unknown, sizeof unknown) != 0;
}

GBytes *
http_metalink_format (const muri_v1_Uuid *id, const AgentChunkMap *map, const char *scheme,
                      const char *host, const char *sources)
{
  char uuid[MURI_UUID_TEXT];
  g_auto (GStrv) others = g_strsplit (sources != NULL ? sources : "", ", ", -1);
  GString *text = g_string_new ("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                                "<metalink xmlns=\"urn:ietf:params:xml:ns:metalink\">\n"
                                "  <generator>Muri</generator>\n");
  muri_uuid_format (id, uuid);
  g_string_append_printf (
      text, "  <file name=\"muri-%s.qcow2\">\n    <size>%" G_GUINT64_FORMAT "</size>\n", uuid,
      map->size);
  if (is_known (map))
    {
      g_autofree char *hash = agent_sha256_to_text (map->sha256);
      g_string_append_printf (text, "    <hash type=\"sha-256\">%s</hash>\n", hash);
    }
  add_pieces (text, map);
  add_url (text, scheme, host, uuid, 1);
  for (guint i = 0; others[i] != NULL; i++)
    {
      muri_v1_Uuid node;
      add_url (text, scheme, muri_source_parse (others[i], &node), uuid, 2);
    }
  g_string_append (text, "  </file>\n</metalink>\n");
  return g_string_free_to_bytes (text);
}
