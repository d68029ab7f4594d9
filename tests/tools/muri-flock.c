/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A simulated fleet: the agent's own code many times over, each with its node id, its state
 * directory, its participant and its private test driver, in a few processes.
 *
 * It says "ready" when all agents speak, and "down FIRST COUNT" and "up FIRST COUNT" of hosts whose
 * process was killed and is back. Lines of its standard input:
 *   inventory     prints what each hypervisor has, and "end":
 *                 host NODE NAME VMS / vm NODE UUID NAME STATE, separated by tabs
 *   calm          nothing happens any more; "calm" when all agents are there
 *   churn         it goes on
 *   kill [N]      SIGKILL to N processes, which come back
 *   cut SECONDS   all agents are cut off the network for that long
 *   stop          ends it, as SIGTERM does */

#include <gio/gunixinputstream.h>
#include <glib-unix.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "flock-worker.h"

/* A zone has no more. */
#define SLICE_MAX 125

/* How long goodbyes may take, seconds. */
#define PATIENCE 30

typedef struct
{
  guint zone;
  guint first;
  guint count;
  GSubprocess *process; /* NULL while it is down */
  GDataInputStream *lines;
  gboolean ready;
  gboolean killed;
  gboolean asked; /* for its inventory */
  guint back;     /* timer */
} Slice;

static struct
{
  /* options */
  FlockPlan plan;
  FlockRates rates;
  char **zones;
  int slice;
  double deaths;
  double down;
  int worker_first;
  int worker_count;
  int zone; /* of a worker */

  /* state */
  GMainLoop *loop;
  GPtrArray *slices;
  GDataInputStream *commands;
  guint death;
  gboolean started;
  gboolean calming;
  gboolean churning;
  guint n_calm;
  gboolean stopping;
  gboolean own_directory;
  int status;
} flock = { .slice = SLICE_MAX, .down = 5, .worker_first = -1 };

static void launch (Slice *slice);
static void churn (void);

static void say (const char *format, ...) G_GNUC_PRINTF (1, 2);

static void
say (const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  vprintf (format, arguments);
  va_end (arguments);
  putchar ('\n');
  fflush (stdout);
}

static void
tell (Slice *slice, const char *line)
{
  g_autofree char *text = g_strconcat (line, "\n", NULL);

  /* One that has just died hears it when it is back. */
  if (slice->process != NULL)
    g_output_stream_write_all (g_subprocess_get_stdin_pipe (slice->process), text, strlen (text),
                               NULL, NULL, NULL);
}

static guint
count_slices (gboolean (*is) (const Slice *slice))
{
  guint n = 0;

  for (guint i = 0; i < flock.slices->len; i++)
    n += is (flock.slices->pdata[i]);
  return n;
}

static gboolean
is_ready (const Slice *slice)
{
  return slice->ready;
}

static gboolean
is_asked (const Slice *slice)
{
  return slice->asked;
}

static gboolean
is_running (const Slice *slice)
{
  return slice->process != NULL;
}

/* ---- what a process says ---- */

static void
end_inventory (Slice *slice)
{
  if (!slice->asked)
    return;
  slice->asked = FALSE;
  if (count_slices (is_asked) == 0)
    say ("end");
}

static void
on_ready (Slice *slice)
{
  slice->ready = TRUE;
  if (flock.started)
    say ("up\t%u\t%u", slice->first + 1, slice->count);
  else if (count_slices (is_ready) == flock.slices->len)
    {
      flock.started = TRUE;
      say ("ready");
      churn ();
    }
  if (flock.calming)
    tell (slice, "calm");
  else if (flock.churning)
    tell (slice, "churn");
}

static void
on_calm (void)
{
  if (!flock.calming || ++flock.n_calm < flock.slices->len)
    return;
  flock.calming = FALSE;
  say ("calm");
}

static void
on_worker_line (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Slice *slice = user_data;
  GDataInputStream *lines = G_DATA_INPUT_STREAM (source);
  g_autofree char *line = g_data_input_stream_read_line_finish (lines, result, NULL, NULL);

  if (line == NULL || slice->lines != lines)
    return;
  if (strcmp (line, "ready") == 0)
    on_ready (slice);
  else if (strcmp (line, "calm") == 0)
    on_calm ();
  else if (strcmp (line, "end") == 0)
    end_inventory (slice);
  else
    puts (line);
  g_data_input_stream_read_line_async (lines, G_PRIORITY_DEFAULT, NULL, on_worker_line, slice);
}

/* ---- its life ---- */

static gboolean
on_back (gpointer user_data)
{
  Slice *slice = user_data;

  slice->back = 0;
  launch (slice);
  return G_SOURCE_REMOVE;
}

static void
on_worker_ended (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Slice *slice = user_data;
  gboolean killed = slice->killed;
  int status = g_subprocess_get_status (slice->process);

  g_clear_object (&slice->lines);
  g_clear_object (&slice->process);
  slice->ready = slice->killed = FALSE;
  end_inventory (slice);
  if (flock.stopping && count_slices (is_running) == 0)
    g_main_loop_quit (flock.loop);
  if (flock.stopping)
    return;
  if (killed)
    {
      say ("down\t%u\t%u", slice->first + 1, slice->count);
      slice->back = g_timeout_add ((guint)(flock.calming ? 0 : flock.down * 1000), on_back, slice);
      return;
    }
  g_printerr ("muri-flock: the process of hosts from %u on has ended by itself (%s %d)\n",
              slice->first + 1, WIFSIGNALED (status) ? "signal" : "status",
              WIFSIGNALED (status) ? WTERMSIG (status) : WEXITSTATUS (status));
  flock.status = 1;
  g_main_loop_quit (flock.loop);
}

static void
die_with_parent (gpointer user_data)
{
  prctl (PR_SET_PDEATHSIG, SIGKILL);
}

static void
add_number (GPtrArray *arguments, const char *option, double value)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];

  g_ptr_array_add (arguments, g_strdup (option));
  g_ptr_array_add (arguments, g_strdup (g_ascii_formatd (text, sizeof text, "%.12g", value)));
}

static GPtrArray *
worker_arguments (const Slice *slice)
{
  GPtrArray *arguments = g_ptr_array_new_with_free_func (g_free);

  g_ptr_array_add (arguments, g_strdup ("/proc/self/exe"));
  add_number (arguments, "--worker-first", slice->first);
  add_number (arguments, "--worker-count", slice->count);
  add_number (arguments, "--worker-zone", slice->zone);
  add_number (arguments, "--hosts", flock.plan.hosts);
  add_number (arguments, "--vms", flock.plan.vms);
  add_number (arguments, "--join-within", flock.plan.join_within);
  add_number (arguments, "--history", flock.plan.history);
  add_number (arguments, "--changes", flock.rates.changes);
  add_number (arguments, "--moves", flock.rates.moves);
  add_number (arguments, "--comings", flock.rates.comings);
  add_number (arguments, "--restarts", flock.rates.restarts);
  g_ptr_array_add (arguments, g_strdup ("--directory"));
  g_ptr_array_add (arguments, g_strdup (flock.plan.directory));
  g_ptr_array_add (arguments, g_strdup ("--interface"));
  g_ptr_array_add (arguments, g_strdup (flock.plan.interface));
  g_ptr_array_add (arguments, NULL);
  return arguments;
}

static void
launch (Slice *slice)
{
  g_autoptr (GPtrArray) arguments = worker_arguments (slice);
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocessLauncher) launcher =
      g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE);

  g_subprocess_launcher_set_child_setup (launcher, die_with_parent, NULL, NULL);
  slice->process =
      g_subprocess_launcher_spawnv (launcher, (const char *const *)arguments->pdata, &error);
  if (slice->process == NULL)
    g_error ("%s", error->message);
  slice->lines = g_data_input_stream_new (g_subprocess_get_stdout_pipe (slice->process));
  g_data_input_stream_read_line_async (slice->lines, G_PRIORITY_DEFAULT, NULL, on_worker_line,
                                       slice);
  g_subprocess_wait_async (slice->process, NULL, on_worker_ended, slice);
}

/* One of those that run, at random. */
static void
kill_one (void)
{
  guint n = count_slices (is_ready);
  guint chosen = n > 0 ? (guint)g_random_int_range (0, (gint32)n) : 0;

  for (guint i = 0; n > 0 && i < flock.slices->len; i++)
    {
      Slice *slice = flock.slices->pdata[i];

      if (!slice->ready || chosen-- > 0)
        continue;
      slice->killed = TRUE;
      slice->ready = FALSE;
      g_subprocess_force_exit (slice->process);
      return;
    }
}

static gboolean
on_death (gpointer user_data)
{
  kill_one ();
  return G_SOURCE_CONTINUE;
}

/* ---- commands ---- */

static void
churn (void)
{
  flock.calming = FALSE;
  flock.churning = TRUE;
  if (flock.deaths > 0 && flock.death == 0)
    flock.death = g_timeout_add ((guint)(flock.deaths * 1000), on_death, NULL);
  for (guint i = 0; i < flock.slices->len; i++)
    tell (flock.slices->pdata[i], "churn");
}

static void
calm (void)
{
  flock.calming = TRUE;
  flock.churning = FALSE;
  flock.n_calm = 0;
  g_clear_handle_id (&flock.death, g_source_remove);
  for (guint i = 0; i < flock.slices->len; i++)
    {
      Slice *slice = flock.slices->pdata[i];

      if (slice->ready)
        tell (slice, "calm");
      else if (slice->back != 0)
        {
          g_clear_handle_id (&slice->back, g_source_remove);
          launch (slice);
        }
    }
}

static void
ask_inventory (void)
{
  for (guint i = 0; i < flock.slices->len; i++)
    {
      Slice *slice = flock.slices->pdata[i];

      slice->asked = slice->ready;
      if (slice->asked)
        tell (slice, "inventory");
    }
  if (count_slices (is_asked) == 0)
    say ("end");
}

static gboolean
on_impatience (gpointer user_data)
{
  g_main_loop_quit (flock.loop);
  return G_SOURCE_REMOVE;
}

static gboolean
stop (gpointer user_data)
{
  if (flock.stopping)
    return G_SOURCE_CONTINUE;
  flock.stopping = TRUE;
  g_clear_handle_id (&flock.death, g_source_remove);
  for (guint i = 0; i < flock.slices->len; i++)
    {
      Slice *slice = flock.slices->pdata[i];

      g_clear_handle_id (&slice->back, g_source_remove);
      if (slice->process != NULL)
        g_subprocess_send_signal (slice->process, SIGTERM);
    }
  if (count_slices (is_running) == 0)
    g_main_loop_quit (flock.loop);
  g_timeout_add_seconds (PATIENCE, on_impatience, NULL);
  return G_SOURCE_CONTINUE;
}

static void
obey (const char *line)
{
  if (strcmp (line, "inventory") == 0)
    ask_inventory ();
  else if (strcmp (line, "calm") == 0)
    calm ();
  else if (strcmp (line, "churn") == 0)
    churn ();
  else if (g_str_has_prefix (line, "kill"))
    for (int n = MAX (1, atoi (line + 4)); n > 0; n--)
      kill_one ();
  else if (g_str_has_prefix (line, "cut "))
    for (guint i = 0; i < flock.slices->len; i++)
      tell (flock.slices->pdata[i], line);
  else if (strcmp (line, "stop") == 0)
    stop (NULL);
  else
    g_printerr ("muri-flock: what is “%s”?\n", line);
}

static void
on_command (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GDataInputStream *input = G_DATA_INPUT_STREAM (source);
  g_autofree char *line = g_data_input_stream_read_line_finish (input, result, NULL, NULL);

  if (line == NULL)
    return;
  obey (line);
  g_data_input_stream_read_line_async (input, G_PRIORITY_DEFAULT, NULL, on_command, NULL);
}

/* ---- the program ---- */

static const GOptionEntry options[] = {
  { "hosts", 'n', 0, G_OPTION_ARG_INT, &flock.plan.hosts, "So many agents", "N" },
  { "vms", 'v', 0, G_OPTION_ARG_INT, &flock.plan.vms, "So many VMs in all", "N" },
  { "zone", 'z', 0, G_OPTION_ARG_STRING_ARRAY, &flock.zones,
    "A zone; hosts are spread over all that are given", "N" },
  { "slice", 0, 0, G_OPTION_ARG_INT, &flock.slice, "So many agents a process (125)", "N" },
  { "directory", 'd', 0, G_OPTION_ARG_FILENAME, &flock.plan.directory,
    "Where the state of the agents is kept (default: a temporary one)", "DIR" },
  { "interface", 'i', 0, G_OPTION_ARG_STRING, &flock.plan.interface, "Network interface (lo)",
    "NAME" },
  { "join-within", 0, 0, G_OPTION_ARG_INT, &flock.plan.join_within,
    "An agent joins at a random moment of so many milliseconds (250)", "N" },
  { "history", 0, 0, G_OPTION_ARG_INT, &flock.plan.history,
    "MiB of history that each agent keeps and serves (none)", "N" },
  { "changes", 0, 0, G_OPTION_ARG_DOUBLE, &flock.rates.changes,
    "So many VMs a second change their state", "RATE" },
  { "moves", 0, 0, G_OPTION_ARG_DOUBLE, &flock.rates.moves,
    "So many VMs a second move to another host", "RATE" },
  { "comings", 0, 0, G_OPTION_ARG_DOUBLE, &flock.rates.comings, "So many VMs a second appear or go",
    "RATE" },
  { "restarts", 0, 0, G_OPTION_ARG_DOUBLE, &flock.rates.restarts,
    "So many agents a second say goodbye, and come back", "RATE" },
  { "deaths", 0, 0, G_OPTION_ARG_DOUBLE, &flock.deaths,
    "A process of agents is killed every so many seconds, and comes back", "SECONDS" },
  { "down", 0, 0, G_OPTION_ARG_DOUBLE, &flock.down, "… after so many seconds (5)", "SECONDS" },
  { "worker-first", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_INT, &flock.worker_first, NULL, NULL },
  { "worker-count", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_INT, &flock.worker_count, NULL, NULL },
  { "worker-zone", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_INT, &flock.zone, NULL, NULL },
  { NULL },
};

static gboolean
parse (int *argc, char ***argv)
{
  g_autoptr (GOptionContext) context = g_option_context_new ("- simulate a fleet");
  g_autoptr (GError) error = NULL;

  flock.plan.join_within = 250;
  g_option_context_add_main_entries (context, options, NULL);
  if (!g_option_context_parse (context, argc, argv, &error))
    g_printerr ("muri-flock: %s\n", error->message);
  else if (flock.plan.hosts < 1 || (flock.worker_first < 0 && flock.zones == NULL))
    g_printerr ("muri-flock: --hosts and --zone are needed; see --help\n");
  else if (flock.slice < 1 || flock.slice > SLICE_MAX)
    g_printerr ("muri-flock: a process has at most %d agents\n", SLICE_MAX);
  else
    {
      flock.plan.many = flock.rates.restarts == 0;
      return TRUE;
    }
  return FALSE;
}

/* Agents together have many sockets and journals. */
static void
raise_limits (void)
{
  struct rlimit limit;

  if (getrlimit (RLIMIT_NOFILE, &limit) == 0)
    {
      limit.rlim_cur = limit.rlim_max;
      setrlimit (RLIMIT_NOFILE, &limit);
    }
}

static void
make_directory (void)
{
  g_autofree char *path = NULL;

  if (flock.plan.directory != NULL)
    return;
  /* Agents' files are many, small, and of no use afterwards. */
  path = g_build_filename (g_access ("/dev/shm", W_OK) == 0 ? "/dev/shm" : g_get_tmp_dir (),
                           "muri-flock-XXXXXX", NULL);
  if (g_mkdtemp (path) == NULL)
    g_error ("%s cannot be made", path);
  flock.plan.directory = g_steal_pointer (&path);
  flock.own_directory = TRUE;
}

static void
remove_tree (const char *path)
{
  g_autoptr (GDir) directory =
      g_file_test (path, G_FILE_TEST_IS_SYMLINK) ? NULL : g_dir_open (path, 0, NULL);
  const char *name;

  while (directory != NULL && (name = g_dir_read_name (directory)) != NULL)
    {
      g_autofree char *below = g_build_filename (path, name, NULL);

      remove_tree (below);
    }
  g_remove (path);
}

static void
plan_slices (void)
{
  guint n_zones = g_strv_length (flock.zones);

  flock.slices = g_ptr_array_new ();
  for (guint zone = 0; zone < n_zones; zone++)
    {
      guint first = flock.plan.hosts * zone / n_zones;
      guint end = flock.plan.hosts * (zone + 1) / n_zones;

      for (guint at = first; at < end; at += (guint)flock.slice)
        {
          Slice *slice = g_new0 (Slice, 1);

          slice->zone = (guint)atoi (flock.zones[zone]);
          slice->first = at;
          slice->count = MIN ((guint)flock.slice, end - at);
          g_ptr_array_add (flock.slices, slice);
        }
    }
}

static void
supervise (void)
{
  g_autoptr (GInputStream) input = g_unix_input_stream_new (STDIN_FILENO, FALSE);

  make_directory ();
  plan_slices ();
  flock.loop = g_main_loop_new (NULL, FALSE);
  flock.commands = g_data_input_stream_new (input);
  g_data_input_stream_read_line_async (flock.commands, G_PRIORITY_DEFAULT, NULL, on_command, NULL);
  g_unix_signal_add (SIGTERM, stop, NULL);
  g_unix_signal_add (SIGINT, stop, NULL);
  for (guint i = 0; i < flock.slices->len; i++)
    launch (flock.slices->pdata[i]);
  g_main_loop_run (flock.loop);

  for (guint i = 0; i < flock.slices->len; i++)
    {
      Slice *slice = flock.slices->pdata[i];

      if (slice->process != NULL)
        g_subprocess_force_exit (slice->process);
    }
  if (flock.own_directory)
    remove_tree (flock.plan.directory);
}

int
main (int argc, char **argv)
{
  if (!parse (&argc, &argv))
    return 2;
  if (flock.plan.interface == NULL)
    flock.plan.interface = g_strdup ("lo");
  raise_limits ();
  if (flock.worker_first >= 0)
    return flock_worker_run (&flock.plan, &flock.rates, (guint)flock.zone,
                             (guint)flock.worker_first, (guint)flock.worker_count);
  signal (SIGPIPE, SIG_IGN);
  supervise ();
  return flock.status;
}
