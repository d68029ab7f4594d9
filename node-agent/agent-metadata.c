/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent-metadata.h"

#include "muri-group-path.h"
#include "muri-uuid.h"
#include "muri-words.h"

#include <libxml/parser.h>
#include <libxml/tree.h>
#include <string.h>

#define MEMBERSHIPS_MAX 64

struct _AgentMetadata
{
  xmlDoc *document;
  xmlNode *root;
  xmlNs *ns;
};

G_DEFINE_QUARK (agent - metadata - error - quark, agent_metadata_error)

static gboolean
is_ours (xmlNode *node, const char *name)
{
  return node->type == XML_ELEMENT_NODE && node->ns != NULL
         && strcmp ((const char *)node->ns->href, AGENT_METADATA_URI) == 0
         && strcmp ((const char *)node->name, name) == 0;
}

static xmlNode *
find (AgentMetadata *metadata, xmlNode *after, const char *name)
{
  xmlNode *node = after != NULL ? after->next : metadata->root->children;

  while (node != NULL && !is_ours (node, name))
    node = node->next;
  return node;
}

static char *
get_attribute (xmlNode *node, const char *name)
{
  xmlChar *value = xmlGetNoNsProp (node, (const xmlChar *)name);
  char *copy = g_strdup ((const char *)value);

  xmlFree (value);
  return copy;
}

static gboolean
group_is (xmlNode *node, const char *group)
{
  g_autofree char *path = get_attribute (node, "path");

  return g_strcmp0 (path, group) == 0;
}

static xmlNode *
find_group (AgentMetadata *metadata, const char *group)
{
  for (xmlNode *node = find (metadata, NULL, "group"); node != NULL;
       node = find (metadata, node, "group"))
    if (group_is (node, group))
      return node;
  return NULL;
}

static gboolean
read_number (xmlNode *node, const char *name, gint64 low, gint64 high, gint64 *number,
             GError **error)
{
  g_autofree char *text = get_attribute (node, name);
  g_autoptr (GError) local = NULL;

  *number = 0;
  if (text == NULL || g_ascii_string_to_signed (text, 10, low, high, number, &local))
    return TRUE;

  g_set_error (error, AGENT_METADATA_ERROR, AGENT_METADATA_ERROR_NONSENSE,
               "a group's %s is “%s”: %s", name, text, local->message);
  return FALSE;
}

static gboolean
read_membership (xmlNode *node, muri_v1_Membership *membership, GError **error)
{
  g_autofree char *path = get_attribute (node, "path");
  g_autoptr (GError) local = NULL;
  gint64 order, delay;

  if (path == NULL || !muri_group_path_check (path, &local))
    {
      g_set_error (error, AGENT_METADATA_ERROR, AGENT_METADATA_ERROR_NONSENSE,
                   "a group's path is “%s”: %s", path != NULL ? path : "",
                   local != NULL ? local->message : "it is missing");
      return FALSE;
    }
  if (!read_number (node, "order", G_MININT32, G_MAXINT32, &order, error)
      || !read_number (node, "delay", 0, MURI_START_DELAY_MAX, &delay, error))
    return FALSE;

  g_strlcpy (membership->group, path, sizeof membership->group);
  membership->start_order = (gint32)order;
  membership->start_delay = (guint32)delay;
  return TRUE;
}

static gboolean
check_text (AgentMetadata *metadata, GError **error)
{
  for (xmlNode *node = metadata->root->children; node != NULL; node = node->next)
    if ((node->type == XML_TEXT_NODE || node->type == XML_CDATA_SECTION_NODE)
        && !xmlIsBlankNode (node))
      {
        g_set_error (error, AGENT_METADATA_ERROR, AGENT_METADATA_ERROR_NONSENSE,
                     "it holds the text “%.60s”", (const char *)node->content);
        return FALSE;
      }
  return TRUE;
}

static gboolean
check (AgentMetadata *metadata, GError **error)
{
  muri_v1_Membership membership;
  guint n = 0;

  if (metadata->root == NULL || !is_ours (metadata->root, "vm"))
    {
      g_set_error_literal (error, AGENT_METADATA_ERROR, AGENT_METADATA_ERROR_NONSENSE,
                           "its root is not the element “vm” of " AGENT_METADATA_URI);
      return FALSE;
    }
  if (!check_text (metadata, error))
    return FALSE;
  for (xmlNode *node = find (metadata, NULL, "group"); node != NULL;
       node = find (metadata, node, "group"))
    {
      if (!read_membership (node, &membership, error))
        return FALSE;
      if (++n > MEMBERSHIPS_MAX)
        {
          g_set_error (error, AGENT_METADATA_ERROR, AGENT_METADATA_ERROR_FULL,
                       "it names more than %d groups", MEMBERSHIPS_MAX);
          return FALSE;
        }
    }
  return TRUE;
}

/* New and empty. */
AgentMetadata *
agent_metadata_new (void)
{
  AgentMetadata *metadata = g_new0 (AgentMetadata, 1);

  metadata->document = xmlNewDoc ((const xmlChar *)"1.0");
  metadata->root = xmlNewNode (NULL, (const xmlChar *)"vm");
  metadata->ns = xmlNewNs (metadata->root, (const xmlChar *)AGENT_METADATA_URI,
                           (const xmlChar *)AGENT_METADATA_PREFIX);
  xmlSetNs (metadata->root, metadata->ns);
  xmlDocSetRootElement (metadata->document, metadata->root);
  return metadata;
}

static void
adopt (xmlNode *node, xmlNs *ns)
{
  for (; node != NULL; node = node->next)
    if (node->type == XML_ELEMENT_NODE)
      {
        if (node->ns == NULL)
          xmlSetNs (node, ns);
        adopt (node->children, ns);
      }
}

/* The plain form: what libvirt strips of its namespace when asked for it by that. */
static void
adopt_plain (xmlNode *root)
{
  if (root != NULL && root->ns == NULL && strcmp ((const char *)root->name, "vm") == 0)
    {
      xmlNs *ns = xmlSearchNsByHref (root->doc, root, (const xmlChar *)AGENT_METADATA_URI);

      if (ns == NULL)
        ns = xmlNewNs (root, (const xmlChar *)AGENT_METADATA_URI,
                       (const xmlChar *)AGENT_METADATA_PREFIX);
      xmlSetNs (root, ns);
      adopt (root->children, ns);
    }
}

/* @xml: the element, or its plain form as virDomainGetMetadata() gives it. What makes no sense is
 * an error, never mended. */
AgentMetadata *
agent_metadata_parse (const char *xml, GError **error)
{
  g_autoptr (AgentMetadata) metadata = g_new0 (AgentMetadata, 1);

  metadata->document = xmlReadMemory (xml, (int)strlen (xml), NULL, "UTF-8",
                                      XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING
                                          | XML_PARSE_NOBLANKS);
  if (metadata->document == NULL)
    {
      g_set_error_literal (error, AGENT_METADATA_ERROR, AGENT_METADATA_ERROR_NONSENSE,
                           "it is not XML");
      return NULL;
    }
  metadata->root = xmlDocGetRootElement (metadata->document);
  adopt_plain (metadata->root);
  if (!check (metadata, error))
    return NULL;
  metadata->ns = metadata->root->ns;
  return g_steal_pointer (&metadata);
}

void
agent_metadata_free (AgentMetadata *metadata)
{
  if (metadata == NULL)
    return;

  xmlFreeDoc (metadata->document);
  g_free (metadata);
}

char *
agent_metadata_to_xml (AgentMetadata *metadata)
{
  xmlBuffer *buffer = xmlBufferCreate ();
  char *xml;

  /* Without one, whatever is not ASCII becomes a number. */
  if (metadata->document->encoding == NULL)
    metadata->document->encoding = xmlStrdup ((const xmlChar *)"UTF-8");
  xmlNodeDump (buffer, metadata->document, metadata->root, 0, 0);
  xml = g_strdup ((const char *)xmlBufferContent (buffer));
  xmlBufferFree (buffer);
  return xml;
}

static void
strip (xmlNode *node)
{
  for (; node != NULL; node = node->next)
    if (node->type == XML_ELEMENT_NODE)
      {
        if (node->ns != NULL && strcmp ((const char *)node->ns->href, AGENT_METADATA_URI) == 0)
          node->ns = NULL;
        strip (node->children);
        for (xmlNs **ns = &node->nsDef; *ns != NULL;)
          if (strcmp ((const char *)(*ns)->href, AGENT_METADATA_URI) == 0)
            {
              xmlNs *gone = *ns;

              *ns = gone->next;
              xmlFreeNs (gone);
            }
          else
            ns = &(*ns)->next;
      }
}

/* Without its namespace, as virDomainSetMetadata() wants it; equal where nothing differs. NULL
 * when there is nothing to keep. */
char *
agent_metadata_to_plain (AgentMetadata *metadata)
{
  AgentMetadata copy = { 0 };
  char *xml;

  if (agent_metadata_is_empty (metadata))
    return NULL;
  copy.document = xmlCopyDoc (metadata->document, 1);
  copy.root = xmlDocGetRootElement (copy.document);
  strip (copy.root);
  xml = agent_metadata_to_xml (&copy);
  xmlFreeDoc (copy.document);
  return xml;
}

/* Whether nothing is lost when the element goes. */
gboolean
agent_metadata_is_empty (AgentMetadata *metadata)
{
  return metadata->root->children == NULL;
}

/* @memberships: (out) (nullable): free with dds_free() */
guint
agent_metadata_get_memberships (AgentMetadata *metadata, muri_v1_Membership **memberships)
{
  guint n = 0;

  *memberships = dds_alloc (MEMBERSHIPS_MAX * sizeof (muri_v1_Membership));
  memset (*memberships, 0, MEMBERSHIPS_MAX * sizeof (muri_v1_Membership));
  for (xmlNode *node = find (metadata, NULL, "group"); node != NULL && n < MEMBERSHIPS_MAX;
       node = find (metadata, node, "group"))
    if (read_membership (node, &(*memberships)[n], NULL))
      n++;

  if (n == 0)
    {
      dds_free (*memberships);
      *memberships = NULL;
    }
  return n;
}

gboolean
agent_metadata_is_guarded (AgentMetadata *metadata)
{
  return find (metadata, NULL, "guarded") != NULL;
}

gboolean
agent_metadata_has_group (AgentMetadata *metadata, const char *group)
{
  return find_group (metadata, group) != NULL;
}

static void
set_number (xmlNode *node, const char *name, gint64 number)
{
  g_autofree char *text = g_strdup_printf ("%" G_GINT64_FORMAT, number);

  if (number != 0)
    xmlSetProp (node, (const xmlChar *)name, (const xmlChar *)text);
  else
    xmlUnsetProp (node, (const xmlChar *)name);
}

/* Joins a group, or changes the start order and delay there. */
gboolean
agent_metadata_join (AgentMetadata *metadata, const muri_v1_Membership *membership, GError **error)
{
  xmlNode *node = find_group (metadata, membership->group);
  guint n = 0;

  for (xmlNode *other = find (metadata, NULL, "group"); other != NULL;
       other = find (metadata, other, "group"))
    n++;
  if (node == NULL && n >= MEMBERSHIPS_MAX)
    {
      g_set_error (error, AGENT_METADATA_ERROR, AGENT_METADATA_ERROR_FULL,
                   "it is in %d groups already, and cannot be in more", MEMBERSHIPS_MAX);
      return FALSE;
    }

  if (node == NULL)
    {
      node = xmlNewChild (metadata->root, metadata->ns, (const xmlChar *)"group", NULL);
      xmlSetProp (node, (const xmlChar *)"path", (const xmlChar *)membership->group);
    }
  set_number (node, "order", membership->start_order);
  set_number (node, "delay", membership->start_delay);
  return TRUE;
}

static void
remove_node (xmlNode *node)
{
  xmlUnlinkNode (node);
  xmlFreeNode (node);
}

/* Returns whether it was a member. */
gboolean
agent_metadata_leave (AgentMetadata *metadata, const char *group)
{
  xmlNode *node = find_group (metadata, group);

  if (node == NULL)
    return FALSE;
  remove_node (node);
  return TRUE;
}

typedef struct
{
  xmlNode *node;
  char *path; /* to be */
} Move;

static void
move_clear (gpointer data)
{
  g_free (((Move *)data)->path);
}

static gboolean
is_moving (GArray *moves, const xmlNode *node)
{
  for (guint i = 0; i < moves->len; i++)
    if (g_array_index (moves, Move, i).node == node)
      return TRUE;
  return FALSE;
}

/* Whether it is in @path already, by a membership that stays where it is. */
static gboolean
stays_in (AgentMetadata *metadata, GArray *moves, const char *path)
{
  for (xmlNode *node = find (metadata, NULL, "group"); node != NULL;
       node = find (metadata, node, "group"))
    if (group_is (node, path) && !is_moving (moves, node))
      return TRUE;
  return FALSE;
}

/* The group @from is now @to: memberships in it, and unless @only those below it, follow. All or
 * none: a path that would be too long is an error. */
gboolean
agent_metadata_move (AgentMetadata *metadata, const char *from, const char *to, gboolean only,
                     GError **error)
{
  g_autoptr (GArray) moves = g_array_new (FALSE, FALSE, sizeof (Move));

  g_array_set_clear_func (moves, move_clear);
  for (xmlNode *node = find (metadata, NULL, "group"); node != NULL;
       node = find (metadata, node, "group"))
    {
      g_autofree char *path = get_attribute (node, "path");
      Move move = { .node = node };

      if (only ? strcmp (from, path) != 0 : !muri_group_path_contains (from, path))
        continue;
      move.path = muri_group_path_replace (path, from, to);
      g_array_append_val (moves, move);
      if (!muri_group_path_check (move.path, error))
        return FALSE;
    }

  for (guint i = 0; i < moves->len; i++)
    {
      const Move *move = &g_array_index (moves, Move, i);

      if (stays_in (metadata, moves, move->path))
        remove_node (move->node);
      else
        xmlSetProp (move->node, (const xmlChar *)"path", (const xmlChar *)move->path);
    }
  return TRUE;
}

void
agent_metadata_set_guarded (AgentMetadata *metadata, gboolean guarded)
{
  xmlNode *node = find (metadata, NULL, "guarded");

  if (guarded && node == NULL)
    xmlNewChild (metadata->root, metadata->ns, (const xmlChar *)"guarded", NULL);
  else if (!guarded && node != NULL)
    remove_node (node);
}

/* What is no UUID there, or was put there by hand, says nothing. */
gboolean
agent_metadata_get_clone (AgentMetadata *metadata, muri_v1_Uuid *template_id, gboolean *linked)
{
  xmlNode *node = find (metadata, NULL, "clone");
  g_autofree char *id = node != NULL ? get_attribute (node, "template") : NULL;
  g_autofree char *text = node != NULL ? get_attribute (node, "linked") : NULL;

  if (id == NULL || !muri_uuid_parse (id, template_id) || muri_uuid_is_zero (template_id))
    return FALSE;
  *linked = g_strcmp0 (text, "yes") == 0;
  return TRUE;
}

void
agent_metadata_set_clone (AgentMetadata *metadata, const muri_v1_Uuid *template_id, gboolean linked)
{
  xmlNode *node = find (metadata, NULL, "clone");
  char id[MURI_UUID_TEXT];

  if (node == NULL)
    node = xmlNewChild (metadata->root, metadata->ns, (const xmlChar *)"clone", NULL);
  muri_uuid_format (template_id, id);
  xmlSetProp (node, (const xmlChar *)"template", (const xmlChar *)id);
  xmlSetProp (node, (const xmlChar *)"linked", (const xmlChar *)(linked ? "yes" : "no"));
}
