/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent-extents.h"

#include <string.h>

#include "muri-bytes.h"

#define HEAD 8

gboolean
agent_extents_is_zero (const guint8 *data, gsize length)
{
  return length == 0 || (data[0] == 0 && memcmp (data, data + 1, length - 1) == 0);
}

gsize
agent_extents_next (const guint8 *data, gsize length, gsize *at)
{
  gsize start = *at;
  gsize end;
  while (start < length
         && agent_extents_is_zero (data + start, MIN (AGENT_EXTENT_STEP, length - start)))
    start += AGENT_EXTENT_STEP;
  if (start >= length)
    return 0;
  end = start + AGENT_EXTENT_STEP;
  while (end < length && !agent_extents_is_zero (data + end, MIN (AGENT_EXTENT_STEP, length - end)))
    end += AGENT_EXTENT_STEP;
  *at = start;
  return MIN (end, length) - start;
}

GBytes *
agent_extents_pack (const guint8 *data, gsize length)
{
  GByteArray *packed = g_byte_array_sized_new (length + HEAD);
  gsize at = 0;
  gsize n;
  while ((n = agent_extents_next (data, length, &at)) > 0)
    {
      guint8 head[HEAD];
      muri_bytes_put32 (head, at);
      muri_bytes_put32 (head + 4, n);
      g_byte_array_append (packed, head, HEAD);
      g_byte_array_append (packed, data + at, n);
      at += n;
    }
  return g_byte_array_free_to_bytes (packed);
}

gboolean
agent_extents_unpack (const guint8 *packed, gsize packed_length, guint8 *data, gsize length)
{
  gsize done = 0;
  memset (data, 0, length);
  while (packed_length > 0)
    {
      gsize at, n;
      if (packed_length < HEAD)
        return FALSE;
      at = muri_bytes_get32 (packed);
      n = muri_bytes_get32 (packed + 4);
      if (n == 0 || n > packed_length - HEAD || at < done || at > length || n > length - at)
        return FALSE;
      memcpy (data + at, packed + HEAD, n);
      done = at + n;
      packed += HEAD + n;
      packed_length -= HEAD + n;
    }
  return TRUE;
}

gsize
agent_extents_packed_max (gsize length)
{
  return length + HEAD * (length / AGENT_EXTENT_STEP / 2 + 1);
}
