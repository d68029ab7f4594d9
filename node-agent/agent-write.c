/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent-write.h"

#include <errno.h>
#include <unistd.h>

gboolean
agent_write_at (int fd, const void *data, gsize length, guint64 offset)
{
  const guint8 *at = data;

  while (length > 0)
    {
      gssize n = pwrite (fd, at, length, (off_t)offset);

      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        return FALSE;
      at += n;
      offset += n;
      length -= n;
    }
  return TRUE;
}
