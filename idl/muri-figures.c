/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-figures.h"

#include <math.h>
#include <string.h>

#include "muri-words.h"

/* Precisions: CPU time is known to about a millisecond a second; a rate is worth three digits, and
 * half a step of 1/512 keeps sums over it within 0.1 %; a guest's memory comes in pages, and what
 * matters of it are MiB; the kernel gives load and pressure with two digits after the point. */
static const MuriFigureInfo figures[MURI_N_FIGURES] = {
  [MURI_FIGURE_CPU] = { 1, "cpu", MURI_UNIT_SHARE, { -20, 9 } },
  [MURI_FIGURE_MEMORY] = { 2, "memory", MURI_UNIT_BYTES, { 16, 12 } },
  [MURI_FIGURE_DISK_READ] = { 3, "disk-read", MURI_UNIT_BYTES_PER_SECOND, { 0, 9 } },
  [MURI_FIGURE_DISK_WRITE] = { 4, "disk-write", MURI_UNIT_BYTES_PER_SECOND, { 0, 9 } },
  [MURI_FIGURE_DISK_LATENCY] = { 5, "disk-latency", MURI_UNIT_SECONDS, { -20, 7 } },
  [MURI_FIGURE_NET_RX] = { 6, "net-rx", MURI_UNIT_BYTES_PER_SECOND, { 0, 9 } },
  [MURI_FIGURE_NET_TX] = { 7, "net-tx", MURI_UNIT_BYTES_PER_SECOND, { 0, 9 } },
  [MURI_FIGURE_HOST_CPU] = { 8, "host-cpu", MURI_UNIT_SHARE, { -23, 9 } },
  [MURI_FIGURE_DISK_REQUESTS] = { 9, "disk-requests", MURI_UNIT_PER_SECOND, { -8, 9 } },
  [MURI_FIGURE_IOWAIT] = { 10, "iowait", MURI_UNIT_SHARE, { -14, 9 } },
  [MURI_FIGURE_STEAL] = { 11, "steal", MURI_UNIT_SHARE, { -14, 9 } },
  [MURI_FIGURE_LOAD1] = { 12, "load1", MURI_UNIT_NUMBER, { -7, 9 } },
  [MURI_FIGURE_LOAD5] = { 13, "load5", MURI_UNIT_NUMBER, { -7, 9 } },
  [MURI_FIGURE_LOAD15] = { 14, "load15", MURI_UNIT_NUMBER, { -7, 9 } },
  [MURI_FIGURE_PRESSURE_CPU] = { 15, "pressure-cpu", MURI_UNIT_SHARE, { -14, 9 } },
  [MURI_FIGURE_PRESSURE_MEMORY] = { 16, "pressure-memory", MURI_UNIT_SHARE, { -14, 9 } },
  [MURI_FIGURE_PRESSURE_IO] = { 17, "pressure-io", MURI_UNIT_SHARE, { -14, 9 } },
  [MURI_FIGURE_MEMORY_CACHED] = { 18, "memory-cached", MURI_UNIT_BYTES, { 16, 12 } },
  [MURI_FIGURE_SWAP] = { 19, "swap", MURI_UNIT_BYTES, { 16, 12 } },
  [MURI_FIGURE_STORAGE] = { 20, "storage", MURI_UNIT_BYTES, { 20, 14 } },
  [MURI_FIGURE_STORAGE_SIZE] = { 21, "storage-size", MURI_UNIT_BYTES, { 20, 14 } },
};

/**
 * muri_figure_get_info:
 * @figure: a figure
 *
 * Returns: (transfer none): its code, name, unit and precision
 */
const MuriFigureInfo *
muri_figure_get_info (MuriFigure figure)
{
  g_return_val_if_fail ((guint)figure < MURI_N_FIGURES, NULL);

  return &figures[figure];
}

/**
 * muri_figure_from_code:
 * @code: a code of disk or wire
 * @figure: (out): the figure of that code
 *
 * Returns: whether this version knows it
 */
gboolean
muri_figure_from_code (guint code, MuriFigure *figure)
{
  for (guint i = 0; i < MURI_N_FIGURES; i++)
    if (figures[i].code == code)
      {
        *figure = i;
        return TRUE;
      }
  return FALSE;
}

/**
 * muri_figure_quantize:
 * @value: not negative; what is smaller than 0 counts as 0
 * @precision: how exactly
 *
 * Small values are multiples of two to the power of the precision's exponent, greater ones keep so
 * many bits behind their first one. Greater values never have smaller numbers, and a value that was
 * quantised before stays as it is.
 *
 * Returns: the number that is kept
 */
guint32
muri_figure_quantize (float value, MuriPrecision precision)
{
  const double top = (double)(G_GUINT64_CONSTANT (2) << precision.bits);
  double scaled = ldexp (MAX (value, 0), -precision.exponent);
  int shift = 0;
  guint32 mantissa;

  if (scaled >= top)
    {
      frexp (scaled, &shift);
      shift -= precision.bits + 1;
      scaled = ldexp (scaled, -shift);
    }
  mantissa = (guint32)(scaled + 0.5);

  /* Rounded up to the next power of two this is that power's first number. */
  return ((guint32)shift << precision.bits) + mantissa;
}

/* A factor that changes no digit; what no float's exponent is goes the long way. */
static float
scale (float value, int exponent)
{
  guint32 bits = (guint32)(exponent + 127) << 23;
  float factor;

  if (exponent < -126 || exponent > 127)
    return ldexpf (value, exponent);
  memcpy (&factor, &bits, sizeof factor);
  return value * factor;
}

/**
 * muri_figure_restore:
 * @number: made by muri_figure_quantize()
 * @precision: that of then
 *
 * Returns: the value
 */
float
muri_figure_restore (guint32 number, MuriPrecision precision)
{
  guint shift = number >> precision.bits;

  shift = shift > 1 ? shift - 1 : 0;
  return scale ((float)(number - (shift << precision.bits)), (int)shift + precision.exponent);
}

/**
 * muri_figures_forget:
 * @values: (array length=n): all of them become unknown
 * @n: their number
 */
void
muri_figures_forget (float *values, guint n)
{
  for (guint i = 0; i < n; i++)
    values[i] = NAN;
}

/**
 * muri_figures_read_vm:
 * @sample: what was measured
 * @values: (out): by #MuriFigure and in its units
 *
 * Unknown is always the same NaN, so that two readings can be compared as bytes.
 */
void
muri_figures_read_vm (const muri_v1_VmFigures *sample, float values[MURI_N_VM_FIGURES])
{
  const guint known = sample->known;
  const gboolean cpu = (known & MURI_VM_FIGURE_CPU) != 0;
  const gboolean disk = (known & MURI_VM_FIGURE_DISK) != 0;
  const gboolean net = (known & MURI_VM_FIGURE_NET) != 0;

  values[MURI_FIGURE_CPU] = cpu ? sample->cpu : NAN;
  values[MURI_FIGURE_HOST_CPU] = cpu ? sample->host_cpu : NAN;
  values[MURI_FIGURE_MEMORY] =
      (known & MURI_VM_FIGURE_MEMORY) != 0 ? (float)sample->memory * 1024 : NAN;
  values[MURI_FIGURE_DISK_READ] = disk ? sample->disk_read : NAN;
  values[MURI_FIGURE_DISK_WRITE] = disk ? sample->disk_write : NAN;
  values[MURI_FIGURE_DISK_REQUESTS] = disk ? sample->disk_requests : NAN;
  values[MURI_FIGURE_DISK_LATENCY] =
      (known & MURI_VM_FIGURE_DISK_LATENCY) != 0 ? sample->disk_latency : NAN;
  values[MURI_FIGURE_NET_RX] = net ? sample->net_rx : NAN;
  values[MURI_FIGURE_NET_TX] = net ? sample->net_tx : NAN;
}

static void
read_rates (const muri_v1_NodeFigures *sample, float *values)
{
  const gboolean disk = (sample->known & MURI_NODE_FIGURE_DISK) != 0;
  const gboolean net = (sample->known & MURI_NODE_FIGURE_NET) != 0;
  const gboolean load = (sample->known & MURI_NODE_FIGURE_LOAD) != 0;
  const gboolean pressure = (sample->known & MURI_NODE_FIGURE_PRESSURE) != 0;

  values[MURI_FIGURE_DISK_READ] = disk ? sample->disk_read : NAN;
  values[MURI_FIGURE_DISK_WRITE] = disk ? sample->disk_write : NAN;
  values[MURI_FIGURE_DISK_LATENCY] =
      (sample->known & MURI_NODE_FIGURE_DISK_LATENCY) != 0 ? sample->disk_latency : NAN;
  values[MURI_FIGURE_NET_RX] = net ? sample->net_rx : NAN;
  values[MURI_FIGURE_NET_TX] = net ? sample->net_tx : NAN;
  values[MURI_FIGURE_LOAD1] = load ? sample->load1 : NAN;
  values[MURI_FIGURE_LOAD5] = load ? sample->load5 : NAN;
  values[MURI_FIGURE_LOAD15] = load ? sample->load15 : NAN;
  values[MURI_FIGURE_PRESSURE_CPU] = pressure ? sample->pressure_cpu : NAN;
  values[MURI_FIGURE_PRESSURE_MEMORY] = pressure ? sample->pressure_memory : NAN;
  values[MURI_FIGURE_PRESSURE_IO] = pressure ? sample->pressure_io : NAN;
}

/**
 * muri_figures_read_node:
 * @sample: what was measured
 * @values: (out): by #MuriFigure and in its units; those of VMs alone are unknown
 */
void
muri_figures_read_node (const muri_v1_NodeFigures *sample, float values[MURI_N_FIGURES])
{
  const gboolean cpu = (sample->known & MURI_NODE_FIGURE_CPU) != 0;
  const gboolean memory = (sample->known & MURI_NODE_FIGURE_MEMORY) != 0;

  muri_figures_forget (values, MURI_N_FIGURES);
  if (cpu)
    {
      values[MURI_FIGURE_CPU] = sample->cpu;
      values[MURI_FIGURE_IOWAIT] = sample->iowait;
      values[MURI_FIGURE_STEAL] = sample->steal;
    }
  if (memory)
    {
      values[MURI_FIGURE_MEMORY] = (float)sample->memory * 1024;
      values[MURI_FIGURE_MEMORY_CACHED] = (float)sample->memory_cached * 1024;
      values[MURI_FIGURE_SWAP] = (float)sample->swap * 1024;
    }
  if ((sample->known & MURI_NODE_FIGURE_STORAGE) != 0)
    {
      values[MURI_FIGURE_STORAGE] = (float)sample->storage;
      values[MURI_FIGURE_STORAGE_SIZE] = (float)sample->storage_size;
    }
  read_rates (sample, values);
}
