/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * MuriByteProgress:
 * @done: bytes
 * @total: bytes
 * @user_data: as it was given
 */
typedef void (*MuriByteProgress) (guint64 done, guint64 total, gpointer user_data);

/**
 * MuriImageFile: a file on this desktop that a template is to be made of.
 * @file: the file
 * @size: bytes
 * @format: as %MURI_PARAMETER_FORMAT has it, by what the file begins with; "raw" where it is none
 *   of the others. The agent has the last word.
 * @sha256: of the file, in hexadecimal
 */
typedef struct
{
  GFile *file;
  guint64 size;
  const char *format;
  char sha256[65];

  /*< private >*/
  guint64 modified;
} MuriImageFile;

MuriImageFile *muri_image_file_copy (const MuriImageFile *image);
void muri_image_file_free (MuriImageFile *image);

/* Reads the whole file on a worker thread. */
void muri_image_file_read_async (GFile *file, MuriByteProgress progress, gpointer progress_data,
                                 GCancellable *cancellable, GAsyncReadyCallback callback,
                                 gpointer user_data);
MuriImageFile *muri_image_file_read_finish (GAsyncResult *result, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MuriImageFile, muri_image_file_free)

G_END_DECLS
