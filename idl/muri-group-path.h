/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** Between the names of a path: "Production/web". */
#define MURI_GROUP_SEPARATOR '/'

/** Bytes of one name, and of a whole path. */
#define MURI_GROUP_NAME_MAX 255
#define MURI_GROUP_PATH_MAX 1023

/** Groups within groups, at most. */
#define MURI_GROUP_DEPTH_MAX 16

#define MURI_GROUP_ERROR (muri_group_error_quark ())

typedef enum
{
  MURI_GROUP_ERROR_EMPTY,
  MURI_GROUP_ERROR_LONG,
  MURI_GROUP_ERROR_CHARACTER,
  MURI_GROUP_ERROR_DEEP,
  MURI_GROUP_ERROR_CYCLE,
} MuriGroupError;

GQuark muri_group_error_quark (void);

gboolean muri_group_name_check (const char *name, GError **error);
gboolean muri_group_path_check (const char *path, GError **error);
char *muri_group_path_join (const char *parent, const char *name);
char *muri_group_path_parent (const char *path);
const char *muri_group_path_name (const char *path);
gboolean muri_group_path_contains (const char *ancestor, const char *path);
char *muri_group_path_replace (const char *path, const char *from, const char *to);
gboolean muri_group_path_can_move (const char *from, const char *to, GError **error);

G_END_DECLS
