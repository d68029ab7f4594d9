/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Six bytes of ones and sixteen times the address. */
#define AGENT_WAKE_PACKET 102

void agent_wake_fill (guint8 packet[AGENT_WAKE_PACKET], const guint8 mac[6]);

/* Sends it to all on @interface's network, to the port "discard". Blocks: worker threads. */
gboolean agent_wake_send (const char *interface, const guint8 mac[6], GError **error);

G_END_DECLS
