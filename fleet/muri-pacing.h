/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * MuriPacing: how fast an operation goes; all 0 is all at once.
 * @batch: at most so many targets at a time over the fleet; the next ones go when the last have
 *   reached their end
 * @delay: seconds between batches
 * @per_node: at most so many of a host at a time, which its agent sees to
 * @stop_after: after so many failures no more begin; the rest is cancelled
 * @stop_percent: the same as a share of all targets, 1 to 100
 * @grace: of a shutdown: seconds that a guest has, then it is powered off; 0 never
 * @ordered: follows the start order of the memberships in @order_group: lower first, equal ones
 *   together, none last; the next when the former have reached their end and their longest delay
 *   has passed. A shutdown, a save and a power-off go in reverse and without delay.
 */
typedef struct
{
  guint batch;
  guint delay;
  guint per_node;
  guint stop_after;
  guint stop_percent;
  guint grace;
  gboolean ordered;
} MuriPacing;

G_END_DECLS
