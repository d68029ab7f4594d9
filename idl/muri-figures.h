/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "muri-figure.h"
#include "muri.h"

G_BEGIN_DECLS

/** What a figure is counted in. */
typedef enum
{
  MURI_UNIT_SHARE, /* 0 to 1 */
  MURI_UNIT_BYTES,
  MURI_UNIT_BYTES_PER_SECOND,
  MURI_UNIT_SECONDS,
  MURI_UNIT_PER_SECOND,
  MURI_UNIT_NUMBER,
} MuriUnit;

/**
 * MuriPrecision:
 * @exponent: the smallest step is two to the power of this
 * @bits: binary digits kept behind the first one
 *
 * How exactly history keeps a figure: the relative error is at most 1 / 2^(bits + 1), where that is
 * more than half of the smallest step.
 */
typedef struct
{
  gint8 exponent;
  guint8 bits;
} MuriPrecision;

/** Bounds of what muri_figure_quantize() takes. */
#define MURI_PRECISION_BITS_MAX 20
#define MURI_PRECISION_EXPONENT_MAX 40

/**
 * MuriFigureInfo:
 * @code: on disk and wire; codes are appended, never changed or used again
 * @name: for people who look at files: "disk-read"
 * @unit: what it is counted in
 * @precision: what is kept of it
 */
typedef struct
{
  guint16 code;
  const char *name;
  MuriUnit unit;
  MuriPrecision precision;
} MuriFigureInfo;

const MuriFigureInfo *muri_figure_get_info (MuriFigure figure);
gboolean muri_figure_from_code (guint code, MuriFigure *figure);
guint32 muri_figure_quantize (float value, MuriPrecision precision);
float muri_figure_restore (guint32 number, MuriPrecision precision);

void muri_figures_read_vm (const muri_v1_VmFigures *sample, float values[MURI_N_VM_FIGURES]);
void muri_figures_read_node (const muri_v1_NodeFigures *sample, float values[MURI_N_FIGURES]);
void muri_figures_forget (float *values, guint n);

G_END_DECLS
