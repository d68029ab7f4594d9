/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * MuriHeard: who speaks on one network.
 * @interface: its name
 * @n_hosts: agents heard there
 * @n_refused: messages that were not acceptable
 * @problem: (nullable): why nothing could be heard, in one line
 */
typedef struct
{
  char *interface;
  guint n_hosts;
  guint n_refused;
  char *problem;
} MuriHeard;

void muri_hear_async (const char *const *interfaces, const guint *zones, gsize n_zones,
                      const char *const *peers, guint seconds, GCancellable *cancellable,
                      GAsyncReadyCallback callback, gpointer user_data);
GPtrArray *muri_hear_finish (GAsyncResult *result, GError **error);

G_END_DECLS
