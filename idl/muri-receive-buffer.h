/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * MURI_RECEIVE_BUFFER: bytes that Cyclone DDS 0.10.2 asks the kernel for; it takes less without a
 * word.
 */
#define MURI_RECEIVE_BUFFER (1024 * 1024)

guint32 muri_receive_buffer_probe (void);

G_END_DECLS
