/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What of an image holds data: pieces that are not all zeros. A packed chunk is its pieces in
 * ascending order: 4 bytes of where it begins, 4 of its length (little-endian), its bytes. */

/* Only that many zeros at such a place are left out. */
#define AGENT_EXTENT_STEP (16u * 1024)

gboolean agent_extents_is_zero (const guint8 *data, gsize length);

/* The next piece of @data from *@at on: its length, and *@at is where it begins; 0: none. */
gsize agent_extents_next (const guint8 *data, gsize length, gsize *at);

GBytes *agent_extents_pack (const guint8 *data, gsize length);
/* FALSE: it is not such a thing, of @length bytes. */
gboolean
agent_extents_unpack (const guint8 *packed, gsize packed_length, guint8 *data, gsize length);

/* The longest that a packed one may be. */
gsize agent_extents_packed_max (gsize length);

G_END_DECLS
