/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-editor.h"

#include "muri-request-private.h"
#include "muri-uuid.h"
#include "muri-words.h"

#include <glib/gi18n-lib.h>

/* So many edits can be taken back. */
#define EDITS_MAX 100

struct _MuriEditor
{
  MuriFleet *fleet;
  MuriEdit *edit;       /* its items are the objects; the label comes at the end */
  GPtrArray *objects;   /* those of the items */
  GHashTable *requests; /* what is written, as text, to the MuriRequest */
  GPtrArray *in_order;  /* the same MuriRequests */
  guint n_vms;
};

MuriEditor *
muri_editor_new (MuriFleet *fleet)
{
  MuriEditor *editor = g_new0 (MuriEditor, 1);

  editor->fleet = fleet;
  editor->edit = muri_edit_new ();
  editor->objects = g_ptr_array_new_with_free_func (g_object_unref);
  editor->requests = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  editor->in_order = g_ptr_array_new_with_free_func ((GDestroyNotify)muri_request_unref);
  return editor;
}

void
muri_editor_free (MuriEditor *editor)
{
  g_object_unref (editor->edit);
  g_ptr_array_unref (editor->objects);
  g_hash_table_unref (editor->requests);
  g_ptr_array_unref (editor->in_order);
  g_free (editor);
}

gboolean
muri_editor_is_here (MuriEditor *editor, gpointer object)
{
  MuriNode *node = MURI_IS_VM (object) ? muri_vm_get_node (object) : object;

  return muri_fleet_lookup_node (editor->fleet, muri_node_get_uuid (node)) == node
         && (!MURI_IS_VM (object) || muri_node_find_vm (node, muri_vm_get_uuid (object)) == object);
}

/* ---- what is under way ---- */

static gboolean
may_still_come (MuriEdit *edit, const MuriTargetKey *key)
{
  GPtrArray *operations = muri_edit_get_operations (edit);

  for (guint i = 0; i < operations->len; i++)
    {
      MuriTarget *target = muri_operation_find_target (operations->pdata[i], key);
      guint state = target != NULL ? muri_target_get_state (target) : MURI_OUTCOME_DONE;

      if (muri_target_state_is_final (state) && !muri_target_state_is_success (state))
        return FALSE;
    }
  return TRUE;
}

MuriMemberships *
muri_editor_assume (MuriEditor *editor, gpointer object)
{
  MuriMemberships *now = muri_memberships_of (object);
  const MuriTargetKey key = muri_edit_key (object);

  for (guint i = editor->fleet->edits->len; i-- > 0;)
    {
      MuriEdit *edit = editor->fleet->edits->pdata[i];
      const MuriEditItem *item = muri_edit_find_item (edit, &key);

      if (item == NULL)
        continue;
      if (!muri_memberships_equal (now, item->before) || !may_still_come (edit, &key))
        break;
      muri_memberships_free (now);
      return muri_memberships_copy (item->after);
    }
  return now;
}

/* ---- writing ---- */

static MuriMemberships *
begin (MuriEditor *editor, gpointer object)
{
  g_autoptr (MuriMemberships) now = muri_editor_assume (editor, object);
  guint before = muri_edit_peek_items (editor->edit)->len;
  MuriEditItem *item = muri_edit_ensure_item (editor->edit, object, now);

  if (muri_edit_peek_items (editor->edit)->len > before)
    {
      g_ptr_array_add (editor->objects, g_object_ref (object));
      editor->n_vms += MURI_IS_VM (object);
    }
  return item->after;
}

/* One request for all objects of which the same is asked. The names of @parameters are in order,
 * ended by NULL. */
static void
ask (MuriEditor *editor, gpointer object, guint verb, const char *const (*parameters)[2])
{
  g_autoptr (GString) text = g_string_new (NULL);
  MuriRequest *request;

  g_string_printf (text, "%u", verb);
  for (guint i = 0; parameters[i][0] != NULL; i++)
    g_string_append_printf (text, "\n%s\n%s", parameters[i][0], parameters[i][1]);
  request = g_hash_table_lookup (editor->requests, text->str);
  if (request == NULL)
    {
      request = muri_request_new (verb);
      for (guint i = 0; parameters[i][0] != NULL; i++)
        muri_request_set_parameter (request, parameters[i][0], parameters[i][1]);
      muri_request_set_remembers (request, TRUE);
      g_ptr_array_add (editor->in_order, request);
      g_hash_table_insert (editor->requests, g_strdup (text->str), request);
    }

  if (MURI_IS_VM (object))
    muri_request_add_vm (request, object);
  else
    muri_request_add_node (request, object);
}

void
muri_editor_join (MuriEditor *editor, gpointer object, const MuriPlace *place)
{
  g_autofree char *order = g_strdup_printf ("%d", place->order);
  g_autofree char *delay = g_strdup_printf ("%u", place->delay);
  const char *const parameters[][2] = { { MURI_PARAMETER_GROUP, place->group },
                                        { MURI_PARAMETER_ORDER, order },
                                        { MURI_PARAMETER_DELAY, delay },
                                        { NULL, NULL } };

  muri_memberships_join (begin (editor, object), place);
  ask (editor, object, MURI_VERB_JOIN_GROUP, parameters);
}

void
muri_editor_leave (MuriEditor *editor, gpointer object, const char *group)
{
  const char *const parameters[][2] = { { MURI_PARAMETER_GROUP, group }, { NULL, NULL } };

  muri_memberships_leave (begin (editor, object), group);
  ask (editor, object, MURI_VERB_LEAVE_GROUP, parameters);
}

void
muri_editor_move (MuriEditor *editor, gpointer object, const char *from, const char *to,
                  gboolean only)
{
  const char *const parameters[][2] = { { MURI_PARAMETER_FROM, from },
                                        { MURI_PARAMETER_TO, to },
                                        { only ? MURI_PARAMETER_ONLY : NULL, "1" },
                                        { NULL, NULL } };

  muri_memberships_move (begin (editor, object), from, to, only);
  ask (editor, object, MURI_VERB_MOVE_GROUP, parameters);
}

void
muri_editor_guard (MuriEditor *editor, gpointer object, gboolean guarded)
{
  static const char *const none[][2] = { { NULL, NULL } };

  begin (editor, object)->guarded = guarded;
  ask (editor, object, guarded ? MURI_VERB_GUARD : MURI_VERB_UNGUARD, none);
}

/* The one place of @a that is not in @b as it is there; NULL: none, or more than one. */
static const MuriPlace *
only_difference (const MuriMemberships *a, const MuriMemberships *b)
{
  const MuriPlace *found = NULL;

  for (guint i = 0; i < a->places->len; i++)
    {
      const MuriPlace *place = &g_array_index (a->places, MuriPlace, i);
      const MuriPlace *other = muri_memberships_find (b, place->group);

      if (other != NULL && other->order == place->order && other->delay == place->delay)
        continue;
      if (found != NULL)
        return NULL;
      found = place;
    }
  return found;
}

static void
restore_places (MuriEditor *editor, gpointer object, const MuriMemberships *now,
                const MuriMemberships *wanted)
{
  for (guint i = 0; i < now->places->len; i++)
    {
      const MuriPlace *place = &g_array_index (now->places, MuriPlace, i);

      if (muri_memberships_find (wanted, place->group) == NULL)
        muri_editor_leave (editor, object, place->group);
    }
  for (guint i = 0; i < wanted->places->len; i++)
    {
      const MuriPlace *place = &g_array_index (wanted->places, MuriPlace, i);
      const MuriPlace *known = muri_memberships_find (now, place->group);

      if (known == NULL || known->order != place->order || known->delay != place->delay)
        muri_editor_join (editor, object, place);
    }
}

void
muri_editor_restore (MuriEditor *editor, gpointer object, const MuriMemberships *now,
                     const MuriMemberships *wanted)
{
  const MuriPlace *gone = only_difference (now, wanted);
  const MuriPlace *back = only_difference (wanted, now);

  if (gone != NULL && back != NULL && gone->order == back->order && gone->delay == back->delay
      && !g_str_equal (gone->group, back->group) && now->places->len == wanted->places->len)
    muri_editor_move (editor, object, gone->group, back->group, TRUE);
  else
    restore_places (editor, object, now, wanted);
  if (now->guarded != wanted->guarded)
    muri_editor_guard (editor, object, wanted->guarded);
}

void
muri_editor_keep (MuriEditor *editor, const char *from, const char *to)
{
  muri_edit_add_kept (editor->edit, from, to);
}

/* ---- the end ---- */

MuriEdit *
muri_editor_peek_edit (MuriEditor *editor)
{
  return editor->edit;
}

gboolean
muri_editor_is_empty (MuriEditor *editor)
{
  return editor->in_order->len == 0 && muri_edit_peek_kept (editor->edit)->len == 0;
}

char *
muri_editor_describe (MuriEditor *editor)
{
  guint n_nodes = editor->objects->len - editor->n_vms;
  g_autofree char *vms =
      g_strdup_printf (ngettext ("%u VM", "%u VMs", editor->n_vms), editor->n_vms);
  g_autofree char *nodes = g_strdup_printf (ngettext ("%u host", "%u hosts", n_nodes), n_nodes);

  if (editor->objects->len == 1)
    return g_strdup (editor->n_vms == 1 ? muri_vm_get_name (editor->objects->pdata[0])
                                        : muri_node_get_name (editor->objects->pdata[0]));
  if (n_nodes == 0)
    return g_steal_pointer (&vms);
  if (editor->n_vms == 0)
    return g_steal_pointer (&nodes);
  /* Translators: as “3 VMs and 1 host” */
  return g_strdup_printf (_ ("%s and %s"), vms, nodes);
}

static void
set_pace (MuriRequest *request)
{
  const MuriPacing pacing = { .batch = MURI_OPERATION_TARGETS_MAX };

  if (muri_request_get_vms (request)->len + muri_request_get_nodes (request)->len > pacing.batch)
    muri_request_set_pacing (request, &pacing, NULL);
}

static void
follow_kept (MuriFleet *fleet, GPtrArray *kept)
{
  for (guint i = 0; i < kept->len; i++)
    {
      const MuriEditKept *one = kept->pdata[i];

      if (one->to != NULL)
        muri_groups_keep (fleet->groups, one->to);
      if (one->from != NULL)
        muri_groups_release (fleet->groups, one->from);
    }
  if (kept->len > 0)
    muri_fleet_save_groups (fleet);
}

MuriEdit *
muri_editor_commit (MuriEditor *editor, char *label, const char *group, GError **error)
{
  MuriFleet *fleet = editor->fleet;

  muri_edit_take_label (editor->edit, label);
  if (fleet->store == NULL)
    {
      g_set_error_literal (error, MURI_FLEET_ERROR, MURI_FLEET_ERROR_STORE,
                           _ ("Nothing can be done while Muri’s database is not open"));
      return NULL;
    }

  for (guint i = 0; i < editor->in_order->len; i++)
    {
      MuriRequest *request = editor->in_order->pdata[i];
      g_autoptr (MuriOperation) operation = NULL;

      set_pace (request);
      muri_request_set_group (request, group);
      operation = muri_fleet_begin (fleet, request, error);
      if (operation == NULL)
        return NULL;
      muri_edit_add_operation (editor->edit, operation);
    }

  follow_kept (fleet, muri_edit_peek_kept (editor->edit));
  g_ptr_array_add (fleet->edits, g_object_ref (editor->edit));
  if (fleet->edits->len > EDITS_MAX)
    g_ptr_array_remove_index (fleet->edits, 0);
  muri_fleet_notify_undo (fleet);
  return g_object_ref (editor->edit);
}
