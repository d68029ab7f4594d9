/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Images from other hosts, by a program of its own: this process speaks no HTTP. Its thread
 * only. */
#include "agent-store-images.h"

#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>

#include "agent-chunk-map.h"
#include "agent-image.h"
#include "agent-template-xml.h"
#include "agent-tool.h"
#include "muri-uuid.h"
#include "muri-words.h"

#define PROGRAM "muri-agent-fetch"
#define FETCH "fetch"
#define CHECK "check"

/* Its exit statuses. */
#define WRONG_SUM 3
#define DISK 4
#define REFUSED 5

typedef struct
{
  AgentStoreWork *work;
  guint step;
  char *sha256; /* of what came, or is there */
  char *error;
} Talk;

static void
talk_clear (Talk *talk)
{
  g_free (talk->sha256);
  g_free (talk->error);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Talk, talk_clear)

static gboolean
has_program (void)
{
  g_autofree char *program = agent_tool_find_own (PROGRAM);
  return g_file_test (program, G_FILE_TEST_IS_EXECUTABLE);
}

/* ---- talking to it ---------------------------------------------------------------------- */

/* "progress 42 10.0.0.7:8080", "done 3b1f… 1234", "error …" */
static void
on_line (const char *line, gpointer user_data)
{
  Talk *talk = user_data;
  g_auto (GStrv) words = g_strsplit (line, " ", 3);
  guint n = g_strv_length (words);
  if (n >= 2 && strcmp (words[0], "progress") == 0)
    {
      guint64 percent = g_ascii_strtoull (words[1], NULL, 10);
      agent_store_work_step (talk->work, talk->step, MIN (percent, 100), n > 2 ? words[2] : NULL);
    }
  else if (n >= 2 && strcmp (words[0], "done") == 0)
    {
      g_free (talk->sha256);
      talk->sha256 = g_strdup (words[1]);
    }
  else if (g_str_has_prefix (line, "error "))
    {
      g_free (talk->error);
      talk->error = g_strdup (line + strlen ("error "));
    }
}

static void
set_security (AgentStoreWork *work, GKeyFile *file)
{
  static const char *const keys[] = { "certificate", "key", "authority" };
  for (guint i = 0; work->security != NULL && i < G_N_ELEMENTS (keys); i++)
    g_key_file_set_string (file, FETCH, keys[i], work->security[i]);
}

static char *
write_request (AgentStoreWork *work, const char *target, guint64 size_max)
{
  const AgentParameters *parameters = work->order.parameters;
  g_autoptr (GKeyFile) file = g_key_file_new ();
  char uuid[MURI_UUID_TEXT], sum[65];
  g_key_file_set_string (file, FETCH, "target", target);
  g_key_file_set_uint64 (file, FETCH, "size-max", size_max);
  if (work->rate != 0)
    g_key_file_set_uint64 (file, FETCH, "rate", work->rate);
  if (work->port != 0)
    g_key_file_set_integer (file, FETCH, "port", work->port);
  if (parameters != NULL && parameters->has_sha256)
    {
      agent_template_format_checksum (parameters->sha256, sum);
      g_key_file_set_string (file, FETCH, "sha256", sum);
    }
  if (parameters != NULL && parameters->url != NULL)
    g_key_file_set_string (file, FETCH, "url", parameters->url);
  else
    {
      g_key_file_set_string (file, FETCH, "template", muri_uuid_format (&work->order.id, uuid));
      g_key_file_set_string (file, FETCH, "sources", work->order.sources);
      set_security (work, file);
    }
  return g_key_file_to_data (file, NULL, NULL);
}

/* How much of it has not come yet, as its map says; zeros need no room. */
static guint64
count_missing (const char *target)
{
  g_autofree char *path = g_strconcat (target, ".map", NULL);
  g_autofree char *bytes = NULL;
  g_autoptr (AgentChunkMap) map = NULL;
  guint64 missing = 0;
  gsize length;
  if (g_file_get_contents (path, &bytes, &length, NULL))
    map = agent_chunk_map_parse ((const guint8 *)bytes, length, NULL);
  for (guint i = 0; map != NULL && i < map->n_chunks; i++)
    if (map->states[i] == AGENT_CHUNK_ABSENT && !agent_chunk_map_is_zero (map, i))
      missing += agent_chunk_map_chunk_size (map, i);
  return missing;
}

static char *
explain_room (const char *target, const char *reason)
{
  g_autofree char *directory = g_path_get_dirname (target);
  guint64 missing = count_missing (target);
  g_autofree char *wanted = g_format_size_full (missing, G_FORMAT_SIZE_IEC_UNITS);
  g_autofree char *there = NULL;
  struct statvfs room;
  if (missing == 0 || statvfs (directory, &room) != 0)
    return g_strdup (reason);
  there = g_format_size_full ((guint64)room.f_bavail * room.f_frsize, G_FORMAT_SIZE_IEC_UNITS);
  return g_strdup_printf ("%s: %s of it are missing, and there is room for %s", reason, wanted,
                          there);
}

static gboolean
explain (AgentStoreWork *work, int status, const char *target, const Talk *talk, GError **error)
{
  const char *said = talk->error != NULL ? talk->error : "it could not be fetched";
  g_autofree char *reason = status == DISK ? explain_room (target, said) : g_strdup (said);
  AgentStoreError code = status == DISK                             ? AGENT_STORE_ERROR_NO_SPACE
                         : status == REFUSED || status == WRONG_SUM ? AGENT_STORE_ERROR_REFUSED
                                                                    : AGENT_STORE_ERROR_FAILED;
  if (status == WRONG_SUM)
    agent_store_work_set_aside (work, reason);
  g_set_error_literal (error, AGENT_STORE_ERROR, code, reason);
  return FALSE;
}

static gboolean
call (AgentStoreWork *work, const char *request, guint step, Talk *talk, int *status,
      GError **error)
{
  g_autofree char *program = agent_tool_find_own (PROGRAM);
  const char *const argv[] = { program, NULL };
  const AgentTool tool = { .argv = argv, .input = request, .line = on_line, .user_data = talk };
  talk->work = work;
  talk->step = step;
  agent_store_work_step (work, step, MURI_PERCENT_UNKNOWN, NULL);
  return agent_tool_run (&tool, work->cancellable, NULL, NULL, status, error);
}

/* Its checksum, and a map of its chunks for those who fetch it from here: in one reading. */
gboolean
agent_store_work_check (AgentStoreWork *work, const char *path, GError **error)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  char uuid[MURI_UUID_TEXT];
  g_autofree char *name = g_strconcat (muri_uuid_format (&work->order.id, uuid), ".chunks", NULL);
  g_autofree char *map = g_build_filename (work->directory, name, NULL);
  g_autofree char *request = NULL;
  g_auto (Talk) talk = { 0 };
  int status;
  if (!has_program ())
    return agent_store_work_sum (work, path, work->template->sha256, error);
  g_key_file_set_string (file, CHECK, "file", path);
  g_key_file_set_string (file, CHECK, "map", map);
  request = g_key_file_to_data (file, NULL, NULL);
  if (!call (work, request, MURI_STEP_CHECKING, &talk, &status, error))
    return FALSE;
  if (status == 0 && talk.sha256 != NULL
      && agent_template_parse_checksum (talk.sha256, work->template->sha256))
    return TRUE;
  g_set_error (error, AGENT_STORE_ERROR, AGENT_STORE_ERROR_FAILED, "the image cannot be read: %s",
               talk.error != NULL ? talk.error : PROGRAM);
  return FALSE;
}

static gboolean
run (AgentStoreWork *work, const char *target, Talk *talk, GError **error)
{
  g_autoptr (AgentStorePool) now = agent_store_pool_measure (work->pool, work->connections, error);
  g_autofree char *request = now != NULL ? write_request (work, target, now->available) : NULL;
  int status;
  if (now == NULL)
    return FALSE;
  if (!has_program ())
    {
      g_set_error_literal (error, AGENT_STORE_ERROR, AGENT_STORE_ERROR_UNSUPPORTED,
                           "this host does not hold that template, and " PROGRAM
                           ", which fetches it, is not installed");
      return FALSE;
    }
  if (!call (work, request, MURI_STEP_FETCHING, talk, &status, error))
    return FALSE;
  if (status != 0)
    return explain (work, status, target, talk, error);
  if (talk->sha256 != NULL && agent_template_parse_checksum (talk->sha256, work->template->sha256))
    return TRUE;
  g_set_error (error, AGENT_STORE_ERROR, AGENT_STORE_ERROR_FAILED, "%s does not say what came",
               PROGRAM);
  return FALSE;
}

static void
drop_beside (const char *part)
{
  static const char *const suffixes[] = { ".map", ".facts", ".xml" };
  for (guint i = 0; i < G_N_ELEMENTS (suffixes); i++)
    {
      g_autofree char *path = g_strconcat (part, suffixes[i], NULL);
      g_unlink (path);
    }
}

/* ---- from an address -------------------------------------------------------------------- */

static gboolean
fetch_address (AgentStoreWork *work, GError **error)
{
  const AgentParameters *parameters = work->order.parameters;
  g_autofree char *path = agent_store_work_incoming (work);
  g_auto (Talk) talk = { 0 };
  if (!agent_store_work_describe (work, MURI_TEMPLATE_STATE_FETCHING, error)
      || !agent_store_work_save (work, error) || !run (work, path, &talk, error))
    return FALSE;
  /* Of the image that is made of it there will be another one. */
  memset (work->template->sha256, 0, sizeof work->template->sha256);
  drop_beside (path);
  return agent_store_work_take_image (work, path, parameters->format, error);
}

/* ---- from another holder ---------------------------------------------------------------- */

/* What another host says of it is looked at as what anybody says. */
static gboolean
take_facts (AgentStoreWork *work, const char *part, GError **error)
{
  g_autofree char *facts_path = g_strconcat (part, ".facts", NULL);
  g_autofree char *xml_path = g_strconcat (part, ".xml", NULL);
  g_autofree char *facts = NULL, *xml = NULL;
  g_autoptr (AgentTemplate) theirs = NULL;
  AgentTemplate *template = work->template;
  if (!g_file_get_contents (facts_path, &facts, NULL, error)
      || !g_file_get_contents (xml_path, &xml, NULL, error)
      || (theirs = agent_template_parse (&work->order.id, facts, error)) == NULL)
    {
      g_prefix_error (error, "the holder tells nothing of the template that makes sense: ");
      return FALSE;
    }
  if (memcmp (theirs->sha256, template->sha256, sizeof template->sha256) != 0)
    {
      g_set_error_literal (error, AGENT_STORE_ERROR, AGENT_STORE_ERROR_REFUSED,
                           "the holder says another checksum than its image has");
      return FALSE;
    }
  if (!g_utf8_validate (xml, -1, NULL)
      || !agent_template_xml_take (template, xml, FALSE, NULL, NULL, error))
    return FALSE;
  if (template->host_bound)
    {
      g_set_error_literal (error, AGENT_STORE_ERROR, AGENT_STORE_ERROR_REFUSED,
                           "it boots a kernel that is a file of the host that holds it, and not of "
                           "the template: it can be cloned there only");
      return FALSE;
    }
  agent_template_set (&template->name, theirs->name);
  agent_template_set (&template->os, theirs->os);
  agent_template_set (&template->notes, theirs->notes);
  agent_template_set (&template->origin, theirs->origin);
  template->vcpus = theirs->vcpus > 0 ? theirs->vcpus : template->vcpus;
  template->memory = theirs->memory > 0 ? theirs->memory : template->memory;
  template->memory_min = theirs->memory_min;
  template->generalised = theirs->generalised;
  if (theirs->generalised != MURI_GENERALISED_UNKNOWN)
    agent_template_set (&template->generalised_note, theirs->generalised_note);
  template->parent = theirs->parent;
  template->created = theirs->created;
  return agent_store_work_adapt (work, error);
}

/* With it others are served without another reading. */
static void
keep_map (AgentStoreWork *work, const char *part)
{
  char uuid[MURI_UUID_TEXT];
  g_autofree char *from = g_strconcat (part, ".map", NULL);
  g_autofree char *name = g_strconcat (muri_uuid_format (&work->order.id, uuid), ".chunks", NULL);
  g_autofree char *to = g_build_filename (work->directory, name, NULL);
  g_autofree char *text = NULL;
  gsize length;
  if (g_file_get_contents (from, &text, &length, NULL))
    g_file_set_contents (to, text, length, NULL);
}

static gboolean
fetch_from_holder (AgentStoreWork *work, GError **error)
{
  g_autofree char *part = agent_store_work_part (work);
  g_auto (Talk) talk = { 0 };
  AgentImageInfo info;
  char uuid[MURI_UUID_TEXT];
  if (work->order.sources == NULL || work->order.sources[0] == '\0')
    {
      g_set_error_literal (error, AGENT_STORE_ERROR, AGENT_STORE_ERROR_MISSING,
                           "this host does not hold that template, and nobody is named who does");
      return FALSE;
    }
  work->template = agent_template_new (&work->order.id, MURI_TEMPLATE_STATE_FETCHING);
  agent_template_set (&work->template->name, muri_uuid_format (&work->order.id, uuid));
  work->template->created = g_get_real_time ();
  if (!agent_store_work_save (work, error))
    return FALSE;
  agent_store_work_offer (work);
  if (!run (work, part, &talk, error))
    return FALSE;
  agent_store_work_step (work, MURI_STEP_CHECKING, MURI_PERCENT_UNKNOWN, NULL);
  if (!agent_image_check (part, "qcow2", work->size_max, work->cancellable, &info, error)
      || !take_facts (work, part, error))
    return FALSE;
  work->template->size = info.size;
  keep_map (work, part);
  if (!agent_store_work_finish (work, error))
    return FALSE;
  drop_beside (part);
  return TRUE;
}

gboolean
agent_store_fetch (AgentStoreWork *work, GError **error)
{
  const AgentParameters *parameters = work->order.parameters;
  if (work->before != NULL && work->before->state == MURI_TEMPLATE_STATE_BROKEN)
    agent_store_work_erase (work->directory, work->connections, work->pool, &work->order.id);
  return parameters != NULL && parameters->url != NULL ? fetch_address (work, error)
                                                       : fetch_from_holder (work, error);
}
