/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * MuriImageLook: what the first bytes of a file say, so that nobody waits for what comes to
 * nothing. The agent has the last word.
 * @size: bytes of the file
 * @capacity: bytes of the disk in it, 0 unknown
 * @format: as %MURI_PARAMETER_FORMAT has it; "raw" where it is none of the others
 * @problem: (nullable): why no agent takes it, a sentence
 */
typedef struct
{
  guint64 size;
  guint64 capacity;
  const char *format;
  char *problem;
} MuriImageLook;

void muri_image_look_async (GFile *file, GCancellable *cancellable, GAsyncReadyCallback callback,
                            gpointer user_data);
MuriImageLook *muri_image_look_finish (GAsyncResult *result, GError **error);
void muri_image_look_free (MuriImageLook *look);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MuriImageLook, muri_image_look_free)

G_END_DECLS
