/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "muri-image-file.h"

G_BEGIN_DECLS

/* How far a worker is, told on the main context. The two counts are all that threads share. */
typedef struct
{
  gsize done;  /* KiB */
  gsize total; /* KiB; 0 not known yet */
  MuriByteProgress progress;
  gpointer user_data;
  guint timer;
} MuriByteMeter;

/* Main context. @progress: (nullable) */
void muri_byte_meter_start (MuriByteMeter *meter, MuriByteProgress progress, gpointer user_data);

/* Main context: nothing is told any more. */
void muri_byte_meter_stop (MuriByteMeter *meter);

/* Any thread. */
void muri_byte_meter_set (MuriByteMeter *meter, guint64 done, guint64 total);

G_END_DECLS
