/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "fetch-source.h"
#include "fetch-swarm.h"

G_BEGIN_DECLS

/* What the parts of the swarm know of each other. */

struct _FetchSwarm
{
  const FetchJob *job;
  char *id;
  FetchImage *image;
  FetchHttp http;
  GCancellable *cancellable; /* of all requests, at the end */
  GMainLoop *loop;
  GError *error; /* why it ended */
  guint tick;

  GPtrArray *sources; /* FetchSource; they stay until the end */
  GPtrArray *refuted; /* GBytes: digests of manifests that were wrong */
  gint64 first_map;   /* when the first one came; 0: none did */

  gboolean chosen;  /* a manifest; the image has begun */
  guint8 *wanted;   /* how often each chunk is asked for just now */
  guint16 *holders; /* how many have it, as far as known */
  gboolean recount; /* that is not true any more */
  GPtrArray *asked; /* requests for chunks that are under way */

  int facts_fd;
  int description_fd;
  gboolean has_facts;
  gboolean asks_facts;

  gint64 heard; /* a byte of it */
  guint rounds; /* of checking what was there */
};

void fetch_swarm_fail (FetchSwarm *swarm, FetchStatus status, const char *format, ...)
    G_GNUC_PRINTF (3, 4);
void fetch_swarm_next (FetchSwarm *swarm);

/* Hosts that @source told of in its answer. */
void
fetch_swarm_add_sources (FetchSwarm *swarm, const FetchReply *reply, const FetchSource *source);

/* ---- maps and manifests ---- */

void fetch_swarm_ask_maps (FetchSwarm *swarm);
/* FALSE: none can be chosen, yet or at all. */
gboolean fetch_swarm_choose (FetchSwarm *swarm);
/* The one that was chosen is wrong. */
void fetch_swarm_refute (FetchSwarm *swarm);
/* Somebody may still deliver something. */
gboolean fetch_swarm_has_hope (FetchSwarm *swarm);

/* ---- chunks ---- */

void fetch_swarm_ask_chunks (FetchSwarm *swarm);
/* What is under way is of another manifest. */
void fetch_swarm_forget_chunks (FetchSwarm *swarm);

/* ---- facts ---- */

void fetch_swarm_find_facts (FetchSwarm *self);
void fetch_swarm_ask_facts (FetchSwarm *swarm);

G_END_DECLS
