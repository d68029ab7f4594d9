/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "muri-review-notes.h"

#include <glib/gi18n.h>

#include "muri-format.h"

/* More are in the ledger. */
#define NOTES_MAX 3

/* Translators, of all of these: who, a number of the VMs in question, "2 min ago" */
static const char *
format_of (guint verb, guint n)
{
  switch (verb)
    {
    case MURI_VERB_POWER_ON:
      return ngettext ("%s started %u of these %s.", "%s started %u of these %s.", n);
    case MURI_VERB_RESUME:
      return ngettext ("%s resumed %u of these %s.", "%s resumed %u of these %s.", n);
    case MURI_VERB_POWER_OFF:
      return ngettext ("%s forced off %u of these %s.", "%s forced off %u of these %s.", n);
    case MURI_VERB_SHUTDOWN:
      return ngettext ("%s shut down %u of these %s.", "%s shut down %u of these %s.", n);
    case MURI_VERB_RESET:
      return ngettext ("%s force-restarted %u of these %s.", "%s force-restarted %u of these %s.",
                       n);
    case MURI_VERB_REBOOT:
      return ngettext ("%s restarted %u of these %s.", "%s restarted %u of these %s.", n);
    case MURI_VERB_PAUSE:
      return ngettext ("%s paused %u of these %s.", "%s paused %u of these %s.", n);
    case MURI_VERB_SAVE:
      return ngettext ("%s saved %u of these %s.", "%s saved %u of these %s.", n);
    default:
      return ngettext ("%s changed %u of these %s.", "%s changed %u of these %s.", n);
    }
}

static char *
note (MuriOperation *operation, guint n)
{
  const char *issuer = muri_operation_get_issuer (operation);
  g_autofree char *age = muri_format_age (muri_operation_get_issued (operation));

  if (!issuer || !*issuer)
    issuer = _ ("Another console");
    /* The formats are of the table: the compiler cannot see that each takes the same. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  return g_strdup_printf (format_of (muri_operation_get_verb (operation), n), issuer, n, age);
#pragma GCC diagnostic pop
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
