/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What was written of @path, a file or a device, outlives a power failure. Blocks, any thread. */
gboolean agent_sync_data (const char *path, GError **error);

/* And that it is there, under its name. Blocks, any thread. */
gboolean agent_sync_name (const char *path, GError **error);

G_END_DECLS
