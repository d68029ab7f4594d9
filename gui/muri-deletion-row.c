/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-config.h"

#include "muri-deletion-row.h"

#include <glib/gi18n.h>

#include "muri-format.h"

struct _MuriDeletionRow
{
  GObject parent_instance;

  MuriVm *vm;
  MuriDeletionRow *owner; /* of a volume */
  MuriDeletionReason kind;
  char *target;
  char *title;
  char *detail;
  char *reason;
  guint64 size;
  gboolean ticked;
  gboolean stop;
};

G_DEFINE_FINAL_TYPE (MuriDeletionRow, muri_deletion_row, G_TYPE_OBJECT)

enum
{
  PROP_TICKED = 1,
  PROP_ENABLED,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static char *
why_not (MuriDeletionItem *item)
{
  g_autofree char *state = NULL;

  switch (item->reason)
    {
    case MURI_DELETION_UNREACHABLE:
      return g_strdup (_ ("its host is unreachable"));
    case MURI_DELETION_UNSUPPORTED:
      return g_strdup (_ ("its hypervisor cannot do this"));
    case MURI_DELETION_GUARDED:
      return g_strdup (_ ("is protected"));
    case MURI_DELETION_RUNNING:
      state = g_utf8_strdown (muri_format_vm_state (muri_vm_get_state (item->vm)), -1);
      return g_strdup_printf (_ ("is %s"), state);
    case MURI_DELETION_POSSIBLE:
    default:
      return NULL;
    }
}

static char *
describe_vm (MuriDeletionItem *item)
{
  GString *text = g_string_new (muri_node_get_name (muri_vm_get_node (item->vm)));

  if (item->reason == MURI_DELETION_RUNNING)
    g_string_append_printf (text, " · %s", _ ("forced off first"));
  g_string_append (text, " · ");
  g_string_append (text, _ ("definition and snapshots"));
  if (item->managed_save)
    g_string_append_printf (text, "%s%s", C_ ("list separator", ", "), _ ("saved state"));
  if (item->nvram)
    g_string_append_printf (text, "%s%s", C_ ("list separator", ", "), _ ("UEFI variables"));
  return g_string_free (text, FALSE);
}

static char *
why_it_stays (MuriDeletionVolume *volume)
{
  g_autofree char *users = NULL;

  if (volume->stay == MURI_DELETION_GOES)
    return NULL;
  if (volume->stay == MURI_DELETION_MEDIUM)
    return g_strdup (_ ("stays: a medium in a drive"));
  if (!volume->users || !volume->users[0])
    return g_strdup (_ ("stays: another VM, a clone or a template reads it"));
  users = g_strjoinv (C_ ("list separator", ", "), volume->users);
  /* Translators: names of VMs */
  return g_strdup_printf (_ ("stays: %s reads it, too"), users);
}

static void
muri_deletion_row_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  MuriDeletionRow *self = MURI_DELETION_ROW (object);

  if (id == PROP_TICKED)
    g_value_set_boolean (value, muri_deletion_row_get_ticked (self));
  else if (id == PROP_ENABLED)
    g_value_set_boolean (value, muri_deletion_row_get_enabled (self));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
muri_deletion_row_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  if (id == PROP_TICKED)
    muri_deletion_row_set_ticked (MURI_DELETION_ROW (object), g_value_get_boolean (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
muri_deletion_row_finalize (GObject *object)
{
  MuriDeletionRow *self = MURI_DELETION_ROW (object);

  g_clear_object (&self->vm);
  g_clear_object (&self->owner);
  g_free (self->target);
  g_free (self->title);
  g_free (self->detail);
  g_free (self->reason);

  G_OBJECT_CLASS (muri_deletion_row_parent_class)->finalize (object);
}

static void
muri_deletion_row_class_init (MuriDeletionRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = muri_deletion_row_finalize;
  object_class->get_property = muri_deletion_row_get_property;
  object_class->set_property = muri_deletion_row_set_property;
  properties[PROP_TICKED] =
      g_param_spec_boolean ("ticked", NULL, NULL, FALSE,
                            G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  properties[PROP_ENABLED] = g_param_spec_boolean ("enabled", NULL, NULL, FALSE,
                                                   G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
muri_deletion_row_init (MuriDeletionRow *self)
{
}

MuriDeletionRow *
muri_deletion_row_new (MuriDeletionItem *item)
{
  MuriDeletionRow *self = g_object_new (MURI_TYPE_DELETION_ROW, NULL);

  self->vm = g_object_ref (item->vm);
  self->kind = item->reason;
  self->title = g_strdup (muri_vm_get_name (item->vm));
  self->detail = describe_vm (item);
  self->reason = why_not (item);
  self->ticked = self->reason == NULL || self->kind == MURI_DELETION_RUNNING;
  return self;
}

static void
on_owner_ticked (MuriDeletionRow *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TICKED]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ENABLED]);
}

MuriDeletionRow *
muri_deletion_row_new_volume (MuriDeletionRow *owner, MuriDeletionVolume *volume)
{
  MuriDeletionRow *self = g_object_new (MURI_TYPE_DELETION_ROW, NULL);
  guint64 size = volume->allocation ? volume->allocation : volume->capacity;
  g_autofree char *name = g_path_get_basename (volume->source);

  self->vm = g_object_ref (owner->vm);
  self->owner = g_object_ref (owner);
  self->kind = owner->kind;
  self->target = g_strdup (volume->target);
  self->title = g_strdup_printf ("%s  %s", volume->target, name);
  self->detail = size ? muri_format_size (size) : g_strdup (MURI_FORMAT_UNKNOWN);
  self->reason = why_it_stays (volume);
  self->size = size;
  self->ticked = volume->chosen;
  g_signal_connect_object (owner, "notify::ticked", G_CALLBACK (on_owner_ticked), self,
                           G_CONNECT_SWAPPED);
  return self;
}

MuriDeletionReason
muri_deletion_row_get_kind (MuriDeletionRow *self)
{
  return self->kind;
}

MuriVm *
muri_deletion_row_get_vm (MuriDeletionRow *self)
{
  return self->vm;
}

const char *
muri_deletion_row_get_target (MuriDeletionRow *self)
{
  return self->target;
}

const char *
muri_deletion_row_get_title (MuriDeletionRow *self)
{
  return self->title;
}

const char *
muri_deletion_row_get_detail (MuriDeletionRow *self)
{
  return self->detail;
}

const char *
muri_deletion_row_get_reason (MuriDeletionRow *self)
{
  return self->stop && self->kind == MURI_DELETION_RUNNING && !self->owner ? NULL : self->reason;
}

guint64
muri_deletion_row_get_size (MuriDeletionRow *self)
{
  return self->size;
}

/* A volume goes only with its VM. */
gboolean
muri_deletion_row_get_ticked (MuriDeletionRow *self)
{
  return self->ticked && muri_deletion_row_get_enabled (self);
}

void
muri_deletion_row_set_ticked (MuriDeletionRow *self, gboolean ticked)
{
  if (!muri_deletion_row_get_enabled (self) || self->ticked == ticked)
    return;
  self->ticked = ticked;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TICKED]);
}

gboolean
muri_deletion_row_get_enabled (MuriDeletionRow *self)
{
  return !muri_deletion_row_get_reason (self)
         && (!self->owner || muri_deletion_row_get_ticked (self->owner));
}

void
muri_deletion_row_set_stop (MuriDeletionRow *self, gboolean stop)
{
  if (self->owner || self->kind != MURI_DELETION_RUNNING || self->stop == stop)
    return;
  self->stop = stop;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ENABLED]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TICKED]);
}
