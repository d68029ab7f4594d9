/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-request-private.h"

#include "muri-uuid.h"
#include "muri-words.h"

struct _MuriRequest
{
  gatomicrefcount references;
  guint verb;
  GPtrArray *vms;
  GPtrArray *nodes;
  GPtrArray *creations;
  GHashTable *seen;      /* of VMs and nodes */
  GHashTable *arguments; /* of VMs */
  GTree *parameters;
  char *document;
  char *group;
  guint timeout;
  MuriPacing pacing;
  char *order_group;
  char *parent;
  gboolean remembers;
};

static void
creation_free (gpointer data)
{
  MuriCreation *creation = data;

  g_object_unref (creation->node);
  g_free (creation->name);
  g_free (creation->id);
  g_free (creation);
}

static int
compare_names (gconstpointer a, gconstpointer b, gpointer data)
{
  return g_strcmp0 (a, b);
}

/**
 * muri_request_new:
 * @verb: MURI_VERB_*
 *
 * Returns: (transfer full): a request without targets
 */
MuriRequest *
muri_request_new (guint verb)
{
  MuriRequest *request = g_new0 (MuriRequest, 1);

  g_atomic_ref_count_init (&request->references);
  request->verb = verb;
  request->vms = g_ptr_array_new_with_free_func (g_object_unref);
  request->nodes = g_ptr_array_new_with_free_func (g_object_unref);
  request->creations = g_ptr_array_new_with_free_func (creation_free);
  request->seen = g_hash_table_new (NULL, NULL);
  request->arguments = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  request->parameters = g_tree_new_full (compare_names, NULL, g_free, g_free);
  return request;
}

/**
 * muri_request_ref:
 * @request: a request
 *
 * Returns: (transfer full): @request
 */
MuriRequest *
muri_request_ref (MuriRequest *request)
{
  g_atomic_ref_count_inc (&request->references);
  return request;
}

/**
 * muri_request_unref:
 * @request: (transfer full): a request
 */
void
muri_request_unref (MuriRequest *request)
{
  if (!g_atomic_ref_count_dec (&request->references))
    return;

  g_ptr_array_unref (request->vms);
  g_ptr_array_unref (request->nodes);
  g_ptr_array_unref (request->creations);
  g_hash_table_unref (request->seen);
  g_hash_table_unref (request->arguments);
  g_tree_unref (request->parameters);
  g_free (request->document);
  g_free (request->group);
  g_free (request->order_group);
  g_free (request->parent);
  g_free (request);
}

/**
 * muri_request_add_vm:
 * @request: a request
 * @vm: a target
 */
void
muri_request_add_vm (MuriRequest *request, MuriVm *vm)
{
  if (g_hash_table_add (request->seen, vm))
    g_ptr_array_add (request->vms, g_object_ref (vm));
}

/**
 * muri_request_add_vms:
 * @request: a request
 * @vms: (element-type MuriVm): targets
 */
void
muri_request_add_vms (MuriRequest *request, GPtrArray *vms)
{
  for (guint i = 0; i < vms->len; i++)
    muri_request_add_vm (request, g_ptr_array_index (vms, i));
}

/**
 * muri_request_add_node:
 * @request: a request
 * @node: a target: the physical server itself, not its VMs
 */
void
muri_request_add_node (MuriRequest *request, MuriNode *node)
{
  if (g_hash_table_add (request->seen, node))
    g_ptr_array_add (request->nodes, g_object_ref (node));
}

/**
 * muri_request_add_creation:
 * @request: a request
 * @node: where it is to be
 * @name: what it is to be called; see muri_name_check()
 *
 * Adds a VM that does not exist yet as a target. Its UUID is chosen here.
 *
 * Returns: (transfer none): what its #MuriVm:id will be
 */
const char *
muri_request_add_creation (MuriRequest *request, MuriNode *node, const char *name)
{
  MuriCreation *creation = g_new0 (MuriCreation, 1);
  char text[MURI_UUID_TEXT];

  muri_uuid_generate (&creation->vm);
  creation->node = g_object_ref (node);
  creation->name = g_strdup (name);
  creation->id =
      g_strdup_printf ("%s/%s", muri_node_get_id (node), muri_uuid_format (&creation->vm, text));
  g_ptr_array_add (request->creations, creation);
  return creation->id;
}

GPtrArray *
muri_request_get_creations (MuriRequest *request)
{
  return request->creations;
}

/**
 * muri_request_set_argument:
 * @request: a request
 * @vm: one of its targets
 * @argument: (nullable): at most 255 bytes: what it is given beside the parameters
 */
void
muri_request_set_argument (MuriRequest *request, MuriVm *vm, const char *argument)
{
  if (argument != NULL)
    g_hash_table_insert (request->arguments, vm, g_strdup (argument));
  else
    g_hash_table_remove (request->arguments, vm);
}

const char *
muri_request_get_argument (MuriRequest *request, MuriVm *vm)
{
  return g_hash_table_lookup (request->arguments, vm);
}

/**
 * muri_request_set_document:
 * @request: a request
 * @document: (nullable): UTF-8, at most 65536 bytes: what is too long for a parameter
 */
void
muri_request_set_document (MuriRequest *request, const char *document)
{
  g_free (request->document);
  request->document = g_strdup (document);
}

/**
 * muri_request_get_document:
 * @request: a request
 *
 * Returns: (nullable): as muri_request_set_document() was told
 */
const char *
muri_request_get_document (MuriRequest *request)
{
  return request->document;
}

/**
 * muri_request_set_parameter:
 * @request: a request
 * @name: at most 63 bytes
 * @value: (nullable): at most 1023 bytes; %NULL takes the parameter away
 */
void
muri_request_set_parameter (MuriRequest *request, const char *name, const char *value)
{
  if (value != NULL)
    g_tree_insert (request->parameters, g_strdup (name), g_strdup (value));
  else
    g_tree_remove (request->parameters, name);
}

/**
 * muri_request_set_group:
 * @request: a request
 * @group: (nullable): where the targets were chosen, in words, for the log
 */
void
muri_request_set_group (MuriRequest *request, const char *group)
{
  g_free (request->group);
  request->group = g_strdup (group);
}

/**
 * muri_request_set_timeout:
 * @request: a request
 * @timeout: seconds until the deadline; 0 for the verb's default
 */
void
muri_request_set_timeout (MuriRequest *request, guint timeout)
{
  request->timeout = timeout;
}

/**
 * muri_request_get_verb:
 * @request: a request
 *
 * Returns: MURI_VERB_*
 */
guint
muri_request_get_verb (MuriRequest *request)
{
  return request->verb;
}

/**
 * muri_request_get_vms:
 * @request: a request
 *
 * Returns: (transfer none) (element-type MuriVm): the VMs that are targets
 */
GPtrArray *
muri_request_get_vms (MuriRequest *request)
{
  return request->vms;
}

/**
 * muri_request_get_nodes:
 * @request: a request
 *
 * Returns: (transfer none) (element-type MuriNode): the nodes that are targets themselves
 */
GPtrArray *
muri_request_get_nodes (MuriRequest *request)
{
  return request->nodes;
}

/**
 * muri_request_get_group:
 * @request: a request
 *
 * Returns: (transfer none) (nullable): as muri_request_set_group() was told
 */
const char *
muri_request_get_group (MuriRequest *request)
{
  return request->group;
}

/**
 * muri_request_get_timeout:
 * @request: a request
 *
 * Returns: seconds; 0 for the verb's default
 */
guint
muri_request_get_timeout (MuriRequest *request)
{
  return request->timeout;
}

static void
set_number (MuriRequest *request, const char *name, guint value)
{
  g_autofree char *text = value > 0 ? g_strdup_printf ("%u", value) : NULL;

  muri_request_set_parameter (request, name, text);
}

/**
 * muri_request_set_pacing:
 * @request: a request
 * @pacing: how fast it goes
 * @order_group: (nullable): the group whose start order is followed, with @pacing's ordered
 *
 * Also sets the parameters by which agents take their part in it.
 */
void
muri_request_set_pacing (MuriRequest *request, const MuriPacing *pacing, const char *order_group)
{
  gboolean grace = pacing->grace > 0 && request->verb == MURI_VERB_SHUTDOWN;

  request->pacing = *pacing;
  request->pacing.ordered = pacing->ordered && order_group != NULL;
  g_free (request->order_group);
  request->order_group = g_strdup (order_group);
  set_number (request, MURI_PARAMETER_PER_NODE, pacing->per_node);
  set_number (request, MURI_PARAMETER_STOP_AFTER, pacing->stop_after);
  set_number (request, MURI_PARAMETER_GRACE, grace ? pacing->grace : 0);
  muri_request_set_parameter (request, MURI_PARAMETER_THEN, grace ? MURI_THEN_POWER_OFF : NULL);
}

/**
 * muri_request_get_pacing:
 * @request: a request
 *
 * Returns: (transfer none): how fast it goes
 */
const MuriPacing *
muri_request_get_pacing (MuriRequest *request)
{
  return &request->pacing;
}

/**
 * muri_request_get_order_group:
 * @request: a request
 *
 * Returns: (transfer none) (nullable): the group whose start order is followed
 */
const char *
muri_request_get_order_group (MuriRequest *request)
{
  return request->order_group;
}

/**
 * muri_request_set_parent:
 * @request: a request
 * @id: (nullable): of the operation that this one repeats or follows
 */
void
muri_request_set_parent (MuriRequest *request, const char *id)
{
  g_free (request->parent);
  request->parent = g_strdup (id);
}

/**
 * muri_request_get_parent:
 * @request: a request
 *
 * Returns: (transfer none) (nullable): as muri_request_set_parent() was told
 */
const char *
muri_request_get_parent (MuriRequest *request)
{
  return request->parent;
}

void
muri_request_set_remembers (MuriRequest *request, gboolean remembers)
{
  request->remembers = remembers;
}

gboolean
muri_request_remembers (MuriRequest *request)
{
  return request->remembers;
}

static gboolean
add_parameter (gpointer name, gpointer value, gpointer builder)
{
  g_variant_builder_add (builder, "{ss}", name, value);
  return FALSE;
}

/**
 * muri_request_get_parameters:
 * @request: a request
 *
 * Returns: (transfer full) (nullable): a{ss} in the order of the names; %NULL without any
 */
GVariant *
muri_request_get_parameters (MuriRequest *request)
{
  GVariantBuilder builder;

  if (g_tree_nnodes (request->parameters) == 0)
    return NULL;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a{ss}"));
  g_tree_foreach (request->parameters, add_parameter, &builder);
  return g_variant_ref_sink (g_variant_builder_end (&builder));
}
