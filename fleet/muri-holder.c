/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-template-private.h"

#include "muri-words.h"

#include <string.h>

struct _MuriHolder
{
  GObject parent_instance;

  MuriNode *node;
  MuriFacts *facts;
  gboolean live;
};

enum
{
  PROP_0,
  PROP_NODE,
  PROP_STATE,
  PROP_PERCENT,
  PROP_ERROR,
  PROP_N_CLONES,
  PROP_ALLOCATION,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (MuriHolder, muri_holder, G_TYPE_OBJECT)

static void
muri_holder_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  MuriHolder *self = MURI_HOLDER (object);

  switch (id)
    {
    case PROP_NODE:
      g_value_set_object (value, self->node);
      break;
    case PROP_STATE:
      g_value_set_uint (value, muri_holder_get_state (self));
      break;
    case PROP_PERCENT:
      g_value_set_uint (value, muri_holder_get_percent (self));
      break;
    case PROP_ERROR:
      g_value_set_string (value, muri_holder_get_error (self));
      break;
    case PROP_N_CLONES:
      g_value_set_uint (value, muri_holder_get_n_clones (self));
      break;
    case PROP_ALLOCATION:
      g_value_set_uint64 (value, muri_holder_get_facts (self)->allocation);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
muri_holder_finalize (GObject *object)
{
  MuriHolder *self = MURI_HOLDER (object);

  g_clear_object (&self->node);
  g_clear_pointer (&self->facts, muri_facts_unref);

  G_OBJECT_CLASS (muri_holder_parent_class)->finalize (object);
}

static void
muri_holder_class_init (MuriHolderClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->get_property = muri_holder_get_property;
  object_class->finalize = muri_holder_finalize;

  properties[PROP_NODE] = g_param_spec_object ("node", NULL, NULL, MURI_TYPE_NODE, flags);
  properties[PROP_STATE] = g_param_spec_uint ("state", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_PERCENT] = g_param_spec_uint ("percent", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_ERROR] = g_param_spec_string ("error", NULL, NULL, NULL, flags);
  properties[PROP_N_CLONES] = g_param_spec_uint ("n-clones", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_ALLOCATION] =
      g_param_spec_uint64 ("allocation", NULL, NULL, 0, G_MAXUINT64, 0, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
muri_holder_init (MuriHolder *self)
{
}

MuriHolder *
muri_holder_new (MuriNode *node, MuriFacts *facts)
{
  MuriHolder *self = g_object_new (MURI_TYPE_HOLDER, NULL);

  self->node = g_object_ref (node);
  self->facts = facts;
  return self;
}

void
muri_holder_set_facts (MuriHolder *self, MuriFacts *facts)
{
  GObject *object = G_OBJECT (self);
  g_autoptr (MuriFacts) before = g_steal_pointer (&self->facts);
  const muri_v1_Template *old = muri_facts_get (before);
  const muri_v1_Template *new = muri_facts_get (facts);

  self->facts = facts;
  g_object_freeze_notify (object);
  if (old->state != new->state)
    g_object_notify_by_pspec (object, properties[PROP_STATE]);
  if (old->percent != new->percent)
    g_object_notify_by_pspec (object, properties[PROP_PERCENT]);
  if (strcmp (old->error, new->error) != 0)
    g_object_notify_by_pspec (object, properties[PROP_ERROR]);
  if (old->clones != new->clones)
    g_object_notify_by_pspec (object, properties[PROP_N_CLONES]);
  if (old->allocation != new->allocation)
    g_object_notify_by_pspec (object, properties[PROP_ALLOCATION]);
  g_object_thaw_notify (object);
}

MuriFacts *
muri_holder_peek_facts (MuriHolder *self)
{
  return self->facts;
}

gboolean
muri_holder_is_live (MuriHolder *self)
{
  return self->live;
}

void
muri_holder_set_live (MuriHolder *self, gboolean live)
{
  self->live = live;
}

/**
 * muri_holder_get_node:
 * @holder: a holder
 *
 * Returns: (transfer none): the node
 */
MuriNode *
muri_holder_get_node (MuriHolder *holder)
{
  return holder->node;
}

/**
 * muri_holder_get_facts:
 * @holder: a holder
 *
 * Returns: (transfer none): all that its agent says of the template there
 */
const muri_v1_Template *
muri_holder_get_facts (MuriHolder *holder)
{
  return muri_facts_get (holder->facts);
}

/**
 * muri_holder_get_state:
 * @holder: a holder
 *
 * Returns: MURI_TEMPLATE_STATE_*, the last known one, or a number that is not known yet
 */
guint
muri_holder_get_state (MuriHolder *holder)
{
  return muri_holder_get_facts (holder)->state;
}

/**
 * muri_holder_get_percent:
 * @holder: a holder
 *
 * Returns: how far its state is, or %MURI_PERCENT_UNKNOWN
 */
guint
muri_holder_get_percent (MuriHolder *holder)
{
  return muri_holder_get_facts (holder)->percent;
}

/**
 * muri_holder_get_error:
 * @holder: a holder
 *
 * Returns: (nullable): what went wrong with it, in the agent's words
 */
const char *
muri_holder_get_error (MuriHolder *holder)
{
  const char *error = muri_holder_get_facts (holder)->error;

  return *error != '\0' ? error : NULL;
}

/**
 * muri_holder_get_n_clones:
 * @holder: a holder
 *
 * Returns: how many linked clones there are on this node
 */
guint
muri_holder_get_n_clones (MuriHolder *holder)
{
  return muri_holder_get_facts (holder)->clones;
}

/**
 * muri_holder_is_source:
 * @holder: a holder
 *
 * Returns: whether another host could get the image of it now
 */
gboolean
muri_holder_is_source (MuriHolder *holder)
{
  const muri_v1_Node *facts = muri_node_get_facts (holder->node);

  return muri_holder_get_state (holder) == MURI_TEMPLATE_STATE_READY
         && muri_node_is_reachable (holder->node) && facts->address[0] != '\0'
         && facts->http_port != 0;
}
