/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * AgentBucket: so many bytes a second, all senders or receivers of this process together.
 *
 * What is taken beyond what there is has to be waited for; who takes first waits least.
 */
typedef struct
{
  guint64 rate;   /* 0: as fast as it goes */
  gint64 free_at; /* monotonic time when all that was taken is paid for */
} AgentBucket;

/* Bytes to take at a time, so that nobody waits long for his turn. */
gsize agent_bucket_portion (const AgentBucket *bucket, gsize most);

/* Milliseconds to wait before @bytes are sent. */
guint agent_bucket_take (AgentBucket *bucket, gsize bytes);

G_END_DECLS
