/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent-trim.h"

#include <malloc.h>

#include "muri-trim.h"

/* libvirt's client takes and frees 64 kB for each call, at the top of the heap, where the default
 * would give them back to the kernel and take them again each time. */
#define TOP_KEPT (512 * 1024)

/* By then connections are open and all VMs have been read once. */
#define AFTER_SECONDS 6

static gboolean
trim (gpointer user_data)
{
  muri_trim ();
  return G_SOURCE_REMOVE;
}

void
agent_trim_schedule (void)
{
  /* A dozen threads that mostly wait do not need a heap each. */
  mallopt (M_ARENA_MAX, 1);
  mallopt (M_TRIM_THRESHOLD, TOP_KEPT);
  g_timeout_add_seconds (AFTER_SECONDS, trim, NULL);
}
