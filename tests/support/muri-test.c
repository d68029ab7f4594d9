/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-test.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <unistd.h>

/* Ports of zones above lie where the kernel takes those that nobody asked for. */
#define ZONE_FIRST 1
#define ZONE_LAST 100
#define LOOK_EVERY 5 /* ms */
/* What is waited for in seconds has so many at least: a busy machine is many times slower, and who
 * waits for what is already so loses nothing. */
#define PATIENCE 90.0
#define SHOWN_MAX 32
#define SHOWN_BYTES 12000

static char *root;

/* A signal handler reads these: fixed storage, written before the count. */
static char shown[SHOWN_MAX][512];
static volatile sig_atomic_t n_shown;

static void
write_text (const char *text)
{
  if (write (STDERR_FILENO, text, strlen (text)) < 0)
    return;
}

static void
show_file (const char *path)
{
  char buffer[4096];
  ssize_t n;
  int fd = open (path, O_RDONLY | O_CLOEXEC);
  if (fd < 0)
    return;
  write_text ("--- ");
  write_text (path);
  write_text ("\n");
  if (lseek (fd, 0, SEEK_END) > SHOWN_BYTES)
    lseek (fd, -SHOWN_BYTES, SEEK_END);
  else
    lseek (fd, 0, SEEK_SET);
  while ((n = read (fd, buffer, sizeof buffer)) > 0)
    if (write (STDERR_FILENO, buffer, n) < 0)
      break;
  close (fd);
}

/* Only calls that are safe in a signal handler. */
static void
on_abort (int number)
{
  for (int i = 0; i < n_shown; i++)
    show_file (shown[i]);
  write_text ("--- files are kept in ");
  write_text (root);
  write_text ("\n");
  signal (number, SIG_DFL);
  raise (number);
}

void
muri_test_show_on_failure (const char *path)
{
  for (int i = 0; i < n_shown; i++)
    if (strcmp (shown[i], path) == 0)
      return;
  if (n_shown == SHOWN_MAX)
    return;
  g_strlcpy (shown[n_shown], path, sizeof shown[0]);
  n_shown++;
}

void
muri_test_init (int *argc, char ***argv)
{
  struct sigaction action = { .sa_handler = on_abort, .sa_flags = SA_RESETHAND };

  g_test_init (argc, argv, NULL);
  root = g_dir_make_tmp ("muri-test-XXXXXX", NULL);
  g_assert_nonnull (root);
  /* libvirt's client writes to a socket whose other end may just have been killed. */
  signal (SIGPIPE, SIG_IGN);
  sigaction (SIGABRT, &action, NULL);
  sigaction (SIGTRAP, &action, NULL);
  sigaction (SIGSEGV, &action, NULL);
}

static void
remove_tree (const char *path)
{
  g_autoptr (GDir) dir = NULL;
  const char *name;

  if (!g_file_test (path, G_FILE_TEST_IS_SYMLINK))
    dir = g_dir_open (path, 0, NULL);
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);
      remove_tree (child);
    }
  g_remove (path);
}

int
muri_test_run (void)
{
  int status = g_test_run ();
  if (status == 0)
    remove_tree (root);
  else
    g_printerr ("--- files are kept in %s\n", root);
  g_clear_pointer (&root, g_free);
  return status;
}

const char *
muri_test_directory (const char *name)
{
  g_autofree char *path = g_strdup_printf ("%s/%s-XXXXXX", root, name);
  g_assert_nonnull (g_mkdtemp (path));
  return g_intern_string (path);
}

static gboolean
zone_is_silent (guint zone)
{
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons (7400 + 250 * zone) };
  int fd = socket (AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  gboolean silent = bind (fd, (struct sockaddr *)&address, sizeof address) == 0;
  close (fd);
  return silent;
}

/* The lock ends with the process; scripts take the same ones. */
static gboolean
zone_take (guint zone)
{
  g_autofree char *path = g_strdup_printf ("/tmp/muri-zone-%u.lock", zone);
  int fd = open (path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  if (fd < 0)
    return FALSE;
  if (flock (fd, LOCK_EX | LOCK_NB) == 0 && zone_is_silent (zone))
    return TRUE;
  close (fd);
  return FALSE;
}

static guint
find_zone (void)
{
  guint n = ZONE_LAST - ZONE_FIRST + 1;

  for (guint i = 0; i < n; i++)
    {
      guint candidate = ZONE_FIRST + ((guint)getpid () + i) % n;
      if (zone_take (candidate))
        return candidate;
    }
  g_assert_not_reached ();
}

guint
muri_test_zone (void)
{
  static guint zone;
  const char *given = g_getenv ("MURI_TEST_ZONE");

  if (zone == 0)
    zone = given != NULL ? (guint)atoi (given) : find_zone ();
  return zone;
}

guint
muri_test_other_zone (void)
{
  static guint zone;

  muri_test_zone ();
  if (zone == 0)
    zone = find_zone ();
  return zone;
}

static gboolean
tick (gpointer user_data)
{
  return G_SOURCE_CONTINUE;
}

void
muri_test_wait_begin (MuriTestWait *wait, double seconds)
{
  wait->seconds = seconds < 1 ? seconds : MAX (seconds, PATIENCE);
  wait->deadline = g_get_monotonic_time () + (gint64)(wait->seconds * G_USEC_PER_SEC);
  wait->over = FALSE;
  wait->timer = g_timeout_source_new (LOOK_EVERY);
  g_source_set_callback (wait->timer, tick, NULL, NULL);
  g_source_attach (wait->timer, NULL);
}

/* Without @where a missed deadline is only noted. */
void
muri_test_wait_step (MuriTestWait *wait, const char *where, const char *condition)
{
  wait->over = g_get_monotonic_time () > wait->deadline;
  if (wait->over && where != NULL)
    {
      g_printerr ("%s: not so after %g s: %s\n", where, wait->seconds, condition);
      abort ();
    }
  g_main_context_iteration (NULL, TRUE);
}

void
muri_test_wait_end (MuriTestWait *wait)
{
  g_source_destroy (wait->timer);
  g_source_unref (wait->timer);
}

void
muri_test_spend (double seconds)
{
  gint64 end = g_get_monotonic_time () + (gint64)(seconds * G_USEC_PER_SEC);
  muri_test_await (g_get_monotonic_time () >= end, seconds + 60);
}

gboolean
muri_test_set_flag (gpointer user_data)
{
  *(gboolean *)user_data = TRUE;
  return G_SOURCE_REMOVE;
}

void
muri_test_keep_result (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GAsyncResult **kept = user_data;
  *kept = g_object_ref (result);
}
