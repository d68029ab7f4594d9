/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-image-look.h"

#include "muri-image-file-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define HEAD 4096

/* Beyond this an agent takes none, whatever it is configured to. */
#define CAPACITY_MAX ((guint64)64 << 40)

/* Of the header that QEMU's docs/interop/qcow2.txt describes; numbers are big-endian. */
enum
{
  QCOW2_HEADER = 72,
  QCOW2_BACKING_OFFSET = 8,
  QCOW2_BACKING_SIZE = 16,
  QCOW2_CAPACITY = 24,
  QCOW2_ENCRYPTION = 32,
  QCOW2_L1_OFFSET = 40,
  QCOW2_SNAPSHOTS = 60,
  QCOW2_FEATURES = 72,
  QCOW2_EXTERNAL = 1 << 2,
};

static guint64
big (const guint8 *head, gsize at, gsize n)
{
  guint64 value = 0;

  for (gsize i = 0; i < n; i++)
    value = value << 8 | head[at + i];
  return value;
}

/* Its backing file, as it is written there. (nullable) */
static char *
read_backing (const guint8 *head, gsize length)
{
  guint64 offset = big (head, QCOW2_BACKING_OFFSET, 8);
  guint64 size = big (head, QCOW2_BACKING_SIZE, 4);

  if (offset == 0)
    return NULL;
  if (offset > length || size > length - offset)
    return g_strdup ("?");
  return g_utf8_make_valid ((const char *)head + offset, (gssize)size);
}

static char *
judge_qcow2 (MuriImageLook *look, const guint8 *head, gsize length)
{
  g_autofree char *backing = NULL;

  if (length < QCOW2_HEADER)
    return g_strdup (_ ("The image is cut off."));
  look->capacity = big (head, QCOW2_CAPACITY, 8);
  backing = read_backing (head, length);
  if (backing != NULL)
    /* Translators: a file's name */
    return g_strdup_printf (_ ("The image is not whole: it reads another file, “%s”, which no host "
                               "follows. Convert it with qemu-img first."),
                            backing);
  if (big (head, 4, 4) >= 3 && length >= QCOW2_FEATURES + 8
      && (big (head, QCOW2_FEATURES, 8) & QCOW2_EXTERNAL))
    return g_strdup (_ ("The image keeps its data in another file, which no host follows. Convert "
                        "it with qemu-img first."));
  if (big (head, QCOW2_ENCRYPTION, 4) != 0)
    return g_strdup (_ ("The image is encrypted."));
  if (big (head, QCOW2_SNAPSHOTS, 4) != 0)
    return g_strdup (_ ("The image has snapshots in it. Convert it with qemu-img first."));
  if (big (head, QCOW2_L1_OFFSET, 8) > look->size)
    return g_strdup (_ ("The image is cut off."));
  if (look->capacity > CAPACITY_MAX)
    return g_strdup (_ ("The image says that its disk is larger than any host takes."));
  return NULL;
}

static void
look_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  g_autoptr (MuriImageLook) look = g_new0 (MuriImageLook, 1);
  MuriImageFile image = { .file = data };
  g_autoptr (GFileInputStream) stream = NULL;
  guint8 head[HEAD] = { 0 };
  gsize length = 0;
  GError *error = NULL;

  if (muri_image_file_look (&image, cancellable, &error))
    stream = g_file_read (data, cancellable, &error);
  if (stream == NULL
      || !g_input_stream_read_all (G_INPUT_STREAM (stream), head, HEAD, &length, cancellable,
                                   &error))
    {
      g_task_return_error (task, error);
      return;
    }
  look->size = image.size;
  look->format = muri_image_file_guess_format (head, (gssize)length);
  if (strcmp (look->format, "qcow2") == 0)
    look->problem = judge_qcow2 (look, head, length);
  else if (strcmp (look->format, "raw") == 0)
    look->capacity = look->size;
  g_task_return_pointer (task, g_steal_pointer (&look), (GDestroyNotify)muri_image_look_free);
}

/**
 * muri_image_look_async:
 * @file: a file
 * @cancellable: (nullable): ends it
 * @callback: called on the main context
 * @user_data: for @callback
 *
 * Reads the first bytes of a file on a worker thread.
 */
void
muri_image_look_async (GFile *file, GCancellable *cancellable, GAsyncReadyCallback callback,
                       gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);

  g_task_set_name (task, "muri_image_look_async");
  g_task_set_task_data (task, g_object_ref (file), g_object_unref);
  g_task_run_in_thread (task, look_thread);
}

/**
 * muri_image_look_finish:
 * @result: of muri_image_look_async()
 * @error: why it cannot be read
 *
 * Returns: (transfer full): what it says of itself
 */
MuriImageLook *
muri_image_look_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * muri_image_look_free:
 * @look: (transfer full): what was seen
 */
void
muri_image_look_free (MuriImageLook *look)
{
  g_free (look->problem);
  g_free (look);
}
