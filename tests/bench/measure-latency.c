/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From a hypervisor's event to the changed object in the console's model.
 *
 * VMs of a libvirtd's test driver are paused and resumed at random moments. Measured from the
 * moment before libvirt is called, so that the call itself is in it; the yardstick is a bare
 * libvirt client that listens for the same events. */
#include <libvirt/virterror.h>
#include <stdlib.h>

#include "measure.h"
#include "muri-test-fleet.h"
#include "muri-words.h"

#define N_VMS 20
#define N_EVENTS 500
#define SECONDS 20

typedef struct
{
  virDomainPtr domain;
  gboolean pause;
  gint64 started;
} Call;

/* Written by the listener's thread, read by the main one. */
static gint64 heard_at;
static char heard_name[64];
static GMutex heard_lock;

static int
on_event (virConnectPtr connection, virDomainPtr domain, int event, int detail, void *user_data)
{
  g_mutex_lock (&heard_lock);
  heard_at = g_get_monotonic_time ();
  g_strlcpy (heard_name, virDomainGetName (domain), sizeof heard_name);
  g_mutex_unlock (&heard_lock);
  return 0;
}

static gpointer
listen (gpointer data)
{
  while (virEventRunDefaultImpl () == 0)
    ;
  return NULL;
}

static gint64
heard (const char *name, gint64 since)
{
  gint64 at = 0;

  g_mutex_lock (&heard_lock);
  if (heard_at >= since && g_str_equal (heard_name, name))
    at = heard_at;
  g_mutex_unlock (&heard_lock);
  return at;
}

static void
call_libvirt (gpointer data, gpointer user_data)
{
  Call *call = data;

  call->started = g_get_monotonic_time ();
  if (call->pause)
    virDomainSuspend (call->domain);
  else
    virDomainResume (call->domain);
}

static void
on_state (MuriVm *vm, GParamSpec *pspec, gint64 *changed)
{
  *changed = g_get_monotonic_time ();
}

static void
measure (MuriFleet *fleet, virConnectPtr connection, GArray *model, GArray *bare)
{
  GThreadPool *pool = g_thread_pool_new (call_libvirt, NULL, 1, TRUE, NULL);

  for (guint i = 0; i < N_EVENTS; i++)
    {
      g_autofree char *name = g_strdup_printf ("latency-%03u", i % N_VMS + 1);
      MuriVm *vm = muri_test_await_vm (fleet, name, SECONDS);
      Call call = { .domain = virDomainLookupByName (connection, name),
                    .pause = muri_vm_get_state (vm) == MURI_VM_STATE_RUNNING };
      gint64 changed = 0;
      gulong handler = g_signal_connect (vm, "notify::state", G_CALLBACK (on_state), &changed);

      g_assert_nonnull (call.domain);
      /* Not in step with anybody's frames. */
      muri_test_spend (g_random_double_range (0.002, 0.04));
      g_thread_pool_push (pool, &call, NULL);
      muri_test_await (changed != 0 && heard (name, call.started) != 0, SECONDS);
      measure_add (model, (double)(changed - call.started) / G_TIME_SPAN_MILLISECOND);
      measure_add (bare,
                   (double)(heard (name, call.started) - call.started) / G_TIME_SPAN_MILLISECOND);
      g_signal_handler_disconnect (vm, handler);
      virDomainFree (call.domain);
    }
  g_thread_pool_free (pool, FALSE, TRUE);
}

int
main (int argc, char **argv)
{
  g_autoptr (MuriTestLibvirtd) libvirtd = NULL;
  g_autoptr (MuriTestAgent) agent = NULL;
  g_autoptr (GArray) model = measure_new ();
  g_autoptr (GArray) bare = measure_new ();
  MuriFleet *fleet;
  virConnectPtr listening;

  muri_test_init (&argc, &argv);
  g_assert_cmpint (virEventRegisterDefaultImpl (), ==, 0);
  libvirtd = muri_test_libvirtd_spawn ();
  muri_test_libvirtd_define (libvirtd, "latency", N_VMS, TRUE);

  listening = virConnectOpen (muri_test_libvirtd_get_uri (libvirtd));
  g_assert_nonnull (listening);
  g_assert_cmpint (virConnectDomainEventRegisterAny (listening, NULL, VIR_DOMAIN_EVENT_ID_LIFECYCLE,
                                                     VIR_DOMAIN_EVENT_CALLBACK (on_event), NULL,
                                                     NULL),
                   >=, 0);
  g_thread_unref (g_thread_new ("listen", listen, NULL));

  agent = muri_test_agent_spawn ("latency", muri_test_libvirtd_get_uri (libvirtd), NULL);
  fleet = muri_test_fleet_new (muri_test_directory ("console"));
  measure (fleet, muri_test_libvirtd_get_connection (libvirtd), model, bare);

  measure_print ("model-p50", measure_quantile (model, 0.5));
  measure_print ("model-p99", measure_quantile (model, 0.99));
  measure_print ("bare-p50", measure_quantile (bare, 0.5));
  measure_print ("bare-p99", measure_quantile (bare, 0.99));
  muri_test_fleet_free (fleet);
  muri_test_agent_stop (agent);
  return muri_test_run ();
}
