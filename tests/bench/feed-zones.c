/* SPDX-License-Identifier: GPL-3.0-or-later */
/* feed-zones FIRST ZONES NODES VMS: states and samples of a fleet that does not exist, in the zones
 * from FIRST on, by a participant each: what a console has to do with them, without the cost of a
 * thousand agents. Ends with its standard input. Lines that it takes: "churn N" changes the states
 * of N VMs a second. */
#include <glib-unix.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "muri-words.h"
#include "muri-bus.h"

/* A second is fed in so many parts. */
#define TICKS 20
#define PART 20 /* VMs of a sample */

typedef struct
{
  muri_v1_Uuid uuid;
  MuriZone *zone;
  guint index;
  guint n_vms;
  guint8 *states;
} Node;

static GMainLoop *loop;
static Node *nodes;
static guint n_nodes;
static guint tick;
static guint32 second;
static guint churn;

static muri_v1_Uuid
make_uuid (guint kind, guint a, guint b)
{
  muri_v1_Uuid uuid = { { 0 } };
  guint64 mixed = (((guint64)a << 32 | b) + 1) * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15);

  uuid.b[0] = (uint8_t)kind;
  memcpy (uuid.b + 4, &mixed, sizeof mixed);
  memcpy (uuid.b + 12, &b, sizeof b);
  return uuid;
}

static gpointer
list (gsize n, gsize size)
{
  return memset (dds_alloc (n * size), 0, n * size);
}

#define MAKE_LIST(sequence, n)                                                                     \
  ((sequence)._length = (sequence)._maximum = (n), (sequence)._release = TRUE,                     \
   (sequence)._buffer = list ((n), sizeof *(sequence)._buffer))

static void
publish_node (Node *node)
{
  muri_v1_Node *sample = muri_topic_sample_new (MURI_TOPIC_NODE);

  sample->node = node->uuid;
  sample->presence = MURI_PRESENCE_UP;
  sample->connection = MURI_CONNECTION_UP;
  sample->simulated = TRUE;
  sample->cpus = 64;
  sample->memory = 512 << 20;
  sample->booted = g_get_real_time () - G_TIME_SPAN_DAY;
  sample->vms = node->n_vms;
  g_snprintf (sample->name, sizeof sample->name, "host-%04u", node->index);
  g_snprintf (sample->address, sizeof sample->address, "127.0.0.1");
  g_strlcpy (sample->hypervisor, "QEMU", sizeof sample->hypervisor);
  g_strlcpy (sample->uri, "qemu:///system", sizeof sample->uri);
  g_strlcpy (sample->os, "Debian GNU/Linux 12 (bookworm)", sizeof sample->os);
  muri_zone_publish (node->zone, MURI_TOPIC_NODE, sample);
}

static void
publish_vm (Node *node, guint i)
{
  muri_v1_Vm *sample = muri_topic_sample_new (MURI_TOPIC_VM);

  sample->node = node->uuid;
  sample->vm = make_uuid (2, node->index, i);
  sample->state = node->states[i];
  sample->since = sample->booted = g_get_real_time () - G_TIME_SPAN_HOUR;
  sample->vcpus = sample->vcpus_max = 4;
  sample->memory = sample->memory_max = 4 << 20;
  sample->persistent = TRUE;
  g_snprintf (sample->name, sizeof sample->name, "%s-%04u-%03u",
              i % 3 == 0   ? "web"
              : i % 3 == 1 ? "db"
                           : "build",
              node->index, i);
  g_strlcpy (sample->os, "debian12", sizeof sample->os);
  g_strlcpy (sample->arch, "x86_64", sizeof sample->arch);
  g_strlcpy (sample->machine, "pc-q35-7.2", sizeof sample->machine);
  MAKE_LIST (sample->addresses, 1);
  g_snprintf (sample->addresses._buffer[0], sizeof sample->addresses._buffer[0], "10.%u.%u.%u",
              node->index / 250, node->index % 250, i % 250);
  MAKE_LIST (sample->disks, 1);
  g_strlcpy (sample->disks._buffer[0].target, "vda", sizeof sample->disks._buffer[0].target);
  g_strlcpy (sample->disks._buffer[0].device, "disk", sizeof sample->disks._buffer[0].device);
  g_strlcpy (sample->disks._buffer[0].bus, "virtio", sizeof sample->disks._buffer[0].bus);
  g_snprintf (sample->disks._buffer[0].source, sizeof sample->disks._buffer[0].source,
              "/var/lib/libvirt/images/%s.qcow2", sample->name);
  sample->disks._buffer[0].capacity = G_GUINT64_CONSTANT (20) << 30;
  MAKE_LIST (sample->nics, 1);
  g_snprintf (sample->nics._buffer[0].mac, sizeof sample->nics._buffer[0].mac,
              "52:54:00:%02x:%02x:%02x", node->index >> 8, node->index & 255, i & 255);
  g_strlcpy (sample->nics._buffer[0].model, "virtio", sizeof sample->nics._buffer[0].model);
  g_strlcpy (sample->nics._buffer[0].network, "default", sizeof sample->nics._buffer[0].network);
  muri_zone_publish (node->zone, MURI_TOPIC_VM, sample);
}

static void
fill_vm (Node *node, guint i, muri_v1_VmFigures *figures)
{
  guint32 noise = (node->index * 7919 + i * 104729 + second * 15485863) * 2654435761u;
  float swing = (float)(0.5 + 0.5 * sin (second / 40.0 + node->index + i * 0.7));

  figures->vm = make_uuid (2, node->index, i);
  figures->known =
      MURI_VM_FIGURE_CPU | MURI_VM_FIGURE_MEMORY | MURI_VM_FIGURE_DISK | MURI_VM_FIGURE_NET;
  figures->cpu = 0.8f * swing + 0.2f * (float)(noise >> 8 & 0xffff) / 65536.0f;
  figures->memory = (guint32)((1 << 20) + (1 << 20) * swing);
  figures->disk_read = 1e6f * swing;
  figures->disk_write = 2e5f * swing + (float)(noise & 0xffff);
  figures->net_rx = 3e5f * swing;
  figures->net_tx = 1e5f * swing;
  figures->host_cpu = figures->cpu / 16;
}

static void
publish_part (Node *node, guint part, guint parts)
{
  muri_v1_Sample *sample = muri_topic_sample_new (MURI_TOPIC_SAMPLE);
  guint first = part * PART;
  guint n = 0;

  sample->node = node->uuid;
  sample->part = (uint16_t)part;
  sample->parts = (uint16_t)parts;
  sample->sequence_number = second;
  sample->time = g_get_real_time ();
  sample->period = 1;
  if (part == 0)
    {
      MAKE_LIST (sample->host, 1);
      sample->host._buffer[0].known = MURI_NODE_FIGURE_CPU | MURI_NODE_FIGURE_MEMORY;
      sample->host._buffer[0].cpu = (float)(0.5 + 0.4 * sin (second / 30.0 + node->index));
      sample->host._buffer[0].memory = (128 << 20) + second % 1000;
    }
  if (node->n_vms > first)
    {
      MAKE_LIST (sample->vms, MIN (PART, node->n_vms - first));
      for (guint i = first; i < MIN (first + PART, node->n_vms); i++)
        if (node->states[i] == MURI_VM_STATE_RUNNING)
          fill_vm (node, i, &sample->vms._buffer[n++]);
      sample->vms._length = n;
    }
  muri_zone_publish (node->zone, MURI_TOPIC_SAMPLE, sample);
}

static void
change_states (void)
{
  for (guint i = 0; i < churn / TICKS; i++)
    {
      Node *node = &nodes[g_random_int_range (0, (int)n_nodes)];
      guint vm;

      if (node->n_vms == 0)
        continue;
      vm = (guint)g_random_int_range (0, (int)node->n_vms);
      node->states[vm] =
          node->states[vm] == MURI_VM_STATE_RUNNING ? MURI_VM_STATE_PAUSED : MURI_VM_STATE_RUNNING;
      publish_vm (node, vm);
    }
}

static gboolean
on_tick (gpointer data)
{
  for (guint i = tick; i < n_nodes; i += TICKS)
    {
      guint parts = MAX (1, (nodes[i].n_vms + PART - 1) / PART);

      for (guint part = 0; part < parts; part++)
        publish_part (&nodes[i], part, parts);
    }
  change_states ();
  tick = (tick + 1) % TICKS;
  second += tick == 0;
  return G_SOURCE_CONTINUE;
}

static gboolean
on_input (gint fd, GIOCondition condition, gpointer data)
{
  char line[256];

  if (fgets (line, sizeof line, stdin) == NULL)
    {
      g_main_loop_quit (loop);
      return G_SOURCE_REMOVE;
    }
  sscanf (line, "churn %u", &churn);
  return G_SOURCE_CONTINUE;
}

static void
ignore (MuriZone *zone, MuriChange *changes, gsize n_changes, gpointer data)
{
}

static void
make_nodes (MuriBus *bus, guint first, guint n_zones, guint n_vms)
{
  const guint writes = 1u << MURI_TOPIC_NODE | 1u << MURI_TOPIC_VM | 1u << MURI_TOPIC_SAMPLE;
  g_autofree MuriZone **zones = g_new0 (MuriZone *, n_zones);

  for (guint i = 0; i < n_zones; i++)
    {
      g_autoptr (MuriZoneSettings) settings =
          muri_zone_settings_new (first + i, "lo", MURI_ROLE_AGENT);
      g_autoptr (GError) error = NULL;

      zones[i] = muri_zone_open (bus, settings, 0, writes, ignore, NULL, &error);
      if (zones[i] == NULL)
        g_error ("%s", error->message);
    }
  nodes = g_new0 (Node, n_nodes);
  for (guint i = 0; i < n_nodes; i++)
    {
      nodes[i].uuid = make_uuid (1, i, 0);
      nodes[i].zone = zones[i % n_zones];
      nodes[i].index = i;
      nodes[i].n_vms = n_vms / n_nodes + (i < n_vms % n_nodes);
      nodes[i].states = g_malloc (nodes[i].n_vms + 1);
      memset (nodes[i].states, MURI_VM_STATE_RUNNING, nodes[i].n_vms);
      for (guint k = 9; k < nodes[i].n_vms; k += 10)
        nodes[i].states[k] = MURI_VM_STATE_OFF;
      publish_node (&nodes[i]);
      for (guint k = 0; k < nodes[i].n_vms; k++)
        publish_vm (&nodes[i], k);
    }
}

int
main (int argc, char **argv)
{
  MuriBus *bus;

  if (argc != 5)
    {
      fprintf (stderr, "usage: feed-zones FIRST ZONES NODES VMS\n");
      return 2;
    }
  n_nodes = (guint)atoi (argv[3]);
  setvbuf (stdin, NULL, _IONBF, 0);
  loop = g_main_loop_new (NULL, FALSE);
  bus = muri_bus_new (NULL, 0);
  make_nodes (bus, (guint)atoi (argv[1]), (guint)atoi (argv[2]), (guint)atoi (argv[4]));
  printf ("feeding\n");
  fflush (stdout);
  g_timeout_add (1000 / TICKS, on_tick, NULL);
  g_unix_fd_add (0, G_IO_IN | G_IO_HUP, on_input, NULL);
  g_main_loop_run (loop);
  return 0;
}
