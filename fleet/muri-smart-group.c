/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-smart-group-private.h"

#include "muri-model.h"

struct _MuriSmartGroup
{
  GObject parent_instance;

  char *id;
  char *name;
  char *text;
  char *problem;
  MuriQuery *query; /* NULL: with a problem */

  GHashTable *candidates; /* a set of MuriVm: their facts match */
  GHashTable *found;      /* a set of MuriVm: all matches; those in the model, once settled */
  GPtrArray *lost;        /* MuriVm in the model that match no more */
  MuriModel *model;
};

enum
{
  PROP_0,
  PROP_ID,
  PROP_NAME,
  PROP_TEXT,
  PROP_N_VMS,
  PROP_PROBLEM,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (MuriSmartGroup, muri_smart_group, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

static GType
get_item_type (GListModel *model)
{
  return MURI_TYPE_VM;
}

static guint
get_n_items (GListModel *model)
{
  return g_list_model_get_n_items (G_LIST_MODEL (MURI_SMART_GROUP (model)->model));
}

static gpointer
get_item (GListModel *model, guint position)
{
  return g_list_model_get_item (G_LIST_MODEL (MURI_SMART_GROUP (model)->model), position);
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

static void
on_items_changed (GListModel *model, guint position, guint removed, guint added,
                  MuriSmartGroup *self)
{
  g_list_model_items_changed (G_LIST_MODEL (self), position, removed, added);
}

static void
muri_smart_group_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  MuriSmartGroup *self = MURI_SMART_GROUP (object);

  switch (id)
    {
    case PROP_ID:
      g_value_set_string (value, self->id);
      break;
    case PROP_NAME:
      g_value_set_string (value, self->name);
      break;
    case PROP_TEXT:
      g_value_set_string (value, self->text);
      break;
    case PROP_N_VMS:
      g_value_set_uint (value, muri_smart_group_get_n_vms (self));
      break;
    case PROP_PROBLEM:
      g_value_set_string (value, self->problem);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
muri_smart_group_finalize (GObject *object)
{
  MuriSmartGroup *self = MURI_SMART_GROUP (object);

  g_free (self->id);
  g_free (self->name);
  g_free (self->text);
  g_free (self->problem);
  g_clear_pointer (&self->query, muri_query_unref);
  g_hash_table_unref (self->candidates);
  g_hash_table_unref (self->found);
  g_ptr_array_unref (self->lost);
  g_object_unref (self->model);

  G_OBJECT_CLASS (muri_smart_group_parent_class)->finalize (object);
}

static void
muri_smart_group_class_init (MuriSmartGroupClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->get_property = muri_smart_group_get_property;
  object_class->finalize = muri_smart_group_finalize;

  properties[PROP_ID] = g_param_spec_string ("id", NULL, NULL, NULL, flags);
  properties[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, flags);
  properties[PROP_TEXT] = g_param_spec_string ("text", NULL, NULL, NULL, flags);
  properties[PROP_N_VMS] = g_param_spec_uint ("n-vms", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_PROBLEM] = g_param_spec_string ("problem", NULL, NULL, NULL, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
muri_smart_group_init (MuriSmartGroup *self)
{
  self->candidates = g_hash_table_new_full (NULL, NULL, g_object_unref, NULL);
  self->found = g_hash_table_new (NULL, NULL);
  self->lost = g_ptr_array_new_with_free_func (g_object_unref);
  self->model = muri_model_new (MURI_TYPE_VM);
  g_signal_connect_object (self->model, "items-changed", G_CALLBACK (on_items_changed), self, 0);
}

MuriSmartGroup *
muri_smart_group_new (const char *id, const char *name, const char *text)
{
  MuriSmartGroup *self = g_object_new (MURI_TYPE_SMART_GROUP, NULL);

  self->id = id != NULL ? g_strdup (id) : g_uuid_string_random ();
  muri_smart_group_set (self, name, text);
  return self;
}

void
muri_smart_group_set (MuriSmartGroup *self, const char *name, const char *text)
{
  g_autoptr (GError) error = NULL;

  g_free (self->name);
  self->name = g_strdup (name);
  g_free (self->text);
  self->text = g_strdup (text);
  g_clear_pointer (&self->query, muri_query_unref);
  self->query = muri_query_parse (text, NULL, &error);
  g_free (self->problem);
  self->problem = error != NULL ? g_strdup (error->message) : NULL;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_NAME]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TEXT]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PROBLEM]);
}

/* ---- judging ---- */

static void
lose (MuriSmartGroup *self, MuriVm *vm)
{
  if (g_hash_table_remove (self->found, vm))
    g_ptr_array_add (self->lost, g_object_ref (vm));
}

static void
judge_figures (MuriSmartGroup *self, MuriVm *vm)
{
  if (!muri_query_matches_figures (self->query, vm))
    {
      lose (self, vm);
      return;
    }
  if (!g_hash_table_add (self->found, vm))
    return;
  /* It was lost and comes back before anybody saw that. */
  if (!g_ptr_array_remove_fast (self->lost, vm))
    muri_model_append (self->model, vm);
}

void
muri_smart_group_update_vm (MuriSmartGroup *self, MuriVm *vm)
{
  if (self->query == NULL || !muri_query_matches_facts (self->query, vm))
    {
      lose (self, vm);
      g_hash_table_remove (self->candidates, vm);
      return;
    }
  if (!g_hash_table_contains (self->candidates, vm))
    g_hash_table_add (self->candidates, g_object_ref (vm));
  judge_figures (self, vm);
}

void
muri_smart_group_update_figures (MuriSmartGroup *self)
{
  GHashTableIter iter;
  gpointer vm;

  if (self->query == NULL || !muri_query_uses_figures (self->query))
    return;
  g_hash_table_iter_init (&iter, self->candidates);
  while (g_hash_table_iter_next (&iter, &vm, NULL))
    judge_figures (self, vm);
}

void
muri_smart_group_remove_vms (MuriSmartGroup *self, GPtrArray *vms)
{
  for (guint i = 0; i < vms->len; i++)
    {
      lose (self, vms->pdata[i]);
      g_hash_table_remove (self->candidates, vms->pdata[i]);
    }
}

void
muri_smart_group_fill (MuriSmartGroup *self, GListModel *vms)
{
  for (guint i = 0; i < g_list_model_get_n_items (vms); i++)
    {
      g_autoptr (MuriVm) vm = g_list_model_get_item (vms, i);

      muri_smart_group_update_vm (self, vm);
    }
  muri_smart_group_settle (self);
}

void
muri_smart_group_settle (MuriSmartGroup *self)
{
  guint before = muri_smart_group_get_n_vms (self);

  if (self->lost->len > 0)
    muri_model_remove (self->model, self->lost);
  g_ptr_array_set_size (self->lost, 0);
  muri_model_flush (self->model);
  if (muri_smart_group_get_n_vms (self) != before)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_VMS]);
}

/* ---- what a console asks ---- */

/**
 * muri_smart_group_get_id:
 * @group: a saved search
 *
 * Returns: a name that stays
 */
const char *
muri_smart_group_get_id (MuriSmartGroup *group)
{
  return group->id;
}

/**
 * muri_smart_group_get_name:
 * @group: a saved search
 *
 * Returns: its name
 */
const char *
muri_smart_group_get_name (MuriSmartGroup *group)
{
  return group->name;
}

/**
 * muri_smart_group_get_text:
 * @group: a saved search
 *
 * Returns: the query as it was written
 */
const char *
muri_smart_group_get_text (MuriSmartGroup *group)
{
  return group->text;
}

/**
 * muri_smart_group_get_problem:
 * @group: a saved search
 *
 * Returns: (nullable): why its text cannot be understood, in a sentence
 */
const char *
muri_smart_group_get_problem (MuriSmartGroup *group)
{
  return group->problem;
}

/**
 * muri_smart_group_get_n_vms:
 * @group: a saved search
 *
 * Returns: how many VMs it finds now
 */
guint
muri_smart_group_get_n_vms (MuriSmartGroup *group)
{
  return g_list_model_get_n_items (G_LIST_MODEL (group->model));
}

/**
 * muri_smart_group_has_vm:
 * @group: a saved search
 * @vm: a VM
 *
 * Returns: whether it finds @vm
 */
gboolean
muri_smart_group_has_vm (MuriSmartGroup *group, MuriVm *vm)
{
  return g_hash_table_contains (group->found, vm);
}
