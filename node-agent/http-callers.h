/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libsoup/soup.h>

#include "muri-identity.h"

G_BEGIN_DECLS

/**
 * HttpCallers: takes connections from a listening socket and gives them to a server: so many at
 * once, so many of one host, and for so long. Those beyond are closed at once, and with an identity
 * whoever does not show a certificate of its authority before anything is asked.
 */
typedef struct _HttpCallers HttpCallers;

HttpCallers *http_callers_new (GSocket *socket, SoupServer *server, MuriIdentity *identity);
void http_callers_free (HttpCallers *callers);

/* What @message is about goes on: its caller has time for the next piece. */
void http_callers_note_progress (HttpCallers *callers, SoupServerMessage *message);

/* Whose certificate it was; NULL: nobody is asked for one. */
const char *http_callers_get_name (HttpCallers *callers, SoupServerMessage *message);

/* Ends its connection, whatever was promised. */
void http_callers_cut (HttpCallers *callers, SoupServerMessage *message);

/* Whether somebody is being answered now. */
gboolean http_callers_busy (HttpCallers *callers);

G_END_DECLS
