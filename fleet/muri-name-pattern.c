/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-name-pattern.h"

#include "muri-fleet-private.h"

#include <string.h>

/* A number has so many digits at most. */
#define DIGITS_MAX 9

/* ---- names ---- */

/**
 * muri_name_check:
 * @name: what a VM is to be called
 *
 * Returns: why it cannot be called so; whether it is taken is not looked at
 */
MuriNameProblem
muri_name_check (const char *name)
{
  gsize length = strlen (name);

  if (length == 0)
    return MURI_NAME_EMPTY;
  if (length > MURI_NAME_MAX)
    return MURI_NAME_TOO_LONG;
  if (!g_utf8_validate (name, -1, NULL))
    return MURI_NAME_CHARACTER;
  for (const char *p = name; *p != '\0'; p = g_utf8_next_char (p))
    if (*p == '/' || g_unichar_iscntrl (g_utf8_get_char (p)))
      return MURI_NAME_CHARACTER;
  if (g_unichar_isspace (g_utf8_get_char (name))
      || g_unichar_isspace (g_utf8_get_char (g_utf8_prev_char (name + length))))
    return MURI_NAME_SPACE;
  return *name == '.' || *name == '-' ? MURI_NAME_DOTS : MURI_NAME_OK;
}

/**
 * muri_name_is_host_name:
 * @name: what a VM is to be called
 *
 * Returns: whether the guest can be called so too
 */
gboolean
muri_name_is_host_name (const char *name)
{
  gsize length = strlen (name);

  if (length == 0 || length > 63 || name[0] == '-' || name[length - 1] == '-')
    return FALSE;
  for (const char *p = name; *p != '\0'; p++)
    if (!g_ascii_isalnum (*p) && *p != '-')
      return FALSE;
  return TRUE;
}

/**
 * muri_fleet_list_names:
 * @fleet: a fleet
 *
 * Returns: (transfer full) (element-type utf8): the set of names of all VMs, known now or last, and
 *   of those that are being made
 */
GHashTable *
muri_fleet_list_names (MuriFleet *fleet)
{
  GHashTable *names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  GListModel *vms = muri_fleet_get_vms (fleet);
  GHashTableIter iter;
  gpointer operation;

  for (guint i = 0; i < g_list_model_get_n_items (vms); i++)
    {
      g_autoptr (MuriVm) vm = g_list_model_get_item (vms, i);

      g_hash_table_add (names, g_strdup (muri_vm_get_name (vm)));
    }

  g_hash_table_iter_init (&iter, fleet->open_operations);
  while (g_hash_table_iter_next (&iter, &operation, NULL))
    for (guint i = 0; muri_operation_get_verb (operation) == MURI_VERB_CLONE
                      && i < muri_operation_get_n_targets (operation);
         i++)
      {
        MuriTarget *target = muri_operation_peek_target (operation, i);

        if (muri_target_get_argument (target) != NULL
            && !muri_target_state_is_final (muri_target_get_state (target)))
          g_hash_table_add (names, g_strdup (muri_target_get_argument (target)));
      }
  return names;
}

/* ---- patterns ---- */

typedef struct
{
  char *before;
  char *after;
  guint64 first;
  int width; /* 0: there is no number */
} Pattern;

static void
pattern_clear (Pattern *pattern)
{
  g_clear_pointer (&pattern->before, g_free);
  g_clear_pointer (&pattern->after, g_free);
}

static MuriNameProblem
parse_number (const char *open, const char *close, Pattern *pattern)
{
  gsize digits = (gsize)(close - open) - 1;
  g_autofree char *number = g_strndup (open + 1, digits);

  if (digits == 0 || digits > DIGITS_MAX
      || !g_ascii_string_to_unsigned (number, 10, 0, G_MAXUINT32, &pattern->first, NULL))
    return MURI_NAME_BRACES;
  pattern->width = (int)digits;
  return MURI_NAME_OK;
}

static MuriNameProblem
parse (const char *text, Pattern *pattern)
{
  const char *open = strchr (text, '{');
  const char *close = strchr (text, '}');

  if (open == NULL && close == NULL)
    {
      pattern->before = g_strdup (text);
      pattern->after = g_strdup ("");
      return MURI_NAME_OK;
    }
  if (open == NULL || close == NULL || close < open)
    return MURI_NAME_BRACES;
  if (strchr (close + 1, '{') != NULL)
    return MURI_NAME_SEVERAL;
  if (strchr (close + 1, '}') != NULL)
    return MURI_NAME_BRACES;
  pattern->before = g_strndup (text, (gsize)(open - text));
  pattern->after = g_strdup (close + 1);
  return parse_number (open, close, pattern);
}

/* Every number beyond those that are taken is free, so this ends. */
static MuriNameProblem
expand_numbers (const Pattern *pattern, guint n, GHashTable *taken, GPtrArray *names)
{
  for (guint64 number = pattern->first; names->len < n; number++)
    {
      g_autofree char *name = g_strdup_printf ("%s%0*" G_GUINT64_FORMAT "%s", pattern->before,
                                               pattern->width, number, pattern->after);
      MuriNameProblem problem = muri_name_check (name);

      if (problem != MURI_NAME_OK)
        return problem;
      if (taken == NULL || !g_hash_table_contains (taken, name))
        g_ptr_array_add (names, g_steal_pointer (&name));
    }
  return MURI_NAME_OK;
}

static MuriNameProblem
expand (Pattern *pattern, guint n, GHashTable *taken, GPtrArray *names)
{
  MuriNameProblem problem;

  if (pattern->width == 0 && n > 1 && *pattern->before != '\0')
    {
      g_autofree char *before = g_steal_pointer (&pattern->before);

      pattern->before = g_strconcat (before, "-", NULL);
      pattern->first = 1;
      pattern->width = 1;
    }
  if (pattern->width > 0)
    return expand_numbers (pattern, n, taken, names);

  problem = muri_name_check (pattern->before);
  if (problem == MURI_NAME_OK && taken != NULL && g_hash_table_contains (taken, pattern->before))
    problem = MURI_NAME_TAKEN;
  if (problem == MURI_NAME_OK && n > 0)
    g_ptr_array_add (names, g_strdup (pattern->before));
  return problem;
}

/**
 * muri_name_pattern_expand:
 * @pattern: "web-{001}": a number from 1 on, of three digits at least; one without a number is one
 *   name, and for several as if it ended with "-{1}"
 * @n: how many names
 * @taken: (nullable) (element-type utf8): a set of names that are left out
 * @problem: (out) (nullable): why not
 *
 * Returns: (transfer full) (nullable) (array zero-terminated=1): the next @n free names
 */
char **
muri_name_pattern_expand (const char *pattern, guint n, GHashTable *taken, MuriNameProblem *problem)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  Pattern parsed = { .width = 0 };
  MuriNameProblem found = parse (pattern, &parsed);

  if (found == MURI_NAME_OK)
    found = expand (&parsed, n, taken, names);
  pattern_clear (&parsed);
  if (problem != NULL)
    *problem = found;
  if (found != MURI_NAME_OK)
    return NULL;

  g_ptr_array_add (names, NULL);
  return (char **)g_ptr_array_free (g_steal_pointer (&names), FALSE);
}
