/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "muri-vm.h"

G_BEGIN_DECLS

#define MURI_QUERY_ERROR (muri_query_error_quark ())

typedef enum
{
  MURI_QUERY_ERROR_KEY,      /* no such key */
  MURI_QUERY_ERROR_OPERATOR, /* the key does not go with that operator */
  MURI_QUERY_ERROR_VALUE,    /* the value is missing, or not one that the key takes */
  MURI_QUERY_ERROR_QUOTE,    /* a quotation mark is not closed */
} MuriQueryError;

GQuark muri_query_error_quark (void);

/**
 * MuriQuery: a search for VMs as a person writes it.
 *
 * Terms are separated by spaces, and all of them have to hold:
 *
 * - `db`: name, title, address or host contains it, in any case
 * - `name:web*`, `host:`, `title:`, `ip:`, `os:`, `zone:`: is, with `*` and `?`
 * - `name~db`: contains
 * - `state:running,paused`: is one of (also: unreachable, known)
 * - `is:protected`: has a padlock (also: guarded for the same, persistent, autostart, simulated)
 * - `group:web`: is in a group of that name, or path, or in one below it; with `*` and `?`
 * - `cpu>80` (%), `mem>4G`, `disk>1M`, `net>=10k` (bytes/s), `vcpus=4`, `latency>20` (ms):
 *   `<`, `<=`, `=`, `>=`, `>`; what is unknown compares as false
 * - `-term`: does not hold
 * - `"two words"`: quotes keep spaces and signs
 *
 * Immutable and reference counted; main context only, as the VMs are.
 */
typedef struct _MuriQuery MuriQuery;

MuriQuery *muri_query_parse (const char *text, guint *position, GError **error);
MuriQuery *muri_query_ref (MuriQuery *query);
void muri_query_unref (MuriQuery *query);

gboolean muri_query_is_empty (MuriQuery *query);
gboolean muri_query_uses_figures (MuriQuery *query);
gboolean muri_query_matches (MuriQuery *query, MuriVm *vm);

/* The two parts of muri_query_matches(): what changes with facts and states, and with figures. */
gboolean muri_query_matches_facts (MuriQuery *query, MuriVm *vm);
gboolean muri_query_matches_figures (MuriQuery *query, MuriVm *vm);

/* Texts for a key: "host", "group". Transfer full, nullable. */
typedef char **(*MuriQueryValues) (const char *key, gpointer data);

char **muri_query_complete (const char *text, guint cursor, guint *start);
char **muri_query_complete_with (const char *text, guint cursor, guint *start,
                                 MuriQueryValues values, gpointer data);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MuriQuery, muri_query_unref)

G_END_DECLS
