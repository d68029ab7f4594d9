/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent-tool.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "agent-sandbox.h"
#include "muri-config.h"

#define OUTPUT_MAX (1024 * 1024)
#define WORDS_MAX 4096
#define ERROR_MARK ": error: "

/* Behind the standard ones. */
#define FIRST_FILE 3

/* Behind what serves guests. */
#define NICE 10

#define READ (LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR)
#define RUN (READ | LANDLOCK_ACCESS_FS_EXECUTE)
#define WRITE                                                                                      \
  (READ | LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_FILE                           \
   | LANDLOCK_ACCESS_FS_MAKE_REG)
#define OWN                                                                                        \
  (RUN | WRITE | LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_MAKE_DIR                       \
   | LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_MAKE_FIFO | LANDLOCK_ACCESS_FS_MAKE_SYM)
#define OF_A_FILE                                                                                  \
  (LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_EXECUTE)
#define HANDLED                                                                                    \
  (RUN | WRITE | LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_MAKE_CHAR                      \
   | LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_MAKE_FIFO     \
   | LANDLOCK_ACCESS_FS_MAKE_BLOCK | LANDLOCK_ACCESS_FS_MAKE_SYM)

/* What the child does between fork and exec: no memory may be asked for there. */
typedef struct
{
  const AgentTool *tool;
  int rules; /* of Landlock; -1: none */
} Setup;

/* ---- limits ----------------------------------------------------------------------------- */

static void
allow (int rules, const char *path, guint64 access)
{
  struct landlock_path_beneath_attr rule = { .allowed_access = access };
  struct stat st;
  rule.parent_fd = open (path, O_PATH | O_CLOEXEC);
  if (rule.parent_fd < 0)
    return;
  if (fstat (rule.parent_fd, &st) == 0 && !S_ISDIR (st.st_mode))
    rule.allowed_access &= OF_A_FILE;
  if (syscall (SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) != 0)
    g_debug ("%s cannot be allowed: %s", path, g_strerror (errno));
  close (rule.parent_fd);
}

static int
make_rules (const AgentTool *tool)
{
  static const char *const programs[] = { "/usr", "/bin", "/lib", "/lib64", "/etc/ld.so.cache" };
  const struct landlock_ruleset_attr files = { .handled_access_fs = HANDLED };
  int rules;
  if (!tool->closed)
    return -1;
  rules = (int)syscall (SYS_landlock_create_ruleset, &files, sizeof files, 0);
  if (rules < 0)
    {
      g_debug ("this kernel has no Landlock");
      return -1;
    }
  fcntl (rules, F_SETFD, FD_CLOEXEC);
  for (guint i = 0; i < G_N_ELEMENTS (programs); i++)
    allow (rules, programs[i], RUN);
  allow (rules, "/dev/null", READ | WRITE);
  allow (rules, "/dev/urandom", READ);
  for (guint i = 0; tool->read != NULL && tool->read[i] != NULL; i++)
    allow (rules, tool->read[i], READ);
  for (guint i = 0; tool->write != NULL && tool->write[i] != NULL; i++)
    allow (rules, tool->write[i], WRITE);
  for (guint i = 0; tool->scratch != NULL && tool->scratch[i] != NULL; i++)
    allow (rules, tool->scratch[i], OWN);
  return rules;
}

static void
limit (int resource, guint64 most)
{
  const struct rlimit value = { most, most };
  if (most != 0 && setrlimit (resource, &value) != 0)
    _exit (127);
}

static void
set_up (gpointer user_data)
{
  const Setup *setup = user_data;
  const AgentTool *tool = setup->tool;
  const struct rlimit none = { 0, 0 };
  setrlimit (RLIMIT_CORE, &none);
  limit (RLIMIT_AS, tool->memory);
  limit (RLIMIT_CPU, tool->cpu);
  limit (RLIMIT_FSIZE, tool->file_size);
  setpriority (PRIO_PROCESS, 0, NICE);
  /* The caller's thread, which is the parent here, waits for the end. */
  prctl (PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
  if (!tool->closed)
    return;
  unshare (CLONE_NEWNET); /* only root may */
  prctl (PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  if (!tool->emulates)
    agent_sandbox_keep_code ();
  if (setup->rules >= 0 && syscall (SYS_landlock_restrict_self, setup->rules, 0) != 0)
    _exit (127);
}

/* ---- running ---------------------------------------------------------------------------- */

static int
memory_file_of (const void *data, gsize length)
{
  int fd = memfd_create ("muri", MFD_CLOEXEC);
  if (fd >= 0 && length > 0
      && (write (fd, data, length) != (gssize)length || lseek (fd, 0, SEEK_SET) != 0))
    {
      close (fd);
      return -1;
    }
  return fd;
}

static int
memory_file (const char *text)
{
  return memory_file_of (text, text != NULL ? strlen (text) : 0);
}

/* What cannot be given is missed by the program, which says so. */
static void
give_files (GSubprocessLauncher *launcher, const AgentTool *tool)
{
  for (guint i = 0; i < tool->n_files; i++)
    {
      gsize length;
      const void *data = tool->files[i] != NULL ? g_bytes_get_data (tool->files[i], &length) : NULL;
      int fd = data != NULL ? memory_file_of (data, length) : -1;
      if (fd >= 0)
        g_subprocess_launcher_take_fd (launcher, fd, FIRST_FILE + (int)i);
    }
}

/* Takes whole lines out of @text. */
static void
give_lines (const AgentTool *tool, GString *text)
{
  gsize length;
  while (tool->line != NULL && (length = strcspn (text->str, "\r\n")) < text->len)
    {
      text->str[length] = '\0';
      if (length > 0)
        tool->line (text->str, tool->user_data);
      g_string_erase (text, 0, (gssize)length + 1);
    }
}

static gboolean
read_output (const AgentTool *tool, GInputStream *stream, GCancellable *cancellable,
             GString *output, GError **error)
{
  g_autoptr (GString) pending = g_string_new (NULL);
  char buffer[4096];
  gssize n;
  while ((n = g_input_stream_read (stream, buffer, sizeof buffer, cancellable, error)) > 0)
    {
      if (output->len + n <= OUTPUT_MAX)
        g_string_append_len (output, buffer, n);
      if (tool->line == NULL)
        continue;
      g_string_append_len (pending, buffer, n);
      give_lines (tool, pending);
      if (pending->len > OUTPUT_MAX)
        g_string_truncate (pending, 0);
    }
  if (n == 0 && tool->line != NULL && pending->len > 0)
    tool->line (pending->str, tool->user_data);
  return n == 0;
}

/* "qemu-img: Could not open …", "libguestfs: error: …": who says it is known. NULL: it is none of
 * these. */
static const char *
skip_speaker (const char *line, const char *prefix)
{
  const char *error = g_strstr_len (line, (gssize)strcspn (line, "\n"), ERROR_MARK);
  if (error != NULL)
    return error + strlen (ERROR_MARK);
  return g_str_has_prefix (line, prefix) ? line + strlen (prefix) : NULL;
}

/* Some give advice behind what they say. */
static const char *
find_line (const char *text, const char *prefix)
{
  const char *last = strrchr (text, '\n');
  const char *said = NULL;
  for (const char *line = text; line != NULL; line = strchr (line, '\n'))
    {
      line += *line == '\n';
      if (skip_speaker (line, prefix) != NULL)
        said = skip_speaker (line, prefix);
    }
  return said != NULL ? said : last != NULL ? last + 1 : text;
}

static char *
last_words (int fd, const char *program)
{
  char buffer[WORDS_MAX + 1];
  gint64 length = lseek (fd, 0, SEEK_END);
  gssize n = pread (fd, buffer, WORDS_MAX, MAX (0, length - WORDS_MAX));
  g_autofree char *base = g_path_get_basename (program);
  g_autofree char *prefix = g_strconcat (base, ": ", NULL);
  g_autofree char *text = NULL;
  const char *line;
  buffer[MAX (0, n)] = '\0';
  text = g_utf8_make_valid (g_strchomp (buffer), -1);
  line = find_line (text, prefix);
  return g_strndup (line, strcspn (line, "\n"));
}

static GSubprocess *
spawn (const AgentTool *tool, int input, int words, GError **error)
{
  g_autoptr (GSubprocessLauncher) launcher =
      g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE);
  Setup setup = { tool, make_rules (tool) };
  GSubprocess *process;
  g_subprocess_launcher_take_stdin_fd (launcher, input);
  g_subprocess_launcher_take_stderr_fd (launcher, words);
  give_files (launcher, tool);
  g_subprocess_launcher_setenv (launcher, "LC_ALL", "C.UTF-8", TRUE);
  for (guint i = 0; tool->environment != NULL && tool->environment[i] != NULL; i++)
    {
      g_auto (GStrv) pair = g_strsplit (tool->environment[i], "=", 2);
      g_subprocess_launcher_setenv (launcher, pair[0], pair[1], TRUE);
    }
  g_subprocess_launcher_set_child_setup (launcher, set_up, &setup, NULL);
  process = g_subprocess_launcher_spawnv (launcher, tool->argv, error);
  if (setup.rules >= 0)
    close (setup.rules);
  return process;
}

static gboolean
wait_for (GSubprocess *process, const AgentTool *tool, gboolean whole, int *status, GError **error)
{
  if (!whole)
    g_subprocess_force_exit (process);
  g_subprocess_wait (process, NULL, NULL);
  if (!whole)
    return FALSE;
  if (g_subprocess_get_if_exited (process))
    {
      *status = g_subprocess_get_exit_status (process);
      return TRUE;
    }
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "%s was ended by signal %d: %s", tool->argv[0],
               g_subprocess_get_term_sig (process),
               g_strsignal (g_subprocess_get_term_sig (process)));
  return FALSE;
}

gboolean
agent_tool_run (const AgentTool *tool, GCancellable *cancellable, char **output, char **words,
                int *status, GError **error)
{
  int input = memory_file (tool->input), said = memory_file (NULL);
  int kept = said >= 0 ? fcntl (said, F_DUPFD_CLOEXEC, 0) : -1;
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GSubprocess) process = NULL;
  gboolean good = FALSE;
  if (input < 0 || kept < 0)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "no file can be opened");
  else if (!g_cancellable_set_error_if_cancelled (cancellable, error))
    process = spawn (tool, g_steal_fd (&input), g_steal_fd (&said), error);
  if (process != NULL)
    {
      good = read_output (tool, g_subprocess_get_stdout_pipe (process), cancellable, text, error);
      good = wait_for (process, tool, good, status, error);
    }
  if (output != NULL)
    *output = good ? g_strdup (text->str) : NULL;
  if (words != NULL)
    *words = kept >= 0 ? last_words (kept, tool->argv[0]) : NULL;
  for (guint i = 0; i < 3; i++)
    {
      const int fds[] = { input, said, kept };
      if (fds[i] >= 0)
        close (fds[i]);
    }
  return good;
}

char *
agent_tool_find_own (const char *name)
{
  g_autofree char *self = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *directory = self != NULL ? g_path_get_dirname (self) : g_strdup ("/");
  g_autofree char *beside = g_build_filename (directory, name, NULL);
  if (g_file_test (beside, G_FILE_TEST_IS_EXECUTABLE))
    return g_steal_pointer (&beside);
  return g_build_filename (MURI_LIBEXECDIR, name, NULL);
}
