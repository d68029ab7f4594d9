/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * muri_hand_over:
 * @data_dir: what this console would remember
 * @bus: (out) (nullable) (transfer full): to be kept for as long as this console runs; %NULL: there
 *   is none, and nobody can be found
 *
 * Asks the console of this session that has the directory, if there is one, to show its window.
 * Blocks; before there is a main loop.
 *
 * Returns: whether it has, so that this one is not needed
 */
gboolean muri_hand_over (const char *data_dir, GDBusConnection **bus);

G_END_DECLS
