/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-preview.h"

#include "muri-fleet-private.h"
#include "muri-forecast-private.h"
#include "muri-plan.h"

/* What others did so lately is worth a word. */
#define RECENT (10 * G_TIME_SPAN_MINUTE)

typedef struct
{
  MuriNode *node;
  guint counts[MURI_N_PROSPECTS];
} Host;

struct _MuriPreview
{
  GObject parent_instance;

  GPtrArray *forecasts;
  GPtrArray *hosts;          /* Host */
  GHashTable *hosts_by_node; /* MuriNode to Host */
  GPtrArray *recent;         /* MuriOperation */
  GHashTable *recent_counts; /* MuriOperation to how many targets */
  guint counts[MURI_N_PROSPECTS];
  guint n_batches;
};

static void list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (MuriPreview, muri_preview, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

static GType
get_item_type (GListModel *model)
{
  return MURI_TYPE_FORECAST;
}

static guint
get_n_items (GListModel *model)
{
  return MURI_PREVIEW (model)->forecasts->len;
}

static gpointer
get_item (GListModel *model, guint position)
{
  GPtrArray *forecasts = MURI_PREVIEW (model)->forecasts;

  return position < forecasts->len ? g_object_ref (forecasts->pdata[position]) : NULL;
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

static void
host_free (gpointer data)
{
  g_object_unref (((Host *)data)->node);
  g_free (data);
}

static void
muri_preview_finalize (GObject *object)
{
  MuriPreview *self = MURI_PREVIEW (object);

  g_ptr_array_unref (self->forecasts);
  g_hash_table_unref (self->hosts_by_node);
  g_ptr_array_unref (self->hosts);
  g_hash_table_unref (self->recent_counts);
  g_ptr_array_unref (self->recent);

  G_OBJECT_CLASS (muri_preview_parent_class)->finalize (object);
}

static void
muri_preview_class_init (MuriPreviewClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = muri_preview_finalize;
}

static void
muri_preview_init (MuriPreview *self)
{
  self->forecasts = g_ptr_array_new_with_free_func (g_object_unref);
  self->hosts = g_ptr_array_new_with_free_func (host_free);
  self->hosts_by_node = g_hash_table_new (NULL, NULL);
  self->recent = g_ptr_array_new_with_free_func (g_object_unref);
  self->recent_counts = g_hash_table_new (NULL, NULL);
}

/* ---- making ---- */

/* What others asked lately, the newest first. */
static GPtrArray *
list_recent (MuriFleet *fleet)
{
  GPtrArray *recent = g_ptr_array_new_with_free_func (g_object_unref);
  GListModel *operations = G_LIST_MODEL (fleet->operations);
  gint64 since = g_get_real_time () - RECENT;

  for (guint i = 0; i < g_list_model_get_n_items (operations); i++)
    {
      g_autoptr (MuriOperation) operation = g_list_model_get_item (operations, i);

      if (muri_operation_get_issued (operation) < since)
        break;
      if (!muri_operation_is_own (operation))
        g_ptr_array_add (recent, g_steal_pointer (&operation));
    }
  return recent;
}

static MuriOperation *
find_recent (GPtrArray *recent, const MuriTargetKey *key)
{
  for (guint i = 0; i < recent->len; i++)
    if (muri_operation_find_target (recent->pdata[i], key) != NULL)
      return recent->pdata[i];
  return NULL;
}

static Host *
ensure_host (MuriPreview *self, MuriNode *node)
{
  Host *host = g_hash_table_lookup (self->hosts_by_node, node);

  if (host == NULL)
    {
      host = g_new0 (Host, 1);
      host->node = g_object_ref (node);
      g_ptr_array_add (self->hosts, host);
      g_hash_table_insert (self->hosts_by_node, node, host);
    }
  return host;
}

static void
count_recent (MuriPreview *self, MuriOperation *operation)
{
  guint count = GPOINTER_TO_UINT (g_hash_table_lookup (self->recent_counts, operation));

  if (count == 0)
    g_ptr_array_add (self->recent, g_object_ref (operation));
  g_hash_table_insert (self->recent_counts, operation, GUINT_TO_POINTER (count + 1));
}

static void
add (MuriPreview *self, MuriNode *node, MuriVm *vm, guint verb, GPtrArray *recent)
{
  MuriTargetKey key = { .node = *muri_node_get_uuid (node) };
  MuriOperation *other;
  MuriForecast *forecast;
  MuriProspect prospect;

  if (vm != NULL)
    key.vm = *muri_vm_get_uuid (vm);
  other = find_recent (recent, &key);
  forecast = muri_forecast_new (node, vm, verb, other);
  prospect = muri_forecast_get_prospect (forecast);
  g_ptr_array_add (self->forecasts, forecast);
  self->counts[prospect]++;
  ensure_host (self, node)->counts[prospect]++;
  if (other != NULL)
    count_recent (self, other);
}

static gint
compare_recent (gconstpointer a, gconstpointer b)
{
  gint64 x = muri_operation_get_issued (*(MuriOperation *const *)a);
  gint64 y = muri_operation_get_issued (*(MuriOperation *const *)b);

  return x > y ? -1 : x < y;
}

static guint
count_batches (MuriRequest *request)
{
  g_autoptr (GPtrArray) targets = muri_plan_make_targets (request);
  const MuriOperationBody body = { .pacing = *muri_request_get_pacing (request) };
  g_autoptr (MuriOperation) operation = muri_operation_new (&body);

  muri_operation_add_targets (operation, targets);
  return muri_operation_get_n_batches (operation);
}

/**
 * muri_fleet_preview:
 * @fleet: a fleet
 * @request: what would be asked
 *
 * Says what would happen, as far as this console knows now. Nothing is sent.
 *
 * Returns: (transfer full): a picture of this moment
 */
MuriPreview *
muri_fleet_preview (MuriFleet *fleet, MuriRequest *request)
{
  MuriPreview *self = g_object_new (MURI_TYPE_PREVIEW, NULL);
  g_autoptr (GPtrArray) recent = list_recent (fleet);
  GPtrArray *nodes = muri_request_get_nodes (request);
  GPtrArray *vms = muri_request_get_vms (request);
  guint verb = muri_request_get_verb (request);

  for (guint i = 0; i < nodes->len; i++)
    add (self, nodes->pdata[i], NULL, verb, recent);
  for (guint i = 0; i < vms->len; i++)
    add (self, muri_vm_get_node (vms->pdata[i]), vms->pdata[i], verb, recent);
  g_ptr_array_sort (self->recent, compare_recent);
  self->n_batches = count_batches (request);
  return self;
}

/* ---- what a console asks ---- */

/**
 * muri_preview_count:
 * @preview: a preview
 * @prospect: one of them
 *
 * Returns: how many targets have it
 */
guint
muri_preview_count (MuriPreview *preview, MuriProspect prospect)
{
  g_return_val_if_fail (prospect < MURI_N_PROSPECTS, 0);

  return preview->counts[prospect];
}

/**
 * muri_preview_get_n_nodes:
 * @preview: a preview
 *
 * Returns: on how many hosts the targets are
 */
guint
muri_preview_get_n_nodes (MuriPreview *preview)
{
  return preview->hosts->len;
}

/**
 * muri_preview_get_node:
 * @preview: a preview
 * @index: below muri_preview_get_n_nodes()
 *
 * Returns: (transfer none): one of the hosts
 */
MuriNode *
muri_preview_get_node (MuriPreview *preview, guint index)
{
  g_return_val_if_fail (index < preview->hosts->len, NULL);

  return ((Host *)preview->hosts->pdata[index])->node;
}

/**
 * muri_preview_count_of_node:
 * @preview: a preview
 * @node: one of its hosts
 * @prospect: one of them
 *
 * Returns: how many targets of @node have it
 */
guint
muri_preview_count_of_node (MuriPreview *preview, MuriNode *node, MuriProspect prospect)
{
  const Host *host = g_hash_table_lookup (preview->hosts_by_node, node);

  g_return_val_if_fail (prospect < MURI_N_PROSPECTS, 0);

  return host != NULL ? host->counts[prospect] : 0;
}

/**
 * muri_preview_get_recent:
 * @preview: a preview
 *
 * Returns: (transfer none) (element-type MuriOperation): what others asked of targets in the last
 *   minutes, the newest first
 */
GPtrArray *
muri_preview_get_recent (MuriPreview *preview)
{
  return preview->recent;
}

/**
 * muri_preview_count_recent:
 * @preview: a preview
 * @operation: one of muri_preview_get_recent()
 *
 * Returns: of how many of the targets it was the last one
 */
guint
muri_preview_count_recent (MuriPreview *preview, MuriOperation *operation)
{
  return GPOINTER_TO_UINT (g_hash_table_lookup (preview->recent_counts, operation));
}

/**
 * muri_preview_get_n_batches:
 * @preview: a preview
 *
 * Returns: in how many batches it goes out, with the pacing of the request
 */
guint
muri_preview_get_n_batches (MuriPreview *preview)
{
  return preview->n_batches;
}
