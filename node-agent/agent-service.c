/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent-service.h"

#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

void
agent_service_notify (const char *state)
{
  const char *path = g_getenv ("NOTIFY_SOCKET");
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  if (path == NULL || (path[0] != '/' && path[0] != '@')
      || strlen (path) >= sizeof address.sun_path)
    return;

  memcpy (address.sun_path, path, strlen (path));
  socklen_t size = offsetof (struct sockaddr_un, sun_path) + strlen (path);
  if (path[0] == '@')
    address.sun_path[0] = '\0'; /* the abstract namespace */
  else
    size++;

  int fd = socket (AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0)
    return;
  if (sendto (fd, state, strlen (state), MSG_NOSIGNAL | MSG_DONTWAIT, (struct sockaddr *)&address,
              size)
      < 0)
    g_debug ("The service manager does not listen on %s", path);
  close (fd);
}

static gboolean
alive (gpointer user_data)
{
  agent_service_notify ("WATCHDOG=1");
  return G_SOURCE_CONTINUE;
}

guint
agent_service_watch (void)
{
  const char *text = g_getenv ("WATCHDOG_USEC");
  const char *pid = g_getenv ("WATCHDOG_PID");
  guint64 interval;
  if (text == NULL || !g_ascii_string_to_unsigned (text, 10, 2000, G_MAXUINT32, &interval, NULL)
      || (pid != NULL && g_ascii_strtoll (pid, NULL, 10) != getpid ()))
    return 0;
  return g_timeout_add (interval / 2000, alive, NULL);
}
