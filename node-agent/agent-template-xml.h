/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "agent-template.h"

G_BEGIN_DECLS

/**
 * AgentTemplateDisk: the disk of a VM that a template is made of.
 * @target: "vda"
 * @path: a file, a device or an image in a Ceph cluster ("POOL/IMAGE"); NULL: @pool and @volume say
 *   where it is
 * @format: "raw" where nothing is said
 */
typedef struct
{
  char *target, *path, *pool, *volume, *format;
} AgentTemplateDisk;

void agent_template_disk_clear (AgentTemplateDisk *disk);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (AgentTemplateDisk, agent_template_disk_clear)

/**
 * Takes out of the XML of a domain what makes a machine, and fills in @template: xml, arch,
 * machine, firmware, vcpus, memory, and os if it is empty. Nothing but what is known to be
 * harmless stays: no names, addresses, passwords, files or devices of a host.
 *
 * @own: it is a VM of this host, so that a kernel that it boots from stays
 * @disk: (out) (optional): its only disk
 * @left_out: (out) (optional) (nullable): what of it a template cannot have, in words
 */
gboolean agent_template_xml_take (AgentTemplate *template, const char *xml, gboolean own,
                                  AgentTemplateDisk *disk, char **left_out, GError **error);

/* "http://debian.org/debian/12" to "debian12". */
char *agent_template_xml_os_id (const char *uri);

/* A description that ships with Muri, or lies in the configuration's templates/. Blocks. */
char *agent_template_machine_load (const char *name, GError **error);

G_END_DECLS
