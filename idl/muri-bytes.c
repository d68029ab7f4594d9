/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-bytes.h"

#include <string.h>

/* CRC-32C (Castagnoli, RFC 3720 appendix B.4), its polynomial with the lowest power first. */
#define POLYNOMIAL 0x82f63b78u

guint16
muri_bytes_get16 (const guint8 *data)
{
  guint16 value;

  memcpy (&value, data, sizeof value);
  return GUINT16_FROM_LE (value);
}

guint32
muri_bytes_get32 (const guint8 *data)
{
  guint32 value;

  memcpy (&value, data, sizeof value);
  return GUINT32_FROM_LE (value);
}

guint64
muri_bytes_get64 (const guint8 *data)
{
  guint64 value;

  memcpy (&value, data, sizeof value);
  return GUINT64_FROM_LE (value);
}

void
muri_bytes_put16 (guint8 *data, guint16 value)
{
  value = GUINT16_TO_LE (value);
  memcpy (data, &value, sizeof value);
}

void
muri_bytes_put32 (guint8 *data, guint32 value)
{
  value = GUINT32_TO_LE (value);
  memcpy (data, &value, sizeof value);
}

void
muri_bytes_put64 (guint8 *data, guint64 value)
{
  value = GUINT64_TO_LE (value);
  memcpy (data, &value, sizeof value);
}

static const guint32 *
table (void)
{
  static guint32 remainders[256];
  static gsize made;

  if (g_once_init_enter (&made))
    {
      for (guint i = 0; i < G_N_ELEMENTS (remainders); i++)
        {
          guint32 value = i;

          for (guint bit = 0; bit < 8; bit++)
            value = (value >> 1) ^ ((value & 1) != 0 ? POLYNOMIAL : 0);
          remainders[i] = value;
        }
      g_once_init_leave (&made, 1);
    }
  return remainders;
}

/**
 * muri_bytes_checksum:
 * @before: 0, or the checksum of the bytes before these
 * @data: the bytes
 * @length: their number
 *
 * Returns: their CRC-32C
 */
guint32
muri_bytes_checksum (guint32 before, const guint8 *data, gsize length)
{
  const guint32 *remainders = table ();
  guint32 value = ~before;

  for (gsize i = 0; i < length; i++)
    value = (value >> 8) ^ remainders[(value ^ data[i]) & 0xff];
  return ~value;
}
