/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libsoup/soup.h>

#include "agent-chunk-map.h"
#include "agent-http.h"
#include "muri-test-papers.h"

G_BEGIN_DECLS

/* Hosts that serve templates on ports of lo, and programs that fetch them from there. */

#define TRANSFER_ID "11111111-2222-4333-8444-555555555555"
#define TRANSFER_DEADLINE 60
#define MIB (1024 * 1024)

/**
 * TransferImage: an image of 9 chunks, two of them zeros, the last one short; its map and facts.
 */
typedef struct
{
  char *path;
  char *sha256;
  guint64 size;
} TransferImage;

TransferImage *transfer_image_new (guint seed);
void transfer_image_free (TransferImage *image);
/* A copy with other data in a chunk, but with the same map, or with one that fits the data and
 * claims the SHA-256 of @image. */
TransferImage *transfer_image_forge (const TransferImage *image, guint chunk, gboolean with_map);

typedef struct
{
  AgentGrants *grants;
  AgentHttp *http;
  char *name;    /* 127.0.0.1:port */
  char *source;  /* the same; with security, its node before it */
  char *subject; /* with security: of its certificate */
} TransferHost;

TransferHost *transfer_host_new (guint uploads, guint64 rate);
/* It has a certificate of @papers, and speaks with nobody else. */
TransferHost *transfer_host_new_secure (guint uploads, guint64 rate, MuriTestPapers *papers);
void transfer_host_offer (TransferHost *host, const TransferImage *image);
/* What somebody is fetching to @target. */
void transfer_host_offer_partial (TransferHost *host, const char *target);
void transfer_host_free (TransferHost *host);

typedef struct
{
  GSubprocess *program;
  GDataInputStream *output;
  char *target;
  guint first_percent; /* that it said; 0: none yet */
  guint percent;
  char *from; /* hosts that it named, each followed by a space */
  char *last; /* what it ended with */
  gboolean over;
  int status;
} TransferFetch;

/* @keys: besides template and target, or url, lines for the key file. */
TransferFetch *transfer_fetch_new (const char *target, const char *keys);
/* @image: NULL: its SHA-256 is not known */
TransferFetch *transfer_fetch_from (const char *target, const TransferImage *image, guint64 rate,
                                    const char *sources, guint16 port);
/* Runs the main context until it ends. */
void transfer_fetch_await (TransferFetch *fetch);
void transfer_fetch_kill9 (TransferFetch *fetch);
void transfer_fetch_free (TransferFetch *fetch);

char *transfer_target (void);
void transfer_assert_same (const char *path, const TransferImage *image);

/* What a host of this test answers, while the main context runs. */
SoupMessage *transfer_ask (const char *method, const char *host, const char *path,
                           const char *header, const char *value, GBytes *body, GBytes **answer);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TransferImage, transfer_image_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TransferHost, transfer_host_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TransferFetch, transfer_fetch_free)

G_END_DECLS
