/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-receive-buffer.h"

#include <sys/socket.h>
#include <unistd.h>

/**
 * muri_receive_buffer_probe:
 *
 * Asks for such a buffer as Cyclone DDS does, and looks at what came of it: net.core.rmem_max is
 * the most that the kernel gives.
 *
 * Returns: bytes, at most %MURI_RECEIVE_BUFFER; 0: it cannot be found out
 */
guint32
muri_receive_buffer_probe (void)
{
  const int wanted = MURI_RECEIVE_BUFFER;
  int given = 0;
  socklen_t length = sizeof given;
  int fd = socket (AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

  if (fd < 0)
    return 0;
  if (setsockopt (fd, SOL_SOCKET, SO_RCVBUF, &wanted, sizeof wanted) != 0
      || getsockopt (fd, SOL_SOCKET, SO_RCVBUF, &given, &length) != 0)
    given = 0;
  close (fd);

  /* Linux sets aside twice as much, for what it notes of each packet. */
  return (guint32)MIN (given / 2, wanted);
}
