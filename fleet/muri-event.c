/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-event-private.h"

#include "muri-uuid.h"

struct _MuriEvent
{
  GObject parent_instance;

  MuriEventKey key;
  gint64 time;
  guint severity;
  guint kind;
  muri_v1_Uuid vm;
  muri_v1_Uuid operation;
  char *node_id;
  char *node_name;
  char *vm_id;
  char *vm_name;
  char *operation_id;
  char *detail;
};

enum
{
  PROP_0,
  PROP_TIME,
  PROP_SEVERITY,
  PROP_KIND,
  PROP_NODE_ID,
  PROP_NODE_NAME,
  PROP_VM_ID,
  PROP_VM_NAME,
  PROP_DETAIL,
  PROP_OPERATION_ID,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (MuriEvent, muri_event, G_TYPE_OBJECT)

static void
muri_event_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  MuriEvent *self = MURI_EVENT (object);

  switch (id)
    {
    case PROP_TIME:
      g_value_set_int64 (value, self->time);
      break;
    case PROP_SEVERITY:
      g_value_set_uint (value, self->severity);
      break;
    case PROP_KIND:
      g_value_set_uint (value, self->kind);
      break;
    case PROP_NODE_ID:
      g_value_set_string (value, self->node_id);
      break;
    case PROP_NODE_NAME:
      g_value_set_string (value, self->node_name);
      break;
    case PROP_VM_ID:
      g_value_set_string (value, self->vm_id);
      break;
    case PROP_VM_NAME:
      g_value_set_string (value, self->vm_name);
      break;
    case PROP_DETAIL:
      g_value_set_string (value, self->detail);
      break;
    case PROP_OPERATION_ID:
      g_value_set_string (value, self->operation_id);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
muri_event_finalize (GObject *object)
{
  MuriEvent *self = MURI_EVENT (object);

  g_free (self->node_id);
  g_free (self->node_name);
  g_free (self->vm_id);
  g_free (self->vm_name);
  g_free (self->operation_id);
  g_free (self->detail);

  G_OBJECT_CLASS (muri_event_parent_class)->finalize (object);
}

static void
muri_event_class_init (MuriEventClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->get_property = muri_event_get_property;
  object_class->finalize = muri_event_finalize;

  properties[PROP_TIME] = g_param_spec_int64 ("time", NULL, NULL, G_MININT64, G_MAXINT64, 0, flags);
  properties[PROP_SEVERITY] = g_param_spec_uint ("severity", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_KIND] = g_param_spec_uint ("kind", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_NODE_ID] = g_param_spec_string ("node-id", NULL, NULL, NULL, flags);
  properties[PROP_NODE_NAME] = g_param_spec_string ("node-name", NULL, NULL, NULL, flags);
  properties[PROP_VM_ID] = g_param_spec_string ("vm-id", NULL, NULL, NULL, flags);
  properties[PROP_VM_NAME] = g_param_spec_string ("vm-name", NULL, NULL, NULL, flags);
  properties[PROP_DETAIL] = g_param_spec_string ("detail", NULL, NULL, NULL, flags);
  properties[PROP_OPERATION_ID] = g_param_spec_string ("operation-id", NULL, NULL, NULL, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
muri_event_init (MuriEvent *self)
{
}

static char *
text_or_null (const char *text)
{
  return text[0] != '\0' ? g_strdup (text) : NULL;
}

/* @sample: one that muri_check_event() accepts */
MuriEvent *
muri_event_new (const muri_v1_Event *sample, const char *node_name)
{
  MuriEvent *self = g_object_new (MURI_TYPE_EVENT, NULL);
  char text[MURI_UUID_TEXT];

  self->key.node = sample->node;
  self->key.number = sample->number;
  self->time = sample->time;
  self->severity = sample->severity;
  self->kind = sample->kind;
  self->vm = sample->vm;
  self->operation = sample->operation;
  self->node_id = g_strdup (muri_uuid_format (&sample->node, text));
  self->node_name = g_strdup (node_name);
  self->vm_name = text_or_null (sample->vm_name);
  self->detail = text_or_null (sample->detail);
  if (!muri_uuid_is_zero (&sample->vm))
    self->vm_id = g_strdup_printf ("%s/%s", self->node_id, muri_uuid_format (&sample->vm, text));
  if (!muri_uuid_is_zero (&sample->operation))
    self->operation_id = g_strdup (muri_uuid_format (&sample->operation, text));
  return self;
}

const MuriEventKey *
muri_event_get_key (MuriEvent *self)
{
  return &self->key;
}

const muri_v1_Uuid *
muri_event_get_vm_uuid (MuriEvent *self)
{
  return &self->vm;
}

const muri_v1_Uuid *
muri_event_get_operation_uuid (MuriEvent *self)
{
  return &self->operation;
}

guint
muri_event_key_hash (gconstpointer key)
{
  const MuriEventKey *k = key;

  return muri_uuid_hash (&k->node) ^ (guint)k->number * 2654435761u;
}

gboolean
muri_event_key_equal (gconstpointer a, gconstpointer b)
{
  const MuriEventKey *x = a;
  const MuriEventKey *y = b;

  return x->number == y->number && muri_uuid_equal (&x->node, &y->node);
}

int
muri_event_compare (gconstpointer a, gconstpointer b, gpointer user_data)
{
  const MuriEvent *x = a;
  const MuriEvent *y = b;

  if (x->time != y->time)
    return x->time > y->time ? -1 : 1;
  if (x->key.number != y->key.number)
    return x->key.number > y->key.number ? -1 : 1;
  return muri_uuid_compare (&x->key.node, &y->key.node);
}

/**
 * muri_event_get_time:
 * @event: an event
 *
 * Returns: when it happened, by its host's clock, microseconds since the epoch
 */
gint64
muri_event_get_time (MuriEvent *event)
{
  return event->time;
}

/**
 * muri_event_get_severity:
 * @event: an event
 *
 * Returns: MURI_SEVERITY_*, or a number that is not known yet
 */
guint
muri_event_get_severity (MuriEvent *event)
{
  return event->severity;
}

/**
 * muri_event_get_kind:
 * @event: an event
 *
 * Returns: MURI_EVENT_*, or a number that is not known yet
 */
guint
muri_event_get_kind (MuriEvent *event)
{
  return event->kind;
}

/**
 * muri_event_get_node_id:
 * @event: an event
 *
 * Returns: as #MuriNode:id
 */
const char *
muri_event_get_node_id (MuriEvent *event)
{
  return event->node_id;
}

/**
 * muri_event_get_node_name:
 * @event: an event
 *
 * Returns: its host's name, as it was when the event was heard of
 */
const char *
muri_event_get_node_name (MuriEvent *event)
{
  return event->node_name;
}

/**
 * muri_event_get_vm_id:
 * @event: an event
 *
 * Returns: (nullable): as #MuriVm:id; %NULL when it is about the host itself
 */
const char *
muri_event_get_vm_id (MuriEvent *event)
{
  return event->vm_id;
}

/**
 * muri_event_get_vm_name:
 * @event: an event
 *
 * Returns: (nullable): the VM's name then
 */
const char *
muri_event_get_vm_name (MuriEvent *event)
{
  return event->vm_name;
}

/**
 * muri_event_get_detail:
 * @event: an event
 *
 * Returns: (nullable): more, in the agent's or the hypervisor's words
 */
const char *
muri_event_get_detail (MuriEvent *event)
{
  return event->detail;
}
