/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent-bucket.h"

/* Of a second: what may be sent at once after a pause. */
#define BURST (G_USEC_PER_SEC / 10)

#define PORTION_MIN 1024

gsize
agent_bucket_portion (const AgentBucket *bucket, gsize most)
{
  return bucket->rate == 0 ? most : CLAMP (bucket->rate / 8, PORTION_MIN, most);
}

guint
agent_bucket_take (AgentBucket *bucket, gsize bytes)
{
  gint64 now = g_get_monotonic_time ();
  gint64 wait;
  if (bucket->rate == 0)
    return 0;
  bucket->free_at = MAX (bucket->free_at, now - BURST);
  wait = MAX (bucket->free_at - now, 0);
  bucket->free_at += (gint64)((double)bytes / bucket->rate * G_USEC_PER_SEC);
  return (guint)(wait / 1000);
}
