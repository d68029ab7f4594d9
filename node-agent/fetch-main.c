/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Fetches an image, or hashes one that is here; the agent starts it, tells it by a key file on its
 * standard input (fetch-job.h), and reads what it says.
 *
 * The process that was started opens the files and, in the end, moves aside what is wrong. What
 * speaks with the network is its child, which has those files and no more. Whoever kills the one
 * kills both. */

#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agent-sandbox.h"
#include "fetch-check.h"
#include "fetch-swarm.h"
#include "fetch-url.h"

#define JOB_MAX (64 * 1024)

typedef struct
{
  int image;
  int map;
  int facts;
  int description;
} Files;

static int
complain (const GError *error)
{
  fetch_say_error (error->message);
  return error->domain == FETCH_ERROR ? error->code : FETCH_FAILED;
}

/* ---- the child ---- */

static int
fetch (const FetchJob *job, const Files *files)
{
  g_autoptr (FetchImage) image = fetch_image_new (files->image, files->map);
  g_autoptr (MuriIdentity) identity = NULL;
  g_autoptr (GError) error = NULL;
  gboolean fetched;

  /* While this is still the user that the private key belongs to. */
  if (job->certificate != NULL && job->url == NULL)
    {
      identity = muri_identity_load (job->certificate, job->key, job->authority, &error);
      if (identity == NULL)
        return complain (error);
    }
  agent_sandbox_enter (AGENT_SANDBOX_FETCHER, -1);
  if (job->url != NULL)
    fetched = fetch_url_run (job, image, &error);
  else
    {
      g_autoptr (FetchSwarm) swarm =
          fetch_swarm_new (job, identity, image, files->facts, files->description);
      fetched = fetch_swarm_run (swarm, &error);
    }
  if (!fetched)
    return complain (error);
  const AgentChunkMap *map = fetch_image_get_map (image);
  fetch_say_done (map->sha256, map->size);
  return FETCH_DONE;
}

/* ---- the process that was started ---- */

static gboolean
open_file (const char *target, const char *suffix, int *fd, GError **error)
{
  g_autofree char *path = g_strconcat (target, suffix, NULL);
  *fd = open (path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (*fd >= 0)
    return TRUE;
  int code = errno;
  g_set_error (error, FETCH_ERROR, FETCH_NO_SPACE, "%s: %s", path, g_strerror (code));
  return FALSE;
}

static gboolean
open_files (const FetchJob *job, Files *files, GError **error)
{
  if (!open_file (job->target, "", &files->image, error)
      || !open_file (job->target, ".map", &files->map, error))
    return FALSE;
  if (flock (files->map, LOCK_EX | LOCK_NB) != 0)
    {
      g_set_error (error, FETCH_ERROR, FETCH_FAILED, "%s is being fetched already", job->target);
      return FALSE;
    }
  files->facts = files->description = -1;
  return job->url != NULL
         || (open_file (job->target, ".facts", &files->facts, error)
             && open_file (job->target, ".xml", &files->description, error));
}

static void
keep_aside (const char *target)
{
  g_autofree char *bad = g_strconcat (target, ".bad", NULL);
  g_autofree char *map = g_strconcat (target, ".map", NULL);
  if (rename (target, bad) != 0)
    g_message ("%s cannot be kept aside", target);
  unlink (map);
}

static int
fetch_in_child (const FetchJob *job, GError **error)
{
  Files files;
  pid_t parent = getpid ();
  pid_t child;
  int status = 0;
  if (!open_files (job, &files, error))
    return complain (*error);
  child = fork ();
  if (child == 0)
    {
      prctl (PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
      _exit (getppid () == parent ? fetch (job, &files) : FETCH_FAILED);
    }
  while (child > 0 && waitpid (child, &status, 0) < 0 && errno == EINTR)
    ;
  if (child < 0 || !WIFEXITED (status))
    {
      fetch_say_error ("what fetches has died");
      return FETCH_FAILED;
    }
  if (WEXITSTATUS (status) == FETCH_WRONG)
    keep_aside (job->target);
  return WEXITSTATUS (status);
}

static GBytes *
read_job (void)
{
  g_autofree char *text = g_malloc (JOB_MAX);
  gsize length = 0;
  while (length < JOB_MAX)
    {
      gssize n = read (STDIN_FILENO, text + length, JOB_MAX - length);
      if (n <= 0)
        break;
      length += n;
    }
  return g_bytes_new_take (g_steal_pointer (&text), length);
}

int
main (int argc, char **argv)
{
  g_autoptr (GBytes) text = NULL;
  g_autoptr (FetchJob) job = NULL;
  g_autoptr (GError) error = NULL;
  setlocale (LC_CTYPE, "");

  /* No settings of a desktop's: they could not be read from in there. */
  g_setenv ("GSETTINGS_BACKEND", "memory", TRUE);
  g_setenv ("GIO_USE_VFS", "local", TRUE);
  text = read_job ();
  job = fetch_job_parse (g_bytes_get_data (text, NULL), g_bytes_get_size (text), &error);
  if (job == NULL)
    return complain (error);
  if (job->file == NULL)
    return fetch_in_child (job, &error);
  return fetch_check_run (job, &error) ? FETCH_DONE : complain (error);
}
