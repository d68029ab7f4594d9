/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent-sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/landlock.h>
#include <malloc.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

/* nobody, nogroup */
#define NOBODY 65534

/* What headers of older kernels do not know. */
#ifndef PR_SET_MDWE
#define PR_SET_MDWE 65
#define PR_MDWE_REFUSE_EXEC_GAIN 1
#endif

/* Callers, the files that they get, and a few of its own. */
#define FILES_MAX 512
#define MEMORY_MAX (1024 * 1024 * 1024)

/* What Landlock knew first; whatever is named here and not allowed below is refused. */
#define FILE_ACCESS                                                                                \
  (LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_READ_FILE       \
   | LANDLOCK_ACCESS_FS_READ_DIR | LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_REMOVE_FILE  \
   | LANDLOCK_ACCESS_FS_MAKE_CHAR | LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG      \
   | LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_MAKE_FIFO | LANDLOCK_ACCESS_FS_MAKE_BLOCK   \
   | LANDLOCK_ACCESS_FS_MAKE_SYM)

static void
limit (int resource, rlim_t most)
{
  const struct rlimit value = { most, most };
  if (setrlimit (resource, &value) != 0)
    g_debug ("limit %d cannot be set", resource);
}

static void
become_nobody (void)
{
  if (geteuid () != 0)
    return;
  if (setgroups (0, NULL) != 0 || setresgid (NOBODY, NOBODY, NOBODY) != 0
      || setresuid (NOBODY, NOBODY, NOBODY) != 0)
    g_message ("It goes on as root, since it may not become nobody: %s", g_strerror (errno));
}

static void
allow (int rules, int directory_fd)
{
  const struct landlock_path_beneath_attr read = {
    .allowed_access = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR,
    .parent_fd = directory_fd,
  };
  if (directory_fd >= 0
      && syscall (SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &read, 0) != 0)
    g_debug ("a directory cannot be allowed");
}

/* What names, certificates and the modules of libraries are looked up in. */
static void
allow_system (int rules)
{
  static const char *const directories[] = {
    "/usr", "/lib", "/lib64", "/etc", "/run/systemd/resolve", "/run/resolvconf"
  };
  for (guint i = 0; i < G_N_ELEMENTS (directories); i++)
    {
      int fd = open (directories[i], O_PATH | O_DIRECTORY | O_CLOEXEC);
      allow (rules, fd);
      if (fd >= 0)
        close (fd);
    }
}

static void
see_only (AgentSandbox kind, int directory_fd)
{
  const struct landlock_ruleset_attr files = { .handled_access_fs = FILE_ACCESS };
  int rules = (int)syscall (SYS_landlock_create_ruleset, &files, sizeof files, 0);
  if (rules >= 0)
    {
      allow (rules, directory_fd);
      if (kind == AGENT_SANDBOX_FETCHER)
        allow_system (rules);
    }
  if (rules < 0 || syscall (SYS_landlock_restrict_self, rules, 0) != 0)
    g_debug ("this kernel has no Landlock");
  if (rules >= 0)
    close (rules);
}

void
agent_sandbox_keep_code (void)
{
  prctl (PR_SET_MDWE, PR_MDWE_REFUSE_EXEC_GAIN, 0, 0, 0);
}

void
agent_sandbox_enter (AgentSandbox kind, int directory_fd)
{
  limit (RLIMIT_CORE, 0);
  limit (RLIMIT_NOFILE, FILES_MAX);

  /* Each thread that allocates would set aside 64 MiB of addresses. */
  mallopt (M_ARENA_MAX, 2);
#ifndef __SANITIZE_ADDRESS__
  limit (RLIMIT_AS, MEMORY_MAX);
#endif
  become_nobody ();
  prctl (PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  agent_sandbox_keep_code ();
  see_only (kind, directory_fd);

  /* After the change of user, which takes it back. */
  prctl (PR_SET_PDEATHSIG, kind == AGENT_SANDBOX_SERVER ? SIGTERM : SIGKILL, 0, 0, 0);
}
