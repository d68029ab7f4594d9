/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-config.h"

#include "muri-format.h"

#include <glib/gi18n.h>
#include <math.h>

#define NBSP "\302\240"

/* A unit's name with the place of its number; translators may turn them round. */
typedef struct
{
  const char *format;
  double factor;
} Unit;

static const Unit rates[] = {
  { N_ ("%s B/s"), 1 },    { N_ ("%s kB/s"), 1e3 },  { N_ ("%s MB/s"), 1e6 },
  { N_ ("%s GB/s"), 1e9 }, { N_ ("%s TB/s"), 1e12 },
};

static const Unit sizes[] = {
  { N_ ("%s B"), 1 },
  { N_ ("%s KiB"), 1024 },
  { N_ ("%s MiB"), 1048576 },
  { N_ ("%s GiB"), 1073741824 },
  { N_ ("%s TiB"), 1099511627776 },
  { N_ ("%s PiB"), 1125899906842624 },
};

static const Unit latencies[] = {
  { N_ ("%s µs"), 1e-6 },
  { N_ ("%s ms"), 1e-3 },
  { N_ ("%s s"), 1 },
};

/* Number and unit never part at the end of a line; translators need not see that. */
static char *
with_unit (const char *format, const char *number)
{
  g_autofree char *text = g_strdup_printf (_ (format), number);
  g_auto (GStrv) parts = g_strsplit (text, " ", -1);

  return g_strjoinv (NBSP, parts);
}

/* Two digits below ten, whole numbers above. */
static char *
digits (double value, gboolean strip)
{
  gboolean fraction = fabs (value) < 9.95 && value != 0;

  if (fraction && strip && fabs (value - round (value)) < 0.05)
    fraction = FALSE;
  return g_strdup_printf ("%.*f", fraction ? 1 : 0, value);
}

/* The largest unit in which @value is at least one; what would round up to a thousand (or 1024)
 * of a unit is one of the next. */
static const Unit *
choose (const Unit *units, gsize n, double value, double base)
{
  gsize i = 0;

  while (i + 1 < n && fabs (value) / units[i].factor >= base - 0.5)
    i++;
  return &units[i];
}

static char *
format_units (const Unit *units, gsize n, double value, double base, gboolean strip)
{
  const Unit *unit = choose (units, n, value, base);
  g_autofree char *number = NULL;

  if (unit == units && unit->factor == 1)
    number = g_strdup_printf ("%.0f", value);
  else
    number = digits (value / unit->factor, strip);
  return with_unit (unit->format, number);
}

char *
muri_format_share (double share)
{
  g_autofree char *number = NULL;

  if (!isfinite (share))
    return g_strdup (MURI_FORMAT_UNKNOWN);
  number = g_strdup_printf ("%.0f", fabs (share) * 100);
  return with_unit (N_ ("%s %%"), number);
}

char *
muri_format_rate (double bytes_per_second)
{
  if (!isfinite (bytes_per_second))
    return g_strdup (MURI_FORMAT_UNKNOWN);
  return format_units (rates, G_N_ELEMENTS (rates), bytes_per_second, 1000, FALSE);
}

char *
muri_format_size (double bytes)
{
  if (!isfinite (bytes))
    return g_strdup (MURI_FORMAT_UNKNOWN);
  return format_units (sizes, G_N_ELEMENTS (sizes), bytes, 1024, TRUE);
}

char *
muri_format_memory (double used, double total)
{
  const Unit *unit;
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;
  g_autofree char *both = NULL;

  if (!isfinite (total) || total <= 0)
    return muri_format_size (used);
  if (!isfinite (used))
    {
      second = muri_format_size (total);
      /* Translators: used of total memory, where the used part is not known: "— / 1 GiB" */
      return g_strdup_printf (C_ ("used of total", "%s / %s"), MURI_FORMAT_UNKNOWN, second);
    }
  unit = choose (sizes, G_N_ELEMENTS (sizes), total, 1024);
  first = digits (used / unit->factor, FALSE);
  second = digits (total / unit->factor, TRUE);
  both = g_strdup_printf (C_ ("used of total", "%s / %s"), first, second);
  return with_unit (unit->format, both);
}

char *
muri_format_latency (double seconds)
{
  if (!isfinite (seconds))
    return g_strdup (MURI_FORMAT_UNKNOWN);
  if (seconds == 0)
    return with_unit (latencies[1].format, "0");
  return format_units (latencies, G_N_ELEMENTS (latencies), seconds, 1000, FALSE);
}

char *
muri_format_requests (double per_second)
{
  g_autofree char *number = NULL;

  if (!isfinite (per_second))
    return g_strdup (MURI_FORMAT_UNKNOWN);
  number = digits (per_second, FALSE);
  /* Translators: requests a second */
  return with_unit (N_ ("%s /s"), number);
}

char *
muri_format_load (double load)
{
  if (!isfinite (load))
    return g_strdup (MURI_FORMAT_UNKNOWN);
  return g_strdup_printf (load < 9.995 ? "%.2f" : "%.1f", load);
}

char *
muri_format_number (double value)
{
  if (!isfinite (value))
    return g_strdup (MURI_FORMAT_UNKNOWN);
  return digits (value, TRUE);
}

char *
muri_format_value (MuriUnit unit, double value)
{
  switch (unit)
    {
    case MURI_UNIT_SHARE:
      return muri_format_share (value);
    case MURI_UNIT_BYTES:
      return muri_format_size (value);
    case MURI_UNIT_RATE:
      return muri_format_rate (value);
    case MURI_UNIT_SECONDS:
      return muri_format_latency (value);
    case MURI_UNIT_REQUESTS:
      return muri_format_requests (value);
    case MURI_UNIT_LOAD:
    default:
      return muri_format_load (value);
    }
}

/* Rules stand at round values, so that a decimal is only written where there is one. */
char *
muri_format_rule (MuriUnit unit, double value)
{
  g_autofree char *number = NULL;

  if (value == 0)
    return g_strdup ("0");
  switch (unit)
    {
    case MURI_UNIT_RATE:
      return format_units (rates, G_N_ELEMENTS (rates), value, 1000, TRUE);
    case MURI_UNIT_SECONDS:
      return format_units (latencies, G_N_ELEMENTS (latencies), value, 1000, TRUE);
    case MURI_UNIT_REQUESTS:
      number = digits (value, TRUE);
      return with_unit (N_ ("%s /s"), number);
    case MURI_UNIT_LOAD:
      return digits (value, TRUE);
    case MURI_UNIT_SHARE:
    case MURI_UNIT_BYTES:
    default:
      return muri_format_value (unit, value);
    }
}

static char *
two_spans (guint64 major, const char *major_format, guint64 minor, const char *minor_format)
{
  g_autofree char *first_number = g_strdup_printf ("%" G_GUINT64_FORMAT, major);
  g_autofree char *second_number = g_strdup_printf ("%" G_GUINT64_FORMAT, minor);
  g_autofree char *first = with_unit (major_format, first_number);
  g_autofree char *second = NULL;

  if (minor == 0)
    return g_steal_pointer (&first);
  second = with_unit (minor_format, second_number);
  return g_strconcat (first, NBSP, second, NULL);
}

char *
muri_format_duration (gint64 us)
{
  const char *days = N_ ("%s d");
  const char *hours = N_ ("%s h");
  const char *minutes = N_ ("%s min");
  const char *seconds = N_ ("%s s");
  guint64 s;

  if (us < 0)
    us = 0;
  s = us / G_TIME_SPAN_SECOND;
  if (s == 0 && us > 0)
    {
      g_autofree char *number = g_strdup_printf ("%.1f", MAX (us / 1e6, 0.1));

      return with_unit (seconds, number);
    }
  if (s < 60)
    return two_spans (s, seconds, 0, seconds);
  if (s < 600)
    return two_spans (s / 60, minutes, s % 60, seconds);
  if (s < 3600)
    return two_spans (s / 60, minutes, 0, seconds);
  if (s < 86400)
    return two_spans (s / 3600, hours, s % 3600 / 60, minutes);
  if (s < 100 * 86400)
    return two_spans (s / 86400, days, s % 86400 / 3600, hours);
  return two_spans (s / 86400, days, 0, hours);
}

/* One unit is enough for an age, and a calm one: seconds are counted in fives. */
char *
muri_format_age (gint64 since)
{
  gint64 s = (g_get_real_time () - since) / G_TIME_SPAN_SECOND;
  g_autofree char *span = NULL;

  if (since <= 0)
    return g_strdup (MURI_FORMAT_UNKNOWN);
  if (s < 5)
    return g_strdup (_ ("just now"));
  if (s < 60)
    s = s / 5 * 5;
  else if (s < 3600)
    s = s / 60 * 60;
  else if (s < 86400)
    s = s / 3600 * 3600;
  else
    s = s / 86400 * 86400;
  if (s >= 60 && s < 600)
    span = two_spans (s / 60, N_ ("%s min"), 0, "");
  else
    span = muri_format_duration (s * G_TIME_SPAN_SECOND);
  /* Translators: an age: "2 min ago" */
  return g_strdup_printf (_ ("%s ago"), span);
}

static gboolean
same_day (GDateTime *a, GDateTime *b)
{
  return g_date_time_get_year (a) == g_date_time_get_year (b)
         && g_date_time_get_day_of_year (a) == g_date_time_get_day_of_year (b);
}

char *
muri_format_clock (gint64 time)
{
  g_autoptr (GDateTime) date = NULL;

  if (time <= 0)
    return g_strdup (MURI_FORMAT_UNKNOWN);
  date = g_date_time_new_from_unix_local (time / G_TIME_SPAN_SECOND);
  return g_date_time_format (date, "%H:%M:%S");
}

char *
muri_format_time (gint64 time)
{
  g_autoptr (GDateTime) date = NULL;
  g_autoptr (GDateTime) now = NULL;

  if (time <= 0)
    return g_strdup (MURI_FORMAT_UNKNOWN);
  date = g_date_time_new_from_unix_local (time / G_TIME_SPAN_SECOND);
  now = g_date_time_new_now_local ();
  if (same_day (date, now))
    return g_date_time_format (date, "%H:%M:%S");
  if (g_date_time_get_year (date) == g_date_time_get_year (now))
    /* Translators: a day of this year and a time, for strftime */
    return g_date_time_format (date, _ ("%b %-d, %H:%M"));
  /* Translators: a day of another year and a time, for strftime */
  return g_date_time_format (date, _ ("%b %-d, %Y, %H:%M"));
}

char *
muri_format_version (guint version)
{
  if (version == 0)
    return g_strdup (MURI_FORMAT_UNKNOWN);
  return g_strdup_printf ("%u.%u.%u", version / 1000000, version / 1000 % 1000, version % 1000);
}
