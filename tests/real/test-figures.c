/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-real.h"

#include <math.h>
#include <unistd.h>

#define MIB (1024.0 * 1024.0)
#define SECONDS 90
#define WINDOW 30.0

/* What was seen of a figure while it was watched. */
typedef struct
{
  double sum; /* of value times the time that it stood for */
  double max;
  gint64 last;
  guint n_known;
} Seen;

typedef struct
{
  MuriReal real;
  MuriVm *vm;
  Seen seen[MURI_N_VM_FIGURES];
} Figures;

static void
on_figures (MuriVm *vm, GParamSpec *pspec, Figures *figures)
{
  gint64 now = g_get_monotonic_time ();

  for (guint i = 0; i < MURI_N_VM_FIGURES; i++)
    {
      Seen *seen = &figures->seen[i];
      double value = muri_vm_get_figure (vm, i);
      double span = (double)(now - seen->last) / G_USEC_PER_SEC;

      seen->last = now;
      if (isnan (value))
        continue;
      g_assert_cmpfloat (value, >=, 0);
      seen->n_known++;
      seen->sum += value * span;
      seen->max = MAX (seen->max, value);
    }
}

static void
begin (Figures *figures, gconstpointer data)
{
  muri_real_begin (&figures->real);
  muri_real_boot (&figures->real, "web-001", "web-002", "db-001", "build-001", "db-002", NULL);
}

static void
end (Figures *figures, gconstpointer data)
{
  muri_real_end (&figures->real);
}

/* Seconds of processor time that a process has used. */
static double
processor_time (GPid pid)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/stat", pid);
  g_autofree char *text = NULL;
  g_auto (GStrv) fields = NULL;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  fields = g_strsplit (strrchr (text, ')') + 2, " ", -1);
  return (g_ascii_strtod (fields[11], NULL) + g_ascii_strtod (fields[12], NULL))
         / sysconf (_SC_CLK_TCK);
}

static void
watch (Figures *figures, const char *name)
{
  figures->vm = muri_real_vm (&figures->real, name);
  for (guint i = 0; i < MURI_N_VM_FIGURES; i++)
    muri_test_await (i == MURI_FIGURE_DISK_LATENCY || !isnan (muri_vm_get_figure (figures->vm, i)),
                     SECONDS);
  for (guint i = 0; i < MURI_N_VM_FIGURES; i++)
    figures->seen[i] = (Seen){ .last = g_get_monotonic_time () };
  g_signal_connect (figures->vm, "notify::figures", G_CALLBACK (on_figures), figures);
}

static void
unwatch (Figures *figures)
{
  g_signal_handlers_disconnect_by_data (figures->vm, figures);
}

/* Within a quarter and an offset: the two windows begin and end up to a few seconds apart. */
static void
assert_near (const char *what, double seen, double real, double offset)
{
  g_test_message ("%s: %.4g by the data space, %.4g in truth", what, seen, real);
  g_assert_cmpfloat (seen, >=, real * 0.75 - offset);
  g_assert_cmpfloat (seen, <=, real * 1.25 + offset);
}

static void
test_processor (Figures *figures, gconstpointer data)
{
  GPid pid = muri_test_libvirtd_get_guest_pid (figures->real.libvirtd, "build-001");
  double cpus = muri_node_get_facts (figures->real.node)->cpus;
  double vcpus, before;

  watch (figures, "build-001");
  vcpus = muri_vm_get_facts (figures->vm)->vcpus;
  g_assert_cmpfloat (vcpus, ==, 2);
  before = processor_time (pid);
  muri_test_spend (WINDOW);
  unwatch (figures);

  g_assert_cmpfloat (figures->seen[MURI_FIGURE_CPU].max, <=, 1.0);
  g_assert_cmpfloat (figures->seen[MURI_FIGURE_CPU].max, >, 0.2);
  assert_near ("seconds of CPU", figures->seen[MURI_FIGURE_HOST_CPU].sum * cpus,
               processor_time (pid) - before, 2);
  assert_near ("share of vCPUs", figures->seen[MURI_FIGURE_CPU].sum * vcpus,
               figures->seen[MURI_FIGURE_HOST_CPU].sum * cpus, 0.5);
}

static virDomainPtr
lookup (Figures *figures, const char *name)
{
  virDomainPtr domain =
      virDomainLookupByName (muri_test_libvirtd_get_connection (figures->real.libvirtd), name);
  g_assert_nonnull (domain);
  return domain;
}

static void
test_disk (Figures *figures, gconstpointer data)
{
  virDomainPtr domain = lookup (figures, "db-001");
  virDomainBlockStatsStruct before, after;

  watch (figures, "db-001");
  g_assert_cmpint (virDomainBlockStats (domain, "vda", &before, sizeof before), ==, 0);
  muri_test_spend (WINDOW);
  unwatch (figures);
  g_assert_cmpint (virDomainBlockStats (domain, "vda", &after, sizeof after), ==, 0);
  virDomainFree (domain);

  g_assert_cmpint (after.wr_bytes - before.wr_bytes, >, 0);
  assert_near ("MiB written", figures->seen[MURI_FIGURE_DISK_WRITE].sum / MIB,
               (after.wr_bytes - before.wr_bytes) / MIB, 4);
  assert_near ("MiB read", figures->seen[MURI_FIGURE_DISK_READ].sum / MIB,
               (after.rd_bytes - before.rd_bytes) / MIB, 4);
  g_assert_cmpuint (figures->seen[MURI_FIGURE_DISK_LATENCY].n_known, >, 0);
  g_assert_cmpfloat (figures->seen[MURI_FIGURE_DISK_LATENCY].max, <, 10);
  g_assert_cmpfloat (figures->seen[MURI_FIGURE_DISK_LATENCY].max, >, 0);
}

static void
test_network (Figures *figures, gconstpointer data)
{
  virDomainPtr domain = lookup (figures, "web-001");
  virDomainInterfaceStatsStruct before, after;
  const char *target;

  watch (figures, "web-001");
  g_assert_cmpuint (muri_vm_get_facts (figures->vm)->nics._length, ==, 1);
  target = muri_vm_get_facts (figures->vm)->nics._buffer[0].target;
  g_assert_cmpint (virDomainInterfaceStats (domain, target, &before, sizeof before), ==, 0);
  muri_test_spend (WINDOW);
  unwatch (figures);
  g_assert_cmpint (virDomainInterfaceStats (domain, target, &after, sizeof after), ==, 0);
  virDomainFree (domain);

  g_assert_cmpint (after.tx_bytes - before.tx_bytes, >, MIB);
  assert_near ("MiB sent", figures->seen[MURI_FIGURE_NET_TX].sum / MIB,
               (after.tx_bytes - before.tx_bytes) / MIB, 1);
  assert_near ("MiB received", figures->seen[MURI_FIGURE_NET_RX].sum / MIB,
               (after.rx_bytes - before.rx_bytes) / MIB, 1);
}

static void
test_memory_and_address (Figures *figures, gconstpointer data)
{
  watch (figures, "db-001");
  unwatch (figures);
  g_assert_cmpfloat (muri_vm_get_figure (figures->vm, MURI_FIGURE_MEMORY), >, 8 * MIB);
  g_assert_cmpfloat (muri_vm_get_figure (figures->vm, MURI_FIGURE_MEMORY), <, 96 * MIB);
  muri_test_await (muri_vm_get_address (figures->vm) != NULL, SECONDS);
  g_assert_true (g_str_has_prefix (muri_vm_get_address (figures->vm), "10.77.0."));
}

static void
test_host (Figures *figures, gconstpointer data)
{
  static const MuriFigure shares[] = { MURI_FIGURE_CPU, MURI_FIGURE_IOWAIT, MURI_FIGURE_STEAL };
  MuriNode *node = figures->real.node;
  double memory = muri_node_get_facts (node)->memory * 1024.0;

  for (guint i = 0; i < G_N_ELEMENTS (shares); i++)
    {
      muri_test_await (!isnan (muri_node_get_figure (node, shares[i])), SECONDS);
      g_assert_cmpfloat (muri_node_get_figure (node, shares[i]), >=, 0);
      g_assert_cmpfloat (muri_node_get_figure (node, shares[i]), <=, 1);
    }
  g_assert_cmpfloat (muri_node_get_figure (node, MURI_FIGURE_CPU), >, 0);
  g_assert_cmpfloat (muri_node_get_figure (node, MURI_FIGURE_LOAD1), >, 0);
  g_assert_cmpfloat (muri_node_get_figure (node, MURI_FIGURE_MEMORY), >, 0);
  g_assert_cmpfloat (muri_node_get_figure (node, MURI_FIGURE_MEMORY), <, memory);
  g_assert_cmpint (muri_node_get_facts (node)->booted, >, 0);
  g_assert_cmpint (muri_node_get_facts (node)->booted, <, g_get_real_time ());
  g_assert_false (muri_node_get_facts (node)->simulated);
}

static void
test_all (Figures *figures, gconstpointer data)
{
  test_host (figures, data);
  test_processor (figures, data);
  test_disk (figures, data);
  test_network (figures, data);
  test_memory_and_address (figures, data);
}

int
main (int argc, char **argv)
{
  muri_test_init (&argc, &argv);
  g_test_add ("/figures/of-working-guests", Figures, NULL, begin, test_all, end);
  return muri_test_run ();
}
