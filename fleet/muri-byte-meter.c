/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-byte-meter.h"

#define REPORT_EVERY 100 /* milliseconds */

static gboolean
on_timer (gpointer data)
{
  MuriByteMeter *meter = data;
  gsize total = (gsize)g_atomic_pointer_get (&meter->total);
  gsize done = (gsize)g_atomic_pointer_get (&meter->done);

  if (total > 0)
    meter->progress ((guint64)MIN (done, total) * 1024, (guint64)total * 1024, meter->user_data);
  return G_SOURCE_CONTINUE;
}

void
muri_byte_meter_start (MuriByteMeter *meter, MuriByteProgress progress, gpointer user_data)
{
  meter->progress = progress;
  meter->user_data = user_data;
  if (progress != NULL)
    meter->timer = g_timeout_add (REPORT_EVERY, on_timer, meter);
}

void
muri_byte_meter_stop (MuriByteMeter *meter)
{
  g_clear_handle_id (&meter->timer, g_source_remove);
}

void
muri_byte_meter_set (MuriByteMeter *meter, guint64 done, guint64 total)
{
  g_atomic_pointer_set (&meter->done, (gsize)(done / 1024));
  g_atomic_pointer_set (&meter->total, (gsize)((total + 1023) / 1024));
}
