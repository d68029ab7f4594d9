/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-operation-struct.h"

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

G_STATIC_ASSERT (PROP_PROGRESS - PROP_N_TARGETS == MURI_N_OPERATION_COUNTS);

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

static guint
get_count (MuriOperation *self, guint property)
{
  switch (property)
    {
    case PROP_N_TARGETS:
      return self->targets->len;
    case PROP_N_DONE:
      return self->counts[MURI_TARGET_KIND_DONE];
    case PROP_N_FAILED:
      return self->counts[MURI_TARGET_KIND_FAILED];
    case PROP_N_UNREACHABLE:
      return self->counts[MURI_TARGET_KIND_UNREACHABLE];
    case PROP_N_CANCELLED:
      return self->counts[MURI_TARGET_KIND_CANCELLED];
    case PROP_N_OPEN:
      return muri_operation_get_n_open (self);
    case PROP_N_UNSENT:
      return self->counts[MURI_TARGET_KIND_UNSENT];
    case PROP_N_WAITING:
    default:
      return self->counts[MURI_TARGET_KIND_WAITING];
    }
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
    case PROP_N_DONE:
    case PROP_N_FAILED:
    case PROP_N_UNREACHABLE:
    case PROP_N_CANCELLED:
    case PROP_N_OPEN:
    case PROP_N_UNSENT:
    case PROP_N_WAITING:
      g_value_set_uint (value, get_count (self, id));
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

/* When its last target was: a console that hears of it later did not make it longer. */
static gint64
last_finished (MuriOperation *self, gint64 now)
{
  gint64 last = 0;

  for (guint i = 0; i < self->targets->len; i++)
    last = MAX (last, muri_target_get_finished (g_ptr_array_index (self->targets, i)));
  return last > self->issued && last < now ? last : now;
}

/* Twenty thousand outcomes come in many parts, of which most change one count. */
static void
notify_changed (MuriOperation *self)
{
  const gint64 deadline = muri_operation_get_deadline (self);
  const gboolean held = muri_operation_is_held (self);

  for (guint i = 0; i < MURI_N_OPERATION_COUNTS; i++)
    {
      guint count = get_count (self, PROP_N_TARGETS + i);

      if (count != self->told.counts[i])
        g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_TARGETS + i]);
      self->told.counts[i] = count;
    }
  if (deadline != self->told.deadline)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_DEADLINE]);
  if (held != self->told.held)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_HELD]);
  self->told.deadline = deadline;
  self->told.held = held;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PROGRESS]);
}

gboolean
muri_operation_settle (MuriOperation *self, gint64 now)
{
  gboolean finished = muri_operation_get_n_open (self) == 0 && self->targets->len > 0;
  gboolean quiet =
      self->counts[MURI_TARGET_KIND_OPEN] == 0 && self->counts[MURI_TARGET_KIND_UNSENT] == 0;
  gboolean first = quiet && !self->was_quiet && self->targets->len > 0;

  if (!self->changed)
    return FALSE;

  self->changed = FALSE;
  self->was_quiet |= first;
  self->progress++;
  muri_operation_settle_batches (self, now);
  g_object_freeze_notify (G_OBJECT (self));
  notify_changed (self);
  if (finished != (self->finished != 0))
    {
      self->finished = finished ? last_finished (self, now) : 0;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_FINISHED]);
    }
  g_object_thaw_notify (G_OBJECT (self));
  return first;
}

/* It was finished in an earlier session, at @finished. */
void
muri_operation_restore_finished (MuriOperation *self, gint64 finished)
{
  self->finished = finished;
  self->was_quiet = TRUE;
  self->changed = FALSE;
}

void
muri_operation_set_held (MuriOperation *self, gboolean held)
{
  if (self->held == held)
    return;
  self->held = held;
  self->told.held = muri_operation_is_held (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_HELD]);
}
