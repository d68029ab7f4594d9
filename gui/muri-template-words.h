/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "muri-fleet.h"

G_BEGIN_DECLS

/* What is said of templates, wherever that is. Translated; never NULL unless it says so. */

const char *muri_template_words_state (guint state);

/* "Receiving 42 %", "Broken". Transfer full. */
char *muri_template_words_progress (guint state, guint percent);

/* As people call it: "Debian 12" of "debian12"; else the words as they are. Transfer full. */
char *muri_template_words_os (const char *os);

/* "3 holders", "12 clones". Transfer full. */
char *muri_template_words_holders (guint n);
char *muri_template_words_clones (guint n);

/* (nullable): what went wrong with it, of the first holder that says so. */
const char *muri_template_words_error (MuriTemplate *self);

/* The icon of its operating system, as far as there is one. */
const char *muri_template_icon (MuriTemplate *self);

/* What is wrong with @name of a template, as a sentence; NULL: nothing. Transfer full. */
char *muri_template_words_name_problem (const char *name);

G_END_DECLS
