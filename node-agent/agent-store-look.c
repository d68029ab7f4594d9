/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether templates are generalised: found out in the background, one after another. Nothing
 * waits for it. Main context, but for what says otherwise. */
#include "agent-store-work.h"

#include "agent-guestfs.h"
#include "muri-uuid.h"
#include "muri-words.h"

/* Where it is emulated, it takes a minute. */
#define LOOK_SECONDS (15 * 60)

/**
 * AgentStoreLook: what comes first is the thread's until it has ended, then the main context's.
 */
struct _AgentStoreLook
{
  AgentTemplate *template;
  char *directory;
  guint generalised;
  char *note;

  GCancellable *cancellable;
  guint timer;
  gboolean late;
  gboolean unwanted;
  gboolean ended; /* and is to be written down */
};

static void
look_free (gpointer data)
{
  AgentStoreLook *look = data;
  agent_template_unref (look->template);
  g_object_unref (look->cancellable);
  g_free (look->directory);
  g_free (look->note);
}

static void
look_unref (gpointer look)
{
  g_atomic_rc_box_release_full (look, look_free);
}

/* ---- on a thread ------------------------------------------------------------------------ */

static void
look_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  AgentStoreLook *look = data;
  look->generalised = agent_guestfs_look (look->template->path, look->template->format,
                                          look->directory, cancellable, &look->note);
  g_task_return_boolean (task, TRUE);
}

/* Its thread. */
gboolean
agent_store_note (AgentStoreWork *work, GError **error)
{
  work->template = agent_template_copy (work->before);
  work->template->generalised = work->generalised;
  agent_template_set (&work->template->generalised_note, work->generalised_note);
  return agent_store_work_save (work, error);
}

/* ---- on the main context ---------------------------------------------------------------- */

static gboolean
on_late (gpointer user_data)
{
  AgentStoreLook *look = user_data;
  look->timer = 0;
  look->late = TRUE;
  g_cancellable_cancel (look->cancellable);
  return G_SOURCE_REMOVE;
}

static void
drop (AgentStore *self)
{
  look_unref (g_steal_pointer (&self->look));
}

static void
on_looked (GObject *source, GAsyncResult *result, gpointer user_data)
{
  AgentStore *self = AGENT_STORE (source);
  AgentStoreLook *look = self->look;
  g_clear_handle_id (&look->timer, g_source_remove);
  if (look->late)
    {
      g_free (look->note);
      look->note = g_strdup_printf ("cannot look into it: that took longer than %d minutes",
                                    LOOK_SECONDS / 60);
    }
  look->ended = TRUE;
  if (look->unwanted)
    {
      g_hash_table_remove (self->looked, &look->template->id);
      drop (self);
    }
  agent_store_look (self);
}

/* What is published meanwhile is no fact to be kept: should it be, the next life looks again. */
static void
show (AgentStore *self, const AgentTemplate *template)
{
  AgentTemplate *now = agent_template_copy (template);
  agent_template_set (&now->generalised_note, "it is being looked into");
  agent_store_put (self, &now->id, now);
}

static void
begin (AgentStore *self, const AgentTemplate *template)
{
  AgentStoreLook *look = g_atomic_rc_box_new0 (AgentStoreLook);
  g_autoptr (GTask) task = NULL;
  look->template = agent_template_ref (template);
  look->directory = g_build_filename (self->directory, "guestfs", NULL);
  look->cancellable = g_cancellable_new ();
  look->timer = g_timeout_add_seconds (LOOK_SECONDS, on_late, look);
  self->look = look;
  g_hash_table_add (self->looked, g_memdup2 (&template->id, sizeof template->id));
  task = g_task_new (self, look->cancellable, on_looked, NULL);
  g_task_set_check_cancellable (task, FALSE);
  g_task_set_task_data (task, g_atomic_rc_box_acquire (look), look_unref);
  show (self, look->template);
  g_task_run_in_thread (task, look_thread);
}

/* FALSE: something else is under way with it, after which it is tried again. */
static gboolean
keep (AgentStore *self)
{
  AgentStoreLook *look = self->look;
  const AgentTemplate *known = agent_store_peek (self, &look->template->id);
  if (g_hash_table_contains (self->works, &look->template->id))
    return FALSE;
  if (known != NULL && known->state == MURI_TEMPLATE_STATE_READY)
    agent_store_note_async (self, &known->id, look->generalised, look->note);
  drop (self);
  return TRUE;
}

void
agent_store_look (AgentStore *self)
{
  g_autofree gpointer *ids = g_hash_table_get_keys_as_array (self->templates, NULL);
  if (!self->looks || self->pool == NULL || self->pool->dataless
      || g_cancellable_is_cancelled (self->cancellable)
      || (self->look != NULL && (!self->look->ended || !keep (self))))
    return;
  for (guint i = 0; ids[i] != NULL && self->look == NULL; i++)
    {
      const AgentTemplate *template = agent_store_peek (self, ids[i]);
      if (template->state == MURI_TEMPLATE_STATE_READY
          && template->generalised == MURI_GENERALISED_UNKNOWN
          && !g_hash_table_contains (self->looked, &template->id))
        begin (self, template);
    }
}

/* @id NULL: whatever it is. */
void
agent_store_end_look (AgentStore *self, const muri_v1_Uuid *id)
{
  AgentStoreLook *look = self->look;
  if (look == NULL || (id != NULL && !muri_uuid_equal (&look->template->id, id)))
    return;
  look->unwanted = TRUE;
  g_cancellable_cancel (look->cancellable);
}
