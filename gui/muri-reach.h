/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What a person writes of zones and peers, and the settings made of it. Separated by commas or
 * blanks, each counts once. */

/* (element-type guint); NULL: a word in @text is not a zone, or there is none; it is @wrong */
GArray *muri_reach_parse_zones (const char *text, char **wrong);
char *muri_reach_format_zones (const guint *zones, gsize n);

/* NULL: a word in @text cannot be a host; it is @wrong */
char **muri_reach_parse_peers (const char *text, char **wrong);

G_END_DECLS
