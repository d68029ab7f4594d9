/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-batches.h"

#include "muri-uuid.h"

#include <string.h>

#define VERSION 8
#define TAIL (sizeof (muri_v1_Uuid) - sizeof (guint32))

MuriBatches *
muri_batches_new (void)
{
  return g_array_new (FALSE, TRUE, sizeof (MuriBatch));
}

guint
muri_batches_add (MuriBatches *batches, gint64 issued, gint64 deadline)
{
  const MuriBatch batch = { .issued = issued, .deadline = deadline, .changed = TRUE };

  g_array_append_val (batches, batch);
  return batches->len;
}

MuriBatch *
muri_batches_get (MuriBatches *batches, guint number)
{
  return number > 0 && number <= batches->len ? &g_array_index (batches, MuriBatch, number - 1)
                                              : NULL;
}

static gboolean
is_ours (const muri_v1_Uuid *uuid)
{
  return uuid->b[6] >> 4 == VERSION;
}

void
muri_batch_generate_uuid (muri_v1_Uuid *operation)
{
  muri_uuid_generate (operation);
  operation->b[6] = (guint8)(VERSION << 4 | (operation->b[6] & 0xf));
  memset (operation->b + TAIL, 0, sizeof (guint32));
}

void
muri_batch_get_uuid (const muri_v1_Uuid *operation, guint number, muri_v1_Uuid *uuid)
{
  const guint32 tail = g_htonl (number - 1);

  *uuid = *operation;
  if (is_ours (operation))
    memcpy (uuid->b + TAIL, &tail, sizeof tail);
}

guint
muri_batch_parse_uuid (const muri_v1_Uuid *uuid, muri_v1_Uuid *operation)
{
  guint32 tail = 0;

  *operation = *uuid;
  if (is_ours (uuid))
    {
      memcpy (&tail, uuid->b + TAIL, sizeof tail);
      memset (operation->b + TAIL, 0, sizeof tail);
      tail = MIN (g_ntohl (tail), G_MAXINT32);
    }
  return tail + 1;
}
