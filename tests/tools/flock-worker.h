/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "flock-churn.h"

G_BEGIN_DECLS

/**
 * flock_worker_run:
 * @first: index of its first host
 * @count: so many
 *
 * A process of the fleet: agents in one zone. It says "ready" when all of them speak, does the
 * lines of its standard input (calm, churn, cut SECONDS, inventory), and ends with goodbyes on
 * SIGTERM.
 */
int flock_worker_run (const FlockPlan *plan, const FlockRates *rates, guint zone, guint first,
                      guint count);

G_END_DECLS
