/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <libvirt/libvirt.h>

G_BEGIN_DECLS

/**
 * Whether disks of a VM can be made independent of what they read. What clones of a storage share,
 * Ceph's or LVM's, lies within it, and libvirt has no words for parting them. Blocks.
 * @disks: (element-type AgentVmDisk)
 */
gboolean agent_flatten_check (virConnectPtr connection, virDomainPtr domain, GPtrArray *disks,
                              GError **error);

G_END_DECLS
