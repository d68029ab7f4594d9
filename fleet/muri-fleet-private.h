/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "muri-alarms-private.h"
#include "muri-bus.h"
#include "muri-event-private.h"
#include "muri-fleet.h"
#include "muri-groups.h"
#include "muri-history-private.h"
#include "muri-membership.h"
#include "muri-model.h"
#include "muri-node-private.h"
#include "muri-operation-private.h"
#include "muri-store.h"
#include "muri-template-private.h"
#include "muri-vm-private.h"

G_BEGIN_DECLS

/* A fleet of up to so many VMs keeps a series of each from the start. */
#define MURI_RECORD_ALL_UP_TO 200
#define MURI_RECORD_NODES_UP_TO 200

/* How many events a console holds in memory. */
#define MURI_EVENTS_MAX 5000

/* A zone that the fleet is in. Batches come here, so that a zone that is being left on a worker
 * thread finds nobody: @fleet is NULL then. Main context only. */
typedef struct
{
  MuriFleet *fleet;
  MuriZone *zone;
  guint number;
  guint refused; /* as far as a notice was given */
} MuriFleetZone;

struct _MuriFleet
{
  GObject parent_instance;

  char *data_dir;
  char *issuer;
  muri_v1_Uuid console;
  gboolean ready;

  /* storage */
  MuriStore *opening;
  MuriStore *store;    /* NULL before it was opened, and after the end */
  GHashTable *unsaved; /* a set of nodes and VMs, each with a reference */
  GArray *removals;    /* MuriInventoryRow */
  guint inventory_timer;
  guint inventory_seen; /* unsaved ones, a second ago */
  guint inventory_waits;
  gint64 heard_saved; /* monotonic */

  /* zones */
  MuriBus *bus;
  GPtrArray *zones; /* MuriFleetZone */
  gboolean joining;
  gboolean warned_of_buffer;
  GQueue joins; /* those that wait for the one under way */
  guint lease;  /* seconds, 0 for the default */
  GSource *tick;
  gint64 joined; /* the epoch's; 0 not yet */
  gint64 left;   /* monotonic: nodes not heard since were left behind; 0 nothing was left */

  /* nodes and VMs */
  MuriModel *nodes;
  MuriModel *vms;
  MuriModel *templates;          /* shown, with a holder at least */
  GHashTable *templates_by_uuid; /* key in the template */
  GHashTable *holders;           /* MuriTargetKey of node and template to MuriHolder */
  MuriGroups *groups;
  MuriHistory *history;
  MuriIdentity *identity; /* to agents' HTTP */
  guint refusals_told;    /* a bit for each MuriHttpError */
  GListStore *smart_groups;
  guint smart_ticks;
  GHashTable *nodes_by_uuid; /* key in the node; also those without facts, which are not shown */
  GHashTable *touched;       /* nodes with news in the current batch */
  guint n_vms;
  guint n_vms_before; /* a second ago */
  gboolean alarms_waited;
  guint n_running;
  guint figures_count;
  gboolean figures_changed; /* in the current batch */
  gboolean counts_changed;  /* the same: how many run may be another number */
  guint refused;
  gint64 silent_since;

  /* operations and events */
  GListStore *operations;
  GHashTable *operations_by_uuid; /* key in the operation */
  GHashTable *open_operations;    /* a set */
  GHashTable *changed_operations; /* a set, since the last settling */
  GPtrArray *lingering;           /* own ones that are not all withdrawn yet */
  GHashTable *pauses;             /* MuriOperation to the timer of its next batch */
  guint n_unsent;
  guint n_held;
  GPtrArray *edits; /* MuriEdit that can be taken back, the last one last */
  GListStore *events;
  GHashTable *events_by_key; /* key in the event */
  GPtrArray *new_events;     /* in the current batch */
  guint64 own_events;        /* the number of the last one */
  gint64 away_from;          /* this console did not run; 0 it did */
  gint64 away_to;
  GHashTable *lost; /* nodes that were heard in this session and are not now: their UUIDs */
  MuriAlarms *alarms;
};

/* muri-fleet.c */
void muri_fleet_emit_finished (MuriFleet *self, MuriOperation *operation);
void muri_fleet_notice (MuriFleet *self, const char *format, ...) G_GNUC_PRINTF (2, 3);
void muri_fleet_set_refused (MuriFleet *self, guint refused);
void muri_fleet_set_silent_since (MuriFleet *self, gint64 since);
void muri_fleet_set_unsent (MuriFleet *self, guint n_unsent, guint n_held);
void muri_fleet_notify_undo (MuriFleet *self);
GPtrArray *muri_fleet_list_set (GHashTable *set);
void muri_fleet_count (MuriFleet *self);

/* muri-fleet-zones.c */
gboolean muri_fleet_was_left (MuriFleet *self, gint64 now);
MuriZone *muri_fleet_find_zone (MuriFleet *self, guint number);
void muri_fleet_leave_now (MuriFleet *self);
void muri_fleet_set_lease (MuriFleet *self, guint lease);

/* muri-fleet-fold.c */
MuriNode *muri_fleet_lookup_node (MuriFleet *self, const muri_v1_Uuid *uuid);

/* It has news, for muri_fleet_settle(). */
void muri_fleet_touch (MuriFleet *self, MuriNode *node);

/* A node that is not known yet is made, and shown when its facts are there. */
MuriNode *muri_fleet_ensure_node (MuriFleet *self, const muri_v1_Uuid *uuid);

/* What a zone received; a test may call it with a batch of its own. */
void muri_fleet_fold (MuriFleet *self, guint zone, MuriChange *changes, gsize n_changes);

/* History has them by these names. */
void muri_fleet_note_node (MuriFleet *self, MuriNode *node);
void muri_fleet_note_vm (MuriFleet *self, MuriVm *vm);

/* Makes visible what was folded. */
void muri_fleet_settle (MuriFleet *self);

/* Once a second: what did not come. @now: monotonic */
void muri_fleet_pass_time (MuriFleet *self, gint64 now);
void muri_fleet_show_node (MuriFleet *self, MuriNode *node);
MuriVm *muri_fleet_add_vm (MuriFleet *self, MuriNode *node, MuriFacts *facts);
void muri_fleet_remove_node (MuriFleet *self, MuriNode *node);

/* muri-fleet-templates.c */
void muri_fleet_fold_template (MuriFleet *self, MuriChange *change);
void muri_fleet_restore_holder (MuriFleet *self, MuriNode *node, MuriFacts *facts);
void muri_fleet_update_templates_of_node (MuriFleet *self, MuriNode *node);
void muri_fleet_lose_templates_of_node (MuriFleet *self, MuriNode *node);
void muri_fleet_remove_templates_of_node (MuriFleet *self, MuriNode *node);
void muri_fleet_reconcile_templates (MuriFleet *self, gint64 now);

/* muri-fleet-absence.c */
void muri_fleet_restore_absence (MuriFleet *self, GHashTable *settings);
void muri_fleet_save_absence (MuriFleet *self);

/* muri-fleet-alarms.c: what the console itself has to say, and its alarms */
void muri_fleet_make_alarms (MuriFleet *self);
void muri_fleet_drop_alarms (MuriFleet *self);

/* What only a console's own events may have. */
gboolean muri_fleet_is_own_event (guint64 number, guint kind);
void muri_fleet_note_state (MuriFleet *self, MuriNode *node, MuriNodeState before);
void muri_fleet_note_notice (MuriFleet *self, const char *text);

/* muri-fleet-submit.c */
MuriOperation *muri_fleet_begin (MuriFleet *self, MuriRequest *request, GError **error);

/* muri-fleet-operations.c */
void muri_fleet_add_operation (MuriFleet *self, MuriOperation *operation);
void muri_fleet_fold_report (MuriFleet *self, guint zone, const muri_v1_Report *report);
void muri_fleet_settle_operations (MuriFleet *self);
void muri_fleet_pass_deadlines (MuriFleet *self, gint64 now);
/* It has news, for muri_fleet_settle_operations(). */
void muri_fleet_touch_operation (MuriFleet *self, MuriOperation *operation);
guint muri_fleet_pending_verb (MuriFleet *self, MuriVm *vm);

void muri_fleet_update_pending (MuriFleet *self, MuriTarget *target);

/* Every target of @batch (0: of all) that is still open gets @state, if @chosen (nullable) says
 * so. */
void muri_fleet_close_targets (MuriFleet *self, MuriOperation *operation, guint batch, guint state,
                               const char *message,
                               gboolean (*chosen) (MuriFleet *self, MuriTarget *target));

/* muri-fleet-batches.c */

/* Stores what goes next, and publishes it when it is on disk. @task: (nullable) (transfer full):
 * without a source object; returns TRUE when it is published, or an error. */
void muri_fleet_send_next (MuriFleet *self, MuriOperation *operation, GTask *task);
void
muri_fleet_send_batch (MuriFleet *self, MuriOperation *operation, GPtrArray *targets, GTask *task);

/* Sends the next batch if the last one is done, and stops after failures. */
void muri_fleet_advance (MuriFleet *self, MuriOperation *operation);
void muri_fleet_publish (MuriFleet *self, MuriOperation *operation, guint batch);
void muri_fleet_publish_again (MuriFleet *self);
void muri_fleet_withdraw (MuriFleet *self, gint64 now);
void muri_fleet_end_pauses (MuriFleet *self);
void muri_fleet_count_unsent (MuriFleet *self);

/* muri-fleet-waiting.c */

/* A target whose host cannot be asked now. */
gboolean muri_fleet_target_is_away (MuriFleet *self, MuriTarget *target);

/* What waits for hosts that are back. */
void muri_fleet_send_waiting (MuriFleet *self);
void muri_fleet_forget_waiting (MuriFleet *self, MuriNode *node);

/* muri-fleet-smart.c: saved searches follow the models */
void muri_fleet_update_smart (MuriFleet *self, MuriVm *vm);
void muri_fleet_update_smart_of_node (MuriFleet *self, MuriNode *node);
void muri_fleet_remove_smart_vms (MuriFleet *self, GPtrArray *vms);
void muri_fleet_settle_smart (MuriFleet *self);
void muri_fleet_pass_smart (MuriFleet *self);
void muri_fleet_restore_smart (MuriFleet *self, GHashTable *settings);

/* muri-fleet-storage.c */
GArray *muri_fleet_new_rows (void);
void muri_fleet_restore (MuriFleet *self, MuriStoreContents *contents);
void muri_fleet_save (MuriFleet *self, gpointer object);
void muri_fleet_save_removal (MuriFleet *self, gpointer object, const MuriTargetKey *key);
void muri_fleet_save_heard (MuriFleet *self, gint64 now);
void muri_fleet_save_operation (MuriFleet *self, MuriOperation *operation, gboolean durable,
                                GTask *task);
void muri_fleet_save_events (MuriFleet *self, GPtrArray *events);
void muri_fleet_flush_inventory (MuriFleet *self);

/* muri-group-memory.c: empty groups, and the order of siblings */
void muri_fleet_save_groups (MuriFleet *self);
void muri_fleet_restore_groups (MuriFleet *self, GHashTable *settings);

G_END_DECLS
