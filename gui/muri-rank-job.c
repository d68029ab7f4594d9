/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "muri-rank-job.h"

#include <math.h>

#include "muri-ascii.h"

typedef struct
{
  gpointer item; /* owned */
  char *key;     /* collation key, NULL when it is ranked by number */
  char *name;    /* GRefString, collation key; decides between equals */
  double number;
} Row;

static void
row_clear (gpointer data)
{
  Row *row = data;

  g_object_unref (row->item);
  g_free (row->key);
  g_ref_string_release (row->name);
}

static gboolean
contains (const char *text, const char *folded)
{
  g_autofree char *own = NULL;
  gboolean found;

  if (!text)
    return FALSE;
  if (muri_ascii_contains (text, folded, &found))
    return found;
  own = g_utf8_casefold (text, -1);
  return strstr (own, folded) != NULL;
}

gboolean
muri_item_matches (gpointer item, const char *folded_text)
{
  const MuriVmFacts *facts;

  if (contains (muri_item_get_name (item), folded_text))
    return TRUE;
  if (MURI_IS_NODE (item))
    return contains (muri_node_get_facts (item)->address, folded_text);

  facts = muri_vm_get_facts (item);
  for (guint i = 0; i < facts->n_addresses; i++)
    if (contains (facts->addresses[i], folded_text))
      return TRUE;
  return contains (facts->title, folded_text)
         || contains (muri_node_get_name (muri_vm_get_node (item)), folded_text);
}

static void
read_keys (Row *row, MuriColumn column)
{
  row->name = g_ref_string_acquire (MURI_IS_VM (row->item) ? muri_vm_get_sort_key (row->item)
                                                           : muri_node_get_sort_key (row->item));
  if (muri_column_is_number (column))
    row->number = muri_column_get_number (column, row->item);
  else if (column != MURI_COLUMN_NAME)
    {
      g_autofree char *text = muri_column_dup_text (column, row->item);

      row->key = g_utf8_collate_key_for_filename (text, -1);
    }
}

/* @source may be NULL: nothing to order. */
MuriRankJob *
muri_rank_job_new (GListModel *source, MuriFilter *filter, MuriColumn column, gboolean descending)
{
  MuriRankJob *job = g_new0 (MuriRankJob, 1);
  guint n = source ? g_list_model_get_n_items (source) : 0;

  job->rows = g_array_sized_new (FALSE, FALSE, sizeof (Row), n);
  g_array_set_clear_func (job->rows, row_clear);
  job->column = column;
  job->descending = descending;
  for (guint i = 0; i < n; i++)
    {
      Row row = { .item = g_list_model_get_item (source, i) };

      if (!muri_filter_matches (filter, row.item))
        {
          g_object_unref (row.item);
          continue;
        }
      read_keys (&row, column);
      g_array_append_val (job->rows, row);
    }
  return job;
}

void
muri_rank_job_free (MuriRankJob *job)
{
  g_array_unref (job->rows);
  g_free (job);
}

static int
compare_numbers (double a, double b, gboolean descending)
{
  if (isnan (a) || isnan (b))
    return !!isnan (a) - !!isnan (b); /* the unknown last, both ways */
  return descending ? (a < b) - (a > b) : (a > b) - (a < b);
}

static int
compare_rows (gconstpointer a, gconstpointer b, gpointer user_data)
{
  const Row *x = a;
  const Row *y = b;
  const MuriRankJob *job = user_data;
  int order = 0;

  if (job->column == MURI_COLUMN_NAME)
    return job->descending ? strcmp (y->name, x->name) : strcmp (x->name, y->name);

  if (muri_column_is_number (job->column))
    order = compare_numbers (x->number, y->number, job->descending);
  else
    order = job->descending ? strcmp (y->key, x->key) : strcmp (x->key, y->key);
  return order != 0 ? order : strcmp (x->name, y->name);
}

void
muri_rank_job_sort (MuriRankJob *job)
{
  g_array_sort_with_data (job->rows, compare_rows, job);
}

GPtrArray *
muri_rank_job_get_items (MuriRankJob *job)
{
  GPtrArray *items = g_ptr_array_new_full (job->rows->len, g_object_unref);

  for (guint i = 0; i < job->rows->len; i++)
    g_ptr_array_add (items, g_object_ref (g_array_index (job->rows, Row, i).item));
  return items;
}
