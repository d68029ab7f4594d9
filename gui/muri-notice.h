/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* MuriNotice: a bar over a page that says what is wrong with it, and what is being done. */
#define MURI_TYPE_NOTICE (muri_notice_get_type ())
G_DECLARE_FINAL_TYPE (MuriNotice, muri_notice, MURI, NOTICE, GtkWidget)

/* @text: (nullable): nothing is wrong; @button: (nullable): with @action and its string @target */
void muri_notice_set (MuriNotice *self, const char *text, const char *button, const char *action,
                      const char *target);

G_END_DECLS
