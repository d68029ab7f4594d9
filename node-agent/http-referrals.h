/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "muri.h"

G_BEGIN_DECLS

/* A caller that serves templates itself says on which port. */
#define HTTP_HEADER_PORT "Muri-Port"
/* Others that have at least a part of what was asked for: "10.0.0.2:41234, 10.0.0.3:41234"; with
 * security each with its node, as muri_source_parse() takes it */
#define HTTP_HEADER_SOURCES "Muri-Sources"
/* Which of the chunks asked for it is. */
#define HTTP_HEADER_CHUNK "Muri-Chunk"

/**
 * HttpReferrals: hosts that got parts of a template here and serve it themselves; whoever asks next
 * is told of them.
 */
typedef struct _HttpReferrals HttpReferrals;

HttpReferrals *http_referrals_new (void);
void http_referrals_free (HttpReferrals *referrals);

/**
 * HttpReferral: who asks.
 * @address: where it comes from
 * @port: (nullable): that it serves on, as it says; nonsense is ignored
 * @secure: it has shown a certificate
 * @name: (nullable): of that certificate; only nodes are named to others
 */
typedef struct
{
  GSocketAddress *address;
  const char *port;
  gboolean secure;
  const char *name;
} HttpReferral;

void
http_referrals_add (HttpReferrals *referrals, const muri_v1_Uuid *id, const HttpReferral *caller);

/* Those other than the caller, as the header has them; %NULL: none. */
char *
http_referrals_list (HttpReferrals *referrals, const muri_v1_Uuid *id, const HttpReferral *caller);

G_END_DECLS
