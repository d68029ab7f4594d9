/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "muri.h"

G_BEGIN_DECLS

/* A caller that serves templates itself says on which port. */
#define HTTP_HEADER_PORT "Muri-Port"
/* Others that have at least a part of what was asked for: "10.0.0.2:41234, 10.0.0.3:41234" */
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

/* @port: as the caller said it; nonsense is ignored */
void http_referrals_add (HttpReferrals *referrals, const muri_v1_Uuid *id, GSocketAddress *caller,
                         const char *port);

/* Those other than the caller, as the header has them; %NULL: none. */
char *http_referrals_list (HttpReferrals *referrals, const muri_v1_Uuid *id, GSocketAddress *caller,
                           const char *port);

G_END_DECLS
