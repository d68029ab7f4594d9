/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-config.h"

#include "muri-group-parts.h"

#include <glib/gi18n.h>
#include <math.h>

#include "muri-counted.h"
#include "muri-fleet-sum.h"
#include "muri-graph-draw.h"

/* What may become a part. */
typedef struct
{
  char *name;
  GListStore *vms;
  double busy; /* processors, now */
} Candidate;

struct _MuriGroupParts
{
  GPtrArray *models; /* of GListModel, as many as parts */
  GPtrArray *parts;
};

static void
candidate_free (gpointer data)
{
  Candidate *candidate = data;

  g_free (candidate->name);
  g_object_unref (candidate->vms);
  g_free (candidate);
}

static Candidate *
add_candidate (GPtrArray *candidates, const char *name)
{
  Candidate *candidate = g_new0 (Candidate, 1);

  candidate->name = g_strdup (name);
  candidate->vms = g_list_store_new (MURI_TYPE_VM);
  g_ptr_array_add (candidates, candidate);
  return candidate;
}

static void
add_vm (Candidate *candidate, MuriVm *vm)
{
  double cpu = muri_vm_get_figure (vm, MURI_FIGURE_CPU);

  g_list_store_append (candidate->vms, vm);
  if (isfinite (cpu))
    candidate->busy += cpu * MAX (muri_vm_get_facts (vm)->vcpus, 1);
}

/* The place of a VM is the first group that has it; NULL: none has. */
static Candidate *
find_place (GListModel *groups, GPtrArray *candidates, MuriVm *vm)
{
  for (guint i = 0; i < candidates->len; i++)
    {
      g_autoptr (MuriGroup) group = g_list_model_get_item (groups, i);

      if (muri_group_has_vm (group, vm))
        return candidates->pdata[i];
    }
  return NULL;
}

static void
collect_groups (GPtrArray *candidates, GListModel *groups, GListModel *vms)
{
  guint n = g_list_model_get_n_items (vms);
  Candidate *rest = NULL;

  for (guint i = 0; i < g_list_model_get_n_items (groups); i++)
    {
      g_autoptr (MuriGroup) group = g_list_model_get_item (groups, i);

      add_candidate (candidates, muri_group_get_name (group));
    }
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (MuriVm) vm = g_list_model_get_item (vms, i);
      Candidate *place = find_place (groups, candidates, vm);

      if (place == NULL && rest == NULL)
        {
          rest = g_new0 (Candidate, 1);
          /* Translators: VMs of a group that are in none of the groups in it */
          rest->name = g_strdup (C_ ("VMs", "Directly in it"));
          rest->vms = g_list_store_new (MURI_TYPE_VM);
        }
      add_vm (place ? place : rest, vm);
    }
  if (rest)
    g_ptr_array_add (candidates, rest);
}

static void
collect_vms (GPtrArray *candidates, GListModel *vms)
{
  guint n = g_list_model_get_n_items (vms);

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (MuriVm) vm = g_list_model_get_item (vms, i);

      add_vm (add_candidate (candidates, muri_vm_get_name (vm)), vm);
    }
}

static int
compare (gconstpointer a, gconstpointer b)
{
  const Candidate *first = *(Candidate *const *)a;
  const Candidate *second = *(Candidate *const *)b;

  if (first->busy != second->busy)
    return first->busy > second->busy ? -1 : 1;
  return g_utf8_collate (first->name, second->name);
}

static void
fold_others (GPtrArray *candidates)
{
  Candidate *others;

  if (candidates->len <= MURI_GRAPH_HUES)
    return;
  others = add_candidate (candidates, NULL);
  for (guint i = MURI_GRAPH_HUES - 1; i + 1 < candidates->len; i++)
    {
      GListModel *vms = G_LIST_MODEL (((Candidate *)candidates->pdata[i])->vms);

      for (guint j = 0; j < g_list_model_get_n_items (vms); j++)
        {
          g_autoptr (MuriVm) vm = g_list_model_get_item (vms, j);

          g_list_store_append (others->vms, vm);
        }
    }
  others->name =
      muri_counted (ngettext ("%u other", "%u others", candidates->len - MURI_GRAPH_HUES),
                    candidates->len - MURI_GRAPH_HUES);
  g_ptr_array_remove_range (candidates, MURI_GRAPH_HUES - 1, candidates->len - MURI_GRAPH_HUES);
}

MuriGroupParts *
muri_group_parts_new (MuriGroup *group, GListModel *vms, guint seconds)
{
  g_autoptr (GPtrArray) candidates = g_ptr_array_new_with_free_func (candidate_free);
  MuriGroupParts *self = g_new0 (MuriGroupParts, 1);
  GListModel *groups = group ? muri_group_get_groups (group) : NULL;
  gint64 now = g_get_real_time ();

  if (groups && g_list_model_get_n_items (groups) > 0)
    collect_groups (candidates, groups, vms);
  else
    collect_vms (candidates, vms);
  g_ptr_array_sort (candidates, compare);
  fold_others (candidates);
  self->models = g_ptr_array_new_with_free_func (g_object_unref);
  self->parts = g_ptr_array_new_with_free_func ((GDestroyNotify)muri_graph_part_unref);
  for (guint i = 0; i < candidates->len; i++)
    {
      Candidate *candidate = candidates->pdata[i];
      GListModel *model = G_LIST_MODEL (candidate->vms);
      g_autoptr (MuriSeries) live = muri_fleet_sum_series (model, now, seconds);

      g_ptr_array_add (self->models, g_object_ref (model));
      g_ptr_array_add (self->parts, muri_graph_part_new_sum (candidate->name, live, model));
    }
  return self;
}

void
muri_group_parts_free (MuriGroupParts *self)
{
  g_ptr_array_unref (self->models);
  g_ptr_array_unref (self->parts);
  g_free (self);
}

GPtrArray *
muri_group_parts_get (MuriGroupParts *self)
{
  return self->parts;
}

void
muri_group_parts_push (MuriGroupParts *self, gint64 now)
{
  for (guint i = 0; i < self->parts->len; i++)
    {
      MuriGraphPart *part = self->parts->pdata[i];
      MuriFleetSum sum;

      muri_fleet_sum_now (self->models->pdata[i], &sum);
      muri_fleet_sum_push (part->live, now, &sum);
    }
}
