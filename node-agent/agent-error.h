/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * AGENT_LIBVIRT_ERROR: what libvirt said no to.
 *
 * The code is libvirt's number (VIR_ERR_*), the message its own words. libvirt keeps its last
 * error a thread, so convert on the thread whose call failed, before the next call.
 */
#define AGENT_LIBVIRT_ERROR (agent_libvirt_error_quark ())
GQuark agent_libvirt_error_quark (void);

void agent_error_set_from_libvirt (GError **error);
GError *agent_error_new_from_libvirt (void);

gboolean agent_error_is_no_support (const GError *error);
gboolean agent_error_is_no_domain (const GError *error);
gboolean agent_error_is_disconnected (const GError *error);
gboolean agent_error_is_timeout (const GError *error);

G_END_DECLS
