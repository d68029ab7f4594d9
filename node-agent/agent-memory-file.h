/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <libvirt/libvirt.h>

G_BEGIN_DECLS

/* Files of libvirt's test driver. All of these block: for worker threads. */

/* The domain as the test driver reads it from a file, with its run state. */
char *agent_memory_file_domain (virDomainPtr domain, GError **error);

/* A node file: the host, its networks and pools as they are, and these @domains (names of files
 * beside it). */
char *agent_memory_file_node (virConnectPtr connection, char **domains, GError **error);

G_END_DECLS
