/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "muri-identity.h"
#include "muri-image-file.h"
#include "muri-template.h"

G_BEGIN_DECLS

/**
 * muri_download_async:
 * @template: whose image it is
 * @target: the file that it becomes; one that is there is replaced
 * @identity: (nullable): who this console is
 * @progress: (nullable): called on the main context
 *
 * Gets it of a holder that can be reached, of the next one from where the former was cut. What
 * comes has the template's checksum before it bears @target's name.
 */
void
muri_download_async (MuriTemplate *template, GFile *target, MuriIdentity *identity,
                     MuriByteProgress progress, gpointer progress_data, GCancellable *cancellable,
                     GAsyncReadyCallback callback, gpointer user_data);
gboolean muri_download_finish (GAsyncResult *result, GError **error);

G_END_DECLS
