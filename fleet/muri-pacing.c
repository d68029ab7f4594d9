/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-pacing-private.h"

#include "muri-words.h"

#include <gio/gio.h>

#define FORM "(uuuuuub)"

char *
muri_pacing_print (const MuriPacing *pacing)
{
  g_autoptr (GVariant) kept = g_variant_ref_sink (
      g_variant_new (FORM, pacing->batch, pacing->delay, pacing->per_node, pacing->stop_after,
                     pacing->stop_percent, pacing->grace, pacing->ordered));

  return g_variant_print (kept, FALSE);
}

void
muri_pacing_parse (const char *text, MuriPacing *pacing)
{
  g_autoptr (GVariant) kept =
      text != NULL ? g_variant_parse (G_VARIANT_TYPE (FORM), text, NULL, NULL, NULL) : NULL;

  *pacing = (MuriPacing){ 0 };
  if (kept != NULL)
    g_variant_get (kept, FORM, &pacing->batch, &pacing->delay, &pacing->per_node,
                   &pacing->stop_after, &pacing->stop_percent, &pacing->grace, &pacing->ordered);
}

guint
muri_pacing_get_limit (const MuriPacing *pacing, guint n_targets)
{
  guint64 share = ((guint64)n_targets * MIN (pacing->stop_percent, 100) + 99) / 100;
  guint limit = pacing->stop_percent > 0 ? (guint)MAX (share, 1) : 0;

  if (pacing->stop_after > 0 && limit > 0)
    return MIN (pacing->stop_after, limit);
  return MAX (pacing->stop_after, limit);
}

gboolean
muri_pacing_is_reverse (guint verb)
{
  return verb == MURI_VERB_SHUTDOWN || verb == MURI_VERB_POWER_OFF || verb == MURI_VERB_SAVE
         || verb == MURI_VERB_PAUSE;
}
