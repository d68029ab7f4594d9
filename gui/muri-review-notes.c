/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "muri-review-notes.h"

#include <glib/gi18n.h>

#include "muri-format.h"

/* More are in the ledger. */
#define NOTES_MAX 3

static char *
note (MuriOperation *operation, guint n)
{
  const char *issuer = muri_operation_get_issuer (operation);
  g_autofree char *age = muri_format_age (muri_operation_get_issued (operation));

  if (!issuer || !*issuer)
    issuer = _ ("Another console");
  /* Translators: who, a verb as on its button, a number of the VMs in question, "2 min ago" */
  return g_strdup_printf (
      ngettext ("%s asked for “%s” of %u of these %s.", "%s asked for “%s” of %u of these %s.", n),
      issuer, muri_format_verb (muri_operation_get_verb (operation)), n, age);
}

char *
muri_review_notes (MuriPreview *preview)
{
  GPtrArray *recent = muri_preview_get_recent (preview);
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < recent->len && i < NOTES_MAX; i++)
    {
      guint n = muri_preview_count_recent (preview, recent->pdata[i]);
      g_autofree char *one = n > 0 ? note (recent->pdata[i], n) : NULL;

      if (one)
        g_string_append_printf (text, "%s%s", text->len > 0 ? "\n" : "", one);
    }
  if (text->len == 0)
    {
      g_string_free (text, TRUE);
      return NULL;
    }
  return g_string_free (text, FALSE);
}
