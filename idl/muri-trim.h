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

/**
 * muri_trim_share_heaps:
 *
 * For the start of a program with many threads of which most wait: two heaps are enough for them.
 */
void muri_trim_share_heaps (void);

G_END_DECLS
