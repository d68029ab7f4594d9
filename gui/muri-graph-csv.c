/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-graph-csv.h"

#include <math.h>

void
muri_graph_csv_append (GString *csv, const char *text)
{
  if (strpbrk (text, ",\"\r\n") == NULL)
    {
      g_string_append (csv, text);
      return;
    }
  g_string_append_c (csv, '"');
  for (const char *c = text; *c; c++)
    {
      if (*c == '"')
        g_string_append_c (csv, '"');
      g_string_append_c (csv, *c);
    }
  g_string_append_c (csv, '"');
}

/* Whatever the locale, and never more digits than a float has. */
static void
append_value (GString *csv, float value)
{
  char digits[G_ASCII_DTOSTR_BUF_SIZE];

  g_string_append_c (csv, ',');
  if (isfinite (value))
    g_string_append (csv, g_ascii_formatd (digits, sizeof digits, "%.7g", (double)value));
}

static const char *
name_of_unit (MuriUnit unit)
{
  switch (unit)
    {
    case MURI_UNIT_SHARE:
      return "share";
    case MURI_UNIT_BYTES:
      return "bytes";
    case MURI_UNIT_RATE:
      return "bytes/s";
    case MURI_UNIT_SECONDS:
      return "s";
    case MURI_UNIT_REQUESTS:
      return "requests/s";
    case MURI_UNIT_LOAD:
    default:
      return "load";
    }
}

static void
append_header (GString *csv, const MuriGraphPicture *picture)
{
  static const char *const kinds[] = { "average", "min", "max" };

  g_string_append (csv, "time");
  for (guint i = 0; i < picture->traces->len; i++)
    for (guint j = 0; j < G_N_ELEMENTS (kinds); j++)
      {
        const char *name = picture->names->pdata[i];
        g_autofree char *title =
            g_strdup_printf ("%s%s%s %s (%s)", picture->title, name ? " " : "", name ? name : "",
                             kinds[j], name_of_unit (picture->unit));

        g_string_append_c (csv, ',');
        muri_graph_csv_append (csv, title);
      }
  g_string_append (csv, "\r\n");
}

/* Of all traces the first point at or after what was written. */
static gint64
next_time (const MuriGraphPicture *picture, const guint *at)
{
  gint64 time = G_MAXINT64;

  for (guint i = 0; i < picture->traces->len; i++)
    {
      const MuriGraphPoint *points;
      guint n;

      points = muri_graph_trace_get_points (picture->traces->pdata[i], &n);
      if (at[i] < n)
        time = MIN (time, points[at[i]].time);
    }
  return time;
}

static void
append_line (GString *csv, const MuriGraphPicture *picture, gint64 time, guint *at, gboolean shown)
{
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (time / G_TIME_SPAN_SECOND);
  g_autoptr (GDateTime) date = utc ? g_date_time_to_timezone (utc, picture->zone) : NULL;
  g_autofree char *when = date ? g_date_time_format (date, "%Y-%m-%dT%H:%M:%S%:z") : NULL;
  GString *line = g_string_new (when);

  for (guint i = 0; i < picture->traces->len; i++)
    {
      const MuriGraphPoint *points;
      gboolean there;
      guint n;

      points = muri_graph_trace_get_points (picture->traces->pdata[i], &n);
      there = at[i] < n && points[at[i]].time == time;
      append_value (line, there ? points[at[i]].average : NAN);
      append_value (line, there ? points[at[i]].min : NAN);
      append_value (line, there ? points[at[i]].max : NAN);
      at[i] += there ? 1 : 0;
    }
  if (shown)
    g_string_append_printf (csv, "%s\r\n", line->str);
  g_string_free (line, TRUE);
}

char *
muri_graph_csv_new (const MuriGraphPicture *picture)
{
  g_autofree guint *at = g_new0 (guint, picture->traces->len + 1);
  GString *csv = g_string_new (NULL);
  gint64 time;

  append_header (csv, picture);
  while ((time = next_time (picture, at)) < G_MAXINT64)
    append_line (csv, picture, time, at, time >= picture->from && time <= picture->to);
  return g_string_free (csv, FALSE);
}
