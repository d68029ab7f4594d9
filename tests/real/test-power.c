/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-real.h"

#define GUEST "guest-1"
#define SECONDS 90

typedef struct
{
  MuriReal real;
  MuriVm *vm;
  GString *seen; /* the states that the data space told, in order */
} Power;

static void
on_state (MuriVm *vm, GParamSpec *pspec, Power *power)
{
  g_string_append_printf (power->seen, "%s ", muri_vm_state_to_nick (muri_vm_get_state (vm)));
}

static void
begin (Power *power, gconstpointer data)
{
  muri_real_begin (&power->real);
  power->vm = muri_real_vm (&power->real, GUEST);
  power->seen = g_string_new (NULL);
  g_signal_connect (power->vm, "notify::state", G_CALLBACK (on_state), power);
  muri_test_await_vm_state (power->vm, MURI_VM_STATE_OFF, SECONDS);
}

static void
end (Power *power, gconstpointer data)
{
  g_test_message ("states seen: %s", power->seen->str);
  g_signal_handlers_disconnect_by_data (power->vm, power);
  g_string_free (power->seen, TRUE);
  muri_real_end (&power->real);
}

static guint
boots (Power *power)
{
  return muri_test_libvirtd_count_boots (power->real.libvirtd, GUEST);
}

/* What the console shows must also be so. */
static void
assert_libvirt_state (Power *power, int expected)
{
  virConnectPtr connection = muri_test_libvirtd_get_connection (power->real.libvirtd);
  virDomainPtr domain = virDomainLookupByName (connection, GUEST);
  int state = -1;

  g_assert_nonnull (domain);
  g_assert_cmpint (virDomainGetState (domain, &state, NULL, 0), ==, 0);
  g_assert_cmpint (state, ==, expected);
  virDomainFree (domain);
}

static void
operate (Power *power, guint verb, guint state, int libvirt_state)
{
  g_test_message ("%s", muri_verb_to_nick (verb));
  muri_test_operate (power->real.fleet, verb, power->vm, SECONDS);
  muri_test_await_vm_state (power->vm, state, SECONDS);
  assert_libvirt_state (power, libvirt_state);
}

static void
power_on (Power *power)
{
  guint before = boots (power);

  operate (power, MURI_VERB_POWER_ON, MURI_VM_STATE_RUNNING, VIR_DOMAIN_RUNNING);
  muri_real_await_boot (&power->real, GUEST, before);
}

static void
test_every_state (Power *power, gconstpointer data)
{
  guint before;

  power_on (power);
  operate (power, MURI_VERB_PAUSE, MURI_VM_STATE_PAUSED, VIR_DOMAIN_PAUSED);
  operate (power, MURI_VERB_RESUME, MURI_VM_STATE_RUNNING, VIR_DOMAIN_RUNNING);

  before = boots (power);
  operate (power, MURI_VERB_REBOOT, MURI_VM_STATE_RUNNING, VIR_DOMAIN_RUNNING);
  muri_real_await_boot (&power->real, GUEST, before);

  before = boots (power);
  operate (power, MURI_VERB_RESET, MURI_VM_STATE_RUNNING, VIR_DOMAIN_RUNNING);
  muri_real_await_boot (&power->real, GUEST, before);

  operate (power, MURI_VERB_SHUTDOWN, MURI_VM_STATE_OFF, VIR_DOMAIN_SHUTOFF);
  power_on (power);
  operate (power, MURI_VERB_POWER_OFF, MURI_VM_STATE_OFF, VIR_DOMAIN_SHUTOFF);
}

static void
test_save_and_restore (Power *power, gconstpointer data)
{
  guint before;

  power_on (power);
  before = boots (power);
  operate (power, MURI_VERB_SAVE, MURI_VM_STATE_SAVED, VIR_DOMAIN_SHUTOFF);
  g_assert_true (muri_vm_get_facts (power->vm)->managed_save);

  operate (power, MURI_VERB_POWER_ON, MURI_VM_STATE_RUNNING, VIR_DOMAIN_RUNNING);
  muri_test_await (!muri_vm_get_facts (power->vm)->managed_save, SECONDS);
  g_assert_cmpuint (boots (power), ==, before);

  /* The guest is the same one that was saved, and alive: it answers the power button. */
  operate (power, MURI_VERB_SHUTDOWN, MURI_VM_STATE_OFF, VIR_DOMAIN_SHUTOFF);
}

static void
test_already_so (Power *power, gconstpointer data)
{
  MuriOperation *operation =
      muri_test_submit (power->real.fleet, MURI_VERB_POWER_OFF, power->vm, 0);

  muri_test_await_finished (operation, SECONDS);
  g_assert_cmpuint (muri_test_target_state (operation, 0), ==, MURI_OUTCOME_ALREADY);
  g_assert_cmpuint (muri_operation_get_n_done (operation), ==, 1);
}

/* Not by Muri: the data space follows libvirt, whoever acts. */
static void
test_acted_elsewhere (Power *power, gconstpointer data)
{
  virConnectPtr connection = muri_test_libvirtd_get_connection (power->real.libvirtd);
  virDomainPtr domain = virDomainLookupByName (connection, GUEST);

  g_assert_cmpint (virDomainCreate (domain), ==, 0);
  muri_test_await_vm_state (power->vm, MURI_VM_STATE_RUNNING, SECONDS);
  g_assert_cmpint (virDomainSuspend (domain), ==, 0);
  muri_test_await_vm_state (power->vm, MURI_VM_STATE_PAUSED, SECONDS);
  g_assert_cmpint (virDomainDestroy (domain), ==, 0);
  muri_test_await_vm_state (power->vm, MURI_VM_STATE_OFF, SECONDS);
  virDomainFree (domain);
}

#define ADD(path, test) g_test_add (path, Power, NULL, begin, test, end)

int
main (int argc, char **argv)
{
  muri_test_init (&argc, &argv);
  ADD ("/power/every-state", test_every_state);
  ADD ("/power/save-and-restore", test_save_and_restore);
  ADD ("/power/already-so", test_already_so);
  ADD ("/power/acted-elsewhere", test_acted_elsewhere);
  return muri_test_run ();
}
