/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Speaks systemd's notification protocol (sd_notify(3)); does nothing where nobody listens. */
void agent_service_notify (const char *state);

/* Tells the service manager that the main loop turns, twice as often as it asks (WATCHDOG_USEC).
 * Returns a source's id to be removed, or 0 where it does not ask. */
guint agent_service_watch (void);

G_END_DECLS
