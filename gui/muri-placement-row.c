/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-config.h"

#include "muri-placement-row.h"

#include <glib/gi18n.h>

#include "muri-counted.h"
#include "muri-format.h"

struct _MuriPlacementRow
{
  GObject parent_instance;

  MuriNode *node;
  guint n;
  char *words;
  char *memory;
  double used;
  double added;
};

G_DEFINE_FINAL_TYPE (MuriPlacementRow, muri_placement_row, G_TYPE_OBJECT)

static char *
format_shortage (const char *format, double needed, double available)
{
  g_autofree char *first = muri_format_size (needed);
  g_autofree char *second = muri_format_size (available);

  /* The formats are those of below: the compiler cannot see that each takes two texts. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  return g_strdup_printf (format, first, second);
#pragma GCC diagnostic pop
}

static char *
why_none (const MuriPlacementHost *host)
{
  const char *error = muri_node_get_facts (host->node)->store_error;

  switch (host->reason)
    {
    case MURI_PLACEMENT_UNREACHABLE:
      return g_strdup (_ ("Unreachable"));
    case MURI_PLACEMENT_HYPERVISOR_DOWN:
      return g_strdup (_ ("Its hypervisor does not answer"));
    case MURI_PLACEMENT_MAINTENANCE:
      return g_strdup (_ ("In maintenance"));
    case MURI_PLACEMENT_UNSUPPORTED:
      return g_strdup (_ ("Its hypervisor cannot do this"));
    case MURI_PLACEMENT_NO_STORE:
      return g_strdup (*error ? error : _ ("It has no store for templates"));
    case MURI_PLACEMENT_NO_IMAGE:
      return g_strdup (_ ("It does not have the template, and no holder can be reached"));
    case MURI_PLACEMENT_OTHER_HYPERVISOR:
      return g_strdup (_ ("Its hypervisor is of another kind than the template’s"));
    case MURI_PLACEMENT_BOUND:
      return g_strdup (_ ("The template boots a kernel that lies on the host that holds it"));
    case MURI_PLACEMENT_PROCESSORS:
      /* Translators: numbers of processors */
      return muri_counted (_ ("A VM wants %u vCPUs, it has %u processors"), (guint)host->needed,
                           (guint)host->available);
    case MURI_PLACEMENT_MEMORY:
      /* Translators: sizes of memory */
      return format_shortage (_ ("A VM needs %s of memory, %s are left"), host->needed * 1024.0,
                              host->available * 1024.0);
    case MURI_PLACEMENT_CPU:
      /* Translators: numbers of processors */
      return muri_counted (_ ("A VM needs %u vCPUs, %u are left"), (guint)host->needed,
                           (guint)host->available);
    case MURI_PLACEMENT_SPACE:
      /* Translators: sizes */
      return format_shortage (_ ("Its store needs %s, %s are left"), (double)host->needed,
                              (double)host->available);
    case MURI_PLACEMENT_FITS:
    default:
      return g_strdup (_ ("Not needed"));
    }
}

static char *
describe (const MuriPlacementHost *host)
{
  g_autofree char *names = host->names && host->names[0]
                               ? g_strjoinv (C_ ("list separator", ", "), host->names)
                               : muri_counted (ngettext ("%u VM", "%u VMs", host->n), host->n);
  GString *text;

  if (host->n == 0)
    return why_none (host);
  text = g_string_new (names);
  if (!host->holds)
    g_string_append_printf (text, " · %s", _ ("gets the template first"));
  if (host->outgrows)
    g_string_append_printf (text, " · %s", _ ("its store is too small for full disks"));
  return g_string_free (text, FALSE);
}

static void
muri_placement_row_finalize (GObject *object)
{
  MuriPlacementRow *self = MURI_PLACEMENT_ROW (object);

  g_clear_object (&self->node);
  g_free (self->words);
  g_free (self->memory);

  G_OBJECT_CLASS (muri_placement_row_parent_class)->finalize (object);
}

static void
muri_placement_row_class_init (MuriPlacementRowClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = muri_placement_row_finalize;
}

static void
muri_placement_row_init (MuriPlacementRow *self)
{
}

MuriPlacementRow *
muri_placement_row_new (const MuriPlacementHost *host, guint64 memory)
{
  MuriPlacementRow *self = g_object_new (MURI_TYPE_PLACEMENT_ROW, NULL);
  double total = (double)muri_node_get_facts (host->node)->memory;
  double free_now = MIN ((double)host->memory_free, total);
  double added = MIN ((double)memory * host->n, free_now);
  g_autofree char *before = muri_format_size (free_now * 1024);
  g_autofree char *after = muri_format_size ((free_now - added) * 1024);

  self->node = g_object_ref (host->node);
  self->n = host->n;
  self->words = describe (host);
  self->used = total > 0 ? 1 - free_now / total : -1;
  self->added = total > 0 ? added / total : 0;
  if (added > 0)
    /* Translators: free memory before and after: "24 GiB → 20 GiB free" */
    self->memory = g_strdup_printf (_ ("%s → %s free"), before, after);
  else if (total > 0)
    self->memory = g_strdup_printf (_ ("%s free"), before);
  else
    self->memory = g_strdup ("");
  return self;
}

MuriNode *
muri_placement_row_get_node (MuriPlacementRow *self)
{
  return self->node;
}

guint
muri_placement_row_get_n (MuriPlacementRow *self)
{
  return self->n;
}

const char *
muri_placement_row_get_words (MuriPlacementRow *self)
{
  return self->words;
}

const char *
muri_placement_row_get_memory (MuriPlacementRow *self)
{
  return self->memory;
}

double
muri_placement_row_get_used (MuriPlacementRow *self)
{
  return self->used;
}

double
muri_placement_row_get_added (MuriPlacementRow *self)
{
  return self->added;
}
