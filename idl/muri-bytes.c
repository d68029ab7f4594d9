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

/* Of a byte with 0 to 7 zero bytes after it, so that eight bytes are done at once. */
static guint32 remainders[8][256];

static void
make_remainders (void)
{
  static gsize made;

  if (!g_once_init_enter (&made))
    return;
  for (guint i = 0; i < 256; i++)
    {
      guint32 value = i;

      for (guint bit = 0; bit < 8; bit++)
        value = (value >> 1) ^ ((value & 1) != 0 ? POLYNOMIAL : 0);
      remainders[0][i] = value;
    }
  for (guint n = 1; n < 8; n++)
    for (guint i = 0; i < 256; i++)
      remainders[n][i] = (remainders[n - 1][i] >> 8) ^ remainders[0][remainders[n - 1][i] & 0xff];
  g_once_init_leave (&made, 1);
}

static guint32
add_eight (guint32 value, const guint8 *data)
{
  const guint32 low = value ^ muri_bytes_get32 (data);

  return remainders[7][low & 0xff] ^ remainders[6][low >> 8 & 0xff]
         ^ remainders[5][low >> 16 & 0xff] ^ remainders[4][low >> 24] ^ remainders[3][data[4]]
         ^ remainders[2][data[5]] ^ remainders[1][data[6]] ^ remainders[0][data[7]];
}

#ifdef __x86_64__
#define HAVE_INSTRUCTION __builtin_cpu_supports ("sse4.2")

__attribute__ ((target ("sse4.2"))) static guint32
add_by_instruction (guint32 before, const guint8 *data, gsize length)
{
  guint64 value = before;

  for (; length >= 8; data += 8, length -= 8)
    value = __builtin_ia32_crc32di (value, muri_bytes_get64 (data));
  for (; length > 0; data++, length--)
    value = __builtin_ia32_crc32qi ((guint32)value, *data);
  return (guint32)value;
}
#endif

static guint32
add_by_table (guint32 value, const guint8 *data, gsize length)
{
  make_remainders ();
  for (; length >= 8; data += 8, length -= 8)
    value = add_eight (value, data);
  for (; length > 0; data++, length--)
    value = (value >> 8) ^ remainders[0][(value ^ *data) & 0xff];
  return value;
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
#ifdef HAVE_INSTRUCTION
  if (HAVE_INSTRUCTION)
    return ~add_by_instruction (~before, data, length);
#endif
  return ~add_by_table (~before, data, length);
}
