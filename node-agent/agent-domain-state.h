/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* libvirt's state and reason as MURI_VM_STATE_*. */
guint agent_domain_state_map (int state, int reason, gboolean managed_save);

/* Whether a guest exists in that state: it has a process, memory and figures. */
gboolean agent_domain_state_is_active (guint vm_state);

G_END_DECLS
