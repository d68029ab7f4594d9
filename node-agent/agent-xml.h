/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <libxml/tree.h>

G_BEGIN_DECLS

/**
 * AgentXml: what libvirt describes something by, or somebody who wants to have it accepted.
 * Nothing beside the text itself is ever read, and of no use is what is too large.
 */
typedef struct _xmlDoc AgentXml;

/* NULL unless it is XML whose outermost element is @root. */
AgentXml *agent_xml_parse (const char *text, const char *root);
void agent_xml_free (AgentXml *xml);
char *agent_xml_to_text (AgentXml *xml);

xmlNode *agent_xml_root (AgentXml *xml);

gboolean agent_xml_is (xmlNode *node, const char *name);

/* A child of a child …; NULL ends the names. @node may be NULL, as anything may be that is found.
 */
xmlNode *agent_xml_find (xmlNode *node, const char *name, ...) G_GNUC_NULL_TERMINATED;

/* The next sibling called @name, or @node itself. */
xmlNode *agent_xml_next (xmlNode *node, const char *name);

/* NULL where there is none. */
char *agent_xml_dup_attribute (xmlNode *node, const char *name);
char *agent_xml_dup_text (xmlNode *node);
gboolean agent_xml_attribute_is (xmlNode *node, const char *name, const char *value);

void agent_xml_remove (xmlNode *node);
void agent_xml_remove_children (xmlNode *parent, const char *name);
void agent_xml_remove_attribute (xmlNode *node, const char *name);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AgentXml, agent_xml_free)

G_END_DECLS
