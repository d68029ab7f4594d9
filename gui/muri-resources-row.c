/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-config.h"

#include "muri-resources-row.h"

#include <glib/gi18n.h>

#include "muri-format.h"

struct _MuriResourcesRow
{
  GObject parent_instance;

  MuriVm *vm;
  char *words;
  gboolean possible;
};

G_DEFINE_FINAL_TYPE (MuriResourcesRow, muri_resources_row, G_TYPE_OBJECT)

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
      return g_strdup_printf (
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
  return g_strdup_printf (_ ("%u → %u vCPUs"), before, after);
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
muri_resources_row_class_init (MuriResourcesRowClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = muri_resources_row_finalize;
}

static void
muri_resources_row_init (MuriResourcesRow *self)
{
}

MuriResourcesRow *
muri_resources_row_new (const MuriAllocationItem *item)
{
  MuriResourcesRow *self = g_object_new (MURI_TYPE_RESOURCES_ROW, NULL);

  self->vm = g_object_ref (item->vm);
  self->possible = item->reason == MURI_ALLOCATION_POSSIBLE;
  self->words = self->possible ? describe (item) : muri_resources_why_not (item);
  return self;
}

MuriVm *
muri_resources_row_get_vm (MuriResourcesRow *self)
{
  return self->vm;
}

gboolean
muri_resources_row_is_possible (MuriResourcesRow *self)
{
  return self->possible;
}

const char *
muri_resources_row_get_words (MuriResourcesRow *self)
{
  return self->words;
}
