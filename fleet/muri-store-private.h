/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <sqlite3.h>

#include "muri-store.h"

G_BEGIN_DECLS

/* Storage thread only, all of it. */

#define MURI_STORE_VERSION 4

G_DEFINE_AUTOPTR_CLEANUP_FUNC (sqlite3_stmt, sqlite3_finalize)

gboolean muri_store_exec (sqlite3 *db, const char *sql, GError **error);
sqlite3_stmt *muri_store_prepare (sqlite3 *db, const char *sql, GError **error);

/* One row more: TRUE; the end or an error: FALSE. */
gboolean muri_store_step (sqlite3_stmt *statement, GError **error);

/* For a statement without rows; resets it. */
gboolean muri_store_run (sqlite3_stmt *statement, GError **error);
gboolean muri_store_fail (sqlite3 *db, GError **error);

void muri_store_bind_uuid (sqlite3_stmt *statement, int index, const muri_v1_Uuid *uuid);
void muri_store_bind_text (sqlite3_stmt *statement, int index, const char *text);
gboolean muri_store_column_uuid (sqlite3_stmt *statement, int column, muri_v1_Uuid *uuid);

/* Never NULL, always UTF-8. */
char *muri_store_column_text (sqlite3_stmt *statement, int column);

/* A kind of database. */
typedef struct
{
  gint32 id;                     /* in the header of the file */
  const char *setup;             /* of an empty file */
  const char *const *migrations; /* the Nth leads from version N to N + 1 */
  guint version;
  gint64 check_up_to; /* bytes: larger ones are not read whole to see whether they are sound */
} MuriStoreKind;

extern const MuriStoreKind muri_store_kind;

/* muri-store-schema.c: opens what is there or begins anew. */
sqlite3 *
muri_store_connect (const char *path, const MuriStoreKind *kind, char **damaged, GError **error);

/* Where a database was moved that cannot be used. */
char *muri_store_move_aside (const char *path, GError **error);
gint64 muri_store_ask (sqlite3 *db, const char *sql);

/* muri-store-inventory.c */
gboolean muri_store_load_inventory (sqlite3 *db, GArray *rows, GError **error);
gboolean muri_store_save_inventory (sqlite3 *db, gpointer rows, GError **error);

/* muri-store-operations.c */
gboolean muri_store_load_operations (sqlite3 *db, GPtrArray *rows, GError **error);
gboolean muri_store_save_operation (sqlite3 *db, gpointer row, GError **error);

/* muri-store-events.c */
gboolean muri_store_load_events (sqlite3 *db, GPtrArray *events, GError **error);
gboolean muri_store_save_events (sqlite3 *db, gpointer events, GError **error);

/* muri-store-alarms.c */
gboolean muri_store_load_alarms (sqlite3 *db, GPtrArray *rows, GError **error);
gboolean muri_store_save_alarm (sqlite3 *db, gpointer row, GError **error);

/* muri-store-settings.c */
gpointer muri_setting_new (const char *name, GVariant *value);
void muri_setting_free (gpointer setting);
gboolean muri_store_load_settings (sqlite3 *db, GHashTable *settings, GError **error);
gboolean muri_store_save_setting (sqlite3 *db, gpointer setting, GError **error);

G_END_DECLS
