/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-image-file.h"

#include "muri-byte-meter.h"
#include "muri-image-file-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define BLOCK (1024 * 1024)

#define ATTRIBUTES                                                                                 \
  G_FILE_ATTRIBUTE_STANDARD_TYPE                                                                   \
  "," G_FILE_ATTRIBUTE_STANDARD_SIZE "," G_FILE_ATTRIBUTE_TIME_MODIFIED                            \
  "," G_FILE_ATTRIBUTE_TIME_MODIFIED_USEC

typedef struct
{
  GFile *file;
  MuriByteMeter meter;
} Reading;

static void
reading_free (gpointer data)
{
  Reading *reading = data;

  g_object_unref (reading->file);
  g_free (reading);
}

/**
 * muri_image_file_copy:
 * @image: an image
 *
 * Returns: (transfer full): a copy of what is known of it
 */
MuriImageFile *
muri_image_file_copy (const MuriImageFile *image)
{
  MuriImageFile *copy = g_memdup2 (image, sizeof *image);

  g_object_ref (copy->file);
  return copy;
}

/**
 * muri_image_file_free:
 * @image: (transfer full): an image
 */
void
muri_image_file_free (MuriImageFile *image)
{
  g_object_unref (image->file);
  g_free (image);
}

/* ---- on a worker ---- */

static gboolean
begins_with (const guint8 *head, gssize length, const char *magic, gsize n)
{
  return length >= (gssize)n && memcmp (head, magic, n) == 0;
}

const char *
muri_image_file_guess_format (const guint8 *head, gssize length)
{
  if (begins_with (head, length, "QFI\xfb", 4))
    return "qcow2";
  if (begins_with (head, length, "KDMV", 4) || begins_with (head, length, "COWD", 4)
      || begins_with (head, length, "# Disk Descriptor", 17))
    return "vmdk";
  if (begins_with (head, length, "vhdxfile", 8))
    return "vhdx";
  return "raw";
}

gboolean
muri_image_file_look (MuriImageFile *image, GCancellable *cancellable, GError **error)
{
  g_autoptr (GFileInfo) info =
      g_file_query_info (image->file, ATTRIBUTES, G_FILE_QUERY_INFO_NONE, cancellable, error);

  if (info == NULL)
    return FALSE;
  if (g_file_info_get_file_type (info) != G_FILE_TYPE_REGULAR || g_file_info_get_size (info) <= 0)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_REGULAR_FILE,
                           _ ("It is not a file with an image in it"));
      return FALSE;
    }
  image->size = (guint64)g_file_info_get_size (info);
  image->modified =
      g_file_info_get_attribute_uint64 (info, G_FILE_ATTRIBUTE_TIME_MODIFIED) * G_USEC_PER_SEC
      + g_file_info_get_attribute_uint32 (info, G_FILE_ATTRIBUTE_TIME_MODIFIED_USEC);
  return TRUE;
}

static gboolean
read_all (Reading *reading, MuriImageFile *image, GCancellable *cancellable, GError **error)
{
  g_autoptr (GFileInputStream) stream = g_file_read (image->file, cancellable, error);
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autofree guint8 *block = g_malloc (BLOCK);
  guint64 offset = 0;
  gsize length = 0;

  if (stream == NULL)
    return FALSE;
  do
    {
      if (!g_input_stream_read_all (G_INPUT_STREAM (stream), block, BLOCK, &length, cancellable,
                                    error))
        return FALSE;
      if (offset == 0)
        image->format = muri_image_file_guess_format (block, (gssize)length);
      g_checksum_update (checksum, block, (gssize)length);
      offset += length;
      muri_byte_meter_set (&reading->meter, offset, image->size);
    }
  while (length == BLOCK);

  g_strlcpy (image->sha256, g_checksum_get_string (checksum), sizeof image->sha256);
  return offset == image->size || muri_image_file_fail_changed (error);
}

gboolean
muri_image_file_fail_changed (GError **error)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, _ ("The file was changed meanwhile"));
  return FALSE;
}

static void
read_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  g_autoptr (MuriImageFile) image = g_new0 (MuriImageFile, 1);
  Reading *reading = data;
  GError *error = NULL;

  image->file = g_object_ref (reading->file);
  if (!muri_image_file_look (image, cancellable, &error)
      || !read_all (reading, image, cancellable, &error))
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, g_steal_pointer (&image), (GDestroyNotify)muri_image_file_free);
}

/* ---- main context ---- */

static void
on_read (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  Reading *reading = g_task_get_task_data (G_TASK (result));
  GError *error = NULL;
  MuriImageFile *image = g_task_propagate_pointer (G_TASK (result), &error);

  muri_byte_meter_stop (&reading->meter);
  if (image == NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, image, (GDestroyNotify)muri_image_file_free);
}

/**
 * muri_image_file_read_async:
 * @file: a file on this desktop
 * @progress: (nullable) (scope async): how far it is
 * @progress_data: for @progress
 * @cancellable: (nullable): ends it
 * @callback: called when it is done
 * @user_data: for @callback
 *
 * Reads the whole file on a worker thread: what it is, and its checksum.
 */
void
muri_image_file_read_async (GFile *file, MuriByteProgress progress, gpointer progress_data,
                            GCancellable *cancellable, GAsyncReadyCallback callback,
                            gpointer user_data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);
  g_autoptr (GTask) worker = g_task_new (NULL, cancellable, on_read, task);
  Reading *reading = g_new0 (Reading, 1);

  reading->file = g_object_ref (file);
  muri_byte_meter_start (&reading->meter, progress, progress_data);
  g_task_set_name (worker, "muri_image_file_read_async");
  g_task_set_task_data (worker, reading, reading_free);
  g_task_run_in_thread (worker, read_thread);
}

/**
 * muri_image_file_read_finish:
 * @result: of muri_image_file_read_async()
 * @error: why not, in words
 *
 * Returns: (transfer full): what the file is, or %NULL with @error set
 */
MuriImageFile *
muri_image_file_read_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
