/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What a term that is begun, or whole, would look for: "group:" or "is:protected"; translated.
 * NULL: it speaks for itself. */
const char *muri_query_explain (const char *term);

G_END_DECLS
