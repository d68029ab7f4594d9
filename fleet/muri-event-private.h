/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "muri-event.h"
#include "muri.h"

G_BEGIN_DECLS

/* An event is known by its node and that node's number. */
typedef struct
{
  muri_v1_Uuid node;
  guint64 number;
} MuriEventKey;

MuriEvent *muri_event_new (const muri_v1_Event *sample, const char *node_name);
const MuriEventKey *muri_event_get_key (MuriEvent *event);
const muri_v1_Uuid *muri_event_get_vm_uuid (MuriEvent *event);
const muri_v1_Uuid *muri_event_get_operation_uuid (MuriEvent *event);

guint muri_event_key_hash (gconstpointer key);
gboolean muri_event_key_equal (gconstpointer a, gconstpointer b);

/* A GCompareDataFunc, newest first. */
int muri_event_compare (gconstpointer a, gconstpointer b, gpointer user_data);

G_END_DECLS
