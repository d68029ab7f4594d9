/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-deletion.h"

static void
volume_free (gpointer data)
{
  MuriDeletionVolume *volume = data;

  g_strfreev (volume->users);
  g_free ((char *)volume->target);
  g_free ((char *)volume->source);
  g_free (volume);
}

static void
item_free (gpointer data)
{
  MuriDeletionItem *item = data;

  g_object_unref (item->vm);
  g_ptr_array_unref (item->volumes);
  g_free (item);
}

/* ---- what there is ---- */

static gboolean
uses (MuriVm *vm, const char *source)
{
  const MuriVmFacts *facts = muri_vm_get_facts (vm);

  for (guint i = 0; i < facts->n_disks; i++)
    if (g_str_equal (facts->disks[i].source, source))
      return TRUE;
  return FALSE;
}

/* Other VMs of its host with the same disk. Those that have it in a chain of backing files only
 * their agent knows of. */
static char **
list_users (MuriVm *vm, const char *source)
{
  GPtrArray *users = g_ptr_array_new ();
  GListModel *vms = muri_node_get_vms (muri_vm_get_node (vm));

  for (guint i = 0; *source != '\0' && i < g_list_model_get_n_items (vms); i++)
    {
      g_autoptr (MuriVm) other = g_list_model_get_item (vms, i);

      if (other != vm && uses (other, source))
        g_ptr_array_add (users, g_strdup (muri_vm_get_name (other)));
    }
  g_ptr_array_add (users, NULL);
  return (char **)g_ptr_array_free (users, FALSE);
}

static MuriDeletionVolume *
make_volume (MuriVm *vm, const MuriDisk *disk)
{
  MuriDeletionVolume *volume = g_new0 (MuriDeletionVolume, 1);

  volume->target = g_strdup (disk->target);
  volume->source = g_strdup (disk->source);
  volume->capacity = disk->capacity;
  volume->allocation = disk->allocation;
  volume->users = list_users (vm, disk->source);
  if (!g_str_equal (disk->device, "disk"))
    volume->stay = MURI_DELETION_MEDIUM;
  else if (disk->shared || volume->users[0] != NULL)
    volume->stay = MURI_DELETION_SHARED;
  return volume;
}

static gboolean
is_off (guint state)
{
  return state == MURI_VM_STATE_OFF || state == MURI_VM_STATE_CRASHED
         || state == MURI_VM_STATE_SAVED;
}

static MuriDeletionReason
judge (MuriVm *vm)
{
  const MuriVmFacts *facts = muri_vm_get_facts (vm);

  if (!muri_vm_is_known (vm))
    return MURI_DELETION_UNREACHABLE;
  if (!muri_node_supports (muri_vm_get_node (vm), MURI_VERB_DELETE))
    return MURI_DELETION_UNSUPPORTED;
  if (facts->guarded)
    return MURI_DELETION_GUARDED;
  return is_off (facts->state) ? MURI_DELETION_POSSIBLE : MURI_DELETION_RUNNING;
}

static MuriDeletionItem *
make_item (MuriVm *vm)
{
  MuriDeletionItem *item = g_new0 (MuriDeletionItem, 1);
  const MuriVmFacts *facts = muri_vm_get_facts (vm);

  item->vm = g_object_ref (vm);
  item->reason = judge (vm);
  item->managed_save = facts->managed_save;
  item->nvram = facts->uefi;
  item->volumes = g_ptr_array_new_with_free_func (volume_free);
  for (guint i = 0; i < facts->n_disks; i++)
    if (facts->disks[i].source[0] != '\0')
      g_ptr_array_add (item->volumes, make_volume (vm, &facts->disks[i]));
  return item;
}

/**
 * muri_deletion_new:
 * @vms: (element-type MuriVm): VMs
 * @volumes: whether volumes that may go are chosen
 *
 * Returns: (transfer full): what goes when they are deleted
 */
MuriDeletion *
muri_deletion_new (GPtrArray *vms, gboolean volumes)
{
  MuriDeletion *deletion = g_new0 (MuriDeletion, 1);

  deletion->items = g_ptr_array_new_with_free_func (item_free);
  for (guint i = 0; i < vms->len; i++)
    {
      MuriDeletionItem *item = make_item (vms->pdata[i]);

      g_ptr_array_add (deletion->items, item);
      deletion->n_possible += item->reason == MURI_DELETION_POSSIBLE;
    }
  muri_deletion_choose (deletion, NULL, NULL, volumes);
  return deletion;
}

/**
 * muri_deletion_free:
 * @deletion: (transfer full): a deletion
 */
void
muri_deletion_free (MuriDeletion *deletion)
{
  g_ptr_array_unref (deletion->items);
  g_free (deletion);
}

/* ---- what runs ---- */

static gboolean
goes (MuriDeletion *deletion, MuriDeletionItem *item)
{
  return item->reason == MURI_DELETION_POSSIBLE
         || (deletion->stop && item->reason == MURI_DELETION_RUNNING);
}

/**
 * muri_deletion_set_stop:
 * @deletion: a deletion
 * @stop: whether those that run are forced off first, and can go then
 */
void
muri_deletion_set_stop (MuriDeletion *deletion, gboolean stop)
{
  deletion->stop = stop;
  deletion->n_possible = 0;
  for (guint i = 0; i < deletion->items->len; i++)
    deletion->n_possible += goes (deletion, deletion->items->pdata[i]);
}

/**
 * muri_deletion_list_running:
 * @deletion: a deletion
 *
 * Returns: (transfer full) (element-type MuriVm): those that are to be forced off first
 */
GPtrArray *
muri_deletion_list_running (MuriDeletion *deletion)
{
  GPtrArray *vms = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; deletion->stop && i < deletion->items->len; i++)
    {
      MuriDeletionItem *item = deletion->items->pdata[i];

      if (item->reason == MURI_DELETION_RUNNING)
        g_ptr_array_add (vms, g_object_ref (item->vm));
    }
  return vms;
}

/* ---- choice ---- */

/**
 * muri_deletion_choose:
 * @deletion: a deletion
 * @item: (nullable): one of its items; %NULL all
 * @volume: (nullable): one of the item's volumes; %NULL all
 * @chosen: whether it goes
 *
 * What stays whatever is chosen is not chosen.
 */
void
muri_deletion_choose (MuriDeletion *deletion, MuriDeletionItem *item, MuriDeletionVolume *volume,
                      gboolean chosen)
{
  for (guint i = 0; i < deletion->items->len; i++)
    {
      MuriDeletionItem *each = deletion->items->pdata[i];

      for (guint j = 0; (item == NULL || item == each) && j < each->volumes->len; j++)
        {
          MuriDeletionVolume *one = each->volumes->pdata[j];

          if (volume == NULL || volume == one)
            one->chosen = chosen && one->stay == MURI_DELETION_GOES;
        }
    }
}

static guint
count (MuriDeletion *deletion, guint64 *allocation)
{
  guint n = 0;

  *allocation = 0;
  for (guint i = 0; i < deletion->items->len; i++)
    {
      MuriDeletionItem *item = deletion->items->pdata[i];

      for (guint j = 0; goes (deletion, item) && j < item->volumes->len; j++)
        {
          MuriDeletionVolume *volume = item->volumes->pdata[j];

          n += volume->chosen;
          *allocation += volume->chosen ? volume->allocation : 0;
        }
    }
  return n;
}

/**
 * muri_deletion_count_volumes:
 * @deletion: a deletion
 *
 * Returns: how many volumes go
 */
guint
muri_deletion_count_volumes (MuriDeletion *deletion)
{
  guint64 allocation;

  return count (deletion, &allocation);
}

/**
 * muri_deletion_sum_allocation:
 * @deletion: a deletion
 *
 * Returns: bytes that become free, as far as they are known
 */
guint64
muri_deletion_sum_allocation (MuriDeletion *deletion)
{
  guint64 allocation;

  count (deletion, &allocation);
  return allocation;
}

/**
 * muri_deletion_is_large:
 * @deletion: a deletion
 *
 * Returns: whether the number of VMs is to be typed first
 */
gboolean
muri_deletion_is_large (MuriDeletion *deletion)
{
  return deletion->n_possible > MURI_DELETION_TYPED_ABOVE;
}

/* ---- asking ---- */

/* As the parameter has it. They are always named: a volume that nobody was shown does not go. */
static char *
print_volumes (MuriDeletionItem *item)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < item->volumes->len; i++)
    {
      MuriDeletionVolume *volume = item->volumes->pdata[i];

      if (volume->chosen)
        g_string_append_printf (text, "%s%s", text->len > 0 ? " " : "", volume->target);
    }
  if (text->len == 0)
    g_string_assign (text, MURI_VOLUMES_NONE);
  return g_string_free (text, FALSE);
}

/**
 * muri_deletion_make_requests:
 * @deletion: a deletion
 *
 * Returns: (transfer full) (element-type MuriRequest): one for each choice of volumes, of the VMs
 *   that can be deleted
 */
GPtrArray *
muri_deletion_make_requests (MuriDeletion *deletion)
{
  GPtrArray *requests = g_ptr_array_new_with_free_func ((GDestroyNotify)muri_request_unref);
  g_autoptr (GHashTable) by_volumes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < deletion->items->len; i++)
    {
      MuriDeletionItem *item = deletion->items->pdata[i];
      g_autofree char *volumes = print_volumes (item);
      MuriRequest *request = g_hash_table_lookup (by_volumes, volumes);

      if (!goes (deletion, item))
        continue;
      if (request == NULL)
        {
          request = muri_request_new (MURI_VERB_DELETE);
          muri_request_set_parameter (request, MURI_PARAMETER_VOLUMES, volumes);
          g_hash_table_insert (by_volumes, g_strdup (volumes), request);
          g_ptr_array_add (requests, request);
        }
      muri_request_add_vm (request, item->vm);
    }
  return requests;
}
