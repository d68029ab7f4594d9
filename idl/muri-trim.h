/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * muri_trim:
 *
 * Gives back what a program that runs for long needed only to start: pages of libraries' code,
 * which the kernel has in its cache anyway, and free memory. Any thread.
 */
void muri_trim (void);

G_END_DECLS
