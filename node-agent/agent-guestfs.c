/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent-guestfs.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "agent-store.h"
#include "agent-tool.h"
#include "muri-words.h"

#define LOOKER "guestfish"
#define EMPTIER "virt-sysprep"

#define MEMORY_MAX (G_GUINT64_CONSTANT (8) << 30)
#define CPU_SECONDS (2 * 3600)

/* Of its appliance, which has holes. */
#define FILE_MAX (G_GUINT64_CONSTANT (8) << 30)

/* How long to wait without looking whether it is still wanted. */
#define PATIENCE (200 * G_TIME_SPAN_MILLISECOND)

#define MARK "muri: "

/* What cannot be read is not there. */
static const char script[] = "echo " MARK "etc\n"
                             "-is-dir /etc\n"
                             "echo " MARK "id\n"
                             "-head-n 1 /etc/machine-id\n"
                             "echo " MARK "id\n"
                             "-head-n 1 /var/lib/dbus/machine-id\n"
                             "echo " MARK "keys\n"
                             "-glob-expand /etc/ssh/ssh_host_*_key\n"
                             "echo " MARK "end\n";

/* None that is a user's: no homes, no mail, no history of a shell, no crontabs. */
#define OPERATIONS                                                                                 \
  "abrt-data,blkid-tab,crash-data,dhcp-client-state,dhcp-server-state,logfiles,machine-id,"        \
  "net-hostname,net-hwaddr,pacct-log,ssh-hostkeys,tmp-files,udev-persistent-net,utmp"

static GMutex lock;
static GCond done;
static gboolean busy;

gboolean
agent_guestfs_can_empty (void)
{
  g_autofree char *program = g_find_program_in_path (EMPTIER);
  return program != NULL;
}

/* ---- one at a time ---------------------------------------------------------------------- */

static gboolean
begin (GCancellable *cancellable, GError **error)
{
  gboolean mine;
  g_mutex_lock (&lock);
  while (busy && !g_cancellable_is_cancelled (cancellable))
    g_cond_wait_until (&done, &lock, g_get_monotonic_time () + PATIENCE);
  mine = !g_cancellable_set_error_if_cancelled (cancellable, error);
  busy |= mine;
  g_mutex_unlock (&lock);
  return mine;
}

static void
end (void)
{
  g_mutex_lock (&lock);
  busy = FALSE;
  g_cond_signal (&done);
  g_mutex_unlock (&lock);
}

/* ---- its own directory ------------------------------------------------------------------ */

static int
remove_one (const char *path, const struct stat *st, int kind, struct FTW *where)
{
  remove (path);
  return 0;
}

/* What a former run, or a former life, has left; but not its appliance. */
static gboolean
make_scratch (const char *directory, const char *run, const char *cache, GError **error)
{
  nftw (run, remove_one, 16, FTW_DEPTH | FTW_PHYS);
  if (g_mkdir_with_parents (run, 0700) == 0 && g_mkdir_with_parents (cache, 0700) == 0)
    return TRUE;
  g_set_error (error, AGENT_STORE_ERROR, AGENT_STORE_ERROR_FAILED, "%s: %s", directory,
               g_strerror (errno));
  return FALSE;
}

/* ---- running ---------------------------------------------------------------------------- */

/**
 * Run: one of the programs.
 * @path: the image; @write: it may be written to
 * @emulate: without KVM
 * @words: (out): the last of what it said of an error
 */
typedef struct
{
  const char *const *argv;
  const char *input;
  const char *path;
  gboolean write;
  const char *directory;
  gboolean emulate;
  char *output, *words;
  int status;
} Run;

static void
run_clear (Run *run)
{
  g_free (run->output);
  g_free (run->words);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Run, run_clear)

static char **
make_environment (const Run *run, const char *own, const char *cache)
{
  GStrvBuilder *builder = g_strv_builder_new ();
  static const char *const names[] = { "TMPDIR", "LIBGUESTFS_TMPDIR", "XDG_RUNTIME_DIR", "HOME" };
  g_autofree char *kept = g_strconcat ("LIBGUESTFS_CACHEDIR=", cache, NULL);
  char **environment;
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *value = g_strconcat (names[i], "=", own, NULL);
      g_strv_builder_add (builder, value);
    }
  g_strv_builder_add (builder, kept);
  g_strv_builder_add (builder, "LIBGUESTFS_BACKEND=direct");
  if (run->emulate)
    g_strv_builder_add (builder, "LIBGUESTFS_BACKEND_SETTINGS=force_tcg");
  environment = g_strv_builder_end (builder);
  g_strv_builder_unref (builder);
  return environment;
}

/* What its VM is made of, and, as supermin knows them, other places of a kernel. */
static char **
list_readable (const Run *run)
{
  static const char *const files[] = { "/etc",        "/boot",         "/proc",
                                       "/sys",        "/sbin",         "/dev/zero",
                                       "/dev/random", "/var/lib/dpkg", "/var/lib/rpm" };
  static const char *const variables[] = { "SUPERMIN_KERNEL", "SUPERMIN_MODULES" };
  GStrvBuilder *builder = g_strv_builder_new ();
  char **list;
  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    g_strv_builder_add (builder, files[i]);
  for (guint i = 0; i < G_N_ELEMENTS (variables); i++)
    if (g_getenv (variables[i]) != NULL)
      g_strv_builder_add (builder, g_getenv (variables[i]));
  g_strv_builder_add (builder, run->path);
  list = g_strv_builder_end (builder);
  g_strv_builder_unref (builder);
  return list;
}

static gboolean
run_in (Run *run, const char *own, const char *cache, GCancellable *cancellable, GError **error)
{
  g_auto (GStrv) environment = make_environment (run, own, cache);
  g_auto (GStrv) readable = list_readable (run);
  const char *const written[] = { "/dev/kvm", run->write ? run->path : NULL, NULL };
  /* libguestfs has its sockets below /tmp, whatever it is told, where root asks. */
  const char *const scratch[] = { run->directory, "/tmp", NULL };
  const AgentTool tool = {
    .argv = run->argv,
    .input = run->input,
    .memory = MEMORY_MAX,
    .cpu = CPU_SECONDS,
    .file_size = run->write ? 0 : FILE_MAX,
    .closed = TRUE,
    .emulates = TRUE,
    .read = (const char *const *)readable,
    .write = written,
    .scratch = scratch,
    .environment = (const char *const *)environment,
  };
  g_clear_pointer (&run->output, g_free);
  g_clear_pointer (&run->words, g_free);
  return make_scratch (run->directory, own, cache, error)
         && agent_tool_run (&tool, cancellable, &run->output, &run->words, &run->status, error);
}

/* Where there is KVM, but not as QEMU wants it, in VMs above all, emulation still works. */
static gboolean
run_once (Run *run, GCancellable *cancellable, GError **error)
{
  g_autofree char *own = g_build_filename (run->directory, "run", NULL);
  g_autofree char *cache = g_build_filename (run->directory, "cache", NULL);
  gboolean good;
  if (!begin (cancellable, error))
    return FALSE;
  good = run_in (run, own, cache, cancellable, error);
  if (good && run->status != 0 && strstr (run->words, "launch failed") != NULL)
    {
      run->emulate = TRUE;
      good = run_in (run, own, cache, cancellable, error);
    }
  nftw (own, remove_one, 16, FTW_DEPTH | FTW_PHYS);
  end ();
  return good;
}

/* ---- looking ---------------------------------------------------------------------------- */

static gboolean
is_identity (const char *line)
{
  return line[0] != '\0' && strcmp (line, "uninitialized") != 0;
}

guint
agent_guestfs_judge (const char *said, char **note)
{
  g_auto (GStrv) lines = g_strsplit (said, "\n", -1);
  const char *section = "";
  gboolean unix_like = FALSE, identity = FALSE, keys = FALSE, whole = FALSE;
  for (guint i = 0; lines[i] != NULL; i++)
    {
      const char *line = g_strstrip (lines[i]);
      if (g_str_has_prefix (line, MARK))
        section = line + strlen (MARK);
      else if (strcmp (section, "etc") == 0)
        unix_like |= strcmp (line, "true") == 0;
      else if (strcmp (section, "id") == 0)
        identity |= is_identity (line);
      else if (strcmp (section, "keys") == 0)
        keys |= line[0] != '\0';
      whole |= strcmp (section, "end") == 0;
    }
  *note = NULL;
  if (!whole)
    *note = g_strdup ("cannot look into it: " LOOKER " has not said all");
  else if (!unix_like)
    *note = g_strdup ("the system in it is none that has a machine-id");
  else if (keys)
    *note = g_strdup ("it has SSH host keys, which clones share unless cloud-init makes new ones");
  else
    *note = g_strdup ("");
  if (!whole || !unix_like)
    return MURI_GENERALISED_UNKNOWN;
  return identity ? MURI_GENERALISED_NO : MURI_GENERALISED_YES;
}

guint
agent_guestfs_look (const char *path, const char *format, const char *directory,
                    GCancellable *cancellable, char **note)
{
  g_autofree char *program = g_find_program_in_path (LOOKER);
  g_autofree char *form = g_strconcat ("--format=", format, NULL);
  const char *const argv[] = { program, "--ro", form, "-a", path, "-i", NULL };
  g_auto (Run) run = { .argv = argv, .input = script, .path = path, .directory = directory };
  g_autoptr (GError) error = NULL;
  *note = NULL;
  if (program == NULL)
    *note = g_strdup_printf ("cannot look into it: " LOOKER
                             " (package libguestfs-tools) is not installed on %s",
                             g_get_host_name ());
  else if (!run_once (&run, cancellable, &error))
    *note = g_strdup_printf ("cannot look into it: %s", error->message);
  else if (run.status != 0)
    *note = g_strdup_printf ("cannot look into it: " LOOKER ": %s", run.words);
  if (*note != NULL)
    return MURI_GENERALISED_UNKNOWN;
  return agent_guestfs_judge (run.output, note);
}

/* ---- emptying --------------------------------------------------------------------------- */

/* QEMU leaves it to the kernel when what it wrote is on disk. */
static gboolean
flush (const char *path, GError **error)
{
  int fd = open (path, O_RDWR | O_CLOEXEC);
  gboolean good = fd >= 0 && fsync (fd) == 0;
  if (!good)
    g_set_error (error, AGENT_STORE_ERROR, AGENT_STORE_ERROR_FAILED, "%s: %s", path,
                 g_strerror (errno));
  if (fd >= 0)
    close (fd);
  return good;
}

gboolean
agent_guestfs_empty (const char *path, const char *directory, GCancellable *cancellable,
                     GError **error)
{
  g_autofree char *program = g_find_program_in_path (EMPTIER);
  const char *const argv[] = { program, "--quiet", "--operations", OPERATIONS, "--format",
                               "qcow2", "-a",      path,           NULL };
  g_auto (Run) run = { .argv = argv, .path = path, .write = TRUE, .directory = directory };
  if (program == NULL)
    {
      g_set_error_literal (error, AGENT_STORE_ERROR, AGENT_STORE_ERROR_UNSUPPORTED,
                           EMPTIER " (package guestfs-tools) is not installed on this host");
      return FALSE;
    }
  if (!run_once (&run, cancellable, error))
    return FALSE;
  if (run.status == 0)
    return flush (path, error);
  g_set_error (error, AGENT_STORE_ERROR, AGENT_STORE_ERROR_FAILED, EMPTIER ": %s", run.words);
  return FALSE;
}
