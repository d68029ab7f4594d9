/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent-channel.h"

#include <errno.h>
#include <glib-unix.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct _AgentChannel
{
  int fd;
  GSource *source;
  AgentChannelFunc func;
  gpointer user_data;
};

typedef union
{
  char bytes[CMSG_SPACE (sizeof (int) * AGENT_CHANNEL_FDS)];
  struct cmsghdr align;
} Control;

static guint
take_fds (struct msghdr *message, int *fds)
{
  guint n = 0;
  for (struct cmsghdr *part = CMSG_FIRSTHDR (message); part != NULL;
       part = CMSG_NXTHDR (message, part))
    if (part->cmsg_level == SOL_SOCKET && part->cmsg_type == SCM_RIGHTS)
      {
        guint of_part = (part->cmsg_len - CMSG_LEN (0)) / sizeof (int);
        memcpy (fds + n, CMSG_DATA (part), of_part * sizeof (int));
        n += of_part;
      }
  return n;
}

static gboolean
on_readable (gint fd, GIOCondition condition, gpointer user_data)
{
  AgentChannel *channel = user_data;
  char text[AGENT_CHANNEL_TEXT + 1];
  Control control;
  int fds[AGENT_CHANNEL_FDS];
  struct iovec part = { text, AGENT_CHANNEL_TEXT };
  struct msghdr message = {
    .msg_iov = &part,
    .msg_iovlen = 1,
    .msg_control = control.bytes,
    .msg_controllen = sizeof control.bytes,
  };
  gssize length = recvmsg (fd, &message, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
  guint n_fds;
  if (length < 0 && (errno == EAGAIN || errno == EINTR))
    return G_SOURCE_CONTINUE;
  if (length <= 0)
    {
      g_clear_pointer (&channel->source, g_source_unref);
      channel->func (channel, NULL, NULL, 0, channel->user_data);
      return G_SOURCE_REMOVE;
    }
  text[length] = '\0';
  n_fds = take_fds (&message, fds);
  channel->func (channel, text, fds, n_fds, channel->user_data);
  for (guint i = 0; i < n_fds; i++)
    if (fds[i] >= 0)
      close (fds[i]);
  return G_SOURCE_CONTINUE;
}

gboolean
agent_channel_send (AgentChannel *channel, const char *text, const int *fds, guint n_fds)
{
  Control control = { 0 };
  struct iovec part = { (char *)text, strlen (text) };
  struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1 };
  g_return_val_if_fail (part.iov_len <= AGENT_CHANNEL_TEXT && n_fds <= AGENT_CHANNEL_FDS, FALSE);
  if (n_fds > 0)
    {
      struct cmsghdr *rights;
      message.msg_control = control.bytes;
      message.msg_controllen = CMSG_SPACE (sizeof (int) * n_fds);
      rights = CMSG_FIRSTHDR (&message);
      rights->cmsg_level = SOL_SOCKET;
      rights->cmsg_type = SCM_RIGHTS;
      rights->cmsg_len = CMSG_LEN (sizeof (int) * n_fds);
      memcpy (CMSG_DATA (rights), fds, sizeof (int) * n_fds);
    }
  return sendmsg (channel->fd, &message, MSG_DONTWAIT | MSG_NOSIGNAL) >= 0;
}

gboolean
agent_channel_pair (int fds[2])
{
  return socketpair (AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds) == 0;
}

AgentChannel *
agent_channel_new (int fd, AgentChannelFunc func, gpointer user_data)
{
  AgentChannel *channel = g_new0 (AgentChannel, 1);
  channel->fd = fd;
  channel->func = func;
  channel->user_data = user_data;
  channel->source = g_unix_fd_source_new (fd, G_IO_IN);
  g_source_set_priority (channel->source, G_PRIORITY_HIGH);
  g_source_set_callback (channel->source, G_SOURCE_FUNC (on_readable), channel, NULL);
  g_source_attach (channel->source, g_main_context_get_thread_default ());
  return channel;
}

void
agent_channel_free (AgentChannel *channel)
{
  if (channel->source != NULL)
    {
      g_source_destroy (channel->source);
      g_source_unref (channel->source);
    }
  close (channel->fd);
  g_free (channel);
}
