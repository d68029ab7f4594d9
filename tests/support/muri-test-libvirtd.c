/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-test-libvirtd.h"

#include <gio/gio.h>
#include <libvirt/virterror.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "muri-test.h"

#define START_SECONDS 30

struct _MuriTestLibvirtd
{
  char *uri;
  const char *directory; /* of a spawned one */
  GSubprocess *process;  /* of a spawned one */
  virConnectPtr connection;
};

/* libvirtd insists on its places, so it gets others there; its sockets are where all see them. */
static const char script[] =
    "set -e\n"
    "for place in run etc/libvirt var/lib/libvirt var/log/libvirt var/cache/libvirt; do\n"
    "  mkdir -p \"$0/$place\"\n"
    "  [ ! -d \"/$place\" ] || mount --bind \"$0/$place\" \"/$place\"\n"
    "done\n"
    "exec /usr/sbin/libvirtd -f \"$0/libvirtd.conf\" -p \"$0/libvirtd.pid\"\n";

static void
quiet (void *user_data, virErrorPtr error)
{
}

static gboolean
connect_to (MuriTestLibvirtd *libvirtd)
{
  if (libvirtd->connection == NULL)
    libvirtd->connection = virConnectOpen (libvirtd->uri);
  return libvirtd->connection != NULL;
}

static void
launch (MuriTestLibvirtd *libvirtd)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *log = g_build_filename (libvirtd->directory, "log", NULL);
  g_autoptr (GSubprocessLauncher) launcher =
      g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_SILENCE);

  g_subprocess_launcher_set_stderr_file_path (launcher, log);
  g_subprocess_launcher_set_child_setup (launcher, muri_test_die_with_parent, NULL, NULL);
  libvirtd->process =
      g_subprocess_launcher_spawn (launcher, &error, "unshare", "--mount", "--net", "--uts", "sh",
                                   "-c", script, libvirtd->directory, NULL);
  g_assert_no_error (error);
  muri_test_show_on_failure (log);
}

MuriTestLibvirtd *
muri_test_libvirtd_spawn (void)
{
  MuriTestLibvirtd *libvirtd = g_new0 (MuriTestLibvirtd, 1);
  g_autofree char *configuration = NULL;
  g_autofree char *path = NULL;

  virSetErrorFunc (NULL, quiet);
  libvirtd->directory = muri_test_directory ("libvirtd");
  libvirtd->uri =
      g_strdup_printf ("test+unix:///default?socket=%s/libvirt-sock", libvirtd->directory);
  path = g_build_filename (libvirtd->directory, "libvirtd.conf", NULL);
  configuration = g_strdup_printf ("unix_sock_dir = \"%s\"\nauth_unix_rw = \"none\"\n"
                                   "auth_unix_ro = \"none\"\n",
                                   libvirtd->directory);
  g_assert_true (g_file_set_contents (path, configuration, -1, NULL));
  launch (libvirtd);
  muri_test_await (connect_to (libvirtd), START_SECONDS);
  return libvirtd;
}

MuriTestLibvirtd *
muri_test_libvirtd_from_environment (void)
{
  const char *uri = g_getenv ("MURI_TEST_URI");
  MuriTestLibvirtd *libvirtd;

  if (uri == NULL)
    return NULL;
  virSetErrorFunc (NULL, quiet);
  libvirtd = g_new0 (MuriTestLibvirtd, 1);
  libvirtd->uri = g_strdup (uri);
  muri_test_await (connect_to (libvirtd), START_SECONDS);
  return libvirtd;
}

const char *
muri_test_libvirtd_get_uri (MuriTestLibvirtd *libvirtd)
{
  return libvirtd->uri;
}

static GPid
read_pid (const char *path)
{
  g_autofree char *text = NULL;
  if (path == NULL || !g_file_get_contents (path, &text, NULL, NULL))
    return 0;
  return atoi (text);
}

GPid
muri_test_libvirtd_get_pid (MuriTestLibvirtd *libvirtd)
{
  if (libvirtd->directory == NULL)
    return read_pid (g_getenv ("MURI_TEST_LIBVIRTD_PIDFILE"));
  return libvirtd->process != NULL ? atoi (g_subprocess_get_identifier (libvirtd->process)) : 0;
}

virConnectPtr
muri_test_libvirtd_get_connection (MuriTestLibvirtd *libvirtd)
{
  return libvirtd->connection;
}

void
muri_test_libvirtd_kill9 (MuriTestLibvirtd *libvirtd)
{
  GPid pid = muri_test_libvirtd_get_pid (libvirtd);

  g_clear_pointer (&libvirtd->connection, virConnectClose);
  g_assert_cmpint (pid, >, 1);
  g_assert_cmpint (kill (pid, SIGKILL), ==, 0);
  if (libvirtd->process != NULL)
    g_subprocess_wait (libvirtd->process, NULL, NULL);
  g_clear_object (&libvirtd->process);
  muri_test_await (kill (pid, 0) != 0, 10);
}

void
muri_test_libvirtd_start (MuriTestLibvirtd *libvirtd)
{
  if (libvirtd->directory != NULL)
    launch (libvirtd);
  else
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GAsyncResult) result = NULL;
      g_autoptr (GSubprocess) start = g_subprocess_new (
          G_SUBPROCESS_FLAGS_STDOUT_SILENCE, &error, g_getenv ("MURI_TEST_LIBVIRTD_START"), NULL);

      g_assert_no_error (error);
      g_subprocess_wait_check_async (start, NULL, muri_test_keep_result, &result);
      muri_test_await (result != NULL, START_SECONDS);
      g_subprocess_wait_check_finish (start, result, &error);
      g_assert_no_error (error);
    }
  muri_test_await (connect_to (libvirtd), START_SECONDS);
}

void
muri_test_libvirtd_define (MuriTestLibvirtd *libvirtd, const char *name, guint n_vms,
                           gboolean running)
{
  for (guint i = 0; i < n_vms; i++)
    {
      g_autofree char *vm = g_strdup_printf ("%s-%03u", name, i + 1);
      g_autofree char *xml = muri_test_domain_xml (vm, NULL);
      virDomainPtr domain = virDomainDefineXML (libvirtd->connection, xml);

      g_assert_nonnull (domain);
      if (running)
        g_assert_cmpint (virDomainCreate (domain), ==, 0);
      virDomainFree (domain);
    }
}

GPid
muri_test_libvirtd_get_guest_pid (MuriTestLibvirtd *libvirtd, const char *guest)
{
  g_autofree char *path = g_strdup_printf ("%s/%s.pid", g_getenv ("MURI_TEST_QEMU_PIDS"), guest);
  return read_pid (path);
}

guint
muri_test_libvirtd_count_boots (MuriTestLibvirtd *libvirtd, const char *guest)
{
  g_autofree char *path = g_strdup_printf ("%s/%s.log", g_getenv ("MURI_TEST_SERIAL"), guest);
  g_autofree char *line = g_strdup_printf ("muri guest %s is ready", guest);
  g_autofree char *text = NULL;
  gsize length;
  guint n = 0;

  if (!g_file_get_contents (path, &text, &length, NULL))
    return 0;
  for (char *at = text; (at = memmem (at, text + length - at, line, strlen (line))) != NULL; at++)
    n++;
  return n;
}

void
muri_test_libvirtd_free (MuriTestLibvirtd *libvirtd)
{
  g_clear_pointer (&libvirtd->connection, virConnectClose);
  if (libvirtd->process != NULL)
    {
      g_subprocess_force_exit (libvirtd->process);
      g_subprocess_wait (libvirtd->process, NULL, NULL);
      g_clear_object (&libvirtd->process);
    }
  g_free (libvirtd->uri);
  g_free (libvirtd);
}
