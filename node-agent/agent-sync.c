/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent-sync.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <unistd.h>

static gboolean
fail (const char *path, GError **error)
{
  int number = errno;

  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (number),
               "what was made could not be written out to the storage: %s: %s", path,
               g_strerror (number));
  return FALSE;
}

/* Some file systems sync directories by themselves, and say so with EINVAL. */
static gboolean
sync_it (const char *path, int flags, int (*sync) (int fd), GError **error)
{
  int fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | flags);
  gboolean good = fd >= 0 && (sync (fd) == 0 || ((flags & O_DIRECTORY) && errno == EINVAL));

  if (!good)
    fail (path, error);
  if (fd >= 0)
    close (fd);
  return good;
}

gboolean
agent_sync_data (const char *path, GError **error)
{
  return sync_it (path, 0, fdatasync, error);
}

gboolean
agent_sync_name (const char *path, GError **error)
{
  g_autofree char *directory = g_path_get_dirname (path);

  return sync_it (directory, O_DIRECTORY, fsync, error);
}
