/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-operation-private.h"

#include "muri-uuid.h"
#include "muri-words.h"

/* Targets by what became of them. */
typedef enum
{
  KIND_OPEN, /* sent */
  KIND_UNSENT,
  KIND_WAITING,
  KIND_DONE,
  KIND_FAILED,
  KIND_UNREACHABLE,
  KIND_CANCELLED,
  N_KINDS
} Kind;

struct _MuriOperation
{
  GObject parent_instance;

  muri_v1_Uuid uuid;
  muri_v1_Uuid console;
  char id[MURI_UUID_TEXT];
  guint verb;
  char *issuer;
  char *group;
  GVariant *parameters;
  char *document;
  gint64 issued;
  gint64 life;
  gboolean own;
  gboolean remembers;
  gboolean restored;
  gboolean held;
  gboolean cancelled;
  gint64 finished;
  gboolean was_quiet;
  MuriPacing pacing;
  char *order_group;
  char *parent;
  MuriBatches *batches;

  GPtrArray *targets;
  GHashTable *targets_by_key; /* key in the target */
  guint counts[N_KINDS];
  guint progress;
  gboolean changed;            /* since the last settling */
  GHashTable *changed_targets; /* a set; since they were taken */
};

enum
{
  PROP_0,
  PROP_ID,
  PROP_VERB,
  PROP_ISSUER,
  PROP_ISSUED,
  PROP_DEADLINE,
  PROP_GROUP,
  PROP_OWN,
  PROP_PARENT,
  PROP_FINISHED,
  PROP_HELD,
  PROP_N_TARGETS,
  PROP_N_DONE,
  PROP_N_FAILED,
  PROP_N_UNREACHABLE,
  PROP_N_CANCELLED,
  PROP_N_OPEN,
  PROP_N_UNSENT,
  PROP_N_WAITING,
  PROP_PROGRESS,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (MuriOperation, muri_operation, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

static GType
get_item_type (GListModel *model)
{
  return MURI_TYPE_TARGET;
}

static guint
get_n_items (GListModel *model)
{
  return MURI_OPERATION (model)->targets->len;
}

static gpointer
get_item (GListModel *model, guint position)
{
  MuriOperation *self = MURI_OPERATION (model);

  return position < self->targets->len ? g_object_ref (g_ptr_array_index (self->targets, position))
                                       : NULL;
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

static void
muri_operation_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  MuriOperation *self = MURI_OPERATION (object);

  switch (id)
    {
    case PROP_ID:
      g_value_set_string (value, self->id);
      break;
    case PROP_VERB:
      g_value_set_uint (value, self->verb);
      break;
    case PROP_ISSUER:
      g_value_set_string (value, self->issuer);
      break;
    case PROP_ISSUED:
      g_value_set_int64 (value, self->issued);
      break;
    case PROP_DEADLINE:
      g_value_set_int64 (value, muri_operation_get_deadline (self));
      break;
    case PROP_GROUP:
      g_value_set_string (value, self->group);
      break;
    case PROP_OWN:
      g_value_set_boolean (value, self->own);
      break;
    case PROP_FINISHED:
      g_value_set_boolean (value, muri_operation_is_finished (self));
      break;
    case PROP_N_TARGETS:
      g_value_set_uint (value, self->targets->len);
      break;
    case PROP_N_DONE:
      g_value_set_uint (value, self->counts[KIND_DONE]);
      break;
    case PROP_N_FAILED:
      g_value_set_uint (value, self->counts[KIND_FAILED]);
      break;
    case PROP_N_UNREACHABLE:
      g_value_set_uint (value, self->counts[KIND_UNREACHABLE]);
      break;
    case PROP_N_CANCELLED:
      g_value_set_uint (value, self->counts[KIND_CANCELLED]);
      break;
    case PROP_N_OPEN:
      g_value_set_uint (value, muri_operation_get_n_open (self));
      break;
    case PROP_N_UNSENT:
      g_value_set_uint (value, self->counts[KIND_UNSENT]);
      break;
    case PROP_N_WAITING:
      g_value_set_uint (value, self->counts[KIND_WAITING]);
      break;
    case PROP_PARENT:
      g_value_set_string (value, self->parent);
      break;
    case PROP_HELD:
      g_value_set_boolean (value, muri_operation_is_held (self));
      break;
    case PROP_PROGRESS:
      g_value_set_uint (value, self->progress);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
muri_operation_finalize (GObject *object)
{
  MuriOperation *self = MURI_OPERATION (object);

  g_hash_table_unref (self->changed_targets);
  g_hash_table_unref (self->targets_by_key);
  g_ptr_array_unref (self->targets);
  g_free (self->issuer);
  g_free (self->group);
  g_free (self->order_group);
  g_free (self->parent);
  g_free (self->document);
  g_array_unref (self->batches);
  g_clear_pointer (&self->parameters, g_variant_unref);

  G_OBJECT_CLASS (muri_operation_parent_class)->finalize (object);
}

static void
install_count (guint property, const char *name)
{
  properties[property] =
      g_param_spec_uint (name, NULL, NULL, 0, G_MAXUINT, 0,
                         G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
}

static void
muri_operation_class_init (MuriOperationClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->get_property = muri_operation_get_property;
  object_class->finalize = muri_operation_finalize;

  properties[PROP_ID] = g_param_spec_string ("id", NULL, NULL, NULL, flags);
  properties[PROP_VERB] = g_param_spec_uint ("verb", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_ISSUER] = g_param_spec_string ("issuer", NULL, NULL, NULL, flags);
  properties[PROP_ISSUED] = g_param_spec_int64 ("issued", NULL, NULL, 0, G_MAXINT64, 0, flags);
  properties[PROP_DEADLINE] = g_param_spec_int64 ("deadline", NULL, NULL, 0, G_MAXINT64, 0, flags);
  properties[PROP_GROUP] = g_param_spec_string ("group", NULL, NULL, NULL, flags);
  properties[PROP_OWN] = g_param_spec_boolean ("own", NULL, NULL, FALSE, flags);
  properties[PROP_FINISHED] = g_param_spec_boolean ("finished", NULL, NULL, FALSE, flags);
  properties[PROP_PARENT] = g_param_spec_string ("parent", NULL, NULL, NULL, flags);
  properties[PROP_HELD] = g_param_spec_boolean ("held", NULL, NULL, FALSE, flags);
  install_count (PROP_N_TARGETS, "n-targets");
  install_count (PROP_N_DONE, "n-done");
  install_count (PROP_N_FAILED, "n-failed");
  install_count (PROP_N_UNREACHABLE, "n-unreachable");
  install_count (PROP_N_CANCELLED, "n-cancelled");
  install_count (PROP_N_OPEN, "n-open");
  install_count (PROP_N_UNSENT, "n-unsent");
  install_count (PROP_N_WAITING, "n-waiting");
  install_count (PROP_PROGRESS, "progress");
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
muri_operation_init (MuriOperation *self)
{
  self->targets = g_ptr_array_new_with_free_func (g_object_unref);
  self->targets_by_key = g_hash_table_new (muri_target_key_hash, muri_target_key_equal);
  self->changed_targets = g_hash_table_new (NULL, NULL);
  self->batches = muri_batches_new ();
}

MuriOperation *
muri_operation_new (const MuriOperationBody *body)
{
  MuriOperation *self = g_object_new (MURI_TYPE_OPERATION, NULL);

  self->uuid = body->uuid;
  self->console = body->console;
  muri_uuid_format (&body->uuid, self->id);
  self->verb = body->verb;
  self->issuer = g_strdup (body->issuer);
  self->group = g_strdup (body->group);
  if (body->parameters != NULL)
    self->parameters = g_variant_ref (body->parameters);
  self->issued = body->issued;
  self->life = body->life;
  self->own = body->own;
  self->remembers = body->remembers;
  self->pacing = body->pacing;
  self->order_group = g_strdup (body->order_group);
  self->parent = g_strdup (body->parent);
  self->document = g_strdup (body->document);
  return self;
}

const muri_v1_Uuid *
muri_operation_get_console (MuriOperation *self)
{
  return &self->console;
}

/* ---- targets ---- */

static Kind
kind_of (guint state)
{
  if (state == MURI_TARGET_UNSENT)
    return KIND_UNSENT;
  if (state == MURI_TARGET_WAITING)
    return KIND_WAITING;
  if (!muri_target_state_is_final (state))
    return KIND_OPEN;
  if (muri_target_state_is_success (state))
    return KIND_DONE;
  if (state == MURI_TARGET_UNREACHABLE)
    return KIND_UNREACHABLE;
  return state == MURI_OUTCOME_CANCELLED ? KIND_CANCELLED : KIND_FAILED;
}

static void
count_in_batch (MuriOperation *self, MuriTarget *target, gint n)
{
  MuriBatch *batch = muri_batches_get (self->batches, muri_target_get_batch (target));

  if (batch != NULL && kind_of (muri_target_get_state (target)) == KIND_OPEN)
    batch->n_open += (guint)n;
}

/* Each target counts once, whatever @targets says. */
void
muri_operation_add_targets (MuriOperation *self, GPtrArray *targets)
{
  guint before = self->targets->len;

  for (guint i = 0; i < targets->len; i++)
    {
      MuriTarget *target = g_ptr_array_index (targets, i);
      gpointer key = (gpointer)muri_target_get_key (target);

      if (g_hash_table_contains (self->targets_by_key, key))
        continue;
      g_hash_table_insert (self->targets_by_key, key, target);
      muri_target_set_position (target, self->targets->len);
      g_ptr_array_add (self->targets, g_object_ref (target));
      g_hash_table_add (self->changed_targets, target);
      self->counts[kind_of (muri_target_get_state (target))]++;
      count_in_batch (self, target, 1);
    }

  if (self->targets->len == before)
    return;
  self->changed = TRUE;
  g_list_model_items_changed (G_LIST_MODEL (self), before, 0, self->targets->len - before);
}

MuriTarget *
muri_operation_find_target (MuriOperation *self, const MuriTargetKey *key)
{
  return g_hash_table_lookup (self->targets_by_key, key);
}

MuriTarget *
muri_operation_peek_target (MuriOperation *self, guint position)
{
  return g_ptr_array_index (self->targets, position);
}

/* Returns whether anything changed. */
gboolean
muri_operation_set_outcome (MuriOperation *self, MuriTarget *target,
                            const MuriTargetOutcome *outcome)
{
  Kind before = kind_of (muri_target_get_state (target));
  Kind after = kind_of (outcome->state);

  count_in_batch (self, target, -1);
  if (!muri_target_set_outcome (target, outcome))
    {
      count_in_batch (self, target, 1);
      return FALSE;
    }

  if (after == KIND_UNSENT || after == KIND_WAITING)
    muri_target_set_batch (target, 0);
  count_in_batch (self, target, 1);
  g_hash_table_add (self->changed_targets, target);
  self->counts[before]--;
  self->counts[after]++;
  self->changed = TRUE;
  return TRUE;
}

/* When its last target was: a console that hears of it later did not make it longer. */
static gint64
last_finished (MuriOperation *self, gint64 now)
{
  gint64 last = 0;

  for (guint i = 0; i < self->targets->len; i++)
    last = MAX (last, muri_target_get_finished (g_ptr_array_index (self->targets, i)));
  return last > self->issued && last < now ? last : now;
}

static void
settle_batches (MuriOperation *self, gint64 now)
{
  for (guint i = 1; i <= self->batches->len; i++)
    {
      MuriBatch *batch = muri_batches_get (self->batches, i);

      if (batch->n_open > 0)
        batch->finished = 0;
      else if (batch->finished == 0)
        batch->finished = now;
    }
}

gboolean
muri_operation_settle (MuriOperation *self, gint64 now)
{
  gboolean finished = muri_operation_get_n_open (self) == 0 && self->targets->len > 0;
  gboolean quiet = self->counts[KIND_OPEN] == 0 && self->counts[KIND_UNSENT] == 0;
  gboolean first = quiet && !self->was_quiet && self->targets->len > 0;

  if (!self->changed)
    return FALSE;

  self->changed = FALSE;
  self->was_quiet |= first;
  self->progress++;
  settle_batches (self, now);
  g_object_freeze_notify (G_OBJECT (self));
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_DEADLINE]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_HELD]);
  for (guint i = PROP_N_TARGETS; i < N_PROPS; i++)
    g_object_notify_by_pspec (G_OBJECT (self), properties[i]);
  if (finished != (self->finished != 0))
    {
      self->finished = finished ? last_finished (self, now) : 0;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_FINISHED]);
    }
  g_object_thaw_notify (G_OBJECT (self));
  return first;
}

GPtrArray *
muri_operation_take_changed (MuriOperation *self)
{
  GPtrArray *changed = g_ptr_array_new_with_free_func (g_object_unref);
  GHashTableIter iter;
  gpointer target;

  g_hash_table_iter_init (&iter, self->changed_targets);
  while (g_hash_table_iter_next (&iter, &target, NULL))
    g_ptr_array_add (changed, g_object_ref (target));
  g_hash_table_remove_all (self->changed_targets);
  return changed;
}

/* It was finished in an earlier session, at @finished. */
void
muri_operation_restore_finished (MuriOperation *self, gint64 finished)
{
  self->finished = finished;
  self->was_quiet = TRUE;
  self->changed = FALSE;
}

gboolean
muri_operation_is_published (MuriOperation *self)
{
  for (guint i = 1; i <= self->batches->len; i++)
    if (muri_batches_get (self->batches, i)->published)
      return TRUE;
  return FALSE;
}

void
muri_operation_set_published (MuriOperation *self, guint number)
{
  MuriBatch *batch = muri_batches_get (self->batches, number);

  if (batch == NULL || batch->published)
    return;
  batch->published = TRUE;
  batch->changed = TRUE;
  self->changed = TRUE;
}

/* It is of an earlier session. */
gboolean
muri_operation_is_restored (MuriOperation *self)
{
  return self->restored;
}

void
muri_operation_set_restored (MuriOperation *self)
{
  self->restored = TRUE;
}

gboolean
muri_operation_is_cancelled (MuriOperation *self)
{
  return self->cancelled;
}

void
muri_operation_set_cancelled (MuriOperation *self)
{
  self->cancelled = TRUE;
}

void
muri_operation_set_held (MuriOperation *self, gboolean held)
{
  if (self->held == held)
    return;
  self->held = held;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_HELD]);
}

gint64
muri_operation_get_life (MuriOperation *self)
{
  return self->life;
}

gboolean
muri_operation_remembers (MuriOperation *self)
{
  return self->remembers;
}

/* Whether it goes out in more than one batch. */
gboolean
muri_operation_is_paced (MuriOperation *self)
{
  return self->pacing.batch > 0 || self->pacing.ordered;
}

/* ---- batches ---- */

MuriBatches *
muri_operation_peek_batches (MuriOperation *self)
{
  return self->batches;
}

void
muri_operation_set_batch (MuriOperation *self, MuriTarget *target, guint number)
{
  if (muri_target_get_batch (target) == number)
    return;
  count_in_batch (self, target, -1);
  muri_target_set_batch (target, number);
  count_in_batch (self, target, 1);
  g_hash_table_add (self->changed_targets, target);
}

guint
muri_operation_begin_batch (MuriOperation *self, GPtrArray *targets, gint64 issued, gint64 deadline)
{
  const MuriTargetOutcome stored = { .state = MURI_TARGET_STORED };
  guint number = muri_batches_add (self->batches, issued, deadline);

  for (guint i = 0; i < targets->len; i++)
    {
      muri_operation_set_outcome (self, targets->pdata[i], &stored);
      muri_operation_set_batch (self, targets->pdata[i], number);
    }
  self->changed = TRUE;
  return number;
}

guint
muri_operation_get_n_under_way (MuriOperation *self)
{
  return self->counts[KIND_OPEN];
}

guint
muri_operation_count_failures (MuriOperation *self)
{
  guint n = self->counts[KIND_UNREACHABLE];

  for (guint i = 0; i < self->targets->len && self->counts[KIND_FAILED] > 0; i++)
    {
      guint state = muri_target_get_state (g_ptr_array_index (self->targets, i));

      n += kind_of (state) == KIND_FAILED && state != MURI_OUTCOME_PROTECTED;
    }
  return n;
}

/* ---- what a console asks ---- */

/**
 * muri_operation_get_uuid:
 * @operation: an operation
 *
 * Returns: (transfer none): its UUID
 */
const muri_v1_Uuid *
muri_operation_get_uuid (MuriOperation *operation)
{
  return &operation->uuid;
}

/**
 * muri_operation_get_id:
 * @operation: an operation
 *
 * Returns: its UUID as text
 */
const char *
muri_operation_get_id (MuriOperation *operation)
{
  return operation->id;
}

/**
 * muri_operation_get_verb:
 * @operation: an operation
 *
 * Returns: MURI_VERB_*, or a number that is not known yet
 */
guint
muri_operation_get_verb (MuriOperation *operation)
{
  return operation->verb;
}

/**
 * muri_operation_get_issuer:
 * @operation: an operation
 *
 * Returns: who asked: "user@host", or the subject of a certificate
 */
const char *
muri_operation_get_issuer (MuriOperation *operation)
{
  return operation->issuer;
}

GVariant *
muri_operation_get_parameters (MuriOperation *operation)
{
  return operation->parameters;
}

/**
 * muri_operation_get_parameter:
 * @operation: an operation
 * @name: a parameter's name
 *
 * Returns: (transfer none) (nullable): its value; %NULL when it was not given, or another console
 *   asked
 */
const char *
muri_operation_get_parameter (MuriOperation *operation, const char *name)
{
  const char *value = NULL;

  if (operation->parameters != NULL)
    g_variant_lookup (operation->parameters, name, "&s", &value);
  return value;
}

/**
 * muri_operation_get_document:
 * @operation: an operation
 *
 * Returns: (nullable): what was too long for a parameter; %NULL when another console asked
 */
const char *
muri_operation_get_document (MuriOperation *operation)
{
  return operation->document;
}

/**
 * muri_operation_get_group:
 * @operation: an operation
 *
 * Returns: (nullable): of what its targets were chosen, in words
 */
const char *
muri_operation_get_group (MuriOperation *operation)
{
  return operation->group;
}

/**
 * muri_operation_get_issued:
 * @operation: an operation
 *
 * Returns: when it was asked, microseconds since the epoch
 */
gint64
muri_operation_get_issued (MuriOperation *operation)
{
  return operation->issued;
}

/**
 * muri_operation_get_deadline:
 * @operation: an operation
 *
 * Returns: until when its last batch is to be done, microseconds since the epoch; 0 unknown
 */
gint64
muri_operation_get_deadline (MuriOperation *operation)
{
  const MuriBatch *last = muri_batches_get (operation->batches, operation->batches->len);

  return last != NULL ? last->deadline : 0;
}

/**
 * muri_operation_is_own:
 * @operation: an operation
 *
 * Returns: whether this console asked
 */
gboolean
muri_operation_is_own (MuriOperation *operation)
{
  return operation->own;
}

/**
 * muri_operation_is_finished:
 * @operation: an operation
 *
 * Returns: whether every outcome is final
 */
gboolean
muri_operation_is_finished (MuriOperation *operation)
{
  return operation->finished != 0;
}

/**
 * muri_operation_get_finished:
 * @operation: an operation
 *
 * Returns: when the last outcome came in, microseconds since the epoch; 0 not yet
 */
gint64
muri_operation_get_finished (MuriOperation *operation)
{
  return operation->finished;
}

/**
 * muri_operation_get_n_targets:
 * @operation: an operation
 *
 * Returns: how many targets it has; of another console's, those that were reported by now
 */
guint
muri_operation_get_n_targets (MuriOperation *operation)
{
  return operation->targets->len;
}

/**
 * muri_operation_get_n_done:
 * @operation: an operation
 *
 * Returns: how many targets are as they were wanted
 */
guint
muri_operation_get_n_done (MuriOperation *operation)
{
  return operation->counts[KIND_DONE];
}

/**
 * muri_operation_get_n_failed:
 * @operation: an operation
 *
 * Returns: how many outcomes are final and none of the other counts
 */
guint
muri_operation_get_n_failed (MuriOperation *operation)
{
  return operation->counts[KIND_FAILED];
}

/**
 * muri_operation_get_n_unreachable:
 * @operation: an operation
 *
 * Returns: of how many targets nothing was heard until the deadline
 */
guint
muri_operation_get_n_unreachable (MuriOperation *operation)
{
  return operation->counts[KIND_UNREACHABLE];
}

/**
 * muri_operation_get_n_cancelled:
 * @operation: an operation
 *
 * Returns: how many targets were not acted on, because it was cancelled before
 */
guint
muri_operation_get_n_cancelled (MuriOperation *operation)
{
  return operation->counts[KIND_CANCELLED];
}

/**
 * muri_operation_get_n_open:
 * @operation: an operation
 *
 * Returns: how many outcomes are not final yet
 */
guint
muri_operation_get_n_open (MuriOperation *operation)
{
  return operation->counts[KIND_OPEN] + operation->counts[KIND_UNSENT]
         + operation->counts[KIND_WAITING];
}

/**
 * muri_operation_get_n_unsent:
 * @operation: an operation
 *
 * Returns: how many targets' batches were not sent yet
 */
guint
muri_operation_get_n_unsent (MuriOperation *operation)
{
  return operation->counts[KIND_UNSENT];
}

/**
 * muri_operation_get_n_waiting:
 * @operation: an operation
 *
 * Returns: how many targets wait for their host to be heard of again
 */
guint
muri_operation_get_n_waiting (MuriOperation *operation)
{
  return operation->counts[KIND_WAITING];
}

/**
 * muri_operation_is_held:
 * @operation: an operation
 *
 * Returns: whether there is something unsent that is sent only after muri_fleet_continue()
 */
gboolean
muri_operation_is_held (MuriOperation *operation)
{
  return operation->held && operation->counts[KIND_UNSENT] > 0;
}

/**
 * muri_operation_get_pacing:
 * @operation: an operation
 *
 * Returns: (transfer none): how it goes out; of another console's, all 0
 */
const MuriPacing *
muri_operation_get_pacing (MuriOperation *operation)
{
  return &operation->pacing;
}

/**
 * muri_operation_get_order_group:
 * @operation: an operation
 *
 * Returns: (nullable): the group whose start order it follows
 */
const char *
muri_operation_get_order_group (MuriOperation *operation)
{
  return operation->order_group;
}

/**
 * muri_operation_get_n_batches_sent:
 * @operation: an operation
 *
 * Returns: how many batches were sent
 */
guint
muri_operation_get_n_batches_sent (MuriOperation *operation)
{
  return operation->batches->len;
}

/**
 * muri_operation_get_n_batches:
 * @operation: an operation
 *
 * Returns: how many batches were sent, and are to be sent if nothing stops them
 */
guint
muri_operation_get_n_batches (MuriOperation *operation)
{
  g_autoptr (GHashTable) steps = g_hash_table_new (NULL, NULL);
  guint n = operation->batches->len;
  guint size = operation->pacing.batch > 0 ? operation->pacing.batch : G_MAXUINT;

  for (guint i = 0; i < operation->targets->len && operation->counts[KIND_UNSENT] > 0; i++)
    {
      MuriTarget *target = g_ptr_array_index (operation->targets, i);
      gpointer step = GUINT_TO_POINTER (muri_target_get_turn (target));
      guint count = GPOINTER_TO_UINT (g_hash_table_lookup (steps, step));

      if (muri_target_get_state (target) != MURI_TARGET_UNSENT)
        continue;
      n += count % size == 0;
      g_hash_table_insert (steps, step, GUINT_TO_POINTER (count + 1));
    }
  return n;
}

/**
 * muri_operation_get_parent:
 * @operation: an operation
 *
 * Returns: (nullable): the id of the operation that it repeats or follows
 */
const char *
muri_operation_get_parent (MuriOperation *operation)
{
  return operation->parent;
}
