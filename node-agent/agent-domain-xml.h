/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

#include "muri.h"

G_BEGIN_DECLS

/**
 * What a domain's XML says, in libvirt's own text (sizes in KiB): title, vCPUs, memory, os, arch,
 * machine, guest_agent, disks and nics are filled in, and what Muri's own metadata says there.
 * Returns %FALSE for what is no domain's XML, and leaves @vm as it was.
 */
gboolean agent_domain_xml_read (const char *xml, muri_v1_Vm *vm);

/* As that. @metadata: (out) (nullable): Muri's own, as it stands there. */
gboolean agent_domain_xml_read_all (const char *xml, muri_v1_Vm *vm, char **metadata);

/**
 * AgentDomainSizes: what a definition says of vCPUs and memory (KiB); 0 nothing.
 */
typedef struct
{
  guint vcpus, vcpus_max;
  guint64 memory, memory_max;
} AgentDomainSizes;

/* Of libvirt's own text, which has KiB. @metadata: (out) (nullable): as above */
gboolean
agent_domain_xml_read_definition (const char *xml, AgentDomainSizes *sizes, char **metadata);

/* "http://debian.org/debian/12" to "Debian 12": what libosinfo's identifiers mean to a reader. */
char *agent_domain_xml_os_name (const char *id);

G_END_DECLS
