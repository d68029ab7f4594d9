/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent-xml.h"

#include <libxml/parser.h>
#include <string.h>

#define TEXT_MAX (1024 * 1024)

AgentXml *
agent_xml_parse (const char *text, const char *root)
{
  gsize length = strlen (text);
  xmlDoc *document = length <= TEXT_MAX
                         ? xmlReadMemory (text, (int)length, NULL, NULL,
                                          XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING)
                         : NULL;
  if (document != NULL && document->intSubset == NULL
      && agent_xml_is (xmlDocGetRootElement (document), root))
    return document;
  xmlFreeDoc (document);
  return NULL;
}

void
agent_xml_free (AgentXml *xml)
{
  xmlFreeDoc (xml);
}

char *
agent_xml_to_text (AgentXml *xml)
{
  xmlBuffer *buffer = xmlBufferCreate ();
  char *text;
  xmlNodeDump (buffer, xml, xmlDocGetRootElement (xml), 0, 1);
  text = g_strdup ((const char *)xmlBufferContent (buffer));
  xmlBufferFree (buffer);
  return text;
}

xmlNode *
agent_xml_root (AgentXml *xml)
{
  return xmlDocGetRootElement (xml);
}

gboolean
agent_xml_is (xmlNode *node, const char *name)
{
  return node != NULL && node->type == XML_ELEMENT_NODE
         && strcmp ((const char *)node->name, name) == 0;
}

xmlNode *
agent_xml_next (xmlNode *node, const char *name)
{
  while (node != NULL && !agent_xml_is (node, name))
    node = node->next;
  return node;
}

xmlNode *
agent_xml_find (xmlNode *node, const char *name, ...)
{
  va_list names;
  va_start (names, name);
  for (; name != NULL && node != NULL; name = va_arg (names, const char *))
    node = agent_xml_next (node->children, name);
  va_end (names);
  return node;
}

static char *
take (xmlChar *text)
{
  char *copy = g_strdup ((const char *)text);
  xmlFree (text);
  return copy != NULL ? g_strstrip (copy) : NULL;
}

char *
agent_xml_dup_attribute (xmlNode *node, const char *name)
{
  return node != NULL ? take (xmlGetNoNsProp (node, (const xmlChar *)name)) : NULL;
}

char *
agent_xml_dup_text (xmlNode *node)
{
  return node != NULL ? take (xmlNodeGetContent (node)) : NULL;
}

gboolean
agent_xml_attribute_is (xmlNode *node, const char *name, const char *value)
{
  g_autofree char *text = agent_xml_dup_attribute (node, name);
  return g_strcmp0 (text, value) == 0;
}

void
agent_xml_remove (xmlNode *node)
{
  if (node == NULL)
    return;
  xmlUnlinkNode (node);
  xmlFreeNode (node);
}

void
agent_xml_remove_children (xmlNode *parent, const char *name)
{
  xmlNode *next;
  if (parent == NULL)
    return;
  for (xmlNode *node = agent_xml_next (parent->children, name); node != NULL; node = next)
    {
      next = agent_xml_next (node->next, name);
      agent_xml_remove (node);
    }
}

void
agent_xml_remove_attribute (xmlNode *node, const char *name)
{
  xmlAttr *attribute = node != NULL ? xmlHasProp (node, (const xmlChar *)name) : NULL;
  if (attribute != NULL)
    xmlRemoveProp (attribute);
}
