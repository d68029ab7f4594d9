/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "agent-chunk-map.h"
#include "muri.h"

G_BEGIN_DECLS

/**
 * FetchSource: a host that may have chunks.
 * @name: "address:port"
 * @node: who it has to be; zeros: it speaks without TLS
 * @base: of its paths: "http://address:port/v1/templates/UUID", or https
 * @map: (nullable): what it said last
 * @agrees: with the manifest that was chosen
 * @dropped: is asked no more, because of @why
 * @asking: for its map
 * @facts_after: monotonic time; before, it is not asked what the template is
 * @busy: chunks that it is sending
 * @failures: since it last delivered something
 * @not_before: monotonic time
 */
typedef struct
{
  char *name;
  muri_v1_Uuid node;
  char *base;
  AgentChunkMap *map;
  gboolean agrees;
  gboolean dropped;
  char *why;
  gboolean asking;
  guint busy;
  guint failures;
  gint64 not_before;
  gint64 facts_after;
  gint64 asked;
} FetchSource;

/* Whether @name is what this host itself serves on @port; 0: it serves nothing. */
gboolean fetch_source_is_own (const char *name, guint16 port);

/* NULL: @text is none, an address and a port in figures. @referrer: (nullable): who named it; only
 * a host of this machine may name others of it. */
FetchSource *fetch_source_new (const char *text, const char *id, const FetchSource *referrer);

/* Whether it speaks TLS. */
gboolean fetch_source_is_secure (const FetchSource *source);

void fetch_source_free (FetchSource *source);

guint fetch_source_count (const FetchSource *source);

/* Waits longer each time; TRUE: that was once too often, and it is dropped. */
gboolean fetch_source_fail (FetchSource *source);
void fetch_source_drop (FetchSource *source, const char *why);

G_END_DECLS
