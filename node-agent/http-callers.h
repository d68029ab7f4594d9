/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libsoup/soup.h>

G_BEGIN_DECLS

/**
 * HttpCallers: takes connections from a listening socket and gives them to a server: so many at
 * once, so many of one host, and for so long. Those beyond are closed at once.
 */
typedef struct _HttpCallers HttpCallers;

HttpCallers *http_callers_new (GSocket *socket, SoupServer *server);
void http_callers_free (HttpCallers *callers);

/* What @message is about goes on: its caller has time for the next piece. */
void http_callers_note_progress (HttpCallers *callers, SoupServerMessage *message);

/* Whether somebody is being answered now. */
gboolean http_callers_busy (HttpCallers *callers);

G_END_DECLS
