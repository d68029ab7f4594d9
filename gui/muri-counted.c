/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-counted.h"

/* The flag that groups is of POSIX and not of C, which compilers say of each format that has it;
 * and a translator need not know of it. "%u" becomes "%'u", "%2$u" becomes "%2$'u". */
static char *
group_digits (const char *format)
{
  GString *grouped = g_string_sized_new (64);

  for (const char *at = format; *at; at++)
    {
      const char *end = at + 1;

      g_string_append_c (grouped, *at);
      if (*at != '%')
        continue;
      while (g_ascii_isdigit (*end))
        end++;
      if (*end != '$' || end == at + 1)
        end = at;
      g_string_append_len (grouped, at + 1, end - at);
      at = end;
      if (at[1] == 'u')
        g_string_append_c (grouped, '\'');
      else if (at[1] == '%')
        g_string_append_c (grouped, *++at);
    }
  return g_string_free (grouped, FALSE);
}

char *
muri_counted (const char *format, ...)
{
  g_autofree char *grouped = group_digits (format);
  va_list arguments;
  char *text;

  va_start (arguments, format);
  text = g_strdup_vprintf (grouped, arguments);
  va_end (arguments);
  return text;
}

void
muri_counted_append (GString *string, const char *format, ...)
{
  g_autofree char *grouped = group_digits (format);
  va_list arguments;

  va_start (arguments, format);
  g_string_append_vprintf (string, grouped, arguments);
  va_end (arguments);
}

static char *
without_spaces (const char *text)
{
  GString *rest = g_string_new (NULL);

  for (const char *at = text; *at; at = g_utf8_next_char (at))
    if (!g_unichar_isspace (g_utf8_get_char (at)))
      g_string_append_unichar (rest, g_utf8_get_char (at));
  return g_string_free (rest, FALSE);
}

/* Where thousands are set apart by a narrow space, people type a common one. */
gboolean
muri_counted_is (const char *text, guint n)
{
  g_autofree char *shown = muri_counted ("%u", n);
  g_autofree char *grouped = without_spaces (shown);
  g_autofree char *typed = without_spaces (text);
  g_autofree char *plain = g_strdup_printf ("%u", n);

  return g_str_equal (typed, plain) || g_str_equal (typed, grouped);
}
