/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-adjustment.h"

#include <math.h>
#include <string.h>

#define KIB_MAX (G_GINT64_CONSTANT (1) << 40)
#define VCPUS_MAX 4096
#define PERCENT_MAX 1000

/* What a number of memory is counted in, as KiB. */
static const struct
{
  const char *name;
  double kib;
} units[] = {
  { "KiB", 1 },
  { "K", 1 },
  { "MiB", 1024 },
  { "M", 1024 },
  { "GiB", 1 << 20 },
  { "G", 1 << 20 },
  { "TiB", 1024 * 1048576.0 },
  { "T", 1024 * 1048576.0 },
  { "KB", 1000 / 1024.0 },
  { "MB", 1e6 / 1024 },
  { "GB", 1e9 / 1024 },
  { "TB", 1e12 / 1024 },
};

static const char *
skip_spaces (const char *text)
{
  while (g_unichar_isspace (g_utf8_get_char (text)))
    text = g_utf8_next_char (text);
  return text;
}

/* A sign makes it relative: "-" also as typographers write it. */
static int
read_sign (const char **text)
{
  static const char minus[] = "\xe2\x88\x92";
  int sign = 0;

  *text = skip_spaces (*text);
  if (**text == '+' || **text == '-')
    sign = *(*text)++ == '+' ? 1 : -1;
  else if (g_str_has_prefix (*text, minus))
    {
      sign = -1;
      *text += strlen (minus);
    }
  *text = skip_spaces (*text);
  return sign;
}

/* Both "1.5" and "1,5". */
static gboolean
read_number (const char **text, double *number)
{
  gsize length = strspn (*text, "0123456789.,");
  g_autofree char *digits = g_strndup (*text, length);
  char *end;

  g_strdelimit (digits, ",", '.');
  *number = g_ascii_strtod (digits, &end);
  if (length == 0 || length > 18 || *end != '\0' || !isfinite (*number))
    return FALSE;
  *text = skip_spaces (*text + length);
  return TRUE;
}

static gboolean
ends_here (const char *text)
{
  return *skip_spaces (text) == '\0';
}

static gboolean
set_percent (double number, int sign, MuriAdjustment *adjustment)
{
  if (sign == 0 || number != floor (number) || number <= 0 || number > PERCENT_MAX)
    return FALSE;
  *adjustment = (MuriAdjustment){ MURI_ADJUSTMENT_PERCENT, sign * (gint64)number };
  return TRUE;
}

static gboolean
set_value (double number, int sign, gint64 most, MuriAdjustment *adjustment)
{
  if (number < 1 || number > (double)most)
    return FALSE;
  adjustment->kind = sign == 0 ? MURI_ADJUSTMENT_TO : MURI_ADJUSTMENT_BY;
  adjustment->value = (sign < 0 ? -1 : 1) * (gint64)number;
  return TRUE;
}

/**
 * muri_adjustment_parse_vcpus:
 * @text: "4", "+1", "-1", "+25 %"; empty for none
 * @adjustment: (out): what it says
 *
 * Returns: whether it says anything
 */
gboolean
muri_adjustment_parse_vcpus (const char *text, MuriAdjustment *adjustment)
{
  int sign = read_sign (&text);
  double number;

  *adjustment = (MuriAdjustment){ MURI_ADJUSTMENT_NONE, 0 };
  if (sign == 0 && *text == '\0')
    return TRUE;
  if (!read_number (&text, &number))
    return FALSE;
  if (*text == '%')
    return ends_here (text + 1) && set_percent (number, sign, adjustment);
  return ends_here (text) && number == floor (number)
         && set_value (number, sign, VCPUS_MAX, adjustment);
}

static double
find_unit (const char *text)
{
  g_autofree char *name = g_strchomp (g_strdup (text));

  for (guint i = 0; i < G_N_ELEMENTS (units); i++)
    if (g_ascii_strcasecmp (name, units[i].name) == 0)
      return units[i].kib;
  return 0;
}

/**
 * muri_adjustment_parse_memory:
 * @text: "6 GiB", "512 MiB", "+1 GiB", "-25 %"; empty for none
 * @adjustment: (out): what it says, in KiB
 *
 * Returns: whether it says anything; a number without a unit says nothing
 */
gboolean
muri_adjustment_parse_memory (const char *text, MuriAdjustment *adjustment)
{
  int sign = read_sign (&text);
  double number;

  *adjustment = (MuriAdjustment){ MURI_ADJUSTMENT_NONE, 0 };
  if (sign == 0 && *text == '\0')
    return TRUE;
  if (!read_number (&text, &number))
    return FALSE;
  if (*text == '%')
    return ends_here (text + 1) && set_percent (number, sign, adjustment);
  return set_value (floor (number * find_unit (text) + 0.5), sign, KIB_MAX, adjustment);
}

/**
 * muri_adjustment_print:
 * @adjustment: an adjustment
 *
 * Returns: (transfer full) (nullable): as an operation's parameter has it; %NULL for none
 */
char *
muri_adjustment_print (const MuriAdjustment *adjustment)
{
  switch (adjustment->kind)
    {
    case MURI_ADJUSTMENT_TO:
      return g_strdup_printf ("%" G_GINT64_FORMAT, adjustment->value);
    case MURI_ADJUSTMENT_BY:
      return g_strdup_printf ("%+" G_GINT64_FORMAT, adjustment->value);
    case MURI_ADJUSTMENT_PERCENT:
      return g_strdup_printf ("%+" G_GINT64_FORMAT "%%", adjustment->value);
    default:
      return NULL;
    }
}

/**
 * muri_adjustment_apply:
 * @adjustment: an adjustment
 * @value: vCPUs or KiB
 *
 * Returns: what becomes of @value, 0 where nothing would be left; shares are rounded to the nearest
 */
guint64
muri_adjustment_apply (const MuriAdjustment *adjustment, guint64 value)
{
  gint64 old = (gint64)MIN (value, (guint64)KIB_MAX);

  switch (adjustment->kind)
    {
    case MURI_ADJUSTMENT_TO:
      return (guint64)adjustment->value;
    case MURI_ADJUSTMENT_BY:
      return (guint64)MAX (0, old + adjustment->value);
    case MURI_ADJUSTMENT_PERCENT:
      return (guint64)MAX (0, (old * (100 + adjustment->value) + 50) / 100);
    default:
      return value;
    }
}
