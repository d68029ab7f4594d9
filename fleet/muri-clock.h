/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* How far a node's clock is ahead of ours, from when its samples were sent and received. */
typedef struct
{
  gint64 skew;     /* microseconds; 0: not known */
  gint64 least[2]; /* delays of the current and the previous span of samples */
  guint n;
} MuriClock;

void muri_clock_init (MuriClock *clock);

/* Returns whether the skew changed by more than what the network does to it. */
gboolean muri_clock_measure (MuriClock *clock, gint64 sent, gint64 received);

G_END_DECLS
