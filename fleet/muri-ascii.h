/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <string.h>

G_BEGIN_DECLS

/* Whether @haystack contains @folded, which is of g_utf8_casefold(), in any case. Returns FALSE
 * when @haystack is not ASCII: then @found says nothing. */
static inline gboolean
muri_ascii_contains (const char *haystack, const char *folded, gboolean *found)
{
  const gsize length = strlen (folded);

  *found = length == 0;
  for (const char *at = haystack; *at != '\0'; at++)
    {
      if ((*at & 0x80) != 0)
        return FALSE;
      if (!*found && g_ascii_tolower (*at) == *folded
          && g_ascii_strncasecmp (at, folded, length) == 0)
        *found = TRUE;
    }
  return TRUE;
}

G_END_DECLS
