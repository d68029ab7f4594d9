/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "muri-history-store.h"
#include "muri-store-private.h"

G_BEGIN_DECLS

enum
{
  STATEMENT_PUT_CHUNK,
  STATEMENT_GET_CHUNK,
  STATEMENT_GET_CHUNKS,
  STATEMENT_SPAN,
  STATEMENT_LAST_CHUNK,
  STATEMENT_OLDEST,
  STATEMENT_DROP,
  STATEMENT_PUT_OBJECT,
  STATEMENT_PUT_LOG,
  STATEMENT_TRIM_LOG,
  N_STATEMENTS
};

struct _MuriHistoryStore
{
  sqlite3 *db;
  char *path;
  gboolean damaged;
  guint written; /* chunks */
  sqlite3_stmt *statements[N_STATEMENTS];
};

extern const MuriStoreKind muri_history_store_kind;

/* Prepared once; NULL: an error. */
sqlite3_stmt *muri_history_store_get (MuriHistoryStore *store, guint statement, GError **error);

/* After a failure: notes whether the file is damaged. Returns FALSE. */
gboolean muri_history_store_failed (MuriHistoryStore *store);

/* Copies what can be read of a damaged file. @notice: (out): a sentence about it */
void muri_history_store_salvage (MuriHistoryStore *store, const char *damaged, char **notice);

G_END_DECLS
