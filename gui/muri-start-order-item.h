/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * MuriStartOrderItem: a member of a group, and when it starts.
 *
 * Properties: order (double), delay (double, seconds), as spin buttons have them.
 */
#define MURI_TYPE_START_ORDER_ITEM (muri_start_order_item_get_type ())
G_DECLARE_FINAL_TYPE (MuriStartOrderItem, muri_start_order_item, MURI, START_ORDER_ITEM, GObject)

/* @object: a MuriVm or MuriNode that is in exactly @group */
MuriStartOrderItem *muri_start_order_item_new (gpointer object, const char *group);

gpointer muri_start_order_item_get_object (MuriStartOrderItem *item);
int muri_start_order_item_get_order (MuriStartOrderItem *item);
guint muri_start_order_item_get_delay (MuriStartOrderItem *item);
gboolean muri_start_order_item_is_changed (MuriStartOrderItem *item);

G_END_DECLS
