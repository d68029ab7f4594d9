/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-group-path.h"

#include <string.h>

G_DEFINE_QUARK (muri - group - error - quark, muri_group_error)

/**
 * muri_group_name_check:
 * @name: a name as a person wrote it
 * @error: what is wrong with it, in a sentence
 *
 * Returns: whether a group can bear @name: any Unicode text but control characters and the
 *   separator, without spaces at its ends, at most %MURI_GROUP_NAME_MAX bytes
 */
gboolean
muri_group_name_check (const char *name, GError **error)
{
  gsize length = strlen (name);

  if (length == 0 || g_ascii_isspace (name[0]) || g_ascii_isspace (name[length - 1]))
    {
      g_set_error_literal (error, MURI_GROUP_ERROR, MURI_GROUP_ERROR_EMPTY,
                           "A group’s name is not empty, and has no space at its ends");
      return FALSE;
    }
  if (length > MURI_GROUP_NAME_MAX)
    {
      g_set_error (error, MURI_GROUP_ERROR, MURI_GROUP_ERROR_LONG,
                   "A group’s name has at most %d bytes", MURI_GROUP_NAME_MAX);
      return FALSE;
    }
  if (!g_utf8_validate (name, (gssize)length, NULL))
    {
      g_set_error_literal (error, MURI_GROUP_ERROR, MURI_GROUP_ERROR_CHARACTER,
                           "A group’s name is UTF-8 text");
      return FALSE;
    }
  for (const char *p = name; *p != '\0'; p = g_utf8_next_char (p))
    if (g_unichar_iscntrl (g_utf8_get_char (p)) || *p == MURI_GROUP_SEPARATOR)
      {
        g_set_error (error, MURI_GROUP_ERROR, MURI_GROUP_ERROR_CHARACTER,
                     "A group’s name has no “%c” and no control characters", MURI_GROUP_SEPARATOR);
        return FALSE;
      }
  return TRUE;
}

/**
 * muri_group_path_check:
 * @path: a path from anywhere
 * @error: what is wrong with it
 *
 * Returns: whether every name of @path is one, and it is neither too long nor too deep
 */
gboolean
muri_group_path_check (const char *path, GError **error)
{
  g_auto (GStrv) names = NULL;

  if (strlen (path) > MURI_GROUP_PATH_MAX)
    {
      g_set_error (error, MURI_GROUP_ERROR, MURI_GROUP_ERROR_LONG,
                   "A group’s path has at most %d bytes", MURI_GROUP_PATH_MAX);
      return FALSE;
    }
  names = g_strsplit (path, "/", -1);
  if (g_strv_length (names) > MURI_GROUP_DEPTH_MAX)
    {
      g_set_error (error, MURI_GROUP_ERROR, MURI_GROUP_ERROR_DEEP, "Groups are at most %d deep",
                   MURI_GROUP_DEPTH_MAX);
      return FALSE;
    }
  if (names[0] == NULL)
    return muri_group_name_check ("", error);
  for (guint i = 0; names[i] != NULL; i++)
    if (!muri_group_name_check (names[i], error))
      return FALSE;
  return TRUE;
}

/**
 * muri_group_path_join:
 * @parent: (nullable): a path; %NULL or "" for the root
 * @name: a name
 *
 * Returns: (transfer full): the path of @name in @parent
 */
char *
muri_group_path_join (const char *parent, const char *name)
{
  if (parent == NULL || *parent == '\0')
    return g_strdup (name);
  return g_strdup_printf ("%s%c%s", parent, MURI_GROUP_SEPARATOR, name);
}

/**
 * muri_group_path_parent:
 * @path: a path
 *
 * Returns: (transfer full) (nullable): the path of the group that it is in; %NULL at the root
 */
char *
muri_group_path_parent (const char *path)
{
  const char *slash = strrchr (path, MURI_GROUP_SEPARATOR);

  return slash != NULL ? g_strndup (path, (gsize)(slash - path)) : NULL;
}

/**
 * muri_group_path_name:
 * @path: a path
 *
 * Returns: (transfer none): its last name, within @path
 */
const char *
muri_group_path_name (const char *path)
{
  const char *slash = strrchr (path, MURI_GROUP_SEPARATOR);

  return slash != NULL ? slash + 1 : path;
}

/**
 * muri_group_path_contains:
 * @ancestor: a path
 * @path: another
 *
 * Returns: whether @path is @ancestor or lies below it
 */
gboolean
muri_group_path_contains (const char *ancestor, const char *path)
{
  gsize length = strlen (ancestor);

  return strncmp (ancestor, path, length) == 0
         && (path[length] == '\0' || path[length] == MURI_GROUP_SEPARATOR);
}

/**
 * muri_group_path_replace:
 * @path: a path that @from contains
 * @from: what is renamed or moved
 * @to: its new path
 *
 * Returns: (transfer full): @path with its beginning @from replaced by @to
 */
char *
muri_group_path_replace (const char *path, const char *from, const char *to)
{
  g_return_val_if_fail (muri_group_path_contains (from, path), NULL);
  return g_strconcat (to, path + strlen (from), NULL);
}

/**
 * muri_group_path_can_move:
 * @from: a group
 * @to: where it would be
 * @error: why not
 *
 * Returns: whether @from can become @to: a group never goes into itself
 */
gboolean
muri_group_path_can_move (const char *from, const char *to, GError **error)
{
  if (!muri_group_path_check (to, error))
    return FALSE;
  if (strcmp (from, to) != 0 && muri_group_path_contains (from, to))
    {
      g_set_error (error, MURI_GROUP_ERROR, MURI_GROUP_ERROR_CYCLE, "“%s” cannot go into itself",
                   muri_group_path_name (from));
      return FALSE;
    }
  return TRUE;
}
