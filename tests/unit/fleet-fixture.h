/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "muri-fleet-private.h"

G_BEGIN_DECLS

/* The zone that all batches seem to come from. */
#define FIXTURE_ZONE 7

/* A UUID that is made of a number. */
muri_v1_Uuid fixture_uuid (guint number);

/* Changes as the bus would hand them over; fixture_fold() frees their samples. Nodes and VMs are
 * numbers; names are "node-N" and "vm-N". */
MuriChange fixture_node (guint node, guint n_vms);
MuriChange fixture_vm (guint node, guint vm, guint state);
MuriChange fixture_sample (guint node, float cpu, guint first_vm, guint n_vms);
MuriChange fixture_event (guint node, guint64 number, gint64 time);
MuriChange fixture_report (guint operation, guint node, guint first_vm, guint n_vms, guint state);

/* With 16 GiB, 8 processors, a store of 100 GiB and an address. */
MuriChange fixture_host (guint node, guint n_vms);

/* Ready; 10 GiB, of which 1 GiB is written; 2 vCPUs and 2 GiB. */
MuriChange fixture_template (guint node, guint template);

MuriChange fixture_with_life (MuriChange change, MuriLife life);

void fixture_fold (MuriFleet *fleet, MuriChange *changes, gsize n);
void fixture_fold_one (MuriFleet *fleet, MuriChange change);

MuriNode *fixture_find_node (MuriFleet *fleet, guint node);
MuriVm *fixture_find_vm (MuriFleet *fleet, guint node, guint vm);

/* Opened, in no zone, with a data directory of its own; NULL for a new one. */
MuriFleet *fixture_open (const char *data_dir);
void fixture_close (MuriFleet *fleet);
char *fixture_directory (void);
void fixture_remove_directory (const char *path);

/* A busy machine is many times slower, and who waits for what is already so loses nothing. */
#define FIXTURE_SECONDS 90

/* Runs the main context until @condition. */
#define fixture_await(condition)                                                                   \
  G_STMT_START                                                                                     \
  {                                                                                                \
    gint64 fixture_deadline_ = g_get_monotonic_time () + FIXTURE_SECONDS * G_TIME_SPAN_SECOND;     \
    guint fixture_tick_ = g_timeout_add (5, fixture_wake, NULL);                                   \
    while (!(condition))                                                                           \
      {                                                                                            \
        g_assert_cmpint (g_get_monotonic_time (), <, fixture_deadline_);                           \
        g_main_context_iteration (NULL, TRUE);                                                     \
      }                                                                                            \
    g_source_remove (fixture_tick_);                                                               \
  }                                                                                                \
  G_STMT_END

gboolean fixture_wake (gpointer data);

/* A GAsyncReadyCallback that keeps the result in a GAsyncResult *. */
void fixture_keep (GObject *source, GAsyncResult *result, gpointer data);

/* Asked for and stored. Transfer full. */
MuriOperation *fixture_ask (MuriFleet *fleet, MuriRequest *request, GError **error);

/* As if each of its agents said so of each of its targets. */
void fixture_report_all (MuriFleet *fleet, MuriOperation *operation, guint state);

/* Counts notifications of a property. */
guint *fixture_count (gpointer object, const char *property);

G_END_DECLS
