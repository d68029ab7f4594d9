/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "muri-outcome-counts.h"

#include <glib/gi18n.h>

#include "muri-counted.h"
#include "muri-ledger.h"

MuriCount
muri_outcome_count_of (MuriTarget *target)
{
  switch (muri_target_get_kind (target))
    {
    case MURI_LEDGER_OPEN:
      return muri_target_get_state (target) == MURI_TARGET_UNSENT ? MURI_COUNT_UNSENT
                                                                  : MURI_COUNT_UNDER_WAY;
    case MURI_LEDGER_WAITING:
      return MURI_COUNT_WAITING;
    case MURI_LEDGER_DONE:
    case MURI_LEDGER_ALREADY:
      return MURI_COUNT_DONE;
    case MURI_LEDGER_TIMED_OUT:
      return MURI_COUNT_TIMED_OUT;
    case MURI_LEDGER_UNREACHABLE:
      return MURI_COUNT_UNREACHABLE;
    case MURI_LEDGER_PROTECTED:
      return MURI_COUNT_PROTECTED;
    case MURI_LEDGER_CANCELLED:
      return MURI_COUNT_CANCELLED;
    case MURI_LEDGER_FAILED:
    default:
      return MURI_COUNT_FAILED;
    }
}

void
muri_outcome_counts (MuriOperation *operation, guint counts[MURI_N_COUNTS])
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (operation));

  memset (counts, 0, MURI_N_COUNTS * sizeof (guint));
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (MuriTarget) target = g_list_model_get_item (G_LIST_MODEL (operation), i);

      counts[muri_outcome_count_of (target)]++;
    }
}

char *
muri_outcome_count_words (MuriCount count, guint n)
{
  switch (count)
    {
    case MURI_COUNT_UNSENT:
      return muri_counted (C_ ("targets", "%u not sent yet"), n);
    case MURI_COUNT_WAITING:
      return muri_counted (C_ ("targets", "%u waiting for their host"), n);
    case MURI_COUNT_UNDER_WAY:
      return muri_counted (C_ ("targets", "%u under way"), n);
    case MURI_COUNT_DONE:
      return muri_counted (C_ ("targets", "%u done"), n);
    case MURI_COUNT_TIMED_OUT:
      return muri_counted (C_ ("targets", "%u timed out"), n);
    case MURI_COUNT_UNREACHABLE:
      return muri_counted (C_ ("targets", "%u unreachable"), n);
    case MURI_COUNT_PROTECTED:
      return muri_counted (C_ ("targets", "%u protected"), n);
    case MURI_COUNT_CANCELLED:
      return muri_counted (C_ ("targets", "%u cancelled"), n);
    case MURI_COUNT_FAILED:
    case MURI_N_COUNTS:
    default:
      return muri_counted (C_ ("targets", "%u failed"), n);
    }
}

guint
muri_outcome_count_shape (MuriCount count)
{
  static const guint shapes[MURI_N_COUNTS] = {
    [MURI_COUNT_UNSENT] = MURI_TARGET_UNSENT,
    [MURI_COUNT_WAITING] = MURI_TARGET_WAITING,
    [MURI_COUNT_UNDER_WAY] = MURI_OUTCOME_RUNNING,
    [MURI_COUNT_DONE] = MURI_OUTCOME_DONE,
    [MURI_COUNT_FAILED] = MURI_OUTCOME_FAILED,
    [MURI_COUNT_TIMED_OUT] = MURI_OUTCOME_TIMED_OUT,
    [MURI_COUNT_UNREACHABLE] = MURI_TARGET_UNREACHABLE,
    [MURI_COUNT_PROTECTED] = MURI_OUTCOME_PROTECTED,
    [MURI_COUNT_CANCELLED] = MURI_OUTCOME_CANCELLED,
  };

  return shapes[count];
}

char *
muri_outcome_counts_join (MuriOperation *operation, const char *separator)
{
  guint counts[MURI_N_COUNTS];
  GString *text = g_string_new (NULL);

  muri_outcome_counts (operation, counts);
  for (guint i = 0; i < MURI_N_COUNTS; i++)
    {
      g_autofree char *words = muri_outcome_count_words (i, counts[i]);

      if (counts[i] > 0)
        g_string_append_printf (text, "%s%s", text->len > 0 ? separator : "", words);
    }
  return g_string_free (text, FALSE);
}
