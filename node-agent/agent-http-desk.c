/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent-http-desk.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "muri-uuid.h"

struct _AgentHttpDesk
{
  AgentChannel *channel;
  AgentGrants *grants;
  GCancellable *cancellable; /* whoever comes back after its end finds no desk */
  guint announcing;          /* not said yet of what was announced before */
  gboolean ready;
};

/* What a worker opens. */
typedef struct
{
  muri_v1_Uuid id;
  char *paths[AGENT_CHANNEL_FDS];
  char letters[AGENT_CHANNEL_FDS];
  int fds[AGENT_CHANNEL_FDS];
  int flags;
  guint64 size; /* announced */
} Order;

static Order *
order_new (const muri_v1_Uuid *id, int flags)
{
  Order *order = g_new0 (Order, 1);
  order->id = *id;
  order->flags = flags;
  for (guint i = 0; i < AGENT_CHANNEL_FDS; i++)
    order->fds[i] = -1;
  return order;
}

static void
order_free (gpointer data)
{
  Order *order = data;
  for (guint i = 0; i < AGENT_CHANNEL_FDS; i++)
    {
      g_free (order->paths[i]);
      if (order->fds[i] >= 0)
        close (order->fds[i]);
    }
  g_free (order);
}

static void
open_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Order *order = task_data;
  for (guint i = 0; i < AGENT_CHANNEL_FDS; i++)
    if (order->paths[i] != NULL)
      order->fds[i] = open (order->paths[i], order->flags | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  g_task_return_boolean (task, TRUE);
}

static void
open_files (AgentHttpDesk *self, Order *order, GAsyncReadyCallback callback)
{
  g_autoptr (GTask) task = g_task_new (NULL, self->cancellable, callback, self);
  g_task_set_task_data (task, order, order_free);
  g_task_run_in_thread (task, open_in_thread);
}

/* NULL: the desk is gone. */
static Order *
opened (GAsyncResult *result)
{
  return g_task_propagate_boolean (G_TASK (result), NULL) ? g_task_get_task_data (G_TASK (result))
                                                          : NULL;
}

/* ---- offers ---- */

static void
send_offer (AgentHttpDesk *self, Order *order)
{
  char text[MURI_UUID_TEXT];
  char letters[AGENT_CHANNEL_FDS + 1] = "";
  int fds[AGENT_CHANNEL_FDS];
  guint n = 0;
  for (guint i = 0; i < AGENT_CHANNEL_FDS; i++)
    if (order->fds[i] >= 0)
      {
        letters[n] = order->letters[i];
        fds[n++] = order->fds[i];
      }
  letters[n] = '\0';
  g_autofree char *words =
      g_strdup_printf ("offer %s %s", muri_uuid_format (&order->id, text), letters);
  agent_channel_send (self->channel, words, fds, n);
}

static void
on_offer_opened (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Order *order = opened (result);
  if (order != NULL)
    send_offer (user_data, order);
}

static void
answer (AgentHttpDesk *self, const muri_v1_Uuid *id)
{
  const AgentOffer *offer = agent_grants_peek_offer (self->grants, id);
  Order *order = order_new (id, O_RDONLY);
  if (offer != NULL)
    {
      const char *const paths[] = { offer->image, offer->map, offer->facts, offer->description };
      const char letters[] = { offer->complete ? 'i' : 'p', 'm', 'f', 'd' };
      for (guint i = 0; i < AGENT_CHANNEL_FDS; i++)
        order->paths[i] = g_strdup (paths[i]);
      memcpy (order->letters, letters, sizeof letters);
    }
  open_files (self, order, on_offer_opened);
}

/* ---- announcements ---- */

/* When all is said that was announced before, callers may be heard. */
static void
be_ready (AgentHttpDesk *self)
{
  if (self->ready || self->announcing > 0)
    return;
  self->ready = TRUE;
  agent_channel_send (self->channel, "ready", NULL, 0);
}

static void
say_announced (AgentHttpDesk *self, Order *order)
{
  guint64 size;
  char text[MURI_UUID_TEXT];

  /* It may have been withdrawn meanwhile. */
  if (order->fds[0] < 0 || agent_grants_peek_announced (self->grants, &order->id, &size) == NULL)
    return;
  g_autofree char *words = g_strdup_printf ("announce %s %" G_GUINT64_FORMAT,
                                            muri_uuid_format (&order->id, text), order->size);
  agent_channel_send (self->channel, words, order->fds, 1);
}

static void
on_announced_opened (GObject *source, GAsyncResult *result, gpointer user_data)
{
  AgentHttpDesk *self = user_data;
  Order *order = opened (result);
  if (order == NULL)
    return;
  say_announced (self, order);
  self->announcing--;
  be_ready (self);
}

static void
announce (AgentHttpDesk *self, const muri_v1_Uuid *id)
{
  Order *order = order_new (id, O_RDWR);
  order->paths[0] = g_strdup (agent_grants_peek_announced (self->grants, id, &order->size));
  self->announcing++;
  open_files (self, order, on_announced_opened);
}

static void
on_changed (AgentGrants *grants, const muri_v1_Uuid *id, AgentHttpDesk *self)
{
  char text[MURI_UUID_TEXT];
  guint64 size;
  g_autofree char *words = g_strdup_printf ("forget %s", muri_uuid_format (id, text));
  agent_channel_send (self->channel, words, NULL, 0);
  if (agent_grants_peek_announced (grants, id, &size) != NULL)
    announce (self, id);
}

/* ---- what is heard ---- */

static void
on_received (AgentHttpDesk *self, const muri_v1_Uuid *id, const char *bytes)
{
  guint64 n;
  if (bytes != NULL && g_ascii_string_to_unsigned (bytes, 10, 0, G_MAXINT64, &n, NULL))
    agent_grants_note_received (self->grants, id, n);
}

static void
on_words (AgentChannel *channel, const char *text, int *fds, guint n_fds, gpointer user_data)
{
  AgentHttpDesk *self = user_data;
  g_auto (GStrv) words = g_strsplit (text != NULL ? text : "", " ", 3);
  muri_v1_Uuid id;
  if (g_strv_length (words) < 2 || !muri_uuid_parse (words[1], &id))
    return;
  if (strcmp (words[0], "get") == 0)
    answer (self, &id);
  else if (strcmp (words[0], "received") == 0)
    on_received (self, &id, words[2]);
}

AgentHttpDesk *
agent_http_desk_new (int fd, AgentGrants *grants)
{
  AgentHttpDesk *self = g_new0 (AgentHttpDesk, 1);
  g_autoptr (GArray) announced = agent_grants_list_announced (grants);
  self->channel = agent_channel_new (fd, on_words, self);
  self->grants = g_object_ref (grants);
  self->cancellable = g_cancellable_new ();
  g_signal_connect (grants, "changed", G_CALLBACK (on_changed), self);
  for (guint i = 0; i < announced->len; i++)
    announce (self, &g_array_index (announced, muri_v1_Uuid, i));
  be_ready (self);
  return self;
}

void
agent_http_desk_free (AgentHttpDesk *self)
{
  g_cancellable_cancel (self->cancellable);
  g_object_unref (self->cancellable);
  g_signal_handlers_disconnect_by_data (self->grants, self);
  agent_channel_free (self->channel);
  g_object_unref (self->grants);
  g_free (self);
}
