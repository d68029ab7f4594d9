/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <libvirt/libvirt.h>

G_BEGIN_DECLS

/*
 * Muri's element of a domain's <metadata>, in its plain form. All of these block in libvirt:
 * worker threads only.
 */

/* What counts: the definition of a persistent domain, and a transient one's only state. *@plain
 * NULL: there is none. */
gboolean agent_domain_metadata_read (virDomainPtr domain, char **plain, GError **error);

/* Into the definition and the running guest, as far as there are. @plain NULL takes it away.
 * @calls: how many of libvirt's have succeeded, also where not all did. */
gboolean
agent_domain_metadata_write (virDomainPtr domain, const char *plain, guint *calls, GError **error);

/* Between reading and writing of one VM: no other worker of this process does that meanwhile. */
void agent_domain_metadata_lock (const guint8 uuid[16]);
void agent_domain_metadata_unlock (const guint8 uuid[16]);

G_END_DECLS
