/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-vm-private.h"

#include "muri-figures.h"
#include "muri-node-private.h"
#include "muri-uuid.h"
#include "muri-words.h"

#include <math.h>
#include <string.h>

/* Two minutes, one value a second. */
#define RECENT 120

/* A byte a value: 0 to 250 for 0 to 1, finer than a sparkline's pixels. */
#define RECENT_ONE 250
#define RECENT_UNKNOWN 255

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
  gboolean record;
  gboolean asked; /* for its series */

  guint figures_count;
  guint facts_count;
  gint64 figures_at; /* monotonic, 0: there are none */
  float figures[MURI_N_VM_FIGURES];
  MuriSeries *series;

  gint64 recent_time; /* of the newest value */
  guint8 recent_first;
  guint8 recent_length;
  guint8 recent[RECENT];
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

static const muri_v1_Vm *
facts_of (MuriVm *self)
{
  return muri_facts_get (self->facts);
}

static guint
vcpus_next (const muri_v1_Vm *facts)
{
  return facts->vcpus_next != 0 ? facts->vcpus_next : facts->vcpus;
}

static guint64
memory_next (const muri_v1_Vm *facts)
{
  return facts->memory_next != 0 ? facts->memory_next : facts->memory;
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
      g_value_set_uint (value, vcpus_next (facts_of (self)));
      break;
    case PROP_MEMORY_NEXT:
      g_value_set_uint64 (value, memory_next (facts_of (self)));
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
  g_clear_pointer (&self->series, muri_series_unref);
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
  muri_figures_forget (self->figures, MURI_N_VM_FIGURES);
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

/* @facts: (transfer full): of MURI_TOPIC_VM, of the same VM */
void
muri_vm_set_facts (MuriVm *self, MuriFacts *facts)
{
  g_autoptr (MuriFacts) before = g_steal_pointer (&self->facts);
  const muri_v1_Vm *old = muri_facts_get (before);
  const muri_v1_Vm *new = muri_facts_get (facts);
  gboolean address_differs = old->addresses._length != new->addresses._length
                             || (new->addresses._length > 0
                                 && strcmp (old->addresses._buffer[0], new->addresses._buffer[0]));

  self->facts = facts;
  self->state = new->state;
  self->facts_count++;

  g_object_freeze_notify (G_OBJECT (self));
  if (strcmp (old->name, new->name) != 0)
    {
      g_clear_pointer (&self->sort_key, g_ref_string_release);
      notify (self, PROP_NAME);
    }
  if (strcmp (old->title, new->title) != 0)
    notify (self, PROP_TITLE);
  if (old->state != new->state)
    notify (self, PROP_STATE);
  if (address_differs)
    notify (self, PROP_ADDRESS);
  if (!muri_uuid_equal (&old->template_id, &new->template_id))
    notify (self, PROP_TEMPLATE_ID);
  if (old->linked != new->linked)
    notify (self, PROP_LINKED);
  if (vcpus_next (old) != vcpus_next (new))
    notify (self, PROP_VCPUS_NEXT);
  if (memory_next (old) != memory_next (new))
    notify (self, PROP_MEMORY_NEXT);
  notify (self, PROP_FACTS);
  if (!state_has_figures (new->state))
    muri_vm_expire_figures (self, G_MAXINT64);
  g_object_thaw_notify (G_OBJECT (self));
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
  self->record = TRUE;
}

void
muri_vm_record_if_asked (MuriVm *self)
{
  if (self->asked)
    return;
  self->record = FALSE;
  g_clear_pointer (&self->series, muri_series_unref);
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

static void
push_recent_value (MuriVm *self, guint8 value)
{
  if (self->recent_length < RECENT)
    self->recent[(self->recent_first + self->recent_length++) % RECENT] = value;
  else
    {
      self->recent[self->recent_first] = value;
      self->recent_first = (self->recent_first + 1) % RECENT;
    }
}

/* One value a second, so what was missed is pushed as unknown. */
static void
push_recent (MuriVm *self, gint64 time, float cpu)
{
  gint64 seconds = (time - self->recent_time + G_USEC_PER_SEC / 2) / G_USEC_PER_SEC;

  if (self->recent_length > 0 && seconds > 1)
    for (gint64 i = 0; i < MIN (seconds - 1, RECENT); i++)
      push_recent_value (self, RECENT_UNKNOWN);

  self->recent_time = time;
  push_recent_value (self, isnan (cpu) ? RECENT_UNKNOWN
                                       : (guint8)(CLAMP (cpu, 0, 1) * RECENT_ONE + 0.5f));
}

gboolean
muri_vm_take_figures (MuriVm *self, const muri_v1_VmFigures *figures, gint64 time, gint64 now)
{
  float values[MURI_N_VM_FIGURES];

  if (!state_has_figures (self->state))
    return FALSE;

  muri_figures_read_vm (figures, values);
  self->figures_at = now;
  push_recent (self, time, values[MURI_FIGURE_CPU]);
  if (self->record)
    {
      if (self->series == NULL)
        self->series = muri_series_new (MURI_N_VM_FIGURES, MURI_SERIES_CAPACITY);
      muri_series_push (self->series, time, values);
    }

  /* As bytes, so that unknown equals unknown. */
  if (memcmp (values, self->figures, sizeof values) == 0)
    return FALSE;

  memcpy (self->figures, values, sizeof values);
  self->figures_count++;
  notify (self, PROP_FIGURES);
  return TRUE;
}

gboolean
muri_vm_expire_figures (MuriVm *self, gint64 before)
{
  if (self->figures_at == 0 || self->figures_at >= before)
    return FALSE;

  self->figures_at = 0;
  muri_figures_forget (self->figures, MURI_N_VM_FIGURES);
  self->figures_count++;
  notify (self, PROP_FIGURES);
  return TRUE;
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
  const muri_v1_Vm *facts = facts_of (vm);

  return facts->addresses._length > 0 ? facts->addresses._buffer[0] : NULL;
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
const muri_v1_Vm *
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
  const muri_v1_Vm *facts = facts_of (vm);

  if (now != NULL)
    *now = (MuriResources){ .vcpus = facts->vcpus,
                            .vcpus_max = facts->vcpus_max,
                            .memory = facts->memory,
                            .memory_max = facts->memory_max };
  if (next != NULL)
    *next = (MuriResources){
      .vcpus = vcpus_next (facts),
      .vcpus_max = facts->vcpus_max_next != 0 ? facts->vcpus_max_next : facts->vcpus_max,
      .memory = memory_next (facts),
      .memory_max = facts->memory_max_next != 0 ? facts->memory_max_next : facts->memory_max,
    };
}

static gboolean
verb_fits (guint verb, guint state)
{
  const guint bit = 1u << MIN (state, 31);
  const guint running = 1u << MURI_VM_STATE_RUNNING;
  const guint paused = 1u << MURI_VM_STATE_PAUSED;
  const guint stopping = 1u << MURI_VM_STATE_STOPPING;
  const guint off = 1u << MURI_VM_STATE_OFF | 1u << MURI_VM_STATE_CRASHED;

  switch (verb)
    {
    case MURI_VERB_POWER_ON:
    case MURI_VERB_DELETE:
      return bit & (off | 1u << MURI_VM_STATE_SAVED);
    case MURI_VERB_MAKE_TEMPLATE:
      return bit & off;
    case MURI_VERB_FLATTEN:
      return bit & (off | running | paused);
    case MURI_VERB_RESIZE:
      return bit & (off | running | paused | 1u << MURI_VM_STATE_SAVED);
    case MURI_VERB_RESUME:
      return bit & (paused | 1u << MURI_VM_STATE_SUSPENDED);
    case MURI_VERB_PAUSE:
    case MURI_VERB_SHUTDOWN:
    case MURI_VERB_REBOOT:
      return bit & running;
    case MURI_VERB_SAVE:
      return bit & (running | paused);
    case MURI_VERB_RESET:
      return bit & (running | paused | stopping);
    case MURI_VERB_POWER_OFF:
      return bit
             & (running | paused | stopping | 1u << MURI_VM_STATE_STARTING
                | 1u << MURI_VM_STATE_SUSPENDED);
    default:
      return FALSE;
    }
}

/**
 * muri_vm_can:
 * @vm: a VM
 * @verb: MURI_VERB_*
 *
 * Returns: whether @verb makes sense in its state, its host can be reached and can do it
 */
gboolean
muri_vm_can (MuriVm *vm, guint verb)
{
  return muri_vm_is_known (vm) && muri_node_supports (vm->node, verb)
         && (verb != MURI_VERB_FLATTEN || facts_of (vm)->linked) && verb_fits (verb, vm->state);
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

  return vm->figures[figure];
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
  guint skip = vm->recent_length > n ? vm->recent_length - n : 0;

  for (guint i = skip; i < vm->recent_length; i++)
    {
      guint8 value = vm->recent[(vm->recent_first + i) % RECENT];

      values[i - skip] = value == RECENT_UNKNOWN ? NAN : (float)value / RECENT_ONE;
    }

  return vm->recent_length - skip;
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
  vm->record = vm->asked = TRUE;
  if (vm->series == NULL)
    vm->series = muri_series_new (MURI_N_VM_FIGURES, MURI_SERIES_CAPACITY);
  return vm->series;
}
