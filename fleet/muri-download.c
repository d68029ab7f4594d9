/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-download.h"

#include "muri-byte-meter.h"
#include "muri-http.h"
#include "muri-source.h"
#include "muri-uuid.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define BLOCK (256 * 1024)

/* So many rounds over all holders without a byte, with a pause between. */
#define ROUNDS 20
#define PAUSE 1000 /* milliseconds */

/* A worker's, but for the meter. */
typedef struct
{
  char **sources;         /* as muri_source_parse() takes them */
  MuriIdentity *identity; /* NULL: none is shown */
  char *id;
  guint8 sha256[32];
  GFile *target;
  GFile *partial;
  MuriByteMeter meter;
  GOutputStream *output;
  GChecksum *checksum;
  guint64 offset;
  guint64 size; /* 0 not known yet */
} Download;

static void
download_free (gpointer data)
{
  Download *download = data;

  g_strfreev (download->sources);
  g_clear_pointer (&download->identity, muri_identity_unref);
  g_free (download->id);
  g_object_unref (download->target);
  g_object_unref (download->partial);
  g_clear_object (&download->output);
  g_clear_pointer (&download->checksum, g_checksum_free);
  g_free (download);
}

/* ---- on a worker: one holder ---- */

/* What is on disk, and not what the network does, ends it all. */
static gboolean
keep (Download *download, const guint8 *block, gsize length, GCancellable *cancellable,
      GError **fatal)
{
  if (!g_output_stream_write_all (download->output, block, length, NULL, cancellable, fatal))
    return FALSE;
  g_checksum_update (download->checksum, block, (gssize)length);
  download->offset += length;
  muri_byte_meter_set (&download->meter, download->offset, download->size);
  return TRUE;
}

static gboolean
take (Download *download, GInputStream *stream, GCancellable *cancellable, GError **error,
      GError **fatal)
{
  g_autofree guint8 *block = g_malloc (BLOCK);
  gssize length;

  while ((length = g_input_stream_read (stream, block, BLOCK, cancellable, error)) > 0)
    {
      if (download->offset + (guint64)length > download->size)
        {
          g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                               _ ("The host sends more than it said"));
          return FALSE;
        }
      if (!keep (download, block, (gsize)length, cancellable, fatal))
        return FALSE;
    }
  return length == 0;
}

/* Of the whole file, if what comes begins where it is wanted; 0: it does not. */
static guint64
find_size (const Download *download, SoupMessage *message)
{
  SoupMessageHeaders *headers = soup_message_get_response_headers (message);
  goffset start = 0;
  goffset total = 0;

  if (soup_message_get_status (message) == SOUP_STATUS_OK && download->offset == 0)
    return (guint64)MAX (0, soup_message_headers_get_content_length (headers));
  if (soup_message_get_status (message) == SOUP_STATUS_PARTIAL_CONTENT
      && soup_message_headers_get_content_range (headers, &start, NULL, &total)
      && (guint64)start == download->offset)
    return (guint64)MAX (0, total);
  return 0;
}

/* All holders have to mean the same file. */
static gboolean
read_size (Download *download, SoupMessage *message, GError **error)
{
  guint status = soup_message_get_status (message);
  guint64 size = find_size (download, message);

  if (size > 0 && (download->size == 0 || download->size == size))
    {
      download->size = size;
      return TRUE;
    }
  if (SOUP_STATUS_IS_SUCCESSFUL (status))
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                         _ ("The host sends something else"));
  else
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, _ ("The host answered %u"), status);
  return FALSE;
}

static SoupMessage *
make_message (Download *download, SoupSession *session, const char *source, GError **error)
{
  g_autofree char *path = g_strdup_printf ("/v1/templates/%s/image", download->id);
  MuriHttpHost host = { .name = source };
  const char *place = muri_source_parse (source, &host.node);
  g_autoptr (GSocketConnectable) address =
      place != NULL ? g_network_address_parse (place, 0, error) : NULL;

  if (address == NULL)
    return NULL;
  host.name = place;
  host.address = g_network_address_get_hostname (G_NETWORK_ADDRESS (address));
  host.port = g_network_address_get_port (G_NETWORK_ADDRESS (address));
  host.secure = !muri_uuid_is_zero (&host.node);
  return muri_http_message_new (session, SOUP_METHOD_GET, &host, path, error);
}

static gboolean
get_from (Download *download, SoupSession *session, const char *source, GCancellable *cancellable,
          GError **error, GError **fatal)
{
  g_autoptr (SoupMessage) message = make_message (download, session, source, error);
  g_autoptr (GInputStream) stream = NULL;
  GError *local = NULL;

  if (message == NULL)
    return FALSE;
  soup_message_headers_set_range (soup_message_get_request_headers (message),
                                  (goffset)download->offset, -1);
  stream = soup_session_send (session, message, cancellable, &local);
  if (!muri_http_check (message, &local))
    {
      g_propagate_error (error, local);
      return FALSE;
    }
  return read_size (download, message, error) && take (download, stream, cancellable, error, fatal);
}

/* ---- all holders ---- */

static void
pause_for (GCancellable *cancellable, int milliseconds)
{
  GPollFD fd;

  if (g_cancellable_make_pollfd (cancellable, &fd))
    {
      g_poll (&fd, 1, milliseconds);
      g_cancellable_release_fd (cancellable);
    }
  else
    g_usleep ((gulong)milliseconds * 1000);
}

static gboolean
is_complete (const Download *download)
{
  return download->size > 0 && download->offset == download->size;
}

/* Who asks and who answers do not change by asking again. */
static gboolean
is_final (const GError *error)
{
  return error != NULL && error->domain == MURI_HTTP_ERROR;
}

static gboolean
get_all (Download *download, GCancellable *cancellable, GError **error)
{
  g_autoptr (SoupSession) session = muri_http_session_new (download->identity);
  g_autoptr (GError) last = NULL;
  guint n = g_strv_length (download->sources);

  for (guint try = 0, idle = 0; !is_complete (download) && idle < ROUNDS * n; try++)
    {
      guint64 before = download->offset;
      GError *fatal = NULL;

      if (try > 0 && try % n == 0)
        pause_for (cancellable, PAUSE);
      g_clear_error (&last);
      if (!get_from (download, session, download->sources[try % n], cancellable, &last, &fatal)
          && fatal != NULL)
        {
          g_propagate_error (error, fatal);
          return FALSE;
        }
      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;
      idle = download->offset > before ? 0 : idle + (is_final (last) ? ROUNDS : 1);
    }

  if (is_complete (download))
    return TRUE;
  if (last != NULL)
    g_propagate_error (error, g_steal_pointer (&last));
  else
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT,
                         _ ("No host that has it can be reached"));
  return FALSE;
}

/* ---- the file ---- */

/* Nothing is compared with what nobody knows. */
static gboolean
check (Download *download, GError **error)
{
  static const guint8 unknown[32];
  guint8 digest[32];
  gsize length = sizeof digest;

  g_checksum_get_digest (download->checksum, digest, &length);
  if (memcmp (download->sha256, unknown, sizeof unknown) == 0
      || memcmp (download->sha256, digest, sizeof digest) == 0)
    return TRUE;
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                       _ ("What came has not the checksum of the template"));
  return FALSE;
}

static gboolean
download_all (Download *download, GCancellable *cancellable, GError **error)
{
  download->output =
      G_OUTPUT_STREAM (g_file_create (download->partial, G_FILE_CREATE_NONE, cancellable, error));
  if (download->output == NULL)
    return FALSE;
  download->checksum = g_checksum_new (G_CHECKSUM_SHA256);
  return get_all (download, cancellable, error) && check (download, error)
         && g_output_stream_close (download->output, cancellable, error)
         && g_file_move (download->partial, download->target, G_FILE_COPY_OVERWRITE, cancellable,
                         NULL, NULL, error);
}

static void
download_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Download *download = data;
  GError *error = NULL;

  if (download_all (download, cancellable, &error))
    {
      g_task_return_boolean (task, TRUE);
      return;
    }
  if (download->output != NULL)
    {
      g_output_stream_close (download->output, NULL, NULL);
      g_file_delete (download->partial, NULL, NULL);
    }
  g_task_return_error (task, error);
}

static void
on_downloaded (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  Download *download = g_task_get_task_data (G_TASK (result));
  GError *error = NULL;

  muri_byte_meter_stop (&download->meter);
  if (g_task_propagate_boolean (G_TASK (result), &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/* Beside it, so that it only gets another name in the end. */
static GFile *
make_partial (GFile *target)
{
  g_autoptr (GFile) parent = g_file_get_parent (target);
  g_autofree char *name = g_strdup_printf (".muri-%08x.part", g_random_int ());

  return g_file_get_child (parent, name);
}

/**
 * muri_download_async:
 * @template: whose image it is
 * @target: the file that it becomes; one that is there is replaced
 * @identity: (nullable): who this console is, muri_fleet_get_identity()
 * @progress: (nullable) (scope async): how far it is; on the main context
 * @progress_data: for @progress
 * @cancellable: (nullable): ends it; nothing is left of it
 * @callback: called when it is there, or nothing more comes of it
 * @user_data: for @callback
 *
 * Gets it of a holder that can be reached, of the next one from where the former was cut. What
 * comes has the template's checksum before it bears @target's name.
 */
void
muri_download_async (MuriTemplate *template, GFile *target, MuriIdentity *identity,
                     MuriByteProgress progress, gpointer progress_data, GCancellable *cancellable,
                     GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);
  g_autoptr (GTask) worker = g_task_new (NULL, cancellable, on_downloaded, task);
  g_autofree char *sources = muri_template_list_sources (template, G_MAXUINT);
  Download *download = g_new0 (Download, 1);

  download->sources = g_strsplit (sources, " ", -1);
  download->identity = identity != NULL ? muri_identity_ref (identity) : NULL;
  download->id = g_strdup (muri_template_get_id (template));
  memcpy (download->sha256, muri_template_get_facts (template)->sha256, sizeof download->sha256);
  download->target = g_object_ref (target);
  download->partial = make_partial (target);
  muri_byte_meter_start (&download->meter, progress, progress_data);
  g_task_set_name (worker, "muri_download_async");
  g_task_set_task_data (worker, download, download_free);
  g_task_run_in_thread (worker, download_thread);
}

/**
 * muri_download_finish:
 * @result: of muri_download_async()
 * @error: why not, in words
 *
 * Returns: whether it is there
 */
gboolean
muri_download_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
