/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-node-private.h"

#include "muri-clock.h"
#include "muri-figures.h"
#include "muri-model.h"
#include "muri-uuid.h"
#include "muri-vm-private.h"
#include "muri-vm-figures.h"
#include "muri-words.h"

#include <math.h>
#include <string.h>

/* VMs of a part of a sample. */
#define PART 20
/* No host has more. */
#define SAMPLED_MAX 5000

struct _MuriNode
{
  GObject parent_instance;

  muri_v1_Uuid uuid;
  char id[MURI_UUID_TEXT];
  MuriFacts *facts;
  char *sort_key; /* GRefString, NULL: nobody asked */
  gboolean has_facts;
  MuriNodeState state;
  guint zone;
  gint64 heard;       /* the epoch's */
  gint64 since;       /* the epoch's */
  gint64 last_sample; /* monotonic, of whatever was heard last; 0: nothing in this session */
  gint64 live_since;  /* monotonic */
  gint64 lost;        /* monotonic, 0: it was not, since it was heard */

  guint figures_count;
  guint facts_count;
  gboolean has_figures;
  float figures[MURI_N_FIGURES];
  gboolean record;
  gboolean asked; /* for its series */
  MuriSeries *series;

  MuriClock clock;

  MuriModel *vms;
  GHashTable *vms_by_uuid; /* key in the VM */
  GPtrArray *sampled;      /* borrowed: by their places in samples */
  guint n_vms;
  guint n_running;
};

enum
{
  PROP_0,
  PROP_ID,
  PROP_NAME,
  PROP_STATE,
  PROP_HEARD,
  PROP_SINCE,
  PROP_N_VMS,
  PROP_N_RUNNING,
  PROP_FIGURES,
  PROP_FACTS,
  PROP_VMS,
  PROP_ZONE,
  PROP_SIMULATED,
  PROP_INSECURE,
  PROP_CLOCK_SKEW,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_ENUM_TYPE (MuriNodeState, muri_node_state, G_DEFINE_ENUM_VALUE (MURI_NODE_UP, "up"),
                    G_DEFINE_ENUM_VALUE (MURI_NODE_STALE, "stale"),
                    G_DEFINE_ENUM_VALUE (MURI_NODE_UNREACHABLE, "unreachable"),
                    G_DEFINE_ENUM_VALUE (MURI_NODE_STOPPED, "stopped"),
                    G_DEFINE_ENUM_VALUE (MURI_NODE_HYPERVISOR_DOWN, "hypervisor-down"))

G_DEFINE_FINAL_TYPE (MuriNode, muri_node, G_TYPE_OBJECT)

static const muri_v1_Node *
facts_of (MuriNode *self)
{
  return muri_facts_get (self->facts);
}

static void
notify (MuriNode *self, guint property)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[property]);
}

static void
muri_node_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  MuriNode *self = MURI_NODE (object);

  switch (id)
    {
    case PROP_ID:
      g_value_set_string (value, self->id);
      break;
    case PROP_NAME:
      g_value_set_string (value, facts_of (self)->name);
      break;
    case PROP_STATE:
      g_value_set_enum (value, self->state);
      break;
    case PROP_HEARD:
      g_value_set_int64 (value, self->heard);
      break;
    case PROP_SINCE:
      g_value_set_int64 (value, self->since);
      break;
    case PROP_N_VMS:
      g_value_set_uint (value, self->n_vms);
      break;
    case PROP_N_RUNNING:
      g_value_set_uint (value, self->n_running);
      break;
    case PROP_FIGURES:
      g_value_set_uint (value, self->figures_count);
      break;
    case PROP_FACTS:
      g_value_set_uint (value, self->facts_count);
      break;
    case PROP_VMS:
      g_value_set_object (value, self->vms);
      break;
    case PROP_ZONE:
      g_value_set_uint (value, self->zone);
      break;
    case PROP_SIMULATED:
      g_value_set_boolean (value, facts_of (self)->simulated);
      break;
    case PROP_INSECURE:
      g_value_set_boolean (value, facts_of (self)->insecure);
      break;
    case PROP_CLOCK_SKEW:
      g_value_set_int64 (value, self->clock.skew);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
muri_node_finalize (GObject *object)
{
  MuriNode *self = MURI_NODE (object);

  g_clear_pointer (&self->facts, muri_facts_unref);
  g_clear_pointer (&self->sort_key, g_ref_string_release);
  g_clear_pointer (&self->series, muri_series_unref);
  g_hash_table_unref (self->vms_by_uuid);
  g_ptr_array_unref (self->sampled);
  g_object_unref (self->vms);

  G_OBJECT_CLASS (muri_node_parent_class)->finalize (object);
}

static void
install_properties (GObjectClass *object_class)
{
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  properties[PROP_ID] = g_param_spec_string ("id", NULL, NULL, NULL, flags);
  properties[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, flags);
  properties[PROP_STATE] =
      g_param_spec_enum ("state", NULL, NULL, MURI_TYPE_NODE_STATE, MURI_NODE_UNREACHABLE, flags);
  properties[PROP_HEARD] = g_param_spec_int64 ("heard", NULL, NULL, 0, G_MAXINT64, 0, flags);
  properties[PROP_SINCE] = g_param_spec_int64 ("since", NULL, NULL, 0, G_MAXINT64, 0, flags);
  properties[PROP_N_VMS] = g_param_spec_uint ("n-vms", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_N_RUNNING] = g_param_spec_uint ("n-running", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_FIGURES] = g_param_spec_uint ("figures", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_FACTS] = g_param_spec_uint ("facts", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_VMS] = g_param_spec_object ("vms", NULL, NULL, G_TYPE_LIST_MODEL, flags);
  properties[PROP_ZONE] = g_param_spec_uint ("zone", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_SIMULATED] = g_param_spec_boolean ("simulated", NULL, NULL, FALSE, flags);
  properties[PROP_INSECURE] = g_param_spec_boolean ("insecure", NULL, NULL, FALSE, flags);
  properties[PROP_CLOCK_SKEW] =
      g_param_spec_int64 ("clock-skew", NULL, NULL, G_MININT64, G_MAXINT64, 0, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
muri_node_class_init (MuriNodeClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = muri_node_get_property;
  object_class->finalize = muri_node_finalize;
  install_properties (object_class);
}

static void
muri_node_init (MuriNode *self)
{
  self->state = MURI_NODE_UNREACHABLE;
  self->vms = muri_model_new (MURI_TYPE_VM);
  self->vms_by_uuid = g_hash_table_new_full (muri_uuid_hash, muri_uuid_equal, NULL, g_object_unref);
  self->sampled = g_ptr_array_new ();
  muri_clock_init (&self->clock);
  muri_figures_forget (self->figures, MURI_N_FIGURES);
}

MuriNode *
muri_node_new (const muri_v1_Uuid *uuid)
{
  MuriNode *self = g_object_new (MURI_TYPE_NODE, NULL);
  muri_v1_Node *facts = muri_topic_sample_new (MURI_TOPIC_NODE);

  facts->node = *uuid;
  self->uuid = *uuid;
  self->facts = muri_facts_new (MURI_TOPIC_NODE, facts);
  muri_uuid_format (uuid, self->id);
  return self;
}

void
muri_node_clear (MuriNode *self)
{
  g_autoptr (GPtrArray) vms = muri_node_list_vms (self);

  muri_node_remove_vms (self, vms);
}

/* ---- state ---- */

static gboolean
is_silent (MuriNode *self, gint64 now)
{
  return self->last_sample == 0 || now - self->last_sample > MURI_STALE_AFTER;
}

static MuriNodeState
judge (MuriNode *self, gint64 now)
{
  const muri_v1_Node *facts = facts_of (self);

  if (facts->presence == MURI_PRESENCE_LEAVING)
    return MURI_NODE_STOPPED;
  if (!muri_node_is_live (self))
    return MURI_NODE_UNREACHABLE;
  if (facts->connection == MURI_CONNECTION_DOWN)
    return MURI_NODE_HYPERVISOR_DOWN;
  return is_silent (self, now) ? MURI_NODE_STALE : MURI_NODE_UP;
}

static void
notify_vms_known (MuriNode *self)
{
  g_autoptr (GPtrArray) vms = muri_node_list_vms (self);

  for (guint i = 0; i < vms->len; i++)
    muri_vm_notify_known (g_ptr_array_index (vms, i));
}

gboolean
muri_node_update (MuriNode *self, gint64 now)
{
  MuriNodeState state = judge (self, now);
  gboolean knew = muri_node_knows_vms (self);

  if (state == self->state)
    return FALSE;

  self->state = state;
  muri_node_expire_figures (self, now);
  self->since = state == MURI_NODE_UP || self->heard == 0 ? g_get_real_time () : self->heard;
  if (state == MURI_NODE_HYPERVISOR_DOWN)
    self->since = muri_node_get_vms_known (self);
  notify (self, PROP_SINCE);
  notify (self, PROP_STATE);
  if (knew != muri_node_knows_vms (self))
    notify_vms_known (self);
  return TRUE;
}

static gboolean
expire_host_figures (MuriNode *self, gint64 now)
{
  if (!self->has_figures || (muri_node_is_live (self) && !is_silent (self, now)))
    return FALSE;

  self->has_figures = FALSE;
  muri_figures_forget (self->figures, MURI_N_FIGURES);
  self->figures_count++;
  notify (self, PROP_FIGURES);
  return TRUE;
}

gboolean
muri_node_expire_figures (MuriNode *self, gint64 now)
{
  gboolean known = self->state == MURI_NODE_UP;
  gboolean changed = expire_host_figures (self, now);
  GHashTableIter iter;
  gpointer vm;

  g_hash_table_iter_init (&iter, self->vms_by_uuid);
  while (g_hash_table_iter_next (&iter, NULL, &vm))
    if (muri_vm_expire_figures (vm, known ? now - MURI_STALE_AFTER : G_MAXINT64))
      changed = TRUE;
  return changed;
}

void
muri_node_record (MuriNode *self)
{
  self->record = TRUE;
}

void
muri_node_record_if_asked (MuriNode *self)
{
  if (self->asked)
    return;
  self->record = FALSE;
  g_clear_pointer (&self->series, muri_series_unref);
}

void
muri_node_restore (MuriNode *self, MuriFacts *facts, guint zone, gint64 heard)
{
  muri_facts_unref (self->facts);
  g_clear_pointer (&self->sort_key, g_ref_string_release);
  self->facts = facts;
  self->has_facts = TRUE;
  self->zone = zone;
  self->heard = heard;
  self->state = judge (self, 0);
  self->since = heard;
}

/* @facts: (transfer full): of MURI_TOPIC_NODE */
void
muri_node_set_facts (MuriNode *self, MuriFacts *facts, guint zone)
{
  g_autoptr (MuriFacts) before = g_steal_pointer (&self->facts);
  const muri_v1_Node *old = muri_facts_get (before);
  const muri_v1_Node *new = muri_facts_get (facts);

  self->facts = facts;
  self->has_facts = TRUE;
  self->facts_count++;

  g_object_freeze_notify (G_OBJECT (self));
  if (strcmp (old->name, new->name) != 0)
    {
      g_clear_pointer (&self->sort_key, g_ref_string_release);
      notify (self, PROP_NAME);
    }
  if (old->simulated != new->simulated)
    notify (self, PROP_SIMULATED);
  if (old->insecure != new->insecure)
    notify (self, PROP_INSECURE);
  if (self->zone != zone)
    {
      self->zone = zone;
      notify (self, PROP_ZONE);
    }
  notify (self, PROP_FACTS);
  g_object_thaw_notify (G_OBJECT (self));
}

/* What was under way when the node was lost does not bring it back. */
void
muri_node_hear (MuriNode *self, gint64 time, gint64 now)
{
  if (self->lost != 0 && now <= self->lost)
    return;

  if (!muri_node_is_live (self))
    self->live_since = now;
  self->lost = 0;
  self->last_sample = MAX (self->last_sample, now);
  if (time > self->heard)
    {
      self->heard = time;
      notify (self, PROP_HEARD);
    }
}

void
muri_node_lose (MuriNode *self, gint64 now)
{
  GHashTableIter iter;
  gpointer vm;

  if (now < self->last_sample)
    return;

  self->lost = now;
  g_hash_table_iter_init (&iter, self->vms_by_uuid);
  while (g_hash_table_iter_next (&iter, NULL, &vm))
    muri_vm_set_live (vm, FALSE);
}

/* ---- figures ---- */

static void
measure_skew (MuriNode *self, gint64 sent, gint64 received)
{
  if (muri_clock_measure (&self->clock, sent, received))
    notify (self, PROP_CLOCK_SKEW);
}

static MuriSeries *
ensure_series (MuriNode *self)
{
  if (self->series == NULL)
    self->series = muri_series_new (MURI_N_FIGURES, MURI_SERIES_CAPACITY);
  return self->series;
}

static gboolean
take_host (MuriNode *self, const muri_v1_NodeFigures *host, gint64 time)
{
  float values[MURI_N_FIGURES];

  muri_figures_read_node (host, values);
  if (self->record)
    muri_series_push (ensure_series (self), time, values);
  self->has_figures = TRUE;
  if (memcmp (values, self->figures, sizeof values) == 0)
    return FALSE;

  memcpy (self->figures, values, sizeof values);
  self->figures_count++;
  notify (self, PROP_FIGURES);
  return TRUE;
}

/* Samples name the VMs in an order that hardly changes. */
static MuriVm *
find_sampled (MuriNode *self, guint place, const muri_v1_Uuid *uuid)
{
  MuriVm *vm = place < self->sampled->len ? g_ptr_array_index (self->sampled, place) : NULL;

  if (vm != NULL && muri_uuid_equal (muri_vm_get_uuid (vm), uuid))
    return vm;
  vm = g_hash_table_lookup (self->vms_by_uuid, uuid);
  if (vm == NULL || place >= SAMPLED_MAX)
    return vm;
  if (place >= self->sampled->len)
    g_ptr_array_set_size (self->sampled, (int)place + 1);
  self->sampled->pdata[place] = vm;
  return vm;
}

gboolean
muri_node_take_sample (MuriNode *self, const muri_v1_Sample *sample, gint64 time, gint64 now)
{
  gboolean changed = FALSE;

  muri_node_hear (self, time, now);
  if (self->lost != 0)
    return FALSE;

  if (sample->time > 0)
    measure_skew (self, sample->time, time);
  if (sample->host._length > 0)
    changed = take_host (self, &sample->host._buffer[0], time);

  for (guint32 i = 0; i < sample->vms._length; i++)
    {
      const muri_v1_VmFigures *figures = &sample->vms._buffer[i];
      MuriVm *vm = find_sampled (self, sample->part * PART + i, &figures->vm);

      if (vm != NULL && muri_vm_take_figures (vm, figures, time, now))
        changed = TRUE;
    }

  return changed;
}

/* ---- its VMs ---- */

MuriFacts *
muri_node_peek_facts (MuriNode *self)
{
  return self->facts;
}

gboolean
muri_node_has_facts (MuriNode *self)
{
  return self->has_facts;
}

/* @then: monotonic */
gboolean
muri_node_was_silent_since (MuriNode *self, gint64 then)
{
  return muri_node_is_live (self) && self->last_sample <= then;
}

gboolean
muri_node_is_live (MuriNode *self)
{
  return self->last_sample != 0 && self->lost == 0;
}

gboolean
muri_node_knows_vms (MuriNode *self)
{
  return self->state == MURI_NODE_UP || self->state == MURI_NODE_STALE;
}

gint64
muri_node_get_vms_known (MuriNode *self)
{
  const muri_v1_Node *facts = facts_of (self);

  if (!muri_node_knows_vms (self) && facts->connection == MURI_CONNECTION_DOWN
      && facts->connection_since > 0)
    return MAX (0, facts->connection_since - self->clock.skew);
  return self->heard;
}

gint64
muri_node_get_live_since (MuriNode *self)
{
  return self->live_since;
}

MuriVm *
muri_node_find_vm (MuriNode *self, const muri_v1_Uuid *uuid)
{
  return g_hash_table_lookup (self->vms_by_uuid, uuid);
}

void
muri_node_add_vm (MuriNode *self, MuriVm *vm)
{
  g_hash_table_insert (self->vms_by_uuid, (gpointer)muri_vm_get_uuid (vm), g_object_ref (vm));
  muri_model_append (self->vms, vm);
}

void
muri_node_remove_vms (MuriNode *self, GPtrArray *vms)
{
  muri_model_remove (self->vms, vms);
  g_ptr_array_set_size (self->sampled, 0);
  for (guint i = 0; i < vms->len; i++)
    g_hash_table_remove (self->vms_by_uuid, muri_vm_get_uuid (g_ptr_array_index (vms, i)));
}

/* Returns: (transfer container) (element-type MuriVm): each with a reference */
GPtrArray *
muri_node_list_vms (MuriNode *self)
{
  GPtrArray *vms = g_ptr_array_new_full (g_hash_table_size (self->vms_by_uuid), g_object_unref);
  GHashTableIter iter;
  gpointer vm;

  g_hash_table_iter_init (&iter, self->vms_by_uuid);
  while (g_hash_table_iter_next (&iter, NULL, &vm))
    g_ptr_array_add (vms, g_object_ref (vm));
  return vms;
}

static guint
count_running (MuriNode *self)
{
  GHashTableIter iter;
  gpointer vm;
  guint n = 0;

  g_hash_table_iter_init (&iter, self->vms_by_uuid);
  while (g_hash_table_iter_next (&iter, NULL, &vm))
    if (muri_vm_get_state (vm) == MURI_VM_STATE_RUNNING)
      n++;
  return n;
}

void
muri_node_flush (MuriNode *self)
{
  guint n_running = count_running (self);
  guint n_vms = g_hash_table_size (self->vms_by_uuid);

  muri_model_flush (self->vms);
  if (n_vms != self->n_vms)
    {
      self->n_vms = n_vms;
      notify (self, PROP_N_VMS);
    }
  if (n_running != self->n_running)
    {
      self->n_running = n_running;
      notify (self, PROP_N_RUNNING);
    }
}

/* ---- what a console asks ---- */

/**
 * muri_node_get_uuid:
 * @node: a node
 *
 * Returns: (transfer none): its UUID, which survives restarts and renames
 */
const muri_v1_Uuid *
muri_node_get_uuid (MuriNode *node)
{
  return &node->uuid;
}

/**
 * muri_node_get_id:
 * @node: a node
 *
 * Returns: its UUID as text
 */
const char *
muri_node_get_id (MuriNode *node)
{
  return node->id;
}

/**
 * muri_node_get_name:
 * @node: a node
 *
 * Returns: its host name
 */
const char *
muri_node_get_name (MuriNode *node)
{
  return facts_of (node)->name;
}

/**
 * muri_node_get_sort_key:
 * @node: a node
 *
 * Made once: who ranks twenty thousand asks every few seconds.
 *
 * Returns: (transfer none): a #GRefString that orders names as people do, by strcmp(); any thread
 *   may keep a reference
 */
char *
muri_node_get_sort_key (MuriNode *node)
{
  if (node->sort_key == NULL)
    {
      g_autofree char *key = g_utf8_collate_key_for_filename (facts_of (node)->name, -1);

      node->sort_key = g_ref_string_new (key);
    }
  return node->sort_key;
}

/**
 * muri_node_get_state:
 * @node: a node
 *
 * Returns: how it is to be shown
 */
MuriNodeState
muri_node_get_state (MuriNode *node)
{
  return node->state;
}

/**
 * muri_node_is_reachable:
 * @node: a node
 *
 * Returns: whether its agent is there and can be asked for something
 */
gboolean
muri_node_is_reachable (MuriNode *node)
{
  return node->state != MURI_NODE_UNREACHABLE && node->state != MURI_NODE_STOPPED;
}

/**
 * muri_node_get_heard:
 * @node: a node
 *
 * Returns: when it was heard of last, microseconds since the epoch
 */
gint64
muri_node_get_heard (MuriNode *node)
{
  return node->heard;
}

/**
 * muri_node_get_since:
 * @node: a node
 *
 * Returns: in its state since, microseconds since the epoch
 */
gint64
muri_node_get_since (MuriNode *node)
{
  return node->since;
}

/**
 * muri_node_get_zone:
 * @node: a node
 *
 * Returns: the zone in which it was heard
 */
guint
muri_node_get_zone (MuriNode *node)
{
  return node->zone;
}

/**
 * muri_node_get_n_vms:
 * @node: a node
 *
 * Returns: how many VMs are known of it
 */
guint
muri_node_get_n_vms (MuriNode *node)
{
  return node->n_vms;
}

/**
 * muri_node_get_n_running:
 * @node: a node
 *
 * Returns: how many of its VMs are running, by their last known state
 */
guint
muri_node_get_n_running (MuriNode *node)
{
  return node->n_running;
}

/**
 * muri_node_get_vms:
 * @node: a node
 *
 * Returns: (transfer none): a model of its #MuriVm
 */
GListModel *
muri_node_get_vms (MuriNode *node)
{
  return G_LIST_MODEL (node->vms);
}

/**
 * muri_node_get_facts:
 * @node: a node
 *
 * Returns: (transfer none): all that its agent says of it; valid until #MuriNode:facts changes
 */
const muri_v1_Node *
muri_node_get_facts (MuriNode *node)
{
  return facts_of (node);
}

/**
 * muri_node_supports:
 * @node: a node
 * @verb: MURI_VERB_*
 *
 * Returns: whether its hypervisor can do @verb
 */
gboolean
muri_node_supports (MuriNode *node, guint verb)
{
  return verb > 0 && verb < 64 && (facts_of (node)->unsupported >> verb & 1) == 0;
}

/**
 * muri_node_get_figure:
 * @node: a node
 * @figure: which one
 *
 * Returns: the current value in the unit of #MuriFigure; NaN when it is unknown
 */
double
muri_node_get_figure (MuriNode *node, MuriFigure figure)
{
  g_return_val_if_fail (figure < MURI_N_FIGURES, NAN);

  return node->figures[figure];
}

/**
 * muri_node_get_series:
 * @node: a node
 *
 * In a fleet of more than two hundred nodes recorded only from the first call on.
 *
 * Returns: (transfer none): five minutes of all its figures
 */
MuriSeries *
muri_node_get_series (MuriNode *node)
{
  node->record = node->asked = TRUE;
  return ensure_series (node);
}

/**
 * muri_node_get_clock_skew:
 * @node: a node
 *
 * Returns: how far its clock is ahead of ours, microseconds; negative when it is behind, 0 when
 *   it is not known
 */
gint64
muri_node_get_clock_skew (MuriNode *node)
{
  return node->clock.skew;
}
