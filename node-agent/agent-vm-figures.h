/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

#include "muri.h"

G_BEGIN_DECLS

#define AGENT_N_COUNTERS 4

/**
 * AgentRates: some counters read together, and how fast they grow.
 *
 * Times are monotonic, in microseconds. A counter that went backwards was begun anew (a reboot,
 * another process): its rate is unknown until it was read twice.
 */
typedef struct
{
  guint64 values[AGENT_N_COUNTERS];
  double rates[AGENT_N_COUNTERS]; /* a second */
  gint64 read;                    /* 0: never */
  gboolean known;
} AgentRates;

void agent_rates_update (AgentRates *rates, const guint64 *values, guint n_values, gint64 now);

/**
 * AgentVmFigures: all that is measured of one VM, as it comes in. A plain value.
 */
typedef struct
{
  AgentRates cpu;  /* nanoseconds */
  AgentRates net;  /* bytes received, bytes sent */
  AgentRates disk; /* bytes read, bytes written, requests, nanoseconds in requests */
  guint vcpus;
  guint64 memory; /* KiB */
  gint64 memory_read;
} AgentVmFigures;

void
agent_vm_figures_set_cpu (AgentVmFigures *figures, guint64 nanoseconds, guint vcpus, gint64 now);
void agent_vm_figures_set_net (AgentVmFigures *figures, guint64 rx, guint64 tx, gint64 now);
void agent_vm_figures_set_disk (AgentVmFigures *figures, guint64 read, guint64 written,
                                guint64 requests, guint64 nanoseconds, gint64 now);
void agent_vm_figures_set_memory (AgentVmFigures *figures, guint64 memory, gint64 now);

/* As they go on the wire: what is older than @fast_age or @slow_age (microseconds) is unknown. */
void agent_vm_figures_fill (const AgentVmFigures *figures, guint host_cpus, gint64 now,
                            gint64 fast_age, gint64 slow_age, muri_v1_VmFigures *wire);

G_END_DECLS
