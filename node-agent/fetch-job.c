/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fetch-job.h"

#include <stdio.h>
#include <string.h>

#include "agent-chunk-map.h"
#include "muri-uuid.h"

#define FETCH "fetch"
#define CHECK "check"

#define SOURCES_MAX 64

/* Between two lines with the same percentage. */
#define SAY_EVERY (2 * G_USEC_PER_SEC)

G_DEFINE_QUARK (fetch - error - quark, fetch_error)

void
fetch_job_free (FetchJob *job)
{
  g_strfreev (job->sources);
  g_free (job->url);
  g_free (job->target);
  g_free (job->certificate);
  g_free (job->key);
  g_free (job->authority);
  g_free (job->file);
  g_free (job->map);
  g_free (job);
}

G_GNUC_PRINTF (2, 3)
static gboolean
wrong (GError **error, const char *format, ...)
{
  va_list args;
  va_start (args, format);
  if (error != NULL)
    *error = g_error_new_valist (FETCH_ERROR, FETCH_REFUSED, format, args);
  va_end (args);
  return FALSE;
}

static gboolean
get_number (GKeyFile *file, const char *key, guint64 max, guint64 *value, GError **error)
{
  g_autofree char *text = g_key_file_get_string (file, FETCH, key, NULL);
  *value = 0;
  if (text == NULL || g_ascii_string_to_unsigned (text, 10, 0, max, value, NULL))
    return TRUE;
  return wrong (error, "%s is no number: \"%s\"", key, text);
}

static gboolean
get_digest (GKeyFile *file, const char *key, gboolean *has, guint8 *digest, GError **error)
{
  g_autofree char *text = g_key_file_get_string (file, FETCH, key, NULL);
  *has = text != NULL;
  if (text == NULL || agent_sha256_parse (text, digest))
    return TRUE;
  return wrong (error, "%s is not 64 hexadecimal digits", key);
}

static char **
get_sources (GKeyFile *file)
{
  g_autofree char *text = g_key_file_get_string (file, FETCH, "sources", NULL);
  g_auto (GStrv) parts = g_strsplit_set (text != NULL ? text : "", " ;,", -1);
  g_autoptr (GStrvBuilder) sources = g_strv_builder_new ();
  guint n = 0;
  for (guint i = 0; parts[i] != NULL && n < SOURCES_MAX; i++)
    if (*parts[i] != '\0')
      {
        g_strv_builder_add (sources, parts[i]);
        n++;
      }
  return g_strv_builder_end (sources);
}

static gboolean
check_path (const char *path, const char *key, GError **error)
{
  return (path != NULL && g_path_is_absolute (path))
         || wrong (error, "%s is no absolute path", key);
}

static gboolean
read_fetch (FetchJob *job, GKeyFile *file, GError **error)
{
  g_autofree char *id = g_key_file_get_string (file, FETCH, "template", NULL);
  guint64 port;
  job->url = g_key_file_get_string (file, FETCH, "url", NULL);
  job->target = g_key_file_get_string (file, FETCH, "target", NULL);
  job->sources = get_sources (file);
  job->certificate = g_key_file_get_string (file, FETCH, "certificate", NULL);
  job->key = g_key_file_get_string (file, FETCH, "key", NULL);
  job->authority = g_key_file_get_string (file, FETCH, "authority", NULL);
  if (!get_number (file, "size", G_MAXINT64, &job->size, error)
      || !get_number (file, "size-max", G_MAXINT64, &job->size_max, error)
      || !get_number (file, "rate", G_MAXINT64, &job->rate, error)
      || !get_number (file, "port", G_MAXUINT16, &port, error)
      || !get_digest (file, "sha256", &job->has_sha256, job->sha256, error)
      || !get_digest (file, "manifest", &job->has_manifest, job->manifest, error)
      || !check_path (job->target, "target", error))
    return FALSE;
  if (job->certificate != NULL
      && (!check_path (job->key, "key", error) || !check_path (job->authority, "authority", error)))
    return FALSE;
  job->port = port;
  if (job->size_max == 0)
    job->size_max = (guint64)AGENT_CHUNKS_MAX * AGENT_CHUNK_SIZE;
  if (job->url != NULL)
    return TRUE;
  if (id == NULL || !muri_uuid_parse (id, &job->id))
    return wrong (error, "template is no UUID");
  return job->sources[0] != NULL || wrong (error, "there is neither a source nor a URL");
}

static gboolean
read_check (FetchJob *job, GKeyFile *file, GError **error)
{
  job->file = g_key_file_get_string (file, CHECK, "file", NULL);
  job->map = g_key_file_get_string (file, CHECK, "map", NULL);
  return check_path (job->file, "file", error) && check_path (job->map, "map", error);
}

FetchJob *
fetch_job_parse (const char *text, gsize length, GError **error)
{
  g_autoptr (FetchJob) job = g_new0 (FetchJob, 1);
  g_autoptr (GKeyFile) file = g_key_file_new ();
  if (!g_key_file_load_from_data (file, text, length, G_KEY_FILE_NONE, error))
    return NULL;
  if (g_key_file_has_group (file, CHECK) ? !read_check (job, file, error)
                                         : !read_fetch (job, file, error))
    return NULL;
  return g_steal_pointer (&job);
}

/* ---- */

void
fetch_say_progress (guint64 done, guint64 size, const char *from)
{
  static guint said = G_MAXUINT;
  static gint64 when;
  guint percent = size > 0 ? (guint)((double)done / size * 100) : 0;
  gint64 now = g_get_monotonic_time ();
  if (percent == said && now - when < SAY_EVERY)
    return;
  said = percent;
  when = now;
  printf ("progress %u %s\n", MIN (percent, 100), from);
  fflush (stdout);
}

void
fetch_say_done (const guint8 sha256[AGENT_SHA256_SIZE], guint64 size)
{
  g_autofree char *text = agent_sha256_to_text (sha256);
  printf ("done %s %" G_GUINT64_FORMAT "\n", text, size);
  fflush (stdout);
}

void
fetch_say_error (const char *text)
{
  g_autofree char *line = g_strdup (text);
  printf ("error %s\n", g_strdelimit (line, "\r\n", ' '));
  fflush (stdout);
}
