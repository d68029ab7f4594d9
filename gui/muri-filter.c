/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "muri-filter.h"

#include "muri-rank-job.h"

struct _MuriFilter
{
  MuriQuery *query; /* for VMs */
  char *folded;     /* for hosts */
};

MuriFilter *
muri_filter_parse (GType item_type, const char *text, GError **error)
{
  g_autofree char *stripped = g_strstrip (g_strdup (text));
  MuriQuery *query = NULL;
  MuriFilter *self;

  if (!*stripped)
    return NULL;
  if (item_type == MURI_TYPE_VM)
    {
      query = muri_query_parse (stripped, NULL, error);
      if (!query)
        return NULL;
    }
  self = g_rc_box_new0 (MuriFilter);
  self->query = query;
  self->folded = g_utf8_casefold (stripped, -1);
  return self;
}

MuriFilter *
muri_filter_ref (MuriFilter *self)
{
  return g_rc_box_acquire (self);
}

static void
clear (gpointer data)
{
  MuriFilter *self = data;

  g_clear_pointer (&self->query, muri_query_unref);
  g_free (self->folded);
}

void
muri_filter_unref (MuriFilter *self)
{
  g_rc_box_release_full (self, clear);
}

gboolean
muri_filter_matches (MuriFilter *self, gpointer item)
{
  if (!self)
    return TRUE;
  if (self->query && MURI_IS_VM (item))
    return muri_query_matches (self->query, item);
  return muri_item_matches (item, self->folded);
}
