/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * HttpNetwork: who is near: this host, and the networks of the interface that is listened on.
 * Without security nobody else gets a template or sends one.
 */
typedef struct _HttpNetwork HttpNetwork;

HttpNetwork *http_network_new (GSocket *listening);
void http_network_free (HttpNetwork *network);

gboolean http_network_is_near (HttpNetwork *network, GSocketAddress *address);

G_END_DECLS
