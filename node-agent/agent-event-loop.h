/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Lets the default main context deliver libvirt's events. Once, before the first connection. */
void agent_event_loop_register (void);

G_END_DECLS
