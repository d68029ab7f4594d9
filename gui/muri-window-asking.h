/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "muri-window-private.h"

G_BEGIN_DECLS

/* A question about a group, and what it is asked for. */
typedef struct
{
  MuriWindow *window;
  MuriMembers *members; /* nullable */
  char *path;           /* the group; of a new one its parent; nullable */
  gboolean move;
} MuriAsking;

MuriAsking *muri_asking_new (MuriWindow *window, MuriMembers *members, const char *path);
void muri_asking_free (gpointer data);
void muri_asking_free_closure (gpointer data, GClosure *closure);

G_END_DECLS
