/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libsoup/soup.h>

G_BEGIN_DECLS

/* The one resource and what is below it. */
#define HISTORY_PATH "/v1/history"

/* Answers for the history in @directory_fd of @node (a UUID as text). Transfer full. */
SoupServer *history_server_new (int directory_fd, const char *node);

G_END_DECLS
