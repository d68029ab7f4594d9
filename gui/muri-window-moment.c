/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <glib/gi18n.h>

#include "muri-time-words.h"
#include "muri-window-private.h"

/* What acts, acts now: not while somebody looks at the past. */
static const char *const acts[] = { "act",       "act-scope",    "act-node",   "delete-vms",
                                    "resources", "resources-of", "flatten-vms" };

static void
back_to_now (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  MuriWindow *self = user_data;

  muri_time_range_set_pin (self->range, 0);
  muri_time_range_follow (self->range);
}

static void
enable (MuriWindow *self, const char *action, gboolean enabled)
{
  g_simple_action_set_enabled (
      G_SIMPLE_ACTION (g_action_map_lookup_action (G_ACTION_MAP (self), action)), enabled);
}

static void
on_pin (MuriWindow *self)
{
  gint64 pin = muri_time_range_get_pin (self->range);
  g_autofree char *text = NULL;

  if (pin)
    {
      g_autoptr (GTimeZone) zone = g_time_zone_new_local ();
      g_autofree char *when = muri_time_words_moment (pin, G_TIME_SPAN_SECOND, zone);

      /* Translators: a moment in the past: "14:02:11" */
      text =
          g_strdup_printf (_ ("You look at %s. Nothing can be done there: actions are off."), when);
    }
  muri_bar_set_text (self->moment_bar, text);
  for (guint i = 0; i < G_N_ELEMENTS (acts); i++)
    enable (self, acts[i], pin == 0);
  enable (self, "back-to-now", pin != 0);
  muri_window_update_body (self);
}

void
muri_window_add_moment (MuriWindow *self)
{
  static const GActionEntry entries[] = {
    { "back-to-now", back_to_now, NULL, NULL, NULL, { 0 } },
  };

  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries), self);
  enable (self, "back-to-now", FALSE);
  self->moment_bar =
      muri_window_add_bar (self, MURI_BAR_PLAIN, _ ("Back to Now"), "win.back-to-now");
  g_signal_connect_object (self->range, "notify::pin", G_CALLBACK (on_pin), self,
                           G_CONNECT_SWAPPED);
}
