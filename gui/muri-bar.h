/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

typedef enum
{
  MURI_BAR_PLAIN,
  MURI_BAR_WARNING,
  MURI_BAR_ERROR,
} MuriBarStyle;

/**
 * MuriBar: a sentence above the content, for as long as it is true.
 */
#define MURI_TYPE_BAR (muri_bar_get_type ())
G_DECLARE_FINAL_TYPE (MuriBar, muri_bar, MURI, BAR, GtkWidget)

GtkWidget *muri_bar_new (MuriBarStyle style, const char *button, const char *action_name);
/* @text: (nullable): nothing to say */
void muri_bar_set_text (MuriBar *bar, const char *text);
/* @action_name: (nullable): of the button, which is there only with one; @target: (nullable):
 * its string */
void muri_bar_set_action (MuriBar *bar, const char *action_name, const char *target);

G_END_DECLS
