/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "agent-chunk-map.h"
#include "muri.h"

G_BEGIN_DECLS

/* A Metalink (RFC 5854) of a template's image: size, SHA-256 of the whole and of each chunk, and
 * where it is to be had. @scheme: http or https; @host: this one; @sources: (nullable): others, as
 * http_referrals_list() has them */
GBytes *http_metalink_format (const muri_v1_Uuid *id, const AgentChunkMap *map, const char *scheme,
                              const char *host, const char *sources);

G_END_DECLS
