/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent-child.h"

#include <signal.h>
#include <string.h>
#include <sys/prctl.h>

#define CHUNK 4096
#define WORDS_MAX 8192

typedef struct
{
  GSubprocess *process;
  AgentChildProgress progress;
  gpointer progress_data;
  guint percent;
  GString *words; /* of its standard error */
  guint open;     /* streams, and the process itself */
  gulong cancelled;
} Child;

static void
child_free (gpointer data)
{
  Child *child = data;

  g_clear_object (&child->process);
  g_string_free (child->words, TRUE);
  g_free (child);
}

/* On the child's side of a fork. */
static void
die_with_agent (gpointer data)
{
  prctl (PR_SET_PDEATHSIG, SIGKILL);
}

static char *
last_line (GString *words)
{
  char *text = g_strstrip (words->str);
  char *end = strrchr (text, '\n');

  return g_utf8_make_valid (end != NULL ? end + 1 : text, -1);
}

static void
close_one (GTask *task)
{
  Child *child = g_task_get_task_data (task);
  g_autofree char *words = NULL;

  if (--child->open > 0)
    return;
  if (child->cancelled != 0)
    g_cancellable_disconnect (g_task_get_cancellable (task), child->cancelled);
  if (g_task_return_error_if_cancelled (task))
    return;
  words = last_line (child->words);
  if (g_subprocess_get_successful (child->process))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_FAILED, "%s",
                             *words != '\0' ? words : "its program ended without a word");
}

/* The last one that a chunk has whole. */
static void
note_progress (Child *child, const char *text)
{
  const char *end = g_strrstr (text, "/100%");
  const char *begin = end;
  guint percent;

  while (begin != NULL && begin > text && (g_ascii_isdigit (begin[-1]) || begin[-1] == '.'))
    begin--;
  if (begin == end)
    return;
  percent = (guint)CLAMP (g_ascii_strtod (begin, NULL), 0, 100);
  if (child->progress != NULL && percent != child->percent)
    child->progress (percent, child->progress_data);
  child->percent = percent;
}

static void
on_read (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  Child *child = g_task_get_task_data (task);
  GInputStream *stream = G_INPUT_STREAM (source);
  g_autoptr (GBytes) bytes = g_input_stream_read_bytes_finish (stream, result, NULL);
  gsize size = bytes != NULL ? g_bytes_get_size (bytes) : 0;
  g_autofree char *text = size > 0 ? g_strndup (g_bytes_get_data (bytes, NULL), size) : NULL;

  if (size == 0)
    {
      close_one (task);
      g_object_unref (task);
      return;
    }
  if (stream == g_subprocess_get_stdout_pipe (child->process))
    note_progress (child, text);
  else if (child->words->len < WORDS_MAX)
    g_string_append (child->words, text);
  g_input_stream_read_bytes_async (stream, CHUNK, G_PRIORITY_DEFAULT, NULL, on_read, task);
}

static void
on_ended (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;

  g_subprocess_wait_finish (G_SUBPROCESS (source), result, NULL);
  close_one (task);
}

static void
on_cancelled (GCancellable *cancellable, GSubprocess *process)
{
  g_subprocess_force_exit (process);
}

void
agent_child_run_async (const char *const *argv, GCancellable *cancellable,
                       AgentChildProgress progress, gpointer progress_data,
                       GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GSubprocessLauncher) launcher =
      g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE);
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Child *child = g_new0 (Child, 1);
  GError *error = NULL;

  child->progress = progress;
  child->progress_data = progress_data;
  child->percent = G_MAXUINT;
  child->words = g_string_new (NULL);
  g_task_set_task_data (task, child, child_free);
  if (g_task_return_error_if_cancelled (task))
    return;
  g_subprocess_launcher_set_child_setup (launcher, die_with_agent, NULL, NULL);
  g_subprocess_launcher_setenv (launcher, "LC_ALL", "C", TRUE);
  child->process = g_subprocess_launcher_spawnv (launcher, argv, &error);
  if (child->process == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  child->open = 3;
  if (cancellable != NULL)
    child->cancelled =
        g_cancellable_connect (cancellable, G_CALLBACK (on_cancelled), child->process, NULL);
  g_subprocess_wait_async (child->process, NULL, on_ended, g_object_ref (task));
  g_input_stream_read_bytes_async (g_subprocess_get_stdout_pipe (child->process), CHUNK,
                                   G_PRIORITY_DEFAULT, NULL, on_read, g_object_ref (task));
  g_input_stream_read_bytes_async (g_subprocess_get_stderr_pipe (child->process), CHUNK,
                                   G_PRIORITY_DEFAULT, NULL, on_read, g_object_ref (task));
}

gboolean
agent_child_run_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
