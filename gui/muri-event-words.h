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

/* What an event is about, as one may choose from. */
typedef enum
{
  MURI_THEME_ALL,
  MURI_THEME_VMS,
  MURI_THEME_HOSTS,
  MURI_THEME_OPERATIONS,
  MURI_THEME_ALARMS,
  MURI_THEME_CONSOLE,
} MuriEventTheme;

MuriEventTheme muri_event_get_theme (MuriEvent *event);

/* A line an event, under a line of titles. */
char *muri_events_to_csv (GListModel *events);

G_END_DECLS
