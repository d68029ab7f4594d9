/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-uuid.h"

#include <string.h>

/**
 * muri_uuid_generate:
 * @uuid: (out): a new random UUID (RFC 4122, version 4)
 */
void
muri_uuid_generate (muri_v1_Uuid *uuid)
{
  g_autofree char *text = g_uuid_string_random ();

  muri_uuid_parse (text, uuid);
}

/**
 * muri_uuid_parse:
 * @text: (nullable): 36 characters, 8-4-4-4-12 hexadecimal digits of either case
 * @uuid: (out): set only on success
 *
 * Returns: whether @text is a UUID
 */
gboolean
muri_uuid_parse (const char *text, muri_v1_Uuid *uuid)
{
  muri_v1_Uuid parsed;
  guint n = 0;

  if (text == NULL || !g_uuid_string_is_valid (text))
    return FALSE;

  for (const char *p = text; *p != '\0'; p++)
    {
      if (*p == '-')
        continue;
      parsed.b[n++] = (guint8)(g_ascii_xdigit_value (p[0]) << 4 | g_ascii_xdigit_value (p[1]));
      p++;
    }

  *uuid = parsed;
  return TRUE;
}

/**
 * muri_uuid_format:
 * @uuid: a UUID
 * @text: (out): room for %MURI_UUID_TEXT bytes
 *
 * Returns: (transfer none): @text, in lower case
 */
char *
muri_uuid_format (const muri_v1_Uuid *uuid, char text[MURI_UUID_TEXT])
{
  static const char digits[] = "0123456789abcdef";
  char *p = text;

  for (guint i = 0; i < sizeof uuid->b; i++)
    {
      if (i == 4 || i == 6 || i == 8 || i == 10)
        *p++ = '-';
      *p++ = digits[uuid->b[i] >> 4];
      *p++ = digits[uuid->b[i] & 0xf];
    }
  *p = '\0';

  return text;
}

/**
 * muri_uuid_is_zero:
 * @uuid: a UUID
 *
 * Returns: whether @uuid is the nil UUID, which stands for nobody
 */
gboolean
muri_uuid_is_zero (const muri_v1_Uuid *uuid)
{
  static const muri_v1_Uuid zero;

  return memcmp (uuid, &zero, sizeof zero) == 0;
}

/**
 * muri_uuid_hash:
 * @uuid: (type muri_v1_Uuid): a UUID
 *
 * A #GHashFunc. libvirt's and random UUIDs spread well in any four bytes, but those made by hand
 * differ only in the last ones.
 */
guint
muri_uuid_hash (gconstpointer uuid)
{
  guint32 words[4];

  memcpy (words, uuid, sizeof words);
  return words[0] ^ words[1] * 31 ^ words[2] * 131 ^ words[3] * 1031;
}

/**
 * muri_uuid_equal:
 * @a: (type muri_v1_Uuid): a UUID
 * @b: (type muri_v1_Uuid): another
 *
 * A #GEqualFunc.
 */
gboolean
muri_uuid_equal (gconstpointer a, gconstpointer b)
{
  return memcmp (a, b, sizeof (muri_v1_Uuid)) == 0;
}

/**
 * muri_uuid_compare:
 * @a: a UUID
 * @b: another
 *
 * Returns: less than, equal to or greater than 0, as memcmp()
 */
int
muri_uuid_compare (const muri_v1_Uuid *a, const muri_v1_Uuid *b)
{
  return memcmp (a, b, sizeof *a);
}
