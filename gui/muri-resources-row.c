/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-config.h"

#include "muri-resources-row.h"

#include <glib/gi18n.h>

#include "muri-counted.h"
#include "muri-format.h"

struct _MuriResourcesRow
{
  GObject parent_instance;

  MuriVm *vm;
  char *words;
  gboolean wanted;
  gboolean impossible;
};

G_DEFINE_FINAL_TYPE (MuriResourcesRow, muri_resources_row, G_TYPE_OBJECT)

enum
{
  PROP_TICKED = 1,
  PROP_ENABLED,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

char *
muri_resources_why_not (const MuriAllocationItem *item)
{
  g_autofree char *limit = muri_format_size (item->limit * 1024.0);

  switch (item->reason)
    {
    case MURI_ALLOCATION_SAME:
      return g_strdup (_ ("has these already"));
    case MURI_ALLOCATION_UNREACHABLE:
      return g_strdup (_ ("its host is unreachable"));
    case MURI_ALLOCATION_UNSUPPORTED:
      return g_strdup (_ ("its hypervisor cannot do this"));
    case MURI_ALLOCATION_LITTLE:
      return g_strdup (_ ("nothing would be left"));
    case MURI_ALLOCATION_PROCESSORS:
      return muri_counted (
          ngettext ("its host has %u processor", "its host has %u processors", (gulong)item->limit),
          (guint)item->limit);
    case MURI_ALLOCATION_MEMORY:
      /* Translators: a size of memory */
      return g_strdup_printf (_ ("its host has %s"), limit);
    case MURI_ALLOCATION_OVERCOMMIT:
      /* Translators: a size of memory */
      return g_strdup_printf (_ ("beside the other VMs of its host it can have %s"), limit);
    case MURI_ALLOCATION_POSSIBLE:
    default:
      return NULL;
    }
}

static void
append (GString *text, char *part)
{
  g_string_append_printf (text, "%s%s", text->len > 0 ? " · " : "", part);
  g_free (part);
}

static char *
format_vcpus (guint before, guint after)
{
  /* Translators: numbers of vCPUs before and after */
  return muri_counted (_ ("%u → %u vCPUs"), before, after);
}

static char *
format_memory (guint64 before, guint64 after)
{
  g_autofree char *first = muri_format_size (before * 1024.0);
  g_autofree char *second = muri_format_size (after * 1024.0);

  return g_strdup_printf ("%s → %s", first, second);
}

static void
append_part (GString *text, const MuriResources *from, const MuriResources *to)
{
  if (from->vcpus != to->vcpus)
    append (text, format_vcpus (from->vcpus, to->vcpus));
  if (from->memory != to->memory)
    append (text, format_memory (from->memory, to->memory));
}

static gboolean
equal (const MuriResources *a, const MuriResources *b)
{
  return a->vcpus == b->vcpus && a->memory == b->memory;
}

static char *
describe (const MuriAllocationItem *item)
{
  GString *text = g_string_new (NULL);
  gboolean now = !equal (&item->now, &item->then_now);
  gboolean next = !equal (&item->next, &item->then_next);

  if (now)
    append_part (text, &item->now, &item->then_now);
  /* Said once, where both are the same change. */
  if (next && (!now || !equal (&item->then_now, &item->then_next)))
    {
      append_part (text, &item->next, &item->then_next);
      if (muri_vm_get_state (item->vm) != MURI_VM_STATE_OFF)
        append (text, g_strdup (_ ("with the next boot")));
    }
  if (now && !next)
    append (text, g_strdup (_ ("until it is off")));
  if (item->guest_decides)
    append (text, g_strdup (_ ("if the guest lets go of them")));
  return g_string_free (text, FALSE);
}

static void
muri_resources_row_finalize (GObject *object)
{
  MuriResourcesRow *self = MURI_RESOURCES_ROW (object);

  g_clear_object (&self->vm);
  g_free (self->words);

  G_OBJECT_CLASS (muri_resources_row_parent_class)->finalize (object);
}

static void
muri_resources_row_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  MuriResourcesRow *self = MURI_RESOURCES_ROW (object);

  if (id == PROP_TICKED)
    g_value_set_boolean (value, muri_resources_row_get_ticked (self));
  else if (id == PROP_ENABLED)
    g_value_set_boolean (value, !self->impossible);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
muri_resources_row_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  if (id == PROP_TICKED)
    muri_resources_row_set_ticked (MURI_RESOURCES_ROW (object), g_value_get_boolean (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
muri_resources_row_class_init (MuriResourcesRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = muri_resources_row_finalize;
  object_class->get_property = muri_resources_row_get_property;
  object_class->set_property = muri_resources_row_set_property;
  properties[PROP_TICKED] =
      g_param_spec_boolean ("ticked", NULL, NULL, TRUE,
                            G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  properties[PROP_ENABLED] =
      g_param_spec_boolean ("enabled", NULL, NULL, TRUE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
muri_resources_row_init (MuriResourcesRow *self)
{
  self->words = g_strdup ("");
  self->wanted = TRUE;
}

MuriResourcesRow *
muri_resources_row_new (MuriVm *vm)
{
  MuriResourcesRow *self = g_object_new (MURI_TYPE_RESOURCES_ROW, NULL);

  self->vm = g_object_ref (vm);
  return self;
}

char *
muri_resources_describe (const MuriAllocationItem *item)
{
  return item->reason == MURI_ALLOCATION_POSSIBLE ? describe (item) : muri_resources_why_not (item);
}

void
muri_resources_row_set_item (MuriResourcesRow *self, const MuriAllocationItem *item)
{
  g_autofree char *words = item            ? muri_resources_describe (item)
                           : !self->wanted ? g_strdup (_ ("stays as it is"))
                                           : g_strdup ("");
  gboolean impossible = item && item->reason != MURI_ALLOCATION_POSSIBLE;

  if (self->impossible == impossible && g_str_equal (words, self->words))
    return;
  g_free (self->words);
  self->words = g_steal_pointer (&words);
  self->impossible = impossible;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ENABLED]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TICKED]);
}

MuriVm *
muri_resources_row_get_vm (MuriResourcesRow *self)
{
  return self->vm;
}

gboolean
muri_resources_row_is_wanted (MuriResourcesRow *self)
{
  return self->wanted;
}

gboolean
muri_resources_row_get_ticked (MuriResourcesRow *self)
{
  return self->wanted && !self->impossible;
}

void
muri_resources_row_set_ticked (MuriResourcesRow *self, gboolean ticked)
{
  if (self->impossible || self->wanted == ticked)
    return;
  self->wanted = ticked;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TICKED]);
}

const char *
muri_resources_row_get_words (MuriResourcesRow *self)
{
  return self->words;
}
