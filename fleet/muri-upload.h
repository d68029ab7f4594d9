/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "muri-identity.h"
#include "muri-image-file.h"
#include "muri-node.h"

G_BEGIN_DECLS

/**
 * muri_upload_async:
 * @image: what is sent
 * @node: to whom; %MURI_VERB_RECEIVE_TEMPLATE with @id was asked of it
 * @id: the template's UUID
 * @identity: (nullable): who this console is
 * @progress: (nullable): called on the main context
 *
 * Waits until the agent expects it, sends what is not there yet, and tries again after a cut: it
 * goes on where the agent says that it is.
 */
void
muri_upload_async (const MuriImageFile *image, MuriNode *node, const char *id,
                   MuriIdentity *identity, MuriByteProgress progress, gpointer progress_data,
                   GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
gboolean muri_upload_finish (GAsyncResult *result, GError **error);

G_END_DECLS
