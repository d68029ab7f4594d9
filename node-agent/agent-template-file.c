/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is kept of a template: a key file, and its machine beside it. */
#include "agent-template.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>

#include "muri-uuid.h"
#include "muri-words.h"

#define GROUP "template"

/* What is written by hand is read too, but not without end. */
#define FILE_MAX (1024 * 1024)

static const struct
{
  const char *key;
  gsize offset;
  gsize max; /* bytes: as the wire has it */
} texts[] = {
  { "name", G_STRUCT_OFFSET (AgentTemplate, name), 255 },
  { "os", G_STRUCT_OFFSET (AgentTemplate, os), 127 },
  { "notes", G_STRUCT_OFFSET (AgentTemplate, notes), 1023 },
  { "origin", G_STRUCT_OFFSET (AgentTemplate, origin), 255 },
  { "format", G_STRUCT_OFFSET (AgentTemplate, format), 31 },
  { "arch", G_STRUCT_OFFSET (AgentTemplate, arch), 31 },
  { "machine", G_STRUCT_OFFSET (AgentTemplate, machine), 63 },
  { "error", G_STRUCT_OFFSET (AgentTemplate, error), 511 },
  { "generalised-note", G_STRUCT_OFFSET (AgentTemplate, generalised_note), 255 },
  { "pool", G_STRUCT_OFFSET (AgentTemplate, pool), 255 },
  { "volume", G_STRUCT_OFFSET (AgentTemplate, volume), 255 },
  { "path", G_STRUCT_OFFSET (AgentTemplate, path), 4000 },
};

static const struct
{
  const char *key;
  gsize offset;
  guint max;
} numbers[] = {
  { "state", G_STRUCT_OFFSET (AgentTemplate, state), MURI_TEMPLATE_STATE_BROKEN },
  { "firmware", G_STRUCT_OFFSET (AgentTemplate, firmware), MURI_FIRMWARE_UEFI },
  { "vcpus", G_STRUCT_OFFSET (AgentTemplate, vcpus), 65536 },
  { "generalised", G_STRUCT_OFFSET (AgentTemplate, generalised), MURI_GENERALISED_NO },
  { "host-bound", G_STRUCT_OFFSET (AgentTemplate, host_bound), 1 },
};

static const struct
{
  const char *key;
  gsize offset;
} sizes[] = {
  { "size", G_STRUCT_OFFSET (AgentTemplate, size) },
  { "allocation", G_STRUCT_OFFSET (AgentTemplate, allocation) },
  { "memory", G_STRUCT_OFFSET (AgentTemplate, memory) },
  { "memory-min", G_STRUCT_OFFSET (AgentTemplate, memory_min) },
};

static char *
path_of (const char *directory, const muri_v1_Uuid *id, const char *suffix)
{
  char uuid[MURI_UUID_TEXT];
  g_autofree char *name = g_strconcat (muri_uuid_format (id, uuid), suffix, NULL);
  return g_build_filename (directory, name, NULL);
}

static GKeyFile *
to_key_file (const AgentTemplate *template)
{
  GKeyFile *file = g_key_file_new ();
  char uuid[MURI_UUID_TEXT], checksum[65];
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    g_key_file_set_string (file, GROUP, texts[i].key,
                           G_STRUCT_MEMBER (char *, template, texts[i].offset));
  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    g_key_file_set_integer (file, GROUP, numbers[i].key,
                            G_STRUCT_MEMBER (guint, template, numbers[i].offset));
  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    g_key_file_set_uint64 (file, GROUP, sizes[i].key,
                           G_STRUCT_MEMBER (guint64, template, sizes[i].offset));
  g_key_file_set_int64 (file, GROUP, "created", template->created);
  if (!muri_uuid_is_zero (&template->parent))
    g_key_file_set_string (file, GROUP, "parent", muri_uuid_format (&template->parent, uuid));
  agent_template_format_checksum (template->sha256, checksum);
  if (agent_template_has_checksum (template))
    g_key_file_set_string (file, GROUP, "sha256", checksum);
  return file;
}

/* The key file comes last: with it the template is there. */
gboolean
agent_template_save (const AgentTemplate *template, const char *directory, GError **error)
{
  g_autofree char *ini = path_of (directory, &template->id, ".ini");
  g_autofree char *xml = path_of (directory, &template->id, ".xml");
  g_autoptr (GKeyFile) file = to_key_file (template);
  g_autofree char *text = g_key_file_to_data (file, NULL, NULL);
  const GFileSetContentsFlags flags = G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE;
  if (template->xml[0] != '\0'
      && !g_file_set_contents_full (xml, template->xml, -1, flags, 0600, error))
    return FALSE;
  return g_file_set_contents_full (ini, text, -1, flags, 0600, error);
}

static gboolean
wrong (GError **error, const char *key)
{
  g_set_error (error, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_INVALID_VALUE, "%s makes no sense", key);
  return FALSE;
}

static gboolean
from_key_file (AgentTemplate *template, GKeyFile *file, GError **error)
{
  g_autofree char *parent = g_key_file_get_string (file, GROUP, "parent", NULL);
  g_autofree char *checksum = g_key_file_get_string (file, GROUP, "sha256", NULL);
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autofree char *text = g_key_file_get_string (file, GROUP, texts[i].key, NULL);
      if (text != NULL && strlen (text) > texts[i].max)
        return wrong (error, texts[i].key);
      agent_template_set (&G_STRUCT_MEMBER (char *, template, texts[i].offset), text);
    }
  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    {
      int number = g_key_file_get_integer (file, GROUP, numbers[i].key, NULL);
      if (number < 0 || (guint)number > numbers[i].max)
        return wrong (error, numbers[i].key);
      G_STRUCT_MEMBER (guint, template, numbers[i].offset) = number;
    }
  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      guint64 size = g_key_file_get_uint64 (file, GROUP, sizes[i].key, NULL);
      if (size > G_MAXINT64)
        return wrong (error, sizes[i].key);
      G_STRUCT_MEMBER (guint64, template, sizes[i].offset) = size;
    }
  template->created = MAX (0, g_key_file_get_int64 (file, GROUP, "created", NULL));
  if (parent != NULL && !muri_uuid_parse (parent, &template->parent))
    return wrong (error, "parent");
  if (checksum != NULL && !agent_template_parse_checksum (checksum, template->sha256))
    return wrong (error, "sha256");
  return template->name[0] != '\0' ? TRUE : wrong (error, "name");
}

static gboolean
read_bounded (const char *path, char **text, GError **error)
{
  GStatBuf st;
  if (g_stat (path, &st) == 0 && st.st_size > FILE_MAX)
    {
      g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_INVAL, "%s is too large", path);
      return FALSE;
    }
  return g_file_get_contents (path, text, NULL, error);
}

AgentTemplate *
agent_template_parse (const muri_v1_Uuid *id, const char *text, GError **error)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autoptr (AgentTemplate) template = agent_template_new (id, MURI_TEMPLATE_STATE_UNKNOWN);
  if (!g_key_file_load_from_data (file, text, -1, G_KEY_FILE_NONE, error)
      || !from_key_file (template, file, error))
    return NULL;
  return g_steal_pointer (&template);
}

AgentTemplate *
agent_template_load (const char *directory, const muri_v1_Uuid *id, GError **error)
{
  g_autofree char *ini = path_of (directory, id, ".ini");
  g_autofree char *machine = path_of (directory, id, ".xml");
  g_autofree char *text = NULL, *xml = NULL;
  g_autoptr (AgentTemplate) template = NULL;
  if (!read_bounded (ini, &text, error)
      || (template = agent_template_parse (id, text, error)) == NULL)
    return NULL;
  if (read_bounded (machine, &xml, NULL) && g_utf8_validate (xml, -1, NULL))
    agent_template_set (&template->xml, xml);
  /* Also of one that was kept before this was written down. */
  template->host_bound |= strstr (template->xml, "<kernel>") != NULL;
  return g_steal_pointer (&template);
}

void
agent_template_erase (const char *directory, const muri_v1_Uuid *id)
{
  g_autofree char *ini = path_of (directory, id, ".ini");
  g_autofree char *xml = path_of (directory, id, ".xml");
  g_autofree char *chunks = path_of (directory, id, ".chunks");
  g_unlink (ini);
  g_unlink (xml);
  g_unlink (chunks);
}

GArray *
agent_template_list (const char *directory)
{
  GArray *list = g_array_new (FALSE, FALSE, sizeof (muri_v1_Uuid));
  g_autoptr (GDir) dir = g_dir_open (directory, 0, NULL);
  const char *name;
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *stem = g_strndup (name, MURI_UUID_TEXT - 1);
      muri_v1_Uuid id;
      if (strlen (name) == MURI_UUID_TEXT + 3 && g_str_has_suffix (name, ".ini")
          && muri_uuid_parse (stem, &id))
        g_array_append_val (list, id);
    }
  return list;
}
