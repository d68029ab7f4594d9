/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-config.h"

#include "muri-interface-question.h"

#include <glib/gi18n.h>

#include "muri-ask.h"

typedef struct
{
  GSettings *settings;
  char *interface;
} Choice;

static void
choice_free (gpointer data)
{
  Choice *choice = data;

  g_object_unref (choice->settings);
  g_free (choice->interface);
  g_free (choice);
}

static void
use (gpointer data)
{
  Choice *choice = data;

  g_settings_set_string (choice->settings, "interface", choice->interface);
}

void
muri_interface_question_ask (GtkWindow *parent, GSettings *settings, const char *name,
                             gboolean loopback)
{
  g_autofree char *heading = g_strdup_printf (_ ("Use %s?"), name);
  Choice *choice = g_new0 (Choice, 1);

  choice->settings = g_object_ref (settings);
  choice->interface = g_strdup (name);
  if (loopback)
    {
      use (choice);
      choice_free (choice);
      return;
    }
  muri_ask (parent, heading,
            _ ("Muri will speak on this network without security: whoever is on it can see the "
               "hosts whose agents speak there, and command them."),
            _ ("Use This Network"), use, choice, choice_free);
}
