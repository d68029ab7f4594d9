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

/* A guest that is watched, and what libvirt and the kernel say of it meanwhile. */
typedef struct
{
  MuriVm *vm;
  virDomainPtr domain;
  GPid pid;
  Seen seen[MURI_N_VM_FIGURES];
  double processor[2]; /* seconds used, before and after */
  virDomainBlockStatsStruct disk[2];
  virDomainInterfaceStatsStruct net[2];
} Watched;

enum
{
  WEB,
  DATABASE,
  BUILD,
  N_WATCHED
};

typedef struct
{
  MuriReal real;
  Watched watched[N_WATCHED];
} Figures;

static void
on_figures (MuriVm *vm, GParamSpec *pspec, Watched *watched)
{
  gint64 now = g_get_monotonic_time ();

  for (guint i = 0; i < MURI_N_VM_FIGURES; i++)
    {
      Seen *seen = &watched->seen[i];
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

/* @after: 0 or 1 */
static void
read_truth (Watched *watched, int after)
{
  const char *target;

  g_assert_cmpuint (muri_vm_get_facts (watched->vm)->n_nics, ==, 1);
  target = muri_vm_get_facts (watched->vm)->nics[0].target;
  watched->processor[after] = processor_time (watched->pid);
  g_assert_cmpint (
      virDomainBlockStats (watched->domain, "vda", &watched->disk[after], sizeof watched->disk[0]),
      ==, 0);
  g_assert_cmpint (virDomainInterfaceStats (watched->domain, target, &watched->net[after],
                                            sizeof watched->net[0]),
                   ==, 0);
}

static void
watch (Figures *figures, guint index, const char *name)
{
  Watched *watched = &figures->watched[index];
  virConnectPtr connection = muri_test_libvirtd_get_connection (figures->real.libvirtd);

  watched->vm = muri_real_vm (&figures->real, name);
  watched->pid = muri_test_libvirtd_get_guest_pid (figures->real.libvirtd, name);
  watched->domain = virDomainLookupByName (connection, name);
  g_assert_nonnull (watched->domain);
  for (guint i = 0; i < MURI_N_VM_FIGURES; i++)
    muri_test_await (i == MURI_FIGURE_DISK_LATENCY || !isnan (muri_vm_get_figure (watched->vm, i)),
                     SECONDS);
}

static void
watch_all (Figures *figures)
{
  watch (figures, WEB, "web-001");
  watch (figures, DATABASE, "db-001");
  watch (figures, BUILD, "build-001");
  for (guint i = 0; i < N_WATCHED; i++)
    {
      Watched *watched = &figures->watched[i];

      for (guint n = 0; n < MURI_N_VM_FIGURES; n++)
        watched->seen[n] = (Seen){ .last = g_get_monotonic_time () };
      g_signal_connect (watched->vm, "notify::figures", G_CALLBACK (on_figures), watched);
      read_truth (watched, 0);
    }
  muri_test_spend (WINDOW);
  for (guint i = 0; i < N_WATCHED; i++)
    {
      g_signal_handlers_disconnect_by_data (figures->watched[i].vm, &figures->watched[i]);
      read_truth (&figures->watched[i], 1);
      virDomainFree (figures->watched[i].domain);
    }
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
check_processor (Figures *figures, Watched *watched)
{
  double cpus = muri_node_get_facts (figures->real.node)->cpus;
  double vcpus = muri_vm_get_facts (watched->vm)->vcpus;
  Seen *share = &watched->seen[MURI_FIGURE_CPU];
  double used = watched->seen[MURI_FIGURE_HOST_CPU].sum * cpus;

  g_assert_cmpfloat (vcpus, ==, 2);
  g_assert_cmpfloat (share->max, <=, 1.0);
  /* How much it gets is a question of what else runs on this machine. */
  g_assert_cmpfloat (share->max, >, 0);
  assert_near ("seconds of CPU", used, watched->processor[1] - watched->processor[0], 2);
  assert_near ("share of vCPUs", share->sum * vcpus, used, 0.5);
}

static void
check_disk (Watched *watched)
{
  double written = (watched->disk[1].wr_bytes - watched->disk[0].wr_bytes) / MIB;
  double read = (watched->disk[1].rd_bytes - watched->disk[0].rd_bytes) / MIB;
  Seen *latency = &watched->seen[MURI_FIGURE_DISK_LATENCY];

  g_assert_cmpfloat (written, >, 0);
  assert_near ("MiB written", watched->seen[MURI_FIGURE_DISK_WRITE].sum / MIB, written, 4);
  assert_near ("MiB read", watched->seen[MURI_FIGURE_DISK_READ].sum / MIB, read, 4);
  g_assert_cmpuint (latency->n_known, >, 0);
  g_assert_cmpfloat (latency->max, >, 0);
  g_assert_cmpfloat (latency->max, <, 10);
}

static void
check_network (Watched *watched)
{
  double sent = (watched->net[1].tx_bytes - watched->net[0].tx_bytes) / MIB;
  double received = (watched->net[1].rx_bytes - watched->net[0].rx_bytes) / MIB;

  g_assert_cmpfloat (sent, >, 0.1);
  assert_near ("MiB sent", watched->seen[MURI_FIGURE_NET_TX].sum / MIB, sent, 0.2);
  assert_near ("MiB received", watched->seen[MURI_FIGURE_NET_RX].sum / MIB, received, 0.2);
}

static void
check_memory_and_address (MuriVm *vm)
{
  g_assert_cmpfloat (muri_vm_get_figure (vm, MURI_FIGURE_MEMORY), >, 8 * MIB);
  g_assert_cmpfloat (muri_vm_get_figure (vm, MURI_FIGURE_MEMORY), <, 96 * MIB);
  muri_test_await (muri_vm_get_address (vm) != NULL, SECONDS);
  g_assert_true (g_str_has_prefix (muri_vm_get_address (vm), "10.77.0."));
}

static void
check_host (Figures *figures)
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
test_working_guests (Figures *figures, gconstpointer data)
{
  watch_all (figures);
  check_processor (figures, &figures->watched[BUILD]);
  check_disk (&figures->watched[DATABASE]);
  check_network (&figures->watched[WEB]);
  check_memory_and_address (figures->watched[DATABASE].vm);
  check_host (figures);
}

int
main (int argc, char **argv)
{
  muri_test_init (&argc, &argv);
  g_test_add ("/figures/of-working-guests", Figures, NULL, begin, test_working_guests, end);
  return muri_test_run ();
}
