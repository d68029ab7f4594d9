/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "muri.h"

#include <glib.h>

G_BEGIN_DECLS

/*
 * The batches of one operation. On the wire each is an operation of its own, whose UUID is made of
 * the whole one's: that one has version 8 (RFC 9562) and zero in its last four bytes, and there
 * batch N has N - 1. So reports lead back to the whole, also on other consoles.
 */
typedef struct
{
  gint64 issued;
  gint64 deadline;
  gboolean published;
  gboolean withdrawn;
  gboolean restored; /* of an earlier session */
  gboolean changed;  /* since it was saved */
  guint n_open;      /* targets */
  gint64 finished;   /* the last of them; 0 not yet */
} MuriBatch;

typedef GArray MuriBatches; /* of MuriBatch; number N is at N - 1 */

MuriBatches *muri_batches_new (void);

/* Returns its number, from 1. */
guint muri_batches_add (MuriBatches *batches, gint64 issued, gint64 deadline);

/* NULL: there is no such number. */
MuriBatch *muri_batches_get (MuriBatches *batches, guint number);

void muri_batch_generate_uuid (muri_v1_Uuid *operation);
void muri_batch_get_uuid (const muri_v1_Uuid *operation, guint number, muri_v1_Uuid *uuid);

/* Returns the number; @operation: (out): the whole */
guint muri_batch_parse_uuid (const muri_v1_Uuid *uuid, muri_v1_Uuid *operation);

G_END_DECLS
