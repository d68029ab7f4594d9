/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "muri-alarm-private.h"
#include "muri-event-private.h"
#include "muri-facts.h"
#include "muri-operation-private.h"

G_BEGIN_DECLS

/* The newest so many are read when a console starts. */
#define MURI_STORE_LOAD_OPERATIONS 1000
#define MURI_STORE_LOAD_EVENTS 5000
#define MURI_STORE_LOAD_ALARMS 2000

/* The newest so many are kept. */
#define MURI_STORE_KEEP_OPERATIONS 10000
#define MURI_STORE_KEEP_EVENTS 100000
#define MURI_STORE_KEEP_ALARMS 10000

/* ---- rows: made by one thread, then owned by the other ---- */

/* A node, or one of its VMs or templates. */
typedef struct
{
  MuriTopic topic;
  MuriTargetKey key; /* the template's UUID stands in place of the VM's */
  guint zone;        /* node only */
  gint64 heard;      /* node only */
  MuriFacts *facts;  /* NULL: it is to be removed; a node with all its VMs */
} MuriInventoryRow;

typedef struct
{
  MuriTargetKey key;
  guint position;
  guint zone;
  guint batch;
  guint step;
  guint delay;
  guint before;
  char *name;
  char *node_name;
  guint state;
  guint vm_state;
  gint error;
  gint64 started;
  gint64 finished;
  char *message;
  char *argument; /* nullable */
} MuriTargetRow;

typedef struct
{
  guint number;
  gint64 issued;
  gint64 deadline;
  gboolean published;
  gboolean withdrawn;
} MuriBatchRow;

typedef struct
{
  muri_v1_Uuid uuid;
  muri_v1_Uuid console;
  guint verb;
  char *issuer;
  char *group;
  char *parameters;  /* a GVariant's text, or NULL */
  char *document;    /* nullable */
  char *pacing;      /* muri_pacing_print() */
  char *order_group; /* nullable */
  char *parent;      /* nullable */
  gint64 issued;
  gint64 life;
  gint64 finished;
  gboolean own;
  gboolean remembers;
  gboolean cancelled;
  GPtrArray *targets; /* MuriTargetRow: those to write, or all that were read */
  GArray *batches;    /* MuriBatchRow: the same; ascending */
} MuriOperationRow;

void muri_inventory_row_clear (gpointer row);
void muri_target_row_free (gpointer row);
MuriOperationRow *muri_operation_row_new (void);
void muri_operation_row_free (gpointer row);

/* All that was known in earlier sessions. */
typedef struct
{
  muri_v1_Uuid console;
  char *damaged;         /* nullable: where a database that cannot be used was moved to */
  GArray *inventory;     /* MuriInventoryRow, nodes first */
  GPtrArray *operations; /* MuriOperationRow, oldest first */
  GPtrArray *events;     /* MuriEvent, newest first */
  GPtrArray *alarms;     /* MuriAlarmRow */
  GHashTable *settings;  /* name to GVariant: what muri_store_write_setting() was given */
} MuriStoreContents;

void muri_store_contents_free (MuriStoreContents *contents);

/*
 * MuriStore: the console's database, and the thread that owns it.
 *
 * Main context only; everything is done in the order of the calls. Writing does not wait, unless
 * a GTask wants to know: it returns TRUE, or an error, on the context that it was made on.
 * Such a task must have no source object.
 */
#define MURI_TYPE_STORE (muri_store_get_type ())
G_DECLARE_FINAL_TYPE (MuriStore, muri_store, MURI, STORE, GObject)

MuriStore *muri_store_new (const char *data_dir);

/* Returns a MuriStoreContents. The callback gets no source object. */
void muri_store_open_async (MuriStore *store, GCancellable *cancellable,
                            GAsyncReadyCallback callback, gpointer user_data);
MuriStoreContents *muri_store_open_finish (MuriStore *store, GAsyncResult *result, GError **error);

/* Waits until all is on disk; then nothing is written any more. Blocks. */
void muri_store_close (MuriStore *store);

/* @rows: (transfer full): array of MuriInventoryRow */
void muri_store_write_inventory (MuriStore *store, GArray *rows);

/* @row: (transfer full); @durable: as soon as @task returns, a power cut does not undo it;
 * @task: (nullable) (transfer full) */
void
muri_store_write_operation (MuriStore *store, MuriOperationRow *row, gboolean durable, GTask *task);

/* @value: (nullable): what the console alone knows, by a name; NULL takes it away */
void muri_store_write_setting (MuriStore *store, const char *name, GVariant *value);

/* @row: (transfer full) */
void muri_store_write_alarm (MuriStore *store, MuriAlarmRow *row);

/* @events: (transfer full): array of MuriEvent */
void muri_store_write_events (MuriStore *store, GPtrArray *events);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MuriStoreContents, muri_store_contents_free)

G_END_DECLS
