/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "agent-template-xml.h"
#include "agent-xml.h"

G_BEGIN_DECLS

/* Of agent-template-xml.c: all children but those go; text stays where there are none. */
void agent_template_keep_only (xmlNode *parent, const char *const *names);

/* The devices of a machine: as agent_template_xml_take() says. */
gboolean agent_template_devices_take (xmlNode *devices, AgentTemplateDisk *disk, char **left_out,
                                      GError **error);

G_END_DECLS
