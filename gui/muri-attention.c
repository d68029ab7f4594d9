/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-config.h"

#include "muri-attention.h"

#include <glib/gi18n.h>

#include "muri-counted.h"
#include "muri-format.h"
#include "muri-outcome-counts.h"

/* A failure that nobody came for in this time is history: it is in the ledger. */
#define OPERATION_AGE G_TIME_SPAN_HOUR

struct _MuriAttention
{
  GObject parent_instance;

  GObject *object; /* nullable: the fleet */
  char *title;
  char *detail;
};

G_DEFINE_FINAL_TYPE (MuriAttention, muri_attention, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_TITLE,
  PROP_DETAIL,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void
muri_attention_finalize (GObject *object)
{
  MuriAttention *self = MURI_ATTENTION (object);

  g_clear_object (&self->object);
  g_free (self->title);
  g_free (self->detail);
  G_OBJECT_CLASS (muri_attention_parent_class)->finalize (object);
}

static void
muri_attention_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_TITLE)
    g_value_set_string (value, MURI_ATTENTION (object)->title);
  else if (id == PROP_DETAIL)
    g_value_set_string (value, MURI_ATTENTION (object)->detail);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
muri_attention_class_init (MuriAttentionClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->finalize = muri_attention_finalize;
  object_class->get_property = muri_attention_get_property;
  properties[PROP_TITLE] = g_param_spec_string ("title", NULL, NULL, NULL, flags);
  properties[PROP_DETAIL] = g_param_spec_string ("detail", NULL, NULL, NULL, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
muri_attention_init (MuriAttention *self)
{
}

const char *
muri_attention_get_title (MuriAttention *self)
{
  g_return_val_if_fail (MURI_IS_ATTENTION (self), NULL);

  return self->title;
}

const char *
muri_attention_get_detail (MuriAttention *self)
{
  g_return_val_if_fail (MURI_IS_ATTENTION (self), NULL);

  return self->detail;
}

MuriNode *
muri_attention_get_node (MuriAttention *self)
{
  g_return_val_if_fail (MURI_IS_ATTENTION (self), NULL);

  return MURI_IS_NODE (self->object) ? MURI_NODE (self->object) : NULL;
}

MuriVm *
muri_attention_get_vm (MuriAttention *self)
{
  g_return_val_if_fail (MURI_IS_ATTENTION (self), NULL);

  return MURI_IS_VM (self->object) ? MURI_VM (self->object) : NULL;
}

MuriOperation *
muri_attention_get_operation (MuriAttention *self)
{
  g_return_val_if_fail (MURI_IS_ATTENTION (self), NULL);

  return MURI_IS_OPERATION (self->object) ? MURI_OPERATION (self->object) : NULL;
}

/* Takes @title and @detail. */
static void
add (GPtrArray *found, gpointer object, char *title, char *detail)
{
  MuriAttention *item = g_object_new (MURI_TYPE_ATTENTION, NULL);

  item->object = object ? g_object_ref (object) : NULL;
  item->title = title;
  item->detail = detail;
  g_ptr_array_add (found, item);
}

static void
add_unreachable (GPtrArray *found, MuriNode *node)
{
  guint n = muri_node_get_n_vms (node);
  g_autofree char *age = muri_format_age (muri_node_get_heard (node));
  g_autofree char *vms = muri_counted (ngettext ("%u VM unknown", "%u VMs unknown", n), n);

  add (found, node, g_strdup_printf (_ ("%s is unreachable"), muri_node_get_name (node)),
       /* Translators: "18 VMs unknown, last heard 2 min ago" */
       g_strdup_printf (_ ("%s, last heard %s"), vms, age));
}

static void
add_node (GPtrArray *found, MuriNode *node)
{
  const char *name = muri_node_get_name (node);
  gint64 skew = muri_node_get_clock_skew (node);
  g_autofree char *span = NULL;

  switch (muri_node_get_state (node))
    {
    case MURI_NODE_UNREACHABLE:
      add_unreachable (found, node);
      return;
    case MURI_NODE_HYPERVISOR_DOWN:
      add (found, node, g_strdup_printf (_ ("The hypervisor of %s does not answer"), name),
           g_strdup (muri_node_get_facts (node)->connection_error));
      return;
    case MURI_NODE_STOPPED:
      span = muri_format_age (muri_node_get_since (node));
      add (found, node, g_strdup_printf (_ ("The agent of %s was stopped"), name),
           g_steal_pointer (&span));
      return;
    case MURI_NODE_STALE:
      span = muri_format_age (muri_node_get_heard (node));
      add (found, node, g_strdup_printf (_ ("Figures of %s are missing"), name),
           /* Translators: "Last heard 12 s ago" */
           g_strdup_printf (_ ("Last heard %s"), span));
      return;
    case MURI_NODE_UP:
      break;
    }
  if (ABS (skew) <= MURI_CLOCK_SKEW_MAX)
    return;
  span = muri_format_duration (ABS (skew));
  add (found, node,
       g_strdup_printf (skew > 0 ? _ ("The clock of %s is %s ahead")
                                 : _ ("The clock of %s is %s behind"),
                        name, span),
       g_strdup (_ ("Operations on its VMs are refused until the clocks agree")));
}

static void
add_nodes (GPtrArray *found, MuriFleet *fleet)
{
  static const MuriNodeState order[] = { MURI_NODE_UNREACHABLE, MURI_NODE_HYPERVISOR_DOWN,
                                         MURI_NODE_STOPPED, MURI_NODE_STALE, MURI_NODE_UP };
  GListModel *nodes = muri_fleet_get_nodes (fleet);
  guint n = g_list_model_get_n_items (nodes);

  for (guint i = 0; i < G_N_ELEMENTS (order); i++)
    for (guint j = 0; j < n; j++)
      {
        g_autoptr (MuriNode) node = g_list_model_get_item (nodes, j);

        if (muri_node_get_state (node) == order[i])
          add_node (found, node);
      }
}

static void
add_vms (GPtrArray *found, MuriFleet *fleet)
{
  GListModel *vms = muri_fleet_get_vms (fleet);
  guint n = g_list_model_get_n_items (vms);

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (MuriVm) vm = g_list_model_get_item (vms, i);
      const MuriVmFacts *facts = muri_vm_get_facts (vm);
      g_autofree char *age = NULL;
      const char *host = muri_node_get_name (muri_vm_get_node (vm));

      if (!muri_vm_is_known (vm))
        continue;
      if (muri_vm_get_state (vm) == MURI_VM_STATE_CRASHED)
        {
          age = facts->since ? muri_format_age (facts->since) : NULL;
          add (found, vm, g_strdup_printf (_ ("%s crashed"), muri_vm_get_name (vm)),
               /* Translators: "On seoul-1 2 min ago" */
               age ? g_strdup_printf (_ ("On %s %s"), host, age)
                   : g_strdup_printf (_ ("On %s"), host));
        }
      else if (facts->unanswered)
        {
          age = muri_format_duration (g_get_real_time () - facts->unanswered);
          add (found, vm, g_strdup_printf (_ ("%s does not answer"), muri_vm_get_name (vm)),
               /* Translators: "On seoul-1 for 2 min" */
               g_strdup_printf (_ ("On %s for %s"), host, age));
        }
    }
}

/* One target says it in the title, of many the title says how many. */
static char *
format_failure (MuriOperation *operation, guint failed, guint unreachable)
{
  g_autofree char *what = muri_format_operation (operation);

  if (muri_operation_get_n_targets (operation) == 1)
    return g_strdup_printf (
        failed ? C_ ("operation", "%s failed") : C_ ("operation", "%s did not arrive"), what);
  if (failed > 0)
    /* Translators: an operation and the number of its targets: "Start 36 VMs: 2 failed" */
    return muri_counted (C_ ("operation", "%s: %u failed"), what, failed);
  return muri_counted (C_ ("operation", "%s: %u unreachable"), what, unreachable);
}

static void
add_operation (GPtrArray *found, MuriOperation *operation)
{
  guint unreachable = muri_operation_get_n_unreachable (operation);
  guint counts[MURI_N_COUNTS] = { 0 };
  guint failed;

  /* What is protected was left alone as it should be. */
  if (muri_operation_get_n_failed (operation) > 0)
    muri_outcome_counts (operation, counts);
  failed = counts[MURI_COUNT_FAILED] + counts[MURI_COUNT_TIMED_OUT];
  if (failed > 0 || unreachable > 0)
    add (found, operation, format_failure (operation, failed, unreachable),
         muri_format_operation_counts (operation));
}

static void
add_operations (GPtrArray *found, MuriFleet *fleet)
{
  GListModel *operations = muri_fleet_get_operations (fleet);
  guint n = g_list_model_get_n_items (operations);
  gint64 oldest = g_get_real_time () - OPERATION_AGE;

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (MuriOperation) operation = g_list_model_get_item (operations, i);

      if (muri_operation_get_issued (operation) < oldest)
        return;
      add_operation (found, operation);
    }
}

static void
set_text (MuriAttention *self, char **member, const char *text, guint property)
{
  if (g_strcmp0 (*member, text) == 0)
    return;
  g_free (*member);
  *member = g_strdup (text);
  g_object_notify_by_pspec (G_OBJECT (self), properties[property]);
}

static gboolean
same_objects (GListModel *model, GPtrArray *found)
{
  if (g_list_model_get_n_items (model) != found->len)
    return FALSE;
  for (guint i = 0; i < found->len; i++)
    {
      g_autoptr (MuriAttention) old = g_list_model_get_item (model, i);

      if (old->object != MURI_ATTENTION (found->pdata[i])->object)
        return FALSE;
    }
  return TRUE;
}

guint
muri_attention_update (GListStore *store, MuriFleet *fleet, guint max)
{
  GListModel *model = G_LIST_MODEL (store);
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func (g_object_unref);
  gint64 silent = 0;
  guint all;

  g_object_get (fleet, "silent-since", &silent, NULL);
  if (silent)
    {
      g_autofree char *since = muri_format_time (silent);

      add (found, NULL, g_strdup (_ ("No host can be heard")),
           g_strdup_printf (_ ("Nothing heard since %s"), since));
    }
  else
    {
      add_nodes (found, fleet);
      add_vms (found, fleet);
    }
  add_operations (found, fleet);

  all = found->len;
  g_ptr_array_set_size (found, MIN (all, max));
  if (!same_objects (model, found))
    {
      g_list_store_splice (store, 0, g_list_model_get_n_items (model), found->pdata, found->len);
      return all;
    }
  for (guint i = 0; i < found->len; i++)
    {
      g_autoptr (MuriAttention) old = g_list_model_get_item (model, i);
      MuriAttention *new = found->pdata[i];

      set_text (old, &old->title, new->title, PROP_TITLE);
      set_text (old, &old->detail, new->detail, PROP_DETAIL);
    }
  return all;
}
