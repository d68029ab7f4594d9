/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define AGENT_SHA256_SIZE 32

/**
 * AgentSha256: SHA-256 by GnuTLS, which uses what the processor has for it: images are hashed
 * several times as fast as with GChecksum.
 */
typedef struct _AgentSha256 AgentSha256;

AgentSha256 *agent_sha256_new (void);
void agent_sha256_update (AgentSha256 *sha256, gconstpointer data, gsize length);
/* Of all so far; begins anew. */
void agent_sha256_take (AgentSha256 *sha256, guint8 digest[AGENT_SHA256_SIZE]);
void agent_sha256_free (AgentSha256 *sha256);

void agent_sha256_of (gconstpointer data, gsize length, guint8 digest[AGENT_SHA256_SIZE]);

/* 64 hexadecimal digits. */
char *agent_sha256_to_text (const guint8 digest[AGENT_SHA256_SIZE]);
gboolean agent_sha256_parse (const char *text, guint8 digest[AGENT_SHA256_SIZE]);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AgentSha256, agent_sha256_free)

G_END_DECLS
