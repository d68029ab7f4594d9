/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "muri-fleet.h"

G_BEGIN_DECLS

/** So many bytes a name may have: names of files are made of it. */
#define MURI_NAME_MAX 200

/**
 * MuriNameProblem: why a name, or a pattern of names, cannot be used.
 * @MURI_NAME_OK: it can
 * @MURI_NAME_EMPTY: there is nothing
 * @MURI_NAME_TOO_LONG: more than %MURI_NAME_MAX bytes
 * @MURI_NAME_CHARACTER: a slash, a line feed or another character that the hypervisor refuses
 * @MURI_NAME_SPACE: it begins or ends with a blank
 * @MURI_NAME_DOTS: it begins with a dot or a hyphen
 * @MURI_NAME_TAKEN: a VM of the fleet, or one that is being made, is called so
 * @MURI_NAME_BRACES: not a number between the braces, or a brace without the other
 * @MURI_NAME_SEVERAL: more than one number
 */
typedef enum
{
  MURI_NAME_OK,
  MURI_NAME_EMPTY,
  MURI_NAME_TOO_LONG,
  MURI_NAME_CHARACTER,
  MURI_NAME_SPACE,
  MURI_NAME_DOTS,
  MURI_NAME_TAKEN,
  MURI_NAME_BRACES,
  MURI_NAME_SEVERAL,
} MuriNameProblem;

/* Whether a VM may be called so; does not look whether it is taken. */
MuriNameProblem muri_name_check (const char *name);

/* Whether the guest can be called so too: letters, digits and hyphens, at most 63. What cannot is
 * only worth a warning: its seed gets a name that fits. */
gboolean muri_name_is_host_name (const char *name);

/* The names (char *, a set) of all VMs of the fleet, known now or last, and of those that are being
 * made. Transfer full. */
GHashTable *muri_fleet_list_names (MuriFleet *fleet);

/* The next @n names of @pattern that are not in @taken (nullable): "web-{001}" is web-001, web-002
 * …, "web-{10}" begins at 10; a pattern without a number is one name, and for several "name-{1}".
 * Transfer full; NULL with @problem set. */
char **muri_name_pattern_expand (const char *pattern, guint n, GHashTable *taken,
                                 MuriNameProblem *problem);

G_END_DECLS
