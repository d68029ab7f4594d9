/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Asks logind to shut this machine down, or to restart it. Returns when it has agreed. Blocks:
 * worker threads. */
gboolean agent_logind_power (gboolean reboot, GError **error);

G_END_DECLS
