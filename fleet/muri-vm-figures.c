/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-vm-figures.h"

#include "muri-figures.h"

#include <math.h>
#include <string.h>

/* A byte a value: 0 to 250 for 0 to 1, finer than a sparkline's pixels. */
#define RECENT_ONE 250
#define RECENT_UNKNOWN 255

void
muri_vm_figures_init (MuriVmFigures *figures)
{
  muri_figures_forget (figures->values, MURI_N_VM_FIGURES);
}

void
muri_vm_figures_clear (MuriVmFigures *figures)
{
  g_clear_pointer (&figures->series, muri_series_unref);
}

/* ---- minutes of all ---- */

void
muri_vm_figures_record (MuriVmFigures *figures)
{
  figures->record = TRUE;
}

void
muri_vm_figures_record_if_asked (MuriVmFigures *figures)
{
  if (figures->asked)
    return;
  figures->record = FALSE;
  g_clear_pointer (&figures->series, muri_series_unref);
}

static MuriSeries *
ensure_series (MuriVmFigures *figures)
{
  if (figures->series == NULL)
    figures->series = muri_series_new (MURI_N_VM_FIGURES, MURI_SERIES_CAPACITY);
  return figures->series;
}

MuriSeries *
muri_vm_figures_get_series (MuriVmFigures *figures)
{
  figures->record = figures->asked = TRUE;
  return ensure_series (figures);
}

/* ---- two minutes of CPU ---- */

static void
push_recent_value (MuriVmFigures *figures, guint8 value)
{
  if (figures->recent_length < MURI_RECENT)
    figures->recent[(figures->recent_first + figures->recent_length++) % MURI_RECENT] = value;
  else
    {
      figures->recent[figures->recent_first] = value;
      figures->recent_first = (figures->recent_first + 1) % MURI_RECENT;
    }
}

/* One value a second, so what was missed is pushed as unknown. */
static void
push_recent (MuriVmFigures *figures, gint64 time, float cpu)
{
  gint64 seconds = (time - figures->recent_time + G_USEC_PER_SEC / 2) / G_USEC_PER_SEC;

  if (figures->recent_length > 0 && seconds > 1)
    for (gint64 i = 0; i < MIN (seconds - 1, MURI_RECENT); i++)
      push_recent_value (figures, RECENT_UNKNOWN);

  figures->recent_time = time;
  push_recent_value (figures, isnan (cpu) ? RECENT_UNKNOWN
                                          : (guint8)(CLAMP (cpu, 0, 1) * RECENT_ONE + 0.5f));
}

guint
muri_vm_figures_get_recent (const MuriVmFigures *figures, float *values, guint n)
{
  guint skip = figures->recent_length > n ? figures->recent_length - n : 0;

  for (guint i = skip; i < figures->recent_length; i++)
    {
      guint8 value = figures->recent[(figures->recent_first + i) % MURI_RECENT];

      values[i - skip] = value == RECENT_UNKNOWN ? NAN : (float)value / RECENT_ONE;
    }

  return figures->recent_length - skip;
}

/* ---- the current ones ---- */

gboolean
muri_vm_figures_take (MuriVmFigures *figures, const muri_v1_VmFigures *sample, gint64 time,
                      gint64 now)
{
  float values[MURI_N_VM_FIGURES];

  muri_figures_read_vm (sample, values);
  figures->at = now;
  push_recent (figures, time, values[MURI_FIGURE_CPU]);
  if (figures->record)
    muri_series_push (ensure_series (figures), time, values);

  /* As bytes, so that unknown equals unknown. */
  if (memcmp (values, figures->values, sizeof values) == 0)
    return FALSE;
  memcpy (figures->values, values, sizeof values);
  return TRUE;
}

gboolean
muri_vm_figures_expire (MuriVmFigures *figures, gint64 before)
{
  if (figures->at == 0 || figures->at >= before)
    return FALSE;

  figures->at = 0;
  muri_figures_forget (figures->values, MURI_N_VM_FIGURES);
  return TRUE;
}
