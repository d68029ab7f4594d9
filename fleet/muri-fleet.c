/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-fleet-private.h"

#include "muri-uuid.h"

#include <string.h>

enum
{
  PROP_0,
  PROP_READY,
  PROP_REFUSED,
  PROP_SILENT_SINCE,
  PROP_N_RUNNING,
  PROP_FIGURES,
  PROP_N_UNSENT,
  PROP_N_HELD,
  PROP_UNDO,
  N_PROPS
};

enum
{
  OPERATION_FINISHED,
  NOTICE,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_QUARK (muri - fleet - error - quark, muri_fleet_error)
G_DEFINE_FINAL_TYPE (MuriFleet, muri_fleet, G_TYPE_OBJECT)

static void
muri_fleet_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  MuriFleet *self = MURI_FLEET (object);

  switch (id)
    {
    case PROP_READY:
      g_value_set_boolean (value, self->ready);
      break;
    case PROP_REFUSED:
      g_value_set_uint (value, self->refused);
      break;
    case PROP_SILENT_SINCE:
      g_value_set_int64 (value, self->silent_since);
      break;
    case PROP_N_RUNNING:
      g_value_set_uint (value, self->n_running);
      break;
    case PROP_FIGURES:
      g_value_set_uint (value, self->figures_count);
      break;
    case PROP_N_UNSENT:
      g_value_set_uint (value, self->n_unsent);
      break;
    case PROP_N_HELD:
      g_value_set_uint (value, self->n_held);
      break;
    case PROP_UNDO:
      g_value_set_object (value, muri_fleet_get_undo (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
clear_nodes (MuriFleet *self)
{
  GHashTableIter iter;
  gpointer node;

  g_hash_table_iter_init (&iter, self->nodes_by_uuid);
  while (g_hash_table_iter_next (&iter, NULL, &node))
    muri_node_clear (node);
}

static void
muri_fleet_dispose (GObject *object)
{
  MuriFleet *self = MURI_FLEET (object);

  muri_fleet_close (self);
  clear_nodes (self);

  G_OBJECT_CLASS (muri_fleet_parent_class)->dispose (object);
}

static void
muri_fleet_finalize (GObject *object)
{
  MuriFleet *self = MURI_FLEET (object);

  g_hash_table_unref (self->unsaved);
  g_array_unref (self->removals);
  g_hash_table_unref (self->touched);
  g_hash_table_unref (self->nodes_by_uuid);
  g_hash_table_unref (self->holders);
  g_hash_table_unref (self->templates_by_uuid);
  g_hash_table_unref (self->open_operations);
  g_hash_table_unref (self->changed_operations);
  g_hash_table_unref (self->operations_by_uuid);
  g_ptr_array_unref (self->lingering);
  g_hash_table_unref (self->pauses);
  g_ptr_array_unref (self->edits);
  g_hash_table_unref (self->events_by_key);
  g_ptr_array_unref (self->new_events);
  g_hash_table_unref (self->lost);
  muri_fleet_drop_alarms (self);
  g_ptr_array_unref (self->zones);
  g_object_unref (self->nodes);
  g_object_unref (self->vms);
  g_object_unref (self->templates);
  g_object_unref (self->groups);
  g_object_unref (self->history);
  g_clear_pointer (&self->identity, muri_identity_unref);
  g_object_unref (self->smart_groups);
  g_object_unref (self->operations);
  g_object_unref (self->events);
  g_free (self->data_dir);
  g_free (self->issuer);

  G_OBJECT_CLASS (muri_fleet_parent_class)->finalize (object);
}

static void
muri_fleet_class_init (MuriFleetClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->get_property = muri_fleet_get_property;
  object_class->dispose = muri_fleet_dispose;
  object_class->finalize = muri_fleet_finalize;

  properties[PROP_READY] = g_param_spec_boolean ("ready", NULL, NULL, FALSE, flags);
  properties[PROP_REFUSED] = g_param_spec_uint ("refused", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_SILENT_SINCE] =
      g_param_spec_int64 ("silent-since", NULL, NULL, 0, G_MAXINT64, 0, flags);
  properties[PROP_N_RUNNING] = g_param_spec_uint ("n-running", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_FIGURES] = g_param_spec_uint ("figures", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_N_UNSENT] = g_param_spec_uint ("n-unsent", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_N_HELD] = g_param_spec_uint ("n-held", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_UNDO] = g_param_spec_object ("undo", NULL, NULL, MURI_TYPE_EDIT, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[OPERATION_FINISHED] =
      g_signal_new ("operation-finished", MURI_TYPE_FLEET, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                    G_TYPE_NONE, 1, MURI_TYPE_OPERATION);
  signals[NOTICE] = g_signal_new ("notice", MURI_TYPE_FLEET, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 1, G_TYPE_STRING);
}

/* Once for each kind of trouble: what is true of one host is often true of all of them. */
static void
on_refused (MuriFleet *self, const GError *error)
{
  guint bit = 1U << error->code;

  /* Of a certificate that cannot be used, who has chosen it knows more. */
  if ((self->refusals_told & bit) != 0
      || (self->identity != NULL && muri_identity_get_certificate (self->identity) == NULL))
    return;
  self->refusals_told |= bit;
  muri_fleet_notice (self, "%s", error->message);
}

static void
muri_fleet_init (MuriFleet *self)
{
  self->issuer = g_strdup_printf ("%s@%s", g_get_user_name (), g_get_host_name ());
  self->zones = g_ptr_array_new ();
  g_queue_init (&self->joins);
  self->unsaved = g_hash_table_new_full (NULL, NULL, g_object_unref, NULL);
  self->removals = muri_fleet_new_rows ();
  self->nodes = muri_model_new (MURI_TYPE_NODE);
  self->vms = muri_model_new (MURI_TYPE_VM);
  self->templates = muri_model_new (MURI_TYPE_TEMPLATE);
  self->templates_by_uuid =
      g_hash_table_new_full (muri_uuid_hash, muri_uuid_equal, NULL, g_object_unref);
  self->holders =
      g_hash_table_new_full (muri_target_key_hash, muri_target_key_equal, g_free, g_object_unref);
  self->groups = muri_groups_new ();
  self->history = muri_history_new ();
  g_signal_connect_object (self->history, "refused", G_CALLBACK (on_refused), self,
                           G_CONNECT_SWAPPED);
  self->smart_groups = g_list_store_new (MURI_TYPE_SMART_GROUP);
  self->nodes_by_uuid =
      g_hash_table_new_full (muri_uuid_hash, muri_uuid_equal, NULL, g_object_unref);
  self->touched = g_hash_table_new (NULL, NULL);
  self->operations = g_list_store_new (MURI_TYPE_OPERATION);
  self->operations_by_uuid = g_hash_table_new (muri_uuid_hash, muri_uuid_equal);
  self->open_operations = g_hash_table_new (NULL, NULL);
  self->changed_operations = g_hash_table_new (NULL, NULL);
  self->lingering = g_ptr_array_new_with_free_func (g_object_unref);
  self->pauses = g_hash_table_new (NULL, NULL);
  self->edits = g_ptr_array_new_with_free_func (g_object_unref);
  self->events = g_list_store_new (MURI_TYPE_EVENT);
  self->events_by_key = g_hash_table_new (muri_event_key_hash, muri_event_key_equal);
  self->new_events = g_ptr_array_new_with_free_func (g_object_unref);
  self->lost = g_hash_table_new (muri_uuid_hash, muri_uuid_equal);
  muri_fleet_make_alarms (self);
}

/**
 * muri_fleet_new:
 * @data_dir: where the console keeps what it knows; made when it does not exist
 *
 * Returns: (transfer full): an empty fleet, in no zone
 */
MuriFleet *
muri_fleet_new (const char *data_dir)
{
  MuriFleet *self = g_object_new (MURI_TYPE_FLEET, NULL);

  self->data_dir = g_strdup (data_dir);
  return self;
}

/**
 * muri_fleet_set_identity:
 * @fleet: a fleet
 * @identity: (nullable): who this console is to agents that it fetches templates and history from;
 *   with it they have to show who they are, too
 */
void
muri_fleet_set_identity (MuriFleet *fleet, MuriIdentity *identity)
{
  g_clear_pointer (&fleet->identity, muri_identity_unref);
  fleet->identity = identity != NULL ? muri_identity_ref (identity) : NULL;
  fleet->refusals_told = 0;
  muri_history_set_identity (fleet->history, identity);
}

/**
 * muri_fleet_get_identity:
 * @fleet: a fleet
 *
 * Returns: (nullable): as muri_fleet_set_identity() has it
 */
MuriIdentity *
muri_fleet_get_identity (MuriFleet *fleet)
{
  return fleet->identity;
}

/* ---- what changes ---- */

void
muri_fleet_notice (MuriFleet *self, const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  g_message ("%s", text);
  muri_fleet_note_notice (self, text);
  g_signal_emit (self, signals[NOTICE], 0, text);
}

void
muri_fleet_emit_finished (MuriFleet *self, MuriOperation *operation)
{
  g_signal_emit (self, signals[OPERATION_FINISHED], 0, operation);
}

void
muri_fleet_set_refused (MuriFleet *self, guint refused)
{
  if (self->refused == refused)
    return;

  self->refused = refused;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_REFUSED]);
}

void
muri_fleet_set_silent_since (MuriFleet *self, gint64 since)
{
  if (self->silent_since == since)
    return;

  self->silent_since = since;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SILENT_SINCE]);
}

void
muri_fleet_set_unsent (MuriFleet *self, guint n_unsent, guint n_held)
{
  gboolean unsent = self->n_unsent != n_unsent;
  gboolean held = self->n_held != n_held;

  self->n_unsent = n_unsent;
  self->n_held = n_held;
  if (unsent)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_UNSENT]);
  if (held)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_HELD]);
}

void
muri_fleet_notify_undo (MuriFleet *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_UNDO]);
}

/* A copy, so that the set may change while it is gone through. */
GPtrArray *
muri_fleet_list_set (GHashTable *set)
{
  GPtrArray *list = g_ptr_array_new_full (g_hash_table_size (set), g_object_unref);
  GHashTableIter iter;
  gpointer object;

  g_hash_table_iter_init (&iter, set);
  while (g_hash_table_iter_next (&iter, &object, NULL))
    g_ptr_array_add (list, g_object_ref (object));
  return list;
}

static guint
count_running (MuriFleet *self)
{
  GHashTableIter iter;
  gpointer node;
  guint n_running = 0;

  g_hash_table_iter_init (&iter, self->nodes_by_uuid);
  while (g_hash_table_iter_next (&iter, NULL, &node))
    if (muri_node_knows_vms (node))
      n_running += muri_node_get_n_running (node);
  return n_running;
}

/* Most batches are figures of nodes whose VMs are as they were. */
void
muri_fleet_count (MuriFleet *self)
{
  guint n_running = self->counts_changed ? count_running (self) : self->n_running;

  self->counts_changed = FALSE;
  if (n_running != self->n_running)
    {
      self->n_running = n_running;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_RUNNING]);
    }
  if (self->figures_changed)
    {
      self->figures_changed = FALSE;
      self->figures_count++;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_FIGURES]);
    }
}

/* ---- opening and closing ---- */

static gboolean
on_tick (gpointer data)
{
  MuriFleet *self = data;

  muri_fleet_pass_time (self, g_get_monotonic_time ());
  return G_SOURCE_CONTINUE;
}

/* Deadlines pass also while no zone is joined. */
static void
start_ticking (MuriFleet *self)
{
  if (self->tick != NULL)
    return;

  self->tick = g_timeout_source_new (1000);
  g_source_set_callback (self->tick, on_tick, self, NULL);
  g_source_set_static_name (self->tick, "[muri] fleet's second");
  g_source_attach (self->tick, NULL);
}

/* Its file is under the lock of the store's. */
static void
open_history (MuriFleet *self)
{
  g_autofree char *path = g_build_filename (self->data_dir, "history.db", NULL);

  muri_history_open (self->history, path);
}

static void
on_opened (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  MuriFleet *self = g_task_get_source_object (task);
  g_autoptr (MuriStore) store = g_steal_pointer (&self->opening);
  GError *error = NULL;
  g_autoptr (MuriStoreContents) contents = muri_store_open_finish (store, result, &error);

  if (contents == NULL)
    {
      g_task_return_error (task, error);
      return;
    }

  self->store = g_steal_pointer (&store);
  open_history (self);
  muri_fleet_restore (self, contents);
  start_ticking (self);
  self->ready = TRUE;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_READY]);
  g_task_return_boolean (task, TRUE);
}

/**
 * muri_fleet_open_async:
 * @fleet: a new fleet
 * @cancellable: (nullable): its result is not wanted any more
 * @callback: called when it is done
 * @user_data: for @callback
 *
 * Reads the store; then the models hold what was known last time, all of it unreachable. After an
 * error it may be tried again.
 */
void
muri_fleet_open_async (MuriFleet *fleet, GCancellable *cancellable, GAsyncReadyCallback callback,
                       gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (fleet, cancellable, callback, user_data);

  g_return_if_fail (fleet->store == NULL && fleet->opening == NULL);

  g_task_set_name (task, "muri_fleet_open_async");
  fleet->opening = muri_store_new (fleet->data_dir);
  muri_store_open_async (fleet->opening, NULL, on_opened, g_steal_pointer (&task));
}

/**
 * muri_fleet_open_finish:
 * @fleet: a fleet
 * @result: of muri_fleet_open_async()
 * @error: %MURI_FLEET_ERROR_STORE, %MURI_FLEET_ERROR_NEWER
 *
 * Returns: whether it can be used
 */
gboolean
muri_fleet_open_finish (MuriFleet *fleet, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * muri_fleet_close:
 * @fleet: a fleet
 *
 * Leaves all zones and waits until the store is on disk. Blocks shortly: for a program's end. What
 * was asked for asynchronously has to be finished before.
 */
void
muri_fleet_close (MuriFleet *fleet)
{
  if (fleet->tick != NULL)
    {
      g_source_destroy (fleet->tick);
      g_clear_pointer (&fleet->tick, g_source_unref);
    }
  g_clear_handle_id (&fleet->inventory_timer, g_source_remove);
  muri_fleet_end_pauses (fleet);
  muri_fleet_leave_now (fleet);
  muri_alarms_close (fleet->alarms);
  muri_fleet_save_heard (fleet, G_MAXINT64);
  fleet->heard_saved = 0;
  muri_fleet_flush_inventory (fleet);
  muri_history_close (fleet->history);
  if (fleet->store != NULL)
    muri_store_close (fleet->store);
  g_clear_object (&fleet->store);
}

/* ---- what a console asks ---- */

/**
 * muri_fleet_get_nodes:
 * @fleet: a fleet
 *
 * Returns: (transfer none): a model of #MuriNode
 */
GListModel *
muri_fleet_get_nodes (MuriFleet *fleet)
{
  return G_LIST_MODEL (fleet->nodes);
}

/**
 * muri_fleet_get_groups:
 * @fleet: a fleet
 *
 * Returns: (transfer none): the tree of groups
 */
MuriGroups *
muri_fleet_get_groups (MuriFleet *fleet)
{
  return fleet->groups;
}

/**
 * muri_fleet_get_history:
 * @fleet: a fleet
 *
 * Returns: (transfer none): what the figures were
 */
MuriHistory *
muri_fleet_get_history (MuriFleet *fleet)
{
  return fleet->history;
}

/**
 * muri_fleet_get_vms:
 * @fleet: a fleet
 *
 * Returns: (transfer none): a model of #MuriVm, of all nodes
 */
GListModel *
muri_fleet_get_vms (MuriFleet *fleet)
{
  return G_LIST_MODEL (fleet->vms);
}

/**
 * muri_fleet_get_operations:
 * @fleet: a fleet
 *
 * Returns: (transfer none): a model of #MuriOperation, newest first
 */
GListModel *
muri_fleet_get_operations (MuriFleet *fleet)
{
  return G_LIST_MODEL (fleet->operations);
}

/**
 * muri_fleet_get_events:
 * @fleet: a fleet
 *
 * Returns: (transfer none): a model of #MuriEvent, newest first, bounded
 */
GListModel *
muri_fleet_get_events (MuriFleet *fleet)
{
  return G_LIST_MODEL (fleet->events);
}

/**
 * muri_fleet_find_node:
 * @fleet: a fleet
 * @id: as #MuriNode:id
 *
 * Returns: (transfer none) (nullable): that node
 */
MuriNode *
muri_fleet_find_node (MuriFleet *fleet, const char *id)
{
  muri_v1_Uuid uuid;
  MuriNode *node;

  if (!muri_uuid_parse (id, &uuid))
    return NULL;
  node = muri_fleet_lookup_node (fleet, &uuid);
  return node != NULL && muri_node_has_facts (node) ? node : NULL;
}

/**
 * muri_fleet_find_vm:
 * @fleet: a fleet
 * @id: as #MuriVm:id
 *
 * Returns: (transfer none) (nullable): that VM
 */
MuriVm *
muri_fleet_find_vm (MuriFleet *fleet, const char *id)
{
  const char *slash = strchr (id, '/');
  g_autofree char *node_id = slash != NULL ? g_strndup (id, slash - id) : NULL;
  MuriNode *node = node_id != NULL ? muri_fleet_find_node (fleet, node_id) : NULL;
  muri_v1_Uuid uuid;

  return node != NULL && muri_uuid_parse (slash + 1, &uuid) ? muri_node_find_vm (node, &uuid)
                                                            : NULL;
}

/**
 * muri_fleet_find_operation:
 * @fleet: a fleet
 * @id: as #MuriOperation:id, or of one of its batches, as events have it
 *
 * Returns: (transfer none) (nullable): that operation
 */
MuriOperation *
muri_fleet_find_operation (MuriFleet *fleet, const char *id)
{
  muri_v1_Uuid uuid;

  if (!muri_uuid_parse (id, &uuid))
    return NULL;
  muri_batch_parse_uuid (&uuid, &uuid);
  return g_hash_table_lookup (fleet->operations_by_uuid, &uuid);
}

/**
 * muri_fleet_get_n_unsent:
 * @fleet: a fleet
 *
 * Returns: how many targets this console still has to send, of operations that are not held
 */
guint
muri_fleet_get_n_unsent (MuriFleet *fleet)
{
  return fleet->n_unsent;
}

/**
 * muri_fleet_get_n_held:
 * @fleet: a fleet
 *
 * Returns: how many of its operations wait for muri_fleet_continue() or muri_fleet_drop()
 */
guint
muri_fleet_get_n_held (MuriFleet *fleet)
{
  return fleet->n_held;
}

/**
 * muri_fleet_is_ready:
 * @fleet: a fleet
 *
 * Returns: whether the store was read
 */
gboolean
muri_fleet_is_ready (MuriFleet *fleet)
{
  return fleet->ready;
}

/**
 * muri_fleet_get_refused:
 * @fleet: a fleet
 *
 * Returns: how many samples were refused since the zones were joined
 */
guint
muri_fleet_get_refused (MuriFleet *fleet)
{
  return fleet->refused;
}

/**
 * muri_fleet_forget_node:
 * @fleet: a fleet
 * @node: a node that cannot be reached and will not come back
 *
 * Removes it and its VMs from the models and from the store. When it is heard of later, it is a
 * new node.
 */
void
muri_fleet_forget_node (MuriFleet *fleet, MuriNode *node)
{
  muri_fleet_forget_waiting (fleet, node);
  muri_fleet_remove_node (fleet, node);
}
