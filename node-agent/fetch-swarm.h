/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "fetch-http.h"
#include "fetch-image.h"

G_BEGIN_DECLS

/**
 * FetchSwarm: an image from hosts that have it or a part of it.
 *
 * Each says of which chunks it thinks that the image consists, and which of them it has. Where they
 * do not agree, most are believed, until the SHA-256 of the whole tells who was right. Chunks are
 * taken from all of them at once, those first that the fewest have. Hosts tell of others; who sends
 * something wrong is asked no more, and who fails, later.
 */
typedef struct _FetchSwarm FetchSwarm;

/* @identity: (nullable): as whom it asks; @facts_fd, @description_fd: where these are written. */
FetchSwarm *fetch_swarm_new (const FetchJob *job, MuriIdentity *identity, FetchImage *image,
                             int facts_fd, int description_fd);
/* Until it is done. */
gboolean fetch_swarm_run (FetchSwarm *swarm, GError **error);
void fetch_swarm_free (FetchSwarm *swarm);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (FetchSwarm, fetch_swarm_free)

G_END_DECLS
