/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "muri-figure.h"
#include "muri-series.h"
#include "muri.h"

G_BEGIN_DECLS

/* What a live graph of 5 minutes needs. */
#define MURI_SERIES_CAPACITY 300

/* Two minutes, one value a second. */
#define MURI_RECENT 120

/*
 * The figures of a VM: the current ones, two minutes of CPU, and where somebody looks at it,
 * minutes of all. A part of MuriVm, so main context only.
 */
typedef struct
{
  gint64 at; /* monotonic, 0: there are none */
  float values[MURI_N_VM_FIGURES];
  gboolean record;
  gboolean asked; /* for the series */
  MuriSeries *series;

  gint64 recent_time; /* of the newest value */
  guint8 recent_first;
  guint8 recent_length;
  guint8 recent[MURI_RECENT];
} MuriVmFigures;

void muri_vm_figures_init (MuriVmFigures *figures);
void muri_vm_figures_clear (MuriVmFigures *figures);

/* From now on all go to the series; only if somebody has asked for it. */
void muri_vm_figures_record (MuriVmFigures *figures);
void muri_vm_figures_record_if_asked (MuriVmFigures *figures);
MuriSeries *muri_vm_figures_get_series (MuriVmFigures *figures);

/* Both return whether a value changed. @time: the epoch's, @now and @before: monotonic */
gboolean muri_vm_figures_take (MuriVmFigures *figures, const muri_v1_VmFigures *sample, gint64 time,
                               gint64 now);
gboolean muri_vm_figures_expire (MuriVmFigures *figures, gint64 before);

/* Returns how many were written, at most @n, the newest last. */
guint muri_vm_figures_get_recent (const MuriVmFigures *figures, float *values, guint n);

G_END_DECLS
