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

static gboolean
takes_part (MuriTarget *target, guint batch, guint zone)
{
  return muri_target_get_batch (target) == batch && muri_target_get_zone (target) == zone;
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

      if (!takes_part (target, batch, zone))
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

/* "sources@7" is what a target of zone 7 gets as "sources". Returns: (nullable): for no one else */
static const char *
name_for_zone (const char *name, guint zone, char *own, gsize size)
{
  const char *at = strchr (name, '@');
  guint64 number;

  if (at == NULL)
    return name;
  if (!g_ascii_string_to_unsigned (at + 1, 10, 0, G_MAXUINT, &number, NULL) || number != zone)
    return NULL;
  g_strlcpy (own, name, MIN (size, (gsize)(at - name) + 1));
  return own;
}

static void
fill_parameters (muri_v1_Operation *sample, GVariant *parameters, guint zone)
{
  gsize n = parameters != NULL ? g_variant_n_children (parameters) : 0;
  uint32_t filled = 0;

  if (n == 0)
    return;

  sample->parameters._buffer = dds_alloc (n * sizeof *sample->parameters._buffer);
  sample->parameters._maximum = (uint32_t)n;
  sample->parameters._release = TRUE;
  for (gsize i = 0; i < n; i++)
    {
      muri_v1_Parameter *parameter = &sample->parameters._buffer[filled];
      const char *name, *value;
      char own[sizeof parameter->name];

      g_variant_get_child (parameters, i, "{&s&s}", &name, &value);
      name = name_for_zone (name, zone, own, sizeof own);
      if (name == NULL)
        continue;
      memset (parameter, 0, sizeof *parameter);
      copy_text (parameter->name, sizeof parameter->name, name);
      copy_text (parameter->value, sizeof parameter->value, value);
      filled++;
    }
  sample->parameters._length = filled;
}

/* Those that have one, in the order of the targets. */
static void
fill_arguments (muri_v1_Operation *sample, MuriOperation *self, guint batch, guint zone)
{
  guint32 n = 0;

  for (guint i = 0; i < muri_operation_get_n_targets (self); i++)
    {
      MuriTarget *target = muri_operation_peek_target (self, i);

      n += takes_part (target, batch, zone) && muri_target_get_argument (target) != NULL;
    }
  if (n == 0)
    return;

  sample->arguments._buffer = dds_alloc (n * sizeof *sample->arguments._buffer);
  memset (sample->arguments._buffer, 0, n * sizeof *sample->arguments._buffer);
  sample->arguments._length = sample->arguments._maximum = n;
  sample->arguments._release = TRUE;
  n = 0;
  for (guint i = 0; i < muri_operation_get_n_targets (self); i++)
    {
      MuriTarget *target = muri_operation_peek_target (self, i);
      const MuriTargetKey *key = muri_target_get_key (target);
      muri_v1_Argument *argument;

      if (!takes_part (target, batch, zone) || muri_target_get_argument (target) == NULL)
        continue;
      argument = &sample->arguments._buffer[n++];
      argument->node = key->node;
      argument->vm = key->vm;
      copy_text (argument->text, sizeof argument->text, muri_target_get_argument (target));
    }
}

static void
fill_document (muri_v1_Operation *sample, const char *document)
{
  gsize size = document != NULL ? strlen (document) : 0;

  if (size == 0)
    return;
  sample->document._buffer = memcpy (dds_alloc (size), document, size);
  sample->document._length = sample->document._maximum = (uint32_t)size;
  sample->document._release = TRUE;
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
  fill_parameters (sample, muri_operation_get_parameters (self), zone);
  fill_targets (sample, groups);
  fill_arguments (sample, self, batch, zone);
  fill_document (sample, muri_operation_get_document (self));
  return sample;
}
