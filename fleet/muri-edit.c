/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-edit-private.h"

#include <glib/gi18n-lib.h>

struct _MuriEdit
{
  GObject parent_instance;

  char *label;
  gboolean undone;
  gboolean reverse;
  guint n_skipped;
  GPtrArray *operations;
  GPtrArray *items;
  GHashTable *items_by_key; /* key in the item */
  GPtrArray *kept;
};

enum
{
  PROP_0,
  PROP_LABEL,
  PROP_UNDO_LABEL,
  PROP_UNDONE,
  PROP_N_OBJECTS,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (MuriEdit, muri_edit, G_TYPE_OBJECT)

static void
item_free (gpointer data)
{
  MuriEditItem *item = data;

  muri_memberships_free (item->before);
  muri_memberships_free (item->after);
  g_free (item);
}

static void
kept_free (gpointer data)
{
  MuriEditKept *kept = data;

  g_free (kept->from);
  g_free (kept->to);
  g_free (kept);
}

static void
muri_edit_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  MuriEdit *self = MURI_EDIT (object);

  switch (id)
    {
    case PROP_LABEL:
      g_value_set_string (value, self->label);
      break;
    case PROP_UNDO_LABEL:
      /* Translators: the menu entry that takes a change back, as “Undo: Moved 3 VMs to web” */
      g_value_take_string (value, g_strdup_printf (_ ("Undo: %s"), self->label));
      break;
    case PROP_UNDONE:
      g_value_set_boolean (value, self->undone);
      break;
    case PROP_N_OBJECTS:
      g_value_set_uint (value, self->items->len);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
muri_edit_finalize (GObject *object)
{
  MuriEdit *self = MURI_EDIT (object);

  g_free (self->label);
  g_hash_table_unref (self->items_by_key);
  g_ptr_array_unref (self->operations);
  g_ptr_array_unref (self->items);
  g_ptr_array_unref (self->kept);

  G_OBJECT_CLASS (muri_edit_parent_class)->finalize (object);
}

static void
muri_edit_class_init (MuriEditClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->get_property = muri_edit_get_property;
  object_class->finalize = muri_edit_finalize;

  properties[PROP_LABEL] = g_param_spec_string ("label", NULL, NULL, NULL, flags);
  properties[PROP_UNDO_LABEL] = g_param_spec_string ("undo-label", NULL, NULL, NULL, flags);
  properties[PROP_UNDONE] = g_param_spec_boolean ("undone", NULL, NULL, FALSE, flags);
  properties[PROP_N_OBJECTS] = g_param_spec_uint ("n-objects", NULL, NULL, 0, G_MAXUINT, 0, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
muri_edit_init (MuriEdit *self)
{
  self->operations = g_ptr_array_new_with_free_func (g_object_unref);
  self->items = g_ptr_array_new_with_free_func (item_free);
  self->items_by_key = g_hash_table_new (muri_target_key_hash, muri_target_key_equal);
  self->kept = g_ptr_array_new_with_free_func (kept_free);
}

MuriEdit *
muri_edit_new (void)
{
  return g_object_new (MURI_TYPE_EDIT, NULL);
}

/* @label: (transfer full) */
void
muri_edit_take_label (MuriEdit *self, char *label)
{
  g_free (self->label);
  self->label = label;
}

void
muri_edit_set_reverse (MuriEdit *self)
{
  self->reverse = TRUE;
}

gboolean
muri_edit_is_reverse (MuriEdit *self)
{
  return self->reverse;
}

MuriTargetKey
muri_edit_key (gpointer object)
{
  if (MURI_IS_VM (object))
    return (MuriTargetKey){ *muri_node_get_uuid (muri_vm_get_node (object)),
                            *muri_vm_get_uuid (object) };
  return (MuriTargetKey){ .node = *muri_node_get_uuid (object) };
}

MuriEditItem *
muri_edit_find_item (MuriEdit *self, const MuriTargetKey *key)
{
  return g_hash_table_lookup (self->items_by_key, key);
}

void
muri_edit_add_operation (MuriEdit *self, MuriOperation *operation)
{
  g_ptr_array_add (self->operations, g_object_ref (operation));
}

void
muri_edit_add_kept (MuriEdit *self, const char *from, const char *to)
{
  MuriEditKept *kept = g_new (MuriEditKept, 1);

  kept->from = g_strdup (from);
  kept->to = g_strdup (to);
  g_ptr_array_add (self->kept, kept);
}

GPtrArray *
muri_edit_peek_kept (MuriEdit *self)
{
  return self->kept;
}

void
muri_edit_set_undone (MuriEdit *self, gboolean undone)
{
  if (self->undone == undone)
    return;
  self->undone = undone;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_UNDONE]);
}

void
muri_edit_set_n_skipped (MuriEdit *self, guint n_skipped)
{
  self->n_skipped = n_skipped;
}

MuriEditItem *
muri_edit_ensure_item (MuriEdit *self, gpointer object, const MuriMemberships *now)
{
  const MuriTargetKey key = muri_edit_key (object);
  MuriEditItem *item = muri_edit_find_item (self, &key);

  if (item != NULL)
    return item;

  item = g_new0 (MuriEditItem, 1);
  item->key = key;
  item->before = now != NULL ? muri_memberships_copy (now) : muri_memberships_of (object);
  item->after = muri_memberships_copy (item->before);
  g_hash_table_insert (self->items_by_key, &item->key, item);
  g_ptr_array_add (self->items, item);
  return item;
}

GPtrArray *
muri_edit_peek_items (MuriEdit *self)
{
  return self->items;
}

/**
 * muri_edit_get_label:
 * @edit: an edit
 *
 * Returns: what was done, in words: "Moved 3 VMs to web"
 */
const char *
muri_edit_get_label (MuriEdit *edit)
{
  return edit->label;
}

/**
 * muri_edit_get_n_objects:
 * @edit: an edit
 *
 * Returns: of how many VMs and nodes
 */
guint
muri_edit_get_n_objects (MuriEdit *edit)
{
  return edit->items->len;
}

/**
 * muri_edit_is_undone:
 * @edit: an edit
 *
 * Returns: whether it was taken back
 */
gboolean
muri_edit_is_undone (MuriEdit *edit)
{
  return edit->undone;
}

/**
 * muri_edit_get_operations:
 * @edit: an edit
 *
 * Returns: (transfer none) (element-type MuriOperation): what it became, perhaps nothing
 */
GPtrArray *
muri_edit_get_operations (MuriEdit *edit)
{
  return edit->operations;
}

/**
 * muri_edit_get_n_skipped:
 * @edit: an edit
 *
 * Returns: how many objects were left alone, since someone else had changed them
 */
guint
muri_edit_get_n_skipped (MuriEdit *edit)
{
  return edit->n_skipped;
}
