/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-real.h"

#include <signal.h>

#define BOOT_SECONDS 90
#define SEEN_SECONDS 30

/* What is stopped cannot be destroyed in good time. */
static void
end_guests (MuriReal *real)
{
  g_auto (GStrv) guests = g_strsplit (g_getenv ("MURI_TEST_GUESTS"), " ", -1);

  for (guint i = 0; guests[i] != NULL; i++)
    {
      virConnectPtr connection = muri_test_libvirtd_get_connection (real->libvirtd);
      virDomainPtr domain = virDomainLookupByName (connection, guests[i]);
      GPid pid = muri_test_libvirtd_get_guest_pid (real->libvirtd, guests[i]);

      g_assert_nonnull (domain);
      if (pid > 1)
        kill (pid, SIGCONT);
      virDomainDestroy (domain);
      if (virDomainHasManagedSaveImage (domain, 0) == 1)
        g_assert_cmpint (virDomainManagedSaveRemove (domain, 0), ==, 0);
      virDomainFree (domain);
    }
}

void
muri_real_begin (MuriReal *real)
{
  real->libvirtd = muri_test_libvirtd_from_environment ();
  g_assert_nonnull (real->libvirtd);
  end_guests (real);
  real->agent = muri_test_agent_spawn ("real", muri_test_libvirtd_get_uri (real->libvirtd), NULL);
  real->fleet = muri_test_fleet_new (muri_test_directory ("console"));
  real->node = muri_test_await_node (real->fleet, "real", SEEN_SECONDS);
}

void
muri_real_end (MuriReal *real)
{
  muri_test_fleet_free (real->fleet);
  muri_test_agent_stop (real->agent);
  muri_test_agent_free (real->agent);
  end_guests (real);
  muri_test_libvirtd_free (real->libvirtd);
}

MuriVm *
muri_real_vm (MuriReal *real, const char *name)
{
  return muri_test_await_vm (real->fleet, name, SEEN_SECONDS);
}

void
muri_real_await_boot (MuriReal *real, const char *guest, guint before)
{
  muri_test_await (muri_test_libvirtd_count_boots (real->libvirtd, guest) > before, BOOT_SECONDS);
}

void
muri_real_boot (MuriReal *real, const char *name, ...)
{
  va_list names;

  va_start (names, name);
  for (const char *guest = name; guest != NULL; guest = va_arg (names, const char *))
    {
      virConnectPtr connection = muri_test_libvirtd_get_connection (real->libvirtd);
      virDomainPtr domain = virDomainLookupByName (connection, guest);
      guint boots = muri_test_libvirtd_count_boots (real->libvirtd, guest);

      g_assert_nonnull (domain);
      g_assert_cmpint (virDomainCreate (domain), ==, 0);
      virDomainFree (domain);
      muri_real_await_boot (real, guest, boots);
      muri_test_await_vm_state (muri_real_vm (real, guest), MURI_VM_STATE_RUNNING, SEEN_SECONDS);
    }
  va_end (names);
}

gboolean
muri_real_process_lives (GPid pid)
{
  return pid > 1 && kill (pid, 0) == 0;
}
