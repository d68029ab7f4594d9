/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "agent-chunk-map.h"
#include "fetch-job.h"

G_BEGIN_DECLS

/**
 * FetchImage: a file that fills with chunks, and beside it the map that says which are there.
 *
 * A chunk is checked before it is written, and marked as here when it is; as kept only when the
 * file was synced after that. So after a power failure the map claims nothing that is not on disk;
 * what it says to be here is read again and checked, at the next start. Zeros are not written. Of
 * the thread that made it.
 */
typedef struct _FetchImage FetchImage;

/* Takes both, opened for reading and writing. */
FetchImage *fetch_image_new (int image_fd, int map_fd);
void fetch_image_free (FetchImage *image);

/* What the file shall be: @manifest; what is there of that already stays. May be called again,
 * with another one. */
gboolean fetch_image_begin (FetchImage *image, const AgentChunkMap *manifest, GError **error);
/* The same for an image of which only the size is known, and where it is from. */
gboolean
fetch_image_begin_unknown (FetchImage *image, guint64 size, const guint8 *origin, GError **error);

const AgentChunkMap *fetch_image_get_map (FetchImage *image); /* NULL: not begun */
guint64 fetch_image_get_done (FetchImage *image);             /* bytes */

/* FALSE without @error: that is not what the manifest says. @data has the chunk's size. */
gboolean fetch_image_put (FetchImage *image, guint chunk, const guint8 *data, GError **error);

/* Reads all of it: chunks that are not what they should be are absent after that. */
guint fetch_image_check_chunks (FetchImage *image);

/* SHA-256 of the whole, which is there. */
gboolean fetch_image_hash (FetchImage *image, guint8 sha256[AGENT_SHA256_SIZE], GError **error);

/* That is it: notes it in the map, and syncs everything. */
gboolean
fetch_image_seal (FetchImage *image, const guint8 sha256[AGENT_SHA256_SIZE], GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (FetchImage, fetch_image_free)

G_END_DECLS
