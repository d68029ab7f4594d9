/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "muri-review-notes.h"

#include <glib/gi18n.h>

#include "muri-counted.h"
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

/* Instead of a verb, where there were several. */
#define MIXED G_MAXUINT

/* What one of the others did lately. */
typedef struct
{
  const char *issuer; /* of an operation */
  guint verb;
  gint64 time; /* of the newest */
  guint n;
} Note;

static Note *
ensure_note (GArray *notes, const char *issuer)
{
  Note note = { .issuer = issuer };

  for (guint i = 0; i < notes->len; i++)
    if (g_strcmp0 (g_array_index (notes, Note, i).issuer, issuer) == 0)
      return &g_array_index (notes, Note, i);
  g_array_append_val (notes, note);
  return &g_array_index (notes, Note, notes->len - 1);
}

/* A target counts in the newest operation on it only, so a sum is of different targets. */
static void
add (GArray *notes, MuriOperation *operation, guint n)
{
  Note *note = ensure_note (notes, muri_operation_get_issuer (operation));
  guint verb = muri_operation_get_verb (operation);

  note->verb = note->n > 0 && note->verb != verb ? MIXED : verb;
  note->time = MAX (note->time, muri_operation_get_issued (operation));
  note->n += n;
}

static char *
format_note (const Note *note)
{
  const char *issuer = note->issuer && *note->issuer ? note->issuer : _ ("Another console");
  g_autofree char *age = muri_format_age (note->time);

  /* The formats are of the table: the compiler cannot see that each takes the same. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  return muri_counted (format_of (note->verb, note->n), issuer, note->n, age);
#pragma GCC diagnostic pop
}

char *
muri_review_notes (MuriPreview *preview)
{
  GPtrArray *recent = muri_preview_get_recent (preview);
  g_autoptr (GArray) notes = g_array_new (FALSE, FALSE, sizeof (Note));
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < recent->len; i++)
    {
      guint n = muri_preview_count_recent (preview, recent->pdata[i]);

      if (n > 0)
        add (notes, recent->pdata[i], n);
    }
  for (guint i = 0; i < notes->len && i < NOTES_MAX; i++)
    {
      g_autofree char *one = format_note (&g_array_index (notes, Note, i));

      g_string_append_printf (text, "%s%s", text->len > 0 ? "\n" : "", one);
    }
  return g_string_free (text, text->len == 0);
}
