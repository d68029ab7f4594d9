/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "muri-act.h"
#include "muri-window-private.h"

/* Owned by all that is under way for it. */
typedef struct
{
  MuriWindow *window;
  GPtrArray *stages;
  char *otherwise;
  char *parent; /* what the next ones follow */
  guint stage;
  guint n_under_way;
  gboolean failed;
} Turns;

static void send_stage (Turns *turns);

static Turns *
turns_new (MuriWindow *self, GPtrArray *stages, const char *otherwise)
{
  Turns *turns = g_rc_box_new0 (Turns);

  turns->window = g_object_ref (self);
  turns->stages = g_ptr_array_ref (stages);
  turns->otherwise = g_strdup (otherwise);
  return turns;
}

static void
turns_clear (gpointer data)
{
  Turns *turns = data;

  g_object_unref (turns->window);
  g_ptr_array_unref (turns->stages);
  g_free (turns->otherwise);
  g_free (turns->parent);
}

static void
turns_unref (gpointer data)
{
  g_rc_box_release_full (data, turns_clear);
}

static void
free_closure (gpointer data, GClosure *closure)
{
  turns_unref (data);
}

static void
settle (Turns *turns, gboolean well)
{
  turns->failed |= !well;
  if (--turns->n_under_way > 0 || !turns->window->fleet)
    return;
  if (!turns->failed)
    send_stage (turns);
  else if (turns->otherwise)
    muri_window_say (turns->window, turns->otherwise);
}

static void
on_finished (MuriOperation *operation, GParamSpec *pspec, Turns *turns)
{
  gboolean well = muri_operation_get_n_done (operation) == muri_operation_get_n_targets (operation);

  if (!muri_operation_is_finished (operation))
    return;
  g_rc_box_acquire (turns);
  g_signal_handlers_disconnect_by_data (operation, turns);
  g_free (turns->parent);
  turns->parent = g_strdup (muri_operation_get_id (operation));
  settle (turns, well);
  turns_unref (turns);
}

static void
watch (Turns *turns, MuriOperation *operation)
{
  g_signal_connect_data (operation, "notify::finished", G_CALLBACK (on_finished),
                         g_rc_box_acquire (turns), free_closure, 0);
  on_finished (operation, NULL, turns);
}

static void
on_sent (MuriOperation *operation, const char *problem, gpointer data)
{
  Turns *turns = data;

  muri_window_acted (operation, problem, turns->window);
  if (operation)
    watch (turns, operation);
  else
    settle (turns, FALSE);
}

static void
send_stage (Turns *turns)
{
  GPtrArray *requests =
      turns->stage < turns->stages->len ? turns->stages->pdata[turns->stage++] : NULL;

  if (!requests)
    return;
  turns->n_under_way = requests->len;
  for (guint i = 0; i < requests->len; i++)
    {
      if (turns->parent)
        muri_request_set_parent (requests->pdata[i], turns->parent);
      muri_act_submit (turns->window->fleet, muri_request_ref (requests->pdata[i]), on_sent,
                       g_rc_box_acquire (turns), turns_unref);
    }
}

void
muri_window_follow (MuriWindow *self, MuriOperation *operation, GPtrArray *stages,
                    const char *otherwise)
{
  Turns *turns = turns_new (self, stages, otherwise);

  turns->n_under_way = 1;
  watch (turns, operation);
  turns_unref (turns);
}

void
muri_window_submit_in_turn (MuriWindow *self, GPtrArray *stages, const char *otherwise)
{
  Turns *turns = turns_new (self, stages, otherwise);

  send_stage (turns);
  turns_unref (turns);
}

GPtrArray *
muri_window_stages_new (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify)g_ptr_array_unref);
}

void
muri_window_stages_add (GPtrArray *stages, MuriRequest *request)
{
  GPtrArray *requests = g_ptr_array_new_with_free_func ((GDestroyNotify)muri_request_unref);

  g_ptr_array_add (requests, request);
  g_ptr_array_add (stages, requests);
}
