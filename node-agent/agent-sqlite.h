/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <sqlite3.h>

G_BEGIN_DECLS

/* For those who keep something in the journal's file; on the storage thread. */

/* FALSE always, with what SQLite says. */
gboolean agent_sqlite_fail (sqlite3 *db, GError **error);

/* NULL with @error: it cannot be prepared. */
sqlite3_stmt *agent_sqlite_prepare (sqlite3 *db, const char *sql, GError **error);

G_END_DECLS
