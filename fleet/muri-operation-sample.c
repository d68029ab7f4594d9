/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-operation-private.h"

#include "muri-topics.h"
#include "muri-uuid.h"
#include "muri-words.h"

#include <string.h>

static int
compare_zones (gconstpointer a, gconstpointer b)
{
  guint x = *(const guint *)a;
  guint y = *(const guint *)b;

  return x < y ? -1 : x > y;
}

GArray *
muri_operation_list_zones (MuriOperation *self, guint batch)
{
  GArray *zones = g_array_new (FALSE, FALSE, sizeof (guint));
  g_autoptr (GHashTable) seen = g_hash_table_new (NULL, NULL);

  for (guint i = 0; i < muri_operation_get_n_targets (self); i++)
    {
      MuriTarget *target = muri_operation_peek_target (self, i);
      guint zone = muri_target_get_zone (target);

      if (muri_target_get_batch (target) == batch
          && g_hash_table_add (seen, GUINT_TO_POINTER (zone)))
        g_array_append_val (zones, zone);
    }

  g_array_sort (zones, compare_zones);
  return zones;
}

typedef struct
{
  muri_v1_Uuid node;
  gboolean itself;
  GArray *vms; /* muri_v1_Uuid */
} Group;

static void
group_free (gpointer data)
{
  Group *group = data;

  g_array_unref (group->vms);
  g_free (group);
}

/* By node in the order of the targets, which the store keeps: a repeated sample is the same. */
static GPtrArray *
group_by_node (MuriOperation *self, guint batch, guint zone)
{
  GPtrArray *groups = g_ptr_array_new_with_free_func (group_free);
  g_autoptr (GHashTable) by_node = g_hash_table_new (muri_uuid_hash, muri_uuid_equal);

  for (guint i = 0; i < muri_operation_get_n_targets (self); i++)
    {
      MuriTarget *target = muri_operation_peek_target (self, i);
      const MuriTargetKey *key = muri_target_get_key (target);
      Group *group;

      if (muri_target_get_batch (target) != batch || muri_target_get_zone (target) != zone)
        continue;
      group = g_hash_table_lookup (by_node, &key->node);
      if (group == NULL)
        {
          group = g_new0 (Group, 1);
          group->node = key->node;
          group->vms = g_array_new (FALSE, FALSE, sizeof (muri_v1_Uuid));
          g_hash_table_insert (by_node, &group->node, group);
          g_ptr_array_add (groups, group);
        }
      if (muri_uuid_is_zero (&key->vm))
        group->itself = TRUE;
      else
        g_array_append_val (group->vms, key->vm);
    }

  return groups;
}

static void
fill_targets (muri_v1_Operation *sample, GPtrArray *groups)
{
  sample->targets._buffer = dds_alloc (groups->len * sizeof *sample->targets._buffer);
  sample->targets._length = sample->targets._maximum = groups->len;
  sample->targets._release = TRUE;

  for (guint i = 0; i < groups->len; i++)
    {
      const Group *group = g_ptr_array_index (groups, i);
      muri_v1_NodeTargets *targets = &sample->targets._buffer[i];
      gsize size = group->vms->len * sizeof (muri_v1_Uuid);

      memset (targets, 0, sizeof *targets);
      targets->node = group->node;
      targets->itself = group->itself;
      if (size == 0)
        continue;
      targets->vms._buffer = memcpy (dds_alloc (size), group->vms->data, size);
      targets->vms._length = targets->vms._maximum = group->vms->len;
      targets->vms._release = TRUE;
    }
}

/* Cut between characters: half a character would be refused. */
static void
copy_text (char *to, gsize size, const char *text)
{
  const char *end;

  g_strlcpy (to, text, size);
  g_utf8_validate (to, -1, &end);
  to[end - to] = '\0';
}

static void
fill_parameters (muri_v1_Operation *sample, GVariant *parameters)
{
  gsize n = parameters != NULL ? g_variant_n_children (parameters) : 0;

  if (n == 0)
    return;

  sample->parameters._buffer = dds_alloc (n * sizeof *sample->parameters._buffer);
  sample->parameters._length = sample->parameters._maximum = (uint32_t)n;
  sample->parameters._release = TRUE;
  for (gsize i = 0; i < n; i++)
    {
      muri_v1_Parameter *parameter = &sample->parameters._buffer[i];
      const char *name, *value;

      g_variant_get_child (parameters, i, "{&s&s}", &name, &value);
      copy_text (parameter->name, sizeof parameter->name, name);
      copy_text (parameter->value, sizeof parameter->value, value);
    }
}

muri_v1_Operation *
muri_operation_to_sample (MuriOperation *self, guint batch, guint zone)
{
  muri_v1_Operation *sample = muri_topic_sample_new (MURI_TOPIC_OPERATION);
  g_autoptr (GPtrArray) groups = group_by_node (self, batch, zone);
  const MuriBatch *sent = muri_batches_get (muri_operation_peek_batches (self), batch);

  muri_batch_get_uuid (muri_operation_get_uuid (self), batch, &sample->operation);
  sample->minor = MURI_WIRE_MINOR;
  sample->console = *muri_operation_get_console (self);
  sample->verb = (uint16_t)muri_operation_get_verb (self);
  sample->issued = sent->issued;
  sample->deadline = sent->deadline;
  sample->control = muri_operation_is_cancelled (self) ? MURI_CONTROL_CANCEL : MURI_CONTROL_GO;
  copy_text (sample->issuer, sizeof sample->issuer, muri_operation_get_issuer (self));
  if (muri_operation_get_group (self) != NULL)
    copy_text (sample->group, sizeof sample->group, muri_operation_get_group (self));
  fill_parameters (sample, muri_operation_get_parameters (self));
  fill_targets (sample, groups);
  return sample;
}
