/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-segment-list.h"

#include <string.h>

#include "muri-chunk.h"
#include "muri-uuid.h"

/* Seconds; far beyond all that a clock says, and sums stay within 64 bits. */
#define TIME_MAX (G_GINT64_CONSTANT (1) << 40)

/**
 * muri_segment_list_new:
 * @node: its UUID as text
 * @time: of its clock, microseconds since the epoch
 *
 * Returns: (transfer full): a list without segments
 */
MuriSegmentList *
muri_segment_list_new (const char *node, gint64 time)
{
  MuriSegmentList *list = g_new0 (MuriSegmentList, 1);

  list->node = g_strdup (node);
  list->time = time;
  list->segments = g_array_new (FALSE, TRUE, sizeof (MuriSegmentInfo));
  return list;
}

/**
 * muri_segment_list_free:
 * @list: (transfer full): a list
 */
void
muri_segment_list_free (MuriSegmentList *list)
{
  g_free (list->node);
  g_array_unref (list->segments);
  g_free (list);
}

/**
 * muri_segment_name_check:
 * @name: a name from anywhere
 *
 * Returns: whether a segment may be called so: small letters, digits and hyphens
 */
gboolean
muri_segment_name_check (const char *name)
{
  gsize length = strlen (name);

  return length > 0 && length < MURI_SEGMENT_NAME && name[0] != '-'
         && strspn (name, "abcdefghijklmnopqrstuvwxyz0123456789-") == length;
}

/**
 * muri_segment_list_format:
 * @list: a list
 *
 * Returns: (transfer full): it as a #GVariant's text, a{sv}
 */
char *
muri_segment_list_format (const MuriSegmentList *list)
{
  g_autoptr (GVariant) whole = NULL;
  GVariantBuilder segments;
  GVariantDict dict;

  g_variant_builder_init (&segments, G_VARIANT_TYPE ("aa{sv}"));
  for (guint i = 0; i < list->segments->len; i++)
    {
      const MuriSegmentInfo *info = &g_array_index (list->segments, MuriSegmentInfo, i);

      g_variant_dict_init (&dict, NULL);
      g_variant_dict_insert (&dict, "name", "s", info->name);
      g_variant_dict_insert (&dict, "log", "b", info->log);
      g_variant_dict_insert (&dict, "step", "u", info->step);
      g_variant_dict_insert (&dict, "start", "x", info->start);
      g_variant_dict_insert (&dict, "end", "x", info->end);
      g_variant_dict_insert (&dict, "size", "t", info->size);
      g_variant_dict_insert (&dict, "objects", "u", info->objects);
      g_variant_builder_add_value (&segments, g_variant_dict_end (&dict));
    }

  g_variant_dict_init (&dict, NULL);
  g_variant_dict_insert (&dict, "node", "s", list->node);
  g_variant_dict_insert (&dict, "time", "x", list->time);
  g_variant_dict_insert (&dict, "segments", "aa{sv}", &segments);
  whole = g_variant_ref_sink (g_variant_dict_end (&dict));
  return g_variant_print (whole, TRUE);
}

static gboolean
read_info (GVariant *value, MuriSegmentInfo *info)
{
  const char *name;

  if (!g_variant_lookup (value, "name", "&s", &name) || !muri_segment_name_check (name)
      || !g_variant_lookup (value, "log", "b", &info->log)
      || !g_variant_lookup (value, "step", "u", &info->step)
      || !g_variant_lookup (value, "start", "x", &info->start)
      || !g_variant_lookup (value, "end", "x", &info->end)
      || !g_variant_lookup (value, "size", "t", &info->size)
      || !g_variant_lookup (value, "objects", "u", &info->objects))
    return FALSE;

  g_strlcpy (info->name, name, sizeof info->name);
  return info->step > 0 && info->step <= MURI_CHUNK_STEP_MAX && info->start >= 0
         && info->start <= info->end && info->end <= TIME_MAX && info->size <= G_MAXUINT32;
}

static gboolean
wrong (GError **error)
{
  g_set_error_literal (error, MURI_CHUNK_ERROR, MURI_CHUNK_ERROR_DAMAGED,
                       "the agent's list of its history makes no sense");
  return FALSE;
}

static gboolean
read_segments (GVariant *segments, MuriSegmentList *list)
{
  const gsize n = g_variant_n_children (segments);

  if (n > MURI_SEGMENT_LIST_MAX)
    return FALSE;
  for (gsize i = 0; i < n; i++)
    {
      g_autoptr (GVariant) value = g_variant_get_child_value (segments, i);
      MuriSegmentInfo info = { 0 };

      if (!read_info (value, &info))
        return FALSE;
      g_array_append_val (list->segments, info);
    }
  return TRUE;
}

/**
 * muri_segment_list_parse:
 * @text: from anywhere
 * @length: bytes of it, or -1: up to its NUL
 * @error: (nullable): what is wrong with it
 *
 * Returns: (nullable) (transfer full): the list
 */
MuriSegmentList *
muri_segment_list_parse (const char *text, gssize length, GError **error)
{
  g_autoptr (GVariant) whole = NULL;
  g_autoptr (GVariant) segments = NULL;
  g_autoptr (MuriSegmentList) list = NULL;
  const gsize bytes = length < 0 ? strlen (text) : (gsize)length;
  muri_v1_Uuid uuid;
  const char *node;
  gint64 time;

  /* GVariant's parser takes nothing else. */
  if (bytes <= MURI_SEGMENT_LIST_LENGTH_MAX && g_utf8_validate_len (text, bytes, NULL))
    whole = g_variant_parse (G_VARIANT_TYPE_VARDICT, text, text + bytes, NULL, NULL);
  if (whole == NULL || !g_variant_lookup (whole, "node", "&s", &node)
      || !muri_uuid_parse (node, &uuid) || !g_variant_lookup (whole, "time", "x", &time)
      || !g_variant_lookup (whole, "segments", "@aa{sv}", &segments))
    {
      wrong (error);
      return NULL;
    }

  list = muri_segment_list_new (node, time);
  if (!read_segments (segments, list))
    {
      wrong (error);
      return NULL;
    }
  return g_steal_pointer (&list);
}
