/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * MuriOptions: what the command line says. It overrides the settings and is never written there.
 */
typedef struct _MuriOptions MuriOptions;

void muri_options_add_entries (GApplication *application);

/* Whether there is nothing among the arguments that nobody would know. */
gboolean muri_options_check_arguments (char **arguments, GError **error);

/* G_OPTION_ERROR_BAD_VALUE for a value that cannot be right, other errors for one that is not
 * right on this machine. */
MuriOptions *muri_options_new (GVariantDict *dict, GError **error);
void muri_options_free (MuriOptions *options);

const char *muri_options_get_data_dir (MuriOptions *options);

gboolean muri_options_has_interface (MuriOptions *options);
gboolean muri_options_has_zones (MuriOptions *options);
gboolean muri_options_has_peers (MuriOptions *options);

/* What to join: by the options where given, by the settings otherwise. */
char *muri_options_dup_interface (MuriOptions *options, GSettings *settings);
GArray *muri_options_dup_zones (MuriOptions *options, GSettings *settings);
char **muri_options_dup_peers (MuriOptions *options, GSettings *settings);

G_END_DECLS
