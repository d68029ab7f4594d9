/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-clock.h"

/* The distance is the least delay of so many samples: that of the one under way shortest. */
#define SPAN 30

/* Smaller changes are the network's. */
#define STEP (200 * G_TIME_SPAN_MILLISECOND)

void
muri_clock_init (MuriClock *clock)
{
  *clock = (MuriClock){ .least = { G_MAXINT64, G_MAXINT64 } };
}

/* A sample that was long under way makes a clock look late; none makes it look early. */
gboolean
muri_clock_measure (MuriClock *clock, gint64 sent, gint64 received)
{
  gint64 skew;

  clock->least[0] = MIN (clock->least[0], received - sent);
  skew = -MIN (clock->least[0], clock->least[1]);
  if (++clock->n == SPAN)
    {
      clock->least[1] = clock->least[0];
      clock->least[0] = G_MAXINT64;
      clock->n = 0;
    }

  if (ABS (skew - clock->skew) < STEP)
    return FALSE;
  clock->skew = skew;
  return TRUE;
}
