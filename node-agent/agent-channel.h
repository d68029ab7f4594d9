/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Descriptors of one message, and bytes of its text, at most. */
#define AGENT_CHANNEL_FDS 4
#define AGENT_CHANNEL_TEXT 255

/**
 * AgentChannel: one end of a socket pair between a process and its child (SOCK_SEQPACKET): short
 * words, with open files. Of the thread that made it.
 */
typedef struct _AgentChannel AgentChannel;

/* @fds: @n_fds of them; the receiver sets those to -1 that it keeps. @text NULL: the other end is
 * gone, and nothing will come. */
typedef void (*AgentChannelFunc) (AgentChannel *channel, const char *text, int *fds, guint n_fds,
                                  gpointer user_data);

/* Takes @fd. What comes is heard before anything else. */
AgentChannel *agent_channel_new (int fd, AgentChannelFunc func, gpointer user_data);
void agent_channel_free (AgentChannel *channel);

/* FALSE: it could not be said, now. */
gboolean agent_channel_send (AgentChannel *channel, const char *text, const int *fds, guint n_fds);

/* Two ends. */
gboolean agent_channel_pair (int fds[2]);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AgentChannel, agent_channel_free)

G_END_DECLS
