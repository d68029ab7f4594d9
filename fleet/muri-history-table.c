/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-history-table.h"

#include "muri-uuid.h"

#include <math.h>

/* How many slots of a tier there is room for: what comes between two writings, and what may come
 * until the second one is done. */
static const guint rooms[MURI_N_TIERS] = { 660, 70, 36, 40 };

/* Slots that a tail grows by: of twenty thousand objects, what is not used yet would be most of
 * the memory. The first tier is only held of few, and was most of it there. */
static const guint steps[MURI_N_TIERS] = { 66, 14, 3, 2 };

struct _MuriHistoryTable
{
  GPtrArray *objects;
  GHashTable *by_key; /* key in the object */
  GHashTable *by_id;  /* the same */
  gboolean fine;
  MuriHistorySink sink;
  gpointer sink_data;
};

/* ---- tails ---- */

static gboolean
tail_is_rollup (guint tier)
{
  return tier > 0;
}

static void
set_room (MuriHistoryObject *object, guint tier, guint room)
{
  MuriHistoryTail *tail = &object->tails[tier];
  const gsize n = (gsize)room * object->n_figures;

  tail->room = room;
  if (tail_is_rollup (tier))
    tail->rollups = g_renew (MuriRollup, tail->rollups, n);
  else
    tail->values = g_renew (float, tail->values, n);
}

void
muri_history_object_drop (MuriHistoryObject *object, guint tier, guint n)
{
  MuriHistoryTail *tail = &object->tails[tier];
  const guint n_figures = object->n_figures;
  const gsize rest = (gsize)(tail->length - n) * n_figures;

  if (tail->values != NULL)
    memmove (tail->values, tail->values + (gsize)n * n_figures, rest * sizeof *tail->values);
  if (tail->rollups != NULL)
    memmove (tail->rollups, tail->rollups + (gsize)n * n_figures, rest * sizeof *tail->rollups);
  tail->first += n;
  tail->length -= n;
  if (tail->room > steps[tier] && tail->length <= steps[tier])
    set_room (object, tier, steps[tier]);
}

guint
muri_history_table_get_room (guint tier)
{
  return rooms[tier];
}

static void
spill (MuriHistoryTable *self, MuriHistoryObject *object, guint tier, guint n)
{
  MuriHistoryTail *tail = &object->tails[tier];

  if (n == 0)
    return;
  if (self->sink != NULL)
    self->sink (object, tier, tail->first, n, self->sink_data);
  muri_history_object_drop (object, tier, n);
}

/* @n: slots that have to fit, no more than there may be */
static void
make_room (MuriHistoryObject *object, guint tier, gint64 n)
{
  const guint wanted = ((guint)n + steps[tier] - 1) / steps[tier] * steps[tier];

  if (wanted > object->tails[tier].room)
    set_room (object, tier, MIN (wanted, rooms[tier]));
}

/* Where the row of @slot is to be written; slots that were left out in between are unknown. */
static gsize
tail_extend (MuriHistoryTable *self, MuriHistoryObject *object, guint tier, gint64 slot)
{
  MuriHistoryTail *tail = &object->tails[tier];
  const guint n = object->n_figures;
  gint64 end;

  if (tail->length > 0 && slot - tail->first >= rooms[tier])
    spill (self, object, tier,
           slot - tail->first >= 2 * rooms[tier] ? tail->length : (tail->length + 3) / 4);
  if (tail->length > 0 && slot - tail->first >= rooms[tier])
    spill (self, object, tier, tail->length);
  if (tail->length == 0)
    tail->first = slot;
  make_room (object, tier, slot - tail->first + 1);

  for (end = tail->first + tail->length; end < slot; end++, tail->length++)
    for (guint i = 0; i < n; i++)
      if (tail_is_rollup (tier))
        tail->rollups[(gsize)tail->length * n + i] = (MuriRollup){ 0 };
      else
        tail->values[(gsize)tail->length * n + i] = NAN;
  tail->length++;
  return (gsize)(slot - tail->first) * n;
}

static void
close_slot (MuriHistoryTable *self, MuriHistoryObject *object, guint tier)
{
  MuriRollup *open = object->open[tier];
  const gsize size = sizeof *open * object->n_figures;
  gboolean held = self->fine || tier > 1;

  if (held)
    {
      gsize at = tail_extend (self, object, tier, object->slots[tier]);

      memcpy (object->tails[tier].rollups + at, open, size);
    }
  if (tier + 1 < MURI_N_TIERS)
    for (guint i = 0; i < object->n_figures; i++)
      muri_rollup_merge (&object->open[tier + 1][i], &open[i]);
  memset (open, 0, size);
}

/* Closes all that does not hold @second. */
static void
turn (MuriHistoryTable *self, MuriHistoryObject *object, gint64 second)
{
  for (guint tier = 1; tier < MURI_N_TIERS; tier++)
    {
      gint64 slot = muri_history_slot_of (second, tier);

      if (object->begun && slot == object->slots[tier])
        return;
      if (object->begun)
        close_slot (self, object, tier);
      object->slots[tier] = slot;
    }
}

/* ---- objects ---- */

static void
object_free (gpointer data)
{
  MuriHistoryObject *object = data;

  for (guint tier = 0; tier < MURI_N_TIERS; tier++)
    {
      g_free (object->tails[tier].values);
      g_free (object->tails[tier].rollups);
      g_free (object->open[tier]);
    }
  g_free (object->name);
  g_free (object->node_name);
  g_free (object);
}

MuriHistoryTable *
muri_history_table_new (void)
{
  MuriHistoryTable *self = g_new0 (MuriHistoryTable, 1);

  self->objects = g_ptr_array_new_with_free_func (object_free);
  self->by_key = g_hash_table_new (muri_target_key_hash, muri_target_key_equal);
  self->by_id = g_hash_table_new (g_int64_hash, g_int64_equal);
  self->fine = TRUE;
  return self;
}

void
muri_history_table_free (MuriHistoryTable *self)
{
  g_hash_table_unref (self->by_key);
  g_hash_table_unref (self->by_id);
  g_ptr_array_unref (self->objects);
  g_free (self);
}

void
muri_history_table_set_sink (MuriHistoryTable *self, MuriHistorySink sink, gpointer user_data)
{
  self->sink = sink;
  self->sink_data = user_data;
}

void
muri_history_table_set_fine (MuriHistoryTable *self, gboolean fine)
{
  if (self->fine == fine)
    return;

  self->fine = fine;
  for (guint i = 0; !fine && i < self->objects->len; i++)
    for (guint tier = 0; tier < 2; tier++)
      {
        MuriHistoryObject *object = g_ptr_array_index (self->objects, i);
        MuriHistoryTail *tail = &object->tails[tier];

        spill (self, object, tier, tail->length);
        g_clear_pointer (&tail->values, g_free);
        g_clear_pointer (&tail->rollups, g_free);
        tail->room = 0;
      }
}

gboolean
muri_history_table_is_fine (MuriHistoryTable *self)
{
  return self->fine;
}

guint
muri_history_table_get_n_objects (MuriHistoryTable *self)
{
  return self->objects->len;
}

MuriHistoryObject *
muri_history_table_get_object (MuriHistoryTable *self, guint index)
{
  return g_ptr_array_index (self->objects, index);
}

MuriHistoryObject *
muri_history_table_find (MuriHistoryTable *self, const MuriTargetKey *key)
{
  return g_hash_table_lookup (self->by_key, key);
}

/* Samples name their VMs in an order that hardly changes. */
MuriHistoryObject *
muri_history_table_find_after (MuriHistoryTable *self, MuriHistoryObject *before,
                               const MuriTargetKey *key)
{
  MuriHistoryObject *object;

  if (before == NULL)
    return muri_history_table_find (self, key);
  if (before->next != NULL && muri_target_key_equal (&before->next->key, key))
    return before->next;
  object = muri_history_table_find (self, key);
  if (object != NULL)
    before->next = object;
  return object;
}

MuriHistoryObject *
muri_history_table_find_id (MuriHistoryTable *self, gint64 id)
{
  return g_hash_table_lookup (self->by_id, &id);
}

void
muri_history_table_set_id (MuriHistoryTable *self, MuriHistoryObject *object, gint64 id)
{
  if (object->id != 0)
    g_hash_table_remove (self->by_id, &object->id);
  object->id = id;
  if (id != 0)
    g_hash_table_insert (self->by_id, &object->id, object);
}

MuriHistoryObject *
muri_history_table_ensure (MuriHistoryTable *self, const MuriTargetKey *key)
{
  MuriHistoryObject *object = muri_history_table_find (self, key);

  if (object != NULL)
    return object;

  object = g_new0 (MuriHistoryObject, 1);
  object->key = *key;
  object->n_figures = muri_uuid_is_zero (&key->vm) ? MURI_N_FIGURES : MURI_N_VM_FIGURES;
  object->name = g_strdup ("");
  object->node_name = g_strdup ("");
  for (guint tier = 1; tier < MURI_N_TIERS; tier++)
    object->open[tier] = g_new0 (MuriRollup, object->n_figures);
  g_ptr_array_add (self->objects, object);
  g_hash_table_insert (self->by_key, &object->key, object);
  return object;
}

gsize
muri_history_table_get_memory (MuriHistoryTable *self)
{
  gsize size = 0;

  for (guint i = 0; i < self->objects->len; i++)
    {
      MuriHistoryObject *object = g_ptr_array_index (self->objects, i);

      size += sizeof *object + 3 * sizeof (MuriRollup) * object->n_figures;
      for (guint tier = 0; tier < MURI_N_TIERS; tier++)
        size += (gsize)object->tails[tier].room * object->n_figures
                * (tail_is_rollup (tier) ? sizeof (MuriRollup) : sizeof (float));
    }
  return size;
}

/* ---- what comes in ---- */

gboolean
muri_history_table_add (MuriHistoryTable *self, MuriHistoryObject *object, gint64 second,
                        const float *values, gboolean *stepped_back)
{
  *stepped_back = object->begun && second < object->second - MURI_HISTORY_PATIENCE;
  if (object->begun && second <= object->second)
    return FALSE;

  turn (self, object, second);
  object->begun = TRUE;
  object->second = second;
  if (object->first_seen == 0)
    object->first_seen = second;
  object->last_seen = second;
  if (self->fine)
    {
      gsize at = tail_extend (self, object, 0, second);

      memcpy (object->tails[0].values + at, values, sizeof *values * object->n_figures);
    }
  for (guint i = 0; i < object->n_figures; i++)
    muri_rollup_add (&object->open[1][i], values[i]);
  return TRUE;
}

/* ---- what goes out ---- */

void
muri_history_table_close (MuriHistoryTable *self, MuriHistoryObject *object, gint64 second)
{
  if (!object->begun || second <= object->second)
    return;
  turn (self, object, second);
  object->second = second - 1;
}

guint
muri_history_object_count (MuriHistoryObject *object, guint tier, gint64 second)
{
  const MuriHistoryTail *tail = &object->tails[tier];

  return (guint)CLAMP (muri_history_slot_of (second, tier) - tail->first, 0, tail->length);
}

gint64
muri_history_object_get_begin (MuriHistoryObject *object, guint tiers)
{
  gint64 begin = G_MAXINT64;

  for (guint tier = 0; tier < MURI_N_TIERS; tier++)
    {
      const MuriHistoryTail *tail = &object->tails[tier];
      const gint64 step = muri_tiers[tier].step;

      if ((tiers & 1u << tier) == 0)
        continue;
      if (tail->length > 0)
        begin = MIN (begin, tail->first * step);
      if (tier > 0 && object->begun)
        begin = MIN (begin, object->slots[tier] * step);
    }
  return begin;
}

void
muri_history_object_set_coarse (MuriHistoryObject *object, const MuriRollup *rollups)
{
  memcpy (object->open[MURI_N_TIERS - 1], rollups, sizeof *rollups * object->n_figures);
}

void
muri_history_table_reset (MuriHistoryTable *self, MuriHistoryObject *object)
{
  if (!object->begun)
    return;

  for (guint tier = 1; tier < MURI_N_TIERS; tier++)
    close_slot (self, object, tier);
  object->begun = FALSE;
  for (guint tier = 0; tier < MURI_N_TIERS; tier++)
    spill (self, object, tier, object->tails[tier].length);
}

gboolean
muri_history_object_get_span (MuriHistoryObject *object, guint tier, gint64 *first, gint64 *last)
{
  MuriHistoryTail *tail = &object->tails[tier];

  *first = tail->first;
  *last = tail->first + tail->length - 1;
  if (object->begun && tier > 0)
    {
      *last = object->slots[tier];
      if (tail->length == 0)
        *first = *last;
      return TRUE;
    }
  return tail->length > 0;
}

static MuriRollup
get_open (MuriHistoryObject *object, guint tier, MuriFigure figure)
{
  MuriRollup sum = { 0 };

  for (; tier > 0; tier--)
    muri_rollup_merge (&sum, &object->open[tier][figure]);
  return sum;
}

MuriRollup
muri_history_object_get (MuriHistoryObject *object, guint tier, gint64 slot, MuriFigure figure)
{
  MuriHistoryTail *tail = &object->tails[tier];
  MuriRollup rollup = { 0 };
  gsize at;

  if ((guint)figure >= object->n_figures)
    return rollup;
  if (tier > 0 && object->begun && slot == object->slots[tier])
    return get_open (object, tier, figure);
  if (tail->length == 0 || slot < tail->first || slot >= tail->first + tail->length)
    return rollup;

  at = (gsize)(slot - tail->first) * object->n_figures + figure;
  if (tail_is_rollup (tier))
    return tail->rollups[at];
  muri_rollup_add (&rollup, tail->values[at]);
  return rollup;
}
