/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libsoup/soup.h>

#include "agent-bucket.h"
#include "fetch-job.h"
#include "muri-identity.h"

G_BEGIN_DECLS

/* Seconds without a byte until a connection counts as dead. */
#define FETCH_SILENCE_MAX 15

/**
 * FetchReply: what came of a request.
 * @status: of HTTP
 * @error: (nullable): nothing came, or not all
 * @body: (nullable): if @status is one of success
 */
typedef struct
{
  guint status;
  GError *error;
  GBytes *body;
  SoupMessage *message;
} FetchReply;

typedef void (*FetchReplyFunc) (const FetchReply *reply, gpointer user_data);
/* The headers are there, or so many bytes more. */
typedef void (*FetchHeadersFunc) (SoupMessage *message, gpointer user_data);
typedef void (*FetchBytesFunc) (gsize bytes, gpointer user_data);

/**
 * FetchHttp: asks hosts for small things and chunks, no faster than it may.
 */
typedef struct
{
  SoupSession *session;
  AgentBucket bucket;
  char *port;             /* told to whom it asks; NULL: nothing */
  MuriIdentity *identity; /* NULL: it speaks without TLS, or as any browser does */
} FetchHttp;

void fetch_http_init (FetchHttp *http, const FetchJob *job, MuriIdentity *identity);
void fetch_http_clear (FetchHttp *http);

typedef struct
{
  const char *uri;
  const muri_v1_Uuid *node; /* who has to answer, where the identity says who asks */
  gsize most;               /* a longer answer is an error */
  FetchHeadersFunc on_headers;
  FetchBytesFunc on_bytes;
  FetchReplyFunc on_reply; /* not called when @cancellable was cancelled */
  gpointer user_data;
  GCancellable *cancellable;
} FetchRequest;

void fetch_http_get (FetchHttp *http, const FetchRequest *request);

const char *fetch_reply_get_header (const FetchReply *reply, const char *name);

G_END_DECLS
