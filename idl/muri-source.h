/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "muri.h"

#include <glib.h>

G_BEGIN_DECLS

const char *muri_source_parse (const char *text, muri_v1_Uuid *node);
char *muri_source_format (const muri_v1_Uuid *node, const char *address, guint port);

G_END_DECLS
