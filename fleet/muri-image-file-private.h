/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "muri-image-file.h"

G_BEGIN_DECLS

/* Its size and when it was changed. Blocks: on a worker. */
gboolean muri_image_file_look (MuriImageFile *image, GCancellable *cancellable, GError **error);

/* By what it begins with; "raw" where it is none of the others. */
const char *muri_image_file_guess_format (const guint8 *head, gssize length);

/* FALSE. */
gboolean muri_image_file_fail_changed (GError **error);

G_END_DECLS
