/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-target-private.h"

#include "muri-uuid.h"
#include "muri-words.h"

struct _MuriTarget
{
  GObject parent_instance;

  MuriTargetKey key;
  guint zone;
  guint position; /* in its operation */
  guint batch;    /* that it was sent with; 0 none */
  guint turn;     /* of a start in order */
  guint delay;    /* seconds until the next step */
  guint before;   /* MURI_VM_STATE_* when it was asked for */
  char *name;
  char *node_name;
  char *vm_id;
  char *message;
  char *argument;
  guint step;
  guint percent;
  guint state;
  guint vm_state;
  gint error;
  gint64 started;
  gint64 finished;
};

enum
{
  PROP_0,
  PROP_STATE,
  PROP_MESSAGE,
  PROP_NAME,
  PROP_NODE_NAME,
  PROP_VM_ID,
  PROP_STARTED,
  PROP_FINISHED,
  PROP_VM_STATE,
  PROP_STEP,
  PROP_PERCENT,
  PROP_ARGUMENT,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (MuriTarget, muri_target, G_TYPE_OBJECT)

static void
muri_target_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  MuriTarget *self = MURI_TARGET (object);

  switch (id)
    {
    case PROP_STATE:
      g_value_set_uint (value, self->state);
      break;
    case PROP_MESSAGE:
      g_value_set_string (value, self->message);
      break;
    case PROP_NAME:
      g_value_set_string (value, self->name);
      break;
    case PROP_NODE_NAME:
      g_value_set_string (value, self->node_name);
      break;
    case PROP_VM_ID:
      g_value_set_string (value, self->vm_id);
      break;
    case PROP_STARTED:
      g_value_set_int64 (value, self->started);
      break;
    case PROP_FINISHED:
      g_value_set_int64 (value, self->finished);
      break;
    case PROP_VM_STATE:
      g_value_set_uint (value, self->vm_state);
      break;
    case PROP_STEP:
      g_value_set_uint (value, self->step);
      break;
    case PROP_PERCENT:
      g_value_set_uint (value, self->percent);
      break;
    case PROP_ARGUMENT:
      g_value_set_string (value, self->argument);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
muri_target_finalize (GObject *object)
{
  MuriTarget *self = MURI_TARGET (object);

  g_free (self->name);
  g_free (self->node_name);
  g_free (self->vm_id);
  g_free (self->message);
  g_free (self->argument);

  G_OBJECT_CLASS (muri_target_parent_class)->finalize (object);
}

static void
muri_target_class_init (MuriTargetClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->get_property = muri_target_get_property;
  object_class->finalize = muri_target_finalize;

  properties[PROP_STATE] = g_param_spec_uint ("state", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_MESSAGE] = g_param_spec_string ("message", NULL, NULL, NULL, flags);
  properties[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, flags);
  properties[PROP_NODE_NAME] = g_param_spec_string ("node-name", NULL, NULL, NULL, flags);
  properties[PROP_VM_ID] = g_param_spec_string ("vm-id", NULL, NULL, NULL, flags);
  properties[PROP_STARTED] = g_param_spec_int64 ("started", NULL, NULL, 0, G_MAXINT64, 0, flags);
  properties[PROP_FINISHED] = g_param_spec_int64 ("finished", NULL, NULL, 0, G_MAXINT64, 0, flags);
  properties[PROP_VM_STATE] = g_param_spec_uint ("vm-state", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_STEP] = g_param_spec_uint ("step", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_PERCENT] = g_param_spec_uint ("percent", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_ARGUMENT] = g_param_spec_string ("argument", NULL, NULL, NULL, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
muri_target_init (MuriTarget *self)
{
  self->state = MURI_TARGET_STORED;
  self->percent = MURI_PERCENT_UNKNOWN;
}

guint
muri_target_key_hash (gconstpointer key)
{
  const MuriTargetKey *k = key;

  return muri_uuid_hash (&k->node) * 31 ^ muri_uuid_hash (&k->vm);
}

gboolean
muri_target_key_equal (gconstpointer a, gconstpointer b)
{
  const MuriTargetKey *x = a;
  const MuriTargetKey *y = b;

  return muri_uuid_equal (&x->vm, &y->vm) && muri_uuid_equal (&x->node, &y->node);
}

/* @name, @node_name: empty when they are not known yet */
MuriTarget *
muri_target_new (const MuriTargetKey *key, guint zone, const char *name, const char *node_name)
{
  MuriTarget *self = g_object_new (MURI_TYPE_TARGET, NULL);
  char node[MURI_UUID_TEXT];
  char vm[MURI_UUID_TEXT];

  self->key = *key;
  self->zone = zone;
  self->name = g_strdup (name);
  self->node_name = g_strdup (node_name);
  muri_uuid_format (&key->node, node);
  self->vm_id = muri_uuid_is_zero (&key->vm)
                    ? g_strdup (node)
                    : g_strdup_printf ("%s/%s", node, muri_uuid_format (&key->vm, vm));
  return self;
}

const MuriTargetKey *
muri_target_get_key (MuriTarget *self)
{
  return &self->key;
}

guint
muri_target_get_zone (MuriTarget *self)
{
  return self->zone;
}

guint
muri_target_get_position (MuriTarget *self)
{
  return self->position;
}

void
muri_target_set_position (MuriTarget *self, guint position)
{
  self->position = position;
}

guint
muri_target_get_turn (MuriTarget *self)
{
  return self->turn;
}

guint
muri_target_get_delay (MuriTarget *self)
{
  return self->delay;
}

void
muri_target_set_batch (MuriTarget *self, guint batch)
{
  self->batch = batch;
}

void
muri_target_set_plan (MuriTarget *self, guint turn, guint delay, guint before)
{
  self->turn = turn;
  self->delay = delay;
  self->before = before;
}

/* @argument: (nullable); before anybody sees it */
void
muri_target_set_argument (MuriTarget *self, const char *argument)
{
  g_free (self->argument);
  self->argument = g_strdup (argument);
}

gint
muri_target_get_error (MuriTarget *self)
{
  return self->error;
}

guint
muri_target_get_vm_state (MuriTarget *self)
{
  return self->vm_state;
}

/* What has not begun or has ended is at no step. */
static void
read_step (const MuriTargetOutcome *outcome, guint *step, guint *percent)
{
  gboolean running = outcome->state == MURI_OUTCOME_RUNNING && outcome->step != MURI_STEP_NONE;

  *step = running ? outcome->step : MURI_STEP_NONE;
  *percent = running ? outcome->percent : MURI_PERCENT_UNKNOWN;
}

static gboolean
outcome_differs (MuriTarget *self, const MuriTargetOutcome *outcome)
{
  guint step, percent;

  read_step (outcome, &step, &percent);
  return self->state != outcome->state || self->vm_state != outcome->vm_state
         || self->error != outcome->error || self->started != outcome->started
         || self->finished != outcome->finished || self->step != step || self->percent != percent
         || g_strcmp0 (self->message, outcome->message) != 0;
}

static void
notify_differences (MuriTarget *self, const MuriTargetOutcome *outcome, guint step, guint percent)
{
  const struct
  {
    guint id;
    gboolean differs;
  } differences[] = {
    { PROP_STATE, self->state != outcome->state },
    { PROP_VM_STATE, self->vm_state != outcome->vm_state },
    { PROP_STARTED, self->started != outcome->started },
    { PROP_FINISHED, self->finished != outcome->finished },
    { PROP_STEP, self->step != step },
    { PROP_PERCENT, self->percent != percent },
    { PROP_MESSAGE, g_strcmp0 (self->message, outcome->message) != 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (differences); i++)
    if (differences[i].differs)
      g_object_notify_by_pspec (G_OBJECT (self), properties[differences[i].id]);
}

/* Returns whether anything changed. */
gboolean
muri_target_set_outcome (MuriTarget *self, const MuriTargetOutcome *outcome)
{
  guint step, percent;

  if (!outcome_differs (self, outcome))
    return FALSE;

  read_step (outcome, &step, &percent);
  g_object_freeze_notify (G_OBJECT (self));
  notify_differences (self, outcome, step, percent);
  self->state = outcome->state;
  self->vm_state = outcome->vm_state;
  self->error = outcome->error;
  self->started = outcome->started;
  self->finished = outcome->finished;
  self->step = step;
  self->percent = percent;
  g_free (self->message);
  self->message = g_strdup (outcome->message);
  g_object_thaw_notify (G_OBJECT (self));
  return TRUE;
}

/**
 * muri_target_get_state:
 * @target: a target
 *
 * Returns: MURI_OUTCOME_* or MURI_TARGET_*, or a number that is not known yet
 */
guint
muri_target_get_state (MuriTarget *target)
{
  return target->state;
}

/**
 * muri_target_get_message:
 * @target: a target
 *
 * Returns: (nullable): why, in the hypervisor's or the console's words
 */
const char *
muri_target_get_message (MuriTarget *target)
{
  return target->message;
}

/**
 * muri_target_get_name:
 * @target: a target
 *
 * Returns: the VM's name when it was asked for
 */
const char *
muri_target_get_name (MuriTarget *target)
{
  return target->name;
}

/**
 * muri_target_get_node_name:
 * @target: a target
 *
 * Returns: its host's name when it was asked for
 */
const char *
muri_target_get_node_name (MuriTarget *target)
{
  return target->node_name;
}

/**
 * muri_target_get_vm_id:
 * @target: a target
 *
 * Returns: as #MuriVm:id; for a host itself, as #MuriNode:id
 */
const char *
muri_target_get_vm_id (MuriTarget *target)
{
  return target->vm_id;
}

/**
 * muri_target_get_started:
 * @target: a target
 *
 * Returns: when its agent began to act, microseconds since the epoch; 0 not yet
 */
gint64
muri_target_get_started (MuriTarget *target)
{
  return target->started;
}

/**
 * muri_target_get_finished:
 * @target: a target
 *
 * Returns: when its outcome became final, microseconds since the epoch; 0 not yet
 */
gint64
muri_target_get_finished (MuriTarget *target)
{
  return target->finished;
}

/**
 * muri_target_get_step:
 * @target: a target
 *
 * Returns: MURI_STEP_*: what it is at while it runs, or a number that is not known yet
 */
guint
muri_target_get_step (MuriTarget *target)
{
  return target->step;
}

/**
 * muri_target_get_percent:
 * @target: a target
 *
 * Returns: how far that step is, or %MURI_PERCENT_UNKNOWN
 */
guint
muri_target_get_percent (MuriTarget *target)
{
  return target->percent;
}

/**
 * muri_target_get_argument:
 * @target: a target
 *
 * Returns: (nullable): what it was given beside the parameters; of a clone its name
 */
const char *
muri_target_get_argument (MuriTarget *target)
{
  return target->argument;
}

/**
 * muri_target_get_batch:
 * @target: a target
 *
 * Returns: the number of the batch that it was sent with, from 1; 0 not yet
 */
guint
muri_target_get_batch (MuriTarget *target)
{
  return target->batch;
}

/**
 * muri_target_get_state_before:
 * @target: a target
 *
 * Returns: MURI_VM_STATE_* when it was asked for, as far as this console knew
 */
guint
muri_target_get_state_before (MuriTarget *target)
{
  return target->before;
}

/**
 * muri_target_state_is_final:
 * @state: MURI_OUTCOME_* or MURI_TARGET_*
 *
 * Returns: whether nothing more is expected. A late report may still correct
 *   %MURI_TARGET_UNREACHABLE.
 */
gboolean
muri_target_state_is_final (guint state)
{
  return state >= MURI_TARGET_STORED ? state == MURI_TARGET_UNREACHABLE
                                     : muri_outcome_is_final (state);
}

/**
 * muri_target_state_is_success:
 * @state: MURI_OUTCOME_* or MURI_TARGET_*
 *
 * Returns: whether the target is as it was wanted
 */
gboolean
muri_target_state_is_success (guint state)
{
  return state < MURI_TARGET_STORED && muri_outcome_is_success (state);
}
