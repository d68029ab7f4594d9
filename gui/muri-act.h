/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "muri-plan.h"

G_BEGIN_DECLS

/**
 * MuriIntent: what a person means to do, before it is asked about.
 * @vms: (element-type MuriVm): what is selected
 * @host_vms: (nullable): VMs of hosts that are selected: meant only when that is ticked
 * @hosts: (nullable): how these hosts are called
 * @group: (nullable): what the VMs are of, in words, for the log
 * @order_group: (nullable): a path whose start order can be followed
 * @parent: (nullable): the operation that is repeated
 * @pacing: how fast, to begin with
 */
typedef struct
{
  guint verb;
  GPtrArray *vms;
  GPtrArray *host_vms;
  char *hosts;
  char *group;
  char *order_group;
  char *parent;
  MuriPacing pacing;
} MuriIntent;

MuriIntent *muri_intent_new (guint verb, GPtrArray *vms);
void muri_intent_free (MuriIntent *intent);

/* What is asked for, of these. (transfer full) */
MuriRequest *
muri_intent_to_request (const MuriIntent *intent, GPtrArray *vms, const MuriPacing *pacing);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MuriIntent, muri_intent_free)

/* @problem: (nullable): a sentence about why nothing was asked for */
typedef void (*MuriActFunc) (MuriOperation *operation, const char *problem, gpointer user_data);

/**
 * muri_act:
 * @intent: (transfer full): what is meant
 * @done: called when the operation was submitted, or could not be; never when the answer was no
 * @destroy: (nullable): frees @user_data, in any case
 *
 * Asks where it has to be asked, and submits exactly what was confirmed.
 */
void muri_act (GtkWindow *parent, MuriFleet *fleet, MuriIntent *intent, MuriActFunc done,
               gpointer user_data, GDestroyNotify destroy);

/* Submits what needs no question any more. Takes @request. */
void muri_act_submit (MuriFleet *fleet, MuriRequest *request, MuriActFunc done, gpointer user_data,
                      GDestroyNotify destroy);

G_END_DECLS
