/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* For a program that runs for months: few arenas for its many, mostly sleeping threads, and a
 * moment after its start it gives back what only that start needed. Once, before any thread. */
void agent_trim_schedule (void);

G_END_DECLS
