/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Gives up whatever serving the files of @directory_fd does not need; for good. Each step is taken
 * where this kernel and this user can take it. */
void history_sandbox_enter (int directory_fd);

G_END_DECLS
