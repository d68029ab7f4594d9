/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* All of it, there; FALSE: errno says why not. Blocks, any thread. */
gboolean agent_write_at (int fd, const void *data, gsize length, guint64 offset);

G_END_DECLS
