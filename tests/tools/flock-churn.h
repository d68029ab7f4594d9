/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "flock-host.h"

G_BEGIN_DECLS

/**
 * FlockRates: how often in a second, on average, in the whole fleet.
 * @changes: a VM changes its state
 * @moves: a VM is on another host of its process, as after a migration
 * @comings: a VM appears or goes
 * @restarts: an agent says goodbye, and comes back
 */
typedef struct
{
  double changes;
  double moves;
  double comings;
  double restarts;
} FlockRates;

/**
 * FlockChurn: lets things happen to the VMs and agents of one process, by libvirt's calls on the
 * agents' own connections. Main context only; libvirt is called on a thread.
 */
typedef struct _FlockChurn FlockChurn;

/* @hosts: (element-type FlockHost): borrowed */
FlockChurn *flock_churn_new (const FlockPlan *plan, const FlockRates *rates, GPtrArray *hosts);
void flock_churn_free (FlockChurn *churn);

void flock_churn_go (FlockChurn *churn);

/* Nothing new happens. */
void flock_churn_rest (FlockChurn *churn);

/* Whether nothing happens any more, and all agents are there. */
gboolean flock_churn_is_calm (FlockChurn *churn);

G_END_DECLS
