/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-fleet-private.h"

#include "muri-uuid.h"
#include "muri-words.h"

/* An agent that has a store tells of all its templates when it tells of itself. What is not heard
 * of so long after is gone. */
#define TEMPLATES_TOLD_AFTER (10 * G_TIME_SPAN_SECOND)

static MuriTemplate *
ensure_template (MuriFleet *self, const muri_v1_Uuid *uuid)
{
  MuriTemplate *template = g_hash_table_lookup (self->templates_by_uuid, uuid);

  if (template != NULL)
    return template;

  template = muri_template_new (uuid);
  g_hash_table_insert (self->templates_by_uuid, (gpointer)muri_template_get_uuid (template),
                       template);
  return template;
}

static MuriTargetKey
key_of (MuriHolder *holder)
{
  return (MuriTargetKey){ *muri_node_get_uuid (muri_holder_get_node (holder)),
                          muri_holder_get_facts (holder)->template_id };
}

/* Its template has somebody to say what it is, and is shown. */
static MuriHolder *
add_holder (MuriFleet *self, MuriNode *node, MuriFacts *facts)
{
  MuriHolder *holder = muri_holder_new (node, facts);
  const MuriTargetKey key = key_of (holder);
  MuriTemplate *template = ensure_template (self, &key.vm);
  gboolean first = g_list_model_get_n_items (muri_template_get_holders (template)) == 0;

  g_hash_table_insert (self->holders, g_memdup2 (&key, sizeof key), holder);
  muri_template_add_holder (template, holder);
  muri_template_update (template);
  if (first)
    muri_model_append (self->templates, template);
  return holder;
}

static void
remove_holder (MuriFleet *self, MuriHolder *holder)
{
  const MuriTargetKey key = key_of (holder);
  MuriTemplate *template = g_hash_table_lookup (self->templates_by_uuid, &key.vm);
  g_autoptr (GPtrArray) gone = g_ptr_array_new_with_free_func (g_object_unref);

  muri_fleet_save_removal (self, holder, &key);
  muri_template_remove_holder (template, holder);
  if (g_list_model_get_n_items (muri_template_get_holders (template)) > 0)
    muri_template_update (template);
  else
    {
      g_ptr_array_add (gone, g_object_ref (template));
      muri_model_remove (self->templates, gone);
      g_hash_table_remove (self->templates_by_uuid, &key.vm);
    }
  g_hash_table_remove (self->holders, &key);
}

/* Of @node, with references. */
static GPtrArray *
list_holders (MuriFleet *self, MuriNode *node)
{
  GPtrArray *holders = g_ptr_array_new_with_free_func (g_object_unref);
  GHashTableIter iter;
  gpointer holder;

  g_hash_table_iter_init (&iter, self->holders);
  while (g_hash_table_iter_next (&iter, NULL, &holder))
    if (muri_holder_get_node (holder) == node)
      g_ptr_array_add (holders, g_object_ref (holder));
  return holders;
}

void
muri_fleet_fold_template (MuriFleet *self, MuriChange *change)
{
  const muri_v1_Template *sample = change->sample;
  const MuriTargetKey key = { sample->node, sample->template_id };
  MuriHolder *holder = g_hash_table_lookup (self->holders, &key);
  gpointer stolen;

  if (change->life == MURI_LIFE_DISPOSED)
    {
      if (holder != NULL)
        remove_holder (self, holder);
      return;
    }

  if (change->valid)
    {
      MuriFacts *facts;

      muri_change_steal_sample (change, &stolen);
      facts = muri_facts_new (MURI_TOPIC_TEMPLATE, stolen);
      if (holder != NULL)
        {
          muri_holder_set_facts (holder, facts);
          muri_template_update (g_hash_table_lookup (self->templates_by_uuid, &key.vm));
        }
      else
        holder = add_holder (self, muri_fleet_ensure_node (self, &key.node), facts);
      muri_fleet_save (self, holder);
    }
  if (holder != NULL)
    muri_holder_set_live (holder, change->life == MURI_LIFE_ALIVE);
}

void
muri_fleet_restore_holder (MuriFleet *self, MuriNode *node, MuriFacts *facts)
{
  add_holder (self, node, facts);
}

/* Its state is another: who is asked first, and who has the last word. */
void
muri_fleet_update_templates_of_node (MuriFleet *self, MuriNode *node)
{
  g_autoptr (GPtrArray) holders = list_holders (self, node);

  for (guint i = 0; i < holders->len; i++)
    {
      const MuriTargetKey key = key_of (holders->pdata[i]);

      muri_template_update (g_hash_table_lookup (self->templates_by_uuid, &key.vm));
    }
}

/* No reader tells of them any more: what it says when it is back is new. */
void
muri_fleet_lose_templates_of_node (MuriFleet *self, MuriNode *node)
{
  g_autoptr (GPtrArray) holders = list_holders (self, node);

  for (guint i = 0; i < holders->len; i++)
    muri_holder_set_live (holders->pdata[i], FALSE);
}

void
muri_fleet_remove_templates_of_node (MuriFleet *self, MuriNode *node)
{
  g_autoptr (GPtrArray) holders = list_holders (self, node);

  for (guint i = 0; i < holders->len; i++)
    remove_holder (self, holders->pdata[i]);
}

static gboolean
has_told_all (MuriNode *node, gint64 now)
{
  const muri_v1_Node *facts = muri_node_get_facts (node);

  return muri_node_is_live (node) && facts->connection == MURI_CONNECTION_UP
         && facts->store[0] != '\0' && facts->store_error[0] == '\0'
         && now - muri_node_get_live_since (node) > TEMPLATES_TOLD_AFTER;
}

/* What was deleted while nobody listened. @now: monotonic */
void
muri_fleet_reconcile_templates (MuriFleet *self, gint64 now)
{
  g_autoptr (GPtrArray) gone = g_ptr_array_new_with_free_func (g_object_unref);
  GHashTableIter iter;
  gpointer holder;

  g_hash_table_iter_init (&iter, self->holders);
  while (g_hash_table_iter_next (&iter, NULL, &holder))
    if (!muri_holder_is_live (holder) && has_told_all (muri_holder_get_node (holder), now))
      g_ptr_array_add (gone, g_object_ref (holder));
  for (guint i = 0; i < gone->len; i++)
    remove_holder (self, gone->pdata[i]);
}

/* ---- what a console asks ---- */

/**
 * muri_fleet_get_templates:
 * @fleet: a fleet
 *
 * Returns: (transfer none): a model of #MuriTemplate
 */
GListModel *
muri_fleet_get_templates (MuriFleet *fleet)
{
  return G_LIST_MODEL (fleet->templates);
}

/**
 * muri_fleet_find_template:
 * @fleet: a fleet
 * @id: a template's UUID
 *
 * Returns: (transfer none) (nullable): the template
 */
MuriTemplate *
muri_fleet_find_template (MuriFleet *fleet, const char *id)
{
  muri_v1_Uuid uuid;

  return id != NULL && muri_uuid_parse (id, &uuid)
             ? g_hash_table_lookup (fleet->templates_by_uuid, &uuid)
             : NULL;
}

/**
 * muri_fleet_list_clones:
 * @fleet: a fleet
 * @template: a template
 * @linked: only those whose disks still read its image
 *
 * Returns: (transfer full) (element-type MuriVm): the VMs that were cloned from it
 */
GPtrArray *
muri_fleet_list_clones (MuriFleet *fleet, MuriTemplate *template, gboolean linked)
{
  GPtrArray *clones = g_ptr_array_new_with_free_func (g_object_unref);
  GListModel *vms = G_LIST_MODEL (fleet->vms);

  for (guint i = 0; i < g_list_model_get_n_items (vms); i++)
    {
      g_autoptr (MuriVm) vm = g_list_model_get_item (vms, i);
      const MuriVmFacts *facts = muri_vm_get_facts (vm);

      if (muri_uuid_equal (&facts->template_id, muri_template_get_uuid (template))
          && (facts->linked || !linked))
        g_ptr_array_add (clones, g_steal_pointer (&vm));
    }
  return clones;
}

/**
 * muri_fleet_list_children:
 * @fleet: a fleet
 * @template: a template
 *
 * Returns: (transfer full) (element-type MuriTemplate): those that were made of its clones
 */
GPtrArray *
muri_fleet_list_children (MuriFleet *fleet, MuriTemplate *template)
{
  GPtrArray *children = g_ptr_array_new_with_free_func (g_object_unref);
  GListModel *templates = G_LIST_MODEL (fleet->templates);

  for (guint i = 0; i < g_list_model_get_n_items (templates); i++)
    {
      g_autoptr (MuriTemplate) other = g_list_model_get_item (templates, i);

      if (muri_uuid_equal (&muri_template_get_facts (other)->parent,
                           muri_template_get_uuid (template)))
        g_ptr_array_add (children, g_steal_pointer (&other));
    }
  return children;
}
