/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "muri-event.h"

G_BEGIN_DECLS

/* What happened, in a line: "Crashed: guest panicked". */
char *muri_event_words (MuriEvent *event);

/* The VM or the host that it happened to. */
const char *muri_event_words_object (MuriEvent *event);

/* Its shape and colour; nothing for mere information. */
void muri_event_words_set_icon (GtkImage *image, guint severity);

G_END_DECLS
