/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef void (*AgentChildProgress) (guint percent, gpointer user_data);

/**
 * Runs a program that takes its time, and ends it when @cancellable is cancelled or the agent dies.
 * @progress: (nullable): of one that tells it as qemu-img does, "(12.34/100%)"
 *
 * Main context only. When the callback comes, nothing of the program runs any more.
 */
void agent_child_run_async (const char *const *argv, GCancellable *cancellable,
                            AgentChildProgress progress, gpointer progress_data,
                            GAsyncReadyCallback callback, gpointer user_data);

/* FALSE: @error has the program's own last words. */
gboolean agent_child_run_finish (GAsyncResult *result, GError **error);

G_END_DECLS
