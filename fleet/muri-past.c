/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-past-private.h"

#include "muri-uuid.h"

struct _MuriPast
{
  GObject parent_instance;

  MuriTargetKey key;
  char *id;
  char *name;
  char *node_name;
  guint cpus;
  gint64 first;
  gint64 last;
};

G_DEFINE_FINAL_TYPE (MuriPast, muri_past, G_TYPE_OBJECT)

static void
muri_past_finalize (GObject *object)
{
  MuriPast *self = MURI_PAST (object);

  g_free (self->id);
  g_free (self->name);
  g_free (self->node_name);

  G_OBJECT_CLASS (muri_past_parent_class)->finalize (object);
}

static void
muri_past_class_init (MuriPastClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = muri_past_finalize;
}

static void
muri_past_init (MuriPast *self)
{
}

MuriPast *
muri_past_new (const MuriTargetKey *key, const char *name, const char *node_name, guint cpus,
               gint64 first, gint64 last)
{
  MuriPast *self = g_object_new (MURI_TYPE_PAST, NULL);
  char node[MURI_UUID_TEXT];
  char vm[MURI_UUID_TEXT];

  self->key = *key;
  muri_uuid_format (&key->node, node);
  self->id = muri_uuid_is_zero (&key->vm)
                 ? g_strdup (node)
                 : g_strdup_printf ("%s/%s", node, muri_uuid_format (&key->vm, vm));
  self->name = g_strdup (name);
  self->node_name = g_strdup (node_name);
  self->cpus = cpus;
  self->first = first * G_USEC_PER_SEC;
  self->last = last * G_USEC_PER_SEC;
  return self;
}

/**
 * muri_past_get_key:
 * @past: an object of the past
 *
 * Returns: (transfer none): which one it is
 */
const MuriTargetKey *
muri_past_get_key (MuriPast *past)
{
  return &past->key;
}

/**
 * muri_past_is_vm:
 * @past: an object of the past
 *
 * Returns: whether it is a VM, not a host
 */
gboolean
muri_past_is_vm (MuriPast *past)
{
  return !muri_uuid_is_zero (&past->key.vm);
}

/**
 * muri_past_get_id:
 * @past: an object of the past
 *
 * Returns: (transfer none): as that of a node, or of a VM
 */
const char *
muri_past_get_id (MuriPast *past)
{
  return past->id;
}

/**
 * muri_past_get_name:
 * @past: an object of the past
 *
 * Returns: (transfer none): its last name
 */
const char *
muri_past_get_name (MuriPast *past)
{
  return past->name;
}

/**
 * muri_past_get_node_name:
 * @past: an object of the past
 *
 * Returns: (transfer none): of a VM, the last name of its host
 */
const char *
muri_past_get_node_name (MuriPast *past)
{
  return past->node_name;
}

/**
 * muri_past_get_host_cpus:
 * @past: an object of the past
 *
 * Returns: processors of the host, 0: not known
 */
guint
muri_past_get_host_cpus (MuriPast *past)
{
  return past->cpus;
}

/**
 * muri_past_get_first:
 * @past: an object of the past
 *
 * Returns: since when something is known of it, microseconds since the epoch
 */
gint64
muri_past_get_first (MuriPast *past)
{
  return past->first;
}

/**
 * muri_past_get_last:
 * @past: an object of the past
 *
 * Returns: until when something is known of it, microseconds since the epoch
 */
gint64
muri_past_get_last (MuriPast *past)
{
  return past->last;
}
