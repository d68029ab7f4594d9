/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent-identity.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "muri-uuid.h"

/* @code 0: @what says all. */
static gboolean
fail (GError **error, const char *state_dir, const char *what, int code)
{
  if (code == 0)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "state directory \"%s\" %s", state_dir,
                 what);
  else
    g_set_error (error, G_IO_ERROR, g_io_error_from_errno (code),
                 "state directory \"%s\" %s: %s; name one that can be written (--state-dir)",
                 state_dir, what, g_strerror (code));
  return FALSE;
}

/* The lock is the kernel's and ends with the process, so a killed agent leaves none behind. */
static gboolean
take_lock (AgentIdentity *identity, const char *state_dir, GError **error)
{
  g_autofree char *path = g_build_filename (state_dir, "lock", NULL);
  identity->lock = open (path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (identity->lock < 0)
    return fail (error, state_dir, "cannot be written", errno);
  if (flock (identity->lock, LOCK_EX | LOCK_NB) == 0)
    return TRUE;
  if (errno == EWOULDBLOCK)
    return fail (error, state_dir,
                 "is used by another agent; each needs one of its own (--state-dir)", 0);
  return fail (error, state_dir, "cannot be locked", errno);
}

static gboolean
write_uuid (AgentIdentity *identity, const char *path, const char *state_dir, GError **error)
{
  char text[MURI_UUID_TEXT + 1];
  muri_uuid_generate (&identity->node);
  muri_uuid_format (&identity->node, text);
  strcat (text, "\n");
  if (g_file_set_contents_full (path, text, -1,
                                G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0644,
                                error))
    return TRUE;
  g_prefix_error (error, "state directory \"%s\" cannot be written: ", state_dir);
  return FALSE;
}

static gboolean
read_uuid (AgentIdentity *identity, const char *state_dir, GError **error)
{
  g_autofree char *path = g_build_filename (state_dir, "node", NULL);
  g_autofree char *text = NULL;
  g_autoptr (GError) local = NULL;
  if (!g_file_get_contents (path, &text, NULL, &local))
    {
      if (g_error_matches (local, G_FILE_ERROR, G_FILE_ERROR_NOENT))
        return write_uuid (identity, path, state_dir, error);
      g_propagate_prefixed_error (error, g_steal_pointer (&local),
                                  "state directory \"%s\" cannot be read: ", state_dir);
      return FALSE;
    }
  if (muri_uuid_parse (g_strstrip (text), &identity->node) && !muri_uuid_is_zero (&identity->node))
    return TRUE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
               "\"%s\" does not hold this node's UUID; restore it, or remove it to become a new "
               "node",
               path);
  return FALSE;
}

AgentIdentity *
agent_identity_open (const char *state_dir, GError **error)
{
  g_autoptr (AgentIdentity) identity = g_new0 (AgentIdentity, 1);
  identity->lock = -1;
  if (g_mkdir_with_parents (state_dir, 0700) != 0)
    {
      fail (error, state_dir, "cannot be made", errno);
      return NULL;
    }
  if (!take_lock (identity, state_dir, error) || !read_uuid (identity, state_dir, error))
    return NULL;
  return g_steal_pointer (&identity);
}

void
agent_identity_close (AgentIdentity *identity)
{
  if (identity->lock >= 0)
    close (identity->lock);
  g_free (identity);
}
