/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libsoup/soup.h>

G_BEGIN_DECLS

/**
 * HistoryCallers: takes connections from a listening socket and gives them to a server: so many at
 * once, so many of one host, and for so long. Those beyond are closed at once.
 */
typedef struct _HistoryCallers HistoryCallers;

HistoryCallers *history_callers_new (GSocket *socket, SoupServer *server);
void history_callers_free (HistoryCallers *callers);

/* Whether somebody is being answered now. */
gboolean history_callers_busy (HistoryCallers *callers);

G_END_DECLS
