/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-test-agent.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "muri-test.h"

/* The file that says by how much the next agents' clocks are wrong. */
static char *clock_path;

struct _MuriTestAgent
{
  char *name;
  char *log;
  const char *state_dir;
  GPtrArray *arguments;
  GSubprocess *process;
};

void
muri_test_die_with_parent (gpointer user_data)
{
  prctl (PR_SET_PDEATHSIG, SIGKILL);
}

static void
launch (MuriTestAgent *agent)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_NONE);
  int log = g_open (agent->log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);

  g_assert_cmpint (log, >=, 0);
  g_subprocess_launcher_take_fd (launcher, dup (log), STDOUT_FILENO);
  g_subprocess_launcher_take_fd (launcher, log, STDERR_FILENO);
  g_subprocess_launcher_set_child_setup (launcher, muri_test_die_with_parent, NULL, NULL);
  /* An agent warns of what goes wrong around it; that is no fault of its own. */
  g_subprocess_launcher_setenv (launcher, "G_DEBUG", "fatal-criticals", TRUE);
  if (clock_path != NULL)
    {
      g_subprocess_launcher_setenv (launcher, "LD_PRELOAD", g_getenv ("MURI_TEST_CLOCK_OFF"), TRUE);
      g_subprocess_launcher_setenv (launcher, "MURI_TEST_CLOCK", clock_path, TRUE);
    }
  agent->process =
      g_subprocess_launcher_spawnv (launcher, (const char *const *)agent->arguments->pdata, &error);
  g_assert_no_error (error);
}

gboolean
muri_test_agent_set_clock (gint64 seconds)
{
  int fd;

  /* What watches a process has to be loaded first. */
#ifdef __SANITIZE_ADDRESS__
  return FALSE;
#endif
  if (g_getenv ("MURI_TEST_CLOCK_OFF") == NULL)
    return FALSE;
  if (clock_path == NULL)
    clock_path = g_build_filename (muri_test_directory ("clock"), "ahead", NULL);

  /* In place: whoever runs has it mapped. */
  fd = g_open (clock_path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (pwrite (fd, &seconds, sizeof seconds, 0), ==, sizeof seconds);
  close (fd);
  return TRUE;
}

void
muri_test_agent_right_clock (void)
{
  g_clear_pointer (&clock_path, g_free);
}

static void
add (GPtrArray *arguments, const char *option, const char *value)
{
  g_ptr_array_add (arguments, g_strdup (option));
  g_ptr_array_add (arguments, g_strdup (value));
}

/* Templates of a real hypervisor are kept below the test's directory, not the system's; and
 * nothing is looked into beside the tests. */
static char *
write_configuration (const char *state_dir)
{
  g_autofree char *path = g_strconcat (state_dir, ".conf", NULL);
  g_autofree char *text = g_strdup_printf ("[templates]\npath=%s/images\nlook=false\n", state_dir);
  g_autoptr (GError) error = NULL;

  g_file_set_contents (path, text, -1, &error);
  g_assert_no_error (error);
  return g_steal_pointer (&path);
}

MuriTestAgent *
muri_test_agent_spawn (const char *name, const char *uri, ...)
{
  const char *program = g_getenv ("MURI_TEST_AGENT");
  g_autofree char *zone = g_strdup_printf ("%u", muri_test_zone ());
  MuriTestAgent *agent = g_new0 (MuriTestAgent, 1);
  const char *argument;
  va_list more;

  g_assert_nonnull (program);
  agent->name = g_strdup (name);
  agent->state_dir = muri_test_directory (name);
  agent->log = g_strdup_printf ("%s.log", agent->state_dir);
  muri_test_show_on_failure (agent->log);

  agent->arguments = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (agent->arguments, g_strdup (program));
  add (agent->arguments, "--name", name);
  add (agent->arguments, "--uri", uri);
  add (agent->arguments, "--state-dir", agent->state_dir);
  add (agent->arguments, "--interface", "lo");
  add (agent->arguments, "--zone", zone);
  if (!g_str_has_prefix (uri, "test"))
    {
      g_autofree char *path = write_configuration (agent->state_dir);

      add (agent->arguments, "--config", path);
    }
  va_start (more, uri);
  while ((argument = va_arg (more, const char *)) != NULL)
    g_ptr_array_add (agent->arguments, g_strdup (argument));
  va_end (more);
  g_ptr_array_add (agent->arguments, NULL);

  launch (agent);
  return agent;
}

void
muri_test_agent_kill9 (MuriTestAgent *agent)
{
  if (agent->process == NULL)
    return;
  g_subprocess_force_exit (agent->process);
  g_subprocess_wait (agent->process, NULL, NULL);
  g_clear_object (&agent->process);
}

void
muri_test_agent_stop (MuriTestAgent *agent)
{
  g_autoptr (GAsyncResult) result = NULL;

  if (agent->process == NULL)
    return;
  g_subprocess_send_signal (agent->process, SIGTERM);
  g_subprocess_wait_async (agent->process, NULL, muri_test_keep_result, &result);
  muri_test_await (result != NULL, 20);
  g_assert_true (g_subprocess_wait_finish (agent->process, result, NULL));
  g_assert_true (g_subprocess_get_if_exited (agent->process));
  g_assert_cmpint (g_subprocess_get_exit_status (agent->process), ==, 0);
  g_clear_object (&agent->process);
}

void
muri_test_agent_restart (MuriTestAgent *agent)
{
  muri_test_agent_stop (agent);
  launch (agent);
}

GPid
muri_test_agent_get_pid (MuriTestAgent *agent)
{
  const char *id = agent->process != NULL ? g_subprocess_get_identifier (agent->process) : NULL;
  return id != NULL ? atoi (id) : 0;
}

const char *
muri_test_agent_get_name (MuriTestAgent *agent)
{
  return agent->name;
}

const char *
muri_test_agent_get_state_dir (MuriTestAgent *agent)
{
  return agent->state_dir;
}

char *
muri_test_agent_dup_log (MuriTestAgent *agent)
{
  char *text = NULL;
  if (!g_file_get_contents (agent->log, &text, NULL, NULL))
    return g_strdup ("");
  return text;
}

void
muri_test_agent_free (MuriTestAgent *agent)
{
  muri_test_agent_kill9 (agent);
  g_ptr_array_unref (agent->arguments);
  g_free (agent->name);
  g_free (agent->log);
  g_free (agent);
}

char *
muri_test_domain_xml (const char *name, const char *run_state)
{
  g_autofree char *seed = g_strdup_printf ("%s.test.muri", name);
  g_autofree char *digest = g_compute_checksum_for_string (G_CHECKSUM_MD5, seed, -1);

  return g_strdup_printf (
      "<domain type='test' xmlns:test='http://libvirt.org/schemas/domain/test/1.0'>"
      "<name>%s</name><uuid>%s</uuid>"
      "<memory unit='MiB'>2048</memory><vcpu>2</vcpu>"
      "<os><type arch='x86_64'>hvm</type></os>"
      "<devices>"
      "<disk type='file' device='disk'><source file='/var/lib/libvirt/images/%s.qcow2'/>"
      "<target dev='vda' bus='virtio'/></disk>"
      "<interface type='network'><source network='default'/><target dev='vnet0'/></interface>"
      "</devices>%s%s%s</domain>",
      name, digest, name, run_state != NULL ? "<test:runstate>" : "",
      run_state != NULL ? run_state : "", run_state != NULL ? "</test:runstate>" : "");
}

char *
muri_test_node_file (const char *name, guint n_vms, guint n_off)
{
  enum
  {
    RUNNING = 1,
    OFF = 5
  };
  g_autofree char *path = g_strdup_printf ("%s/node.xml", muri_test_directory (name));
  g_autoptr (GString) xml = g_string_new ("<node>\n");

  for (guint i = 0; i < n_vms; i++)
    {
      g_autofree char *vm = g_strdup_printf ("%s-%03u", name, i + 1);
      g_autofree char *state = g_strdup_printf ("%d", i + n_off < n_vms ? RUNNING : OFF);
      g_autofree char *domain = muri_test_domain_xml (vm, state);
      g_string_append_printf (xml, "%s\n", domain);
    }
  g_string_append (xml,
                   "<network><name>default</name><bridge name='virbr0'/>"
                   "<ip address='192.168.122.1' netmask='255.255.255.0'/></network>\n</node>\n");
  g_assert_true (g_file_set_contents (path, xml->str, -1, NULL));
  return g_strdup_printf ("test://%s", path);
}
