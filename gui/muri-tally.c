/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "muri-tally.h"

#include "muri-outcome-counts.h"

struct _MuriTally
{
  GObject parent_instance;

  MuriFleet *fleet;
  GListModel *operations;
  GHashTable *open; /* a set of those not finished; owns them */
  MuriOperation *last;
  guint n_unseen;
};

G_DEFINE_FINAL_TYPE (MuriTally, muri_tally, G_TYPE_OBJECT)

enum
{
  PROP_N_OPEN = 1,
  PROP_N_UNSEEN,
  PROP_LAST,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void
on_finished (MuriTally *self, GParamSpec *pspec, MuriOperation *operation)
{
  if (!muri_operation_is_finished (operation))
    return;
  g_signal_handlers_disconnect_by_data (operation, self);
  if (g_hash_table_remove (self->open, operation))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_OPEN]);
}

static void
on_operations_changed (MuriTally *self, guint position, guint removed, guint added)
{
  for (guint i = position; i < position + added; i++)
    {
      g_autoptr (MuriOperation) operation = g_list_model_get_item (self->operations, i);

      if (muri_operation_is_finished (operation)
          || !g_hash_table_add (self->open, g_object_ref (operation)))
        continue;
      g_signal_connect_object (operation, "notify::finished", G_CALLBACK (on_finished), self,
                               G_CONNECT_SWAPPED);
    }
  if (added > 0)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_OPEN]);
}

static void
on_own_finished (MuriTally *self, MuriOperation *operation)
{
  guint counts[MURI_N_COUNTS];

  muri_outcome_counts (operation, counts);
  self->n_unseen +=
      counts[MURI_COUNT_FAILED] + counts[MURI_COUNT_TIMED_OUT] + counts[MURI_COUNT_UNREACHABLE];
  g_set_object (&self->last, operation);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_UNSEEN]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LAST]);
}

static void
muri_tally_dispose (GObject *object)
{
  MuriTally *self = MURI_TALLY (object);

  g_clear_pointer (&self->open, g_hash_table_unref);
  g_clear_object (&self->last);
  g_clear_object (&self->fleet);

  G_OBJECT_CLASS (muri_tally_parent_class)->dispose (object);
}

static void
muri_tally_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  MuriTally *self = MURI_TALLY (object);

  switch (prop_id)
    {
    case PROP_N_OPEN:
      g_value_set_uint (value, muri_tally_get_n_open (self));
      break;
    case PROP_N_UNSEEN:
      g_value_set_uint (value, self->n_unseen);
      break;
    case PROP_LAST:
      g_value_set_object (value, self->last);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
muri_tally_class_init (MuriTallyClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->dispose = muri_tally_dispose;
  object_class->get_property = muri_tally_get_property;

  properties[PROP_N_OPEN] = g_param_spec_uint ("n-open", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_N_UNSEEN] = g_param_spec_uint ("n-unseen", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_LAST] = g_param_spec_object ("last", NULL, NULL, MURI_TYPE_OPERATION, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
muri_tally_init (MuriTally *self)
{
  self->open = g_hash_table_new_full (NULL, NULL, g_object_unref, NULL);
}

MuriTally *
muri_tally_new (MuriFleet *fleet)
{
  MuriTally *self = g_object_new (MURI_TYPE_TALLY, NULL);

  self->fleet = g_object_ref (fleet);
  self->operations = muri_fleet_get_operations (fleet);
  g_signal_connect_object (self->operations, "items-changed", G_CALLBACK (on_operations_changed),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (fleet, "operation-finished", G_CALLBACK (on_own_finished), self,
                           G_CONNECT_SWAPPED);
  on_operations_changed (self, 0, 0, g_list_model_get_n_items (self->operations));
  return self;
}

guint
muri_tally_get_n_open (MuriTally *self)
{
  return g_hash_table_size (self->open);
}

guint
muri_tally_get_n_unseen (MuriTally *self)
{
  return self->n_unseen;
}

MuriOperation *
muri_tally_get_last (MuriTally *self)
{
  return self->last;
}

void
muri_tally_see (MuriTally *self)
{
  if (self->n_unseen == 0)
    return;
  self->n_unseen = 0;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_UNSEEN]);
}
