/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "muri-window-asking.h"

MuriAsking *
muri_asking_new (MuriWindow *window, MuriMembers *members, const char *path)
{
  MuriAsking *asking = g_new0 (MuriAsking, 1);

  asking->window = g_object_ref (window);
  asking->members = members ? g_object_ref (members) : NULL;
  asking->path = path && *path ? g_strdup (path) : NULL;
  return asking;
}

void
muri_asking_free (gpointer data)
{
  MuriAsking *asking = data;

  g_object_unref (asking->window);
  g_clear_object (&asking->members);
  g_free (asking->path);
  g_free (asking);
}

void
muri_asking_free_closure (gpointer data, GClosure *closure)
{
  muri_asking_free (data);
}
