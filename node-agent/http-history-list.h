/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "agent-history-names.h"

G_BEGIN_DECLS

/* Reading the ring's directory while its agent writes there. */

/* What GET /v1/history says, as text. */
char *http_history_list (int directory_fd, const char *node);

/* What @name holds by now. NULL: no file of the ring is called so, or it is gone. @tag: what it
 * has as long as it does not change */
GBytes *http_history_list_open (int directory_fd, const char *name, char **tag);

G_END_DECLS
