/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-vm-private.h"

#include "muri-node-private.h"
#include "muri-uuid.h"
#include "muri-vm-figures.h"
#include "muri-words.h"

#include <math.h>
#include <string.h>

struct _MuriVm
{
  GObject parent_instance;

  muri_v1_Uuid uuid;
  char *id;
  char template_id[MURI_UUID_TEXT];
  MuriNode *node;
  MuriFacts *facts;
  char *sort_key; /* GRefString, NULL: nobody asked */
  guint state;    /* of the facts: asked for every second, and they lie elsewhere */
  guint pending;
  gboolean live;

  guint figures_count;
  guint facts_count;
  MuriVmFigures figures;
};

enum
{
  PROP_0,
  PROP_ID,
  PROP_NAME,
  PROP_TITLE,
  PROP_STATE,
  PROP_KNOWN,
  PROP_NODE,
  PROP_ADDRESS,
  PROP_FIGURES,
  PROP_FACTS,
  PROP_PENDING,
  PROP_TEMPLATE_ID,
  PROP_LINKED,
  PROP_VCPUS_NEXT,
  PROP_MEMORY_NEXT,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (MuriVm, muri_vm, G_TYPE_OBJECT)

static const MuriVmFacts *
facts_of (MuriVm *self)
{
  return muri_facts_get (self->facts);
}

static const char *
address_of (const MuriVmFacts *facts)
{
  return facts->n_addresses > 0 ? facts->addresses[0] : NULL;
}

/* With the next boot. */
static MuriResources
next_of (const MuriVmFacts *facts)
{
  return (MuriResources){
    .vcpus = facts->vcpus_next != 0 ? facts->vcpus_next : facts->vcpus,
    .vcpus_max = facts->vcpus_max_next != 0 ? facts->vcpus_max_next : facts->vcpus_max,
    .memory = facts->memory_next != 0 ? facts->memory_next : facts->memory,
    .memory_max = facts->memory_max_next != 0 ? facts->memory_max_next : facts->memory_max,
  };
}

static void
notify (MuriVm *self, guint property)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[property]);
}

static void
muri_vm_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  MuriVm *self = MURI_VM (object);

  switch (id)
    {
    case PROP_ID:
      g_value_set_string (value, self->id);
      break;
    case PROP_NAME:
      g_value_set_string (value, facts_of (self)->name);
      break;
    case PROP_TITLE:
      g_value_set_string (value, facts_of (self)->title);
      break;
    case PROP_STATE:
      g_value_set_uint (value, self->state);
      break;
    case PROP_KNOWN:
      g_value_set_boolean (value, muri_vm_is_known (self));
      break;
    case PROP_NODE:
      g_value_set_object (value, self->node);
      break;
    case PROP_ADDRESS:
      g_value_set_string (value, muri_vm_get_address (self));
      break;
    case PROP_FIGURES:
      g_value_set_uint (value, self->figures_count);
      break;
    case PROP_FACTS:
      g_value_set_uint (value, self->facts_count);
      break;
    case PROP_PENDING:
      g_value_set_uint (value, self->pending);
      break;
    case PROP_TEMPLATE_ID:
      g_value_set_string (value, muri_vm_get_template_id (self));
      break;
    case PROP_LINKED:
      g_value_set_boolean (value, facts_of (self)->linked);
      break;
    case PROP_VCPUS_NEXT:
      g_value_set_uint (value, next_of (facts_of (self)).vcpus);
      break;
    case PROP_MEMORY_NEXT:
      g_value_set_uint64 (value, next_of (facts_of (self)).memory);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
muri_vm_finalize (GObject *object)
{
  MuriVm *self = MURI_VM (object);

  g_free (self->id);
  g_clear_pointer (&self->facts, muri_facts_unref);
  g_clear_pointer (&self->sort_key, g_ref_string_release);
  muri_vm_figures_clear (&self->figures);
  g_clear_object (&self->node);

  G_OBJECT_CLASS (muri_vm_parent_class)->finalize (object);
}

static void
muri_vm_class_init (MuriVmClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->get_property = muri_vm_get_property;
  object_class->finalize = muri_vm_finalize;

  properties[PROP_ID] = g_param_spec_string ("id", NULL, NULL, NULL, flags);
  properties[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, flags);
  properties[PROP_TITLE] = g_param_spec_string ("title", NULL, NULL, NULL, flags);
  properties[PROP_STATE] = g_param_spec_uint ("state", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_KNOWN] = g_param_spec_boolean ("known", NULL, NULL, FALSE, flags);
  properties[PROP_NODE] = g_param_spec_object ("node", NULL, NULL, MURI_TYPE_NODE, flags);
  properties[PROP_ADDRESS] = g_param_spec_string ("address", NULL, NULL, NULL, flags);
  properties[PROP_FIGURES] = g_param_spec_uint ("figures", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_FACTS] = g_param_spec_uint ("facts", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_PENDING] = g_param_spec_uint ("pending", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_TEMPLATE_ID] = g_param_spec_string ("template-id", NULL, NULL, NULL, flags);
  properties[PROP_LINKED] = g_param_spec_boolean ("linked", NULL, NULL, FALSE, flags);
  properties[PROP_VCPUS_NEXT] =
      g_param_spec_uint ("vcpus-next", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_MEMORY_NEXT] =
      g_param_spec_uint64 ("memory-next", NULL, NULL, 0, G_MAXUINT64, 0, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
muri_vm_init (MuriVm *self)
{
  muri_vm_figures_init (&self->figures);
}

/* @facts: (transfer full): of MURI_TOPIC_VM */
MuriVm *
muri_vm_new (MuriNode *node, MuriFacts *facts)
{
  MuriVm *self = g_object_new (MURI_TYPE_VM, NULL);
  char text[MURI_UUID_TEXT];

  self->node = g_object_ref (node);
  self->facts = facts;
  self->uuid = facts_of (self)->vm;
  self->state = facts_of (self)->state;
  self->id =
      g_strdup_printf ("%s/%s", muri_node_get_id (node), muri_uuid_format (&self->uuid, text));
  return self;
}

/* A guest that does not exist now has no figures, whatever a late sample says. */
static gboolean
state_has_figures (guint state)
{
  return state != MURI_VM_STATE_OFF && state != MURI_VM_STATE_SAVED
         && state != MURI_VM_STATE_CRASHED;
}

static void
notify_differences (MuriVm *self, const MuriVmFacts *old, const MuriVmFacts *new)
{
  const MuriResources before = next_of (old);
  const MuriResources after = next_of (new);

  if (strcmp (old->name, new->name) != 0)
    {
      g_clear_pointer (&self->sort_key, g_ref_string_release);
      notify (self, PROP_NAME);
    }
  if (strcmp (old->title, new->title) != 0)
    notify (self, PROP_TITLE);
  if (old->state != new->state)
    notify (self, PROP_STATE);
  if (g_strcmp0 (address_of (old), address_of (new)) != 0)
    notify (self, PROP_ADDRESS);
  if (!muri_uuid_equal (&old->template_id, &new->template_id))
    notify (self, PROP_TEMPLATE_ID);
  if (old->linked != new->linked)
    notify (self, PROP_LINKED);
  if (before.vcpus != after.vcpus)
    notify (self, PROP_VCPUS_NEXT);
  if (before.memory != after.memory)
    notify (self, PROP_MEMORY_NEXT);
  notify (self, PROP_FACTS);
}

/* @facts: (transfer full): of MURI_TOPIC_VM, of the same VM
 *
 * Returns: whether they say anything that was not known */
gboolean
muri_vm_set_facts (MuriVm *self, MuriFacts *facts)
{
  g_autoptr (MuriFacts) before = NULL;

  if (muri_vm_facts_equal (muri_facts_get (facts), facts_of (self)))
    {
      muri_facts_unref (facts);
      return FALSE;
    }

  before = self->facts;
  self->facts = facts;
  self->state = facts_of (self)->state;
  self->facts_count++;

  g_object_freeze_notify (G_OBJECT (self));
  notify_differences (self, muri_facts_get (before), facts_of (self));
  if (!state_has_figures (self->state))
    muri_vm_expire_figures (self, G_MAXINT64);
  g_object_thaw_notify (G_OBJECT (self));
  return TRUE;
}

MuriFacts *
muri_vm_peek_facts (MuriVm *self)
{
  return self->facts;
}

void
muri_vm_set_pending (MuriVm *self, guint verb)
{
  if (self->pending == verb)
    return;

  self->pending = verb;
  notify (self, PROP_PENDING);
}

void
muri_vm_record (MuriVm *self)
{
  muri_vm_figures_record (&self->figures);
}

void
muri_vm_record_if_asked (MuriVm *self)
{
  muri_vm_figures_record_if_asked (&self->figures);
}

gboolean
muri_vm_is_live (MuriVm *self)
{
  return self->live;
}

void
muri_vm_set_live (MuriVm *self, gboolean live)
{
  self->live = live;
}

/* ---- figures ---- */

static gboolean
figures_changed (MuriVm *self)
{
  self->figures_count++;
  notify (self, PROP_FIGURES);
  return TRUE;
}

gboolean
muri_vm_take_figures (MuriVm *self, const muri_v1_VmFigures *figures, gint64 time, gint64 now)
{
  return state_has_figures (self->state)
         && muri_vm_figures_take (&self->figures, figures, time, now) && figures_changed (self);
}

gboolean
muri_vm_expire_figures (MuriVm *self, gint64 before)
{
  return muri_vm_figures_expire (&self->figures, before) && figures_changed (self);
}

void
muri_vm_notify_known (MuriVm *self)
{
  notify (self, PROP_KNOWN);
}

/* ---- what a console asks ---- */

/**
 * muri_vm_get_uuid:
 * @vm: a VM
 *
 * Returns: (transfer none): libvirt's UUID of it
 */
const muri_v1_Uuid *
muri_vm_get_uuid (MuriVm *vm)
{
  return &vm->uuid;
}

/**
 * muri_vm_get_id:
 * @vm: a VM
 *
 * Returns: "<node uuid>/<vm uuid>", unique in the fleet
 */
const char *
muri_vm_get_id (MuriVm *vm)
{
  return vm->id;
}

/**
 * muri_vm_get_name:
 * @vm: a VM
 *
 * Returns: libvirt's name of it, unique on its host
 */
const char *
muri_vm_get_name (MuriVm *vm)
{
  return facts_of (vm)->name;
}

/**
 * muri_vm_get_sort_key:
 * @vm: a VM
 *
 * Made once: who ranks twenty thousand asks every few seconds.
 *
 * Returns: (transfer none): a #GRefString that orders names as people do, by strcmp(); any thread
 *   may keep a reference
 */
char *
muri_vm_get_sort_key (MuriVm *vm)
{
  if (vm->sort_key == NULL)
    {
      g_autofree char *key = g_utf8_collate_key_for_filename (facts_of (vm)->name, -1);

      vm->sort_key = g_ref_string_new (key);
    }
  return vm->sort_key;
}

/**
 * muri_vm_get_node:
 * @vm: a VM
 *
 * Returns: (transfer none): its host
 */
MuriNode *
muri_vm_get_node (MuriVm *vm)
{
  return vm->node;
}

/**
 * muri_vm_get_state:
 * @vm: a VM
 *
 * Returns: MURI_VM_STATE_*, the last known one, or a number that is not known yet
 */
guint
muri_vm_get_state (MuriVm *vm)
{
  return vm->state;
}

/**
 * muri_vm_is_known:
 * @vm: a VM
 *
 * Returns: whether its state is current; else it is the last known one
 */
gboolean
muri_vm_is_known (MuriVm *vm)
{
  return muri_node_knows_vms (vm->node);
}

/**
 * muri_vm_get_heard:
 * @vm: a VM
 *
 * Returns: when its state was known last, microseconds since the epoch, 0 unknown
 */
gint64
muri_vm_get_heard (MuriVm *vm)
{
  return muri_node_get_vms_known (vm->node);
}

/**
 * muri_vm_get_address:
 * @vm: a VM
 *
 * Returns: (nullable): its first IP address
 */
const char *
muri_vm_get_address (MuriVm *vm)
{
  return address_of (facts_of (vm));
}

/**
 * muri_vm_get_pending:
 * @vm: a VM
 *
 * Returns: MURI_VERB_* of an operation that is under way for it, or 0
 */
guint
muri_vm_get_pending (MuriVm *vm)
{
  return vm->pending;
}

/**
 * muri_vm_get_facts:
 * @vm: a VM
 *
 * Returns: (transfer none): all that its agent says of it; valid until #MuriVm:facts changes
 */
const MuriVmFacts *
muri_vm_get_facts (MuriVm *vm)
{
  return facts_of (vm);
}

/**
 * muri_vm_get_template_id:
 * @vm: a VM
 *
 * Returns: (nullable): the id of the template that it was cloned from
 */
const char *
muri_vm_get_template_id (MuriVm *vm)
{
  const muri_v1_Uuid *uuid = &facts_of (vm)->template_id;

  return muri_uuid_is_zero (uuid) ? NULL : muri_uuid_format (uuid, vm->template_id);
}

/**
 * muri_vm_is_linked:
 * @vm: a VM
 *
 * Returns: whether its disk still reads its template's image
 */
gboolean
muri_vm_is_linked (MuriVm *vm)
{
  return facts_of (vm)->linked;
}

/**
 * muri_vm_get_resources:
 * @vm: a VM
 * @now: (out) (nullable): what it has
 * @next: (out) (nullable): what it will have with the next boot
 */
void
muri_vm_get_resources (MuriVm *vm, MuriResources *now, MuriResources *next)
{
  const MuriVmFacts *facts = facts_of (vm);

  if (now != NULL)
    *now = (MuriResources){ .vcpus = facts->vcpus,
                            .vcpus_max = facts->vcpus_max,
                            .memory = facts->memory,
                            .memory_max = facts->memory_max };
  if (next != NULL)
    *next = next_of (facts);
}

/**
 * muri_vm_get_figure:
 * @vm: a VM
 * @figure: one below %MURI_N_VM_FIGURES
 *
 * Returns: the current value in the unit of #MuriFigure, NaN when it is unknown
 */
double
muri_vm_get_figure (MuriVm *vm, MuriFigure figure)
{
  g_return_val_if_fail (figure < MURI_N_VM_FIGURES, NAN);

  return vm->figures.values[figure];
}

/**
 * muri_vm_get_recent_cpu:
 * @vm: a VM
 * @values: (out caller-allocates) (array length=n): 0 to 1 or NaN, one a second, the newest last
 * @n: room in @values
 *
 * Returns: how many values were written, at most 120
 */
guint
muri_vm_get_recent_cpu (MuriVm *vm, float *values, guint n)
{
  return muri_vm_figures_get_recent (&vm->figures, values, n);
}

/**
 * muri_vm_get_series:
 * @vm: a VM
 *
 * In a fleet of more than two hundred VMs recorded only from the first call on.
 *
 * Returns: (transfer none): five minutes of all its figures
 */
MuriSeries *
muri_vm_get_series (MuriVm *vm)
{
  return muri_vm_figures_get_series (&vm->figures);
}
