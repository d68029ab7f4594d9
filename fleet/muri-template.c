/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-template-private.h"

#include "muri-topics.h"
#include "muri-uuid.h"
#include "muri-source.h"
#include "muri-words.h"

#include <string.h>

/* Of Operation.parameters' values. */
#define SOURCES_MAX 1023

struct _MuriTemplate
{
  GObject parent_instance;

  muri_v1_Uuid uuid;
  char id[MURI_UUID_TEXT];
  char parent[MURI_UUID_TEXT];
  MuriFacts *facts;  /* of the holder that knows best, or the last one's */
  MuriFacts *looked; /* nullable: of the holder of the same image that has looked into it */
  gboolean conflict;
  GListStore *holders;
  guint n_ready;
  guint n_clones;
  guint facts_count;
};

enum
{
  PROP_0,
  PROP_ID,
  PROP_NAME,
  PROP_OS,
  PROP_NOTES,
  PROP_STATE,
  PROP_PERCENT,
  PROP_SIZE,
  PROP_ALLOCATION,
  PROP_GENERALISED,
  PROP_PARENT_ID,
  PROP_N_HOLDERS,
  PROP_N_READY,
  PROP_N_CLONES,
  PROP_FACTS,
  PROP_HOLDERS,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (MuriTemplate, muri_template, G_TYPE_OBJECT)

static const muri_v1_Template *
looked_facts (MuriTemplate *self)
{
  return muri_facts_get (self->looked != NULL ? self->looked : self->facts);
}

static void
get_count (MuriTemplate *self, guint id, GValue *value)
{
  switch (id)
    {
    case PROP_N_HOLDERS:
      g_value_set_uint (value, g_list_model_get_n_items (G_LIST_MODEL (self->holders)));
      break;
    case PROP_N_READY:
      g_value_set_uint (value, self->n_ready);
      break;
    case PROP_N_CLONES:
      g_value_set_uint (value, self->n_clones);
      break;
    default:
      g_value_set_uint (value, self->facts_count);
    }
}

static void
muri_template_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  MuriTemplate *self = MURI_TEMPLATE (object);
  const muri_v1_Template *facts = muri_template_get_facts (self);

  switch (id)
    {
    case PROP_ID:
      g_value_set_string (value, self->id);
      break;
    case PROP_NAME:
      g_value_set_string (value, facts->name);
      break;
    case PROP_OS:
      g_value_set_string (value, facts->os);
      break;
    case PROP_NOTES:
      g_value_set_string (value, facts->notes);
      break;
    case PROP_STATE:
      g_value_set_uint (value, facts->state);
      break;
    case PROP_PERCENT:
      g_value_set_uint (value, facts->percent);
      break;
    case PROP_SIZE:
      g_value_set_uint64 (value, facts->size);
      break;
    case PROP_ALLOCATION:
      g_value_set_uint64 (value, facts->allocation);
      break;
    case PROP_GENERALISED:
      g_value_set_uint (value, muri_template_get_generalised (self));
      break;
    case PROP_PARENT_ID:
      g_value_set_string (value, muri_template_get_parent_id (self));
      break;
    case PROP_N_HOLDERS:
    case PROP_N_READY:
    case PROP_N_CLONES:
    case PROP_FACTS:
      get_count (self, id, value);
      break;
    case PROP_HOLDERS:
      g_value_set_object (value, self->holders);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
muri_template_finalize (GObject *object)
{
  MuriTemplate *self = MURI_TEMPLATE (object);

  g_clear_pointer (&self->facts, muri_facts_unref);
  g_clear_pointer (&self->looked, muri_facts_unref);
  g_object_unref (self->holders);

  G_OBJECT_CLASS (muri_template_parent_class)->finalize (object);
}

static void
muri_template_class_init (MuriTemplateClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;
  static const struct
  {
    guint id;
    const char *name;
  } numbers[] = {
    { PROP_STATE, "state" },
    { PROP_PERCENT, "percent" },
    { PROP_GENERALISED, "generalised" },
    { PROP_N_HOLDERS, "n-holders" },
    { PROP_N_READY, "n-ready" },
    { PROP_N_CLONES, "n-clones" },
    { PROP_FACTS, "facts" },
  };

  object_class->get_property = muri_template_get_property;
  object_class->finalize = muri_template_finalize;

  properties[PROP_ID] = g_param_spec_string ("id", NULL, NULL, NULL, flags);
  properties[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, flags);
  properties[PROP_OS] = g_param_spec_string ("os", NULL, NULL, NULL, flags);
  properties[PROP_NOTES] = g_param_spec_string ("notes", NULL, NULL, NULL, flags);
  properties[PROP_PARENT_ID] = g_param_spec_string ("parent-id", NULL, NULL, NULL, flags);
  properties[PROP_SIZE] = g_param_spec_uint64 ("size", NULL, NULL, 0, G_MAXUINT64, 0, flags);
  properties[PROP_ALLOCATION] =
      g_param_spec_uint64 ("allocation", NULL, NULL, 0, G_MAXUINT64, 0, flags);
  properties[PROP_HOLDERS] = g_param_spec_object ("holders", NULL, NULL, G_TYPE_LIST_MODEL, flags);
  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    properties[numbers[i].id] =
        g_param_spec_uint (numbers[i].name, NULL, NULL, 0, G_MAXUINT, 0, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
muri_template_init (MuriTemplate *self)
{
  self->holders = g_list_store_new (MURI_TYPE_HOLDER);
}

MuriTemplate *
muri_template_new (const muri_v1_Uuid *uuid)
{
  MuriTemplate *self = g_object_new (MURI_TYPE_TEMPLATE, NULL);
  muri_v1_Template *facts = muri_topic_sample_new (MURI_TOPIC_TEMPLATE);

  facts->template_id = *uuid;
  facts->percent = MURI_PERCENT_UNKNOWN;
  self->uuid = *uuid;
  self->facts = muri_facts_new (MURI_TOPIC_TEMPLATE, facts);
  muri_uuid_format (uuid, self->id);
  return self;
}

/* ---- holders ---- */

static MuriHolder *
peek_holder (MuriTemplate *self, guint position)
{
  g_autoptr (MuriHolder) holder = g_list_model_get_item (G_LIST_MODEL (self->holders), position);

  return holder;
}

/* Whose word counts: a ready one before those that are about to be, before a broken one; one that
 * is there before one that was. */
static guint
rank (MuriHolder *holder)
{
  guint state = muri_holder_get_state (holder);
  guint reachable = muri_node_is_reachable (muri_holder_get_node (holder));

  if (state == MURI_TEMPLATE_STATE_READY)
    return 6 + reachable;
  return (state == MURI_TEMPLATE_STATE_BROKEN ? 2 : 4) + reachable;
}

static void
notify_changes (MuriTemplate *self, const muri_v1_Template *old, const muri_v1_Template *new)
{
  const struct
  {
    guint id;
    gboolean differs;
  } changes[] = {
    { PROP_NAME, strcmp (old->name, new->name) != 0 },
    { PROP_OS, strcmp (old->os, new->os) != 0 },
    { PROP_NOTES, strcmp (old->notes, new->notes) != 0 },
    { PROP_STATE, old->state != new->state },
    { PROP_PERCENT, old->percent != new->percent },
    { PROP_SIZE, old->size != new->size },
    { PROP_ALLOCATION, old->allocation != new->allocation },
    { PROP_PARENT_ID, !muri_uuid_equal (&old->parent, &new->parent) },
  };

  for (guint i = 0; i < G_N_ELEMENTS (changes); i++)
    if (changes[i].differs)
      g_object_notify_by_pspec (G_OBJECT (self), properties[changes[i].id]);
}

static void
set_count (MuriTemplate *self, guint *count, guint value, guint property)
{
  if (*count == value)
    return;
  *count = value;
  g_object_notify_by_pspec (G_OBJECT (self), properties[property]);
}

static gboolean
has_checksum (const muri_v1_Template *facts)
{
  static const guint8 none[sizeof facts->sha256];

  return facts->state == MURI_TEMPLATE_STATE_READY
         && memcmp (facts->sha256, none, sizeof none) != 0;
}

/* Whether both are known, and not the same. */
static gboolean
differ (const muri_v1_Template *a, const muri_v1_Template *b)
{
  return has_checksum (a) && has_checksum (b)
         && memcmp (a->sha256, b->sha256, sizeof a->sha256) != 0;
}

/* An image says the same of itself everywhere, but not every host can look into it; and what is
 * another one, whatever it is called, says nothing of this. */
static void
compare_holders (MuriTemplate *self)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->holders));
  const muri_v1_Template *best = muri_facts_get (self->facts);
  guint before = muri_template_get_generalised (self);

  g_clear_pointer (&self->looked, muri_facts_unref);
  self->conflict = FALSE;
  for (guint i = 0; i < n; i++)
    {
      MuriHolder *holder = peek_holder (self, i);
      const muri_v1_Template *facts = muri_holder_get_facts (holder);
      gboolean other = differ (best, facts);

      self->conflict |= other;
      if (self->looked == NULL && !other && facts->state == MURI_TEMPLATE_STATE_READY
          && facts->generalised != MURI_GENERALISED_UNKNOWN)
        self->looked = muri_facts_ref (muri_holder_peek_facts (holder));
    }
  if (muri_template_get_generalised (self) != before)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_GENERALISED]);
}

/* Returns: (nullable) */
static MuriHolder *
count_holders (MuriTemplate *self)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->holders));
  MuriHolder *best = NULL;
  guint n_ready = 0;
  guint n_clones = 0;

  for (guint i = 0; i < n; i++)
    {
      MuriHolder *holder = peek_holder (self, i);

      n_ready += muri_holder_get_state (holder) == MURI_TEMPLATE_STATE_READY;
      n_clones += muri_holder_get_n_clones (holder);
      if (best == NULL || rank (holder) > rank (best))
        best = holder;
    }
  set_count (self, &self->n_ready, n_ready, PROP_N_READY);
  set_count (self, &self->n_clones, n_clones, PROP_N_CLONES);
  return best;
}

void
muri_template_update (MuriTemplate *self)
{
  g_autoptr (MuriFacts) before = muri_facts_ref (self->facts);
  MuriHolder *best;

  g_object_freeze_notify (G_OBJECT (self));
  best = count_holders (self);
  if (best != NULL && muri_holder_peek_facts (best) != self->facts)
    {
      muri_facts_unref (self->facts);
      self->facts = muri_facts_ref (muri_holder_peek_facts (best));
      notify_changes (self, muri_facts_get (before), muri_facts_get (self->facts));
    }
  compare_holders (self);
  self->facts_count++;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_FACTS]);
  g_object_thaw_notify (G_OBJECT (self));
}

void
muri_template_add_holder (MuriTemplate *self, MuriHolder *holder)
{
  g_list_store_append (self->holders, holder);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_HOLDERS]);
}

void
muri_template_remove_holder (MuriTemplate *self, MuriHolder *holder)
{
  guint position;

  if (!g_list_store_find (self->holders, holder, &position))
    return;
  g_list_store_remove (self->holders, position);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_HOLDERS]);
}

/**
 * muri_template_find_holder:
 * @self: a template
 * @node: a node
 *
 * Returns: (transfer none) (nullable): what @node has of it
 */
MuriHolder *
muri_template_find_holder (MuriTemplate *self, MuriNode *node)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->holders));

  for (guint i = 0; i < n; i++)
    if (muri_holder_get_node (peek_holder (self, i)) == node)
      return peek_holder (self, i);
  return NULL;
}

/* ---- what a console asks ---- */

/**
 * muri_template_get_uuid:
 * @self: a template
 *
 * Returns: (transfer none): its UUID
 */
const muri_v1_Uuid *
muri_template_get_uuid (MuriTemplate *self)
{
  return &self->uuid;
}

/**
 * muri_template_get_id:
 * @self: a template
 *
 * Returns: its UUID as text
 */
const char *
muri_template_get_id (MuriTemplate *self)
{
  return self->id;
}

/**
 * muri_template_get_facts:
 * @self: a template
 *
 * Returns: (transfer none): what the holder says that knows best; valid until #MuriTemplate:facts
 *   changes
 */
const muri_v1_Template *
muri_template_get_facts (MuriTemplate *self)
{
  return muri_facts_get (self->facts);
}

/**
 * muri_template_get_name:
 * @self: a template
 *
 * Returns: its name
 */
const char *
muri_template_get_name (MuriTemplate *self)
{
  return muri_template_get_facts (self)->name;
}

/**
 * muri_template_get_parent_id:
 * @self: a template
 *
 * Returns: (nullable): the id of the template that its VM was cloned from
 */
const char *
muri_template_get_parent_id (MuriTemplate *self)
{
  const muri_v1_Uuid *parent = &muri_template_get_facts (self)->parent;

  return muri_uuid_is_zero (parent) ? NULL : muri_uuid_format (parent, self->parent);
}

/**
 * muri_template_get_generalised:
 * @self: a template
 *
 * Returns: MURI_GENERALISED_*: as any holder of its image has found out
 */
guint
muri_template_get_generalised (MuriTemplate *self)
{
  return looked_facts (self)->generalised;
}

/**
 * muri_template_get_generalised_note:
 * @self: a template
 *
 * Returns: what else there is to say of that, or why it is not known, in the agent's words; ""
 */
const char *
muri_template_get_generalised_note (MuriTemplate *self)
{
  return looked_facts (self)->generalised_note;
}

/**
 * muri_template_has_conflict:
 * @self: a template
 *
 * Returns: whether its holders have different images under its id. That never comes of Muri
 *   itself; what a clone would be depends on its host then
 */
gboolean
muri_template_has_conflict (MuriTemplate *self)
{
  return self->conflict;
}

/**
 * muri_template_get_state:
 * @self: a template
 *
 * Returns: MURI_TEMPLATE_STATE_*: ready as soon as one holder is
 */
guint
muri_template_get_state (MuriTemplate *self)
{
  return muri_template_get_facts (self)->state;
}

/**
 * muri_template_get_n_ready:
 * @self: a template
 *
 * Returns: on how many nodes it is ready
 */
guint
muri_template_get_n_ready (MuriTemplate *self)
{
  return self->n_ready;
}

/**
 * muri_template_get_n_clones:
 * @self: a template
 *
 * Returns: how many linked clones there are on all holders
 */
guint
muri_template_get_n_clones (MuriTemplate *self)
{
  return self->n_clones;
}

/**
 * muri_template_get_holders:
 * @self: a template
 *
 * Returns: (transfer none): a model of #MuriHolder
 */
GListModel *
muri_template_get_holders (MuriTemplate *self)
{
  return G_LIST_MODEL (self->holders);
}

/**
 * muri_template_is_available:
 * @self: a template
 *
 * Returns: whether it is ready on a node that can be reached
 */
gboolean
muri_template_is_available (MuriTemplate *self)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->holders));

  for (guint i = 0; i < n; i++)
    {
      MuriHolder *holder = peek_holder (self, i);

      if (muri_holder_get_state (holder) == MURI_TEMPLATE_STATE_READY
          && muri_node_is_reachable (muri_holder_get_node (holder)))
        return TRUE;
    }
  return FALSE;
}

static void
append_sources (MuriTemplate *self, guint zone, gboolean same, GString *text)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->holders));

  for (guint i = 0; i < n; i++)
    {
      MuriHolder *holder = peek_holder (self, i);
      MuriNode *node = muri_holder_get_node (holder);
      const muri_v1_Node *facts = muri_node_get_facts (node);
      g_autofree char *source = NULL;

      if (!muri_holder_is_source (holder) || (muri_node_get_zone (node) == zone) != same
          || differ (muri_template_get_facts (self), muri_holder_get_facts (holder)))
        continue;
      source = muri_source_format (facts->http_tls ? &facts->node : NULL, facts->address,
                                   facts->http_port);
      if (text->len + 1 + strlen (source) <= SOURCES_MAX)
        g_string_append_printf (text, "%s%s", text->len > 0 ? " " : "", source);
    }
}

/**
 * muri_template_list_sources:
 * @self: a template
 * @zone: of who will ask them
 *
 * Returns: (transfer full): as muri_source_parse() takes each, those holders that can be reached,
 *   those of @zone first; "" while there are none
 */
char *
muri_template_list_sources (MuriTemplate *self, guint zone)
{
  GString *text = g_string_new (NULL);

  append_sources (self, zone, TRUE, text);
  append_sources (self, zone, FALSE, text);
  return g_string_free (text, FALSE);
}
