/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "muri-preview.h"

G_BEGIN_DECLS

/* What others did to these targets in the last minutes: "jiwoo restarted 3 of these 2 min ago.";
 * NULL: nothing. (transfer full) */
char *muri_review_notes (MuriPreview *preview);

G_END_DECLS
