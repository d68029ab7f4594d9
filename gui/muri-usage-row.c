/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-config.h"

#include "muri-usage-row.h"

#include <glib/gi18n.h>
#include <math.h>

#include "muri-format.h"

#define HOUR 3600.0
#define GIB 1073741824.0

struct _MuriUsageRow
{
  GObject parent_instance;

  char *id;
  char *name;
  char *place;
  MuriUsage usage;
  double span;
};

G_DEFINE_FINAL_TYPE (MuriUsageRow, muri_usage_row, G_TYPE_OBJECT)

static void
muri_usage_row_finalize (GObject *object)
{
  MuriUsageRow *self = MURI_USAGE_ROW (object);

  g_free (self->id);
  g_free (self->name);
  g_free (self->place);
  G_OBJECT_CLASS (muri_usage_row_parent_class)->finalize (object);
}

static void
muri_usage_row_class_init (MuriUsageRowClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = muri_usage_row_finalize;
}

static void
muri_usage_row_init (MuriUsageRow *self)
{
}

MuriUsageRow *
muri_usage_row_new (const char *id, const char *name, const char *place, const MuriUsage *usage,
                    double span)
{
  MuriUsageRow *self = g_object_new (MURI_TYPE_USAGE_ROW, NULL);

  self->id = g_strdup (id);
  self->name = g_strdup (name);
  self->place = g_strdup (place);
  self->usage = *usage;
  self->span = span;
  return self;
}

const char *
muri_usage_row_get_id (MuriUsageRow *self)
{
  return self->id;
}

const char *
muri_usage_row_get_name (MuriUsageRow *self)
{
  return self->name;
}

const char *
muri_usage_row_get_place (MuriUsageRow *self)
{
  return self->place;
}

const MuriUsage *
muri_usage_row_get_usage (MuriUsageRow *self)
{
  return &self->usage;
}

double
muri_usage_row_get_known (MuriUsageRow *self)
{
  return self->span > 0 ? MIN (self->usage.known / self->span, 1) : 0;
}

double
muri_usage_row_get_value (MuriUsageRow *self, MuriUsageColumn column)
{
  switch (column)
    {
    case MURI_USAGE_ON:
      return self->usage.on / HOUR;
    case MURI_USAGE_CPU:
      return self->usage.cpu / HOUR;
    case MURI_USAGE_MEMORY:
      return self->usage.memory / HOUR / GIB;
    case MURI_USAGE_READ:
      return self->usage.read;
    case MURI_USAGE_WRITTEN:
      return self->usage.written;
    case MURI_USAGE_RECEIVED:
      return self->usage.received;
    case MURI_USAGE_SENT:
      return self->usage.sent;
    case MURI_USAGE_KNOWN:
    default:
      return muri_usage_row_get_known (self);
    }
}

/* Nearly all is not all. */
static char *
format_known (double share)
{
  if (share > 0.995 && share < 0.9999)
    share = 0.99;
  return muri_format_share (share);
}

char *
muri_usage_row_format (MuriUsageRow *self, MuriUsageColumn column)
{
  double value = muri_usage_row_get_value (self, column);

  if (column == MURI_USAGE_KNOWN)
    return format_known (value);
  if (self->usage.known <= 0)
    return g_strdup (MURI_FORMAT_UNKNOWN);
  if (column <= MURI_USAGE_MEMORY)
    return g_strdup_printf (value < 99.95 ? "%.1f" : "%.0f", value);
  return muri_format_size (value);
}

const char *
muri_usage_column_get_title (MuriUsageColumn column)
{
  static const char *const titles[MURI_N_USAGE_COLUMNS] = {
    [MURI_USAGE_ON] = N_ ("Hours On"),      [MURI_USAGE_CPU] = N_ ("CPU Hours"),
    [MURI_USAGE_MEMORY] = N_ ("GiB Hours"), [MURI_USAGE_READ] = N_ ("Read"),
    [MURI_USAGE_WRITTEN] = N_ ("Written"),  [MURI_USAGE_RECEIVED] = N_ ("Received"),
    [MURI_USAGE_SENT] = N_ ("Sent"),        [MURI_USAGE_KNOWN] = N_ ("Known"),
  };

  return _ (titles[column]);
}

const char *
muri_usage_column_get_field (MuriUsageColumn column)
{
  static const char *const fields[MURI_N_USAGE_COLUMNS] = {
    [MURI_USAGE_ON] = "hours on",           [MURI_USAGE_CPU] = "CPU hours",
    [MURI_USAGE_MEMORY] = "GiB hours",      [MURI_USAGE_READ] = "bytes read",
    [MURI_USAGE_WRITTEN] = "bytes written", [MURI_USAGE_RECEIVED] = "bytes received",
    [MURI_USAGE_SENT] = "bytes sent",       [MURI_USAGE_KNOWN] = "share of time known",
  };

  return fields[column];
}
