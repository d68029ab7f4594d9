/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

#include "muri.h"

G_BEGIN_DECLS

/** Room for a UUID as text, with its final NUL. */
#define MURI_UUID_TEXT 37

void muri_uuid_generate (muri_v1_Uuid *uuid);
gboolean muri_uuid_parse (const char *text, muri_v1_Uuid *uuid);
char *muri_uuid_format (const muri_v1_Uuid *uuid, char text[MURI_UUID_TEXT]);
gboolean muri_uuid_is_zero (const muri_v1_Uuid *uuid);
guint muri_uuid_hash (gconstpointer uuid);
gboolean muri_uuid_equal (gconstpointer a, gconstpointer b);
int muri_uuid_compare (const muri_v1_Uuid *a, const muri_v1_Uuid *b);

G_END_DECLS
